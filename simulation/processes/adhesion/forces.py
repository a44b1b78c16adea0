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
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numba import prange
from numpy.typing import NDArray

from simulation.engine.kernel import inlined, kernel, parallel_kernel, threads_for
from simulation.engine.lattice import voxel_of
from simulation.engine.neighbours import CellList, fits, later_neighbours, require, slot_of
from simulation.engine.parameter import parameter
from simulation.engine.presence import present
from simulation.engine.process import SiteProcess, Stage

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.site import SiteView

Floats = NDArray[np.float64]
Lineages = NDArray[np.uint64]
Axes = tuple[bool, bool, bool]
Shape = tuple[int, int, int]

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
        self._advance(site, dt.minutes)

    def settle(self, site: SiteView) -> None:
        """Fill pressure, bonds and crowding for the cells as they were put down."""
        self._advance(site, 0.0)

    def _advance(self, site: SiteView, minutes: float) -> None:
        """Write what neighbours do to each cell, and move the cells if there is time."""
        c, lattice, cells = site.cells, site.lattice, site.neighbours
        threads = threads_for(c.n)
        # A world without lymphocytes has neither column.
        grip = (c.partner, c.bonds) if "partner" in c else (NOBODY, NOTHING)
        read = c.radius, c.ecadherin, c.ecadherin_blocked, *grip
        felt = c.pressure, c.cadherin_bonds, c.crowding
        motion: tuple[Any, ...] = (
            c.x, c.y, c.z, c.mobility, c.hold, c.drift_x, c.drift_y, c.drift_z, minutes, self.max_step,
            site.voxels.capsule, lattice.side, lattice.shape, self.barrier,
        )  # fmt: skip
        if threads == 1:
            far = advance(cells, *read, self.law, *felt, *motion)
        else:
            force = np.empty((3, c.n))
            far = interact_together(cells, free_axes(lattice.shape), *read, self.law, force, *felt, threads)
            if minutes > 0.0:
                move(force, *motion)
        if far != 0.0:
            require(cells, far)

    @cached_property
    def law(self) -> Law:
        """The parameters of the force law as the kernels take them."""
        return Law(*(float(getattr(self, name)) for name in Law._fields))


@inlined
def free_axes(shape: Shape) -> Axes:
    """Tell along which axes cells can move: those with more than one voxel."""
    return shape[0] > 1, shape[1] > 1, shape[2] > 1


def locked(array: NDArray[Any]) -> NDArray[Any]:
    """Return an array read-only, as columns are that a process reads: one compiled kernel then serves all."""
    array.flags.writeable = False
    return array


# of a world without lymphocytes
NOBODY, NOTHING = locked(np.zeros(0, np.uint64)), locked(np.zeros(0))


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
def parting(own: np.uint64, other: np.uint64, free: Axes) -> tuple[float, float, float]:
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


@kernel
def interact(
    cells: CellList,
    free: Axes,
    radius: Floats,
    ecadherin: Floats,
    ecadherin_blocked: Floats,
    partner: Lineages,
    bonds: Floats,
    law: Law,
    force: Floats,
    pressure: Floats,
    cadherin_bonds: Floats,
    crowding: Floats,
) -> float:
    """Let every cell feel its neighbours where the list saw them.

    cells                  a list in bins at least reach * 2 * the largest radius wide
    free              3        axes along which cells can move
    radius            n   um   by table row, as all that follows
    ecadherin         n   1    copies on the surface
    ecadherin_blocked n   1    antibody over dissociation constant
    partner           n   1    lineage of the cell a lymphocyte holds, 0 = none
    bonds             n   1    LFA-1/ICAM-1 bonds to the partner, on the lymphocyte's row
    force          3, n   pN   written: sum over neighbours
    pressure          n   Pa   written: magnitudes of the pushes over the surface of the sphere (1 pN/um^2 = 1 Pa)
    cadherin_bonds    n   1    written: sum over neighbours
    crowding          n   1    written: number of neighbours within reach

    Returns 0, or the distance within which it would have to search, wider than the bins: then nothing was done.

    A pair is worked out once, from its lower slot, and serves both cells, which halves the work. A cell's neighbours
    in lower slots have had their turn before its own, so its sums still run over its neighbours in slot order.
    """
    most, r, e, held, grip = by_slot(cells, radius, ecadherin, ecadherin_blocked, partner, bonds)
    far = law.reach * 2.0 * most
    if not fits(cells, far):
        return far
    first: Any = np.int64(0)  # a bare 0 is a type of its own: all would be compiled once more
    past = cells.start.size - 1
    feel(cells, first, past, first, r, e, held, grip, free, law, force, pressure, cadherin_bonds, crowding)
    return 0.0


