"""Ratios of counts, with and without anything counted."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from analysis.statistics.counts import BOOTSTRAP_LOG, LINEAR_LOG, NONE_AT_ALL, POISSON, rate_ratio


def test_equal_pairs_are_exactly_one() -> None:
    found = rate_ratio(np.array([3.0, 0, 7]), np.array([3.0, 0, 7]))
    assert (found.ratio, found.low, found.high) == (1.0, 1.0, 1.0)


def test_nothing_counted() -> None:
    found = rate_ratio(np.zeros(5), np.zeros(5))
    assert math.isnan(found.ratio) and found.method == NONE_AT_ALL


def test_linear_interval_by_hand() -> None:
    a, b = np.array([10.0, 20, 30, 40]), np.array([6.0, 9, 17, 18])
    moves = b / 12.5 - a / 25.0
    reach = stats.t.ppf(0.975, 3) * moves.std(ddof=1) / 2
    found = rate_ratio(a, b)
    assert found.method == LINEAR_LOG and found.ratio == 0.5
    assert (found.low, found.high) == pytest.approx((0.5 * math.exp(-reach), 0.5 * math.exp(reach)))


def test_bootstrap_and_linear_agree_where_both_can() -> None:
    luck = np.random.default_rng(2)
    world = luck.gamma(5.0, 20.0, 40)
    a, b = luck.poisson(world), luck.poisson(0.4 * world)
    found = rate_ratio(a, b)
    assert found.method == BOOTSTRAP_LOG and found.low < 0.4 < found.high
    moves = b / b.mean() - a / a.mean()
    reach = 2.02 * moves.std(ddof=1) / math.sqrt(40)
    assert math.log(found.high / found.low) == pytest.approx(2 * reach, rel=0.2)


def test_one_side_zero_is_bounded_as_by_hand() -> None:
    """10 events against none: the arm's share of all events is below 1 - 0.025^(1/10) at 97.5 %."""
    top = 1 - 0.025 ** (1 / 10)
    found = rate_ratio(np.array([4.0, 6.0]), np.zeros(2))
    assert (found.ratio, found.low, found.method) == (0.0, 0.0, POISSON)
    assert found.high == pytest.approx(top / (1 - top))
    other = rate_ratio(np.zeros(2), np.array([4.0, 6.0]))
    assert math.isinf(other.ratio) and math.isinf(other.high)
    assert other.low == pytest.approx(1 / found.high)


def test_sparse_counts_do_not_stumble() -> None:
    found = rate_ratio(np.array([1.0] + [0.0] * 9), np.array([0.0] * 9 + [2.0]))
    assert found.ratio == 2.0 and 0 < found.low < 2 < found.high < math.inf


def test_gaps_leave_pairs_out() -> None:
    found = rate_ratio(np.array([1.0, math.nan, 5.0]), np.array([2.0, 9.0, math.nan]))
    assert found.pairs == 1 and found.ratio == 2.0 and math.isnan(found.low)


def test_pairs_without_any_count_do_not_make_it_surer() -> None:
    a, b = np.array([10.0, 20, 30]), np.array([6.0, 9, 17])
    more = rate_ratio(np.append(a, [0.0, 0.0]), np.append(b, [0.0, 0.0]))
    few = rate_ratio(a, b)
    assert (more.ratio, more.low, more.high) == pytest.approx((few.ratio, few.low, few.high))


@pytest.mark.parametrize("n", [4, 12])
def test_ratio_covers_at_about_its_rate(n: int) -> None:
    """Overdispersed paired counts, ratio 0.5: at least 92 % of 400 intervals cover (sd at 95 %: 1.1 %).

    Intervals of half the width, planted, cover below 80 %.
    """
    luck = np.random.default_rng(n)
    hits = halves = 0
    for _ in range(400):
        world = luck.gamma(4.0, 10.0, n)
        found = rate_ratio(luck.poisson(world), luck.poisson(0.5 * world))
        reach = 0.5 * math.log(found.high / found.ratio), 0.5 * math.log(found.ratio / found.low)
        hits += found.low <= 0.5 <= found.high
        halves += found.ratio * math.exp(-reach[1]) <= 0.5 <= found.ratio * math.exp(reach[0])
    assert hits / 400 > 0.917
    assert halves / 400 < 0.85


def test_few_pairs_of_one_ratio_do_not_make_it_certain() -> None:
    found = rate_ratio(np.array([9.0, 0.0, 0.0]), np.array([2.0, 0.0, 0.0]))
    assert found.ratio == pytest.approx(2 / 9) and math.isnan(found.low) and math.isnan(found.high)
    many = rate_ratio(np.arange(2.0, 14.0, 2.0), np.arange(1.0, 7.0))
    assert (many.low, many.high) == (0.5, 0.5)
