"""Interleukin 16 in the blood: made by the host and cleared at first order.

    dC/dt = clearance (baseline f - C)

C    pool.il16          ng/mL    serum interleukin 16
f    pool.il16_making   1        what diet makes of the baseline

Solved exactly over a step. Nothing in this model answers to it.

Mechanisms: M51. Sources: clearance and baseline assumed.
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
    """Serum interleukin 16 goes to its baseline."""

    stage, every = Stage.SPREAD, "10 min"
    reads = frozenset({"pool.il16_making"})
    writes = frozenset({"pool.il16"})
    mechanisms = frozenset({"M51"})

    baseline: float = parameter(0.1, "ng/mL", "serum level that the host keeps up", source="assumed", bounds=(0, 1e6))
    clearance: float = parameter(0.03, "1/min", "clearance from blood", source="assumed", bounds=(0, 100))

    def apply(self, body: BodyView, dt: Duration) -> None:
        """Advance the pool by one step."""
        il16 = body.pools.il16
        il16[0] = relaxed(il16[0], self.baseline * body.pools.il16_making[0], self.clearance * dt.minutes)

    def settle(self, body: BodyView) -> None:
        """Begin at the baseline."""
        body.pools.il16[0] = self.baseline * body.pools.il16_making[0]
