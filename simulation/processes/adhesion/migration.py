"""Migration: cells that crawl keep their direction for a while, and lean towards chemokine.

    heading renewed with hazard 1 / persistence, uniformly over the directions the box allows
    g = cxcl_following grad cxcl + ccl2_following grad ccl2
    b = clip(chemotaxis * chemotaxis_factor) * s / (s + half_slope),   s = |g|
    u = (1 - b) heading + b g / s,   drift = speed * motility_factor * u / |u|

Without a gradient, <r^2> = 2 v^2 P (t - P (1 - exp(-t / P))) in any dimension: a persistent random walk. A lymphocyte
that holds a cell stands still; who runs into a wall of the box turns back from it.

heading    heading_x, _y, _z    1         unit vector
v          speed                um/min    while nothing holds the cell
P          persistence          min       mean time between turns

Mechanisms: M44 (directional migration; chemotaxis_factor carries what ICAM-1 makes of it). Sources: velocity-jump
process: Othmer 1988 J Math Biol, recalled; bias as a weighted sum: PhysiCell 1.14.2.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.engine.arithmetic import chance_within
from simulation.engine.chance import direction, uniform
from simulation.engine.kernel import inlined, kernel
from simulation.engine.lattice import gradient_in, index_along
from simulation.engine.parameter import parameter
from simulation.engine.presence import present
from simulation.engine.process import SiteProcess, Stage

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.site import SiteView

Floats = NDArray[np.float64]
Lineages = NDArray[np.uint64]
Axes = tuple[bool, bool, bool]

TURN, TOWARDS = 0, 1  # draws

#: rows whose chance is drawn at once: in a loop that does nothing else the compiler works on several, and draws of rows
#: that do not crawl cost less than asking each
STRETCH = 64


@dataclass(frozen=True)
class Migration(SiteProcess):
    """Cells crawl: a persistent random walk that follows chemokine."""

    stage, every = Stage.DECIDE, "2 min"
    reads = frozenset(
        {
            "speed", "persistence", "chemotaxis", "motility_factor", "chemotaxis_factor", "cxcl_following",
            "ccl2_following", "partner", "voxel.cxcl", "voxel.ccl2", "x", "y", "z",
        }
    )  # fmt: skip
    adds = frozenset({"drift_x", "drift_y", "drift_z"})
    writes = frozenset({"heading_x", "heading_y", "heading_z"})
    mechanisms = frozenset({"M44"})

    half_slope: float = parameter(
        0.01, "ng/mL/um", "gradient that a cell follows half as well as a steep one", source="assumed", bounds=(0, 1e3)
    )

    def apply(self, site: SiteView, dt: Duration) -> None:
        """Turn some cells and add every crawling cell's own velocity."""
        c, lattice = site.cells, site.lattice
        if lattice.dimension == 0 or not present(c.speed):
            return
        free = (lattice.shape[0] > 1, lattice.shape[1] > 1, lattice.shape[2] > 1)
        crawl(
            c.lineage, c.x, c.y, c.z, c.speed, c.persistence, c.chemotaxis, c.motility_factor, c.chemotaxis_factor,
            c.cxcl_following, c.ccl2_following, c.partner, site.voxels.cxcl, site.voxels.ccl2, lattice.side,
            lattice.shape, lattice.extent, free, self.half_slope, c.heading_x, c.heading_y, c.heading_z, c.drift_x,
            c.drift_y, c.drift_z, dt.minutes, site.chance.key, site.chance.tick,
        )  # fmt: skip


@inlined
def along(u: float, v: float, w: float, free: Axes) -> tuple[float, float, float]:
    """Hand the components of a direction to the axes along which cells can move, in order."""
    if not free[0]:
        u, v, w = 0.0, u, v
    if not free[1]:
        u, v, w = u, 0.0, v
    return u, v, w