@parallel_kernel
def interact_together(
    cells: CellList,
    free: Axes,
    radius: Floats,
    ecadherin: Floats,
    ecadherin_blocked: Floats,
    partner: Lineages,
    bonds: Floats,
    law: Law,
    force: Floats,
    pressure: Floats,
    cadherin_bonds: Floats,
    crowding: Floats,
    blocks: int,
) -> float:
    """Do what `interact` does, to the bit, on several threads.

    blocks    parts into which the box is cut, one for each thread; the result does not depend on them

    A block writes only its own cells: it walks the layer of bins before it too, for what that does to them.
    """
    most, r, e, held, grip = by_slot(cells, radius, ecadherin, ecadherin_blocked, partner, bonds)
    far = law.reach * 2.0 * most
    if not fits(cells, far):
        return far
    layers = cells.nx if cells.nx > 1 else cells.ny
    deep = (cells.start.size - 1) // layers  # bins of a layer
    for block in prange(blocks):
        one, past = layers * block // blocks, layers * (block + 1) // blocks
        feel(
            cells, one * deep, past * deep, deep, r, e, held, grip, free, law, force, pressure, cadherin_bonds,
            crowding,
        )  # fmt: skip
    return 0.0


@kernel
def by_slot(
    cells: CellList,
    radius: Floats,
    ecadherin: Floats,
    ecadherin_blocked: Floats,
    partner: Lineages,
    bonds: Floats,
) -> tuple[float, Floats, Floats, Lineages, Floats]:
    """Bring what a pair needs of each cell into the order of slots, so that memory is met in order.

    Returns the largest radius, radii, copies of E-cadherin that antibody leaves free, partners and bonds.
    """
    rows, n = cells.rows, cells.rows.size
    r, e, held, grip = np.empty(n), np.empty(n), np.zeros(n, np.uint64), np.zeros(n)
    most = 0.0
    for slot in range(n):
        own = radius[rows[slot]]
        r[slot], e[slot], most = own, ecadherin[rows[slot]], max(most, own)
    if present(ecadherin_blocked):
        for slot in range(n):
            e[slot] /= 1.0 + ecadherin_blocked[rows[slot]]
    for row in range(bonds.size):
        if bonds[row] != 0.0:
            slot = slot_of(cells, row)
            held[slot], grip[slot] = partner[row], bonds[row]
    return most, r, e, held, grip


@kernel
def feel(
    cells: CellList,
    one: int,
    past: int,
    deep: int,
    radius: Floats,
    ecadherin: Floats,
    held: Lineages,
    grip: Floats,
    free: Axes,
    law: Law,
    force: Floats,
    pressure: Floats,
    cadherin_bonds: Floats,
    crowding: Floats,
) -> None:
    """Write what neighbours do to the cells of one block.

    one, past    1    the block: its first bin, and one past its last
    deep         1    bins before and after the block whose cells may have a neighbour in it
    """
    x, y, z, lineage = cells.x, cells.y, cells.z, cells.lineage
    before, after = max(one - deep, 0), min(past + deep, cells.start.size - 1)
    begin, start, end = cells.start[before], cells.start[one], cells.start[past]
    pairs = later_neighbours(cells, radius, law.reach, before, past, start)
    total = np.zeros((cells.start[after] - begin, 6))
    # One flat loop: loops over the few partners of each cell would end at a place that no processor can guess.
    for k in range(np.uint64(pairs.begins[-1])):
        i, j = np.uint64(pairs.lower[k]), np.uint64(pairs.upper[k])
        dx, dy, dz = x[j] - x[i], y[j] - y[i], z[j] - z[i]
        d = math.sqrt(dx * dx + dy * dy + dz * dz)
        if d < COINCIDENT:
            dx, dy, dz = parting(lineage[i], lineage[j], free)
            d = COINCIDENT
        else:
            per_d = 1.0 / d
            dx, dy, dz = dx * per_d, dy * per_d, dz * per_d
        n_cadherin = cadherin(d, radius[i], radius[j], ecadherin[i], ecadherin[j], law)
        gripped = 0.0
        if grip[i] != 0.0 or grip[j] != 0.0:
            gripped = (grip[i] if held[i] == lineage[j] else 0.0) + (grip[j] if held[j] == lineage[i] else 0.0)
        pull = tension(d - (radius[i] + radius[j]), n_cadherin, gripped, law)
        push = max(0.0, -pull)
        fx, fy, fz = pull * dx, pull * dy, pull * dz
        i, j = i - np.uint64(begin), j - np.uint64(begin)
        total[i, 0] += fx
        total[i, 1] += fy
        total[i, 2] += fz
        total[i, 3] += push
        total[i, 4] += n_cadherin
        total[i, 5] += 1.0
        total[j, 0] -= fx
        total[j, 1] -= fy
        total[j, 2] -= fz
        total[j, 3] += push
        total[j, 4] += n_cadherin
        total[j, 5] += 1.0
    for slot in range(start, end):
        row, r_i, i = cells.rows[slot], radius[slot], slot - begin
        force[0, row], force[1, row], force[2, row] = total[i, 0], total[i, 1], total[i, 2]
        surface = 4.0 * math.pi * r_i * r_i
        pressure[row] = total[i, 3] / surface if surface > 0.0 else 0.0
        cadherin_bonds[row], crowding[row] = total[i, 4], total[i, 5]


