"""Presence is numpy's `any`."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.engine.presence import STRETCH, present


@pytest.mark.parametrize("dtype", ["float64", "uint64", "int64", "bool", "uint8"])
@pytest.mark.parametrize("n", [0, 1, STRETCH - 1, STRETCH, STRETCH + 1, 3 * STRETCH + 5])
def test_one_value_anywhere_is_found(dtype: str, n: int) -> None:
    nothing = np.zeros(n, dtype)
    assert not present(nothing)
    for place in {0, n // 2, n - 1} if n else ():
        some = nothing.copy()
        some[place] = 1
        assert present(some)
        some.flags.writeable = False
        assert present(some)


def test_values_that_are_no_numbers_and_the_smallest_are_there() -> None:
    assert present(np.array([0.0, np.nan]))
    assert present(np.array([0.0, 5e-324]))
    assert present(np.array([0, 2**63], np.uint64))
    assert not present(np.array([0.0, -0.0]))
