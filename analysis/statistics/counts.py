"""Counts as ratios: how many times as many, from paired runs, without a law for how counts scatter.

Cells are shed in bursts and colonies come of few of them, so counts scatter far more than Poisson's law allows. The
ratio of means is therefore judged by how it scatters over the pairs themselves: by the bootstrap of its logarithm, or
by its linear approximation where there are few pairs. Where one side counted nothing at all, the scatter cannot be
seen; then one end is bounded by Poisson's law, which the method's name says.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.statistics.interval import FEWEST, FEWEST_EQUAL, SAME, TOO_FEW, bootstrap
from analysis.statistics.paired import pivot

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray

BOOTSTRAP_LOG = "BCa bootstrap of the log ratio"
LINEAR_LOG = "linearised log ratio"
NONE_AT_ALL = "nothing counted in either"
POISSON = "one side counted nothing: bound by Poisson's law"


@dataclass(frozen=True)
class RateRatio:
    """How many times as many events an arm has as its control.

    pairs             int      pairs of runs
    control_events    float    counted in all control runs
    arm_events        float    counted in all runs of the arm
    ratio             float    arm over control; infinite where only the arm has events, not a number where none has
    low, high         float    95 % interval
    method            str      how it was found
    """

    pairs: int
    control_events: float
    arm_events: float
    ratio: float
    low: float
    high: float
    method: str


def rate_ratio(control: Array, arm: Array, *, confidence: float = 0.95) -> RateRatio:
    """Compare counts of pairs that were watched equally long.

    control, arm    (n,)    counts of the same replicates, in the same order; not a number = not known
    returns         RateRatio    exactly 1, interval [1, 1] where every pair is equal and something was counted
    """
    before, after = np.asarray(control, dtype=float), np.asarray(arm, dtype=float)
    known = np.isfinite(before) & np.isfinite(after)
    before, after = before[known], after[known]
    n, a, b = len(before), float(before.sum()), float(after.sum())
    if a == 0.0 and b == 0.0:
        return RateRatio(n, a, b, math.nan, math.nan, math.nan, NONE_AT_ALL if n else TOO_FEW)
    if a == 0.0 or b == 0.0:
        return _one_sided(n, a, b, confidence)
    ratio = b / a
    if np.array_equal(before * ratio, after):
        telling = int(np.sum(before + after > 0))
        certain = n > 1 and (ratio == 1.0 or telling >= FEWEST_EQUAL)
        ends = (ratio, ratio) if certain else (math.nan, math.nan)
        return RateRatio(n, a, b, ratio, *ends, SAME if certain else TOO_FEW)
    if n >= FEWEST:
        found = bootstrap(np.stack([before, after], axis=1), _log_ratio, confidence=confidence)
        if math.isfinite(found.low) and math.isfinite(found.high):
            return RateRatio(n, a, b, ratio, math.exp(found.low), math.exp(found.high), BOOTSTRAP_LOG)
    return RateRatio(n, a, b, ratio, *_linear(before, after, confidence), LINEAR_LOG if n > 1 else TOO_FEW)


def rate_ratios(runs: pd.DataFrame, endpoints: Iterable[str], control: str, arms: Sequence[str]) -> pd.DataFrame:
    """Compare counts of every arm with those of the control; one row per endpoint and arm, fields of `RateRatio`."""
    import pandas as pd

    rows = []
    for endpoint in endpoints:
        table = pivot(runs, endpoint, [control, *arms])
        for arm in arms:
            found = rate_ratio(table[control].to_numpy(), table[arm].to_numpy())
            rows.append({"endpoint": endpoint, "arm": arm, **asdict(found)})
    return pd.DataFrame(rows, columns=["endpoint", "arm", *RateRatio.__dataclass_fields__])


def _log_ratio(control: Array, arm: Array, axis: int = -1) -> Array:
    """Logarithm of the ratio of means; a resample without any event on one side counts as half an event."""
    half = 0.5 / control.shape[axis]
    return np.asarray(
        np.log(np.maximum(np.mean(arm, axis=axis), half)) - np.log(np.maximum(np.mean(control, axis=axis), half))
    )


def _linear(control: Array, arm: Array, confidence: float) -> tuple[float, float]:
    """Return the interval from the ratio's linear approximation: log(b/a) moves with b_k / mean(b) - a_k / mean(a).

    Pairs in which neither side counted anything tell nothing of a ratio, and are not counted as if they did.
    """
    from scipy import stats

    telling = (control + arm) > 0
    control, arm = control[telling], arm[telling]
    n = len(control)
    if n < 2:
        return math.nan, math.nan
    moves = arm / arm.mean() - control / control.mean()
    reach = float(stats.t.ppf(0.5 + confidence / 2, n - 1) * np.std(moves, ddof=1) / math.sqrt(n))
    ratio = float(arm.mean() / control.mean())
    return ratio * math.exp(-reach), ratio * math.exp(reach)


def _one_sided(n: int, a: float, b: float, confidence: float) -> RateRatio:
    """Bound a ratio of which one side is 0: of all events, the exact interval for the share that is the arm's."""
    from scipy import stats

    tail = (1.0 - confidence) / 2.0
    if b == 0.0:
        share = float(stats.beta.ppf(1.0 - tail, 1.0, a))
        return RateRatio(n, a, b, 0.0, 0.0, math.inf if share >= 1.0 else share / (1.0 - share), POISSON)
    share = float(stats.beta.ppf(tail, b, 1.0))
    return RateRatio(n, a, b, math.inf, share / (1.0 - share), math.inf, POISSON)
