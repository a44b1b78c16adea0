"""Hypoxia: cells that respire and lack oxygen secrete VEGF.

    vegf_output += vegf * (1 - ramp(o2, o2_full, o2_onset))      where o2_uptake > 0

o2            mmHg     o2_here; no answer above o2_onset, the whole below o2_full
vegf_output   fg/min   what the cell secretes

Mechanisms: M59. Sources: hypoxia below 5-10 mmHg: PhysiCell 1.14.2; secretion: assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.engine.kernel import kernel
from simulation.engine.parameter import parameter
from simulation.engine.process import CellProcess, Stage
from simulation.engine.ramp import ramp

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.rows import Rows

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Hypoxia(CellProcess):
    """VEGF for want of oxygen."""

    stage, every = Stage.SIGNAL, "10 min"
    reads = frozenset({"o2_here", "o2_uptake"})
    adds = frozenset({"vegf_output"})
    mechanisms = frozenset({"M59"})

    vegf: float = parameter(
        0.05, "fg/min", "VEGF secreted by a hypoxic cell", bounds=(0, 1e3),
        source="assumed: tissue of which a tenth is hypoxic holds some ng/mL, and none of it hundreds",
    )  # fmt: skip
    o2_onset: float = parameter(
        10.0, "mmHg", "oxygen below which cells answer", source="PhysiCell 1.14.2", bounds=(0, 200)
    )
    o2_full: float = parameter(
        5.0, "mmHg", "oxygen below which the answer is complete", source="PhysiCell 1.14.2", bounds=(0, 200)
    )

    def apply(self, cells: Rows, dt: Duration) -> None:
        """Add to this moment's secretion."""
        secrete(cells.vegf_output, cells.o2_here, cells.o2_uptake, self.vegf, self.o2_onset, self.o2_full)


@kernel
def secrete(vegf_output: Floats, o2: Floats, o2_uptake: Floats, vegf: float, o2_onset: float, o2_full: float) -> None:
    """Add VEGF (n, fg/min) by oxygen (n, mmHg), for cells that take up oxygen (n, 1/min)."""
    for i in range(o2.size):
        if o2_uptake[i] > 0.0 and o2[i] < o2_onset:
            vegf_output[i] += vegf * (1.0 - ramp(o2[i], o2_full, o2_onset))
