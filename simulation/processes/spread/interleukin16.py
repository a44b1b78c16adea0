"""Interleukin 16 in the blood: made by the host, cleared at first order, and calling for proteins of metastasis.

    dC/dt = clearance (baseline f - C)
    mmp_output += mmp * max(0, C / baseline - 1) * invasive

C            pool.il16          ng/mL    serum interleukin 16, solved exactly over a step
f            pool.il16_making   1        what diet makes of the baseline
mmp_output                      fg/min   active metalloproteinases that a cell secretes
invasive                        1        1 for cells that can invade

Seed 1 has it that what a high-fat diet brings into serum changes the expression of metastasis-associated proteins. Of
these the model has the metalloproteinases, so they stand for all: that is assumed. At the baseline nothing is added.

Mechanisms: M51. Sources: seed 1 for the direction; all values assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulation.engine.arithmetic import relaxed
from simulation.engine.parameter import parameter
from simulation.engine.process import BodyProcess, Stage

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.site import BodyView


@dataclass(frozen=True)
class Interleukin16(BodyProcess):
    """Serum interleukin 16 goes to its baseline; above it, tumour cells secrete more metalloproteinases."""

    stage, every = Stage.SPREAD, "10 min"
    reads = frozenset({"pool.il16_making", "invasive"})
    adds = frozenset({"mmp_output"})
    writes = frozenset({"pool.il16"})
    mechanisms = frozenset({"M51"})

    baseline: float = parameter(0.1, "ng/mL", "serum level that the host keeps up", source="assumed", bounds=(0, 1e6))
    clearance: float = parameter(0.03, "1/min", "clearance from blood", source="assumed", bounds=(0, 100))
    mmp: float = parameter(
        0.002, "fg/min", "MMP that each baseline in excess adds to a tumour cell; 0 = none", bounds=(0, 1e3),
        source="assumed: doubles what an epithelial cell secretes under a high-fat diet",
    )  # fmt: skip

    def apply(self, body: BodyView, dt: Duration) -> None:
        """Advance the pool by one step, and let cells secrete by what it holds."""
        il16 = body.pools.il16
        il16[0] = relaxed(il16[0], self.baseline * body.pools.il16_making[0], self.clearance * dt.minutes)
        excess = il16[0] / self.baseline - 1.0 if self.baseline > 0.0 else 0.0
        if self.mmp == 0.0 or excess < 1e-9:
            return
        for site in body.sites:
            site.cells.mmp_output[:] += self.mmp * excess * site.cells.invasive

    def settle(self, body: BodyView) -> None:
        """Begin at the baseline."""
        body.pools.il16[0] = self.baseline * body.pools.il16_making[0]
