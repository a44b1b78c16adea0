"""Capsule: CAF build it, MMP dissolves it, the growing tumour presses it apart; where too little is left it gives way.

    d c/dt = deposition * n_caf * (1 - c) - degradation * (mmp / mmp_unit) * c - pressing * max(0, P - P_yield)

c       1         integrity of the capsule in the voxel, only where a capsule was laid down (capsule_wall)
n_caf   1         activated fibroblasts in the voxel
mmp     ng/mL     active MMP in the voxel
P       pN/um^2   mean pressure of the cells whose bodies reach into the voxel

With n_caf, mmp and P held over a period the equation is linear, dc/dt = g - p - (g + b) c, and is solved exactly:
c + (g - p - (g + b) c) dt phi(-(g + b) dt), phi(u) = (exp(u) - 1) / u, then kept in 0 ... 1: any period is stable.
A voxel is breached, for good, in the tick in which c is first below `broken`. The capsule gives way from inside, so the
event "capsule_breached" tells of voxels on its outer edge only (capsule_edge), where the way out opens; it carries the
number of those that had been open at this site before: 0 for the first breach.

Mechanisms: M47, M47b, M47c. Sources: seed 1 for the three influences; all rates and limits assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.engine.arithmetic import expm1
from simulation.engine.kernel import inlined, kernel
from simulation.engine.lattice import index_along
from simulation.engine.neighbours import CellList
from simulation.engine.overlap import gap_along
from simulation.engine.parameter import parameter
from simulation.engine.presence import present
from simulation.engine.process import SiteProcess, Stage

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.site import SiteView

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Capsule(SiteProcess):
    """Integrity of the capsule, and where it breaks."""

    stage, every = Stage.SPREAD, "10 min"
    reads = frozenset(
        {"caf", "pressure", "radius", "x", "y", "z", "voxel.mmp", "voxel.capsule_wall", "voxel.capsule_edge"}
    )
    writes = frozenset({"voxel.capsule", "voxel.breached"})
    mechanisms = frozenset({"M47", "M47b", "M47c"})

    deposition: float = parameter(0.02, "1/day", "deposition by a CAF in the voxel", source="assumed", bounds=(0, 100))
    degradation: float = parameter(0.1, "1/day", "degradation by one unit of MMP", source="assumed", bounds=(0, 100))
    mmp_unit: float = parameter(
        150.0, "ng/mL", "one unit of MMP", bounds=(1e-6, 1e9),
        source="assumed: twice what surrounds an enclosed nodule, so that a capsule lasts for weeks",
    )  # fmt: skip
    pressing: float = parameter(
        0.002, "um^2/pN/day", "loss of integrity per pressure beyond yield", source="assumed", bounds=(0, 100)
    )
    pressure_yield: float = parameter(
        10.0, "pN/um^2", "pressure that the capsule bears", source="assumed", bounds=(0, 1e9)
    )
    broken: float = parameter(0.2, "1", "integrity below which the capsule is broken", source="assumed", bounds=(0, 1))

    def apply(self, site: SiteView, dt: Duration) -> None:
        """Advance every voxel of the wall; report those that give way."""
        c, v, lattice = site.cells, site.voxels, site.lattice
        if not present(v.capsule_wall):
            return
        pressure = np.zeros(lattice.n_voxels)
        press(site.by_voxel, c.pressure, c.radius, v.capsule_wall, lattice.side, lattice.shape, pressure)
        before, opened = wear(
            site.by_voxel, c.caf, pressure, v.mmp, v.capsule_wall, v.capsule_edge, v.capsule, v.breached,
            self.deposition, self.degradation / self.mmp_unit, self.pressing, self.pressure_yield, self.broken, dt.days,
        )  # fmt: skip
        site.report_voxels("capsule_breached", opened, float(before))


@kernel
def press(
    cells: CellList,
    pressure: Floats,
    radius: Floats,
    wall: Floats,
    side: float,
    shape: tuple[int, int, int],
    mean: Floats,
) -> None:
    """Find the mean pressure on each voxel of the wall, by the cells whose bodies reach into it.

    cells                       binned by voxel: sums run over voxels, then lineages
    pressure    n       pN/um^2 by table row
    radius      n       um      by table row
    wall        voxels  1       above 0 where a capsule was laid down
    side                um      edge of a voxel
    mean        voxels  pN/um^2 written; 0 at the start
    """
    nx, ny, nz = shape
    count = np.zeros(wall.size)
    beside = near(wall, reach(radius, side, max(shape)), shape)
    rows, xs, ys, zs, start = cells.rows, cells.x, cells.y, cells.z, cells.start
    for home in range(wall.size):
        if not beside[home]:
            continue
        for slot in range(start[home], start[home + 1]):
            row = rows[slot]
            x, y, z, r = xs[slot], ys[slot], zs[slot], radius[row]
            for ix in range(index_along(x - r, side, nx), index_along(x + r, side, nx) + 1):
                gx = gap_along(x, ix, side, nx)
                for iy in range(index_along(y - r, side, ny), index_along(y + r, side, ny) + 1):
                    gy = gap_along(y, iy, side, ny)
                    for iz in range(index_along(z - r, side, nz), index_along(z + r, side, nz) + 1):
                        gz = gap_along(z, iz, side, nz)
                        v = (ix * ny + iy) * nz + iz
                        if wall[v] > 0.0 and gx * gx + gy * gy + gz * gz <= r * r:
                            mean[v] += pressure[row]
                            count[v] += 1.0
    for v in range(mean.size):
        if count[v] > 0.0:
            mean[v] /= count[v]


@kernel
def reach(radius: Floats, side: float, most: int) -> int:
    """Return how many voxels beyond that of its centre, `most` of them, any cell's body reaches along an axis."""
    voxels, wider = 0, 1
    while wider > 0 and voxels < most:
        voxels, wider = voxels + 1, 0
        for i in range(radius.size):
            wider += radius[i] > voxels * side
    return voxels


