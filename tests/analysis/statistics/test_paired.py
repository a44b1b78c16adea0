"""Paired differences: by hand, against scipy, and exactly zero where nothing differs."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.statistics.paired import hedges_g, paired_effect, paired_effects, pairing, pivot, signed_rank, smallest_p


def test_null_is_exactly_zero() -> None:
    x = np.random.default_rng(0).normal(10.0, 3.0, 12)
    found = paired_effect(x, x.copy())
    assert (found.difference, found.low, found.high, found.hedges_g, found.percent) == (0.0,) * 5
    assert found.p == 1.0
    assert math.isinf(found.variance_saved)
    assert found.unpaired_low < 0 < found.unpaired_high


def test_null_of_nothing_at_all() -> None:
    found = paired_effect(np.zeros(4), np.zeros(4))
    assert (found.difference, found.low, found.high, found.p, found.percent) == (0.0, 0.0, 0.0, 1.0, 0.0)
    assert math.isnan(found.correlation) and math.isnan(found.variance_saved)


def test_by_hand() -> None:
    """Control 10 12 14 16, arm 7 10 11 12: differences -3 -2 -3 -4, mean -3, s = 0.8165."""
    found = paired_effect(np.array([10.0, 12, 14, 16]), np.array([7.0, 10, 11, 12]))
    assert (found.pairs, found.control_mean, found.arm_mean, found.difference) == (4, 13.0, 10.0, -3.0)
    assert found.percent == pytest.approx(-300 / 13)
    assert found.high == pytest.approx(-3 + 3.182446305 * 0.8164965809 / 2)
    s0, s1 = math.sqrt(20 / 3), math.sqrt(14 / 3)
    assert found.hedges_g == pytest.approx(-3 / ((s0 + s1) / 2) * (1 - 3 / 23))
    assert found.variance_saved == pytest.approx((20 / 3 + 14 / 3) / (2 / 3))
    assert found.correlation == pytest.approx(np.corrcoef([10, 12, 14, 16], [7, 10, 11, 12])[0, 1])


def test_unpaired_interval_is_welchs() -> None:
    luck = np.random.default_rng(5)
    a, b = luck.normal(0, 1, 9), luck.normal(1, 2, 9)
    found = paired_effect(a, b)
    welch = stats.ttest_ind(b, a, equal_var=False).confidence_interval(0.95)
    assert (found.unpaired_low, found.unpaired_high) == pytest.approx((welch.low, welch.high))
    assert found.p == pytest.approx(stats.wilcoxon(b - a).pvalue)


def test_one_difference_for_all() -> None:
    x = np.array([1.0, 5.0, 9.0, 2.0, 4.0, 7.0])
    found = paired_effect(x, x - 2.0)
    assert (found.difference, found.low, found.high) == (-2.0, -2.0, -2.0)
    assert math.isinf(found.variance_saved) and found.correlation == pytest.approx(1.0)
    assert found.p == pytest.approx(smallest_p(6))


def test_gaps_leave_whole_pairs_out() -> None:
    found = paired_effect(np.array([1.0, math.nan, 3.0, 5.0]), np.array([2.0, 2.0, math.nan, 7.0]))
    assert found.pairs == 2 and found.difference == 1.5
    empty = paired_effect(np.array([math.nan]), np.array([1.0]))
    assert empty.pairs == 0 and math.isnan(empty.difference) and math.isnan(empty.p)


def test_control_of_zero_has_no_percent() -> None:
    assert math.isnan(paired_effect(np.zeros(4), np.array([1.0, 2, 3, 4])).percent)


def test_order_of_pairs_matters_and_is_kept() -> None:
    a = np.arange(10.0)
    assert pairing(a, a + 1.0 + 0.1 * np.sin(a))[1] > 50
    assert pairing(a, a[::-1] + 1.0)[1] < 1.0


def test_signed_rank_leaves_zeros_out() -> None:
    assert signed_rank(np.array([0.0, 0.0, 1.0, 2.0, 3.0])) == pytest.approx(stats.wilcoxon([1.0, 2.0, 3.0]).pvalue)
    assert signed_rank(np.zeros(3)) == 1.0
    assert [smallest_p(n) for n in (1, 4, 6)] == [1.0, 0.125, 0.03125]


def test_g_of_arms_that_do_not_vary() -> None:
    assert math.isnan(hedges_g(np.ones(3), np.zeros(3)))
    assert hedges_g(np.ones(3), np.ones(3)) == 0.0


def test_table_pairs_by_replicate_and_leaves_failed_runs_out() -> None:
    rows = [
        ("control", 2, "DONE", 20.0), ("control", 0, "DONE", 10.0), ("control", 1, "DONE", 15.0),
        ("low", 1, "DONE", 14.0), ("low", 0, "DONE", 9.0), ("low", 2, "FAILED", 0.0),
    ]  # fmt: skip
    runs = pd.DataFrame(rows, columns=["arm", "replicate", "status", "x"])
    effects = paired_effects(runs, ["x"], "control", ["low"])
    assert effects.loc[0, ["pairs", "difference"]].tolist() == [2, -1.0]
    shuffled = runs.sample(frac=1.0, random_state=1)
    pd.testing.assert_frame_equal(effects, paired_effects(shuffled, ["x"], "control", ["low"]))
    assert pivot(runs, "x", ["control", "low"]).isna().sum().sum() == 1


@pytest.mark.parametrize("n", [3, 7, 12, 40])
def test_signed_rank_is_scipys_exact_one(n: int) -> None:
    x = np.random.default_rng(n).normal(0.3, 1.0, n)
    assert signed_rank(x) == pytest.approx(stats.wilcoxon(x, method="exact").pvalue)
    assert signed_rank(-x) == pytest.approx(signed_rank(x))


@pytest.mark.parametrize("seed", range(5))
def test_signed_rank_with_ties_is_the_enumeration_of_all_signs(seed: int) -> None:
    x = np.random.default_rng(seed).integers(-3, 6, 7).astype(float)
    x = x[x != 0]
    ranks = stats.rankdata(np.abs(x))
    signs = (np.arange(2 ** len(x))[:, None] >> np.arange(len(x))) & 1
    sums, own = signs @ ranks, ranks[x > 0].sum()
    p = 2 * min((sums <= own + 1e-9).mean(), (sums >= own - 1e-9).mean())
    assert signed_rank(x) == pytest.approx(min(1.0, p))


def test_signed_rank_of_many_is_near_the_exact_one() -> None:
    x = np.random.default_rng(2).normal(0.2, 1.0, 60)
    assert signed_rank(x) == pytest.approx(stats.wilcoxon(x, method="exact").pvalue, rel=0.1)


def test_arms_without_any_scatter_do_not_disturb() -> None:
    found = paired_effect(np.full(4, 9.0), np.array([9.0, 8.0, 9.0, 7.0]))
    assert found.unpaired_low < found.difference < found.unpaired_high and math.isnan(found.correlation)
