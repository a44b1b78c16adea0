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

OUTPUTS, SOURCES = tuple(f"{s}_output" for s in SLOW), tuple(f"{s}_source" for s in SLOW)
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
        amounts, totals = tuple([cells[s] for s in OUTPUTS]), tuple([voxels[s] for s in SOURCES])
        collect(by_voxel.rows, by_voxel.bins, amounts, FG_PER_UM3 / site.lattice.voxel_volume, totals)


@kernel
def collect(
    rows: Indices, bins: Indices, amounts: tuple[Floats, ...], scale: float, totals: tuple[Floats, ...]
) -> None:
    """Add up the cells of each voxel, of one quantity after the other.

    rows       n               1     table row of each slot, within a voxel in the order of lineage
    bins       n               1     voxel of each slot
    amounts    k x n           any   what each row brings
    scale                      any   applied to each voxel's sum
    totals     k x n_voxels    any   result
    """
    for k in range(len(amounts)):
        amount, total = amounts[k], totals[k]
        total[:] = 0.0
        if not present(amount):
            continue
        for slot in range(np.uint64(0), np.uint64(rows.size)):  # unsigned: see engine/neighbours.py
            total[bins[slot]] += amount[rows[slot]]
        for v in range(total.size):
            total[v] *= scale
