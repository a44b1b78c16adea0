"""Polarisation: what macrophages digest, and TGF-beta, makes them M2; TNF and interferon gamma bring them back.

    dm/dt = towards (1 - m) - back m
    towards = by_uptake * F / (F + F_half) + by_tgfb * tgfb / (tgfb + tgfb_half)
    back    = by_danger * min(1, tnf / (tnf + tnf_half) + ifng / (ifng + ifng_half))

m       m2           1        0 M0 or M1 ... 1 M2
F       digesting    1        apoptotic bodies in digestion
tgfb    tgfb_here    ng/mL    tnf, ifng likewise

Solved exactly over a period with signals held; without a signal a macrophage stays as it is. The ICAM-1 of macrophages
acts through what they eat, so that a host without it has more M2 (or fewer, where ICAM-1 is the receptor).

Mechanisms: M54, M56. Sources: direction: Yang 2015, Cell Death Dis 6:e1780; all numbers assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.engine.arithmetic import hill, relaxed
from simulation.engine.kernel import kernel
from simulation.engine.parameter import parameter
from simulation.engine.process import CellProcess, Stage

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.rows import Rows

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Polarisation(CellProcess):
    """Macrophages turn M2 and back."""

    stage, every = Stage.DECIDE, "10 min"
    reads = frozenset({"macrophage", "digesting", "tgfb_here", "tnf_here", "ifng_here"})
    writes = frozenset({"m2"})
    mechanisms = frozenset({"M54", "M56"})

    by_uptake: float = parameter(
        2.0, "1/day", "towards M2 by saturating uptake; 0 = efferocytosis teaches nothing", source="assumed",
        bounds=(0, 1e3),
    )  # fmt: skip
    uptake_half: float = parameter(0.5, "1", "bodies in digestion of half effect", source="assumed", bounds=(1e-6, 1e6))
    by_tgfb: float = parameter(0.5, "1/day", "towards M2 by saturating TGF-beta", source="assumed", bounds=(0, 1e3))
    tgfb_half: float = parameter(1.0, "ng/mL", "TGF-beta of half effect", source="assumed", bounds=(1e-6, 1e6))
    by_danger: float = parameter(
        2.0, "1/day", "back by saturating TNF or interferon gamma", source="assumed", bounds=(0, 1e3)
    )
    tnf_half: float = parameter(1.0, "ng/mL", "TNF of half effect", source="assumed", bounds=(1e-6, 1e6))
    ifng_half: float = parameter(5.0, "ng/mL", "interferon gamma of half effect", source="assumed", bounds=(1e-6, 1e6))

    def apply(self, cells: Rows, dt: Duration) -> None:
        """Advance the polarisation of macrophages."""
        polarise(
            cells.m2, cells.macrophage, cells.digesting, cells.tgfb_here, cells.tnf_here, cells.ifng_here,
            self.by_uptake * dt.days, self.uptake_half, self.by_tgfb * dt.days, self.tgfb_half,
            self.by_danger * dt.days, self.tnf_half, self.ifng_half,
        )  # fmt: skip


@kernel
def polarise(
    m2: Floats,
    macrophage: Floats,
    digesting: Floats,
    tgfb: Floats,
    tnf: Floats,
    ifng: Floats,
    by_uptake: float,
    uptake_half: float,
    by_tgfb: float,
    tgfb_half: float,
    by_danger: float,
    tnf_half: float,
    ifng_half: float,
) -> None:
    """Advance `m2` (n, 1) of macrophages; by_uptake, by_tgfb, by_danger are rates times duration (1)."""
    for i in range(m2.size):
        if macrophage[i] > 0.0:
            towards = by_uptake * hill(digesting[i], uptake_half, 1.0) + by_tgfb * hill(tgfb[i], tgfb_half, 1.0)
            back = by_danger * min(1.0, hill(tnf[i], tnf_half, 1.0) + hill(ifng[i], ifng_half, 1.0))
            if towards + back > 0.0:
                m2[i] = relaxed(m2[i], towards / (towards + back), towards + back)