@inlined
def turned(heading: float, position: float, length: float) -> float:
    """Point a component of the heading away from a wall that the cell stands at."""
    if position <= 0.0:
        return abs(heading)
    return -abs(heading) if position >= length else heading


@kernel
def crawl(
    lineage: Lineages,
    x: Floats,
    y: Floats,
    z: Floats,
    speed: Floats,
    persistence: Floats,
    chemotaxis: Floats,
    motility_factor: Floats,
    chemotaxis_factor: Floats,
    cxcl_following: Floats,
    ccl2_following: Floats,
    partner: Lineages,
    cxcl: Floats,
    ccl2: Floats,
    side: float,
    shape: tuple[int, int, int],
    extent: tuple[float, float, float],
    free: Axes,
    half_slope: float,
    heading_x: Floats,
    heading_y: Floats,
    heading_z: Floats,
    drift_x: Floats,
    drift_y: Floats,
    drift_z: Floats,
    dt: float,
    key: np.uint64,
    tick: int,
) -> None:
    """Advance headings by one step and add drift, row by row; arguments are the columns of their names.

    side, shape, extent    lattice     um, 1, um
    free                   3     1     axes along which cells can move
    half_slope                         ng/mL/um
    dt                           min   step
    """
    dimension = int(free[0]) + int(free[1]) + int(free[2])
    nx, ny, nz = shape
    known, turns = 0.0, 0.0  # most cells have the persistence of the one before
    luck = np.empty(STRETCH)
    for first in range(0, speed.size, STRETCH):
        past, crawling = min(first + STRETCH, speed.size), 0
        for i in range(first, past):
            crawling += int(not speed[i] <= 0.0)
        if crawling == 0:
            continue
        for i in range(first, past):
            luck[i - first] = uniform(key, tick, lineage[i], TURN)
        for i in range(first, past):
            if speed[i] <= 0.0:
                continue
            if persistence[i] != known:
                known = persistence[i]
                turns = chance_within(dt / known)
            u, v, w = heading_x[i], heading_y[i], heading_z[i]
            lost = u * u + v * v + w * w < 0.25
            if lost or luck[i - first] < turns:
                a, b, c = direction(key, tick, lineage[i], TOWARDS, dimension)
                u, v, w = along(a, b, c, free)
            if free[0]:
                u = turned(u, x[i], extent[0])
            if free[1]:
                v = turned(v, y[i], extent[1])
            if free[2]:
                w = turned(w, z[i], extent[2])
            heading_x[i], heading_y[i], heading_z[i] = u, v, w
            if partner[i] != 0:
                continue
            bias = min(1.0, max(0.0, chemotaxis[i] * chemotaxis_factor[i]))
            if bias > 0.0:
                ix, iy, iz = index_along(x[i], side, nx), index_along(y[i], side, ny), index_along(z[i], side, nz)
                gx, gy, gz = gradient_in(cxcl, ix, iy, iz, side, nx, ny, nz)
                gx, gy, gz = cxcl_following[i] * gx, cxcl_following[i] * gy, cxcl_following[i] * gz
                if ccl2_following[i] > 0.0:
                    hx, hy, hz = gradient_in(ccl2, ix, iy, iz, side, nx, ny, nz)
                    gx, gy, gz = gx + ccl2_following[i] * hx, gy + ccl2_following[i] * hy, gz + ccl2_following[i] * hz
                slope = math.sqrt(gx * gx + gy * gy + gz * gz)
                if slope > 0.0:
                    bias *= slope / (slope + half_slope)
                    u, v, w = (
                        (1.0 - bias) * u + bias * gx / slope,
                        (1.0 - bias) * v + bias * gy / slope,
                        (1.0 - bias) * w + bias * gz / slope,
                    )
            length = math.sqrt(u * u + v * v + w * w)
            if length > 0.0:
                own = speed[i] * motility_factor[i] / length
                drift_x[i] += own * u
                drift_y[i] += own * v
                drift_z[i] += own * w
