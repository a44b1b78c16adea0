"""Proteolysis: tumour cells secrete MMP, mesenchymal ones more, and more still once no capsule encloses them.

    mmp_output += (basal + mesenchymal * emt) * (freed if enclosure < broken else 1)

mmp_output   fg/min   what the cell secretes
emt          1        0 epithelial ... 1 mesenchymal
enclosure    1        integrity of the capsule that encloses the cell

Mechanisms: M47c. Sources: fivefold after rupture and the limit of 0.2: assumed; amounts: assumed, 3 ng (epithelial) to
33 ng (mesenchymal) a day per million cells.
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
class Proteolysis(CellProcess):
    """MMP secretion by cells that can turn mesenchymal."""

    stage, every = Stage.SIGNAL, "10 min"
    reads = frozenset({"emt", "enclosure"})
    adds = frozenset({"mmp_output"})
    mechanisms = frozenset({"M47c"})

    basal: float = parameter(0.002, "fg/min", "active MMP of an epithelial cell", source="assumed", bounds=(0, 1e3))
    mesenchymal: float = parameter(
        0.02, "fg/min", "what a mesenchymal cell secretes besides", source="assumed", bounds=(0, 1e3)
    )
    freed: float = parameter(5.0, "1", "gain once the capsule is broken", source="assumed", bounds=(0, 1e3))
    broken: float = parameter(0.2, "1", "integrity below which a capsule is broken", source="assumed", bounds=(0, 1))

    def apply(self, cells: Rows, dt: Duration) -> None:
        """Add to this moment's secretion."""
        secrete(cells.mmp_output, cells.emt, cells.enclosure, self.basal, self.mesenchymal, self.freed, self.broken)


@kernel
def secrete(
    mmp_output: Floats,
    emt: Floats,
    enclosure: Floats,
    basal: float,
    mesenchymal: float,
    freed: float,
    broken: float,
) -> None:
    """Add MMP (n, fg/min) by phenotype (n, 1) and enclosure (n, 1)."""
    for i in range(emt.size):
        amount = basal + mesenchymal * emt[i]
        mmp_output[i] += amount * freed if enclosure[i] < broken else amount
