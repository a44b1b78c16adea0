"""Angiogenesis: wall cells near tissue that calls for oxygen divide, and the new stretch of vessel matures.

    rate of sprouting = sprouting * f * V^h / (V_half^h + V^h) * (1 + leukocyte_gain * n)        where m >= ripe
    dm/dt = (1 - m) / maturation,    x grows as m does

V    vegf_here           ng/mL
n    leukocytes that touch the wall cell
m    maturity            1         of a stretch of vessel; a division halves it
x    o2_exchange         1/min     halved with it, so that a division brings no oxygen, but growing up does
f    sprouting_factor    1         what drugs leave

Hypoxic cells make VEGF (hypoxia); vessels that mature bring oxygen, VEGF falls, sprouting ends: that bounds them. Where
new wall cells go is for sprout_migration. Draws are keyed by the wall cell.

Mechanisms: M59 (leukocytes that ICAM-1 holds to the wall bring sprouts), M61 (the angiogenic switch).
Sources: form: seed 1, made quantitative by assumption; all values assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.engine.arithmetic import chance_within, hill, relaxed
from simulation.engine.chance import uniform
from simulation.engine.kernel import inlined, kernel
from simulation.engine.neighbours import CellList, home, run, runs, slot_of, square_distance
from simulation.engine.parameter import parameter
from simulation.engine.process import SiteProcess, Stage

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.site import SiteView

Floats = NDArray[np.float64]

SPROUT = 0  # draw
CROWD = 100.0  # more leukocytes than can touch a wall cell
GROWN = 1.0 - 1e-6  # maturity from which a vessel counts as grown up


@dataclass(frozen=True)
class Angiogenesis(SiteProcess):
    """Wall cells sprout towards want of oxygen."""

    stage, every = Stage.TURN_OVER, "10 min"
    reads = frozenset({"vegf_here", "sprouting_factor", "radius", "lfa1", "x", "y", "z"})
    adds = frozenset({"divides"})
    writes = frozenset({"maturity", "o2_exchange"})
    mechanisms = frozenset({"M59", "M61"})

    sprouting: float = parameter(
        0.2, "1/day", "rate at which a wall cell sprouts at full VEGF; 0 = no angiogenesis", source="assumed",
        bounds=(0, 100),
    )  # fmt: skip
    vegf_half: float = parameter(
        4.0, "ng/mL", "VEGF of half effect", source="assumed: what tissue makes of which a tenth is hypoxic",
        bounds=(1e-6, 1e6),
    )  # fmt: skip
    steepness: float = parameter(4.0, "1", "Hill exponent of VEGF", source="assumed: a switch", bounds=(0.5, 20))
    leukocyte_gain: float = parameter(
        0.2, "1", "what each leukocyte in touch adds; 0 = none", source="assumed", bounds=(0, 100)
    )
    touch: float = parameter(1.25, "1", "farthest touch, over the sum of radii", source="assumed", bounds=(1, 2))
    ripe: float = parameter(0.9, "1", "maturity from which a stretch sprouts again", source="assumed", bounds=(0, 1))
    maturation: float = parameter(
        3.0, "day", "time in which a new stretch comes to carry blood", source="assumed", bounds=(0.01, 1e3)
    )

    def apply(self, site: SiteView, dt: Duration) -> None:
        """Request sprouts, and let young vessels mature."""
        c = site.cells
        mature(dt.days / self.maturation, c.maturity, c.o2_exchange)
        if self.sprouting > 0.0:
            sprout(
                site.neighbours, c.lineage, c.radius, c.o2_exchange, c.lfa1, c.vegf_here, c.sprouting_factor,
                c.maturity, self.sprouting * dt.days, self.vegf_half, self.steepness, self.leukocyte_gain, self.touch,
                self.ripe, site.chance.key, site.chance.tick, c.divides,
            )  # fmt: skip


@kernel
def mature(share: float, maturity: Floats, o2_exchange: Floats) -> None:
    """Move young stretches of vessel on; exchange grows in proportion.

    share                    1     step over time of maturation
    maturity, o2_exchange    n     changed, of wall cells that have not grown up
    """
    for i in range(maturity.size):
        before = maturity[i]
        if before < GROWN and o2_exchange[i] > 0.0:
            now = relaxed(before, 1.0, share)
            if before > 0.0:
                o2_exchange[i] *= now / before
            maturity[i] = now


@inlined
def leukocytes(list_: CellList, slot: int, radius: Floats, lfa1: Floats, touch: float) -> int:
    """Leukocytes that touch the cell of a slot."""
    count = 0
    place = home(list_, slot)
    for r in range(runs(list_)):
        first, last = run(list_, place, r)
        for other in range(first, last):
            its = list_.rows[other]
            if other != slot and lfa1[its] > 0.0:
                far = touch * (radius[list_.rows[slot]] + radius[its])
                if square_distance(list_, slot, other) < far * far:
                    count += 1
    return count


@kernel
def sprout(
    list_: CellList,
    lineage: NDArray[np.uint64],
    radius: Floats,
    o2_exchange: Floats,
    lfa1: Floats,
    vegf: Floats,
    factor: Floats,
    maturity: Floats,
    rate: float,
    vegf_half: float,
    steepness: float,
    leukocyte_gain: float,
    touch: float,
    ripe: float,
    key: np.uint64,
    tick: int,
    divides: Floats,
) -> None:
    """Draw which wall cells divide; `rate` is that at full VEGF, times step; `divides` (n, 1) is added to."""
    for row in range(lineage.size):
        if o2_exchange[row] <= 0.0 or maturity[row] < ripe or vegf[row] <= 0.0:
            continue
        u, most = uniform(key, tick, lineage[row], SPROUT), 1.0 + leukocyte_gain * CROWD
        if u > rate * factor[row] * most:
            continue  # no VEGF would make it sprout
        mean = rate * factor[row] * hill(vegf[row], vegf_half, steepness)
        if u > mean * most:
            continue  # no crowd of leukocytes would make it sprout: they need not be counted
        if leukocyte_gain > 0.0:
            mean *= 1.0 + leukocyte_gain * leukocytes(list_, slot_of(list_, row), radius, lfa1, touch)
        if u < chance_within(mean):
            divides[row] += 1.0
