"""Sensing: every cell takes what its voxel holds, and feels how whole the capsule is that encloses it.

    {s}_here, o2_here, ecm_here, capsule_here    value of the cell's voxel
    enclosure    integrity of the outer edge of the capsule nearest to the cell's voxel; 0 outside a capsule

The capsule gives way from inside, so its outer edge tells whether the way out is open.

Mechanisms: M09, M47b (who perceives the field and the capsule).   Sources: geometry.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.engine.kernel import kernel
from simulation.engine.process import SiteProcess, Stage
from simulation.vocabulary.cytokines import SUBSTANCES

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.site import SiteView

Floats = NDArray[np.float64]
Indices = NDArray[np.signedinteger]

TAKEN = {f"{name}_here": name for name in SUBSTANCES} | {"ecm_here": "ecm", "capsule_here": "capsule"}


@dataclass(frozen=True)
class Sensing(SiteProcess):
    """Tell every cell what is where it is."""

    stage, every = Stage.SENSE, "10 min"
    reads = frozenset({*(f"voxel.{v}" for v in TAKEN.values()), "voxel.enclosing", "x", "y", "z"})
    writes = frozenset({*TAKEN, "enclosure"})
    mechanisms = frozenset({"M09", "M47b"})

    def apply(self, site: SiteView, dt: Duration) -> None:
        """Fill the columns of one site."""
        self.settle(site)

    def settle(self, site: SiteView) -> None:
        """Sense before the first tick what is there then."""
        cells, voxels, voxel = site.cells, site.voxels, site.by_voxel.bin_of
        take(voxel, tuple([voxels[s] for s in TAKEN.values()]), tuple([cells[s] for s in TAKEN]))
        enclose(voxel, voxels.enclosing, voxels.capsule, cells.enclosure)


@kernel
def take(voxel: Indices, fields: tuple[Floats, ...], here: tuple[Floats, ...]) -> None:
    """Give each cell the values of its voxel.

    voxel     n               1     voxel of each cell
    fields    k x n_voxels    any
    here      k x n           any   written
    """
    for k in range(len(fields)):
        field, value = fields[k], here[k]
        for i in range(voxel.size):
            value[i] = field[voxel[i]]


@kernel
def enclose(voxel: Indices, enclosing: Indices, integrity: Floats, enclosure: Floats) -> None:
    """Give each cell the integrity of the capsule that encloses its voxel.

    voxel        n          1   voxel of each cell
    enclosing    n_voxels   1   voxel of the capsule's edge that encloses each voxel, -1 outside
    integrity    n_voxels   1   of the capsule, 0 ... 1
    enclosure    n          1   written
    """
    for i in range(len(voxel)):
        edge = enclosing[voxel[i]]
        enclosure[i] = integrity[edge] if edge >= 0 else 0.0
