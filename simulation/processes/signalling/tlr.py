"""Toll-like receptors: TLR2, 4 and 9 know bacterial products at once, TLR3 double-stranded RNA after its uptake.

    dt3/dt = (myd88 or trif) (g(dsRNA) - t3) / delay,      g(c) = c / (1 + c)
    TLR    = weight (1 - (1 - myd88 g(PAMP)) (1 - t3))

TLR     tlr           1   share of IKK that they activate
t3      tlr3          1   TLR3 at work in endosomes, share
PAMP    pamp_here     1   over the concentration of half effect
dsRNA   dsrna_here    1   over the concentration of half effect
trif, myd88           1   share of the adapter that is there; TLR3 goes by the one named `tlr3_adapter`

Both adapters end at TRAF6, TAK1 and IKK, so that what follows is one path. t3 is solved exactly over a period with the
fields held.

Mechanisms: M10.
Sources: TLR3 by TRIF, the others by MyD88: multi-stimulus NF-kB model, github.com/Adewunmi91/nfkb_model; seed 1 names
MyD88 for TLR3, hence the switch; delay: uptake of poly(I:C) at 0.04 1/min in the same model; weight assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.engine.arithmetic import relaxed
from simulation.engine.kernel import kernel
from simulation.engine.parameter import parameter
from simulation.engine.presence import present
from simulation.engine.process import CellProcess, Stage

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.rows import Rows

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class TLR(CellProcess):
    """Toll-like receptors activate IKK."""

    stage, every = Stage.SIGNAL, "10 min"
    reads = frozenset({"pamp_here", "dsrna_here"})
    writes = frozenset({"tlr", "tlr3"})
    mechanisms = frozenset({"M10"})

    weight: float = parameter(
        1.0, "1", "share of IKK that they can activate; 0 switches them off", source="assumed", bounds=(0, 1)
    )
    tlr3: float = parameter(1.0, "1", "share of TLR3 that is there; 0 = knocked out", source="assumed", bounds=(0, 1))
    tlr3_adapter: str = parameter(
        "trif", "", "adapter of TLR3", source="github.com/Adewunmi91/nfkb_model: TRIF; seed 1: MyD88",
        choices=("trif", "myd88"),
    )  # fmt: skip
    trif: float = parameter(1.0, "1", "share of TRIF that is there", source="assumed", bounds=(0, 1))
    myd88: float = parameter(1.0, "1", "share of MyD88 that is there", source="assumed", bounds=(0, 1))
    delay: float = parameter(
        0.5, "h", "time for double-stranded RNA to reach TLR3",
        source="computed: uptake 0.04 1/min, github.com/Adewunmi91/nfkb_model", bounds=(1e-3, 100),
    )  # fmt: skip

    def apply(self, cells: Rows, dt: Duration) -> None:
        """Sense what is here now."""
        if not (present(cells.pamp_here) or present(cells.dsrna_here) or present(cells.tlr3)):
            cells.tlr.fill(0.0)
            return
        adapter = self.trif if self.tlr3_adapter == "trif" else self.myd88
        sense(
            cells.tlr, cells.tlr3, cells.pamp_here, cells.dsrna_here, self.weight, self.tlr3 * adapter, self.myd88,
            dt.hours / self.delay,
        )  # fmt: skip


@kernel
def sense(
    tlr: Floats,
    tlr3: Floats,
    pamp: Floats,
    dsrna: Floats,
    weight: float,
    endosomal: float,
    myd88: float,
    lapse: float,
) -> None:
    """Relax tlr3 and set tlr, in place; `lapse` is the step over the delay."""
    for i in range(len(tlr)):
        tlr3[i] = relaxed(tlr3[i], endosomal * (dsrna[i] / (1.0 + dsrna[i])), lapse)
        at_once = myd88 * (pamp[i] / (1.0 + pamp[i]))
        tlr[i] = weight * (at_once + tlr3[i] - at_once * tlr3[i])
