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

from simulation.engine.process import SiteProcess, Stage

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.site import SiteView


@dataclass(frozen=True)
class Remains(SiteProcess):
    """The dead leave bodies."""

    stage, every = Stage.TURN_OVER, "2 min"
    reads = frozenset({"killed", "apoptosis", "necrosis", "x", "y", "z"})
    writes = frozenset({"voxel.bodies"})
    mechanisms = frozenset({"M56"})

    def apply(self, site: SiteView, dt: Duration) -> None:
        """Count whole cells, so that their order does not matter."""
        c = site.cells
        dead = np.flatnonzero((c.killed > 0.0) | (c.apoptosis > 0.0) | (c.necrosis > 0.0))
        if len(dead):
            np.add.at(site.voxels.bodies, site.lattice.voxels(c.x[dead], c.y[dead], c.z[dead]), 1.0)
