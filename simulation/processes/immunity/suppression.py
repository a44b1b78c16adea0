"""Suppression: M2 macrophages beside a killer take from its hits, beside a young colony they feed it.

    suppression      = 1 / (1 + weight n / half)                 of cells with cytotoxicity
    division_factor *= 1 + seeding n / (n + half)                of cells of a colony
    n = sum of m2 over the macrophages within `sight`

suppression    1     what is left of a killer's hits; killing multiplies by it
half           1     M2 neighbours that halve the hits

Mechanisms: M54, M56. Sources: M2 boost seeding: Yang 2015, Cell Death Dis 6:e1780; half: assumed; extent of seeding,
sight: assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.engine.kernel import kernel
from simulation.engine.neighbours import CellList, home, require, run, runs
from simulation.engine.parameter import parameter
from simulation.engine.presence import present
from simulation.engine.process import SiteProcess, Stage

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.site import SiteView

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Suppression(SiteProcess):
    """M2 macrophages hold killers back and feed colonies."""

    stage, every = Stage.DECIDE, "10 min"
    reads = frozenset({"macrophage", "m2", "cytotoxicity", "colony", "x", "y", "z"})
    scales = frozenset({"division_factor"})
    writes = frozenset({"suppression"})
    mechanisms = frozenset({"M54", "M56"})

    weight: float = parameter(1.0, "1", "weight of M2 neighbours; 0 = none", source="assumed", bounds=(0, 100))
    half: float = parameter(3.0, "1", "M2 neighbours that halve the hits", source="assumed", bounds=(0.01, 1e3))
    seeding: float = parameter(
        0.5, "1", "what many M2 neighbours add to division in a colony", bounds=(0, 10),
        source="assumed; direction: Yang 2015, Cell Death Dis 6:e1780",
    )  # fmt: skip
    sight: float = parameter(
        30.0, "um", "distance within which M2 count, no more than cells of the site touch",
        source="assumed: next neighbours", bounds=(0, 200),
    )  # fmt: skip

    def apply(self, site: SiteView, dt: Duration) -> None:
        """Set what is left of each killer's hits; speed up colonies beside M2."""
        c = site.cells
        if not present(c.m2):
            c.suppression.fill(1.0)
            return
        sight = min(self.sight, site.reach)
        cells = site.neighbours
        require(cells, sight)
        feel(
            cells, c.macrophage, c.m2, c.cytotoxicity, c.colony, sight, self.weight, self.half, self.seeding,
            c.suppression, c.division_factor,
        )  # fmt: skip


@kernel
def company(cells: CellList, macrophage: Floats, m2: Floats, sight: float) -> Floats:
    """Sum of m2 over the other macrophages within `sight` (um) of each row, in the order of their slots."""
    rows, x, y, z = cells.rows, cells.x, cells.y, cells.z
    total = np.zeros(rows.size)
    around, near = runs(cells), sight * sight
    for slot in range(rows.size):  # from the macrophages, since most cells are none
        weight = macrophage[rows[slot]] * m2[rows[slot]]
        if weight <= 0.0:
            continue
        place, x0, y0, z0 = home(cells, slot), x[slot], y[slot], z[slot]
        for r in range(around):
            first, last = run(cells, place, r)
            for other in range(np.uint64(first), np.uint64(last)):
                dx, dy, dz = x[other] - x0, y[other] - y0, z[other] - z0
                if dx * dx + dy * dy + dz * dz < near and rows[other] != rows[slot]:
                    total[rows[other]] += weight
    return total


@kernel
def feel(
    cells: CellList,
    macrophage: Floats,
    m2: Floats,
    cytotoxicity: Floats,
    colony: NDArray[np.uint64],
    sight: float,
    weight: float,
    half: float,
    seeding: float,
    suppression: Floats,
    division_factor: Floats,
) -> None:
    """Write `suppression` of every row and scale `division_factor` of colonies; other columns by their names."""
    beside = company(cells, macrophage, m2, sight)
    suppression[:] = 1.0
    for row in range(beside.size):
        n = beside[row]
        if n > 0.0:
            if cytotoxicity[row] > 0.0:
                suppression[row] = 1.0 / (1.0 + weight * n / half)
            if colony[row] != np.uint64(0):
                division_factor[row] *= 1.0 + seeding * n / (n + half)
