"""Secretion: what the cells of a voxel put out becomes the voxel's source.

    source = sum over the voxel's cells of output / voxel volume

{s}_output         fg/min       what a cell secretes of substance s
voxel.{s}_source   ng/mL/min    what the voxel gains

1 fg/um^3 = 1e-6 ng / 1e-12 mL = 1e6 ng/mL. What cells put out is what voxels get: mass is conserved. The sum takes
the voxel's cells in the order of their lineage, so that the order of rows does not show in the bits.

An agent counts as one cell here whatever its parcel: a parcel is a slice that continues out of the plane, and its
other cells feed their own slices.

Mechanisms: M15, M18 (their flux into tissue).   Sources: computed (units only).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.engine.kernel import kernel
from simulation.engine.presence import present
from simulation.engine.process import SiteProcess, Stage
from simulation.vocabulary.cytokines import SLOW

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.site import SiteView

Floats = NDArray[np.float64]
Indices = NDArray[np.int32]

FG_PER_UM3 = 1e6  # ng/mL in 1 fg/um^3


@dataclass(frozen=True)
class Secretion(SiteProcess):
    """Sum what cells secrete into the sources of their voxels."""

    stage, every = Stage.TRANSPORT, "10 min"
    reads = frozenset(f"{s}_output" for s in SLOW)
    writes = frozenset(f"voxel.{s}_source" for s in SLOW)
    mechanisms = frozenset({"M15", "M18"})

    def apply(self, site: SiteView, dt: Duration) -> None:
        """Make the sources of one site anew."""
        cells, voxels, by_voxel = site.cells, site.voxels, site.by_voxel
        scale = FG_PER_UM3 / site.lattice.voxel_volume
        for s in SLOW:
            amount, total = cells[f"{s}_output"], voxels[f"{s}_source"]
            if present(amount):
                collect(by_voxel.start, by_voxel.rows, amount, scale, total)
            else:
                total.fill(0.0)


@kernel
def collect(start: Indices, rows: Indices, amount: Floats, scale: float, total: Floats) -> None:
    """Add up the cells of each voxel.

    start     n_voxels + 1   1     voxel v holds the slots start[v] ... start[v + 1] - 1
    rows      n              1     table row of each slot, within a voxel in the order of lineage
    amount    n              any   what each row brings
    scale                    any   applied to each voxel's sum
    total     n_voxels       any   result
    """
    for v in range(len(total)):
        sum_here = 0.0
        for slot in range(start[v], start[v + 1]):
            sum_here += amount[rows[slot]]
        total[v] = sum_here * scale
