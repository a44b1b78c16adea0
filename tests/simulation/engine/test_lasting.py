"""What begins and ends: the first moment belongs to it, the last does not."""

from __future__ import annotations

import pytest

from simulation.engine.clock import Duration
from simulation.engine.errors import InputError
from simulation.engine.lasting import Lasting
from simulation.engine.quantity import read_quantity


def test_it_stands_from_its_start_to_before_its_end() -> None:
    what = Lasting(start=1.0, end=2.0)
    assert [what.lasts(Duration(1440.0 * day)) for day in (0.999, 1.0, 1.999, 2.0)] == [False, True, True, False]
    assert Lasting().lasts(Duration(0.0))


def test_a_span_that_is_no_exact_day_meets_its_tick() -> None:
    for minutes in (40, 50, 70, 1010):
        start = read_quantity(f"{minutes} min", "day")
        assert Lasting(start=start).lasts(Duration(float(minutes)))
        assert not Lasting(start=start).lasts(Duration(minutes - 2.0))


def test_it_cannot_end_before_it_begins() -> None:
    with pytest.raises(InputError, match="ends on day 1 before it begins on day 3") as fault:
        Lasting(start=3.0, end=1.0)
    assert fault.value.where == "Lasting.end"
