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
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.engine.kernel import kernel
from simulation.engine.parameter import parameter
from simulation.engine.presence import STRETCH
from simulation.engine.process import CellProcess, Stage
from simulation.vocabulary.cytokines import SLOW

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.rows import Rows

Floats = NDArray[np.float64]

INFLAMMATORY = ("tnf", "il6", "ccl2")
SHAPED = np.array([s in INFLAMMATORY for s in SLOW])
SECRETIONS = " ".join(f"{s}_secretion" for s in SLOW)
OUTPUTS = " ".join(f"{s}_output" for s in SLOW)


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
        secrete(
            cells.all_of(OUTPUTS), cells.all_of(SECRETIONS), cells.nfkb, cells.secretion_factor, self.gains, SHAPED
        )  # fmt: skip

    @cached_property
    def gains(self) -> Floats:
        """What NF-kB adds, by substance."""
        return np.array([getattr(self, f"{s}_gain", 0.0) for s in SLOW])


@kernel
def secrete(
    outputs: tuple[Floats, ...],
    secretions: tuple[Floats, ...],
    nfkb: Floats,
    factor: Floats,
    gains: Floats,
    shaped: NDArray[np.bool_],
) -> None:
    """Add what cells secrete of each substance.

    outputs, secretions   m tuple of n   fg/min
    nfkb, factor          n              1
    gains                 m              1
    shaped                m                        whether the substance answers to `factor`
    """
    for m in range(len(outputs)):
        output, secretion, gain = outputs[m], secretions[m], gains[m]
        first = 0
        while first < nfkb.size:  # cells of a type stand together: stretches that secrete nothing are passed over
            past, found = min(first + STRETCH, nfkb.size), 0
            for i in range(np.uint64(first), np.uint64(past)):
                found += int(secretion[i] != 0.0)
            if found and shaped[m]:
                for i in range(np.uint64(first), np.uint64(past)):
                    output[i] += secretion[i] * factor[i] * (1.0 + gain * nfkb[i])
            elif found:
                for i in range(np.uint64(first), np.uint64(past)):
                    output[i] += secretion[i] * (1.0 + gain * nfkb[i])
            first = past
