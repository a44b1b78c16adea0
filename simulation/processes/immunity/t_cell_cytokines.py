"""T cell cytokines: interferon gamma and TNF, secreted only while a target is held.

    ifng_output += ifng * cytotoxicity,   tnf_output += tnf * cytotoxicity      where partner is not 0

ifng_output, tnf_output    fg/min    what the cell secretes
cytotoxicity               1         1 = an effector T cell

Mechanisms: M32. Sources: seed 1 (virus-specific T cells raise ICAM-1 of hepatocytes through both); rates assumed.
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
class TCellCytokines(CellProcess):
    """Cytotoxic cells secrete while they hold a target."""

    stage, every = Stage.DECIDE, "10 min"
    reads = frozenset({"partner", "cytotoxicity"})
    adds = frozenset({"ifng_output", "tnf_output"})
    mechanisms = frozenset({"M32"})

    ifng: float = parameter(
        0.01, "fg/min", "interferon gamma of an engaged T cell, net of uptake", source="assumed", bounds=(0, 1e6)
    )
    tnf: float = parameter(
        0.003, "fg/min", "TNF of an engaged T cell, net of uptake", source="assumed", bounds=(0, 1e6)
    )

    def apply(self, cells: Rows, dt: Duration) -> None:
        """Add to the outputs of the cells that hold a target."""
        secrete(cells.partner, cells.cytotoxicity, self.ifng, self.tnf, cells.ifng_output, cells.tnf_output)


@kernel
def secrete(
    partner: NDArray[np.uint64],
    cytotoxicity: Floats,
    ifng: float,
    tnf: float,
    ifng_output: Floats,
    tnf_output: Floats,
) -> None:
    """Add contact-gated secretion, row by row; arguments are columns and fg/min."""
    for i in range(partner.size):
        if partner[i] != 0:
            ifng_output[i] += ifng * cytotoxicity[i]
            tnf_output[i] += tnf * cytotoxicity[i]
