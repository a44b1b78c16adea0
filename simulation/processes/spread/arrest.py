"""Arrest: a passage through an organ's vessels may hold a convoy: by its size, by adhesion, or by neutrophils.

Two segments, one after the other: capillary (sinusoid), then venule, as far as the site has wall cells of either kind.

    P      = 1 - (1 - A_c) (1 - p_mech) (1 - A_v)
    A      = 1 - (1 - stick) (1 - bridge) (1 - other)               in each segment
    p_mech = 1 - (1 - mechanical_arrest)^m                          capillaries only
    stick  = (eff(G) + (1 - eff(G)) roll) (1 - exp(-sum of <n>))    <n>, eff(G), T: engine/bond.py
    roll   = selectins * (1 - product of (1 - T_E) (1 - T_P))       venules only
    bridge = 1 - exp(-bridge_weight * met * (1 - exp(-sum of <b>)))
    other  = other_hold * exp(-stress / other_stress)               convoys with tumour cells

m      1      cells of the convoy that are too wide: tumour cells, and whatever bears no LFA-1
<n>    1      bonds of each cell with a mean wall cell of the segment in one contact: LFA-1 (by its three states) and
              Mac-1 with ICAM-1, VLA-4 with VCAM-1
<b>    1      bonds of ICAM-1 of each tumour cell of the convoy with Mac-1 of a neutrophil at the wall
met    1      neutrophils at the wall that it passes: path * wall_share * neutrophils / wall cells of the site
G      1/s    shear rate in the segment;  stress  dyn/cm2

A cell in flow that bears no ligand is held by size alone, unless a leukocyte of its convoy holds to the wall, or a
neutrophil of the wall docks it. Soluble ICAM-1 and antibody in the blood occupy receptors as in binding within tissue:
the free share is 1 / (1 + sum of concentration over dissociation constant). A held convoy may come loose, sooner one
held by size, since cells deform. Draws are keyed by the convoy, so that it is held, or let go, as a whole.

Wall cells are those with oxygen exchange; an organ without them holds by size alone.

Mechanisms: M55, M60, and M06's arrest efficiency.
Sources: form: seed 2, made quantitative by assumption; eff(G): Blood 1998;92:1626; bridge: Spicer 2012 Cancer Res and
PMC2778842; mechanical_arrest, flow: vocabulary/organs.py; contact: computed from a sinusoid of 0.3 mm at 0.15 mm/s.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.engine.arithmetic import chance_within, chunked_sum, exp
from simulation.engine.bond import (
    COLLISION,
    arrest_efficiency,
    contact_bonds,
    density,
    firm_bonds,
    tether_chance,
)
from simulation.engine.chance import happens, uniform
from simulation.engine.kernel import inlined, kernel
from simulation.engine.parameter import parameter
from simulation.engine.presence import present
from simulation.engine.process import BodyProcess, Stage
from simulation.vocabulary.blood import BY_ADHESION, BY_SIZE, FLOWING
from simulation.vocabulary.molecules import LFA1_ICAM1, Bond
from simulation.vocabulary.organs import ORGANS, Organ, organ_of
from simulation.vocabulary.pairs import WallPairs, wall_pairs

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.rows import Rows
    from simulation.engine.site import BodyView, SiteView

Floats = NDArray[np.float64]
Lineages = NDArray[np.uint64]
Counts = NDArray[np.int64]

HOLD, RELEASE = 0, 1  # which draw is for what
BLOCKED = ("icam1", "lfa1", "mac1", "vla4", "vcam1", "e_selectin", "p_selectin", "selectin_ligand")


class Wall(NamedTuple):
    """One segment of a site, as what flows through it finds it.

    size                              1        chance that a single cell is held by size
    touch                             1        eff(G)
    shear_rate, stress                1/s, dyn/cm2
    icam1, icam1_mac1                 um^-2    ICAM-1, free for LFA-1 and for Mac-1
    vcam1, e_selectin, p_selectin     um^-2    free copies
    met                               1        neutrophils passed, times the weight of the bridge
    mac1, intermediate, opened        um^-2, 1 of these, free Mac-1 and its states
    rolling                           1        weight of selectins
    """

    size: float
    touch: float
    shear_rate: float
    stress: float
    icam1: float
    icam1_mac1: float
    vcam1: float
    e_selectin: float
    p_selectin: float
    met: float
    mac1: float
    intermediate: float
    opened: float
    rolling: float


class Passing(NamedTuple):
    """The columns of travellers that decide how they hold, by row."""

    radius: Floats
    invasive: Floats
    icam1: Floats
    lfa1: Floats
    lfa1_intermediate: Floats
    lfa1_open: Floats
    mac1: Floats
    vla4: Floats
    selectin_ligand: Floats


class Law(NamedTuple):
    """The numbers of `Arrest`, and what blocks ICAM-1 of travellers."""

    contact: float
    pull: float
    wait: float
    other_hold: float
    other_stress: float
    icam1_blocked: float


@dataclass(frozen=True)
class Arrest(BodyProcess):
    """Vessels hold cells that flow through them, and let some go.

    organs    mapping of str to Organ    by site's name; a site that is not among them is an average organ
    bond      Bond                       LFA-1 with ICAM-1
    """

    stage, every = Stage.SPREAD, "2 min"
    of_travellers = True
    reads = frozenset(
        {
            "icam1", "icam1_blocked", "vcam1", "e_selectin", "p_selectin", "o2_exchange", "venule", "neutrophil",
            "mac1", "lfa1_intermediate", "lfa1_open", "radius", "pool.sicam1",
            *(f"pool.anti_{name}" for name in BLOCKED),
            "traveller.lineage", "traveller.convoy", "traveller.site",
            *(f"traveller.{name}" for name in Passing._fields),
        }
    )  # fmt: skip
    writes = frozenset({"traveller.arrested", "traveller.arrest_time"})
    mechanisms = frozenset({"M06", "M55", "M60"})

    organs: Mapping[str, Organ] = field(default_factory=lambda: ORGANS, hash=False, repr=False)
    bond: Bond = field(default=LFA1_ICAM1, repr=False)
    decoy: float = parameter(
        1.0, "1", "how far soluble ICAM-1 occupies LFA-1; 0 = not at all", source="by definition", bounds=(0, 1)
    )
    contact: float = parameter(
        2.0, "s", "length of contact with the vessel wall in one passage",
        source="computed: 0.3 mm at 0.15 mm/s in a sinusoid, both assumed", bounds=(0, 600),
    )  # fmt: skip
    endothelial_area: float = parameter(
        1500.0, "um^2", "surface an endothelial cell turns to the blood", source="assumed: 1000-2000", bounds=(1, 1e5)
    )
    strength: float = parameter(
        12.0, "1/s", "arrests per time of contact that counts",
        source="computed: efficiency 0.2 at 100 1/s, Blood 1998;92:1626", bounds=(0, 1e4),
    )  # fmt: skip
    shortest_contact: float = parameter(
        6.5, "ms", "contacts shorter than this do not count", source="Blood 1998;92:1626", bounds=(0, 1e3)
    )
    release: float = parameter(
        0.02, "1/h", "rate at which a convoy held by size slips through", source="assumed", bounds=(0, 100)
    )
    adhesive_release: float = parameter(
        0.005, "1/h", "rate at which one held by adhesion comes loose", source="assumed", bounds=(0, 100)
    )

    selectins: float = parameter(
        1.0, "1", "weight of rolling on selectins in venules; 0 = collisions alone", source="assumed", bounds=(0, 1)
    )
    pull: float = parameter(
        0.5, "pN*s", "pull on a tether over shear rate, of a cell of 8 um", bounds=(0, 100),
        source="computed: drag on a sphere at a wall, 32 viscosity radius^2",
    )  # fmt: skip
    wait: float = parameter(0.1, "s", "time until the next tether may form", source="assumed", bounds=(0, 60))
    bridge_weight: float = parameter(
        1.0, "1", "weight of neutrophils that dock tumour cells to the wall; 0 = they do not",
        source="assumed: HCC, TNBC, colorectal 1, luminal B 0.5, lung 1.5", bounds=(0, 100),
    )  # fmt: skip
    wall_share: float = parameter(
        0.3, "1", "share of a site's neutrophils that are at its vessel wall", source="assumed", bounds=(0, 1)
    )
    path: float = parameter(
        15.0, "1", "wall cells along one passage of a segment", source="computed: 0.3 mm of cells of 20 um",
        bounds=(0, 1e4),
    )  # fmt: skip
    other_hold: float = parameter(
        0.0, "1", "chance without flow that a tumour cell is held by molecules that are not in the model; 0 = none",
        source="assumed", bounds=(0, 1),
    )  # fmt: skip
    other_stress: float = parameter(
        3.32, "dyn/cm^2", "shear stress that leaves 1/e of it",
        source="computed: 4 dyn/cm2 takes 70 % of melanoma cells' migration, PMC2778842", bounds=(0.01, 1e3),
    )  # fmt: skip

    def apply(self, body: BodyView, dt: Duration) -> None:
        """Hold and release convoys for one passage; see module."""
        t = body.travellers
        if t.n == 0:
            return
        key, tick = body.chance.key, body.chance.tick
        order, flowing = np.lexsort((t.lineage, t.convoy)), t.arrested == FLOWING
        let_go(
            order, t.convoy, flowing, self.release * dt.hours, self.adhesive_release * dt.hours, dt.minutes, key, tick,
            t.arrested, t.arrest_time,
        )  # fmt: skip
        passed = set(t.site[flowing].tolist())  # only there somebody meets the wall
        if not passed:
            return
        walls = np.zeros((2 * len(body.sites), len(Wall._fields)))
        blocked = float(body.pools.anti_icam1[0]) / self.bond.antibody_constant
        free = {m: 1.0 / (1.0 + float(body.pools[f"anti_{m}"][0]) / self.bond.antibody_constant) for m in BLOCKED}
        for place, site in enumerate(body.sites):
            if site.number in passed:
                walls[2 * place : 2 * place + 2] = self.segments(body, site, free)
        passing = Passing(*(t[name] for name in Passing._fields))
        law = Law(self.contact, self.pull, self.wait, self.other_hold, self.other_stress, blocked)
        hold(order, t.convoy, flowing, t.site, passing, walls, self.pairs, law, key, tick, t.arrested, t.arrest_time)
        caught = np.flatnonzero((t.arrested != FLOWING) & (t.arrest_time == 0.0))
        body.report("arrested", caught, t.arrested[caught])

    @cached_property
    def pairs(self) -> WallPairs:
        """Kinetics of the pairs, as kernels take them."""
        return wall_pairs(self.bond.kinetics)

    def segments(self, body: BodyView, site: SiteView, free: Mapping[str, float]) -> tuple[Wall, Wall]:
        """Describe capillaries and venules of a site to what flows through them.

        free    by molecule    1    share that antibody in the blood leaves free
        """
        c, organ, pools = site.cells, organ_of(self.organs, site.name), body.pools
        on_lfa1 = self.bond.taken_in_blood(float(pools.sicam1[0]), float(pools.anti_lfa1[0]), self.decoy)
        on_mac1 = 1.0 / free["mac1"] - 1.0
        lining = in_order(c, c.o2_exchange > 0.0)
        docking = self.docking(site, lining.size, free["mac1"])
        means = lining_means(
            lining, c.venule, c.icam1, c.icam1_blocked, c.vcam1, c.e_selectin, c.p_selectin, on_lfa1, on_mac1
        )
        walls = []
        for rate, stress, size, rolling, mean in (
            (organ.shear_rate, organ.shear_stress, organ.mechanical_arrest, 0.0, means[0]),
            (organ.venule_shear_rate, organ.venule_shear_stress, 0.0, self.selectins, means[1]),
        ):
            there, per_area = mean[0] > 0.0, 1.0 / self.endothelial_area
            walls.append(
                Wall(
                    size, arrest_efficiency(rate, self.strength, self.shortest_contact * 1e-3), rate,
                    stress if there else math.inf, mean[1] * per_area, mean[2] * per_area,
                    mean[3] * per_area * free["vcam1"] * free["vla4"],
                    mean[4] * per_area * free["e_selectin"] * free["selectin_ligand"],
                    mean[5] * per_area * free["p_selectin"] * free["selectin_ligand"],
                    docking[0] if there else 0.0, *docking[1:], rolling,
                )
            )  # fmt: skip
        return walls[0], walls[1]

    def docking(self, site: SiteView, walls: int, free: float) -> tuple[float, float, float, float]:
        """Return neutrophils met times weight, and their mean free Mac-1 in um^-2 with its two shares of states."""
        c = site.cells
        if walls == 0 or self.bridge_weight == 0.0 or not present(c.neutrophil):
            return 0.0, 0.0, 0.0, 0.0
        rows = in_order(c, c.neutrophil > 0.0)
        met = self.bridge_weight * self.path * self.wall_share * rows.size / walls
        area = 4.0 * math.pi * c.radius[rows] * c.radius[rows]
        mac1 = mean_of(c.mac1[rows] / area) * free
        return met, mac1, mean_of(c.lfa1_intermediate[rows]), mean_of(c.lfa1_open[rows])


def in_order(cells: Rows, chosen: NDArray[np.bool_]) -> Counts:
    """Return the chosen rows in the order of lineage, in which sums are the same for any order of rows."""
    rows = np.flatnonzero(chosen)
    return rows[np.argsort(cells.lineage[rows])]


def mean_of(values: Floats) -> float:
    """Mean of values in the order of lineage; 0 of none."""
    return float(chunked_sum(values)) / values.size if values.size else 0.0


@kernel
def lining_means(
    lining: Counts,
    venule: Floats,
    icam1: Floats,
    icam1_blocked: Floats,
    vcam1: Floats,
    e_selectin: Floats,
    p_selectin: Floats,
    on_lfa1: float,
    on_mac1: float,
) -> Floats:
    """Describe the mean wall cell of capillaries (line 0) and of venules (line 1).

    lining                                           k   rows of wall cells in the order of lineage
    venule, icam1, vcam1, e_selectin, p_selectin     n   columns of cells
    icam1_blocked, on_lfa1, on_mac1                      sums of concentration over dissociation constant

    Returns, for each segment: wall cells; copies of ICAM-1 free for LFA-1, and for Mac-1; VCAM-1, E- and P-selectin.
    """
    sums = np.zeros((2, 6))
    for row in lining:
        w = sums[1 if venule[row] >= 0.5 else 0]
        w[0] += 1.0
        w[1] += icam1[row] / (1.0 + icam1_blocked[row] + on_lfa1)
        w[2] += icam1[row] / (1.0 + icam1_blocked[row] + on_mac1)
        w[3] += vcam1[row]
        w[4] += e_selectin[row]
        w[5] += p_selectin[row]
    for w in sums:
        if w[0] > 0.0:
            for k in range(1, 6):
                w[k] /= w[0]
    return sums


@inlined
def firm(row: int, passing: Passing, wall: Wall, pairs: WallPairs, law: Law) -> float:
    """Bonds of one cell with a mean wall cell in one contact."""
    area = 4.0 * math.pi * passing.radius[row] * passing.radius[row]
    some, full, bonds = passing.lfa1_intermediate[row], passing.lfa1_open[row], 0.0
    if passing.lfa1[row] > 0.0:
        bonds += contact_bonds(pairs.lfa1, density(passing.lfa1[row], area), some, full, wall.icam1, law.contact)
    if passing.mac1[row] > 0.0:
        receptors = density(passing.mac1[row], area)
        bonds += firm_bonds(pairs.mac1, receptors, wall.icam1_mac1, 0.0, some, full, law.contact)
    if passing.vla4[row] > 0.0:
        bonds += firm_bonds(pairs.vla4, density(passing.vla4[row], area), wall.vcam1, 0.0, some, full, law.contact)
    return bonds


@inlined
def missed_by_selectins(row: int, passing: Passing, wall: Wall, pairs: WallPairs, law: Law) -> float:
    """Chance that no selectin of the wall tethers one cell."""
    ligands = passing.selectin_ligand[row]
    if wall.rolling <= 0.0 or ligands <= 0.0 or wall.shear_rate <= 0.0:
        return 1.0
    r = passing.radius[row]
    ligands = density(ligands, 4.0 * math.pi * r * r)
    seconds, force = COLLISION / wall.shear_rate, law.pull * wall.shear_rate * (r / 4.0) * (r / 4.0)
    by_e = tether_chance(pairs.e_selectin, wall.e_selectin, ligands, 0.0, seconds, force, law.wait)
    by_p = tether_chance(pairs.p_selectin, wall.p_selectin, ligands, 0.0, seconds, force, law.wait)
    return (1.0 - by_e) * (1.0 - by_p)


@inlined
def docked(row: int, passing: Passing, wall: Wall, pairs: WallPairs, law: Law) -> float:
    """Bonds of one tumour cell's ICAM-1 with Mac-1 of a neutrophil at the wall, in one contact."""
    r = passing.radius[row]
    ligands = density(passing.icam1[row], 4.0 * math.pi * r * r)
    return firm_bonds(pairs.mac1, wall.mac1, ligands, law.icam1_blocked, wall.intermediate, wall.opened, law.contact)


