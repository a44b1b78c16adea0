"""The parts of a scenario: tissue, cells, substances, organs, processes and interventions, each from its section."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

from simulation.engine.cell_type import Start
from simulation.engine.column import Column, Kind
from simulation.engine.parameter import Parameter
from simulation.engine.process import Process
from simulation.engine.quantity import read_span
from simulation.scenario.catalogues import settings_of
from simulation.scenario.faults import Place
from simulation.scenario.file import Node, Scalar, Section, Series, kind
from simulation.scenario.reading import MISSING, Reading

MOST_INTERVENTIONS = 100
CHOSEN = "chosen in the scenario"
SPREAD = Parameter("spread", 0.0, "1", "coefficient of variation between cells, log-normal", "", bounds=(0.0, 10.0))
SOURCE = Parameter("source", "", "", "where the number comes from", "")


def start_settings(column: Column) -> dict[str, Parameter]:
    """List what can be said of a starting value."""
    value = Parameter("value", float(column.start), column.unit, column.meaning, "", column.bounds)
    return {"value": value, "spread": SPREAD, "source": SOURCE}


def settable(agent: Any) -> dict[str, Column]:
    """List the columns of a cell type that have a starting value: those that keep theirs and are plain numbers."""
    return {c.name: c for c in agent.columns if c.kind is Kind.STATE and c.dtype == "float64"}


def read_tissue(reading: Reading, node: Node | None, start: Place) -> Any:
    """Read the one tissue; `start` is where its absence is told."""
    tissues, found = reading.catalogues.tissues, reading.named(node, "tissue")
    if isinstance(node, Section) and len(node.entries) == 1:
        for name, place, item in found:
            return reading.made(tissues[name], reading.settings(item, settings_of(tissues[name]), name), place)
    elif node is None or isinstance(node, Section) or (isinstance(node, Scalar) and node.value is None):
        names = list(node.entries) if isinstance(node, Section) else []
        what = f"there are {len(names)} tissues" if names else "there is no tissue"
        place = node.place if node is not None else start
        expected = f"expected exactly one of {', '.join(tissues)}"
        remedy = "keep one of them" if names else "write `tissue:` and below it the name of one"
        reading.faults.add(place, what, expected, remedy)
    return MISSING


def read_cells(reading: Reading, node: Node | None) -> dict[str, dict[str, Start]]:
    """Read the starting values of every cell type: its own, and over them those of the scenario."""
    agents = reading.catalogues.agents
    result = {name: dict(agent.starts) for name, agent in agents.items()}
    for name, _, item in reading.named(node, "cells"):
        may, has = settable(agents[name]), {c.name for c in agents[name].columns}
        section = reading.section(item, name)
        for key, start in section.entries.items():
            if key in may:
                usual = result[name].get(key, Start(float(may[key].start), CHOSEN))
                result[name][key] = _read_start(reading, start, may[key], usual)
            elif key in has:
                what, expected = f"{name}.{key} has no starting value", "expected a column that keeps its value"
                reading.faults.add(section.keys[key], what, expected, "remove it: it is made anew in every tick")
            else:
                others = [n for n, agent in agents.items() if key in {c.name for c in agent.columns}]
                elsewhere = f"{', '.join(others[:3])} has it" if others else ""
                reading.faults.unknown(section.keys[key], key, may, f"column of {name}", elsewhere)
    return result


def _read_start(reading: Reading, node: Node, column: Column, usual: Start) -> Start:
    given = reading.settings(node, start_settings(column), column.name)
    source = CHOSEN if {"value", "spread"} & set(given) else usual.source
    return Start(given.get("value", usual.value), given.get("source", source), given.get("spread", usual.spread))


def read_nouns(reading: Reading, node: Node | None, section: str) -> dict[str, Any]:
    """Read what is changed of substances or organs; an organ that is off is left out."""
    result = dict(reading.catalogues.in_section(section))
    for name, place, item in reading.named(node, section):
        if section == "organs" and isinstance(item, Scalar) and item.value is not None:
            if reading.switch(item, name) is False:
                del result[name]
            continue
        values = reading.settings(item, settings_of(result[name]), name)
        made = reading.made(_changed(result[name]), values, place)
        result[name] = result[name] if made is MISSING else made
    return result


def _changed(noun: Any) -> Callable[..., Any]:
    return lambda **values: replace(noun, **values)


def read_processes(
    reading: Reading, node: Node | None
) -> tuple[dict[str, Process], dict[str, Fraction], dict[str, Place]]:
    """Read all processes that are on; a process the scenario does not name is on.

    returns    processes by name; their periods in minutes; the places of the periods that are set
    """
    found: dict[str, Process] = {}
    periods: dict[str, Fraction] = {}
    places: dict[str, Place] = {}
    given = {name: (place, item) for name, place, item in reading.named(node, "processes")}
    start = node.place if node is not None else Place("processes")
    for name, build in reading.catalogues.processes.items():
        place, item = given.get(name, (start, Section(start)))
        if isinstance(item, Scalar) and item.value is not None:
            if reading.switch(item, name) is False:
                continue
            item = Section(item.place)
        made = reading.made(build, reading.settings(item, settings_of(build), name, also=("every",)), place)
        periods[name] = read_span(build.every)
        if isinstance(item, Section) and "every" in item.entries:
            every = item.entries["every"]
            places[name] = every.place
            periods[name] = reading.span(every, f"{name}.every", "period of the process") or periods[name]
        if made is not MISSING:
            found[name] = made
    return found, periods, places


def read_interventions(reading: Reading, node: Node | None) -> list[Process]:
    """Read the list of interventions; the same may occur more than once and is then numbered."""
    found: list[Process] = []
    if node is None or (isinstance(node, Scalar) and node.value is None):
        return found
    if not isinstance(node, Series):
        what = f"interventions is {kind(node)}"
        reading.faults.add(node.place, what, "expected a list", "begin each with `- name:`")
        return found
    if len(node.items) > MOST_INTERVENTIONS:
        what, expected = f"there are {len(node.items)} interventions", f"expected at most {MOST_INTERVENTIONS}"
        reading.faults.add(node.place, what, expected, "leave some out")
        return found
    builds = reading.catalogues.interventions
    for item in node.items:
        if isinstance(item, Scalar) and isinstance(item.value, str):
            item = Section(item.place, {item.value: Section(item.place)}, {item.value: item.place})
        if not isinstance(item, Section) or len(item.entries) != 1:
            what = f"it has {len(item.entries)} names" if isinstance(item, Section) else f"it is {kind(item)}"
            expected = "expected one intervention with its settings"
            reading.faults.add(item.place, what, expected, "write `- name: {...}`, indented below its name")
            continue
        for name, place, settings in reading.named(item, "interventions"):
            made = reading.made(builds[name], reading.settings(settings, settings_of(builds[name]), name), place)
            if made is not MISSING:
                count = 1 + sum(type(other) is type(made) for other in found)
                if count > 1:
                    # The names of a plan must differ; the first keeps its own.
                    object.__setattr__(made, "label", f"{name}_{count}")
                found.append(made)
    return found
