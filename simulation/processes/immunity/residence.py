"""Residence: lymphocytes end their stay, later where LFA-1 holds them.

    hazard = lifespan_rate * (1 - holding * (1 - exp(-bonds)))

lifespan_rate    1/day    rate at which a free lymphocyte dies or leaves the tissue
bonds            1        its LFA-1/ICAM-1 bonds with the cell it holds
holding          1        share of the hazard that bonds can take away

Mechanisms: M30. Sources: seed 1; dependence on LFA-1: McNamara 2017 Sci Immunol; form assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.engine.arithmetic import chance_within
from simulation.engine.bond import adhesion_chance
from simulation.engine.chance import uniform
from simulation.engine.kernel import kernel
from simulation.engine.parameter import parameter
from simulation.engine.process import CellProcess, Stage

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.rows import Rows

Floats = NDArray[np.float64]

#: rows whose luck is drawn before it is looked at: the compiler then draws for several at once
STRETCH = 256


@dataclass(frozen=True)
class Residence(CellProcess):
    """Lymphocytes end their stay, later where they are held."""

    stage, every = Stage.TURN_OVER, "10 min"
    reads = frozenset({"lifespan_rate", "bonds"})
    adds = frozenset({"expires"})
    mechanisms = frozenset({"M30"})

    holding: float = parameter(
        1.0, "1", "share of the hazard that bonds can take away", source="seed 1; extent assumed", bounds=(0, 1)
    )

    def apply(self, cells: Rows, dt: Duration) -> None:
        """Ask for the end of some stays."""
        expire(
            cells.lineage, cells.lifespan_rate, cells.bonds, self.holding, dt.days, cells.chance.key,
            cells.chance.tick, cells.expires,
        )  # fmt: skip


@kernel
def expire(
    lineage: NDArray[np.uint64],
    lifespan_rate: Floats,
    bonds: Floats,
    holding: float,
    days: float,
    key: np.uint64,
    tick: int,
    expires: Floats,
) -> None:
    """Add 1 to `expires` of the rows whose stay ends within `days`."""
    luck = np.empty(STRETCH)
    for first in range(0, lineage.size, STRETCH):
        size = min(STRETCH, lineage.size - first)
        for i in range(size):
            luck[i] = uniform(key, tick, lineage[first + i], 0)
        for i in range(size):
            row = first + i
            if luck[i] > 1.000001 * lifespan_rate[row] * days + 1e-12:
                continue  # no stay ends sooner than that of a free lymphocyte, and 1 - exp(-hazard) is below the hazard
            hazard = lifespan_rate[row] * (1.0 - holding * adhesion_chance(bonds[row]))
            if luck[i] < chance_within(hazard * days):
                expires[row] += 1.0
