"""ICAM-1 binding: lymphocytes recognise a cell they touch, grip its ICAM-1 by LFA-1, and let go again.

    k_ij = attach_rate * a_ij * (o_i + (1 - o_i) P_ij)              hazard that lymphocyte i takes hold of cell j
    o_i  = restriction_i floor + (1 - restriction_i) nk_floor
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
recognisable does not act as a lymphocyte, nor does one without `recognition` (macrophages, neutrophils). `scanning` is
the readiness to hold cells without antigen, by ICAM-1 alone.

icam1_bonds of a cell is the sum over the lymphocytes that hold it, of their bonds to its ICAM-1.

Other firm pairs p of vocabulary/pairs.py (Mac-1 with ICAM-1, VLA-4 with VCAM-1; bonds n_p: engine/pair_table.py) help:

    P_ij = 1 - exp(-<n>_ij - sum_p n_p (1 - exp(-k_p probe))),    bonds_other = sum_p n_p,    n_p ~ valency other_pairs

Their bonds are at rest at once and their integrins open as LFA-1 does. Without them, or with other_pairs = 0, all is as
by LFA-1 alone, to the bit.

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
from simulation.engine.bond import (
    Bonds,
    Kinetics,
    Lapses,
    PairKinetics,
    adhesion_chance,
    bonds_over,
    density,
    lapses,
    resting_bonds,
    together,
)
from simulation.engine.chance import happens, uniform_pair
from simulation.engine.kernel import inlined, kernel
from simulation.engine.naming import Couples, naming, stretch
from simulation.engine.neighbours import CellList, home, require, run, runs
from simulation.engine.pair_table import PairTable, pair_table, resting_pair
from simulation.engine.parameter import parameter, parameters_of
from simulation.engine.presence import present
from simulation.engine.process import SiteProcess, Stage
from simulation.vocabulary.molecules import LFA1_ICAM1
from simulation.vocabulary.pairs import Pair, pairs_of

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.rows import Rows
    from simulation.engine.site import SiteView

Floats = NDArray[np.float64]
Lineages = NDArray[np.uint64]
Slots = NDArray[np.int32]

RELEASE, ATTACH = 0, 1  # draws
OFF = PairKinetics._fields.index("off")
KNOWN = parameters_of(LFA1_ICAM1)
OTHERS = tuple(p for p in pairs_of("firm") if p.name != "lfa1_icam1")
RECEPTORS = ("lfa1", *dict.fromkeys(p.receptor for p in OTHERS))
SHOWN_BY_OTHERS = frozenset(f"{m}{end}" for p in OTHERS for m in (p.receptor, p.ligand) for end in ("", "_blocked"))


def published(name: str) -> Any:
    """Make a parameter of one of the vocabulary's numbers for LFA-1 with ICAM-1, to be swept here."""
    p = KNOWN[name]
    return parameter(getattr(LFA1_ICAM1, name), p.unit, p.meaning, source=p.source, bounds=p.bounds)


