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

Each row decides for itself: first who leads, then, seeing the leaders, who follows.

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
from simulation.engine.bond import free_copies
from simulation.engine.chance import binomial, daughter, happens, meeting
from simulation.engine.kernel import inlined, kernel
from simulation.engine.naming import Couples, naming
from simulation.engine.neighbours import CellList, home, require, run, runs, square_distance
from simulation.engine.parameter import parameter
from simulation.engine.presence import present
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
        c = site.cells
        if not present(c.invasive):
            c.convoy.fill(0)
            return
        require(site.neighbours, 2.0 * float(c.radius.max()) + self.gap)
        law = Law(
            self.hazard * dt.days, self.floor, self.icam1_gain, self.icam1_half, self.gap, self.open_below, self.hitch,
            self.escort, self.cluster_share, self.follow, self.ecadherin_reference,
        )  # fmt: skip
        cells = Cells(*(c[name] for name in Cells._fields))
        cells = cells._replace(ecadherin=free_copies(c.ecadherin, c.ecadherin_blocked))
        leaving, heads, escort = np.zeros(c.n, np.int64), np.zeros(c.n, np.bool_), np.zeros(c.n, np.uint64)
        key, tick = site.chance.key, site.chance.tick
        couples = naming(site.neighbours, c.partner)
        if lead(site.neighbours, couples, cells, law, key, tick, leaving, heads, escort):
            join(site.neighbours, cells, law, key, tick, leaving, heads, escort, c.leaves, c.convoy)
        else:
            c.convoy.fill(0)


@inlined
def convoy_name(leader: np.uint64, tick: int) -> np.uint64:
    """Name of the convoy that a cell leads out in this tick; never the name of a cell."""
    return daughter(leader, CONVOYS + tick)


@inlined
def cohesion(row: int, cells: Cells, law: Law) -> float:
    """How firmly a cell is joined to its neighbours, 0 ... 1."""
    if cells.detached[row] > 0.0:
        return 0.0
    return min(1.0, cells.ecadherin[row] / law.ecadherin_reference) * (1.0 - cells.emt[row])


@inlined
def open_to_vessels(row: int, cells: Cells, law: Law) -> bool:
    """True for an invasive cell that no capsule encloses."""
    return bool(cells.invasive[row] > 0.0 and cells.enclosure[row] < law.open_below)


@inlined
def touches(list_: CellList, slot: int, other: int, cells: Cells, law: Law) -> bool:
    """True where two cells are no farther apart than the gap."""
    reach = cells.radius[list_.rows[slot]] + cells.radius[list_.rows[other]] + law.gap
    return square_distance(list_, slot, other) < reach * reach


@kernel
def beside_vessels(list_: CellList, o2_exchange: Floats, radius: Floats, gap: float) -> NDArray[np.bool_]:
    """Tell which rows touch a wall cell: looked for from the wall, since most cells are none."""
    rows, x, y, z = list_.rows, list_.x, list_.y, list_.z
    beside = np.zeros(rows.size, np.bool_)
    around = runs(list_)
    for slot in range(rows.size):
        row = rows[slot]
        if o2_exchange[row] <= 0.0:
            continue
        own, x_i, y_i, z_i = radius[row], x[slot], y[slot], z[slot]
        place = home(list_, slot)
        for r in range(around):
            first, last = run(list_, place, r)
            for other in range(np.uint64(first), np.uint64(last)):
                its = rows[other]
                reach = own + radius[its] + gap
                dx, dy, dz = x[other] - x_i, y[other] - y_i, z[other] - z_i
                if dx * dx + dy * dy + dz * dz < reach * reach:
                    beside[its] = True
    return beside


@kernel
def lead(
    list_: CellList,
    couples: Couples,
    cells: Cells,
    law: Law,
    key: np.uint64,
    tick: int,
    leaving: Counts,
    heads: NDArray[np.bool_],
    escort: Lineages,
) -> bool:
    """Decide for every cell how many of its parcel enter the blood by themselves; tell whether any do.

    list_      a list in bins at least as wide as two cells touch
    couples    lymphocytes, and whom they hold
    leaving    n   1   written: cells of the parcel, by table row as all that follows; 0 before
    heads      n       written: True where others may follow; False before
    escort     n   1   written: lineage of the lymphocyte that goes along, 0 = none as before
    """
    rows, invasive, enclosure, detached = list_.rows, cells.invasive, cells.enclosure, cells.detached
    beside, any_leave, first = beside_vessels(list_, cells.o2_exchange, cells.radius, law.gap), False, 0
    for slot in range(rows.size):
        row = rows[slot]
        last = first
        while last < couples.whom.size and couples.whom[last] == slot:
            last += 1
        if beside[row] and invasive[row] > 0.0 and enclosure[row] < law.open_below:
            own = list_.lineage[slot]
            held_by = np.uint64(0)
            if detached[row] > 0.0:
                for k in range(first, last):
                    name = list_.lineage[couples.by[k]]
                    held_by = name if held_by == np.uint64(0) else min(held_by, name)
            h = cells.icam1[row] / (cells.icam1[row] + law.icam1_half)
            rate = law.hazard * (law.floor + cells.emt[row]) * (1.0 - enclosure[row]) * invasive[row]
            rate *= 1.0 + law.icam1_gain * h
            if held_by != np.uint64(0):
                rate *= law.hitch
            n = binomial(cells.parcel[row], chance_within(rate), key, tick, own, LEAVING)
            if n > 0:
                leaving[row], any_leave = n, True
                if held_by != np.uint64(0) and happens(law.escort, key, tick, own, TAKING):
                    escort[row] = held_by
                alone = power(1.0 - law.cluster_share * cohesion(row, cells, law), float(n))
                heads[row] = happens(1.0 - alone, key, tick, own, HEADING)
        first = last
    return any_leave


@kernel
def join(
    list_: CellList,
    cells: Cells,
    law: Law,
    key: np.uint64,
    tick: int,
    leaving: Counts,
    heads: NDArray[np.bool_],
    escort: Lineages,
    leaves: Floats,
    convoy: Lineages,
) -> None:
    """Let those follow whom a leader draws along; request every departure.

    leaving, heads, escort   n   1   from `lead`
    leaves                   n   1   added to: cells of the parcel that enter the blood
    convoy                   n   1   written: name of the convoy, 0 = stays
    """
    around = runs(list_)
    for slot in range(list_.rows.size):
        row = list_.rows[slot]
        own = list_.lineage[slot]
        convoy[row] = np.uint64(0)
        if leaving[row] > 0:
            leaves[row] += float(leaving[row])
            convoy[row] = convoy_name(own, tick)
            continue
        firm = cohesion(row, cells, law) if open_to_vessels(row, cells, law) else 0.0
        holds = cells.partner[row]
        if firm <= 0.0 and holds == np.uint64(0):
            continue
        leader = np.uint64(0)
        place = home(list_, slot)
        for r in range(around):
            first, last = run(list_, place, r)
            for other in range(first, last):
                its = list_.rows[other]
                if leaving[its] == 0:
                    continue
                name = list_.lineage[other]
                called = holds == name and escort[its] == own
                if not called and firm > 0.0 and heads[its] and touches(list_, slot, other, cells, law):
                    p = law.follow * min(firm, cohesion(its, cells, law))
                    called = happens(p, key, tick, meeting(own, name), FOLLOWING)
                if called and (leader == np.uint64(0) or name < leader):
                    leader = name
        if leader != np.uint64(0):
            leaves[row] += 1.0
            convoy[row] = convoy_name(leader, tick)
