"""Death: cells die of their own at their apoptosis rate, and of want of oxygen.

    P(apoptosis in dt) = 1 - exp(-apoptosis_rate * apoptosis_factor * dt)
    P(necrosis in dt)  = 1 - exp(-necrosis_rate * (1 - ramp(o2, o2_full_necrosis, o2_necrosis)) * dt)

apoptosis_rate     1/day   spontaneous death            apoptosis_factor   1   what NF-kB, injury and drugs make of it
o2                 mmHg    o2_here; below o2_necrosis cells begin to die, at o2_full_necrosis at the full rate

The two are drawn apart, each keyed by lineage, so that a treatment which changes one leaves the other's luck alone.
Mechanisms: none of its own (M15 scales it). Sources: oxygen thresholds and rate: PhysiCell 1.14.2 (recalled).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.engine.chance import chance_within, happens, uniform
from simulation.engine.kernel import kernel
from simulation.engine.parameter import parameter
from simulation.engine.process import CellProcess, Stage
from simulation.engine.ramp import ramp

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.rows import Rows

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Death(CellProcess):
    """Apoptosis and hypoxic necrosis are requested."""

    stage, every = Stage.TURN_OVER, "10 min"
    reads = frozenset({"apoptosis_rate", "apoptosis_factor", "o2_here"})
    adds = frozenset({"apoptosis", "necrosis"})

    necrosis_rate: float = parameter(
        4.0, "1/day", "rate of necrosis without oxygen", source="PhysiCell 1.14.2: once in 6 h", bounds=(0, 1e3)
    )
    o2_necrosis: float = parameter(
        5.0, "mmHg", "oxygen below which necrosis begins", source="PhysiCell 1.14.2", bounds=(0, 200)
    )
    o2_full_necrosis: float = parameter(
        2.5, "mmHg", "oxygen at which necrosis has its full rate", source="PhysiCell 1.14.2", bounds=(0, 200)
    )

    def apply(self, cells: Rows, dt: Duration) -> None:
        """Draw who dies."""
        draw(
            cells.apoptosis, cells.necrosis, cells.apoptosis_rate, cells.apoptosis_factor, cells.o2_here, cells.lineage,
            cells.chance.key, cells.chance.tick, self.necrosis_rate, self.o2_necrosis, self.o2_full_necrosis, dt.days,
        )  # fmt: skip


@kernel
def draw(
    apoptosis: Floats,
    necrosis: Floats,
    apoptosis_rate: Floats,
    apoptosis_factor: Floats,
    o2: Floats,
    lineage: NDArray[np.uint64],
    key: np.uint64,
    tick: int,
    necrosis_rate: float,
    o2_necrosis: float,
    o2_full_necrosis: float,
    days: float,
) -> None:
    """Add one to the request of each cell that dies within `days`.

    apoptosis, necrosis   n   1       added to
    apoptosis_rate        n   1/day
    apoptosis_factor      n   1
    o2                    n   mmHg
    """
    luck = np.empty(apoptosis.size)
    for i in range(np.uint64(luck.size)):  # in a loop of its own, numbers are drawn for several cells at once
        luck[i] = uniform(key, tick, lineage[i], 0)
    for i in range(apoptosis.size):
        hazard = apoptosis_rate[i] * apoptosis_factor[i] * days
        # 1 - exp(-hazard) is below the hazard: the first question passes over nearly all without an exponential
        if luck[i] < 1.001 * hazard and luck[i] < chance_within(hazard):
            apoptosis[i] += 1.0
        if o2[i] < o2_necrosis:
            hazard = necrosis_rate * (1.0 - ramp(o2[i], o2_full_necrosis, o2_necrosis))
            if happens(chance_within(hazard * days), key, tick, lineage[i], 1):
                necrosis[i] += 1.0
