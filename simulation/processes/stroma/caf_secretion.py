"""CAF secretion: activated fibroblasts secrete IL-6, TGF-beta, MMP, VEGF, CCL2 and CXC chemokines.

    x_output += caf * x * (1 + nfkb_gain * nfkb)      for IL-6, VEGF, CCL2 and CXC chemokines
    x_output += caf * x                               for TGF-beta and MMP

x_output   fg/min   what the cell secretes, on top of what it secretes at rest
caf        1        1 once activated
nfkb       1        NF-kB in the nucleus, share

Mechanisms: M38, M40, M15. Sources: seed 1 for what is secreted; all amounts assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.engine.kernel import kernel
from simulation.engine.parameter import parameter
from simulation.engine.process import CellProcess, Stage

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.rows import Rows

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class CafSecretion(CellProcess):
    """CAF secrete."""

    stage, every = Stage.SIGNAL, "10 min"
    reads = frozenset({"caf", "nfkb"})
    adds = frozenset({"il6_output", "tgfb_output", "mmp_output", "vegf_output", "cxcl_output", "ccl2_output"})
    mechanisms = frozenset({"M15", "M38", "M40"})

    il6: float = parameter(
        0.01, "fg/min", "IL-6 per CAF", source="assumed: keeps tissue IL-6 near the 5 ng/mL it acts at", bounds=(0, 1e3)
    )
    tgfb: float = parameter(0.01, "fg/min", "active TGF-beta per CAF", source="assumed", bounds=(0, 1e3))
    mmp: float = parameter(
        0.02, "fg/min", "active MMP per CAF", source="assumed: 30 ng a day per million cells", bounds=(0, 1e3)
    )
    vegf: float = parameter(
        0.005, "fg/min", "VEGF per CAF", source="assumed: a tenth of a hypoxic cell", bounds=(0, 1e3)
    )
    cxcl: float = parameter(0.005, "fg/min", "CXC chemokines per CAF", source="assumed", bounds=(0, 1e3))
    ccl2: float = parameter(0.005, "fg/min", "CCL2 per CAF", source="assumed: as CXC chemokines", bounds=(0, 1e3))
    nfkb_gain: float = parameter(4.0, "1", "gain in secretion by full NF-kB", source="assumed", bounds=(0, 100))

    def apply(self, cells: Rows, dt: Duration) -> None:
        """Add to this moment's secretion."""
        secrete(cells.il6_output, cells.caf, cells.nfkb, self.il6, self.nfkb_gain)
        secrete(cells.vegf_output, cells.caf, cells.nfkb, self.vegf, self.nfkb_gain)
        secrete(cells.cxcl_output, cells.caf, cells.nfkb, self.cxcl, self.nfkb_gain)
        secrete(cells.ccl2_output, cells.caf, cells.nfkb, self.ccl2, self.nfkb_gain)
        secrete(cells.tgfb_output, cells.caf, cells.nfkb, self.tgfb, 0.0)
        secrete(cells.mmp_output, cells.caf, cells.nfkb, self.mmp, 0.0)


@kernel
def secrete(output: Floats, caf: Floats, nfkb: Floats, amount: float, gain: float) -> None:
    """Add `amount` (fg/min) per CAF to `output` (n, fg/min), raised by NF-kB (n, 1) times `gain`."""
    for i in range(output.size):
        output[i] += caf[i] * amount * (1.0 + gain * nfkb[i])
