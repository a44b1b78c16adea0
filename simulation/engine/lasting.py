"""What begins and ends: a treatment, or anything else that stands from one day to another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulation.engine.errors import InputError
from simulation.engine.parameter import Parametrised, parameter

if TYPE_CHECKING:
    from simulation.engine.clock import Duration


@dataclass(frozen=True)
class Lasting(Parametrised):
    """Stands while start <= time < end."""

    start: float = parameter(0.0, "day", "when it begins", source="scenario", bounds=(0, 1e6))
    end: float = parameter(1e6, "day", "when it ends", source="scenario", bounds=(0, 1e6))

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.end < self.start:
            raise InputError(
                f"it ends on day {self.end:g} before it begins on day {self.start:g}",
                where=f"{type(self).__name__}.end",
                expected="expected start or later",
            )

    def lasts(self, time: Duration) -> bool:
        """Tell whether it stands at a time since the start of the run."""
        # spans are read to 15 digits, so "40 min" lies a hair off its tick
        return self.start <= time.days + 1e-9 < self.end
