"""Fibroblast activation: TGF-beta and TNF turn liver fibroblasts into cancer-associated fibroblasts.

    P(activated in dt) = 1 - exp(-hazard * dt),  hazard = k_caf * (tgfb / (tgfb + tgfb_half) + tnf / (tnf + tnf_half))

caf    1       0 normal, 1 activated; there is no way back
tgfb   ng/mL   tgfb_here
tnf    ng/mL   tnf_here

Mechanisms: M38. Sources: seed 1 for the direction; all numbers assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.engine.arithmetic import hill
from simulation.engine.chance import chance_within, happens
from simulation.engine.kernel import kernel
from simulation.engine.parameter import parameter
from simulation.engine.process import CellProcess, Stage

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.rows import Rows

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class FibroblastActivation(CellProcess):
    """Fibroblasts become CAF."""

    stage, every = Stage.DECIDE, "10 min"
    reads = frozenset({"tgfb_here", "tnf_here"})
    writes = frozenset({"caf"})
    mechanisms = frozenset({"M38"})

    k_caf: float = parameter(0.05, "1/day", "hazard at saturation of one signal", source="assumed", bounds=(0, 100))
    tgfb_half: float = parameter(1.0, "ng/mL", "TGF-beta of half effect", source="assumed", bounds=(1e-6, 1e6))
    tnf_half: float = parameter(1.0, "ng/mL", "TNF of half effect", source="assumed", bounds=(1e-6, 1e6))

    def apply(self, cells: Rows, dt: Duration) -> None:
        """Draw who is activated."""
        activate(
            cells.caf, cells.tgfb_here, cells.tnf_here, cells.lineage, cells.chance.key, cells.chance.tick,
            self.k_caf, self.tgfb_half, self.tnf_half, dt.days,
        )  # fmt: skip


@kernel
def activate(
    caf: Floats,
    tgfb: Floats,
    tnf: Floats,
    lineage: NDArray[np.uint64],
    key: np.uint64,
    tick: int,
    k_caf: float,
    tgfb_half: float,
    tnf_half: float,
    days: float,
) -> None:
    """Set `caf` (n, 1) to 1 where it happens within `days`; tgfb, tnf (n, ng/mL)."""
    for i in range(caf.size):
        if caf[i] < 1.0:
            hazard = k_caf * (hill(tgfb[i], tgfb_half, 1.0) + hill(tnf[i], tnf_half, 1.0))
            if happens(chance_within(hazard * days), key, tick, lineage[i], 0):
                caf[i] = 1.0
