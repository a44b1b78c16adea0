"""Resection: on one day the surgeon cuts out the primary tumour with a margin of liver around it.

Everything whose centre lies within `margin` of a cell of the primary is removed; blood, distant organs and what has
already settled elsewhere in the liver stay. A share of the primary may be left behind.

Mechanisms: M65 (serum ICAM-1 after resection).   Sources: scenario; margin: assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.engine.chance import uniforms
from simulation.engine.clock import Duration
from simulation.engine.kernel import kernel
from simulation.engine.neighbours import CellList, home, run, runs, square_distance
from simulation.engine.parameter import parameter
from simulation.engine.process import SiteProcess, Stage

if TYPE_CHECKING:
    from simulation.engine.site import SiteView


@dataclass(frozen=True)
class Resection(SiteProcess):
    """Cut out the primary tumour, once.

    label    str    name in the plan where a scenario has several
    """

    stage, every = Stage.TREAT, "10 min"
    reads = frozenset({"invasive", "colony", "x", "y", "z"})
    adds = frozenset({"resected"})
    mechanisms = frozenset({"M65"})

    day: float = parameter(30.0, "day", "when", source="scenario", bounds=(0, 1e6))
    fraction: float = parameter(1.0, "1", "share of the primary that is removed", source="scenario", bounds=(0, 1))
    margin: float = parameter(
        30.0, "um", "tissue around it that goes along, at most what two cells can touch across", source="assumed",
        bounds=(0, 60),
    )  # fmt: skip
    label: str = ""

    def settle(self, site: SiteView) -> None:
        """Make the appointment."""
        if site.number == 0:  # the appointment is the patient's; it comes up in every site
            site.schedule(Duration(self.day * 1440.0))

    def happen(self, site: SiteView, lineage: int, value: float) -> None:
        """Cut."""
        c = site.cells
        taken = (c.invasive > 0.0) & (c.colony == 0) & (uniforms(site.chance, c.lineage, 0) < self.fraction)
        if not taken.any():
            return
        around = np.zeros(c.n)
        cut(site.neighbours, taken, (c.invasive > 0.0), min(self.margin, site.reach), around)
        c.resected[:] += around
        site.report("resection", np.flatnonzero(around > 0.0))

    def apply(self, site: SiteView, dt: Duration) -> None:
        """Nothing happens on other days."""


@kernel
def cut(
    cells: CellList,
    taken: NDArray[np.bool_],
    tumour: NDArray[np.bool_],
    margin: float,
    resected: NDArray[np.float64],
) -> None:
    """Mark what is taken, and the other cells within the margin of it.

    taken       n    1     cells of the primary that are removed
    tumour      n    1     tumour cells: one that is left behind stays, whatever lies beside it
    margin           um
    resected    n    1     written: 1 for what goes
    """
    around = runs(cells)
    for slot in range(cells.rows.size):
        row = cells.rows[slot]
        if taken[row]:
            resected[row] = 1.0
        if tumour[row]:
            continue
        place = home(cells, slot)
        for r in range(around):
            first, last = run(cells, place, r)
            for other in range(first, last):
                if taken[cells.rows[other]] and square_distance(cells, slot, other) <= margin * margin:
                    resected[row] = 1.0
