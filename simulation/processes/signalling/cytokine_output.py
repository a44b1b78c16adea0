"""Cytokine output: what a cell of its type secretes at rest, and more where NF-kB is in the nucleus.

    output = secretion f (1 + gain N)

output      {s}_output       fg/min    what the cell secretes of substance s
secretion   {s}_secretion    fg/min    what a resting cell of its type secretes
f           secretion_factor 1         what diet and drugs make of TNF, IL-6 and CCL2; 1 for the others
N           nfkb             1         nuclear NF-kB

TNF, IL-6, CCL2, CXC chemokines and VEGF answer to NF-kB; the rest is secreted as the cell type has it.

Mechanisms: M15.   Sources: gains assumed.
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
from simulation.vocabulary.cytokines import SLOW

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.rows import Rows

Floats = NDArray[np.float64]

INFLAMMATORY = ("tnf", "il6", "ccl2")


@dataclass(frozen=True)
class CytokineOutput(CellProcess):
    """Secrete, and more under NF-kB."""

    stage, every = Stage.SIGNAL, "10 min"
    reads = frozenset({"nfkb", "secretion_factor", *(f"{s}_secretion" for s in SLOW)})
    adds = frozenset(f"{s}_output" for s in SLOW)
    mechanisms = frozenset({"M15"})

    tnf_gain: float = parameter(4.0, "1", "what NF-kB adds to TNF secretion", source="assumed", bounds=(0, 1e3))
    il6_gain: float = parameter(4.0, "1", "what NF-kB adds to IL-6 secretion", source="assumed", bounds=(0, 1e3))
    ccl2_gain: float = parameter(4.0, "1", "what NF-kB adds to CCL2 secretion", source="assumed", bounds=(0, 1e3))
    cxcl_gain: float = parameter(4.0, "1", "what NF-kB adds to CXC secretion", source="assumed", bounds=(0, 1e3))
    vegf_gain: float = parameter(4.0, "1", "what NF-kB adds to VEGF secretion", source="assumed", bounds=(0, 1e3))

    def apply(self, cells: Rows, dt: Duration) -> None:
        """Add this period's secretion."""
        for s in SLOW:
            made = cells[f"{s}_secretion"]
            if present(made):
                if s in INFLAMMATORY:
                    made = made * cells.secretion_factor
                secrete(cells[f"{s}_output"], made, cells.nfkb, getattr(self, f"{s}_gain", 0.0))


@kernel
def secrete(output: Floats, secretion: Floats, nfkb: Floats, gain: float) -> None:
    """Add secretion (1 + gain nfkb) to output."""
    for i in range(len(output)):
        output[i] += secretion[i] * (1.0 + gain * nfkb[i])
