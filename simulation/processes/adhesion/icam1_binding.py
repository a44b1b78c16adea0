"""ICAM-1 binding: lymphocytes recognise a cell they touch, grip its ICAM-1 by LFA-1, and let go again.

    k_ij = attach_rate * a_ij * (floor + (1 - floor) P_ij)          hazard that lymphocyte i takes hold of cell j
    a_ij = antigenicity_j * (1 - restriction_i (1 - mhc1_j))        how readily it recognises the cell
    P_ij = 1 - exp(-<n>_ij(probe))                                  chance that a first touch leaves a bond
    <n>_ij(t) = phi rho_i rho_j valency sum_s f_s A_s (1 - exp(-k_s t))
    phi = 1 / (1 + icam1_blocked_j + lfa1_blocked_i)
    dn_s/dt = k_s (<n>_s(inf) - n_s)                                bonds of a conjugate, by state s of LFA-1

rho     um^-2   lfa1 (icam1) copies over the surface 4 pi radius^2      floor   1     share that other molecules carry
f_s     1       lfa1_open, lfa1_intermediate, the rest closed           A_s     um^4  contact area times 2-D affinity
n_s     1       bonds_closed, bonds_intermediate, bonds_open            k_s     1/s   off-rate of state s

A free lymphocyte in touch with several cells takes at most one: hazards compete. Bonds start at 0, halfway through the
step in which contact begins, and relax exactly, never above the copies that are there: without ICAM-1 there is no bond,
though `floor` still allows a conjugate.
A conjugate ends with hazard 1 / mean_contact, or when the partner is gone, or out of touch. A cell that is itself
recognisable does not act as a lymphocyte. `scanning` is the readiness to hold cells without antigen, by ICAM-1 alone.

icam1_bonds of a cell is the sum over the lymphocytes that hold it.

Mechanisms: M02, M04, M05, M36, M52. Sources: kinetics: simulation/vocabulary/molecules.py; attach_rate: PhysiCell
1.14.2 sample projects; mean_contact: between 8.5 and 60 min of the same projects; floor: assumed (CTL killing without
ICAM-1: Front Immunol 2022, 849701; ICAM-1 antibody cuts lysis 1.3 to 3-fold: Br J Cancer 1999;80:1494).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.engine.arithmetic import chance_within
from simulation.engine.bond import Bonds, Kinetics, contact_chance, density, relaxed_bonds, resting_bonds, together
from simulation.engine.chance import happens, uniform_pair
from simulation.engine.kernel import inlined, kernel
from simulation.engine.neighbours import CellList, home, require, run, runs, square_distance
from simulation.engine.parameter import parameter, parameters_of
from simulation.engine.process import SiteProcess, Stage
from simulation.engine.selection import Selection, named_by, select
from simulation.vocabulary.molecules import LFA1_ICAM1

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.site import SiteView

Floats = NDArray[np.float64]
Lineages = NDArray[np.uint64]

RELEASE, ATTACH = 0, 1  # draws
KNOWN = parameters_of(LFA1_ICAM1)


def published(name: str) -> Any:
    """Make a parameter of one of the vocabulary's numbers for LFA-1 with ICAM-1, to be swept here."""
    p = KNOWN[name]
    return parameter(getattr(LFA1_ICAM1, name), p.unit, p.meaning, source=p.source, bounds=p.bounds)


class Law(NamedTuple):
    """The numbers of attaching and letting go.

    attach_rate    1/min    hazard per recognisable cell in touch, where every touch leaves a bond
    floor          1        share of it that needs no ICAM-1
    scanning       1        readiness to hold a cell without antigen, by ICAM-1 alone
    probe          s        length of a first touch
    mean_contact   min      mean length of a conjugate
    valency        1        what clustering makes of the bonds
    touch          1        farthest touch, over the sum of radii
    dt             min      step
    """

    attach_rate: float
    floor: float
    scanning: float
    probe: float
    mean_contact: float
    valency: float
    touch: float
    dt: float


class Membranes(NamedTuple):
    """What cells show each other: the columns of these names, by table row."""

    radius: Floats
    lfa1: Floats
    lfa1_open: Floats
    lfa1_intermediate: Floats
    lfa1_blocked: Floats
    icam1: Floats
    icam1_blocked: Floats
    antigenicity: Floats
    mhc1: Floats
    mhc_restriction: Floats