@inlined
def within(position: float, length: float) -> float:
    """Keep a coordinate in 0 ... length; one that is not a number stays so and is reported by the next search."""
    if position < 0.0:
        return 0.0
    return length if position > length else position


@kernel
def move(
    force: Floats,
    x: Floats,
    y: Floats,
    z: Floats,
    mobility: Floats,
    hold: Floats,
    drift_x: Floats,
    drift_y: Floats,
    drift_z: Floats,
    dt: float,
    max_step: float,
    capsule: Floats,
    side: float,
    shape: Shape,
    barrier: float,
) -> None:
    """Write every position once: one Euler step of overdamped motion inside the box.

    force         3, n   pN          sum over neighbours
    x, y, z          n   um          moved in place, kept within the box; unchanged along an axis of a single voxel
    mobility         n   um/min/pN   0 = fixed, whatever pulls
    hold             n   1           written: share of its movement that surrounding capsule leaves
    drift_x, _y, _z  n   um/min      own migration
    dt                   min         step
    max_step             um          longest displacement; a longer one keeps its direction
    capsule     voxels   1           integrity of the capsule
    side                 um          of a voxel
    shape            3               of the lattice
    barrier              1           integrity from which the capsule lets nothing pass
    """
    nx, ny, nz = shape
    free = free_axes(shape)
    for i in range(x.size):
        if mobility[i] == 0.0:
            continue
        dx = dt * (mobility[i] * force[0, i] + drift_x[i]) if free[0] else 0.0
        dy = dt * (mobility[i] * force[1, i] + drift_y[i]) if free[1] else 0.0
        dz = dt * (mobility[i] * force[2, i] + drift_z[i]) if free[2] else 0.0
        length = math.sqrt(dx * dx + dy * dy + dz * dz)
        if length > max_step:
            scale = max_step / length
            dx, dy, dz = dx * scale, dy * scale, dz * scale
        around = capsule[voxel_of(x[i], y[i], z[i], side, nx, ny, nz)]
        ahead = capsule[voxel_of(x[i] + dx, y[i] + dy, z[i] + dz, side, nx, ny, nz)]
        hold[i] = max(0.0, 1.0 - max(around, ahead) / barrier)
        dx, dy, dz = dx * hold[i], dy * hold[i], dz * hold[i]
        if free[0]:
            x[i] = within(x[i] + dx, nx * side)
        if free[1]:
            y[i] = within(y[i] + dy, ny * side)
        if free[2]:
            z[i] = within(z[i] + dz, nz * side)


@kernel
def advance(
    cells: CellList,
    radius: Floats,
    ecadherin: Floats,
    ecadherin_blocked: Floats,
    partner: Lineages,
    bonds: Floats,
    law: Law,
    pressure: Floats,
    cadherin_bonds: Floats,
    crowding: Floats,
    x: Floats,
    y: Floats,
    z: Floats,
    mobility: Floats,
    hold: Floats,
    drift_x: Floats,
    drift_y: Floats,
    drift_z: Floats,
    dt: float,
    max_step: float,
    capsule: Floats,
    side: float,
    shape: Shape,
    barrier: float,
) -> float:
    """`interact` and, where `dt` is not 0, `move` in one call: calls are what a small site costs."""
    force = np.empty((3, cells.rows.size))
    far = interact(
        cells, free_axes(shape), radius, ecadherin, ecadherin_blocked, partner, bonds, law, force, pressure,
        cadherin_bonds, crowding,
    )  # fmt: skip
    if far == 0.0 and dt > 0.0:
        move(
            force, x, y, z, mobility, hold, drift_x, drift_y, drift_z, dt, max_step, capsule, side, shape, barrier
        )  # fmt: skip
    return far