class Law(NamedTuple):
    """The numbers of attaching and letting go.

    attach_rate    1/min    hazard per recognisable cell in touch, where every touch leaves a bond
    floor          1        share of a T cell's that needs no ICAM-1
    nk_floor       1        share of a natural killer cell's that needs no ICAM-1
    scanning       1        readiness to hold a cell without antigen, by ICAM-1 alone
    probe          s        length of a first touch
    mean_contact   min      mean length of a conjugate
    valency        1        what clustering makes of the bonds
    touch          1        farthest touch, over the sum of radii
    dt             min      step
    """

    attach_rate: float
    floor: float
    nk_floor: float
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
            "antigenicity", "mhc1", "mhc_restriction", "recognition", "x", "y", "z", *SHOWN_BY_OTHERS,
        }
    )  # fmt: skip
    writes = frozenset(
        "partner contact_time bonds bonds_closed bonds_intermediate bonds_open bonds_other icam1_bonds".split()
    )
    mechanisms = frozenset({"M02", "M04", "M05", "M36", "M52"})

    attach_rate: float = parameter(
        0.2, "1/min", "hazard to take hold of a recognisable cell in touch",
        source="PhysiCell 1.14.2 sample projects: 0.2 1/min", bounds=(0, 100),
    )  # fmt: skip
    floor: float = parameter(0.3, "1", "share of it that needs no ICAM-1", source="assumed", bounds=(0, 1))
    nk_floor: float = parameter(
        0.5, "1", "the same of cells that need no MHC class I: natural killers", source="assumed: HCC context",
        bounds=(0, 1),
    )  # fmt: skip
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
    other_pairs: float = parameter(
        1.0, "1", "weight of firm pairs other than LFA-1 with ICAM-1; 0 leaves them out", source="by definition",
        bounds=(0, 100),
    )  # fmt: skip
    acka_closed: float = published("acka_closed")
    intermediate_ratio: float = published("intermediate_ratio")
    open_ratio: float = published("open_ratio")
    off_closed: float = published("off_closed")
    off_intermediate: float = published("off_intermediate")
    off_open: float = published("off_open")

    def apply(self, site: SiteView, dt: Duration) -> None:
        """Let free lymphocytes take hold, conjugates tighten or end, and cells count who holds them."""
        c = site.cells
        c.icam1_bonds.fill(0.0)
        if self.scanning == 0.0 and not present(c.antigenicity) and not present(c.partner):
            return  # nobody is to be recognised, nobody is held: as in an organ that no tumour cell has reached
        cells = site.neighbours
        receptors = np.add.reduce([c[name] for name in RECEPTORS])
        lymphocytes = able(cells, c.recognition, c.antigenicity, receptors, c.partner)
        if not lymphocytes.size:
            return
        require(cells, self.touch * 2.0 * float(c.radius.max()))
        shown = Membranes(*(c[name] for name in Membranes._fields))
        law = Law(
            self.attach_rate, self.floor, self.nk_floor, self.scanning, self.probe, self.mean_contact, self.valency,
            self.touch, dt.minutes,
        )  # fmt: skip
        others = [p for p in OTHERS if self.other_pairs > 0.0 and self.meet(p, c, cells, lymphocytes)]
        table = pair_table(
            [c[p.receptor] for p in others], [c[p.ligand] for p in others],
            [c[f"{p.receptor}_blocked"] for p in others], [c[f"{p.ligand}_blocked"] for p in others],
            [p.kinetics._replace(acka=p.acka * self.valency * self.other_pairs) for p in others],
        )  # fmt: skip
        apart = np.zeros(c.n)  # bonds to other molecules than ICAM-1
        begins, near = contacts(
            cells, lymphocytes, c.partner, c.radius, c.antigenicity, self.touch, self.scanning > 0.0
        )
        grip(
            cells.rows[lymphocytes], begins, near, law, self.kinetics, shown, table,
            np.array([p.ligand != "icam1" for p in others], bool), c.lineage, c.partner, c.contact_time, c.bonds,
            c.bonds_closed, c.bonds_intermediate, c.bonds_open, c.bonds_other, apart, site.chance.key, site.chance.tick,
        )  # fmt: skip
        count_bonds(cells, naming(cells, c.partner), c.bonds, apart, c.icam1_bonds)

    def meet(self, pair: Pair, c: Rows, cells: CellList, lymphocytes: Slots) -> bool:
        """Tell whether some lymphocytes bear the receptor, and some cells that they may hold the ligand."""
        borne = any_borne(cells, lymphocytes, c[pair.receptor])
        return borne and any_shown(c[pair.ligand], c.antigenicity, self.scanning > 0.0)

    @property
    def kinetics(self) -> Kinetics:
        """LFA-1 with ICAM-1 as the kernels take it."""
        acka = self.acka_closed
        return Kinetics(
            acka, acka * self.intermediate_ratio, acka * self.open_ratio,
            self.off_closed, self.off_intermediate, self.off_open,
        )  # fmt: skip


@kernel
def able(cells: CellList, recognition: Floats, antigenicity: Floats, receptors: Floats, partner: Lineages) -> Slots:
    """Slots of those that act as lymphocytes, and of those that hold a cell though they no longer do, ascending.

    receptors    n   1    copies of all kinds together
    partner      n   1    lineage of the cell it holds, 0 = none
    """
    rows, k = cells.rows, 0
    acts = np.empty(rows.size, np.bool_)  # by row first: columns are read in their order, one byte by slot
    for row in range(rows.size):
        acts[row] = recognition[row] > 0.0 and antigenicity[row] == 0.0 and receptors[row] > 0.0
        acts[row] |= partner[row] != np.uint64(0)
    slots = np.empty(rows.size, np.int32)
    for slot in range(rows.size):
        slots[k] = slot
        k += int(acts[rows[slot]])
    return slots[:k].copy()


