"""EMT: STAT3 turns epithelial cells mesenchymal, and mesenchymal cells move faster.

    de/dt = onset s (1 - e) - reversal e
    motility_factor *= 1 + mobilisation e

e   emt     1   0 epithelial ... 1 mesenchymal
s   stat3   1   active STAT3

Solved exactly over one period (s held), so any period is stable. Division and death do not hang on it.

Mechanisms: M58.   Sources: rates assumed; speeds 0.1 um/min epithelial, 0.5 to 0.7 mesenchymal (the latter as in a
published reaction-diffusion model of invasion), hence mobilisation computed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.engine.arithmetic import relaxed
from simulation.engine.kernel import kernel
from simulation.engine.parameter import parameter
from simulation.engine.process import CellProcess, Stage

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.rows import Rows

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class EMT(CellProcess):
    """Turn epithelial cells mesenchymal and back."""

    stage, every = Stage.DECIDE, "10 min"
    reads = frozenset({"stat3"})
    scales = frozenset({"motility_factor"})
    writes = frozenset({"emt"})
    mechanisms = frozenset({"M58"})

    onset: float = parameter(0.05, "1/h", "transition at full STAT3", source="assumed", bounds=(0, 10))
    reversal: float = parameter(0.03, "1/h", "way back", source="assumed", bounds=(1e-6, 10))
    mobilisation: float = parameter(
        5.0, "1", "what a mesenchymal cell's speed gains, as a share",
        source="computed: 0.1 um/min epithelial, 0.6 mesenchymal (both assumed)", bounds=(0, 100),
    )  # fmt: skip

    def apply(self, cells: Rows, dt: Duration) -> None:
        """Relax over one period and scale motility."""
        transform(cells.emt, cells.stat3, self.onset, self.reversal, dt.hours)
        mobilise(cells.motility_factor, cells.emt, self.mobilisation)

    def settle(self, cells: Rows) -> None:
        """Begin at the steady state of the STAT3 there is."""
        transform(cells.emt, cells.stat3, self.onset, self.reversal, 1e9)


@kernel
def transform(emt: Floats, stat3: Floats, onset: float, reversal: float, hours: float) -> None:
    """Relax emt in place; rates in 1/h."""
    for i in range(len(emt)):
        forward = onset * stat3[i]
        emt[i] = relaxed(emt[i], forward / (forward + reversal), (forward + reversal) * hours)


@kernel
def mobilise(factor: Floats, emt: Floats, mobilisation: float) -> None:
    """Scale a speed by 1 + mobilisation * emt, in place."""
    for i in range(len(factor)):
        factor[i] *= 1.0 + mobilisation * emt[i]
