"""Intervals of a mean: exact where all is one value, Student's t for few, scipy's BCa from there on."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from analysis.statistics.interval import BOOTSTRAP, FEWEST, SAME, STUDENT, TOO_FEW, mean_interval, small_sample_level


def test_one_value_many_times_is_certain() -> None:
    found = mean_interval(np.zeros(5))
    assert (found.value, found.low, found.high, found.method) == (0.0, 0.0, 0.0, SAME)
    assert not found.excludes_zero
    assert mean_interval(np.full(6, -2.0)).excludes_zero


def test_few_equal_values_other_than_zero_tell_no_scatter() -> None:
    few = mean_interval(np.full(5, -2.0))
    assert few.value == -2.0 and math.isnan(few.low) and math.isnan(few.high) and not few.excludes_zero
    assert few.method == TOO_FEW


def test_nothing_and_one_value_tell_no_interval() -> None:
    assert math.isnan(mean_interval(np.zeros(0)).value)
    one = mean_interval(np.array([3.0]))
    assert one.value == 3.0 and math.isnan(one.low) and one.method == TOO_FEW


def test_few_values_by_hand() -> None:
    """1, 2, 3, 4: mean 2.5, s = 1.29099, t(3) = 3.18245."""
    found = mean_interval(np.array([1.0, 2.0, 3.0, 4.0]))
    assert found.method == STUDENT
    assert found.high - found.value == pytest.approx(3.182446305 * 1.290994449 / 2)
    assert found.value - found.low == pytest.approx(found.high - found.value)


def test_many_values_are_scipys_bca_at_the_widened_level() -> None:
    x = np.random.default_rng(3).exponential(2.0, 15)
    found = mean_interval(x, resamples=999, seed=4)
    level = small_sample_level(0.95, 15)
    own = stats.bootstrap(
        (x,), np.mean, n_resamples=999, method="BCa", confidence_level=level, random_state=np.random.default_rng(4)
    ).confidence_interval
    assert found.method == BOOTSTRAP and level > 0.95
    assert (found.low, found.high) == pytest.approx((own.low, own.high))


def test_widened_level_makes_normal_reach_students() -> None:
    """At the level for n, the normal quantile times s / sqrt(n) with n in s is Student's reach."""
    n = 10
    z = stats.norm.ppf(0.5 + small_sample_level(0.95, n) / 2)
    assert z * math.sqrt((n - 1) / n) == pytest.approx(stats.t.ppf(0.975, n - 1))
    assert small_sample_level(0.95, 100_000) == pytest.approx(0.95, abs=1e-5)


def test_same_data_same_interval_and_mirrored_data_mirrored() -> None:
    x = np.random.default_rng(1).normal(1.0, 1.0, FEWEST)
    assert mean_interval(x) == mean_interval(x)
    there, back = mean_interval(x), mean_interval(-x)
    assert back.low == pytest.approx(-there.high, rel=0.1)
