"""Survival: nuclear NF-kB protects from death and speeds division.

    apoptosis_factor *= 1 - protection * nfkb
    division_factor  *= 1 + drive * nfkb

nfkb   1   NF-kB in the nucleus, share 0 ... 1

Mechanisms: M15. Sources: seed 1 for the direction; both strengths assumed.
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
class Survival(CellProcess):
    """NF-kB scales the rates of death and division."""

    stage, every = Stage.DECIDE, "10 min"
    reads = frozenset({"nfkb"})
    scales = frozenset({"apoptosis_factor", "division_factor"})
    mechanisms = frozenset({"M15"})

    protection: float = parameter(0.5, "1", "share of deaths that full NF-kB prevents", source="assumed", bounds=(0, 1))
    drive: float = parameter(0.3, "1", "gain in division rate by full NF-kB", source="assumed", bounds=(0, 10))

    def apply(self, cells: Rows, dt: Duration) -> None:
        """Scale by this moment's NF-kB; the length of the step plays no part."""
        scale(cells.apoptosis_factor, cells.division_factor, cells.nfkb, self.protection, self.drive)


@kernel
def scale(apoptosis_factor: Floats, division_factor: Floats, nfkb: Floats, protection: float, drive: float) -> None:
    """Multiply both factors (n, 1) by what `nfkb` (n, 1) makes of them."""
    for i in range(nfkb.size):
        apoptosis_factor[i] *= 1.0 - protection * nfkb[i]
        division_factor[i] *= 1.0 + drive * nfkb[i]