@inlined
def held_by_wall(
    order: Counts, start: int, stop: int, passing: Passing, wall: Wall, pairs: WallPairs, law: Law
) -> float:
    """Chance A that a convoy, rows `order[start:stop]`, is held in a segment otherwise than by size."""
    bonds, dock, missed, tumour = 0.0, 0.0, 1.0, 0
    for place in range(start, stop):
        row = order[place]
        bonds += firm(row, passing, wall, pairs, law)
        missed *= missed_by_selectins(row, passing, wall, pairs, law)
        if passing.invasive[row] > 0.0:
            tumour += 1
            if wall.met > 0.0:
                dock += docked(row, passing, wall, pairs, law)
    sticks = (wall.touch + (1.0 - wall.touch) * wall.rolling * (1.0 - missed)) * chance_within(bonds)
    bridge = chance_within(wall.met * chance_within(dock))
    other = 0.0
    if tumour > 0 and law.other_hold > 0.0:
        other = law.other_hold * exp(-wall.stress / law.other_stress)
    return 1.0 - (1.0 - sticks) * (1.0 - bridge) * (1.0 - other)


@inlined
def segment(walls: Floats, k: int) -> Wall:
    """Row `k` of the table of segments."""
    w = walls[k]
    return Wall(w[0], w[1], w[2], w[3], w[4], w[5], w[6], w[7], w[8], w[9], w[10], w[11], w[12], w[13])


