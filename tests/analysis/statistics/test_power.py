"""Replicates for a wanted certainty."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.statistics.power import Wanted, fewest, replicates_for, replicates_needed


@pytest.mark.parametrize(("spread", "wanted"), [(1.0, 0.5), (1.0, 0.1), (3.0, 7.0), (2.0, 0.013)])
def test_smallest_number_that_is_enough(spread: float, wanted: float) -> None:
    n = int(fewest(spread, wanted))

    def reach(n: int) -> float:
        return float(stats.t.ppf(0.975, n - 1) * spread / math.sqrt(n))

    assert reach(n) <= wanted
    assert n == 2 or reach(n - 1) > wanted


def test_edges() -> None:
    assert fewest(0.0, 1.0) == 2.0
    assert math.isinf(fewest(1.0, 1e-9))
    assert math.isnan(replicates_needed(np.ones(1), np.ones(1), 1.0).needed)
    assert math.isnan(replicates_needed(np.arange(3.0), np.ones(3), 0.0).needed)


def test_caution_and_pairing() -> None:
    luck = np.random.default_rng(1)
    world, noise = luck.normal(100, 20, 10), luck.normal(0, 3, 10)
    found = replicates_needed(world, world - 10 + noise, 2.0)
    assert found.spread == pytest.approx(np.std(noise, ddof=1))
    assert found.needed == fewest(found.spread, 2.0)
    assert found.cautious == fewest(found.spread * math.sqrt(9 / stats.chi2.ppf(0.2, 9)), 2.0)
    assert found.needed <= found.cautious < found.unpaired


def test_promise_is_kept() -> None:
    """With the number found from the true spread, the mean interval is as narrow as asked for, to 10 %."""
    n = int(fewest(4.0, 1.5))
    luck = np.random.default_rng(6)
    draws = luck.normal(0.0, 4.0, (2000, n))
    reach = stats.t.ppf(0.975, n - 1) * draws.std(axis=1, ddof=1) / math.sqrt(n)
    assert reach.mean() == pytest.approx(1.5, rel=0.1)


def test_table() -> None:
    runs = pd.DataFrame(
        {"arm": ["c"] * 3 + ["a"] * 3, "replicate": [0, 1, 2] * 2, "x": [10.0, 20, 30, 9, 18, 28], "status": "DONE"}
    )
    row = replicates_for(runs, ["x"], "c", ["a"], Wanted(0.1, "control")).iloc[0]
    assert row["half_width"] == pytest.approx(2.0) and row["needed"] == fewest(np.std([1, 2, 2], ddof=1), 2.0)
    assert (row["control_mean"], row["difference"]) == pytest.approx((20.0, -5 / 3))
    assert row["reached"] == pytest.approx(stats.t.ppf(0.975, 2) * row["spread"] / math.sqrt(3))
    half = replicates_for(runs, ["x"], "c", ["a"], Wanted()).iloc[0]
    assert half["half_width"] == pytest.approx(5 / 6)
    assert replicates_for(runs, ["x"], "c", ["a"], Wanted(0.3, "unit")).iloc[0]["half_width"] == 0.3
