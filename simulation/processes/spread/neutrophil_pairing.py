"""Neutrophil pairing: tumour cells that flow collide with neutrophils of the blood, which hold their ICAM-1.

    rate at which a neutrophil joins a tumour cell = collisions * eff(G) * (1 - exp(-sum of <n>))

<n>          1      bonds with the cell's ICAM-1 in one contact: LFA-1 by its three states, and Mac-1 (engine/bond.py)
eff(G)       1      share of collisions in flow that last long enough
collisions   1/min  with neutrophils that are primed: few of those in the blood are

The neutrophil is one of the blood's own, which are not kept as cells until they hold somebody: it joins the cell's
convoy at the end of the step, and from the next organ on goes where the convoy goes: its integrins, primed as they were
in the collision, hold vessel wall (arrest), it spares tumour cells death in flow (circulation), and it leaves the blood
with them. A convoy has at most one neutrophil for each of its tumour cells. Antibody in the blood covers ICAM-1, LFA-1
and Mac-1, soluble ICAM-1 covers LFA-1, as in arrest. Copies and primed states: vocabulary/leukocytes.py.

The wall's own neutrophils, which dock passing tumour cells, are part of arrest.

Mechanisms: M55.
Sources: Mac-1 of neutrophils on circulating tumour cells: Spicer 2012 Cancer Res; eff(G) and both integrins: Blood
1998;92:1626; collisions: assumed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.engine.arithmetic import chance_within
from simulation.engine.bond import Kinetics, PairKinetics, arrest_efficiency, contact_bonds, density, firm_bonds
from simulation.engine.chance import happens
from simulation.engine.kernel import kernel
from simulation.engine.parameter import parameter
from simulation.engine.process import BodyProcess, Stage
from simulation.vocabulary.blood import FLOWING
from simulation.vocabulary.leukocytes import LEUKOCYTES
from simulation.vocabulary.molecules import LFA1_ICAM1, PAIRS, Bond

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.site import BodyView

Floats = NDArray[np.float64]
Lineages = NDArray[np.uint64]
Counts = NDArray[np.int64]

JOIN = 0  # draw


@dataclass(frozen=True)
class NeutrophilPairing(BodyProcess):
    """Neutrophils of the blood hold on to tumour cells in flow.

    bond    Bond    LFA-1 with ICAM-1
    """

    stage, every = Stage.DECIDE, "2 min"
    of_travellers = True
    reads = frozenset(
        {
            "pool.sicam1", "pool.anti_icam1", "pool.anti_lfa1", "pool.anti_mac1",
            *(f"traveller.{n}" for n in ("lineage", "arrested", "icam1", "radius", "invasive", "neutrophil")),
            "traveller.convoy",
        }
    )  # fmt: skip
    adds = frozenset({"traveller.neutrophils_entering"})
    writes = frozenset({"traveller.lfa1_intermediate", "traveller.lfa1_open"})
    mechanisms = frozenset({"M55"})

    bond: Bond = field(default=LFA1_ICAM1, repr=False)
    collisions: float = parameter(
        1.0, "1/min", "collisions of a tumour cell with primed neutrophils; 0 = none pairs", bounds=(0, 1e6),
        source="assumed: 4e6 neutrophils/mL at 100 1/s make 88 1/min, of which a hundredth primed",
    )  # fmt: skip
    decoy: float = parameter(
        1.0, "1", "how far soluble ICAM-1 occupies LFA-1; 0 = not at all", source="by definition", bounds=(0, 1)
    )
    shear_rate: float = parameter(
        100.0, "1/s", "shear rate in which they collide, the same in all organs", bounds=(0.01, 1e5),
        source="assumed: sinusoids and small veins",
    )  # fmt: skip
    contact: float = parameter(
        1.0, "s", "length of contact in which bonds form", bounds=(0, 600),
        source="assumed: in single file through a capillary; a free collision at 100 1/s lasts 26 ms",
    )  # fmt: skip
    strength: float = parameter(
        12.0, "1/s", "holds per time of contact that counts", bounds=(0, 1e4),
        source="computed: efficiency 0.2 at 100 1/s, Blood 1998;92:1626",
    )  # fmt: skip
    shortest_contact: float = parameter(
        6.5, "ms", "contacts shorter than this do not count", source="Blood 1998;92:1626", bounds=(0, 1e3)
    )

    def apply(self, body: BodyView, dt: Duration) -> None:
        """Ask for a neutrophil where one holds; see module."""
        t = body.travellers
        if t.n == 0 or self.collisions == 0.0:
            return
        b, pools, kind = self.bond, body.pools, LEUKOCYTES["neutrophil"]
        if not prime(
            t.neutrophil, t.invasive, t.arrested, kind.intermediate, kind.opened, t.lfa1_intermediate, t.lfa1_open
        ):
            return
        lasting = arrest_efficiency(self.shear_rate, self.strength, self.shortest_contact * 1e-3)
        on_icam1 = float(pools.anti_icam1[0]) / b.antibody_constant
        on_lfa1 = b.taken_in_blood(float(pools.sicam1[0]), float(pools.anti_lfa1[0]), self.decoy)
        on_mac1 = float(pools.anti_mac1[0]) / b.antibody_constant
        pair(
            np.lexsort((t.lineage, t.convoy)), t.lineage, t.convoy, t.arrested, t.icam1, t.radius, t.invasive,
            t.neutrophil, b.kinetics, PAIRS["mac1_icam1"].kinetics,
            density(kind.lfa1, kind.area) / (1.0 + on_icam1 + on_lfa1), density(kind.mac1, kind.area),
            on_icam1 + on_mac1, kind.intermediate, kind.opened, self.contact,
            self.collisions * dt.minutes * lasting,
            body.chance.key, body.chance.tick, t.neutrophils_entering,
        )  # fmt: skip


@kernel
def prime(
    neutrophil: Floats,
    invasive: Floats,
    arrested: Floats,
    intermediate: float,
    opened: float,
    lfa1_intermediate: Floats,
    lfa1_open: Floats,
) -> bool:
    """Keep the integrins of neutrophils as they were in the collision; tell whether any tumour cell flows."""
    any_flows = False
    for row in range(neutrophil.size):
        if neutrophil[row] > 0.0:
            lfa1_intermediate[row], lfa1_open[row] = intermediate, opened
        any_flows |= invasive[row] > 0.0 and arrested[row] == FLOWING
    return any_flows


@kernel
def pair(
    order: Counts,
    lineage: Lineages,
    convoy: Lineages,
    arrested: Floats,
    icam1: Floats,
    radius: Floats,
    invasive: Floats,
    neutrophil: Floats,
    by_lfa1: Kinetics,
    by_mac1: PairKinetics,
    lfa1: float,
    mac1: float,
    mac1_blocked: float,
    intermediate: float,
    opened: float,
    contact: float,
    collisions: float,
    key: np.uint64,
    tick: int,
    joins: Floats,
) -> None:
    """Decide convoy by convoy, cell by cell in the order of lineage.

    order                  n               rows sorted by convoy, then lineage
    lfa1, mac1             1     um^-2     of a neutrophil of the blood; LFA-1 that nothing covers
    mac1_blocked           1     1         what covers Mac-1 and its ICAM-1
    intermediate, opened   1     1         states of its integrins
    contact                1     s         of one collision
    collisions             1     1         in this step, those that last long enough
    joins                  n     1         added to
    """
    start = 0
    while start < order.size:
        stop, free = start, 0
        while stop < order.size and convoy[order[stop]] == convoy[order[start]]:
            row = order[stop]
            if invasive[row] > 0.0:
                free += 1
            elif neutrophil[row] > 0.0:
                free -= 1
            stop += 1
        for place in range(start, stop):
            row = order[place]
            if free <= 0 or invasive[row] <= 0.0 or arrested[row] != FLOWING:
                continue
            ligands = density(icam1[row], 4.0 * math.pi * radius[row] * radius[row])
            bonds = contact_bonds(by_lfa1, lfa1, intermediate, opened, ligands, contact)
            bonds += firm_bonds(by_mac1, mac1, ligands, mac1_blocked, intermediate, opened, contact)
            if happens(chance_within(collisions * chance_within(bonds)), key, tick, lineage[row], JOIN):
                joins[row] += 1.0
                free -= 1
        start = stop
