"""Overlap: which voxels the body of a cell reaches, when it is wider than the voxel its centre lies in.

A cell is a ball; it touches a voxel when the voxel's nearest point is no farther from its centre than its radius.
A kernel loops over the few voxels in question and asks for each:

    for ix in range(index_along(x - r, side, nx), index_along(x + r, side, nx) + 1):
        gx = gap_along(x, ix, side, nx)
        ...
            if gx * gx + gy * gy + gz * gz <= r * r:
"""

from __future__ import annotations

from simulation.engine.kernel import inlined


@inlined
def gap_along(position: float, i: int, side: float, n: int) -> float:
    """Distance (um) along one axis from a coordinate to voxel `i`; 0 inside it, and always on an inert axis.

    position    um    coordinate
    i           1     the voxel's place along the axis
    side        um    edge of a voxel
    n           1     number of voxels along the axis
    """
    if n == 1:
        return 0.0
    below, above = i * side - position, position - (i + 1) * side
    if below > 0.0:
        return below
    return above if above > 0.0 else 0.0
