"""Killing: each cytotoxic cell that holds a target hits it; hits add up, are repaired, and enough of them kill.

    hits ~ Poisson(hit_rate * f * dt),   f = c s m (o + (1 - o) (1 - exp(-bonds)))
    m = 1 - restriction (1 - mhc1), 0 for a target without antigen
    o = restriction floor + (1 - restriction) nk_floor
    damage <- damage * exp(-repair * dt) + hits;   damage >= lethal: the target dies

c             cytotoxicity       1      1 = an effector T cell                bonds    1   to the target's ICAM-1
restriction   mhc_restriction    1      1 needs MHC class I on the target     o        1   share that needs no ICAM-1
s             suppression        1      what M2 macrophages beside the killer leave of its hits
damage        damage             1      hits not yet repaired, on the target's row

Hits need several to kill, so that kills fall faster than the ICAM-1 that carries them, and cells that attack together
kill more than the sum of what each would kill alone.

T cells need ICAM-1 more than natural killer cells do: antibody cuts lysis by both 1.3 to 3-fold (Br J Cancer
1999;80:1494), but natural killers' lysis of cell lines does not go with their ICAM-1 (Akella 1992, Eur J Immunol
22:1069).

Mechanisms: M36, M52, M54. Sources: hit_rate, lethal, repair, floor: computed to give 2-16 kills per cell and day, Halle
2016, Immunity 44:233; additive hits of several attackers: Weigelin 2021, Nat Commun, doi 10.1038/s41467-021-25282-3.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.engine.arithmetic import exp
from simulation.engine.bond import adhesion_chance
from simulation.engine.chance import poisson, uniform
from simulation.engine.kernel import inlined, kernel
from simulation.engine.naming import Couples, stretch
from simulation.engine.neighbours import CellList
from simulation.engine.parameter import parameter
from simulation.engine.presence import present
from simulation.engine.process import SiteProcess, Stage

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.site import SiteView

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

HITS = 0  # draw, of the cell that hits


class Law(NamedTuple):
    """The numbers of hits.

    hit_rate    1/min    hits by one cell at full efficacy
    floor       1        share of a T cell's that needs no ICAM-1
    nk_floor    1        share of a natural killer cell's that needs no ICAM-1
    lethal      1        hits that kill
    dt          min      step
    """

    hit_rate: float
    floor: float
    nk_floor: float
    lethal: float
    dt: float


@dataclass(frozen=True)
class Killing(SiteProcess):
    """Cytotoxic cells kill what they hold."""

    stage, every = Stage.DECIDE, "2 min"
    reads = frozenset(
        {"partner", "bonds", "cytotoxicity", "suppression", "mhc_restriction", "antigenicity", "mhc1", "x", "y", "z"}
    )
    adds = frozenset({"killed"})
    writes = frozenset({"damage"})
    mechanisms = frozenset({"M36", "M52", "M54"})

    hit_rate: float = parameter(
        0.05, "1/min", "hits by one cell at full efficacy", bounds=(0, 10),
        source="computed: 2-16 kills per cell and day, Halle 2016, Immunity 44:233",
    )  # fmt: skip
    floor: float = parameter(
        0.3, "1", "share of the hits that needs no ICAM-1", bounds=(0, 1),
        source="assumed: killing without ICAM-1, Front Immunol 2022, 849701",
    )  # fmt: skip
    nk_floor: float = parameter(
        0.5, "1", "the same of cells that need no MHC class I: natural killers", bounds=(0, 1),
        source="assumed: HCC context; Br J Cancer 1999;80:1494 against Akella 1992, Eur J Immunol 22:1069",
    )  # fmt: skip
    lethal: float = parameter(
        3.0, "1", "hits that kill", bounds=(1e-6, 100),
        source="computed: 2-16 kills per cell and day, Halle 2016, Immunity 44:233",
    )  # fmt: skip
    repair: float = parameter(1.0 / 120.0, "1/min", "decay of damage", source="assumed", bounds=(0, 10))

    def apply(self, site: SiteView, dt: Duration) -> None:
        """Hit, repair, and ask for the death of those hit often enough."""
        c = site.cells
        c.damage[:] *= exp(-self.repair * dt.minutes)
        if not present(c.partner):
            return
        cells = site.neighbours
        law = Law(self.hit_rate, self.floor, self.nk_floor, self.lethal, dt.minutes)
        credited, share = strike(
            cells, site.couples("partner"), law, c.bonds, c.cytotoxicity, c.suppression, c.mhc_restriction,
            c.antigenicity, c.mhc1, c.damage, c.killed, site.chance.key, site.chance.tick,
        )  # fmt: skip
        site.report("kill", credited, share)


@inlined
def most_hits(law: Law, cytotoxicity: float, restriction: float, mhc1: float) -> float:
    """Expected hits within a step by one cell with any number of bonds to its target."""
    return law.hit_rate * law.dt * cytotoxicity * (1.0 - restriction * (1.0 - mhc1))


@inlined
def mean_hits(law: Law, most: float, bonds: float, restriction: float) -> float:
    """Expected hits by one with `bonds`, which would be `most` with any number."""
    floor = restriction * law.floor + (1.0 - restriction) * law.nk_floor
    return most * (floor + (1.0 - floor) * adhesion_chance(bonds))


@kernel
def strike(
    cells: CellList,
    couples: Couples,
    law: Law,
    bonds: Floats,
    cytotoxicity: Floats,
    suppression: Floats,
    mhc_restriction: Floats,
    antigenicity: Floats,
    mhc1: Floats,
    damage: Floats,
    killed: Floats,
    key: np.uint64,
    tick: int,
) -> tuple[Rows, Floats]:
    """Hit every cell that is held, from the side of the cell that is hit.

    couples                who holds whom; cells that are not cytotoxic do not hit
    damage       n    1    hits not yet repaired; written for those that are held
    killed       n    1    request; 1 is added for those that die

    Returns the rows of those who killed, ascending, and the share of each in a death, 1 together.
    """
    share, first, some = np.zeros(couples.by.size), 0, False
    while first < couples.by.size:
        last, row = stretch(couples, first), cells.rows[couples.whom[first]]
        hits = 0.0
        for k in range(first, last):
            by = cells.rows[couples.by[k]]
            if cytotoxicity[by] > 0.0 and antigenicity[row] > 0.0:
                most = most_hits(law, cytotoxicity[by] * suppression[by], mhc_restriction[by], mhc1[row])
                name = cells.lineage[couples.by[k]]
                if uniform(key, tick, name, HITS) > 1.0 - 1.000001 * most:  # else not one even of the most
                    mean = mean_hits(law, most, bonds[by], mhc_restriction[by])
                    share[k] = float(poisson(mean, key, tick, name, HITS))
                    hits += share[k]
        if hits > 0.0:
            damage[row] += hits
            died = damage[row] >= law.lethal
            if died:
                killed[row] += 1.0
                some = True
            for k in range(first, last):
                share[k] = share[k] / hits if died else 0.0
        first = last
    by_row = np.zeros(bonds.size if some else 0)
    for k in range(couples.by.size if some else 0):
        by_row[cells.rows[couples.by[k]]] = share[k]
    credited = np.flatnonzero(by_row)
    return credited, by_row[credited]
