"""Intravasation: tumour cells that touch a vessel enter the blood, alone, in clusters or with a lymphocyte.

    hazard = k * (floor + emt) * (1 - enclosure) * (1 + gain * h) * invasive      h = icam1 / (icam1 + half)
             * hitch where the cell is detached and a lymphocyte holds it
    leaving ~ Binomial(parcel, 1 - exp(-hazard * dt))

only for cells that touch vessel wall and are not enclosed by capsule. A cell of which some leave is a *leader*. With a
chance it heads a cluster: then each cell that touches it and is joined to it by E-cadherin follows with a chance,

    cohesion = min(1, ecadherin / reference) * (1 - emt),  0 for a detached cell
    heads a cluster: 1 - (1 - cluster_share * cohesion)^leaving
    follows:         follow * (the lower cohesion of the two)

and one cell of its parcel leaves in the leader's convoy (in that of the leader of lowest lineage, if several call).
The lymphocyte of lowest lineage that holds a detached leader goes with it, with the chance `escort`.

name          unit   meaning
emt           1      0 epithelial ... 1 mesenchymal
enclosure     1      integrity of the nearest capsule wall
icam1         1      copies per cell
ecadherin     1      free copies per cell: copies / (1 + ecadherin_blocked)
detached      1      1 while torn loose
partner       1      on a lymphocyte's row: lineage of the cell it holds
parcel        1      cells an agent stands for; the expected number that leaves is proportional to agents * parcel
convoy        1      name of those about to travel together, from the leader's lineage and the tick; 0 = stays

Each row decides for itself: first who leads, then, called by the leaders, who follows. Few cells leave in a step, so
their luck is asked first, then who lies around them; nobody else is looked at any closer.

Mechanisms: M47b (nothing is shed behind an intact capsule), M47c, M48.
Sources: form of the hazard: seed 1, made quantitative by assumption; all values assumed. Clusters are 2-5 % of the
events: Aceto 2014 by way of a 23-50 fold potential (computed).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.engine.arithmetic import chance_within, power
from simulation.engine.chance import binomial, daughter, happens, meeting, uniform
from simulation.engine.kernel import inlined, kernel
from simulation.engine.longer import longer
from simulation.engine.neighbours import CellList, home, require, run, runs, square_distance
from simulation.engine.parameter import parameter
from simulation.engine.process import SiteProcess, Stage

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.site import SiteView

Floats = NDArray[np.float64]
Lineages = NDArray[np.uint64]
Counts = NDArray[np.int64]

# Births are numbered with 32 bits, so beyond them no cell ever gets a name: convoys may.
CONVOYS = 2**40
LEAVING, HEADING, FOLLOWING, TAKING = 0, 1, 2, 3  # which draw is for what
#: rows whose luck is drawn before it is looked at: the compiler then draws for several at once
STRETCH = 256


class Law(NamedTuple):
    """The parameters as kernels take them; `hazard` per step. See `Intravasation`."""

    hazard: float
    floor: float
    icam1_gain: float
    icam1_half: float
    gap: float
    open_below: float
    hitch: float
    escort: float
    cluster_share: float
    follow: float
    ecadherin_reference: float


class Cells(NamedTuple):
    """The columns that kernels read, by table row."""

    parcel: Counts
    radius: Floats
    invasive: Floats
    emt: Floats
    enclosure: Floats
    icam1: Floats
    ecadherin: Floats
    ecadherin_blocked: Floats
    detached: Floats
    partner: Lineages
    o2_exchange: Floats


@dataclass(frozen=True)
class Intravasation(SiteProcess):
    """Tumour cells enter the vessels they touch."""

    stage, every = Stage.SPREAD, "10 min"
    reads = frozenset(
        {
            "x", "y", "z", "radius", "invasive", "emt", "enclosure", "icam1", "ecadherin", "ecadherin_blocked",
            "detached", "partner", "o2_exchange",
        }
    )  # fmt: skip
    adds = frozenset({"leaves"})
    writes = frozenset({"convoy"})
    mechanisms = frozenset({"M47b", "M47c", "M48"})

    hazard: float = parameter(
        0.02, "1/day", "rate at which a mesenchymal cell that touches a vessel enters it", source="assumed",
        bounds=(0, 100),
    )  # fmt: skip
    floor: float = parameter(0.05, "1", "share of that which an epithelial cell has", source="assumed", bounds=(0, 1))
    icam1_gain: float = parameter(2.0, "1", "what saturating ICAM-1 adds", source="assumed", bounds=(0, 100))
    icam1_half: float = parameter(5e4, "1", "copies of half effect", source="assumed", bounds=(1, 1e8))
    gap: float = parameter(2.0, "um", "gap across which cells still touch", source="assumed", bounds=(0, 20))
    open_below: float = parameter(
        0.2, "1", "enclosure below which the way to vessels is open", source="assumed", bounds=(0, 1)
    )
    hitch: float = parameter(
        5.0, "1", "how much faster a detached cell enters with a lymphocyte", source="assumed: 1-20", bounds=(1, 100)
    )
    escort: float = parameter(
        1.0, "1", "chance that this lymphocyte goes along; 0 = it never does", source="seed 1", bounds=(0, 1)
    )
    cluster_share: float = parameter(
        0.06, "1", "chance that a cohesive leaving cell draws others along",
        source="assumed: gives clusters in 2-5 % of events", bounds=(0, 1),
    )  # fmt: skip
    follow: float = parameter(
        0.5, "1", "chance that a cohesive neighbour of such a cell follows", source="assumed", bounds=(0, 1)
    )
    ecadherin_reference: float = parameter(
        1e5, "1", "copies of full cohesion", source="assumed: epithelial cell", bounds=(1, 1e8)
    )

    def apply(self, site: SiteView, dt: Duration) -> None:
        """Request departures and name convoys; see module."""
        c, key, tick = site.cells, site.chance.key, site.chance.tick
        c.convoy.fill(0)
        hazard = self.hazard * dt.days
        rows = lucky(
            c.lineage, c.parcel, c.invasive, c.emt, c.enclosure, c.icam1, c.detached, hazard, self.floor,
            self.icam1_gain, self.icam1_half, self.open_below, self.hitch, key, tick,
        )  # fmt: skip
        if rows.size == 0:
            return
        require(site.neighbours, 2.0 * float(c.radius.max()) + self.gap)
        law = Law(
            hazard, self.floor, self.icam1_gain, self.icam1_half, self.gap, self.open_below, self.hitch, self.escort,
            self.cluster_share, self.follow, self.ecadherin_reference,
        )  # fmt: skip
        cells = Cells(*(c[name] for name in Cells._fields))
        slots, leaving, heads, escort = lead(site.neighbours, rows, cells, law, key, tick)
        if slots.size > 0:
            join(site.neighbours, cells, law, key, tick, slots, leaving, heads, escort, c.leaves, c.convoy)


@inlined
def convoy_name(leader: np.uint64, tick: int) -> np.uint64:
    """Name of the convoy that a cell leads out in this tick; never the name of a cell."""
    return daughter(leader, CONVOYS + tick)


@inlined
def cohesion(row: int, cells: Cells, law: Law) -> float:
    """How firmly a cell is joined to its neighbours, 0 ... 1."""
    if cells.detached[row] > 0.0:
        return 0.0
    free = cells.ecadherin[row] / (1.0 + cells.ecadherin_blocked[row])
    return min(1.0, free / law.ecadherin_reference) * (1.0 - cells.emt[row])


@inlined
def open_to_vessels(row: int, cells: Cells, law: Law) -> bool:
    """True for an invasive cell that no capsule encloses."""
    return bool(cells.invasive[row] > 0.0 and cells.enclosure[row] < law.open_below)


@inlined
def touches(list_: CellList, slot: int, other: int, cells: Cells, law: Law) -> bool:
    """True where two cells are no farther apart than the gap."""
    reach = cells.radius[list_.rows[slot]] + cells.radius[list_.rows[other]] + law.gap
    return square_distance(list_, slot, other) < reach * reach


@inlined
def beside_vessel(list_: CellList, slot: int, cells: Cells, law: Law) -> bool:
    """True for a cell that touches vessel wall."""
    place = home(list_, slot)
    for r in range(runs(list_)):
        first, last = run(list_, place, r)
        for other in range(first, last):
            if cells.o2_exchange[list_.rows[other]] > 0.0 and touches(list_, slot, other, cells, law):
                return True
    return False


@inlined
def holder(list_: CellList, slot: int, cells: Cells) -> np.uint64:
    """Lineage of the first lymphocyte, by name, that holds a cell; 0 for none."""
    own, found = list_.lineage[slot], np.uint64(0)
    place = home(list_, slot)
    for r in range(runs(list_)):
        first, last = run(list_, place, r)
        for other in range(first, last):
            if cells.partner[list_.rows[other]] == own:
                name = list_.lineage[other]
                found = name if found == np.uint64(0) else min(found, name)
    return found


@inlined
def slot_of(list_: CellList, row: int) -> int:
    """Slot of a table row."""
    slot = list_.start[list_.bin_of[row]]
    while list_.rows[slot] != row:
        slot += 1
    return slot


@kernel
def lucky(
    lineage: Lineages,
    parcel: Counts,
    invasive: Floats,
    emt: Floats,
    enclosure: Floats,
    icam1: Floats,
    detached: Floats,
    hazard: float,
    floor: float,
    icam1_gain: float,
    icam1_half: float,
    open_below: float,
    hitch: float,
    key: np.uint64,
    tick: int,
) -> Counts:
    """Return the rows that would leave beside a vessel, if torn loose with a lymphocyte: no other leaves."""
    found, n = np.empty(16, np.int64), 0
    most, luck = np.empty(STRETCH), np.empty(STRETCH)
    fastest = hazard * (1.0 + icam1_gain) * hitch
    for first in range(0, lineage.size, STRETCH):
        size, free = min(STRETCH, lineage.size - first), 0
        for i in range(size):
            free += int((invasive[first + i] > 0.0) & (enclosure[first + i] < open_below))
        if free == 0:
            continue
        for i in range(size):
            row = first + i
            luck[i] = uniform(key, tick, lineage[row], LEAVING)
            most[i] = fastest * (floor + emt[row]) * invasive[row] * float(parcel[row])
        for i in range(size):
            row = first + i
            if spared(luck[i], most[i]) or invasive[row] <= 0.0 or enclosure[row] >= open_below:
                continue
            own = hazard * (1.0 + icam1_gain * icam1[row] / (icam1[row] + icam1_half))
            own *= hitch if detached[row] > 0.0 else 1.0
            if spared(luck[i], own * (floor + emt[row]) * invasive[row] * float(parcel[row])):
                continue
            if n == found.size:
                found = longer(found, 2 * n)
            found[n] = row
            n += 1
    return found[:n]


@inlined
def spared(luck: float, most: float) -> bool:
    """True where nobody leaves, as few as `most` being expected: the draw is below 1 - most < exp(-most).

    As long as few leave, their number is drawn by inversion of one uniform, so that high luck is many.
    """
    return most < 0.5 and luck < 1.0 - 1.000001 * most - 1e-12


@kernel
def lead(
    list_: CellList, chosen: Counts, cells: Cells, law: Law, key: np.uint64, tick: int
) -> tuple[Counts, Counts, NDArray[np.bool_], Lineages]:
    """Decide for the chosen rows how many of the parcel enter the blood by themselves.

    list_    a list in bins at least as wide as two cells touch

    Returns, of those of which any do: slots; how many cells of the parcel; True where others may follow; lineage of the
    lymphocyte that goes along, 0 = none.
    """
    slots, leaving, n = np.empty(chosen.size, np.int64), np.empty(chosen.size, np.int64), 0
    heads, escort = np.empty(chosen.size, np.bool_), np.zeros(chosen.size, np.uint64)
    for row in chosen:
        slot = slot_of(list_, row)
        if not beside_vessel(list_, slot, cells, law):
            continue
        own = list_.lineage[slot]
        held_by = holder(list_, slot, cells) if cells.detached[row] > 0.0 else np.uint64(0)
        h = cells.icam1[row] / (cells.icam1[row] + law.icam1_half)
        rate = law.hazard * (law.floor + cells.emt[row]) * (1.0 - cells.enclosure[row]) * cells.invasive[row]
        rate *= 1.0 + law.icam1_gain * h
        if held_by != np.uint64(0):
            rate *= law.hitch
        count = binomial(cells.parcel[row], chance_within(rate), key, tick, own, LEAVING)
        if count == 0:
            continue
        if held_by != np.uint64(0) and happens(law.escort, key, tick, own, TAKING):
            escort[n] = held_by
        alone = power(1.0 - law.cluster_share * cohesion(row, cells, law), float(count))
        slots[n], leaving[n], heads[n] = slot, count, happens(1.0 - alone, key, tick, own, HEADING)
        n += 1
    return slots[:n], leaving[:n], heads[:n], escort[:n]


@kernel
def join(
    list_: CellList,
    cells: Cells,
    law: Law,
    key: np.uint64,
    tick: int,
    slots: Counts,
    leaving: Counts,
    heads: NDArray[np.bool_],
    escort: Lineages,
    leaves: Floats,
    convoy: Lineages,
) -> None:
    """Let those follow whom a leader draws along; request every departure.

    slots, leaving, heads, escort   k   1   leaders, from `lead`
    leaves                          n   1   added to: cells of the parcel that enter the blood
    convoy                          n   1   written where somebody leaves: name of the convoy; 0 before
    """
    around = runs(list_)
    leads = np.zeros(list_.rows.size, np.bool_)
    for slot in slots:
        leads[slot] = True
    called_by = np.zeros(list_.rows.size, np.uint64)  # by slot: the leader of lowest lineage
    for k in range(slots.size):
        slot = slots[k]
        row, name = list_.rows[slot], list_.lineage[slot]
        leaves[row] += float(leaving[k])
        convoy[row] = convoy_name(name, tick)
        place = home(list_, slot)
        for r in range(around):
            first, last = run(list_, place, r)
            for other in range(first, last):
                if leads[other]:
                    continue
                its = list_.rows[other]
                called = cells.partner[its] == name and escort[k] == list_.lineage[other]
                if not called and heads[k] and open_to_vessels(its, cells, law):
                    p = law.follow * min(cohesion(its, cells, law), cohesion(row, cells, law))
                    called = (
                        p > 0.0
                        and touches(list_, slot, other, cells, law)
                        and happens(p, key, tick, meeting(list_.lineage[other], name), FOLLOWING)
                    )
                if called and (called_by[other] == np.uint64(0) or name < called_by[other]):
                    if called_by[other] == np.uint64(0):
                        leaves[its] += 1.0
                    called_by[other], convoy[its] = name, convoy_name(name, tick)
