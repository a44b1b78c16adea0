"""What a treatment changed, judged world by world: differences between runs that share all chance but the cause.

Replicate k of every arm draws the same keyed chance, so the difference of a pair is what the treatment did in that
world. How much this saves against unrelated runs is measured, not assumed.

Sources: standardised effect g_av: recalled: Lakens 2013, Frontiers in Psychology 4:863. Signed-rank test:
recalled: Wilcoxon 1945, Biometrics Bulletin 1:80.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.statistics.interval import RESAMPLES, SEED, mean_interval

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray

#: most differences for which the signed-rank test is exact: all ways are counted without rounding
EXACT = 50


@dataclass(frozen=True)
class PairedEffect:
    """One endpoint in one arm against the control.

    pairs             int      pairs in which both runs have a value
    control_mean      float    mean in the control runs of these pairs
    arm_mean          float    mean in the arm
    difference        float    mean of arm - control
    low, high         float    95 % interval of the difference
    method            str      how the interval was found
    percent           float    difference in percent of the control's mean; not a number where that is 0
    hedges_g          float    difference in average standard deviations of the two arms, corrected for few pairs
    correlation       float    of the pair; not a number where an arm does not vary
    variance_saved    float    variance of the difference of unrelated runs over that of pairs; > 1 = pairing pays
    unpaired_low, unpaired_high    float    interval if the runs were taken as unrelated (Welch)
    p                 float    Wilcoxon's signed-rank test, two-sided; 1 where every difference is 0
    """

    pairs: int
    control_mean: float
    arm_mean: float
    difference: float
    low: float
    high: float
    method: str
    percent: float
    hedges_g: float
    correlation: float
    variance_saved: float
    unpaired_low: float
    unpaired_high: float
    p: float


def paired_effect(
    control: Array, arm: Array, *, confidence: float = 0.95, resamples: int = RESAMPLES, seed: int = SEED
) -> PairedEffect:
    """Compare the runs of an arm with those of the control, pair by pair.

    control    (n,)     value of each replicate; not a number = not known
    arm        (n,)     of the same replicates, in the same order
    returns    PairedEffect    exactly 0, interval [0, 0] and p = 1 where no pair differs
    """
    before, after = np.asarray(control, dtype=float), np.asarray(arm, dtype=float)
    known = np.isfinite(before) & np.isfinite(after)
    before, after = before[known], after[known]
    change = after - before
    n = len(change)
    estimate = mean_interval(change, confidence=confidence, resamples=resamples, seed=seed)
    if not n:
        x = math.nan
        return PairedEffect(0, x, x, x, x, x, estimate.method, x, x, x, x, x, x, x)
    reference = float(before.mean())
    correlation, saved = pairing(before, after)
    wide = _welch(before, after, confidence)
    return PairedEffect(
        n, reference, float(after.mean()), estimate.value, estimate.low, estimate.high, estimate.method,
        100.0 * estimate.value / reference if reference else (0.0 if not change.any() else math.nan),
        hedges_g(before, after), correlation, saved, *wide, signed_rank(change),
    )  # fmt: skip


def hedges_g(control: Array, arm: Array) -> float:
    """Return the difference of means in average standard deviations, times 1 - 3 / (8n - 9) for n pairs."""
    n = len(control)
    difference = float(np.mean(arm) - np.mean(control))
    if difference == 0.0:
        return 0.0
    if n < 2:
        return math.nan
    spread = (float(np.std(control, ddof=1)) + float(np.std(arm, ddof=1))) / 2.0
    return math.nan if spread == 0.0 else difference / spread * (1.0 - 3.0 / (8.0 * n - 9.0))


def pairing(control: Array, arm: Array) -> tuple[float, float]:
    """Measure what pairing gives.

    returns    correlation of the pair; variance of a difference of unrelated runs over that of the pairs.
               Infinite where the pairs differ by exactly one amount, not a number where nothing varies
    """
    if len(control) < 2:
        return math.nan, math.nan
    a, b, d = (float(np.var(x, ddof=1)) for x in (control, arm, np.asarray(arm) - np.asarray(control)))
    if a == 0.0 and b == 0.0:
        return math.nan, math.nan
    correlation = math.nan if a == 0.0 or b == 0.0 else float(np.clip(np.corrcoef(control, arm)[0, 1], -1.0, 1.0))
    return correlation, math.inf if d == 0.0 else (a + b) / d


def signed_rank(change: Array) -> float:
    """Return the two-sided p of Wilcoxon's signed-rank test; 1 where every difference is 0.

    Zeros are left out. Up to `EXACT` differences the sum of ranks is held against all assignments of signs, also where
    ranks are tied, by counting the ways to reach each sum (scipy writes out all 2^n assignments for that, in seconds).
    """
    from scipy import stats

    moved = np.asarray(change, dtype=float)
    moved = moved[moved != 0.0]
    if not len(moved):
        return 1.0
    if len(moved) > EXACT:
        return float(stats.wilcoxon(moved).pvalue)
    ranks = np.rint(2.0 * stats.rankdata(np.abs(moved))).astype(int)  # of ties half ranks, so doubled
    ways = np.zeros(int(ranks.sum()) + 1)
    ways[0] = 1.0
    for rank in ranks:
        ways[rank:] += ways[:-rank].copy()
    reached = int(ranks[moved > 0].sum())
    tail = min(ways[: reached + 1].sum(), ways[reached:].sum()) / 2.0 ** len(moved)
    return float(min(1.0, 2.0 * tail))


def smallest_p(pairs: int) -> float:
    """Return the smallest p the signed-rank test can give with so many pairs."""
    return min(1.0, 2.0 ** (1 - pairs))


def pivot(runs: pd.DataFrame, endpoint: str, arms: Sequence[str]) -> pd.DataFrame:
    """Lay an endpoint out with a row per replicate and a column per arm; only runs that are done, gaps as NaN."""
    done = runs[runs["status"] == "DONE"] if "status" in runs else runs
    table = done.pivot(index="replicate", columns="arm", values=endpoint)
    return table.reindex(columns=list(arms)).sort_index().astype(float)


def changes(runs: pd.DataFrame, endpoint: str, controls: Mapping[str, str]) -> pd.DataFrame:
    """Return arm - control with a row per replicate and a column per arm; `controls`: arm -> its control."""
    import pandas as pd

    table = pivot(runs, endpoint, list(dict.fromkeys([*controls.values(), *controls])))
    return pd.DataFrame({arm: table[arm] - table[control] for arm, control in controls.items()}, index=table.index)


def paired_effects(
    runs: pd.DataFrame, endpoints: Iterable[str], control: str, arms: Sequence[str], *, confidence: float = 0.95
) -> pd.DataFrame:
    """Compare every arm with the control in every endpoint.

    runs         one row per run: arm, replicate, status, a column per endpoint
    endpoints    names of columns
    control      name of the control arm
    arms         names of the other arms, in the order wanted
    returns      one row per endpoint and arm: endpoint, arm, and the fields of `PairedEffect`
    """
    import pandas as pd

    rows = []
    for endpoint in endpoints:
        table = pivot(runs, endpoint, [control, *arms])
        for arm in arms:
            effect = paired_effect(table[control].to_numpy(), table[arm].to_numpy(), confidence=confidence)
            rows.append({"endpoint": endpoint, "arm": arm, **asdict(effect)})
    return pd.DataFrame(rows, columns=["endpoint", "arm", *PairedEffect.__dataclass_fields__])


def _welch(control: Array, arm: Array, confidence: float) -> tuple[float, float]:
    """Return the interval for unrelated runs, for comparison: Student's t with Welch's degrees of freedom."""
    from scipy import stats

    n, centre = len(control), float(arm.mean() - control.mean())
    if n < 2:
        return math.nan, math.nan
    a, b = (float(np.var(x, ddof=1)) / n if np.ptp(x) else 0.0 for x in (control, arm))
    if a + b == 0.0:
        return centre, centre
    freedom = (a + b) ** 2 / ((a * a + b * b) / (n - 1))
    reach = float(stats.t.ppf(0.5 + confidence / 2, freedom)) * math.sqrt(a + b)
    return centre - reach, centre + reach
