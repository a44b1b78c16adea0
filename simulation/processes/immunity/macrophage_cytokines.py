"""Macrophage cytokines: M1 secrete TNF, IL-1 beta and CCL2, M2 TGF-beta and VEGF.

    x_output += x * macrophage * (1 - m2) * nfkb      for TNF and IL-1 beta, where danger has put NF-kB into the nucleus
    x_output += x * macrophage * (1 - m2)             for CCL2
    x_output += x * macrophage * m2                   for TGF-beta and VEGF

x_output   fg/min   what the cell secretes
m2         1        0 M0 or M1 ... 1 M2
nfkb       1        NF-kB in the nucleus, share

Mechanisms: M54, M56. Sources: who secretes what: Yang 2015, Cell Death Dis 6:e1780, and recalled textbook knowledge;
all amounts assumed, those of TNF so low that it stays below 1 ng/mL in tissue.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.engine.kernel import kernel
from simulation.engine.parameter import parameter
from simulation.engine.presence import present
from simulation.engine.process import CellProcess, Stage

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.rows import Rows

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class MacrophageCytokines(CellProcess):
    """Macrophages secrete by their polarisation."""

    stage, every = Stage.SIGNAL, "10 min"
    reads = frozenset({"macrophage", "m2", "nfkb"})
    adds = frozenset({"tnf_output", "il1b_output", "ccl2_output", "tgfb_output", "vegf_output"})
    mechanisms = frozenset({"M54", "M56"})

    tnf: float = parameter(0.001, "fg/min", "TNF of an alarmed M1, net of uptake", source="assumed", bounds=(0, 1e3))
    il1b: float = parameter(
        0.0005, "fg/min", "IL-1 beta of an alarmed M1, net of uptake", source="assumed", bounds=(0, 1e3)
    )
    ccl2: float = parameter(0.002, "fg/min", "CCL2 of an M1", source="assumed", bounds=(0, 1e3))
    tgfb: float = parameter(
        0.002, "fg/min", "active TGF-beta of an M2", source="assumed: a fifth of a CAF", bounds=(0, 1e3)
    )
    vegf: float = parameter(
        0.005, "fg/min", "VEGF of an M2", source="assumed: a tenth of a hypoxic cell", bounds=(0, 1e3)
    )

    def apply(self, cells: Rows, dt: Duration) -> None:
        """Add to this moment's secretion."""
        if present(cells.macrophage):
            secrete(
                cells.macrophage, cells.m2, cells.nfkb, self.tnf, self.il1b, self.ccl2, self.tgfb, self.vegf,
                cells.tnf_output, cells.il1b_output, cells.ccl2_output, cells.tgfb_output, cells.vegf_output,
            )  # fmt: skip


@kernel
def secrete(
    macrophage: Floats,
    m2: Floats,
    nfkb: Floats,
    tnf: float,
    il1b: float,
    ccl2: float,
    tgfb: float,
    vegf: float,
    tnf_output: Floats,
    il1b_output: Floats,
    ccl2_output: Floats,
    tgfb_output: Floats,
    vegf_output: Floats,
) -> None:
    """Add what each macrophage secretes; amounts in fg/min, columns by their names."""
    for i in range(m2.size):
        m1 = macrophage[i] * (1.0 - m2[i])
        tnf_output[i] += tnf * m1 * nfkb[i]
        il1b_output[i] += il1b * m1 * nfkb[i]
        ccl2_output[i] += ccl2 * m1
        tgfb_output[i] += tgfb * macrophage[i] * m2[i]
        vegf_output[i] += vegf * macrophage[i] * m2[i]
