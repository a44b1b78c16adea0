"""Forces: neighbours push where they overlap and hold where molecules bridge the gap; cells drift, overdamped.

Along the line from cell i to its neighbour j at distance d, with R = r_i + r_j and tension counted positive,

    d < R             F = -stiffness * (R - d)                                         linear spring, no cohesion
    R < d < reach R   F = (n_ij * cadherin_force + b_ij * lfa1_force) * min(1, (d - R) / slack)
    d > reach R       F = 0

    n_ij = bond_density * A_ij * min(e_i, e_j) / ecadherin_reference
    A_ij = pi * (a^2 - c^2),  c = max(0, (d^2 + a^2 - b^2) / (2 d)),  a <= b the reaches, reach * r, of the two cells

    dx/dt = hold * (mobility * (sum of F) + own velocity),    hold = max(0, 1 - c / barrier)

n_ij   1     cadherin bonds, trans dimers made of the poorer cell's share
e      1     free copies per cell, ecadherin / (1 + ecadherin_blocked)
A_ij   um^2  contact: the circle in which the spheres of reach intersect       b   bonds of a lymphocyte and its partner
c      1     capsule integrity, the larger of where the cell is and where its step would end: collagen that is still
             dense lets no cell in or through
slack  um    gap at which a bond bears its whole force; beyond it the membrane yields and the force stays

The tension is 0 at d = R and, for cadherin, at d = reach R, so F has no jump where contacts form and close.
F_ij = -F_ji to the bit. Two centres in one point are pushed apart along a direction drawn from their two lineages.

Mechanisms: M47b, M48, M49 (hold and loss of hold; what the bonds' numbers are is decided by binding).
Sources: linear spring and overdamped motion, as in the OpenVT relaxation test: Osborne 2017, PLoS Comput Biol
13:e1005387 (class of model); bonds as a number proportional to contact and to the poorer cell's cadherin: assumed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numba import get_num_threads, prange
from numpy.typing import NDArray

from simulation.engine.bond import free_copies
from simulation.engine.kernel import inlined, kernel, parallel_kernel, threads_for
from simulation.engine.lattice import voxel_of
from simulation.engine.neighbours import CellList, later_neighbours, require
from simulation.engine.parameter import parameter
from simulation.engine.process import SiteProcess, Stage

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.site import SiteView

Floats = NDArray[np.float64]
Lineages = NDArray[np.uint64]

COINCIDENT = 1e-9  # um; below this the line between two centres has no direction


class Law(NamedTuple):
    """The numbers of the force law.

    stiffness             pN/um    of the repulsive spring
    reach                 1        farthest hold, as a multiple of R; the search must be as wide
    bond_density          um^-2    cadherin bonds per area of contact at the reference number of copies
    ecadherin_reference   1        copies per cell at which the density holds
    cadherin_force        pN       a cadherin bond's whole force
    lfa1_force            pN       an LFA-1/ICAM-1 bond's whole force
    slack                 um       gap at which a bond bears its whole force
    """

    stiffness: float
    reach: float
    bond_density: float
    ecadherin_reference: float
    cadherin_force: float
    lfa1_force: float
    slack: float


class BySlot(NamedTuple):
    """Columns of the cells in the order of a cell list, so that memory is met in order: as in `interact`."""

    radius: Floats
    ecadherin: Floats
    partner: Lineages
    bonds: Floats


@dataclass(frozen=True)
class Forces(SiteProcess):
    """Neighbours push and hold; positions are written, once."""

    stage, every = Stage.MOVE, "2 min"
    reads = frozenset(
        {
            "radius", "mobility", "drift_x", "drift_y", "drift_z", "ecadherin", "ecadherin_blocked", "partner", "bonds",
            "voxel.capsule",
        }
    )  # fmt: skip
    writes = frozenset({"x", "y", "z", "hold", "pressure", "cadherin_bonds", "crowding"})
    mechanisms = frozenset({"M47b", "M48", "M49"})

    stiffness: float = parameter(
        2000.0, "pN/um", "repulsion per overlap", bounds=(0, 1e6),
        source="computed: Hertz, two 9 um cells of 1 kPa overlapping by 1 um; modulus assumed",
    )  # fmt: skip
    reach: float = parameter(1.25, "1", "farthest hold, over the sum of radii", source="assumed", bounds=(1, 2))
    bond_density: float = parameter(10.0, "1/um^2", "cadherin bonds per contact", source="assumed", bounds=(0, 1e4))
    ecadherin_reference: float = parameter(
        1e5, "1", "copies per cell at which bond_density holds", source="assumed", bounds=(1, 1e8)
    )
    cadherin_force: float = parameter(1.0, "pN", "a cadherin bond's force", source="assumed", bounds=(0, 1e3))
    lfa1_force: float = parameter(10.0, "pN", "an LFA-1/ICAM-1 bond's force", source="assumed", bounds=(0, 1e3))
    slack: float = parameter(
        1.0, "um", "gap at which a bond bears its whole force", source="assumed", bounds=(1e-3, 10)
    )
    barrier: float = parameter(
        0.2, "1", "capsule integrity from which it lets no cell pass", source="assumed", bounds=(1e-6, 1)
    )
    max_step: float = parameter(4.0, "um", "longest displacement in one step", source="assumed", bounds=(0, 100))

    def apply(self, site: SiteView, dt: Duration) -> None:
        """Advance the site's cells by one Euler step."""
        c, lattice = site.cells, site.lattice
        fx, fy, fz = self._feel(site)
        move(
            c.x, c.y, c.z, fx, fy, fz, c.mobility, c.hold, c.drift_x, c.drift_y, c.drift_z,
            dt.minutes, lattice.extent, free_axes(site), self.max_step,
            site.voxels.capsule, lattice.side, lattice.shape, self.barrier,
        )  # fmt: skip

    def settle(self, site: SiteView) -> None:
        """Fill pressure, bonds and crowding for the cells as they were put down."""
        self._feel(site)

    def _feel(self, site: SiteView) -> tuple[Floats, Floats, Floats]:
        """Write what neighbours do to each cell and return the force on it."""
        c = site.cells
        require(site.neighbours, self.reach * 2.0 * float(c.radius.max(initial=0.0)))
        # A world without lymphocytes has neither column.
        partner = c.partner if "partner" in c else locked(np.zeros(c.n, np.uint64))
        bonds = c.bonds if "bonds" in c else locked(np.zeros(c.n))
        ecadherin = free_copies(c.ecadherin, c.ecadherin_blocked)
        force = np.empty(c.n), np.empty(c.n), np.empty(c.n)
        with threads_for(c.n):
            interact(
                site.neighbours, free_axes(site), c.radius, ecadherin, partner, bonds, self.law,
                *force, c.pressure, c.cadherin_bonds, c.crowding, get_num_threads(),
            )  # fmt: skip
        return force

    @property
    def law(self) -> Law:
        """The parameters of the force law as the kernels take them."""
        return Law(*(float(getattr(self, name)) for name in Law._fields))


