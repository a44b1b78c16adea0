"""Time in a scenario: how long, in which ticks, what is recorded how often, and that all periods are whole ticks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from simulation.engine.quantity import read_span, write_span
from simulation.scenario.faults import Faults, Place
from simulation.scenario.file import Node, Scalar
from simulation.scenario.reading import Reading

MOST_TICKS = 2**32

#: spans of time at the top of a scenario: default, meaning
SPANS = {"until": ("42 day", "simulated time"), "tick": ("2 min", "length of a tick")}
#: what is recorded how often: default, meaning
RECORD = {
    "every": ("6 h", "how often a row of the summary is kept"),
    "cells": ("1 day", "how often all cells are kept, or off"),
    "fields": ("1 day", "how often all fields are kept, or off"),
}


@dataclass(frozen=True)
class Record:
    """How often what is kept.

    every     str            rows of the summary
    cells     str or None    snapshots of all cells; None = never
    fields    str or None    snapshots of all fields; None = never
    """

    every: str = "6 h"
    cells: str | None = "1 day"
    fields: str | None = "1 day"

    @staticmethod
    def of(minutes: Mapping[str, Fraction | None]) -> Record:
        """Make a record of what `read_record` found."""
        written = {name.partition(".")[2]: None if m is None else write_span(m) for name, m in minutes.items()}
        return Record(written["every"] or RECORD["every"][0], written["cells"], written["fields"])


def read_record(reading: Reading, node: Node | None) -> tuple[dict[str, Fraction | None], dict[str, Place]]:
    """Read what is recorded how often: "record.every" ... in minutes, None = never; and where it stands."""
    minutes: dict[str, Fraction | None] = {f"record.{name}": read_span(usual) for name, (usual, _) in RECORD.items()}
    places: dict[str, Place] = {}
    section = reading.section(node, "record")
    for key, item in section.entries.items():
        name = f"record.{key}"
        if key not in RECORD:
            reading.faults.unknown(section.keys[key], key, RECORD, "setting of record")
        elif key != "every" and isinstance(item, Scalar) and (item.value is False or item.text.lower() == "off"):
            minutes[name] = None
        else:
            places[name] = item.place
            minutes[name] = reading.span(item, name, RECORD[key][1]) or minutes[name]
    return minutes, places


def check_ticks(
    periods: Mapping[str, Fraction | None], places: Mapping[str, Place], tick: Fraction, at: Place, faults: Faults
) -> None:
    """Note every period that is no whole number of ticks: where it is set, else all together at the tick's place."""
    usual: dict[str, list[str]] = {}
    for name, minutes in periods.items():
        if minutes is None or (minutes / tick).denominator == 1:
            continue
        if name in places:
            what = f"{name} of {write_span(minutes)} is not a whole number of ticks"
            expected = f"expected a multiple of {write_span(tick)}"
            faults.add(places[name], what, expected, "choose such a multiple, or a shorter tick")
        else:
            usual.setdefault(write_span(minutes), []).append(name)
    if usual:
        told = []
        for period, names in usual.items():
            more = f" and {len(names) - 3} more" if len(names) > 3 else ""
            told.append(f"the {period} of {', '.join(names[:3])}{more}")
        what = f"a tick of {write_span(tick)} does not divide {', '.join(told)}"
        faults.add(at, what, "expected periods of whole ticks", "choose a tick that divides all of them, such as 2 min")


def check_until(until: Fraction, tick: Fraction, at: Place, faults: Faults) -> None:
    """Note an end that comes too soon, too late, or within a tick."""
    ticks = until / tick
    if ticks < 1:
        what = f"until {write_span(until)} ends before the first tick of {write_span(tick)}"
        faults.add(at, what, "expected at least one tick", "simulate longer, or in shorter ticks")
    elif ticks > MOST_TICKS:
        what = f"until {write_span(until)} takes more than {MOST_TICKS} ticks of {write_span(tick)}"
        faults.add(at, what, f"expected at most {MOST_TICKS}", "simulate less, or in longer ticks")
    elif ticks.denominator != 1:
        what = f"until {write_span(until)} is not a whole number of ticks"
        faults.add(at, what, f"expected a multiple of {write_span(tick)}", "choose such a multiple, or a shorter tick")
