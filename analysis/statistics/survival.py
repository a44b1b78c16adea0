"""When something first happens: curves, and what an arm does to them, also where it never happens.

A run that ends before the event is not a missing value: it says "not until then". The curve is Kaplan's and Meier's;
arms are compared by the time gained until a horizon (difference of restricted means, pair by pair), by Cox's hazard
ratio with errors that allow for the pairs, and by the log-rank test, which does not know of the pairs.

Sources: lifelines; scipy. Robust errors in clusters: recalled: Lin & Wei 1989, Journal of the American Statistical
Association 84:1074. Restricted mean: recalled: Royston & Parmar 2013, BMC Medical Research Methodology 13:152.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.statistics.interval import mean_interval

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray


@dataclass(frozen=True)
class TimeEffect:
    """What an arm does to the time of a first event.

    pairs                        int     pairs of runs
    control_events, arm_events   int     runs in which it happened
    horizon                      float   day to which times are compared: the shortest observation
    control_median, arm_median   float   day by which it has happened in half of the runs; infinite = not in half
    gained, gained_low, gained_high    float    days gained until the horizon, per run (difference of restricted means)
    method                       str     how the interval was found
    hazard_ratio, hazard_low, hazard_high   float   Cox, errors clustered in pairs; not a number where it has no value
    p_cox, p_logrank             float   not a number where there is no event to tell from
    told                         str     what cannot be said, and why; empty where all can
    """

    pairs: int
    control_events: int
    arm_events: int
    horizon: float
    control_median: float
    arm_median: float
    gained: float
    gained_low: float
    gained_high: float
    method: str
    hazard_ratio: float
    hazard_low: float
    hazard_high: float
    p_cox: float
    p_logrank: float
    told: str


def kaplan_meier(times: Array, observed: Array) -> pd.DataFrame:
    """Estimate the share of runs in which it has not happened yet.

    times      (n,)   day    of the event, or of the end of observation
    observed   (n,)   bool   True = it happened
    returns    day, survival, low, high (95 %, log-log), at_risk (runs watched just before that day)
    """
    import pandas as pd
    from lifelines import KaplanMeierFitter

    if not len(times):
        return pd.DataFrame({name: [] for name in ("day", "survival", "low", "high", "at_risk")}, dtype=float)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = KaplanMeierFitter().fit(np.asarray(times, dtype=float), np.asarray(observed, dtype=bool))
    ends = fitted.confidence_interval_survival_function_
    return pd.DataFrame(
        {
            "day": fitted.survival_function_.index.to_numpy(dtype=float),
            "survival": fitted.survival_function_.iloc[:, 0].to_numpy(dtype=float),
            "low": ends.iloc[:, 0].fillna(1.0).to_numpy(dtype=float),
            "high": ends.iloc[:, 1].fillna(1.0).to_numpy(dtype=float),
            "at_risk": fitted.event_table["at_risk"].to_numpy(dtype=int),
        }
    )


def at_risk(times: Array, days: Sequence[float]) -> list[int]:
    """Count the runs that are still watched, and in which it has not happened, just before each day."""
    return [int(np.sum(np.asarray(times, dtype=float) >= day)) for day in days]


def restricted_mean(times: Array, observed: Array, horizon: float) -> float:
    """Return the mean time without the event up to a horizon: the area under Kaplan's and Meier's curve."""
    curve = kaplan_meier(times, observed)
    inside = curve["day"].to_numpy() < horizon
    edges = np.append(curve["day"].to_numpy()[inside], horizon)
    return float(np.sum(curve["survival"].to_numpy()[inside] * np.diff(edges)))


def median_day(times: Array, observed: Array) -> float:
    """Return the day by which it has happened in half of the runs; infinite where it has not."""
    curve = kaplan_meier(times, observed)
    below = curve["day"].to_numpy()[curve["survival"].to_numpy() <= 0.5 + 1e-12]
    return float(below[0]) if len(below) else math.inf


def compare_times(
    control: tuple[Array, Array],
    arm: tuple[Array, Array],
    *,
    confidence: float = 0.95,
    what: str = "the event",
    horizon: float | None = None,
) -> TimeEffect:
    """Compare when something happens in an arm with when it happens in the control.

    control, arm    (times, observed)    of the same replicates, in the same order; time not a number = not known
    what            str                  name of the event, for the sentence
    horizon         float                day to which times are compared; by default the shortest observation
    """
    (t0, e0), (t1, e1) = ((np.asarray(t, dtype=float), np.asarray(e, dtype=bool)) for t, e in (control, arm))
    known = np.isfinite(t0) & np.isfinite(t1)
    t0, e0, t1, e1 = t0[known], e0[known], t1[known], e1[known]
    n = len(t0)
    if not n:
        unknown = math.nan
        return TimeEffect(
            0, 0, 0, unknown, unknown, unknown, unknown, unknown, unknown, "",
            unknown, unknown, unknown, unknown, unknown, f"no pair of runs tells of {what}",
        )  # fmt: skip
    if horizon is None:
        horizon = shortest(np.concatenate([t0, t1]), np.concatenate([e0, e1]))
    gain = mean_interval(np.minimum(t1, horizon) - np.minimum(t0, horizon), confidence=confidence)
    hazard, p_cox, told = _hazard(t0, e0, t1, e1, confidence, what)
    return TimeEffect(
        n, int(e0.sum()), int(e1.sum()), horizon, median_day(t0, e0), median_day(t1, e1),
        gain.value, gain.low, gain.high, gain.method, *hazard, p_cox, logrank(t0, e0, t1, e1), told,
    )  # fmt: skip


def shortest(times: Array, observed: Array) -> float:
    """Return the day until which every run was watched; the last event where it happened in all of them."""
    waiting = np.asarray(times, dtype=float)[~np.asarray(observed, dtype=bool)]
    return float(waiting.min()) if len(waiting) else float(np.max(times))


def logrank(t0: Array, e0: Array, t1: Array, e1: Array) -> float:
    """Return p of the log-rank test; not a number where nothing happened in either, 1 where both are the same."""
    from lifelines.statistics import logrank_test

    if not (np.any(e0) or np.any(e1)):
        return math.nan
    if np.array_equal(t0, t1) and np.array_equal(e0, e1):
        return 1.0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return float(logrank_test(t0, t1, e0, e1).p_value)


def time_effects(
    runs: pd.DataFrame, endpoints: Iterable[str], control: str, arms: Sequence[str], *, confidence: float = 0.95
) -> pd.DataFrame:
    """Compare every arm with the control in every time of a first event.

    runs       one row per run: arm, replicate, status, `<endpoint>` (day) and `<endpoint>_observed` (bool)
    returns    one row per endpoint and arm: endpoint, arm, and the fields of `TimeEffect`; one horizon for all arms
    """
    import pandas as pd

    rows = []
    done = runs[runs["status"] == "DONE"] if "status" in runs else runs
    for endpoint in endpoints:
        own = done[done["arm"].isin([control, *arms])].dropna(subset=[endpoint])
        horizon = shortest(own[endpoint].to_numpy(), own[f"{endpoint}_observed"].to_numpy()) if len(own) else math.nan
        what = endpoint.removesuffix("_day").replace("_", " ")
        for arm in arms:
            first, second = paired_times(runs, endpoint, control, arm)
            effect = compare_times(first, second, confidence=confidence, what=what, horizon=horizon)
            rows.append({"endpoint": endpoint, "arm": arm, **asdict(effect)})
    return pd.DataFrame(rows, columns=["endpoint", "arm", *TimeEffect.__dataclass_fields__])


def paired_times(
    runs: pd.DataFrame, endpoint: str, control: str, arm: str
) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """Take times and observed-flags of the replicates that both arms have done, in the order of the replicates."""
    done = runs[runs["status"] == "DONE"] if "status" in runs else runs
    own = {
        name: done[done["arm"] == name].set_index("replicate")[[endpoint, f"{endpoint}_observed"]]
        for name in (control, arm)
    }
    shared = own[control].index.intersection(own[arm].index).sort_values()

    def taken(name: str) -> tuple[Array, Array]:
        rows = own[name].loc[shared]
        return rows[endpoint].to_numpy(dtype=float), rows[f"{endpoint}_observed"].to_numpy(dtype=bool)

    return taken(control), taken(arm)


def _hazard(
    t0: Array, e0: Array, t1: Array, e1: Array, confidence: float, what: str
) -> tuple[tuple[float, float, float], float, str]:
    """Fit Cox's model with errors clustered in pairs; return ratio with ends, p, and a sentence where it has none."""
    from scipy import stats

    nothing = (math.nan,) * 3
    if not (e0.any() or e1.any()):
        return nothing, math.nan, f"{what} happened in no run, so times say nothing about it"
    if not e0.any() or not e1.any():
        bare = "the arm" if e0.any() else "the control"
        sentence = f"{what} happened in no run of {bare}: the hazard ratio has no finite estimate"
        return ((0.0 if e0.any() else math.inf), math.nan, math.nan), math.nan, sentence
    if np.array_equal(t0, t1) and np.array_equal(e0, e1):
        return (1.0, 1.0, 1.0), 1.0, ""
    fitted = None if _separate(t0, e0, t1, e1) else _cox(t0, e0, t1, e1)
    if fitted is None:
        return nothing, math.nan, f"the arms hardly overlap in time of {what}: the hazard ratio has no stable estimate"
    slope, error = fitted
    reach = float(stats.norm.ppf(0.5 + confidence / 2)) * error
    p = float(2.0 * stats.norm.sf(abs(slope) / error)) if error > 0 else math.nan
    return (math.exp(slope), math.exp(slope - reach), math.exp(slope + reach)), p, ""


