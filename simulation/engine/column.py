"""A column: one quantity that changes, with its unit, its bounds and what happens to it at a birth."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np


class Kind(Enum):
    """How a column lives through a tick."""

    STATE = "state"  # keeps its value until its owner writes it
    SUM = "sum"  # processes add to it; back to 0 when its contributors are due
    PRODUCT = "product"  # processes scale it; back to 1 when its contributors are due
    REQUEST = "request"  # processes add to it; the world carries it out at the end of the tick, then 0


class Effect(Enum):
    """What the world does at the end of a tick for a row whose request is above zero."""

    DEATH = "death"
    DIVISION = "division"
    DEPARTURE = "departure"  # that many of the parcel's cells leave for the blood
    ENTRY = "entry"  # that many cells of a type that comes from the blood enter beside this cell
    ARRIVAL = "arrival"  # a traveller in the blood enters the site it is in


class AtBirth(Enum):
    """What a daughter's value is."""

    COPY = "copy"  # as her mother's
    HALVE = "halve"  # mother and daughter share, so that molecules are conserved
    START = "start"  # the column's starting value, for mother and daughter


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    name        str              singular noun, the field's own word
    unit        str              as pint reads it, "1" for a pure number
    meaning     str              one line
    start       float            value of a new row
    bounds      (float, float)   smallest and largest value that makes sense, both included
    dtype       str              numpy dtype
    kind        Kind             how it lives through a tick
    effect      Effect or None   for a request: what the world does
    at_birth    AtBirth          what a daughter gets
    """

    name: str
    unit: str
    meaning: str
    start: float = 0.0
    bounds: tuple[float, float] = (-math.inf, math.inf)
    dtype: str = "float64"
    kind: Kind = Kind.STATE
    effect: Effect | None = None
    at_birth: AtBirth = AtBirth.COPY

    @property
    def resting(self) -> float:
        """Value it goes back to when a tick begins, for columns that do."""
        return 1.0 if self.kind is Kind.PRODUCT else 0.0 if self.kind is not Kind.STATE else self.start

    def empty(self, rows: int) -> np.ndarray:
        """Make the array for `rows` rows, filled with the starting value."""
        start = self.start if self.kind is Kind.STATE else self.resting
        return np.full(rows, start, dtype=self.dtype)

    def starting(self, value: float) -> Column:
        """Return the same column with another starting value."""
        return replace(self, start=value)


def total(name: str, unit: str, meaning: str, **more: object) -> Column:
    """Declare a sum: processes add to it, and it begins at 0."""
    return Column(name, unit, meaning, kind=Kind.SUM, at_birth=AtBirth.START, **more)  # type: ignore[arg-type]


def factor(name: str, meaning: str, **more: object) -> Column:
    """Declare a product: processes scale it, and it begins at 1."""
    return Column(
        name,
        "1",
        meaning,
        start=1.0,
        bounds=(0.0, math.inf),
        kind=Kind.PRODUCT,
        at_birth=AtBirth.START,
        **more,  # type: ignore[arg-type]
    )


def request(name: str, meaning: str, effect: Effect) -> Column:
    """Declare a request to the world: births, deaths and travel happen only through these."""
    return Column(name, "1", meaning, bounds=(0.0, math.inf), kind=Kind.REQUEST, effect=effect, at_birth=AtBirth.START)
