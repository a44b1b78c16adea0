"""Times of first events: by hand and against lifelines; where nothing happens, a sentence."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from lifelines import CoxPHFitter, KaplanMeierFitter
from lifelines.utils import restricted_mean_survival_time

from analysis.statistics.survival import (
    at_risk,
    compare_times,
    kaplan_meier,
    logrank,
    median_day,
    restricted_mean,
    time_effects,
)

#: 6 runs; events at 2, 4, 4, 7; ends of observation at 5 and 10
TIMES = np.array([2.0, 4.0, 4.0, 5.0, 7.0, 10.0])
SEEN = np.array([True, True, True, False, True, False])


def planted(n: int, seed: int, ratio: float = 0.4) -> tuple[tuple[np.ndarray, np.ndarray], ...]:
    """Exponential times of pairs that share a frailty, cut at day 30."""
    luck = np.random.default_rng(seed)
    rate = 0.05 * luck.gamma(8.0, 1 / 8.0, n)
    first, second = luck.exponential(1 / rate), luck.exponential(1 / (ratio * rate))
    return tuple((np.minimum(t, 30.0), t < 30.0) for t in (first, second))


def test_curve_by_hand() -> None:
    curve = kaplan_meier(TIMES, SEEN).set_index("day")
    assert curve["survival"].to_dict() == pytest.approx({0: 1, 2: 5 / 6, 4: 1 / 2, 5: 1 / 2, 7: 1 / 4, 10: 1 / 4})
    assert at_risk(TIMES, [0, 2, 4, 5, 7, 10, 11]) == [6, 6, 5, 3, 2, 1, 0]
    assert median_day(TIMES, SEEN) == 4.0


def test_restricted_mean_by_hand() -> None:
    """To day 8: 2 * 1 + 2 * 5/6 + 3 * 1/2 + 1 * 1/4."""
    assert restricted_mean(TIMES, SEEN, 8.0) == pytest.approx(2 + 10 / 6 + 1.5 + 0.25)
    fitted = KaplanMeierFitter().fit(TIMES, SEEN)
    assert restricted_mean(TIMES, SEEN, 8.0) == pytest.approx(restricted_mean_survival_time(fitted, t=8.0))
    assert restricted_mean(TIMES, SEEN, 1.0) == pytest.approx(1.0)


def test_days_gained_are_the_difference_of_restricted_means() -> None:
    control, arm = planted(25, 3)
    found = compare_times(control, arm)
    assert found.horizon == 30.0
    assert found.gained == pytest.approx(restricted_mean(*arm, 30.0) - restricted_mean(*control, 30.0))
    assert found.gained_low < found.gained < found.gained_high


def test_horizon_is_the_shortest_observation() -> None:
    seen = np.array([True, False])
    found = compare_times((np.array([3.0, 9.0]), seen), (np.array([20.0, 6.0]), seen))
    assert found.horizon == 6.0 and found.gained == pytest.approx(((6 - 3) + (6 - 6)) / 2)


def test_cox_is_lifelines_with_clusters() -> None:
    control, arm = planted(60, 1)
    table = pd.DataFrame(
        {
            "t": np.concatenate([control[0], arm[0]]), "e": np.concatenate([control[1], arm[1]]),
            "arm": np.repeat([0, 1], 60), "pair": np.tile(np.arange(60), 2),
        }
    )  # fmt: skip
    own = CoxPHFitter().fit(table, "t", "e", cluster_col="pair", robust=True)
    found = compare_times(control, arm)
    assert found.hazard_ratio == pytest.approx(own.hazard_ratios_["arm"])
    assert math.log(found.hazard_high) == pytest.approx(own.confidence_intervals_.iloc[0, 1])
    assert found.p_cox == pytest.approx(own.summary.loc["arm", "p"], rel=1e-6)
    assert found.hazard_low < 0.4 < found.hazard_high and found.told == ""


def test_null_is_exactly_no_effect() -> None:
    control, _ = planted(10, 5)
    found = compare_times(control, control)
    assert (found.gained, found.gained_low, found.gained_high) == (0.0, 0.0, 0.0)
    assert (found.hazard_ratio, found.p_cox, found.p_logrank) == (1.0, 1.0, 1.0)


def test_nothing_happens_anywhere() -> None:
    never = (np.full(4, 7.0), np.zeros(4, dtype=bool))
    found = compare_times(never, never, what="metastasis")
    assert found.told == "metastasis happened in no run, so times say nothing about it"
    assert math.isnan(found.hazard_ratio) and math.isnan(found.p_logrank) and found.gained == 0.0
    assert math.isinf(found.control_median)
    assert len(kaplan_meier(*never)) and restricted_mean(*never, 7.0) == 7.0


def test_nothing_happens_in_the_arm() -> None:
    control = (np.array([1.0, 2.0, 3.0, 7.0]), np.array([True, True, True, False]))
    never = (np.full(4, 7.0), np.zeros(4, dtype=bool))
    found = compare_times(control, never, what="breach")
    assert "no run of the arm" in found.told and found.hazard_ratio == 0.0 and math.isnan(found.p_cox)
    assert found.gained == pytest.approx((6 + 5 + 4 + 0) / 4)
    assert 0 < found.p_logrank < 0.1
    assert math.isinf(compare_times(never, control, what="breach").hazard_ratio)


def test_arms_that_do_not_overlap() -> None:
    all_seen = np.ones(5, dtype=bool)
    found = compare_times((np.arange(1.0, 6.0), all_seen), (np.arange(11.0, 16.0), all_seen), what="breach")
    assert "no stable estimate" in found.told and math.isnan(found.hazard_ratio)
    assert found.gained == 10.0


def test_logrank_finds_the_planted_difference() -> None:
    control, arm = planted(80, 2)
    assert logrank(*control, *arm) < 0.001


def test_no_pair_and_failed_runs() -> None:
    rows = [("c", 0, "DONE", 3.0, True), ("a", 0, "FAILED", 0.0, False), ("a", 1, "DONE", 5.0, True)]
    runs = pd.DataFrame(rows, columns=["arm", "replicate", "status", "breach_day", "breach_day_observed"])
    found = time_effects(runs, ["breach_day"], "c", ["a"]).iloc[0]
    assert found["pairs"] == 0 and "no pair" in found["told"]
