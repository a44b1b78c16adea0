"""High-fat diet: more soluble ICAM-1 and IL-16 in serum, inflamed fat and wall, longer life of tumour cells in blood.

    pool.sicam1_making *= 1 + weight (1.4 - 1)        and so on, each factor f as 1 + weight (f - 1)

pool.sicam1_making    1.4    soluble ICAM-1 that the host keeps up
pool.il16_making      2.0    interleukin 16, likewise
secretion_factor      1.5    secretion of TNF, IL-6 and CCL2, every cell
icam1_basal_factor    1.5    basal ICAM-1 of vessel wall
pool.blood_survival   1.2    life of flowing tumour cells

A weight of 0 multiplies by exactly 1. Lung metastases of colorectal cancer are to rise, those in the liver are not:
that is for a study to find, nothing here says so.

Mechanisms: M51.
Sources: seed 1 for the direction; more and larger lung nodules, more MCP-1 in serum: high-fat diet and CT26, Mol
Carcinog, mc.20856; no effect on liver metastases: Daruwalla 2014; all sizes assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulation.engine.lasting import Lasting
from simulation.engine.parameter import parameter
from simulation.engine.process import BodyProcess, Stage

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.site import BodyView


@dataclass(frozen=True)
class HighFatDiet(Lasting, BodyProcess):
    """Feed the host much fat.

    label    str    name in the plan where a scenario has several
    """

    stage, every = Stage.TREAT, "10 min"
    reads = frozenset({"o2_exchange"})
    scales = frozenset(
        {"pool.sicam1_making", "pool.il16_making", "pool.blood_survival", "secretion_factor", "icam1_basal_factor"}
    )
    mechanisms = frozenset({"M51"})

    weight: float = parameter(1.0, "1", "how far the diet goes; 0 = usual food", source="scenario", bounds=(0, 5))
    soluble_icam1: float = parameter(1.4, "1", "soluble ICAM-1 in serum, over usual", source="assumed", bounds=(0, 100))
    interleukin16: float = parameter(2.0, "1", "interleukin 16 in serum, over usual", source="assumed", bounds=(0, 100))
    secretion: float = parameter(
        1.5, "1", "secretion of TNF, IL-6 and CCL2, over usual", source="assumed", bounds=(0, 100)
    )
    wall: float = parameter(1.5, "1", "basal ICAM-1 of vessel wall, over usual", source="assumed", bounds=(0, 100))
    survival: float = parameter(
        1.2, "1", "life of flowing tumour cells, over usual", source="assumed", bounds=(0.01, 100)
    )
    label: str = ""

    def apply(self, body: BodyView, dt: Duration) -> None:
        """Scale while it lasts."""
        if not self.lasts(body.time):
            return
        pools = body.pools
        pools.sicam1_making[:] *= self.strength(self.soluble_icam1)
        pools.il16_making[:] *= self.strength(self.interleukin16)
        pools.blood_survival[:] *= self.strength(self.survival)
        for site in body.sites:
            site.cells.secretion_factor[:] *= self.strength(self.secretion)
            wall = site.cells.o2_exchange > 0.0
            site.cells.icam1_basal_factor[wall] *= self.strength(self.wall)

    def strength(self, factor: float) -> float:
        """What is left of a factor by weight."""
        return max(0.0, 1.0 + self.weight * (factor - 1.0))
