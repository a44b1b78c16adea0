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

from dataclasses import dataclass
from functools import cached_property
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
    surface,
    together,
)
from simulation.engine.chance import happens, uniform_pair
from simulation.engine.kernel import inlined, kernel
from simulation.engine.longer import longer
from simulation.engine.naming import Couples, coupled, named
from simulation.engine.neighbours import CellList, home, require, run, runs, square_distance
from simulation.engine.pair_table import PairTable, resting_pairs
from simulation.engine.parameter import parameter, parameters_of
from simulation.engine.presence import present
from simulation.engine.process import SiteProcess, Stage
from simulation.engine.selection import Selection
from simulation.vocabulary.molecules import LFA1_ICAM1
from simulation.vocabulary.pairs import pairs_of

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.site import SiteView

Floats = NDArray[np.float64]
Lineages = NDArray[np.uint64]
Indices = NDArray[np.int32]
Spans = NDArray[np.int64]

RELEASE, ATTACH = 0, 1  # draws
OFF = PairKinetics._fields.index("off")
KNOWN = parameters_of(LFA1_ICAM1)
OTHERS = tuple(p for p in pairs_of("firm") if p.name != "lfa1_icam1")
NOT_ICAM1 = np.array([p.ligand != "icam1" for p in OTHERS])
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
    recognition: Floats
    lineage: Lineages


class Conjugates(NamedTuple):
    """What binding keeps of cells: the columns of these names, by table row."""

    partner: Lineages
    contact_time: Floats
    bonds: Floats
    bonds_closed: Floats
    bonds_intermediate: Floats
    bonds_open: Floats
    bonds_other: Floats
    icam1_bonds: Floats


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
        if self.scanning == 0.0 and not site.spans_with("antigenicity").size and not present(c.partner):
            return  # nobody is to be recognised, nobody is held: as in an organ that no tumour cell has reached
        require(site.neighbours, self.touch * 2.0 * float(c.radius.max()))
        law = Law(
            self.attach_rate, self.floor, self.nk_floor, self.scanning, self.probe, self.mean_contact, self.valency,
            self.touch, dt.minutes,
        )  # fmt: skip
        others = PairTable(
            tuple([c[p.receptor] for p in OTHERS]), tuple([c[p.ligand] for p in OTHERS]),
            tuple([c[f"{p.receptor}_blocked"] for p in OTHERS]), tuple([c[f"{p.ligand}_blocked"] for p in OTHERS]),
            self.laws, NOT_ICAM1,
        )  # fmt: skip
        couples = bind(
            site.neighbours, site.spans_with("partner"), site.spans_with("antigenicity"), law, self.kinetics,
            Membranes(*[c[name] for name in Membranes._fields]), others,
            Conjugates(*[c[name] for name in Conjugates._fields]), site.chance.key, site.chance.tick,
        )  # fmt: skip
        if couples.by.size:
            site.keep_couples("partner", couples)

    @cached_property
    def laws(self) -> Floats:
        """Kinetics of the other pairs as the kernels take them."""
        return np.array([p.kinetics._replace(acka=p.acka * self.valency * self.other_pairs) for p in OTHERS])

    @cached_property
    def kinetics(self) -> Kinetics:
        """LFA-1 with ICAM-1 as the kernels take it."""
        acka = self.acka_closed
        return Kinetics(
            acka, acka * self.intermediate_ratio, acka * self.open_ratio,
            self.off_closed, self.off_intermediate, self.off_open,
        )  # fmt: skip


@kernel
def bind(
    cells: CellList,
    lymphoid: Spans,
    antigenic: Spans,
    law: Law,
    kinetics: Kinetics,
    shown: Membranes,
    others: PairTable,
    kept: Conjugates,
    key: np.uint64,
    tick: int,
) -> Couples:
    """Advance every lymphocyte by one step; one call, since calls are what a small site's step costs.

    lymphoid, antigenic    k, 2    spans of rows that may hold others, or have antigen
    kept                           written for lymphocytes; icam1_bonds, which come as 0, for those that they hold

    Returns who holds whom.
    """
    lymphocytes, seen = sides(cells, lymphoid, antigenic, shown, others.receptors, kept.partner, law.scanning > 0.0)
    begins, near = contacts(cells, lymphocytes, seen, law, shown, kept.partner, key, tick)
    by, whom = cells.rows[lymphocytes], cells.rows[near]
    beside = resting_pairs(others, by, begins, whom, shown.radius, shown.lfa1_intermediate, shown.lfa1_open)
    held = grip(by, begins, whom, beside, law, kinetics, shown, others, kept, key, tick)
    return coupled(cells, lymphocytes[held >= 0], near[held[held >= 0]])


