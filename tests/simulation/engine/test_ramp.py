"""The ramp: exact ends, smooth and monotone between."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.engine.ramp import ramp

number = st.floats(-1e6, 1e6)


@pytest.mark.parametrize(
    ("x", "expected"), [(-3, 0), (5, 0), (10, 0.15625), (15, 0.5), (20, 0.84375), (25, 1), (1e9, 1)]
)
def test_known_values(x: float, expected: float) -> None:
    assert ramp(float(x), 5.0, 25.0) == expected


def test_no_kink_at_the_ends() -> None:
    h = 1e-6
    assert ramp(5.0 + h, 5.0, 25.0) / h < 1e-6
    assert (1.0 - ramp(25.0 - h, 5.0, 25.0)) / h < 1e-6


@given(x=number, y=number, low=number, width=st.floats(0, 1e6))
def test_stays_in_bounds_and_never_falls(x: float, y: float, low: float, width: float) -> None:
    a, b = (ramp(float(v), low, low + width) for v in sorted((x, y)))
    assert 0.0 <= a <= 1.0
    assert b >= a - 1e-15


def test_equal_ends_make_a_jump() -> None:
    assert ramp(5.0, 5.0, 5.0) == 0.0
    assert ramp(5.0 + 1e-12, 5.0, 5.0) == 1.0