def free_axes(site: SiteView) -> tuple[bool, bool, bool]:
    """Tell along which axes cells can move: those with more than one voxel."""
    nx, ny, nz = site.lattice.shape
    return nx > 1, ny > 1, nz > 1


def locked(array: NDArray[Any]) -> NDArray[Any]:
    """Return an array read-only, as columns are that a process reads: one compiled kernel then serves all."""
    array.flags.writeable = False
    return array


# The scalar functions choose with min and max rather than branches: neighbours are met in no predictable pattern, and
# a wrongly guessed branch costs as much as ten multiplications (20 % of the whole loop, measured).
@inlined
def contact_area(d: float, r_i: float, r_j: float, reach: float) -> float:
    """Area (um^2) of the circle in which two spheres of radius `reach * r` intersect; the smaller one's at most."""
    a, b = reach * min(r_i, r_j), reach * max(r_i, r_j)
    c = max(0.0, 0.5 * (d + (a * a - b * b) / d))
    return math.pi * max(0.0, a * a - c * c)


@inlined
def cadherin(d: float, r_i: float, r_j: float, e_i: float, e_j: float, law: Law) -> float:
    """Cadherin bonds between two cells at distance `d`."""
    return law.bond_density / law.ecadherin_reference * min(e_i, e_j) * contact_area(d, r_i, r_j, law.reach)


@inlined
def tension(gap: float, n_cadherin: float, n_lfa1: float, law: Law) -> float:
    """Force (pN) between two cells `gap = d - R` apart: negative where they push, positive where bonds hold."""
    hold = (n_cadherin * law.cadherin_force + n_lfa1 * law.lfa1_force) * min(1.0, max(gap, 0.0) / law.slack)
    return law.stiffness * min(gap, 0.0) + hold


@inlined
def mixed(word: np.uint64) -> np.uint64:
    """Spread the bits of a word (the finaliser of SplitMix64: Steele 2014, OOPSLA; recalled)."""
    word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return word ^ (word >> np.uint64(31))