@dataclass(frozen=True)
class ICAM1Binding(SiteProcess):
    """Lymphocytes take hold of cells they recognise, and let them go."""

    stage, every = Stage.BIND, "2 min"
    reads = frozenset(
        {
            "lfa1", "lfa1_open", "lfa1_intermediate", "lfa1_blocked", "icam1", "icam1_blocked", "radius",
            "antigenicity", "mhc1", "mhc_restriction", "x", "y", "z",
        }
    )  # fmt: skip
    writes = frozenset(
        {"partner", "contact_time", "bonds", "bonds_closed", "bonds_intermediate", "bonds_open", "icam1_bonds"}
    )
    mechanisms = frozenset({"M02", "M04", "M05", "M36", "M52"})

    attach_rate: float = parameter(
        0.2, "1/min", "hazard to take hold of a recognisable cell in touch",
        source="PhysiCell 1.14.2 sample projects: 0.2 1/min", bounds=(0, 100),
    )  # fmt: skip
    floor: float = parameter(0.3, "1", "share of it that needs no ICAM-1", source="assumed", bounds=(0, 1))
    scanning: float = parameter(
        0.0, "1", "readiness to hold cells without antigen, by ICAM-1 alone", source="assumed", bounds=(0, 1)
    )
    probe: float = parameter(5.0, "s", "length of a first touch", source="assumed", bounds=(0, 600))
    mean_contact: float = parameter(
        30.0, "min", "mean length of a conjugate", bounds=(0.1, 1e4),
        source="assumed: PhysiCell projects use 8.5 and 60 min",
    )  # fmt: skip
    valency: float = parameter(1.0, "1", "what clustering makes of the bonds", source="assumed", bounds=(0, 100))
    touch: float = parameter(1.25, "1", "farthest touch, over the sum of radii", source="assumed", bounds=(1, 2))
    acka_closed: float = published("acka_closed")
    intermediate_ratio: float = published("intermediate_ratio")
    open_ratio: float = published("open_ratio")
    off_closed: float = published("off_closed")
    off_intermediate: float = published("off_intermediate")
    off_open: float = published("off_open")

    def apply(self, site: SiteView, dt: Duration) -> None:
        """Let free lymphocytes take hold, conjugates tighten or end, and cells count who holds them."""
        c = site.cells
        if not c.lfa1.any():
            c.icam1_bonds.fill(0.0)
            return
        cells = site.neighbours
        require(cells, self.touch * 2.0 * float(c.radius.max()))
        shown = Membranes(*(c[name] for name in Membranes._fields))
        law = Law(
            self.attach_rate, self.floor, self.scanning, self.probe, self.mean_contact, self.valency, self.touch,
            dt.minutes,
        )  # fmt: skip
        lymphocytes = select(cells, (c.lfa1 > 0.0) & (c.antigenicity == 0.0))
        grip(
            cells, lymphocytes, law, self.kinetics, shown, c.partner, c.contact_time, c.bonds, c.bonds_closed,
            c.bonds_intermediate, c.bonds_open, site.chance.key, site.chance.tick,
        )  # fmt: skip
        holders = select(cells, c.partner != 0)
        c.icam1_bonds.fill(0.0)
        count_bonds(cells, holders, named_by(cells, holders, c.partner), c.partner, c.bonds, c.icam1_bonds)

    @property
    def kinetics(self) -> Kinetics:
        """LFA-1 with ICAM-1 as the kernels take it."""
        acka = self.acka_closed
        return Kinetics(
            acka, acka * self.intermediate_ratio, acka * self.open_ratio,
            self.off_closed, self.off_intermediate, self.off_open,
        )  # fmt: skip


@kernel
def grip(
    cells: CellList,
    lymphocytes: Selection,
    law: Law,
    kinetics: Kinetics,
    shown: Membranes,
    partner: Lineages,
    contact_time: Floats,
    bonds: Floats,
    closed: Floats,
    intermediate: Floats,
    opened: Floats,
    key: np.uint64,
    tick: int,
) -> None:
    """Advance every lymphocyte by one step; only its own row is written.

    partner                          n   1     lineage of the cell it holds, 0 = none
    contact_time                     n   min   since it took hold
    bonds, closed, intermediate, opened   n   1   all bonds, and by state of LFA-1
    """
    around = runs(cells)
    for k in range(lymphocytes.slots.size):
        slot = lymphocytes.slots[k]
        row = cells.rows[slot]
        who = cells.lineage[slot]
        held = partner[row]
        mate, hazard = -1, 0.0
        place = home(cells, slot)
        for r in range(around):
            first, last = run(cells, place, r)
            for other in range(first, last):
                if _touch(cells, slot, other, shown.radius, law.touch):
                    if held == 0:
                        hazard += _readiness(cells, slot, other, law, kinetics, shown)
                    elif cells.lineage[other] == held:
                        mate = other
        seconds = 0.0
        if held != 0:
            if mate >= 0 and not happens(chance_within(law.dt / law.mean_contact), key, tick, who, RELEASE):
                seconds = law.dt * 60.0
            else:
                partner[row] = 0
                contact_time[row] = 0.0
                mate = -1
        elif hazard > 0.0:
            decides, chooses = uniform_pair(key, tick, who, ATTACH)
            if decides < chance_within(hazard * law.dt):
                mate = _choice(cells, slot, chooses * hazard, law, kinetics, shown)
                partner[row] = cells.lineage[mate]
                contact_time[row] = 0.0
                seconds = law.dt * 30.0  # contact began, on average, halfway through the step
        now = Bonds(0.0, 0.0, 0.0)
        if mate >= 0:
            contact_time[row] += seconds / 60.0
            before = Bonds(closed[row], intermediate[row], opened[row])
            now = _tightened(before, seconds, row, cells.rows[mate], law, kinetics, shown)
        closed[row], intermediate[row], opened[row] = now.closed, now.intermediate, now.open
        bonds[row] = together(now)


