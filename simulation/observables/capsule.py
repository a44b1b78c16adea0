"""The capsule around the primary tumour: how sound it is, and how much of it has given way."""

from __future__ import annotations

import numpy as np

from simulation.engine.arithmetic import chunked_sum
from simulation.engine.observable import Quantity, observable
from simulation.engine.world import World


@observable
def capsule(world: World) -> list[Quantity]:
    """Measure the voxels of the first site where a capsule was laid down."""
    voxels = world.sites[0].voxels
    wall = np.flatnonzero(voxels["capsule_wall"] > 0)
    integrity = voxels["capsule"][wall]
    broken = int((voxels["breached"][wall] > 0).sum())
    nothing = float("nan")
    return [
        Quantity(
            "capsule_integrity",
            float(chunked_sum(integrity)) / len(wall) if len(wall) else nothing,
            "1",
            "mean integrity of the capsule, 1 = intact",
        ),
        Quantity(
            "capsule_weakest",
            float(integrity.min()) if len(wall) else nothing,
            "1",
            "integrity of the capsule's weakest voxel",
        ),
        Quantity(
            "capsule_breached_share",
            broken / len(wall) if len(wall) else nothing,
            "1",
            "share of the capsule's voxels that have given way",
        ),
        Quantity("capsule_breached", float(broken > 0), "1", "1 once the capsule has given way somewhere"),
    ]
