"""Integrin activation: chemokines open LFA-1; without them it closes again.

    g    = min(1, CXCL / (K + CXCL) + phorbol)
    f*   = f_rest + g (f_active - f_rest)            for the open and the intermediate share alike
    df/dt = (k_off + g (k_on - k_off)) (f* - f)

f       lfa1_open, lfa1_intermediate    1        shares of LFA-1; the rest is closed
CXCL    cxcl_here                       ng/mL

The three states go to a mix that lies between the resting and the activated one, all at one rate, so that their
shares add up to 1 on the way. Solved exactly over a period.

Mechanisms: M03.   Sources: assumed (mixes, rates, half-effect); priming within seconds to minutes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.engine.arithmetic import lapse, relaxed_over
from simulation.engine.errors import InputError
from simulation.engine.kernel import kernel
from simulation.engine.parameter import parameter
from simulation.engine.process import CellProcess, Stage

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.rows import Rows

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class IntegrinActivation(CellProcess):
    """Move LFA-1 between closed, intermediate and open."""

    stage, every = Stage.SIGNAL, "10 min"
    reads = frozenset({"cxcl_here"})
    writes = frozenset({"lfa1_open", "lfa1_intermediate"})
    mechanisms = frozenset({"M03"})

    open_rest: float = parameter(0.01, "1", "open share at rest", source="assumed", bounds=(0, 1))
    intermediate_rest: float = parameter(0.09, "1", "intermediate share at rest", source="assumed", bounds=(0, 1))
    open_active: float = parameter(0.10, "1", "open share when activated", source="assumed", bounds=(0, 1))
    intermediate_active: float = parameter(
        0.30, "1", "intermediate share when activated", source="assumed", bounds=(0, 1)
    )
    cxcl_half: float = parameter(10.0, "ng/mL", "chemokine of half effect", source="assumed", bounds=(1e-6, 1e6))
    opening: float = parameter(1.0, "1/min", "rate towards the activated mix", source="assumed", bounds=(0, 1e3))
    closing: float = parameter(0.1, "1/min", "rate back to rest", source="assumed", bounds=(0, 1e3))
    phorbol: float = parameter(
        0.0, "1", "activation by phorbol ester, which needs no receptor", bounds=(0, 1),
        source="assumed: none unless an assay adds it",
    )  # fmt: skip

    def __post_init__(self) -> None:
        super().__post_init__()
        for mix in ("rest", "active"):
            share = getattr(self, f"open_{mix}") + getattr(self, f"intermediate_{mix}")
            if share > 1.0:
                raise InputError(
                    f"open and intermediate LFA-1 make {share:g}",
                    where=f"IntegrinActivation.open_{mix}",
                    expected="expected at most 1 together with intermediate",
                )

    def apply(self, cells: Rows, dt: Duration) -> None:
        """Relax both shares over one period."""
        activate(
            cells.lfa1_open, cells.lfa1_intermediate, cells.cxcl_here, (self.open_rest, self.intermediate_rest),
            (self.open_active, self.intermediate_active), self.cxcl_half, self.phorbol, self.opening, self.closing,
            dt.minutes,
        )  # fmt: skip

    def settle(self, cells: Rows) -> None:
        """Rest: the mix without chemokine."""
        cells.lfa1_open[:] = self.open_rest
        cells.lfa1_intermediate[:] = self.intermediate_rest


@kernel
def activate(
    opened: Floats,
    intermediate: Floats,
    cxcl: Floats,
    resting: tuple[float, float],
    active: tuple[float, float],
    cxcl_half: float,
    phorbol: float,
    opening: float,
    closing: float,
    minutes: float,
) -> None:
    """Relax both shares of LFA-1 in place; mixes as open, intermediate, rates in 1/min, concentrations in ng/mL."""
    for i in range(len(opened)):
        g = min(1.0, cxcl[i] / (cxcl_half + cxcl[i]) + phorbol)
        rate = closing + g * (opening - closing)
        time = lapse(rate * minutes)
        opened[i] = relaxed_over(opened[i], resting[0] + g * (active[0] - resting[0]), time)
        intermediate[i] = relaxed_over(intermediate[i], resting[1] + g * (active[1] - resting[1]), time)
