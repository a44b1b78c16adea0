"""Traction: on matrix a cell moves by its integrins and its N- and P-cadherin; without them it slips.

    motility_factor *= 1 - dependence E sum_m w_m (1 - r_m) / sum_m w_m
    r_m = min(2, M / (M_rest (1 + s_m e)) / (1 + M_blocked))

E         ecm_here                      1    matrix density where the cell is
M         {molecule}, _rest, _blocked   1    copies, copies at rest, antibody over its dissociation constant
w_m       traction of the molecule      1    simulation/vocabulary/molecules.py; 0 = takes no part (integrin b4)
s_m       emt of the molecule           1    copies that EMT adds: what these mean for speed is told by `emt`
e         emt                           1    0 epithelial ... 1 mesenchymal

At rest the factor is exactly 1; a molecule that a cell does not have counts as at rest. Only cells that can turn
mesenchymal grip matrix; lymphocytes crawl through it.

Mechanisms: M47c. Sources: assumed; that integrins and N- and P-cadherin act on motility: seed 2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.engine.kernel import kernel
from simulation.engine.parameter import parameter
from simulation.engine.process import CellProcess, Stage
from simulation.vocabulary.molecules import EXPRESSED, MOLECULES

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.rows import Rows

Floats = NDArray[np.float64]

GRIPPING = tuple(MOLECULES[name] for name in EXPRESSED if MOLECULES[name].traction > 0.0)
MOST = 2.0  # share of a molecule's usual grip beyond which more copies help no more


@dataclass(frozen=True)
class Traction(CellProcess):
    """Scale the speed on matrix by what grips it."""

    stage, every = Stage.DECIDE, "10 min"
    reads = frozenset({"emt", "ecm_here", *(f"{m.name}{end}" for m in GRIPPING for end in ("", "_rest", "_blocked"))})
    scales = frozenset({"motility_factor"})
    mechanisms = frozenset({"M47c"})

    dependence: float = parameter(
        0.8, "1", "share of the speed in dense matrix that needs grip; 0 switches it off", source="assumed",
        bounds=(0, 1),
    )  # fmt: skip

    def apply(self, cells: Rows, dt: Duration) -> None:
        """Scale the speed of every cell."""
        if self.dependence == 0.0:
            return
        lost = np.zeros(cells.n)
        whole = sum(m.traction for m in GRIPPING)
        for m in GRIPPING:
            slip(
                cells[m.name], cells[f"{m.name}_rest"], cells[f"{m.name}_blocked"], cells.emt, m.emt,
                m.traction / whole, lost,
            )  # fmt: skip
        slow(cells.motility_factor, cells.ecm_here, lost, self.dependence)


@kernel
def slip(
    copies: Floats, rest: Floats, blocked: Floats, emt: Floats, switch: float, weight: float, lost: Floats
) -> None:
    """Add the share of grip that one molecule of `weight` lacks; `switch` as s_m in the module's table."""
    for i in range(lost.size):
        if rest[i] > 0.0:
            usual = rest[i] * (1.0 + switch * emt[i])
            lost[i] += weight * (1.0 - min(MOST, copies[i] / usual / (1.0 + blocked[i])))


@kernel
def slow(factor: Floats, ecm: Floats, lost: Floats, dependence: float) -> None:
    """Scale a speed by the grip that is left, never below 0."""
    for i in range(factor.size):
        factor[i] *= max(0.0, 1.0 - dependence * ecm[i] * lost[i])
