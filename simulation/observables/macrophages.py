"""Macrophages in the primary site: where they are, what they have become and what they have eaten."""

from __future__ import annotations

import numpy as np

from simulation.engine.arithmetic import chunked_sum
from simulation.engine.observable import Quantity, mean_of, observable
from simulation.engine.world import World


@observable
def macrophages(world: World) -> list[Quantity]:
    """Count macrophages inside the nodule, and measure how far they are M2 and what they have eaten."""
    site = world.sites[0]
    c = site.cells
    if "macrophage" not in c:
        return []
    rows = np.flatnonzero(c["macrophage"] > 0)
    parcels = c["parcel"][rows]
    inside = site.voxels["enclosing"][site.lattice.voxels(c["x"][rows], c["y"][rows], c["z"][rows])] >= 0
    debris = float(chunked_sum(site.voxels["debris"]))
    return [
        Quantity(
            "macrophages_in_nodule", int(parcels[inside].sum()), "1", "macrophages inside the capsule's outer edge"
        ),
        Quantity("m2_share", mean_of(c, rows, "m2"), "1", "mean polarisation of macrophages, 0 M0 or M1 ... 1 M2"),
        Quantity("m2_share_in_nodule", mean_of(c, rows[inside], "m2"), "1", "mean polarisation of those in the nodule"),
        Quantity("bodies_eaten", mean_of(c, rows, "eaten"), "1", "mean apoptotic bodies a macrophage has eaten"),
        Quantity("debris", debris, "1", "apoptotic bodies in the primary site not yet cleared, in agents"),
    ]