def _cox(t0: Array, e0: Array, t1: Array, e1: Array) -> tuple[float, float] | None:
    """Return the log hazard ratio and its robust error; None where the likelihood has no peak."""
    import pandas as pd
    from lifelines import CoxPHFitter
    from lifelines.exceptions import ConvergenceError

    n = len(t0)
    table = pd.DataFrame(
        {
            "day": np.maximum(np.concatenate([t0, t1]), 1e-9),
            "event": np.concatenate([e0, e1]),
            "arm": np.repeat([0.0, 1.0], n),
            "pair": np.tile(np.arange(n), 2),
        }
    )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fitter = CoxPHFitter().fit(table, "day", "event", cluster_col="pair", robust=True)
    except (ConvergenceError, np.linalg.LinAlgError, ValueError):
        return None
    slope, error = float(fitter.params_["arm"]), float(fitter.standard_errors_["arm"])
    return (slope, error) if math.isfinite(slope) and math.isfinite(error) else None


def _separate(t0: Array, e0: Array, t1: Array, e1: Array) -> bool:
    """Tell whether the likelihood rises for ever: at each event, only runs of one arm go while it has any left."""
    days = np.unique(np.concatenate([t0[e0], t1[e1]]))
    for (own, hit), (other, struck) in (((t0, e0), (t1, e1)), ((t1, e1), (t0, e0))):
        if all(not np.any(own >= day) or not np.any(struck & (other == day)) for day in days):
            return bool(np.any(hit))
    return False
