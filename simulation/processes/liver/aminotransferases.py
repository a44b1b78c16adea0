"""Aminotransferases: hepatocytes that die release ALT and AST into the blood, which clears them.

    dALT/dt = k (ALT0 - ALT) + release * liver_share * (l - l0),      k = ln 2 / half-life;  AST alike

ALT, AST   pool.alt, pool.ast   U/L
l                               1/day   hepatocytes of the simulated liver that die, over those that are there
l0         usual_loss           1/day   the loss behind the normal values ALT0 and AST0

Solved exactly over a step with the release held. `liver_share` says for how much of the patient's liver the simulated
piece stands: 1 where the whole liver is ill, little where it is the surroundings of a nodule.

Known answer: a loss of 1 % a day beyond the usual one raises ALT to ten times the upper limit of normal (400 U/L).

Mechanisms: M34.   Sources: half-lives 47 h and 17 h recalled: Giannini 2005 CMAJ; release and normal values assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.engine.arithmetic import LOG_2, relaxed
from simulation.engine.kernel import kernel
from simulation.engine.parameter import parameter
from simulation.engine.process import BodyProcess, Stage

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.site import BodyView

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Aminotransferases(BodyProcess):
    """Dying hepatocytes release enzymes."""

    stage, every = Stage.TURN_OVER, "10 min"
    reads = frozenset({"hepatocyte", "apoptosis", "necrosis", "killed"})
    writes = frozenset({"pool.alt", "pool.ast"})
    mechanisms = frozenset({"M34"})

    release: float = parameter(
        13270.0, "U/L", "what all hepatocytes together would release into plasma",
        source="computed: a loss of 1 % a day gives 400 U/L ALT (assumed)", bounds=(0, 1e7),
    )  # fmt: skip
    liver_share: float = parameter(
        0.05, "1", "share of the liver for which the simulated piece stands; 0 = none",
        source="assumed: surroundings of a nodule", bounds=(0, 1),
    )  # fmt: skip
    usual_loss: float = parameter(
        0.0035, "1/day", "loss of hepatocytes in health", source="assumed: they live 200 to 300 days", bounds=(0, 10)
    )
    normal: float = parameter(25.0, "U/L", "ALT and AST in health", source="assumed", bounds=(0, 1e4))
    alt_half_life: float = parameter(
        47.0, "h", "half-life of ALT", source="recalled: Giannini 2005 CMAJ", bounds=(0.01, 1e4)
    )
    ast_half_life: float = parameter(
        17.0, "h", "half-life of AST", source="recalled: Giannini 2005 CMAJ", bounds=(0.01, 1e4)
    )

    def apply(self, body: BodyView, dt: Duration) -> None:
        """Release and clear for one step."""
        there = died = 0
        for site in body.sites:
            c = site.cells
            here, dying = hepatocytes(c.hepatocyte, c.apoptosis, c.necrosis, c.killed)
            there, died = there + here, died + dying
        # not cut at 0: deaths of single cells come in jerks, the usual loss goes on between them
        excess = died / there - self.usual_loss * dt.days if there else 0.0
        released = self.release * self.liver_share * excess / dt.hours
        for pool, half_life in ((body.pools.alt, self.alt_half_life), (body.pools.ast, self.ast_half_life)):
            rate = LOG_2 / half_life
            pool[0] = max(0.0, relaxed(pool[0], self.normal + released / rate, rate * dt.hours))


@kernel
def hepatocytes(hepatocyte: Floats, apoptosis: Floats, necrosis: Floats, killed: Floats) -> tuple[int, int]:
    """Count hepatocytes, and those of them that are asked to die of any cause; n, 1."""
    there = died = 0
    for i in range(hepatocyte.size):
        if hepatocyte[i] > 0.0:
            there += 1
            died += int(apoptosis[i] > 0.0 or necrosis[i] > 0.0 or killed[i] > 0.0)
    return there, died
