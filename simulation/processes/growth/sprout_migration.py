"""Sprout migration: a new wall cell creeps up the gradient of VEGF until its stretch of vessel has matured.

    drift    = speed * (1 - m) * slope / (slope + half_slope) * direction of the gradient
    mobility = yielding * (1 - m)

m       maturity    1         wall cells that have not divided themselves; others stay where they are
slope               ng/mL/um  of voxel.vegf
mobility            um/min/pN while the basement membrane is being laid down, a new cell yields to its neighbours

Mechanisms: M59.   Sources: sprouts grow by some tens of um per day: assumed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.engine.kernel import kernel
from simulation.engine.lattice import gradient_at, voxel_of
from simulation.engine.parameter import parameter
from simulation.engine.process import SiteProcess, Stage

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.site import SiteView

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class SproutMigration(SiteProcess):
    """New wall cells follow VEGF."""

    stage, every = Stage.DECIDE, "2 min"
    reads = frozenset({"o2_exchange", "maturity", "voxel.vegf", "x", "y", "z"})
    adds = frozenset({"drift_x", "drift_y", "drift_z"})
    writes = frozenset({"mobility"})
    mechanisms = frozenset({"M59"})

    speed: float = parameter(
        0.05,
        "um/min",
        "speed of a new cell on a steep gradient; 0 = it follows nothing",
        source="assumed",
        bounds=(0, 10),
    )
    half_slope: float = parameter(
        0.001, "ng/mL/um", "gradient followed half as fast as a steep one", source="assumed", bounds=(1e-9, 1e3)
    )
    yielding: float = parameter(
        5e-5, "um/min/pN", "how fast a cell that has just come yields to force; 0 = it is held in place", bounds=(0, 1),
        source="assumed: as a tumour cell",
    )  # fmt: skip

    def apply(self, site: SiteView, dt: Duration) -> None:
        """Add the drift of new wall cells."""
        c, lattice = site.cells, site.lattice
        creep(
            c.x, c.y, c.z, c.o2_exchange, c.births, site.voxels.vegf, lattice.side, lattice.shape, self.speed,
            self.half_slope, self.yielding, c.maturity, c.mobility, c.drift_x, c.drift_y, c.drift_z,
        )  # fmt: skip


@kernel
def creep(
    x: Floats,
    y: Floats,
    z: Floats,
    o2_exchange: Floats,
    births: NDArray[np.uint32],
    vegf: Floats,
    side: float,
    shape: tuple[int, int, int],
    speed: float,
    half_slope: float,
    yielding: float,
    maturity: Floats,
    mobility: Floats,
    drift_x: Floats,
    drift_y: Floats,
    drift_z: Floats,
) -> None:
    """Add to the drift of new wall cells.

    x, y, z          n              um
    o2_exchange      n              1/min, 0 of cells that line no vessel
    births           n              how many daughters a cell had
    vegf             n_voxels       ng/mL
    mobility         n              um/min/pN, written
    drift_x ...      n              um/min, added to
    """
    nx, ny, nz = shape
    for i in range(maturity.size):
        if not (maturity[i] < 1.0 and o2_exchange[i] > 0.0 and births[i] == 0):
            continue
        mobility[i] = yielding * (1.0 - maturity[i])
        gx, gy, gz = gradient_at(vegf, voxel_of(x[i], y[i], z[i], side, nx, ny, nz), side, nx, ny, nz)
        slope = math.sqrt(gx * gx + gy * gy + gz * gz)
        if slope > 0.0:
            pace = speed * (1.0 - maturity[i]) / (slope + half_slope)
            drift_x[i] += pace * gx
            drift_y[i] += pace * gy
            drift_z[i] += pace * gz
