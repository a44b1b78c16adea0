"""Aggregation: tumour cells that flow through the same organ collide, stick by ICAM-1 on ICAM-1 and travel on together.

    chance that two convoys join in a step = 1 - exp(-collisions * dt * P),    P = 1 - exp(-n)
    n = homophilic * A * sum over tumour cells i of one, j of the other of rho_i rho_j / (1 + blocked)
        * (1 - exp(-k contact))

rho        icam1 over 4 pi radius^2      um^-2    so that n grows with the square of ICAM-1
A, k       pair icam1_icam1              um^4, 1/s
blocked    anti_icam1 / constant, twice  1        either partner's may be covered

It is decided before the blood moves on, among those that were in an organ together: all that have just been shed there,
or all that came through. In a step a convoy joins at most one other, of a lower name, and takes that name. Cells shed
within the same minutes come from the same vessels, which is why they collide more often than a handful of cells in
litres of blood would; the number is assumed. Cells that are held do not aggregate.

Mechanisms: M57.
Sources: that ICAM-1 binds itself: Taftaf 2021, Nat Commun; A, k, homophilic by cancer (HCC 0.3, TNBC 1, luminal B and
colorectal 0.1, lung 0.3, melanoma 0), collisions: assumed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.engine.arithmetic import chance_within
from simulation.engine.bond import density
from simulation.engine.chance import happens, meeting
from simulation.engine.kernel import kernel
from simulation.engine.parameter import parameter
from simulation.engine.process import BodyProcess, Stage
from simulation.vocabulary.blood import FLOWING
from simulation.vocabulary.molecules import LFA1_ICAM1, PAIRS

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.site import BodyView

Floats = NDArray[np.float64]
Lineages = NDArray[np.uint64]
Counts = NDArray[np.int64]

JOIN = 0  # draw


@dataclass(frozen=True)
class Aggregation(BodyProcess):
    """Tumour cells stick together in the blood."""

    stage, every = Stage.DECIDE, "2 min"
    of_travellers = True
    reads = frozenset(
        {
            "pool.anti_icam1",
            *(f"traveller.{n}" for n in ("lineage", "site", "in_blood", "arrested", "icam1", "radius", "invasive")),
        }
    )
    writes = frozenset({"traveller.convoy"})
    mechanisms = frozenset({"M57"})

    homophilic: float = parameter(
        0.3, "1", "weight of ICAM-1 binding itself; 0 = cells do not aggregate", bounds=(0, 1e6),
        source="assumed, ordinal: HCC 0.3, TNBC 1, luminal B 0.1, colorectal 0.1, lung 0.3, melanoma 0",
    )  # fmt: skip
    collisions: float = parameter(
        60.0, "1/min", "collisions of two convoys that flow through one organ together", source="assumed",
        bounds=(0, 1e6),
    )  # fmt: skip
    contact: float = parameter(
        1.0, "s", "length of contact in which bonds form", bounds=(0, 600),
        source="assumed: in single file through a capillary; a free collision at 100 1/s lasts 26 ms",
    )  # fmt: skip

    def apply(self, body: BodyView, dt: Duration) -> None:
        """Join convoys; see module."""
        t = body.travellers
        if t.n < 2 or self.homophilic == 0.0 or self.collisions == 0.0:
            return
        flowing = sticky(t.arrested, t.site, t.invasive, t.icam1)
        if flowing.size < 2:
            return
        # cells on their way out of the tumour's organ go other ways than those that come through it
        way = 2 * t.site + (t.in_blood == 0.0)
        order = flowing[np.lexsort((t.lineage[flowing], t.convoy[flowing], way[flowing]))]
        pair = PAIRS["icam1_icam1"]
        blocked = 2.0 * float(body.pools.anti_icam1[0]) / LFA1_ICAM1.antibody_constant
        grip = self.homophilic * pair.acka * float(chance_within(pair.off * self.contact)) / (1.0 + blocked)
        density_sum, first = np.zeros(order.size), np.zeros(order.size, np.int64)
        groups = gather(order, t.convoy, way, t.icam1, t.radius, density_sum, first)
        if groups < 2:
            return
        name = t.convoy[order[first[:groups]]].copy()
        join(
            way[order[first[:groups]]], density_sum[:groups], grip, self.collisions * dt.minutes, body.chance.key,
            body.chance.tick, name,
        )  # fmt: skip
        old = t.convoy[order[first[:groups]]]
        changed = np.flatnonzero(name != old)
        joined = []
        for k in changed:
            rows = np.flatnonzero(t.convoy == old[k])
            t.convoy[rows] = name[k]
            joined.append(rows)
        if joined:
            rows = np.concatenate(joined)
            body.report("aggregated", rows[np.argsort(t.lineage[rows], kind="stable")])


@kernel
def sticky(arrested: Floats, site: Counts, invasive: Floats, icam1: Floats) -> Counts:
    """Return the rows of tumour cells with ICAM-1 that flow through an organ."""
    rows, n = np.empty(site.size, np.int64), 0
    for row in range(site.size):
        if arrested[row] == FLOWING and site[row] >= 0 and invasive[row] > 0.0 and icam1[row] > 0.0:
            rows[n] = row
            n += 1
    return rows[:n]


@kernel
def gather(
    order: Counts, convoy: Lineages, site: Counts, icam1: Floats, radius: Floats, together: Floats, first: Counts
) -> int:
    """Add up the density of ICAM-1 over the tumour cells of each convoy.

    order       k         rows sorted by site, convoy, lineage
    together    k   um^-2 written: by convoy
    first       k         written: place in `order` where each convoy begins
    returns               number of convoys
    """
    groups = 0
    for place in range(order.size):
        row = order[place]
        before = order[place - 1] if place > 0 else row
        if place == 0 or convoy[row] != convoy[before] or site[row] != site[before]:
            first[groups] = place
            together[groups] = 0.0
            groups += 1
        together[groups - 1] += density(icam1[row], 4.0 * math.pi * radius[row] * radius[row])
    return groups


@kernel
def join(
    site: Counts, together: Floats, grip: float, collisions: float, key: np.uint64, tick: int, name: Lineages
) -> None:
    """Let convoys of a site collide pair by pair; each joins at most one of a lower name.

    site, together   k         by convoy, sorted by site and name
    grip                 um^4  bonds per product of densities
    collisions           1     of each pair in this step
    name             k         changed: to the name of the convoy that it joins
    """
    for later in range(1, name.size):
        own = name[later]
        for earlier in range(later - 1, -1, -1):
            if site[earlier] != site[later]:
                break
            sticks = chance_within(grip * together[earlier] * together[later])
            if happens(chance_within(collisions * sticks), key, tick, meeting(own, name[earlier]), JOIN):
                name[later] = name[earlier]
                break
