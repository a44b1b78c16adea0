"""Knockdown: siRNA or shRNA takes away a share of a molecule's translation in chosen cell types.

    {molecule}_factor *= 1 - fraction        while start <= time < end

For ICAM-1 the factor is icam1_translation_factor. `cells` names cell types; "host" stands for every type but the tumour
cell, "all" for every type.

At rest copies scale with it exactly: 0.5, 0.75 and 0.9 leave 50, 25 and 10 %. A knockdown that stands from day 0 is
there before the first tick, so that its cells begin at their reduced level. A fraction of 0 multiplies by exactly 1:
the trajectory stays the same to the bit.

Mechanisms: M12 (translation).   Sources: computed (linear in translation).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulation.engine.errors import InputError
from simulation.engine.lasting import Lasting
from simulation.engine.parameter import parameter
from simulation.engine.process import CellProcess, Stage
from simulation.vocabulary.groups import TUMOUR, reached
from simulation.vocabulary.molecules import MAKING

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.rows import Rows

TARGETS = tuple(MAKING)


@dataclass(frozen=True)
class Knockdown(Lasting, CellProcess):
    """Take away a share of translation.

    label    str    name in the plan where a scenario has several; chance and order follow it
    """

    stage, every = Stage.TREAT, "10 min"
    scales = frozenset(MAKING.values())
    mechanisms = frozenset({"M12"})

    molecule: str = parameter("icam1", "", "whose translation", source="scenario", choices=TARGETS)
    cells: tuple[str, ...] = parameter(
        (TUMOUR,), "", "cell types it reaches; host = all but the tumour cell, all = all", source="scenario"
    )
    fraction: float = parameter(
        0.8, "1", "share of translation taken away", source="assumed: a usual siRNA", bounds=(0, 1)
    )
    label: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.cells or not all(isinstance(name, str) for name in self.cells):
            # without names `only` would mean every type
            raise InputError(f"{self.cells!r} names no cells", where="Knockdown.cells", expected="expected cell types")

    @property
    def only(self) -> tuple[str, ...]:
        """The cell types it reaches."""
        return reached(self.cells)

    def apply(self, cells: Rows, dt: Duration) -> None:
        """Scale translation while it lasts."""
        if self.lasts(cells.time):
            cells[MAKING[self.molecule]][:] *= 1.0 - self.fraction