@kernel
def let_go(
    order: Counts,
    convoy: Lineages,
    flowing: NDArray[np.bool_],
    release: float,
    adhesive_release: float,
    minutes: float,
    key: np.uint64,
    tick: int,
    arrested: Floats,
    arrest_time: Floats,
) -> None:
    """Decide convoy by convoy who of those that are held comes loose.

    order                        n          rows sorted by convoy, then lineage
    convoy                       n          column of travellers
    flowing                      n          True for those that nothing holds; a convoy does as its first row
    release, adhesive_release    1          rates times step
    minutes                      min        step
    arrested, arrest_time        n          changed
    """
    start = 0
    while start < order.size:
        stop, head = end_of(start, order, convoy), order[start]
        if not flowing[head]:
            state = arrested[head]
            loose = release if state == BY_SIZE else adhesive_release
            if happens(chance_within(loose), key, tick, convoy[head], RELEASE):
                state = FLOWING
            for place in range(start, stop):
                row = order[place]
                still = state != FLOWING and arrested[row] == state
                arrest_time[row] = arrest_time[row] + minutes if still else 0.0
                arrested[row] = state
        start = stop


@inlined
def end_of(start: int, order: Counts, convoy: Lineages) -> int:
    """Return the place behind the convoy that begins at place `start`."""
    stop = start + 1
    while stop < order.size and convoy[order[stop]] == convoy[order[start]]:
        stop += 1
    return stop