@inlined
def _touch(cells: CellList, slot: int, other: int, radius: Floats, touch: float) -> bool:
    farthest = touch * (radius[cells.rows[slot]] + radius[cells.rows[other]])
    return square_distance(cells, slot, other) < farthest * farthest


@inlined
def _meeting(i: int, j: int, law: Law, shown: Membranes) -> tuple[float, float]:
    """Densities of LFA-1 on row `i` and of ICAM-1 on row `j`; blockade and clustering are put to the first."""
    free = law.valency / (1.0 + shown.icam1_blocked[j] + shown.lfa1_blocked[i])
    r_i, r_j = shown.radius[i], shown.radius[j]
    receptors = density(shown.lfa1[i], 4.0 * math.pi * r_i * r_i) * free
    return receptors, density(shown.icam1[j], 4.0 * math.pi * r_j * r_j)


@inlined
def _readiness(cells: CellList, slot: int, other: int, law: Law, kinetics: Kinetics, shown: Membranes) -> float:
    """Hazard (1/min) to take hold of one neighbour; 0 for the lymphocyte itself."""
    i, j = cells.rows[slot], cells.rows[other]
    known = shown.antigenicity[j] * (1.0 - shown.mhc_restriction[i] * (1.0 - shown.mhc1[j]))
    if (known <= 0.0 and law.scanning <= 0.0) or slot == other:
        return 0.0
    if not _touch(cells, slot, other, shown.radius, law.touch):
        return 0.0
    receptors, ligands = _meeting(i, j, law, shown)
    sticks = contact_chance(kinetics, receptors, shown.lfa1_intermediate[i], shown.lfa1_open[i], ligands, law.probe)
    return law.attach_rate * max(known * (law.floor + (1.0 - law.floor) * sticks), law.scanning * sticks)


@inlined
def _choice(cells: CellList, slot: int, point: float, law: Law, kinetics: Kinetics, shown: Membranes) -> int:
    """Slot of the neighbour in whose share of the summed hazards `point` falls; the last one for rounding."""
    place = home(cells, slot)
    passed = 0.0
    chosen = -1
    around = runs(cells)
    for r in range(around):
        first, last = run(cells, place, r)
        for other in range(first, last):
            hazard = _readiness(cells, slot, other, law, kinetics, shown)
            if hazard > 0.0:
                passed += hazard
                chosen = other
                if point < passed:
                    return chosen
    return chosen


@inlined
def _tightened(now: Bonds, seconds: float, i: int, j: int, law: Law, kinetics: Kinetics, shown: Membranes) -> Bonds:
    """Bonds of lymphocyte row `i` with cell row `j` after further contact, at most as many as copies."""
    receptors, ligands = _meeting(i, j, law, shown)
    rest = resting_bonds(kinetics, receptors, shown.lfa1_intermediate[i], shown.lfa1_open[i], ligands)
    after = relaxed_bonds(kinetics, now, rest, seconds)
    most = min(shown.lfa1[i], shown.icam1[j])
    total = together(after)
    if total <= most:
        return after
    scale = most / total
    return Bonds(after.closed * scale, after.intermediate * scale, after.open * scale)


@kernel
def count_bonds(
    cells: CellList, holders: Selection, targets: Selection, partner: Lineages, bonds: Floats, icam1_bonds: Floats
) -> None:
    """Add up, for every cell that is held, the bonds of the lymphocytes that hold it.

    holders, targets      selections of the lymphocytes that hold somebody, and of whom they hold
    icam1_bonds   n   1   written for targets
    """
    around = runs(cells)
    for m in range(targets.slots.size):
        slot = targets.slots[m]
        total = 0.0
        place = home(cells, slot)
        for r in range(around):
            first, last = run(cells, place, r)
            for k in range(holders.before[first], holders.before[last]):
                row = cells.rows[holders.slots[k]]
                if partner[row] == cells.lineage[slot]:
                    total += bonds[row]
        icam1_bonds[cells.rows[slot]] = total