@inlined
def parting(own: np.uint64, other: np.uint64, free: tuple[bool, bool, bool]) -> tuple[float, float, float]:
    """Unit vector from cell `own` to `other` when both are in one point; `parting(b, a)` is exactly its opposite.

    free    3    axes along which cells can move; the others get 0
    """
    low, high = min(own, other), max(own, other)
    word = mixed(low ^ mixed(high))
    per_bit = 1.0 / 1048576.0  # 21 bits less half of their range: three signed fractions, none of them 0
    u = (float(word & np.uint64(0x1FFFFF)) - 1048575.5) * per_bit if free[0] else 0.0
    v = (float((word >> np.uint64(21)) & np.uint64(0x1FFFFF)) - 1048575.5) * per_bit if free[1] else 0.0
    w = (float((word >> np.uint64(42)) & np.uint64(0x1FFFFF)) - 1048575.5) * per_bit if free[2] else 0.0
    length = math.sqrt(u * u + v * v + w * w)
    if length == 0.0:
        return 0.0, 0.0, 0.0
    scale = 1.0 / length if own < other else -1.0 / length
    return u * scale, v * scale, w * scale


@parallel_kernel
def interact(
    cells: CellList,
    free: tuple[bool, bool, bool],
    radius: Floats,
    ecadherin: Floats,
    partner: Lineages,
    bonds: Floats,
    law: Law,
    force_x: Floats,
    force_y: Floats,
    force_z: Floats,
    pressure: Floats,
    cadherin_bonds: Floats,
    crowding: Floats,
    blocks: int,
) -> None:
    """Let every cell feel its neighbours where the list saw them.

    cells                 a list in bins at least reach * 2 * the largest radius wide
    free             3        axes along which cells can move
    radius           n   um   by table row, as all that follows
    ecadherin        n   1    free copies on the surface
    partner          n   1    lineage of the cell a lymphocyte holds, 0 = none
    bonds            n   1    LFA-1/ICAM-1 bonds to the partner, on the lymphocyte's row
    force_x, _y, _z  n   pN   written: sum over neighbours
    pressure         n   Pa   written: magnitudes of the pushes over the surface of the sphere (1 pN/um^2 = 1 Pa)
    cadherin_bonds   n   1    written: sum over neighbours
    crowding         n   1    written: number of neighbours within reach
    blocks                    parts into which the box is cut, one for each thread; the result does not depend on them

    A pair is worked out once, from its lower slot, and serves both cells, which halves the work. A cell's neighbours
    in lower slots have had their turn before its own, so its sums still run over its neighbours in slot order. A block
    writes only its own cells: it walks the layer of bins before it too, for what that does to them.
    """
    slots = BySlot(radius[cells.rows], ecadherin[cells.rows], partner[cells.rows], bonds[cells.rows])
    total = np.zeros((cells.rows.size, 6))
    layers = cells.nx if cells.nx > 1 else cells.ny
    deep = (cells.start.size - 1) // layers  # bins of a layer
    for block in prange(blocks):
        one, past = layers * block // blocks, layers * (block + 1) // blocks
        feel(cells, max(one - 1, 0) * deep, one * deep, past * deep, slots, free, law, total)
        for slot in range(cells.start[one * deep], cells.start[past * deep]):
            row, r_i = cells.rows[slot], slots.radius[slot]
            force_x[row], force_y[row], force_z[row] = total[slot, 0], total[slot, 1], total[slot, 2]
            surface = 4.0 * math.pi * r_i * r_i
            pressure[row] = total[slot, 3] / surface if surface > 0.0 else 0.0
            cadherin_bonds[row], crowding[row] = total[slot, 4], total[slot, 5]