@kernel
def hold(
    order: Counts,
    convoy: Lineages,
    flowing: NDArray[np.bool_],
    site: Counts,
    passing: Passing,
    walls: Floats,
    pairs: WallPairs,
    law: Law,
    key: np.uint64,
    tick: int,
    arrested: Floats,
    arrest_time: Floats,
) -> None:
    """Decide convoy by convoy who of those that flow is held.

    order, flowing           n              as in `let_go`
    convoy, site             n              columns of travellers
    walls                    2 sites, 14    capillary and venule of each site, see `Wall`
    arrested, arrest_time    n              changed
    """
    start = 0
    while start < order.size:
        stop, head = end_of(start, order, convoy), order[start]
        state, name, where = FLOWING, convoy[head], site[head]
        if flowing[head] and where >= 0:
            narrow, wide = segment(walls, 2 * where), segment(walls, 2 * where + 1)
            fits = 1.0
            for place in range(start, stop):
                row = order[place]
                if passing.invasive[row] > 0.0 or passing.lfa1[row] == 0.0:
                    fits *= 1.0 - narrow.size
            first = held_by_wall(order, start, stop, passing, narrow, pairs, law)
            through = (1.0 - first) * fits
            u = uniform(key, tick, name, HOLD)
            if u < first:
                state = BY_ADHESION
            elif u < 1.0 - through:
                state = BY_SIZE
            elif u < 1.0 - through * (1.0 - held_by_wall(order, start, stop, passing, wide, pairs, law)):
                state = BY_ADHESION
        if flowing[head]:
            for place in range(start, stop):
                arrested[order[place]], arrest_time[order[place]] = state, 0.0
        start = stop
