"""Dose and effect: a planted curve is found again, and what cannot be fitted is said."""

from __future__ import annotations

import math

import numpy as np
import pytest

from analysis.statistics.dose_response import HYPERBOLA, LINE, NOTHING, fit, shape

DOSES = np.array([0.25, 0.5, 0.75, 0.9, 1.0])


def series(full: float, half: float, n: int, noise: float, doses: np.ndarray = DOSES) -> np.ndarray:
    luck = np.random.default_rng(8)
    return full * shape(doses, half) + noise * luck.normal(size=(n, len(doses)))


def test_shape_by_hand() -> None:
    assert shape(np.array([0.0, 0.3, 1.0]), 0.5) == pytest.approx([0.0, 0.3, 1.0])
    assert shape(0.8, 0.8) == pytest.approx(0.5)
    # half = 0.2: c = 1/4, so Emax = 1 / (1 - c) = 4/3 and EC50 = c / (1 - c) = 1/3
    assert shape(0.4, 0.2) == pytest.approx(4 / 3 * 0.4 / (1 / 3 + 0.4))


@pytest.mark.parametrize("half", [0.2, 0.5, 0.85])
def test_planted_curve_without_noise(half: float) -> None:
    found = fit(DOSES, series(-40.0, half, 4, 0.0))
    assert found.model == HYPERBOLA
    assert found.top[0] == pytest.approx(-40.0, rel=0.02) and found.half[0] == pytest.approx(half, abs=0.01)


def test_planted_curve_with_noise_is_within_its_interval_and_band() -> None:
    found = fit(DOSES, series(-40.0, 0.8, 12, 3.0))
    assert found.top[1] < -40.0 < found.top[2]
    assert found.half[1] < 0.8 < found.half[2]
    truth = -40.0 * shape(found.curve["dose"].to_numpy(), 0.8)
    inside = (found.curve["low"] <= truth + 1e-9) & (truth - 1e-9 <= found.curve["high"])
    assert inside.mean() > 0.9
    assert (np.diff(found.curve["effect"]) <= 0).all() and found.curve["effect"].iloc[0] == 0.0


def test_nothing_is_told_beyond_the_greatest_dose() -> None:
    """-40 d / (1 + 3 (1 - d)) up to 90 %: -27.7 there, half of it at d = 0.73."""
    doses = np.array([0.5, 0.75, 0.9])
    found = fit(doses, np.tile(-40.0 * shape(doses, 0.75), (6, 1)))
    assert found.curve["dose"].max() == pytest.approx(0.9)
    assert found.top[0] == pytest.approx(-40 * 0.9 / (0.9 + 3 * 0.1), rel=0.01)
    assert float(-40.0 * shape(found.half[0], 0.75)) == pytest.approx(found.top[0] / 2, rel=0.02)
    assert found.told.startswith("half of what a knockdown of 90 % does")


def test_no_effect_is_flat_and_zero() -> None:
    found = fit(DOSES, np.zeros((4, 5)))
    assert found.model == LINE and found.top == (0.0, 0.0, 0.0) and "no effect" in found.told


def test_two_doses_are_a_line() -> None:
    found = fit(np.array([0.0, 0.5, 1.0]), np.array([[0.0, -5.0, -10.0]] * 3))
    assert found.model == LINE and found.top[0] == pytest.approx(-10.0) and math.isnan(found.half[0])


def test_what_cannot_be_fitted_is_said() -> None:
    assert fit(np.array([0.9]), np.ones((5, 1))).told.startswith("no curve: 1 dose besides none")
    assert "2 complete series" in fit(DOSES, np.ones((2, 5))).told
    turning = fit(DOSES, np.array([[5.0, 3.0, -1.0, -4.0, -5.0]] * 4))
    assert turning.model == NOTHING and "changes its direction" in turning.told


def test_rows_with_gaps_are_left_out_and_doses_sorted() -> None:
    y = series(10.0, 0.5, 6, 1.0)
    broken = np.vstack([y, [np.nan, 1, 1, 1, 1]])
    back = fit(DOSES[::-1], broken[:, ::-1])
    assert back.top == fit(DOSES, y).top and (back.points["pairs"] == 6).all()


def test_noise_alone_does_not_place_the_half_dose() -> None:
    loose = fit(DOSES, np.random.default_rng(4).normal(1.0, 3.0, (6, 5)))
    assert loose.model == NOTHING or "do not tell" in loose.told
