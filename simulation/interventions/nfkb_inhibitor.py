"""NF-kB inhibitor: a drug keeps a share of NF-kB out of the nucleus of chosen cells.

    nfkb_import *= 1 - effect        while start <= time < end

At 10 ng/mL TNF the 6.7-fold rise of ICAM-1 within a day shrinks to 3.1, 1.4 and 1.0-fold with an effect of 0.5, 0.8 and
0.95; what a cell has without stimulus stays. An effect of 0 multiplies by exactly 1.

Mechanisms: M07, M14.   Sources: seed 1 for the direction; folds computed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulation.engine.lasting import Lasting
from simulation.engine.parameter import parameter
from simulation.engine.process import CellProcess, Stage
from simulation.vocabulary.groups import ALL, reached

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.rows import Rows


@dataclass(frozen=True)
class NFkBInhibitor(Lasting, CellProcess):
    """Keep NF-kB out of the nucleus.

    label    str    name in the plan where a scenario has several
    """

    stage, every = Stage.TREAT, "10 min"
    scales = frozenset({"nfkb_import"})
    mechanisms = frozenset({"M07", "M14"})

    effect: float = parameter(0.8, "1", "share of import that it stops", source="scenario", bounds=(0, 1))
    cells: tuple[str, ...] = parameter(
        (ALL,), "", "cell types it reaches; host = all but the tumour cell, all = all", source="scenario"
    )
    label: str = ""

    @property
    def only(self) -> tuple[str, ...]:
        """The cell types it reaches."""
        return reached(self.cells)

    def apply(self, cells: Rows, dt: Duration) -> None:
        """Scale import while it lasts."""
        if self.lasts(cells.time):
            cells.nfkb_import[:] *= 1.0 - self.effect
