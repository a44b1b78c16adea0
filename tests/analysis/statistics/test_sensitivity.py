"""Designs stay in their ranges; known functions give known indices; directions are counted."""

from __future__ import annotations

import math

import numpy as np
import pytest

from analysis.statistics.sensitivity import (
    Range,
    morris_analysis,
    morris_design,
    sign_robustness,
    sobol_analysis,
    sobol_design,
)
from simulation import InputError

RANGES = {"a": Range(0.0, 2.0), "b": Range(10.0, 1000.0, log=True), "c": Range(-1.0, 1.0)}


@pytest.mark.parametrize("make", [morris_design, sobol_design])
def test_designs_stay_in_range_and_repeat(make: object) -> None:
    first, second = make(RANGES), make(RANGES)  # type: ignore[operator]
    assert first.equals(second)
    for name, r in RANGES.items():
        assert first[name].between(r.low * 0.999999, r.high * 1.000001).all() or name == "c"
    assert first["c"].between(-1, 1).all()
    assert np.median(np.log10(first["b"])) == pytest.approx(2.0, abs=0.4)


def test_sizes() -> None:
    assert len(morris_design(RANGES, 7)) == 7 * 4
    assert len(sobol_design(RANGES, 32)) == 32 * 5


def test_morris_of_a_linear_function_is_its_slopes() -> None:
    worlds = morris_design(RANGES, 8)
    y = 3.0 * worlds["a"] - 5.0 * np.log10(worlds["b"])
    table = morris_analysis(RANGES, worlds, y.to_numpy()).set_index("parameter")
    assert table["mu"].to_dict() == pytest.approx({"a": 6.0, "b": -10.0, "c": 0.0}, abs=1e-6)
    assert table["sigma"].to_numpy() == pytest.approx(0.0, abs=1e-6)
    assert list(table.index) == ["b", "a", "c"]


def test_sobol_of_a_sum_is_its_shares_of_variance() -> None:
    ranges = {n: Range(0.0, 1.0) for n in "abc"}
    worlds = sobol_design(ranges, 512)
    table = sobol_analysis(ranges, worlds, (2 * worlds["a"] + worlds["b"]).to_numpy()).set_index("parameter")
    assert table["first"].to_dict() == pytest.approx({"a": 0.8, "b": 0.2, "c": 0.0}, abs=0.03)
    assert table["total"].to_dict() == pytest.approx({"a": 0.8, "b": 0.2, "c": 0.0}, abs=0.03)
    flat = sobol_analysis(ranges, worlds, np.ones(len(worlds)))
    assert (flat[["first", "total"]] == 0).all().all()


def test_direction_is_counted_with_wilsons_interval() -> None:
    """8 of 10: Wilson (0.4902, 0.9433)."""
    found = sign_robustness(np.array([-1.0] * 8 + [0.0, 2.0, math.nan]), -1)
    assert (found.worlds, found.stands, found.none, found.against, found.share) == (10, 8, 1, 1, 0.8)
    assert (found.low, found.high) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert sign_robustness(np.array([-1.0, -1.0, 1.0])).direction == -1
    assert sign_robustness(np.zeros(0)).worlds == 0
    assert sign_robustness(np.zeros(5), -1).share == 0.0


def test_refusals() -> None:
    with pytest.raises(InputError, match="low < high"):
        morris_design({"a": Range(1.0, 1.0)})
    with pytest.raises(InputError, match="logarithm"):
        sobol_design({"a": Range(0.0, 1.0, log=True)})
    with pytest.raises(InputError, match="power of two"):
        sobol_design(RANGES, 100)
    with pytest.raises(InputError, match="no parameter"):
        morris_design({})
    with pytest.raises(InputError, match="1 values for 8 worlds"):
        morris_analysis(RANGES, morris_design(RANGES, 2), np.ones(1))
