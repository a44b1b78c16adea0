"""How many cells there are, by type and site; how many agents stand for them; births and deaths so far."""

from __future__ import annotations

import numpy as np

from simulation.engine.observable import Quantity, observable
from simulation.engine.world import World


@observable
def cells(world: World) -> list[Quantity]:
    """Count cells (an agent counts as the cells it stands for), agents, births and deaths."""
    measured = []
    for site in world.sites:
        types, parcels = site.cells["cell_type"], site.cells["parcel"]
        for kind in world.types:
            count = int(parcels[types == kind.code].sum())
            measured.append(Quantity(f"n_{kind.name}_{site.name}", count, "1", f"{kind.name} cells in the {site.name}"))
        measured.append(Quantity(f"n_agents_{site.name}", len(site.cells), "1", f"agents in the {site.name}"))
    total = sum(int(site.cells["parcel"].sum()) for site in world.sites)
    births, deaths = (int(np.sum(world.accounts[name])) for name in ("births", "deaths"))
    measured.append(Quantity("n_cells", total, "1", "cells in all sites"))
    measured.append(Quantity("births", births, "1", "cells born since the start"))
    measured.append(Quantity("deaths", deaths, "1", "cells that died since the start, in tissue and blood"))
    return measured
