"""The blood: tumour cells on their way, alone or in company, and what is dissolved."""

from __future__ import annotations

import math

import numpy as np

from simulation.engine.observable import Quantity, observable
from simulation.engine.world import World
from simulation.observables.tumour import TUMOUR_CELL


@observable
def blood(world: World) -> list[Quantity]:
    """Count convoys of travellers by what they consist of; read the pools."""
    t = world.travellers
    tumour_codes = [kind.code for kind in world.types if kind.name == TUMOUR_CELL]
    is_tumour = np.isin(t["cell_type"], tumour_codes)
    _, convoy = np.unique(t["convoy"], return_inverse=True)
    n = int(convoy.max()) + 1 if len(t) else 0
    tumour = np.bincount(convoy[is_tumour], minlength=n)
    company = np.bincount(convoy[~is_tumour], minlength=n)
    docked = np.bincount(convoy[~is_tumour & (t["neutrophil"] > 0)], minlength=n)
    flown = t["in_blood"][is_tumour][np.argsort(t["lineage"][is_tumour], kind="stable")]
    held = is_tumour & (t["arrested"] > 0)
    measured = [
        Quantity("blood_tumour_cells", int(is_tumour.sum()), "1", "tumour cells in the blood"),
        Quantity("blood_singles", int(((tumour == 1) & (company == 0)).sum()), "1", "of these, single ones"),
        Quantity("blood_clusters", int(((tumour > 1) & (company == 0)).sum()), "1", "clusters of tumour cells only"),
        Quantity(
            "blood_with_lymphocytes",
            int(((tumour > 0) & (company > docked)).sum()),
            "1",
            "convoys of tumour cells with lymphocytes",
        ),
        Quantity(
            "blood_with_neutrophils",
            int(((tumour > 0) & (docked > 0)).sum()),
            "1",
            "convoys of tumour cells with neutrophils",
        ),
        Quantity(
            "mean_time_in_blood",
            float(flown.mean()) if len(flown) else math.nan,
            "min",
            "mean time since they entered it of the tumour cells in the blood",
        ),
        Quantity("blood_arrested", int(held.sum()), "1", "tumour cells held in vessels"),
    ]
    for name, column in world.pools.columns.items():
        if not name.endswith("_input"):
            measured.append(Quantity(f"serum_{name}", float(world.pools[name][0]), column.unit, column.meaning))
    return measured