@kernel
def feel(
    cells: CellList,
    before: int,
    one: int,
    past: int,
    slots: BySlot,
    free: tuple[bool, bool, bool],
    law: Law,
    total: Floats,
) -> None:
    """Sum up what neighbours do to the cells of one block.

    before          1    first bin whose cells may have a neighbour in the block
    one, past       1    the block: its first bin, and one past its last
    total    n, 6        added to, by slot: force x, y, z, pushes, cadherin bonds, neighbours
    """
    x, y, z, lineage, radius = cells.x, cells.y, cells.z, cells.lineage, slots.radius
    begin, start, end = cells.start[before], cells.start[one], cells.start[past]
    begins, partners = later_neighbours(cells, radius, law.reach, before, past, start)
    for slot in range(begin, end):
        x_i, y_i, z_i, r_i, e_i = x[slot], y[slot], z[slot], radius[slot], slots.ecadherin[slot]
        name, held, grip = lineage[slot], slots.partner[slot], slots.bonds[slot]
        sum_x, sum_y, sum_z = total[slot, 0], total[slot, 1], total[slot, 2]
        pushes, n_bonds = total[slot, 3], total[slot, 4]
        first, last = begins[slot - begin], begins[slot - begin + 1]
        for k in range(np.uint64(first), np.uint64(last)):
            other = np.uint64(partners[k])
            dx, dy, dz = x[other] - x_i, y[other] - y_i, z[other] - z_i
            d = math.sqrt(dx * dx + dy * dy + dz * dz)
            if d < COINCIDENT:
                dx, dy, dz = parting(name, lineage[other], free)
                d = COINCIDENT
            else:
                per_d = 1.0 / d
                dx, dy, dz = dx * per_d, dy * per_d, dz * per_d
            n_cadherin = cadherin(d, r_i, radius[other], e_i, slots.ecadherin[other], law)
            own = grip if held == lineage[other] else 0.0
            its = slots.bonds[other] if slots.partner[other] == name else 0.0
            pull = tension(d - (r_i + radius[other]), n_cadherin, own + its, law)
            push = max(0.0, -pull)
            sum_x += pull * dx
            sum_y += pull * dy
            sum_z += pull * dz
            pushes += push
            n_bonds += n_cadherin
            if other < np.uint64(end):
                total[other, 0] -= pull * dx
                total[other, 1] -= pull * dy
                total[other, 2] -= pull * dz
                total[other, 3] += push
                total[other, 4] += n_cadherin
                total[other, 5] += 1.0
        if slot >= start:
            total[slot, 0], total[slot, 1], total[slot, 2] = sum_x, sum_y, sum_z
            total[slot, 3], total[slot, 4] = pushes, n_bonds
            total[slot, 5] += float(last - first)


@inlined
def within(position: float, length: float) -> float:
    """Keep a coordinate in 0 ... length; one that is not a number stays so and is reported by the next search."""
    if position < 0.0:
        return 0.0
    return length if position > length else position


@kernel
def move(
    x: Floats,
    y: Floats,
    z: Floats,
    force_x: Floats,
    force_y: Floats,
    force_z: Floats,
    mobility: Floats,
    hold: Floats,
    drift_x: Floats,
    drift_y: Floats,
    drift_z: Floats,
    dt: float,
    extent: tuple[float, float, float],
    free: tuple[bool, bool, bool],
    max_step: float,
    capsule: Floats,
    side: float,
    shape: tuple[int, int, int],
    barrier: float,
) -> None:
    """Write every position once: one Euler step of overdamped motion inside the box.

    x, y, z          n   um          moved in place, kept within 0 ... extent; unchanged along an axis that is not free
    force_x, _y, _z  n   pN          sum over neighbours
    mobility         n   um/min/pN   0 = fixed, whatever pulls
    hold             n   1           written: share of its movement that surrounding capsule leaves
    drift_x, _y, _z  n   um/min      own migration
    dt                   min         step
    extent           3   um          the box
    free             3               axes along which cells can move
    max_step             um          longest displacement; a longer one keeps its direction
    capsule     voxels   1           integrity of the capsule
    side                 um          of a voxel
    shape            3               of the lattice
    barrier              1           integrity from which the capsule lets nothing pass
    """
    nx, ny, nz = shape
    for i in range(x.size):
        if mobility[i] == 0.0:
            continue
        dx = dt * (mobility[i] * force_x[i] + drift_x[i]) if free[0] else 0.0
        dy = dt * (mobility[i] * force_y[i] + drift_y[i]) if free[1] else 0.0
        dz = dt * (mobility[i] * force_z[i] + drift_z[i]) if free[2] else 0.0
        length = math.sqrt(dx * dx + dy * dy + dz * dz)
        if length > max_step:
            scale = max_step / length
            dx, dy, dz = dx * scale, dy * scale, dz * scale
        around = capsule[voxel_of(x[i], y[i], z[i], side, nx, ny, nz)]
        ahead = capsule[voxel_of(x[i] + dx, y[i] + dy, z[i] + dz, side, nx, ny, nz)]
        hold[i] = max(0.0, 1.0 - max(around, ahead) / barrier)
        dx, dy, dz = dx * hold[i], dy * hold[i], dz * hold[i]
        if free[0]:
            x[i] = within(x[i] + dx, extent[0])
        if free[1]:
            y[i] = within(y[i] + dy, extent[1])
        if free[2]:
            z[i] = within(z[i] + dz, extent[2])
