"""Tumour endothelium: VEGF turns wall cells into those of a tumour, which show less ICAM-1 until they are called.

    dw/dt = (V^h / (V_half^h + V^h) - w) / turning
    icam1_basal_factor *= 1 - suppression * w

w    tumour_endothelium    1        0 normal ... 1 shaped by the tumour
V    vegf_here             ng/mL

Only what is made without stimulus is suppressed: cytokines induce ICAM-1 as in other endothelium.

Mechanisms: M59b.
Sources: tumour endothelium shows less ICAM-1, and calreticulin brings it back: Calreticulin promotes tumor lymphocyte
infiltration, PMID 21805477; half and all other values assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.engine.arithmetic import hill, lapse, relaxed_over
from simulation.engine.kernel import kernel
from simulation.engine.parameter import parameter
from simulation.engine.process import CellProcess, Stage

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.rows import Rows

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class TumourEndothelium(CellProcess):
    """VEGF suppresses the resting ICAM-1 of wall cells."""

    stage, every = Stage.SIGNAL, "10 min"
    reads = frozenset({"vegf_here"})
    scales = frozenset({"icam1_basal_factor"})
    writes = frozenset({"tumour_endothelium"})
    mechanisms = frozenset({"M59b"})

    suppression: float = parameter(
        0.5, "1", "share of resting ICAM-1 synthesis that tumour endothelium loses; 0 = none",
        source="assumed: half; direction: PMID 21805477", bounds=(0, 1),
    )  # fmt: skip
    vegf_half: float = parameter(
        2.0, "ng/mL", "VEGF of half effect", source="assumed: half that of sprouting", bounds=(1e-6, 1e6)
    )
    steepness: float = parameter(2.0, "1", "Hill exponent of VEGF", source="assumed", bounds=(0.5, 20))
    turning: float = parameter(2.0, "day", "time in which wall cells change", source="assumed", bounds=(0.01, 1e3))

    def apply(self, cells: Rows, dt: Duration) -> None:
        """Move wall cells on, and scale."""
        turn(
            cells.vegf_here, self.vegf_half, self.steepness, dt.days / self.turning, self.suppression,
            cells.tumour_endothelium, cells.icam1_basal_factor,
        )  # fmt: skip


@kernel
def turn(
    vegf: Floats, half: float, steepness: float, share: float, suppression: float, turned: Floats, factor: Floats
) -> None:
    """Relax `turned` (n, 1) towards what VEGF (n, ng/mL) asks for, by `share` of its time, and scale `factor`."""
    time = lapse(share)
    for i in range(vegf.size):
        turned[i] = relaxed_over(turned[i], hill(vegf[i], half, steepness), time)
        factor[i] *= 1.0 - suppression * turned[i]
