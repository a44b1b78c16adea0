"""Calcium: engaged ICAM-1 sets it free, the cytoskeleton lets go of its anchors, the cell moves faster.

    dC/dt = release * n - C / decay
    motility_factor *= 1 + gain <C / (1 + C)>

C   calcium       1   cytosolic calcium above rest, over that of half effect
n   icam1_bonds   1   bonds that lymphocytes hold to this cell's ICAM-1

Solved exactly over a period with the bonds held; the speed takes the value at its end. Focal adhesions that come apart
and contraction are not followed apart: both are in `gain`.

Mechanisms: M50.   Sources: seed 1 for the path; numbers assumed. `release` 0, as under a chelator, switches it off.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.engine.arithmetic import lapse, relaxed_over
from simulation.engine.kernel import kernel
from simulation.engine.parameter import parameter
from simulation.engine.presence import present
from simulation.engine.process import CellProcess, Stage

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.rows import Rows

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Calcium(CellProcess):
    """Engaged ICAM-1 raises calcium, calcium the speed."""

    stage, every = Stage.DECIDE, "10 min"
    reads = frozenset({"icam1_bonds"})
    scales = frozenset({"motility_factor"})
    writes = frozenset({"calcium"})
    mechanisms = frozenset({"M50"})

    release: float = parameter(
        0.05, "1/min", "calcium that one bond sets free; 0 = chelated",
        source="assumed: ten bonds hold it at half effect", bounds=(0, 1e3),
    )  # fmt: skip
    decay: float = parameter(2.0, "min", "time in which it is pumped out", source="assumed", bounds=(1e-3, 1e3))
    gain: float = parameter(1.0, "1", "what full calcium adds to the speed", source="assumed", bounds=(0, 100))

    def apply(self, cells: Rows, dt: Duration) -> None:
        """Relax over one period and scale motility."""
        if present(cells.icam1_bonds) or present(cells.calcium):
            release(
                cells.calcium, cells.motility_factor, cells.icam1_bonds, self.release * self.decay,
                dt.minutes / self.decay, self.gain,
            )  # fmt: skip


@kernel
def release(calcium: Floats, factor: Floats, bonds: Floats, per_bond: float, share: float, gain: float) -> None:
    """Relax calcium towards `per_bond` times bonds and scale a speed, in place; `share` is the step over the decay."""
    time = lapse(share)
    for i in range(len(calcium)):
        c = relaxed_over(calcium[i], per_bond * bonds[i], time)
        calcium[i] = c if c > 1e-9 else 0.0  # a trace that nothing sees would keep every later step busy
        factor[i] *= 1.0 + gain * (calcium[i] / (1.0 + calcium[i]))
