"""Cell cycle: every cell walks through its cycle at its own pace, slowed by want of oxygen and of room.

    d cycle/dt = division_rate * division_factor * ramp(o2, o2_stop, o2_full) * (1 - ramp(P, P_free, P_stop)) / T
    d age/dt   = 1

cycle             1         place in the cell cycle; the cell asks to divide when it reaches 1
division_rate     1/day     one over the cell's cycle where nothing is short
division_factor   1         what neighbours, NF-kB and drugs make of it
o2                mmHg      o2_here
P                 pN/um^2   pressure by neighbours (contact inhibition)
T                 1         the cell's own length of cycle, log-normal, drawn anew after each division

A cycle of fixed length L makes a population grow as exp(ln 2 * t / L): a birth rate of ln 2 * division_rate per cell.
Unequal cycles would grow faster than their mean, by the Euler-Lotka equation 2 E[exp(-r L T)] = 1; the mean of T is
therefore set so that r = ln 2 / L whatever the spread. With deaths at rate d, net growth is ln 2 * division_rate - d.

`settle` spreads cells whose cycle nobody has set over the stationary distribution of a growing population,
2 ln 2 * 2^-cycle. Mechanisms: none of its own (M15, M38, M39, M42 scale it).
Sources: cycle of 3-5 days, HCC: computed from doubling times, Gut 2021;70:401; oxygen threshold: PhysiCell 1.14.2
(recalled); Euler-Lotka equation: textbook (recalled); everything else assumed or computed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.engine.arithmetic import LOG_2, exp, log, log1p
from simulation.engine.chance import LAST_DRAW, log_normal, uniform
from simulation.engine.kernel import kernel
from simulation.engine.parameter import parameter
from simulation.engine.process import SiteProcess, Stage
from simulation.engine.ramp import ramp

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.site import SiteView

Floats = NDArray[np.float64]

FOREVER = 0  # the tick of luck that must stay the same through a whole cycle


@dataclass(frozen=True)
class CellCycle(SiteProcess):
    """Cells with a division rate cycle and divide; every cell grows older."""

    # a process of the site, so that cells without LIFE (lymphocytes) grow older too; their division rate is 0
    stage, every = Stage.TURN_OVER, "10 min"
    reads = frozenset({"division_rate", "division_factor", "o2_here", "pressure"})
    adds = frozenset({"divides"})
    writes = frozenset({"cycle", "age"})

    o2_stop: float = parameter(5.0, "mmHg", "oxygen at which cycling stops", source="PhysiCell 1.14.2", bounds=(0, 200))
    o2_full: float = parameter(
        12.0, "mmHg", "oxygen that is plenty", bounds=(0, 200),
        source="assumed: above that of hypoxia, so that a tumour outgrows its vessels before it stops",
    )  # fmt: skip
    pressure_free: float = parameter(
        10.0, "pN/um^2", "pressure that slows nobody", bounds=(0, 1e9),
        source="assumed; computed: six neighbours, each overlapping by 0.8 um of 18 um at 2000 pN/um",
    )  # fmt: skip
    pressure_stop: float = parameter(
        40.0, "pN/um^2", "pressure at which cycling stops", bounds=(0, 1e9),
        source="assumed; computed: six neighbours, each overlapping by 3.4 um of 18 um at 2000 pN/um",
    )  # fmt: skip
    cv: float = parameter(
        0.2, "1", "coefficient of variation of the length of the cycle", source="assumed", bounds=(0, 2)
    )

    def apply(self, site: SiteView, dt: Duration) -> None:
        """Advance cycle and age; request divisions."""
        c = site.cells
        advance(
            c.cycle, c.age, c.divides, c.division_rate, c.division_factor, c.o2_here, c.pressure, c.lineage, c.births,
            site.chance.key, self.o2_stop, self.o2_full, self.pressure_free, self.pressure_stop,
            mean_length(self.cv), self.cv, dt.days,
        )  # fmt: skip

    def settle(self, site: SiteView) -> None:
        """Spread untouched cycles as in a population that has long been growing."""
        spread(site.cells.cycle, site.cells.division_rate, site.cells.lineage, site.chance.key)


@lru_cache(maxsize=64)
def mean_length(cv: float) -> float:
    """Find the mean length of log-normal cycles under which a population doubles as if all were of length 1.

    cv         1    coefficient of variation
    returns    1    m with 2 E[2^(-m T)] = 1, T of mean 1; at least 1
    """
    if cv == 0.0:
        return 1.0
    variance = float(log1p(cv * cv))
    width, shift = math.sqrt(variance), 0.5 * variance
    grid = [i / 8.0 for i in range(-64, 65)]  # the trapezoid rule on a normal density is exact to rounding
    weights = [float(exp(-0.5 * z * z)) for z in grid]
    lengths = [float(exp(width * z - shift)) for z in grid]
    whole = math.fsum(weights)
    low, high = 1.0, 16.0
    for _ in range(60):
        m = 0.5 * (low + high)
        left = math.fsum(w * float(exp(-LOG_2 * m * t)) for w, t in zip(weights, lengths, strict=True)) / whole
        low, high = (m, high) if 2.0 * left > 1.0 else (low, m)
    return 0.5 * (low + high)


@kernel
def advance(
    cycle: Floats,
    age: Floats,
    divides: Floats,
    division_rate: Floats,
    division_factor: Floats,
    o2: Floats,
    pressure: Floats,
    lineage: NDArray[np.uint64],
    births: NDArray[np.uint32],
    key: np.uint64,
    o2_stop: float,
    o2_full: float,
    pressure_free: float,
    pressure_stop: float,
    mean: float,
    cv: float,
    days: float,
) -> None:
    """Advance every cell by `days`.

    cycle             n   1         written; 0 ... 2
    age               n   day       written
    divides           n   1         one is added where cycle >= 1
    division_rate     n   1/day     0 = does not cycle
    division_factor   n   1
    o2                n   mmHg
    pressure          n   pN/um^2
    mean, cv              1         of the log-normal length of a cycle, as a multiple of 1 / division_rate
    """
    for i in range(cycle.size):
        age[i] += days
        if division_rate[i] <= 0.0:
            continue
        pace = division_rate[i] * division_factor[i] * ramp(o2[i], o2_stop, o2_full)
        pace *= 1.0 - ramp(pressure[i], pressure_free, pressure_stop)
        if pace > 0.0:
            if cv > 0.0:  # a mother keeps her name: her number of births tells one cycle from the next
                pace /= log_normal(mean, cv, key, FOREVER, lineage[i], min(int(births[i]), LAST_DRAW - 1))
            cycle[i] = min(cycle[i] + pace * days, 2.0)
        if cycle[i] >= 1.0:
            divides[i] += 1.0


@kernel
def spread(cycle: Floats, division_rate: Floats, lineage: NDArray[np.uint64], key: np.uint64) -> None:
    """Draw a place in the cycle for cells that cycle and are still at 0; arguments as in `advance`."""
    for i in range(cycle.size):
        if cycle[i] == 0.0 and division_rate[i] > 0.0:
            cycle[i] = -log(1.0 - 0.5 * uniform(key, FOREVER, lineage[i], LAST_DRAW)) / LOG_2
