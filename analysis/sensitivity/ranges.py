"""What is varied, and between what values: assumed parameters, a factor of two to both sides, inside their bounds."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from analysis.statistics.sensitivity import Range
from analysis.study.sensitivity import WIDE, Sweep, matches
from simulation import InputError, describe

if TYPE_CHECKING:
    from simulation import Scenario

FACTOR = 2.0
#: the scenario's own arrangement is not an assumption about nature
LAID_OUT = "tissue."


@dataclass(frozen=True)
class Varied:
    """What is varied.

    ranges     path -> Range
    values     path -> float    in the scenario as it stands
    units      path -> str
    meanings   path -> str
    left_out   path -> str      what might have been varied, and why it is not
    """

    ranges: Mapping[str, Range]
    values: Mapping[str, float]
    units: Mapping[str, str]
    meanings: Mapping[str, str] = field(repr=False)
    left_out: Mapping[str, str] = field(repr=False)


def varied(scenario: Scenario, sweep: Sweep) -> Varied:
    """Choose the parameters of a scenario that a sweep varies.

    returns    Varied, in the order of the scenario
    raises     InputError where nothing is left to vary
    """
    ranges: dict[str, Range] = {}
    left_out: dict[str, str] = {}
    rows: dict[str, Mapping[str, Any]] = {}
    for row in describe(scenario)["parameters"]:
        path = row["path"]
        if not _asked(path, row, sweep.parameters, sweep.ranges):
            continue
        reason, found = _range(row, sweep.ranges.get(path))
        if found is None:
            left_out[path] = reason
        else:
            ranges[path], rows[path] = found, row
    if not ranges:
        raise InputError(
            "there is no parameter to vary", where="icam sensitivity",
            expected="expected an assumed number other than 0",
            remedy="name some under `sensitivity: {parameters: [...]}`, or give their ranges",
        )  # fmt: skip
    values = {path: float(row["value"]) for path, row in rows.items()}
    units, meanings = ({path: str(row[key]) for path, row in rows.items()} for key in ("unit", "meaning"))
    return Varied(ranges, values, units, meanings, left_out)


def _asked(path: str, row: Mapping[str, Any], patterns: Sequence[str], ranges: Mapping[str, Any]) -> bool:
    if path in ranges:
        return True
    if patterns:
        # What is named in full is meant, whatever its source; what a pattern finds has to be assumed.
        return path in patterns or (row["assumed"] and any(matches(path, p) for p in patterns))
    return bool(row["assumed"]) and not path.startswith(LAID_OUT)


def _range(row: Mapping[str, Any], given: tuple[float, float] | None) -> tuple[str, Range | None]:
    """Find the range of a parameter, or why it has none."""
    value = row["value"]
    if not isinstance(value, float):
        return "it is no number on a scale", None
    if given is None:
        if value == 0.0:
            return "its value is 0, of which there is no double", None
        low, high = sorted((value / FACTOR, value * FACTOR))
        low = low if row["low"] is None else max(low, float(row["low"]))
        high = high if row["high"] is None else min(high, float(row["high"]))
    else:
        low, high = given
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        return "its bounds leave it no room", None
    return "", Range(low, high, log=low > 0.0 and high / low >= WIDE)
