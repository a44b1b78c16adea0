"""Time in whole ticks, and the queue of one-off events, which is a table like any other."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from simulation.engine.column import Column
from simulation.engine.errors import InputError
from simulation.engine.table import Table

MINUTES = {"s": Fraction(1, 60), "min": Fraction(1), "h": Fraction(60), "day": Fraction(1440)}
SPELLINGS = {
    "s": "s", "sec": "s", "second": "s", "seconds": "s",
    "min": "min", "minute": "min", "minutes": "min",
    "h": "h", "hour": "h", "hours": "h", "hr": "h",
    "d": "day", "day": "day", "days": "day",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Duration:
    """A span of time that says its unit wherever it is used: `self.rate * dt.hours`.

    minutes    float    length in minutes
    """

    minutes: float

    @property
    def seconds(self) -> float:
        """Length in seconds."""
        return self.minutes * 60.0

    @property
    def hours(self) -> float:
        """Length in hours."""
        return self.minutes / 60.0

    @property
    def days(self) -> float:
        """Length in days."""
        return self.minutes / 1440.0


def minutes_in(text: str) -> Fraction:
    """Read a span such as "10 min", "6 h" or "2.5 day" as an exact number of minutes."""
    try:
        number, _, unit = text.strip().partition(" ")
        return Fraction(number) * MINUTES[SPELLINGS[unit.strip()]]
    except (ValueError, KeyError, ZeroDivisionError):
        raise InputError(
            f"{text!r} is not a span of time", expected='expected a number and s, min, h or day, as in "10 min"'
        ) from None


EVENT_COLUMNS = (
    Column("due", "1", "tick at which it happens", dtype="int64"),
    Column("kind", "1", "which process is told, by the key of its name", dtype="uint64"),
    Column("lineage", "1", "whom it concerns, 0 for everybody", dtype="uint64"),
    Column("value", "1", "one number that goes with it"),
    Column("number", "1", "order of scheduling, so that events of one tick keep theirs", dtype="int64"),
)


class Clock:
    """Counts ticks; knows which periods are due; holds the queue of one-off events.

    tick_length    str    length of a tick, as in "2 min"
    """

    def __init__(self, tick_length: str) -> None:
        self.tick_minutes = minutes_in(tick_length)
        if self.tick_minutes <= 0:
            raise InputError(f"a tick of {tick_length!r} has no length", expected="expected more than 0 min")
        self.tick = 0
        self._now = -1, Duration(0.0)
        self.queue = Table("events", EVENT_COLUMNS, key="number")

    @property
    def minutes(self) -> float:
        """Simulated time in minutes, exact for whole ticks."""
        return self.tick * self.tick_minutes.numerator / self.tick_minutes.denominator

    @property
    def now(self) -> Duration:
        """Simulated time, made once in a tick."""
        if self._now[0] != self.tick:
            self._now = self.tick, Duration(self.minutes)
        return self._now[1]

    @property
    def days(self) -> float:
        """Simulated time in days."""
        return self.tick * self.tick_minutes.numerator / (1440 * self.tick_minutes.denominator)

    def ticks_in(self, period: str, what: str = "period") -> int:
        """Return a period as a whole number of ticks; raises InputError when it is not one."""
        ticks = minutes_in(period) / self.tick_minutes
        if ticks.denominator != 1 or ticks < 1:
            raise InputError(
                f"{what} of {period} is not a whole number of ticks of {float(self.tick_minutes):g} min",
                remedy="choose a multiple of the tick, or a shorter tick",
            )
        return int(ticks)

    def schedule(self, kind: int, at_tick: int, lineage: int = 0, value: float = 0.0) -> None:
        """Put a one-off event into the queue; it must lie ahead."""
        if at_tick < self.tick:
            raise InputError(f"tick {at_tick} is over", expected=f"expected {self.tick} or later")
        number = self.queue["number"].max() + 1 if len(self.queue) else 0
        row: dict[str, Any] = {
            "due": at_tick,
            "kind": np.uint64(kind),
            "lineage": np.uint64(lineage),
            "value": value,
            "number": number,
        }
        self.queue.append(1, row)

    def due_now(self) -> list[tuple[int, int, float]]:
        """Take the events of this tick out of the queue, in the order of scheduling: (kind, lineage, value)."""
        due = self.queue["due"] == self.tick
        if not due.any():
            return []
        taken = np.flatnonzero(due)
        taken = taken[np.argsort(self.queue["number"][taken], kind="stable")]
        q = self.queue
        events = [(int(q["kind"][i]), int(q["lineage"][i]), float(q["value"][i])) for i in taken]
        q.keep(~due)
        return events
