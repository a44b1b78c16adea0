"""Time is whole ticks, and one-off events keep their order through a checkpoint."""

import pytest

from simulation.engine.clock import Clock, Duration, minutes_in
from simulation.engine.errors import InputError


@pytest.mark.parametrize(
    ("text", "minutes"), [("10 min", 10), ("6 h", 360), ("1 day", 1440), ("30 s", 0.5), ("0.1 h", 6), ("2.5 day", 3600)]
)
def test_spans_are_exact(text: str, minutes: float) -> None:
    assert float(minutes_in(text)) == minutes


@pytest.mark.parametrize("text", ["", "10", "ten min", "10 um", "1/0 min", "min 10"])
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="not a span of time"):
        minutes_in(text)


def test_durations_say_their_unit() -> None:
    assert (Duration(90).hours, Duration(720).days, Duration(2).seconds) == (1.5, 0.5, 120)


def test_a_period_must_be_whole_ticks() -> None:
    clock = Clock("2 min")
    assert clock.ticks_in("10 min") == 5
    for period in ("3 min", "1 min", "0 min"):
        with pytest.raises(InputError, match="not a whole number of ticks"):
            clock.ticks_in(period)


def test_a_tick_of_no_length_is_refused() -> None:
    with pytest.raises(InputError, match="no length"):
        Clock("0 min")


def test_a_third_of_a_minute_never_drifts() -> None:
    clock = Clock("20 s")
    clock.tick = 3 * 60 * 24 * 365
    assert clock.days == 365.0


def test_events_of_one_tick_keep_their_order_and_survive_a_restore() -> None:
    clock = Clock("2 min")
    for value in (3.0, 1.0, 2.0):
        clock.schedule(7, 5, value=value)
    clock.schedule(8, 2)
    other = Clock("2 min")
    other.queue.restore(clock.queue.snapshot())
    other.schedule(7, 5, value=0.5)
    other.tick = 2
    assert other.due_now() == [(8, 0, 0.0)]
    assert other.due_now() == []
    other.tick = 5
    assert [value for _, _, value in other.due_now()] == [3.0, 1.0, 2.0, 0.5]


def test_the_past_cannot_be_scheduled() -> None:
    clock = Clock("2 min")
    clock.tick = 4
    with pytest.raises(InputError, match="tick 3 is over"):
        clock.schedule(1, 3)
