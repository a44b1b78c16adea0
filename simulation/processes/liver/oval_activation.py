"""Oval cell activation: injured parenchyma wakes the liver's progenitors; awake, they divide and migrate by ICAM-1.

    P(waking in dt) = 1 - exp(-hazard * dt)
    hazard = k_ovc * injury_here * blocked_proliferation * (1 + tnf_gain * tnf / (tnf + tnf_half))

    division_factor, motility_factor *= 1 if awake else 0
    chemotaxis_factor                *= icam1 / (icam1 + icam1_half) if awake else 0

oval_active   1       1 once awake; there is no way back
injury_here   1       injured parenchyma where the cell is
tnf           ng/mL   tnf_here
icam1         1       copies on the membrane

`tnf_gain` is the effect through TNF receptor 1: at 2, saturating TNF wakes three times as many as in a knockout (0).
Mechanisms: M42, M44. Sources: TNFR1 knockout impairs oval cells: Knight 2000, J Exp Med 192:1809; migration by ICAM-1:
seed 1; numbers assumed.
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
class OvalActivation(CellProcess):
    """Oval cells wake, and only awake ones divide and move."""

    stage, every = Stage.DECIDE, "10 min"
    reads = frozenset({"injury_here", "tnf_here", "icam1"})
    scales = frozenset({"division_factor", "motility_factor", "chemotaxis_factor"})
    writes = frozenset({"oval_active"})
    mechanisms = frozenset({"M42", "M44"})

    k_ovc: float = parameter(
        0.1, "1/day", "hazard in destroyed parenchyma without TNF", source="assumed", bounds=(0, 100)
    )
    blocked_proliferation: float = parameter(
        1.0, "1", "share of hepatocyte proliferation that is blocked", source="assumed", bounds=(0, 1)
    )
    tnf_gain: float = parameter(
        2.0, "1", "gain by saturating TNF; 0 = receptor knockout", bounds=(0, 100),
        source="assumed: factor 3, after Knight 2000, J Exp Med 192:1809",
    )  # fmt: skip
    tnf_half: float = parameter(1.0, "ng/mL", "TNF of half effect", source="assumed", bounds=(1e-6, 1e6))
    icam1_half: float = parameter(
        5e4, "1", "ICAM-1 copies of half effect on direction", source="assumed", bounds=(1, 1e9)
    )

    def apply(self, cells: Rows, dt: Duration) -> None:
        """Draw who wakes; scale by who is awake."""
        wake(
            cells.oval_active, cells.division_factor, cells.motility_factor, cells.chemotaxis_factor,
            cells.injury_here, cells.tnf_here, cells.icam1, cells.lineage, cells.chance.key, cells.chance.tick,
            self.k_ovc * self.blocked_proliferation, self.tnf_gain, self.tnf_half, self.icam1_half, dt.days,
        )  # fmt: skip


@kernel
def wake(
    oval_active: Floats,
    division_factor: Floats,
    motility_factor: Floats,
    chemotaxis_factor: Floats,
    injury_here: Floats,
    tnf: Floats,
    icam1: Floats,
    lineage: NDArray[np.uint64],
    key: np.uint64,
    tick: int,
    k_ovc: float,
    tnf_gain: float,
    tnf_half: float,
    icam1_half: float,
    days: float,
) -> None:
    """Set `oval_active` (n, 1) to 1 where it happens within `days`, and multiply the three factors (n, 1)."""
    for i in range(oval_active.size):
        if oval_active[i] < 1.0:
            hazard = k_ovc * injury_here[i] * (1.0 + tnf_gain * hill(tnf[i], tnf_half, 1.0))
            if happens(chance_within(hazard * days), key, tick, lineage[i], 0):
                oval_active[i] = 1.0
        awake = oval_active[i]
        division_factor[i] *= awake
        motility_factor[i] *= awake
        chemotaxis_factor[i] *= awake * hill(icam1[i], icam1_half, 1.0)
