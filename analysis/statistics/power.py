"""How many replicates it takes to be as sure as one wants, from a pilot.

    t(n - 1) * s / sqrt(n) <= half width,   s = standard deviation of the pilot's paired differences

A pilot knows its own s only roughly, so a cautious number is given too: with the s that the pilot would have found
too small in one of five cases.

Source: computed, from Student's t and chi-square.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.statistics.interval import mean_interval
from analysis.statistics.paired import pivot

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray

MOST = 1_000_000
CAUTION = 0.8
EFFECT, CONTROL, UNIT = "effect", "control", "unit"


@dataclass(frozen=True)
class Wanted:
    """How exactly a difference is to be known: the half width of its 95 % interval.

    size    float    > 0
    of      str      "effect": a share of the difference the pilot found; "control": a share of the control's mean;
                     "unit": itself, in the endpoint's unit
    """

    size: float = 0.5
    of: str = EFFECT

    def half_width(self, effect: float, control: float) -> float:
        """Return it in the endpoint's unit; 0 where there is nothing to take a share of."""
        return self.size * {EFFECT: abs(effect), CONTROL: abs(control), UNIT: 1.0}[self.of]


TENTH = Wanted(0.1, CONTROL)


@dataclass(frozen=True)
class Replicates:
    """How many replicates a wanted certainty takes.

    pilot        int      pairs in the pilot
    half_width   float    wanted: half of the width of the 95 % interval
    spread       float    standard deviation of the paired differences
    needed       float    replicates, as the pilot stands; infinite beyond a million; not a number with < 2 pairs
    cautious     float    replicates with the spread's upper limit (80 %)
    unpaired     float    replicates per arm, were the runs unrelated
    """

    pilot: int
    half_width: float
    spread: float
    needed: float
    cautious: float
    unpaired: float


def replicates_needed(control: Array, arm: Array, half_width: float, *, confidence: float = 0.95) -> Replicates:
    """Tell how many replicates give the difference of an arm from its control to within +- half_width.

    control, arm    (n,)     the pilot's runs, of the same replicates in the same order; not a number = not known
    half_width      float    > 0, in the endpoint's unit
    """
    from scipy import stats

    before, after = np.asarray(control, dtype=float), np.asarray(arm, dtype=float)
    known = np.isfinite(before) & np.isfinite(after)
    before, after = before[known], after[known]
    n = len(before)
    if n < 2 or not half_width > 0:
        return Replicates(n, half_width, *[math.nan] * 4)
    spread = float(np.std(after - before, ddof=1))
    upper = spread * math.sqrt((n - 1) / float(stats.chi2.ppf(1.0 - CAUTION, n - 1)))
    apart = math.sqrt(float(np.var(before, ddof=1) + np.var(after, ddof=1)))
    return Replicates(
        n, half_width, spread, fewest(spread, half_width, 1, confidence), fewest(upper, half_width, 1, confidence),
        fewest(apart, half_width, 2, confidence),
    )  # fmt: skip


def fewest(spread: float, half_width: float, arms: int = 1, confidence: float = 0.95) -> float:
    """Return the smallest n with t * spread / sqrt(n) <= half_width; degrees of freedom arms * (n - 1)."""
    from scipy import stats

    def wide(n: int) -> bool:
        return bool(stats.t.ppf(0.5 + confidence / 2, arms * (n - 1)) * spread / math.sqrt(n) > half_width)

    low, high = 1, 2
    while wide(high):
        low, high = high, 2 * high
        if high > MOST:
            return math.inf
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if wide(middle) else (low, middle)
    return float(high)


def replicates_for(
    runs: pd.DataFrame, endpoints: Iterable[str], control: str, arms: Sequence[str], wanted: Wanted = TENTH
) -> pd.DataFrame:
    """Tell for every endpoint and arm how many replicates give the difference as exactly as wanted.

    returns    one row per endpoint and arm: endpoint, arm, control_mean and difference in the pilot's pairs, reached
               (half width of the pilot's own interval), and the fields of `Replicates`
    """
    import pandas as pd

    rows = []
    for endpoint in endpoints:
        table = pivot(runs, endpoint, [control, *arms])
        for arm in arms:
            pair = table[[control, arm]].dropna()
            before, after = pair[control].to_numpy(), pair[arm].to_numpy()
            mean = float(before.mean()) if len(pair) else math.nan
            found = mean_interval(after - before)
            needed = replicates_needed(before, after, wanted.half_width(found.value, mean))
            told = {"control_mean": mean, "difference": found.value, "reached": (found.high - found.low) / 2}
            rows.append({"endpoint": endpoint, "arm": arm, **told, **asdict(needed)})
    columns = ["endpoint", "arm", "control_mean", "difference", "reached", *Replicates.__dataclass_fields__]
    return pd.DataFrame(rows, columns=columns)