@kernel
def contacts(
    cells: CellList,
    lymphocytes: Slots,
    partner: Lineages,
    radius: Floats,
    antigenicity: Floats,
    touch: float,
    to_all: bool,
) -> tuple[Slots, Slots]:
    """List whom each lymphocyte touches: a free one the cells with antigen, or all; one that holds, the cell it holds.

    touch          1    farthest touch, over the sum of radii
    to_all              free ones look at cells without antigen too

    Returns the place where the contacts of the k-th lymphocyte begin, and their rows.
    """
    rows, lineage, x, y, z = cells.rows, cells.lineage, cells.x, cells.y, cells.z
    around, n = runs(cells), 0
    for slot in lymphocytes:  # as many as they could be: a list that grew would slow the walk
        place = home(cells, slot)
        for r in range(around):
            first, last = run(cells, place, r)
            n += last - first
    begins, others = np.empty(lymphocytes.size + 1, np.int32), np.empty(n, np.int32)
    n = 0
    for k in range(lymphocytes.size):
        slot = lymphocytes[k]
        row = rows[slot]
        held, r_i, x_i, y_i, z_i = partner[row], radius[row], x[slot], y[slot], z[slot]
        begins[k] = n
        place = home(cells, slot)
        for r in range(around):
            first, last = run(cells, place, r)
            if held != np.uint64(0):  # then lineages alone tell, but for one cell
                while first < last and lineage[first] != held:
                    first += 1
                last = min(first + 1, last)
            for other in range(np.uint64(first), np.uint64(last)):
                j = rows[other]
                farthest = touch * (r_i + radius[j])
                dx, dy, dz = x[other] - x_i, y[other] - y_i, z[other] - z_i
                near = dx * dx + dy * dy + dz * dz < farthest * farthest and j != row
                if near and (held != np.uint64(0) or to_all or antigenicity[j] > 0.0):
                    others[n] = j
                    n += 1
    begins[-1] = n
    return begins, others[:n].copy()


@kernel
def any_borne(cells: CellList, slots: Slots, copies: Floats) -> bool:
    """Tell whether any of these slots has copies of a molecule."""
    rows = cells.rows
    for slot in slots:  # noqa: SIM110 compiled: a generator would not be
        if copies[rows[slot]] != 0.0:
            return True
    return False


@kernel
def any_shown(copies: Floats, antigenicity: Floats, to_all: bool) -> bool:
    """Tell whether any cell with antigen, or any at all, has copies of a molecule."""
    for i in range(copies.size):  # noqa: SIM110 as above
        if copies[i] != 0.0 and (to_all or antigenicity[i] != 0.0):
            return True
    return False


@kernel
def grip(
    lymphocytes: Slots,
    begins: Slots,
    near: Slots,
    law: Law,
    kinetics: Kinetics,
    shown: Membranes,
    others: PairTable,
    not_icam1: NDArray[np.bool_],
    lineage: Lineages,
    partner: Lineages,
    contact_time: Floats,
    bonds: Floats,
    closed: Floats,
    intermediate: Floats,
    opened: Floats,
    other_bonds: Floats,
    apart: Floats,
    key: np.uint64,
    tick: int,
) -> None:
    """Advance every lymphocyte by one step; only its own row is written.

    lymphocytes                      k         rows
    begins, near                     k + 1, m  rows that each touches, from `contacts`
    lineage                          n   1
    partner                          n   1     lineage of the cell it holds, 0 = none
    contact_time                     n   min   since it took hold
    bonds, closed, intermediate, opened, other_bonds   n   1   all bonds, and by state of LFA-1, and by other pairs
    not_icam1                        p         pairs among the others whose ligand is another molecule
    apart                            n   1     added to: bonds of these pairs
    """
    lets_go = chance_within(law.dt / law.mean_contact)
    # a conjugate goes on for a step, or began, on average, halfway through it
    on, begun = lapses(kinetics, law.dt * 60.0), lapses(kinetics, law.dt * 30.0)
    probe = lapses(kinetics, law.probe)
    hazards = np.empty(near.size)
    for k in range(lymphocytes.size):
        row, first, last = lymphocytes[k], begins[k], begins[k + 1]
        mate, time, minutes = -1, on, law.dt
        if partner[row] != 0:
            if last > first and not happens(lets_go, key, tick, lineage[row], RELEASE):
                mate = near[first]
            else:
                partner[row] = 0
                contact_time[row] = 0.0
        elif last > first:
            own = _lymphocyte(row, law, shown)
            hazard = 0.0
            for c in range(first, last):
                hazards[c] = _readiness(own, near[c], law, kinetics, probe, shown, others)
                hazard += hazards[c]
            if hazard > 0.0:
                decides, chooses = uniform_pair(key, tick, lineage[row], ATTACH)
                if decides < chance_within(hazard * law.dt):
                    mate = near[_choice(hazards, first, last, chooses * hazard)]
                    partner[row] = lineage[mate]
                    contact_time[row] = 0.0
                    time, minutes = begun, law.dt * 30.0 / 60.0
        now, beside = Bonds(0.0, 0.0, 0.0), 0.0
        if mate >= 0:
            contact_time[row] += minutes
            before = Bonds(closed[row], intermediate[row], opened[row])
            now = _tightened(before, time, _lymphocyte(row, law, shown), mate, law, kinetics, shown)
            for p in range(others.laws.shape[0]):
                n = _beside(p, row, mate, shown, others)
                beside += n
                if not_icam1[p]:
                    apart[row] += n
        closed[row], intermediate[row], opened[row] = now.closed, now.intermediate, now.open
        other_bonds[row] = beside
        bonds[row] = together(now) + beside


