"""Calreticulin: keeps vessels from sprouting, and lets tumour endothelium show ICAM-1 and VCAM-1 again.

    sprouting_factor   *= 1 - anti_angiogenic           while start <= time < end
    icam1_basal_factor *= 1 + rescue * w
    vcam1_factor       *= 1 + rescue * w

w    tumour_endothelium    1    0 normal ... 1 shaped by a tumour

With rescue 2 and half of resting ICAM-1 lost, tumour endothelium comes to 1.5 times that of normal endothelium. Effects
of 0 multiply by exactly 1.

Mechanisms: M59c.
Sources: Calreticulin promotes tumor lymphocyte infiltration, PMID 21805477 (as much as fourfold cytokine); rescue and
share assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulation.engine.lasting import Lasting
from simulation.engine.parameter import parameter
from simulation.engine.process import CellProcess, Stage

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.rows import Rows


@dataclass(frozen=True)
class Calreticulin(Lasting, CellProcess):
    """Stop sprouting, and raise adhesion molecules of tumour endothelium.

    label    str    name in the plan where a scenario has several
    """

    stage, every = Stage.TREAT, "10 min"
    reads = frozenset({"tumour_endothelium"})
    scales = frozenset({"sprouting_factor", "icam1_basal_factor", "vcam1_factor"})
    mechanisms = frozenset({"M59c"})

    anti_angiogenic: float = parameter(
        0.7, "1", "share of sprouting that it stops; 0 = none", source="assumed", bounds=(0, 1)
    )
    rescue: float = parameter(
        2.0, "1", "what it adds to ICAM-1 and VCAM-1 of tumour endothelium; 0 = nothing",
        source="assumed; direction: PMID 21805477", bounds=(0, 20),
    )  # fmt: skip
    label: str = ""

    def apply(self, cells: Rows, dt: Duration) -> None:
        """Scale while it lasts."""
        if self.lasts(cells.time):
            cells.sprouting_factor[:] *= 1.0 - self.anti_angiogenic
            more = 1.0 + self.rescue * cells.tumour_endothelium
            cells.icam1_basal_factor[:] *= more
            cells.vcam1_factor[:] *= more
