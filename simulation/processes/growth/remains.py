"""Remains: a cell that dies of killing, apoptosis or necrosis leaves an apoptotic body in its voxel.

    bodies += 1 for each cell with a request killed, apoptosis or necrosis

bodies    voxel.bodies    1    cells that died here since the start

Deaths are requests of one tick, hence the period of a tick. An agent leaves one body whatever its parcel, as it
secretes for one cell. What becomes of bodies: immunity/efferocytosis.

Mechanisms: M56. Sources: counting.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.engine.kernel import kernel
from simulation.engine.lattice import voxel_of
from simulation.engine.process import SiteProcess, Stage

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.site import SiteView

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Remains(SiteProcess):
    """The dead leave bodies."""

    stage, every = Stage.TURN_OVER, "2 min"
    reads = frozenset({"killed", "apoptosis", "necrosis", "x", "y", "z"})
    writes = frozenset({"voxel.bodies"})
    mechanisms = frozenset({"M56"})

    def apply(self, site: SiteView, dt: Duration) -> None:
        """Count whole cells, so that their order does not matter."""
        c, lattice = site.cells, site.lattice
        bury(c.killed, c.apoptosis, c.necrosis, c.x, c.y, c.z, lattice.side, lattice.shape, site.voxels.bodies)


@kernel
def bury(
    killed: Floats,
    apoptosis: Floats,
    necrosis: Floats,
    x: Floats,
    y: Floats,
    z: Floats,
    side: float,
    shape: tuple[int, int, int],
    bodies: Floats,
) -> None:
    """Add the dead to the bodies of their voxels.

    killed, apoptosis, necrosis    n                requests of this tick
    x, y, z                        n           um
    side, shape                                um, 1, of the lattice
    bodies                         n_voxels    1    added to
    """
    nx, ny, nz = shape
    for i in range(x.size):
        if (killed[i] > 0.0) | (apoptosis[i] > 0.0) | (necrosis[i] > 0.0):
            bodies[voxel_of(x[i], y[i], z[i], side, nx, ny, nz)] += 1.0
