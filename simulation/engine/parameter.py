"""A number with unit, meaning, source and bounds: the only way a number enters the model."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields
from typing import Any

from simulation.engine.errors import InputError


@dataclass(frozen=True)
class Parameter:
    """What is known of one parameter besides its value.

    name       str               as written in a scenario
    default    float|int|bool|str  value when the scenario is silent, in `unit`
    unit       str               as pint reads it; "1" for a pure number, "" for a word or a switch
    meaning    str               one line
    source     str               "seed", a citation, or "assumed"
    bounds     (float, float)    smallest and largest value allowed, both included
    choices    tuple of str      allowed words, for a parameter that is a word
    """

    name: str
    default: Any
    unit: str
    meaning: str
    source: str
    bounds: tuple[float, float] = (-math.inf, math.inf)
    choices: tuple[str, ...] = ()

    @property
    def assumed(self) -> bool:
        """True when no publication stands behind the number, so that it is to be swept."""
        return self.source.startswith("assumed")

    def fault(self, value: Any) -> str:
        """Say what is wrong with `value`, or nothing.

        value      any      candidate, in `unit`
        returns    str      empty when the value may be used
        """
        if isinstance(self.default, bool):
            return "" if isinstance(value, bool) else f"{value!r} is not true or false"
        if self.choices:
            return "" if value in self.choices else f"{value!r} is not one of {', '.join(self.choices)}"
        if isinstance(self.default, str):
            return "" if isinstance(value, str) else f"{value!r} is not a word"
        if isinstance(self.default, tuple):
            return "" if isinstance(value, tuple) else f"{value!r} is not a list"
        if isinstance(value, bool) or not isinstance(value, int | float):
            return f"{value!r} is not a number"
        if isinstance(self.default, int) and not float(value).is_integer():
            return f"{value!r} is not a whole number"
        if not math.isfinite(value):
            return f"{value!r} is not finite"
        low, high = self.bounds
        if not low <= value <= high:
            unit = "" if self.unit == "1" else f" {self.unit}"
            return f"{value:g}{unit} is outside {low:g} ... {high:g}{unit}"
        return ""


def parameter(
    default: Any,
    unit: str,
    meaning: str,
    *,
    source: str,
    bounds: tuple[float, float] = (-math.inf, math.inf),
    choices: tuple[str, ...] = (),
) -> Any:
    """Declare a field of a frozen dataclass as a model parameter; arguments as in `Parameter`."""
    return field(
        default=default, metadata={"parameter": Parameter("", default, unit, meaning, source, bounds, choices)}
    )


def parameters_of(owner: Any) -> dict[str, Parameter]:
    """List the parameters that a dataclass (class or instance) declares, by name: its own, then inherited ones."""
    found, own = {}, vars(owner if isinstance(owner, type) else type(owner)).get("__annotations__", {})
    for entry in sorted(fields(owner), key=lambda entry: entry.name not in own):
        if "parameter" in entry.metadata:
            p = entry.metadata["parameter"]
            found[entry.name] = Parameter(entry.name, p.default, p.unit, p.meaning, p.source, p.bounds, p.choices)
    return found


class Parametrised:
    """Base of every dataclass with parameters: refuses values outside their bounds when it is made."""

    def __post_init__(self) -> None:
        for name, known in parameters_of(self).items():
            fault = known.fault(getattr(self, name))
            if fault:
                raise InputError(fault, where=f"{type(self).__name__}.{name}", expected=f"expected {known.meaning}")
