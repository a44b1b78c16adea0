"""Colonisation: cells that arrived sleep, wake or die; a young colony is fragile until it has company.

Of the cells with colony > 0 (the primary tumour has colony = 0 and is left untouched, to the bit):

    asleep   wakes at   wake * fertility * (1 + company_gain * n)
             dies at    dormant_death / (1 + company_gain * n), and not otherwise
             division_factor is scaled by exactly 0
    awake    dies at    fragility * half / (half + n), besides its ordinary death
             division_factor is scaled by `vigour`

n    1    cells of the same colony within `company_range`

What grows on, is fed and is hunted after that is the business of the other processes. A solitary cell alone in the
liver gives Luzzi's numbers at day 13: (wake + dormant_death) * 13 = 1.02, 36 % asleep; 5 % have woken.

Mechanisms: M61.
Sources: Luzzi 1998 Am J Pathol 153:865, recalled: at day 13 about 36 % solitary and dormant, 2 % micrometastases,
0.02 % macroscopic. company_gain: computed so that a cluster of three founds 23-50 times as often as a single cell
(Aceto 2014). fragility, vigour: assumed. Fertility by organ: vocabulary/organs.py, assumed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.engine.arithmetic import chance_within
from simulation.engine.chance import happens
from simulation.engine.kernel import kernel
from simulation.engine.neighbours import CellList, home, require, run, runs, square_distance
from simulation.engine.parameter import parameter
from simulation.engine.presence import present
from simulation.engine.process import SiteProcess, Stage
from simulation.vocabulary.organs import ORGANS, Organ, organ_of

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.site import SiteView

Floats = NDArray[np.float64]
Lineages = NDArray[np.uint64]

WAKE, DEATH = 0, 1  # which draw is for what


@dataclass(frozen=True)
class Colonisation(SiteProcess):
    """Arrived cells sleep, wake, take hold or die.

    organs    mapping of str to Organ    by site's name; a site that is not among them is an average organ
    """

    stage, every = Stage.DECIDE, "10 min"
    reads = frozenset({"colony", "x", "y", "z"})
    adds = frozenset({"apoptosis"})
    scales = frozenset({"division_factor", "apoptosis_factor"})
    writes = frozenset({"dormant"})
    mechanisms = frozenset({"M61"})

    organs: Mapping[str, Organ] = field(default_factory=lambda: ORGANS, hash=False, repr=False)
    wake: float = parameter(
        0.006, "1/day", "rate at which a solitary cell wakes where fertility is 1",
        source="computed: about 5 % woken at day 13, of which 2 % form micrometastases; recalled: Luzzi 1998",
        bounds=(0, 1e3),
    )  # fmt: skip
    dormant_death: float = parameter(
        0.0726, "1/day", "rate at which a solitary dormant cell dies",
        source="computed: 36 % still dormant at day 13; recalled: Luzzi 1998", bounds=(0, 1e3),
    )  # fmt: skip
    company_gain: float = parameter(
        3.0, "1", "how much each colony mate nearby wakes and keeps alive",
        source="computed: clusters found 23-50 times as often, Aceto 2014", bounds=(0, 100),
    )  # fmt: skip
    company_range: float = parameter(
        30.0, "um", "distance within which colony mates count, no more than cells of the site touch",
        source="assumed: next neighbours", bounds=(0, 200),
    )  # fmt: skip
    vigour: float = parameter(
        3.0, "1", "division of a cell that has woken over that in the primary",
        source="assumed: with a tumour cell's rates, 2-3 % of solitary cells make ten in three weeks",
        bounds=(0, 10),
    )  # fmt: skip
    fragility: float = parameter(
        0.15, "1/day", "extra death of a woken cell without company", source="assumed", bounds=(0, 1e3)
    )
    fragility_half: float = parameter(
        2.0, "1", "colony mates nearby that halve it", source="assumed", bounds=(0.01, 1e3)
    )

    def apply(self, site: SiteView, dt: Duration) -> None:
        """Decide for every cell of a colony; leave all others alone."""
        c = site.cells
        if c.n == 0 or not present(c.colony):
            return
        organ = organ_of(self.organs, site.name)
        sight = min(self.company_range, site.reach)
        require(site.neighbours, sight)
        settle_in(
            site.neighbours, c.colony, sight, self.wake * organ.fertility * dt.days, self.dormant_death * dt.days,
            self.company_gain, self.vigour, self.fragility * dt.days, self.fragility_half, site.chance.key,
            site.chance.tick, c.dormant, c.division_factor, c.apoptosis_factor, c.apoptosis,
        )  # fmt: skip


@kernel
def settle_in(
    list_: CellList,
    colony: Lineages,
    sight: float,
    wake: float,
    dormant_death: float,
    company_gain: float,
    vigour: float,
    fragility: float,
    fragility_half: float,
    key: np.uint64,
    tick: int,
    dormant: Floats,
    division_factor: Floats,
    apoptosis_factor: Floats,
    apoptosis: Floats,
) -> None:
    """Let every cell of a colony sleep, wake or die.

    list_                                     a list in bins at least `sight` wide
    sight                                um   distance within which colony mates count
    wake, dormant_death, fragility       1    rates times step
    dormant                          n   1    changed
    division_factor, apoptosis_factor  n 1    scaled; untouched where colony is 0
    apoptosis                        n   1    added to
    """
    around = runs(list_)
    for slot in range(list_.rows.size):
        row = list_.rows[slot]
        name = colony[row]
        if name == np.uint64(0):
            continue
        mates = 0
        place = home(list_, slot)
        for r in range(around):
            first, last = run(list_, place, r)
            for other in range(first, last):
                same = other != slot and colony[list_.rows[other]] == name
                if same and square_distance(list_, slot, other) < sight * sight:
                    mates += 1
        company = 1.0 + company_gain * mates
        lineage = list_.lineage[slot]
        if dormant[row] > 0.0:
            if happens(chance_within(wake * company), key, tick, lineage, WAKE):
                dormant[row] = 0.0
            elif happens(chance_within(dormant_death / company), key, tick, lineage, DEATH):
                apoptosis[row] += 1.0
        elif happens(chance_within(fragility * fragility_half / (fragility_half + mates)), key, tick, lineage, DEATH):
            apoptosis[row] += 1.0
        if dormant[row] > 0.0:
            division_factor[row] = 0.0
            apoptosis_factor[row] = 0.0
        else:
            division_factor[row] *= vigour
