"""Lymphocytes in the primary site: where they are, and how many hold a cell."""

from __future__ import annotations

import numpy as np

from simulation.engine.observable import Quantity, mean_of, observable
from simulation.engine.world import World


@observable
def immunity(world: World) -> list[Quantity]:
    """Count lymphocytes (cells that bear LFA-1 and conjugate) inside and outside the nodule, and conjugates."""
    site = world.sites[0]
    c = site.cells
    if "lfa1" not in c:
        return []
    rows = np.flatnonzero((c["lfa1"] > 0) & (c["recognition"] > 0))
    parcels = c["parcel"][rows]
    inside = site.voxels["enclosing"][site.lattice.voxels(c["x"][rows], c["y"][rows], c["z"][rows])] >= 0
    holds = c["partner"][rows] != 0
    return [
        Quantity("lymphocytes", int(parcels.sum()), "1", "lymphocytes in the primary site"),
        Quantity("lymphocytes_in_nodule", int(parcels[inside].sum()), "1", "of these, inside the capsule's outer edge"),
        Quantity("conjugates", int(parcels[holds].sum()), "1", "lymphocytes that hold a cell"),
        Quantity(
            "conjugate_bonds",
            mean_of(c, rows[holds], "bonds"),
            "1",
            "mean LFA-1/ICAM-1 bonds of a lymphocyte with the cell it holds",
        ),
    ]
