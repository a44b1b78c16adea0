"""Colonies of cells that came through the blood, by organ."""

from __future__ import annotations

import numpy as np

from simulation.engine.observable import Quantity, observable, rows_of_type
from simulation.engine.world import World
from simulation.observables.tumour import TUMOUR_CELL

SMALLEST_METASTASIS = 10  # living cells of one colony; assumed


@observable
def metastases(world: World) -> list[Quantity]:
    """Count, organ by organ, tumour cells of colonies, those asleep, colonies, and metastases (10 living cells)."""
    measured = []
    total = {"colony_cells": 0, "colonies": 0, "metastases": 0}
    for site in world.sites:
        c = site.cells
        if "colony" not in c:
            continue
        rows = rows_of_type(world, c, TUMOUR_CELL)
        rows = rows[c["colony"][rows] != 0]
        parcels = c["parcel"][rows]
        _, colony = np.unique(c["colony"][rows], return_inverse=True)
        sizes = np.zeros(int(colony.max()) + 1 if len(rows) else 0, dtype=np.int64)
        np.add.at(sizes, colony, parcels)
        here = site.name
        counts = {
            "colony_cells": int(parcels.sum()),
            "dormant_cells": int(parcels[c["dormant"][rows] > 0].sum()),
            "growing_cells": int(parcels[c["dormant"][rows] <= 0].sum()),
            "colonies": len(sizes),
            "metastases": int((sizes >= SMALLEST_METASTASIS).sum()),
        }
        meanings = {
            "colony_cells": f"tumour cells in the {here} that came by blood, and their offspring",
            "dormant_cells": f"of these, asleep in the {here}",
            "growing_cells": f"of these, awake in the {here}",
            "colonies": f"colonies with a living cell in the {here}",
            "metastases": f"colonies of at least {SMALLEST_METASTASIS} living cells in the {here}",
        }
        for name, count in counts.items():
            measured.append(Quantity(f"{name}_{here}", count, "1", meanings[name]))
            if name in total:
                total[name] += count
    measured.append(Quantity("colony_cells", total["colony_cells"], "1", "tumour cells in colonies of all organs"))
    measured.append(Quantity("colonies", total["colonies"], "1", "colonies of all organs"))
    measured.append(Quantity("metastases", total["metastases"], "1", "metastases of all organs"))
    return measured