@kernel
def sides(
    cells: CellList,
    lymphoid: Spans,
    antigenic: Spans,
    shown: Membranes,
    receptors: tuple[Floats, ...],
    partner: Lineages,
    to_all: bool,
) -> tuple[Indices, Selection]:
    """Tell who acts as a lymphocyte, or holds a cell though it no longer does, and whom free ones look at.

    receptors    n   1    copies by kind, of other kinds than LFA-1
    partner      n   1    lineage of the cell it holds, 0 = none
    to_all                they look at cells without antigen too

    Returns slots of the first, ascending, and the second.
    """
    rows, k, m = cells.rows, 0, 0
    acts, shows = np.zeros(rows.size, np.bool_), np.full(rows.size, to_all)
    for first, last in lymphoid:  # by row first: columns are read in their order, two bytes by slot
        for row in range(first, last):
            acts[row] = shown.lfa1[row] > 0.0
        for copies in receptors:
            for row in range(first, last):
                acts[row] |= copies[row] > 0.0
        for row in range(first, last):
            acts[row] &= shown.recognition[row] > 0.0 and shown.antigenicity[row] == 0.0
            acts[row] |= partner[row] != np.uint64(0)
    for first, last in antigenic:
        for row in range(first, last):
            shows[row] |= shown.antigenicity[row] > 0.0
    lymphocytes, seen = np.empty(rows.size, np.int32), np.empty(rows.size, np.int32)
    before = np.empty(rows.size + 1, np.int32)
    for slot in range(rows.size):
        before[slot] = m
        lymphocytes[k], seen[m] = slot, slot
        k += int(acts[rows[slot]])
        m += int(shows[rows[slot]])
    before[-1] = m
    return lymphocytes[:k], Selection(before, seen[:m])


@kernel
def contacts(
    cells: CellList,
    lymphocytes: Indices,
    seen: Selection,
    law: Law,
    shown: Membranes,
    partner: Lineages,
    key: np.uint64,
    tick: int,
) -> tuple[Indices, Indices]:
    """List whom each lymphocyte may hold after this step: the cell it does not let go, or those it may take hold of.

    lymphocytes    k    slots
    seen                cells that free ones look at
    partner        n    lineage of the cell it holds, 0 = none

    Returns the place where the contacts of the k-th lymphocyte begin, and their slots. A free one whose draw is above
    what the hazard would be if every touch left a bond has none: most are spared the sum.
    """
    rows, lineage, x, y, z, radius = cells.rows, cells.lineage, cells.x, cells.y, cells.z, shown.radius
    around, n = runs(cells), 0
    lets_go = chance_within(law.dt / law.mean_contact)
    begins, near = np.empty(lymphocytes.size + 1, np.int32), np.empty(4 * lymphocytes.size + seen.slots.size, np.int32)
    for k in range(lymphocytes.size):
        begins[k] = n
        slot = lymphocytes[k]
        row, place = rows[slot], home(cells, slot)
        if partner[row] != np.uint64(0):
            mate = named(cells, place, around, partner[row])
            kept = mate >= 0 and _touch(cells, slot, mate, radius, law.touch)
            if kept and not happens(lets_go, key, tick, lineage[slot], RELEASE):
                near[n] = mate
                n += 1
            continue
        found, r_i, x_i, y_i, z_i = n, radius[row], x[slot], y[slot], z[slot]
        for r in range(around):
            first, last = run(cells, place, r)
            for i in range(np.uint64(seen.before[first]), np.uint64(seen.before[last])):
                other = np.uint64(seen.slots[i])
                farthest = law.touch * (r_i + radius[rows[other]])
                dx, dy, dz = x[other] - x_i, y[other] - y_i, z[other] - z_i
                near[found] = other  # counted by a sum: a branch would be guessed wrongly at each contact
                found += int((dx * dx + dy * dy + dz * dz < farthest * farthest) & (other != np.uint64(slot)))
        if found > n:
            own, most = _lymphocyte(row, law, shown), 0.0
            for c in range(n, found):
                most += max(_known(own, rows[near[c]], shown), law.scanning)
            if happens(1.000001 * law.attach_rate * most * law.dt, key, tick, lineage[slot], ATTACH):
                n = found
        if n + seen.slots.size >= near.size:
            near = longer(near, 2 * near.size)
    begins[-1] = n
    return begins, near[:n]


