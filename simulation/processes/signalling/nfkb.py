"""NF-kB: cytokines drive it into the nucleus, where it makes the inhibitors that bring it out again.

    S = 1 - (1 - w_tnf g(TNF, K_tnf)) (1 - w_il1b g(IL1b, K_il1b)) (1 - TLR),    g(c, K) = c / (K + c)
    X = S / (1 + A / K_A)
    dN/dt = k_in import X (1 - N) - k_out N
    dA/dt = k_A N - d_A A

N        nfkb              1        share of NF-kB in the nucleus
A        nfkb_inhibitor    1        IkBa and A20, lumped
TNF      tnf_here          ng/mL
IL1b     il1b_here         ng/mL
TLR      tlr               1        share of IKK that Toll-like receptors activate
import   nfkb_import       1        what drugs leave of import
S        stimulus of IKK   1

Solved with classical Runge-Kutta in equal steps inside a period, of at most 0.3 of the fastest time constant (2 min
with these numbers); the cytokines are held. Steps half as long change N by less than 2e-5.

With `gated` a cell answers to TNF all or none: one whose threshold is above the TNF that is there does not see it, and
thresholds are spread so that c^n / (c50^n + c^n) of all cells answer to a concentration c. A cell keeps its threshold.
What single cells show lies between: all-or-none with graded timing (Tay 2010), graded with spread thresholds (Zhang Q
2017); hence the gate is off unless asked for.

Cytokines reach the ICAM-1 gene only through N. The full oscillator is simulation/reference/nfkb_oscillator.py.

Mechanisms: M07, M08, M09, M14.
Sources: rates computed (fitted to a rise in half an hour and adaptation within a day); half-effects and the spread of
thresholds assumed; fewer cells answer to less TNF: Turner 2010, J Cell Sci 123:2834.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.engine.arithmetic import exp_array, log_array
from simulation.engine.chance import uniform
from simulation.engine.kernel import inlined, kernel
from simulation.engine.parameter import parameter
from simulation.engine.process import CellProcess, Stage

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.rows import Rows

Floats = NDArray[np.float64]

LONGEST = 0.3  # of the fastest time constant, in one step of Runge-Kutta
FITTED = "computed: adaptive response to 10 ng/mL TNF"


class Rates(NamedTuple):
    """The numbers of the right-hand side, as `NFkB` declares them."""

    import_rate: float
    export_rate: float
    inhibition: float
    induction: float
    inhibitor_decay: float


@dataclass(frozen=True)
class NFkB(CellProcess):
    """Move NF-kB in and out of the nucleus."""

    stage, every = Stage.SIGNAL, "10 min"
    reads = frozenset({"tnf_here", "il1b_here", "tlr", "nfkb_import"})
    writes = frozenset({"nfkb", "nfkb_inhibitor"})
    mechanisms = frozenset({"M07", "M08", "M09", "M14"})

    import_rate: float = parameter(6.0, "1/h", "k_in, import at full stimulus", source=FITTED, bounds=(0, 100))
    export_rate: float = parameter(3.0, "1/h", "k_out, export", source=FITTED, bounds=(0, 100))
    inhibition: float = parameter(0.1, "1", "K_A, inhibitor that halves stimulus", source=FITTED, bounds=(1e-3, 1e3))
    induction: float = parameter(0.3, "1/h", "k_A, inhibitor made by nuclear NF-kB", source=FITTED, bounds=(0, 100))
    inhibitor_decay: float = parameter(0.1, "1/h", "d_A, loss of inhibitor", source=FITTED, bounds=(0, 100))
    tnf_half: float = parameter(
        0.5, "ng/mL", "TNF of half effect", source="assumed: sensitivity below 1 ng/mL", bounds=(1e-6, 1e6)
    )
    il1b_half: float = parameter(
        0.2, "ng/mL", "IL-1b of half effect", source="assumed: sensitivity below 1 ng/mL", bounds=(1e-6, 1e6)
    )
    tnf_weight: float = parameter(1.0, "1", "share of IKK that TNF can activate", source="assumed", bounds=(0, 1))
    il1b_weight: float = parameter(1.0, "1", "share of IKK that IL-1b can activate", source="assumed", bounds=(0, 1))

    gated: bool = parameter(False, "", "whether cells answer to TNF all or none", source="assumed")
    gate_half: float = parameter(
        0.05, "ng/mL", "c50, TNF to which half of the cells answer where gated", source="assumed", bounds=(1e-9, 1e6)
    )
    gate_spread: float = parameter(
        0.7, "1", "n, steepness of that share; low = four decades of TNF", source="assumed", bounds=(0.05, 50)
    )

    def apply(self, cells: Rows, dt: Duration) -> None:
        """Move NF-kB and its inhibitor on by one period."""
        tnf = cells.tnf_here
        if self.gated:
            tnf = np.where(tnf >= self.thresholds(cells), tnf, 0.0)
        respond(
            cells.nfkb, cells.nfkb_inhibitor, tnf, cells.il1b_here, cells.tlr, cells.nfkb_import, self.rates,
            self.tnf_half, self.il1b_half, self.tnf_weight, self.il1b_weight, dt.hours, self.steps(dt.hours),
        )  # fmt: skip

    def settle(self, cells: Rows) -> None:
        """Rest: without stimulus there is neither NF-kB in the nucleus nor inhibitor."""
        cells.nfkb[:] = 0.0
        cells.nfkb_inhibitor[:] = 0.0

    def thresholds(self, cells: Rows) -> Floats:
        """TNF (ng/mL) to which each cell begins to answer: the same through its life, log-logistic over cells."""
        luck = uniforms(cells.chance.key, cells.lineage)
        return self.gate_half * exp_array((log_array(luck) - log_array(1.0 - luck)) / self.gate_spread)

    @cached_property
    def rates(self) -> Rates:
        """The rates as the kernel takes them."""
        return Rates(*(float(getattr(self, name)) for name in Rates._fields))

    def steps(self, hours: float) -> int:
        """How many steps of Runge-Kutta a period takes; it depends on parameters alone, never on a cell."""
        feedback = math.sqrt(self.import_rate * self.induction / self.inhibition)
        fastest = max(self.import_rate + self.export_rate, self.inhibitor_decay, feedback)
        return max(1, math.ceil(hours * fastest / LONGEST - 1e-9))


@inlined
def stimulus(
    tnf: float, il1b: float, tlr: float, tnf_half: float, il1b_half: float, tnf_weight: float, il1b_weight: float
) -> float:
    """Share of IKK that is active; concentrations in ng/mL."""
    by_tnf = tnf_weight * (tnf / (tnf_half + tnf))
    by_il1b = il1b_weight * (il1b / (il1b_half + il1b))
    by_cytokines = by_tnf + by_il1b - by_tnf * by_il1b
    return by_cytokines + tlr - by_cytokines * tlr


@inlined
def slopes(n: float, a: float, k_in_s: float, r: Rates) -> tuple[float, float]:
    """Right-hand side, 1/h; `k_in_s` is import rate times stimulus."""
    inward = k_in_s / (1.0 + a / r.inhibition)
    return inward * (1.0 - n) - r.export_rate * n, r.induction * n - r.inhibitor_decay * a


@kernel
def respond(
    nfkb: Floats,
    inhibitor: Floats,
    tnf: Floats,
    il1b: Floats,
    tlr: Floats,
    import_factor: Floats,
    rates: Rates,
    tnf_half: float,
    il1b_half: float,
    tnf_weight: float,
    il1b_weight: float,
    hours: float,
    steps: int,
) -> None:
    """Integrate every cell over `hours` in `steps` equal steps; nfkb and inhibitor change in place."""
    h = hours / steps
    drive = np.empty(len(nfkb))
    for i in range(len(nfkb)):
        ikk = stimulus(tnf[i], il1b[i], tlr[i], tnf_half, il1b_half, tnf_weight, il1b_weight)
        drive[i] = rates.import_rate * import_factor[i] * ikk
    # cells in the inner loop: they do not wait for one another, and several are computed at once
    for _ in range(steps):
        for i in range(len(nfkb)):
            n, a = nfkb[i], inhibitor[i]
            n1, a1 = slopes(n, a, drive[i], rates)
            n2, a2 = slopes(n + 0.5 * h * n1, a + 0.5 * h * a1, drive[i], rates)
            n3, a3 = slopes(n + 0.5 * h * n2, a + 0.5 * h * a2, drive[i], rates)
            n4, a4 = slopes(n + h * n3, a + h * a3, drive[i], rates)
            n += h / 6.0 * (n1 + 2.0 * (n2 + n3) + n4)
            a += h / 6.0 * (a1 + 2.0 * (a2 + a3) + a4)
            nfkb[i], inhibitor[i] = min(max(n, 0.0), 1.0), max(a, 0.0)


@kernel
def uniforms(key: np.uint64, lineage: NDArray[np.uint64]) -> Floats:
    """One number in (0, 1) per cell, the same at every tick."""
    luck = np.empty(lineage.size)
    for i in range(lineage.size):
        luck[i] = min(max(uniform(key, 0, lineage[i], 0), 1e-12), 1.0 - 1e-12)
    return luck