@kernel
def near(wall: Floats, reach: int, shape: tuple[int, int, int]) -> NDArray[np.bool_]:
    """Mark the voxels that are no more than `reach` voxels from one of the wall along each axis."""
    nx, ny, nz = shape
    marked = np.zeros(wall.size, np.bool_)
    for ix in range(nx):
        for iy in range(ny):
            for iz in range(nz):
                if wall[(ix * ny + iy) * nz + iz] > 0.0:
                    for jx in range(max(ix - reach, 0), min(ix + reach + 1, nx)):
                        for jy in range(max(iy - reach, 0), min(iy + reach + 1, ny)):
                            for jz in range(max(iz - reach, 0), min(iz + reach + 1, nz)):
                                marked[(jx * ny + jy) * nz + jz] = True
    return marked


@inlined
def worn(integrity: float, gain: float, loss: float, pressing: float, days: float) -> float:
    """Integrity after `days` of gain (1/day, towards 1), loss (1/day, of what is there) and pressing (1/day)."""
    u = (gain + loss) * days
    share = -expm1(-u) / u if u > 1e-9 else 1.0 - 0.5 * u
    later = integrity + (gain - pressing - (gain + loss) * integrity) * days * share
    return min(max(later, 0.0), 1.0)


@kernel
def wear(
    cells: CellList,
    caf: Floats,
    pressure: Floats,
    mmp: Floats,
    wall: Floats,
    edge: Floats,
    integrity: Floats,
    breached: Floats,
    deposition: float,
    degradation: float,
    pressing: float,
    pressure_yield: float,
    broken: float,
    days: float,
) -> tuple[int, NDArray[np.int64]]:
    """Advance the integrity of the wall by `days` and mark what is broken.

    cells                         binned by voxel
    caf           n       1       by table row
    pressure      voxels  pN/um^2
    mmp           voxels  ng/mL
    wall          voxels  1       others are left alone
    edge          voxels  1       above 0 on the outer edge of the capsule
    integrity     voxels  1       advanced
    breached      voxels  1       set to 1 where integrity is below `broken`
    degradation   mL/(ng day)

    Returns how many voxels of the edge were open before, and those that have opened now.
    """
    before, opened = 0, np.empty(integrity.size, np.int64)
    n = 0
    for v in range(integrity.size):
        open_before = breached[v] > 0.0
        before += open_before and edge[v] > 0.0
        if wall[v] <= 0.0:
            continue
        n_caf = 0.0
        for slot in range(cells.start[v], cells.start[v + 1]):
            n_caf += caf[cells.rows[slot]]
        strain = pressing * max(0.0, pressure[v] - pressure_yield)
        integrity[v] = worn(integrity[v], deposition * n_caf, degradation * mmp[v], strain, days)
        if integrity[v] < broken:
            breached[v] = 1.0
            if edge[v] > 0.0 and not open_before:
                opened[n] = v
                n += 1
    return before, opened[:n]