@kernel
def grip(
    lymphocytes: Indices,
    begins: Indices,
    near: Indices,
    beside: Floats,
    law: Law,
    kinetics: Kinetics,
    shown: Membranes,
    others: PairTable,
    kept: Conjugates,
    key: np.uint64,
    tick: int,
) -> Indices:
    """Advance every lymphocyte; they come in the order of slots, so that bonds to a cell are summed in that order.

    lymphocytes      k           rows
    begins, near     k + 1, m    rows that each may hold, as from `contacts`
    beside           p, m   1    bonds of other pairs with these

    Returns the place in `near` of whom each holds then, -1 for nobody.
    """
    # a conjugate goes on for a step, or began, on average, halfway through it
    on, begun = lapses(kinetics, law.dt * 60.0), lapses(kinetics, law.dt * 30.0)
    probe = lapses(kinetics, law.probe)
    touched, hazards, holds = np.empty(beside.shape[0]), np.empty(near.size), np.empty(lymphocytes.size, np.int32)
    for p in range(touched.size):
        touched[p] = chance_within(others.laws[p, OFF] * law.probe)
    for k in range(lymphocytes.size):
        row, first, last = lymphocytes[k], begins[k], begins[k + 1]
        held, time, minutes = -1, on, law.dt
        if kept.partner[row] != np.uint64(0):
            if last > first:
                held = first
            else:
                kept.partner[row] = 0
                kept.contact_time[row] = 0.0
        elif last > first:
            own, hazard = _lymphocyte(row, law, shown), 0.0
            for c in range(first, last):
                hazards[c] = _readiness(own, near[c], law, kinetics, probe, shown, beside[:, c], touched)
                hazard += hazards[c]
            decides, chooses = uniform_pair(key, tick, shown.lineage[row], ATTACH)
            if decides < chance_within(hazard * law.dt):
                held = _choice(hazards, first, last, chooses * hazard)
                kept.partner[row] = shown.lineage[near[held]]
                kept.contact_time[row] = 0.0
                time, minutes = begun, law.dt * 30.0 / 60.0
        holds[k] = held
        now, more, apart = Bonds(0.0, 0.0, 0.0), 0.0, 0.0
        if held >= 0:
            kept.contact_time[row] += minutes
            before = Bonds(kept.bonds_closed[row], kept.bonds_intermediate[row], kept.bonds_open[row])
            now = _tightened(before, time, _lymphocyte(row, law, shown), near[held], law, kinetics, shown)
            for p in range(touched.size):
                more += beside[p, held]
                if others.apart[p]:
                    apart += beside[p, held]
        kept.bonds_closed[row], kept.bonds_intermediate[row] = now.closed, now.intermediate
        kept.bonds_open[row], kept.bonds_other[row] = now.open, more
        kept.bonds[row] = together(now) + more
        if held >= 0:
            kept.icam1_bonds[near[held]] += kept.bonds[row] - apart
    return holds


@inlined
def _touch(cells: CellList, slot: int, other: int, radius: Floats, touch: float) -> bool:
    """True where two cells are nearer than `touch` times the sum of their radii."""
    farthest = touch * (radius[cells.rows[slot]] + radius[cells.rows[other]])
    return square_distance(cells, slot, other) < farthest * farthest


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
    restriction = shown.mhc_restriction[i]
    return Lymphocyte(
        i,
        density(shown.lfa1[i], surface(shown.radius[i])),
        shown.lfa1_intermediate[i],
        shown.lfa1_open[i],
        restriction,
        restriction * law.floor + (1.0 - restriction) * law.nk_floor,
    )


@inlined
def _meeting(own: Lymphocyte, j: int, law: Law, shown: Membranes) -> tuple[float, float]:
    """Densities of LFA-1 and of ICAM-1 on row `j`; blockade and clustering are put to the first."""
    free = law.valency / (1.0 + shown.icam1_blocked[j] + shown.lfa1_blocked[own.row])
    return own.receptors * free, density(shown.icam1[j], surface(shown.radius[j]))


@inlined
def _known(own: Lymphocyte, j: int, shown: Membranes) -> float:
    """How readily a lymphocyte recognises row `j`."""
    known: float = shown.antigenicity[j] * (1.0 - own.restriction * (1.0 - shown.mhc1[j]))
    return known


@inlined
def _readiness(
    own: Lymphocyte,
    j: int,
    law: Law,
    kinetics: Kinetics,
    probe: Lapses,
    shown: Membranes,
    beside: Floats,
    touched: Floats,
) -> float:
    """Hazard (1/min) to take hold of row `j`, which it touches."""
    known = _known(own, j, shown)
    if known <= 0.0 and law.scanning <= 0.0:
        return 0.0
    receptors, ligands = _meeting(own, j, law, shown)
    rest = resting_bonds(kinetics, receptors, own.intermediate, own.opened, ligands)
    sticks = adhesion_chance(together(bonds_over(Bonds(0.0, 0.0, 0.0), rest, probe)))
    for p in range(touched.size):
        if beside[p] > 0.0:
            sticks += (1.0 - sticks) * chance_within(beside[p] * touched[p])
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
