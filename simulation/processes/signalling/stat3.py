"""STAT3: ICAM-1 that holds EGFR, and IL-6, activate it.

    ds/dt = a (1 - s) - d s
    a     = k_icam1 gain E h(I / (1 + blocked)) (1 + k_bond n / (K_n + n)) + k_il6 IL6 / (K_il6 + IL6)
    h(I)  = I / (K_I + I)

s         stat3            1        active STAT3, share
I         icam1            1        copies on the membrane
blocked   icam1_blocked    1        antibody on ICAM-1, concentration over dissociation constant
n         icam1_bonds      1        bonds that lymphocytes hold to it
gain      egfr_gain        1        EGFR of the cell type
E         egfr / egfr_rest / (1 + egfr_blocked)    what knockdown and antibody leave of it; 1 in cells without copies
IL6       il6_here         ng/mL

Solved exactly over a period with the drive held. It feeds EMT and nothing else: growth is left alone, as in tumours
whose ICAM-1 was neutralised (metastasis fell, volume did not).

Mechanisms: M40, M58.
Sources: Kang 2024, Mol Cancer, doi 10.1186/s12943-024-02150-4 (path); numbers assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.engine.arithmetic import relaxed
from simulation.engine.kernel import inlined, kernel
from simulation.engine.parameter import parameter
from simulation.engine.process import CellProcess, Stage

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.rows import Rows

Floats = NDArray[np.float64]


class Drive(NamedTuple):
    """The numbers of the drive, as `STAT3` declares them."""

    icam1_rate: float
    icam1_half: float
    engagement: float
    bonds_half: float
    il6_rate: float
    il6_half: float


@dataclass(frozen=True)
class STAT3(CellProcess):
    """Activate STAT3 by ICAM-1 on EGFR and by IL-6."""

    stage, every = Stage.SIGNAL, "10 min"
    reads = frozenset(
        {"icam1", "icam1_blocked", "icam1_bonds", "egfr_gain", "egfr", "egfr_rest", "egfr_blocked", "il6_here"}
    )
    writes = frozenset({"stat3"})
    mechanisms = frozenset({"M40", "M58"})

    icam1_rate: float = parameter(0.5, "1/h", "activation at full ICAM-1 and EGFR", source="assumed", bounds=(0, 100))
    icam1_half: float = parameter(
        5e4, "1", "ICAM-1 copies of half effect", bounds=(1, 1e9),
        source="assumed: between 1e4 of a resting and 1e6 of an induced tumour cell",
    )  # fmt: skip
    engagement: float = parameter(
        1.0, "1", "what ICAM-1 held by lymphocytes adds, as a share; 0 = nothing", source="assumed", bounds=(0, 10)
    )
    bonds_half: float = parameter(10.0, "1", "bonds of half effect", source="assumed", bounds=(1e-3, 1e6))
    il6_rate: float = parameter(0.5, "1/h", "activation at full IL-6", source="assumed", bounds=(0, 100))
    il6_half: float = parameter(5.0, "ng/mL", "IL-6 of half effect", source="assumed", bounds=(1e-6, 1e6))
    loss: float = parameter(0.25, "1/h", "dephosphorylation", source="assumed", bounds=(1e-6, 100))

    def apply(self, cells: Rows, dt: Duration) -> None:
        """Relax over one period."""
        self._relax(cells, dt.hours)

    def settle(self, cells: Rows) -> None:
        """Begin at the steady state of the ICAM-1 and IL-6 there are."""
        self._relax(cells, 1e6)

    def _relax(self, cells: Rows, hours: float) -> None:
        phosphorylate(
            cells.stat3, cells.icam1, cells.icam1_blocked, cells.icam1_bonds, cells.egfr_gain, cells.egfr,
            cells.egfr_rest, cells.egfr_blocked, cells.il6_here, self.drive, self.loss, hours,
        )  # fmt: skip

    @cached_property
    def drive(self) -> Drive:
        """The numbers of the drive as the kernel takes them."""
        return Drive(*(float(getattr(self, name)) for name in Drive._fields))


@inlined
def activation(icam1: float, blocked: float, bonds: float, gain: float, il6: float, d: Drive) -> float:
    """Rate of activation, 1/h."""
    free = icam1 / (1.0 + blocked)
    engaged = 1.0 + d.engagement * (bonds / (d.bonds_half + bonds))
    by_icam1 = d.icam1_rate * gain * (free / (d.icam1_half + free)) * engaged
    return by_icam1 + d.il6_rate * (il6 / (d.il6_half + il6))


@kernel
def phosphorylate(
    stat3: Floats,
    icam1: Floats,
    blocked: Floats,
    bonds: Floats,
    gain: Floats,
    egfr: Floats,
    egfr_rest: Floats,
    egfr_blocked: Floats,
    il6: Floats,
    drive: Drive,
    loss: float,
    hours: float,
) -> None:
    """Relax stat3 in place; columns as in the module's table, loss in 1/h."""
    for i in range(len(stat3)):
        left = egfr[i] / egfr_rest[i] if egfr_rest[i] > 0.0 else 1.0
        a = activation(icam1[i], blocked[i], bonds[i], gain[i] * (left / (1.0 + egfr_blocked[i])), il6[i], drive)
        stat3[i] = relaxed(stat3[i], a / (a + loss), (a + loss) * hours)