class Lymphocyte(NamedTuple):
    """What a lymphocyte brings to every cell it touches.

    row                     1        of the table
    receptors               um^-2    LFA-1
    intermediate, opened    1        shares of LFA-1 in those states
    restriction             1        1 needs MHC class I on its target
    floor                   1        share of the hazard that needs no ICAM-1
    """

    row: int
    receptors: float
    intermediate: float
    opened: float
    restriction: float
    floor: float


@inlined
def _lymphocyte(i: int, law: Law, shown: Membranes) -> Lymphocyte:
    r, restriction = shown.radius[i], shown.mhc_restriction[i]
    return Lymphocyte(
        i,
        density(shown.lfa1[i], 4.0 * math.pi * r * r),
        shown.lfa1_intermediate[i],
        shown.lfa1_open[i],
        restriction,
        restriction * law.floor + (1.0 - restriction) * law.nk_floor,
    )


@inlined
def _meeting(own: Lymphocyte, j: int, law: Law, shown: Membranes) -> tuple[float, float]:
    """Densities of LFA-1 and of ICAM-1 on row `j`; blockade and clustering are put to the first."""
    free = law.valency / (1.0 + shown.icam1_blocked[j] + shown.lfa1_blocked[own.row])
    r = shown.radius[j]
    return own.receptors * free, density(shown.icam1[j], 4.0 * math.pi * r * r)


@inlined
def _beside(p: int, i: int, j: int, shown: Membranes, others: PairTable) -> float:
    """Bonds at rest of another pair `p` between rows."""
    r_i, r_j = shown.radius[i], shown.radius[j]
    area_i, area_j = 4.0 * math.pi * r_i * r_i, 4.0 * math.pi * r_j * r_j
    return resting_pair(others, p, i, j, area_i, area_j, shown.lfa1_intermediate[i], shown.lfa1_open[i])


@inlined
def _readiness(
    own: Lymphocyte, j: int, law: Law, kinetics: Kinetics, probe: Lapses, shown: Membranes, others: PairTable
) -> float:
    """Hazard (1/min) to take hold of row `j`, which it touches."""
    known = shown.antigenicity[j] * (1.0 - own.restriction * (1.0 - shown.mhc1[j]))
    if known <= 0.0 and law.scanning <= 0.0:
        return 0.0
    receptors, ligands = _meeting(own, j, law, shown)
    rest = resting_bonds(kinetics, receptors, own.intermediate, own.opened, ligands)
    sticks = adhesion_chance(together(bonds_over(Bonds(0.0, 0.0, 0.0), rest, probe)))
    for p in range(others.laws.shape[0]):
        bonds = _beside(p, own.row, j, shown, others)
        if bonds > 0.0:
            sticks += (1.0 - sticks) * chance_within(bonds * chance_within(others.laws[p, OFF] * law.probe))
    return law.attach_rate * max(known * (own.floor + (1.0 - own.floor) * sticks), law.scanning * sticks)


@inlined
def _choice(hazards: Floats, first: int, last: int, point: float) -> int:
    """Place in whose share of the summed hazards `point` falls; the last one with a share for rounding."""
    passed, chosen = 0.0, -1
    for c in range(first, last):
        if hazards[c] > 0.0:
            passed += hazards[c]
            chosen = c
            if point < passed:
                return chosen
    return chosen


@inlined
def _tightened(
    now: Bonds, time: Lapses, own: Lymphocyte, j: int, law: Law, kinetics: Kinetics, shown: Membranes
) -> Bonds:
    """Bonds of a lymphocyte with cell row `j` after further contact, at most as many as copies."""
    receptors, ligands = _meeting(own, j, law, shown)
    rest = resting_bonds(kinetics, receptors, own.intermediate, own.opened, ligands)
    after = bonds_over(now, rest, time)
    most = min(shown.lfa1[own.row], shown.icam1[j])
    total = together(after)
    if total <= most:
        return after
    scale = most / total
    return Bonds(after.closed * scale, after.intermediate * scale, after.open * scale)


@kernel
def count_bonds(cells: CellList, couples: Couples, bonds: Floats, apart: Floats, icam1_bonds: Floats) -> None:
    """Add up, for every cell that is held, the bonds to its ICAM-1 of the lymphocytes that hold it.

    bonds, apart      n   1   of lymphocytes: all, and those to other molecules
    icam1_bonds       n   1   written for those that are held
    """
    first = 0
    while first < couples.by.size:
        last, total = stretch(couples, first), 0.0
        for k in range(first, last):
            row = cells.rows[couples.by[k]]
            total += bonds[row] - apart[row]
        icam1_bonds[cells.rows[couples.whom[first]]] = total
        first = last
