"""The model as tables, made from the code itself: plan, state, parameters, mechanisms, arms, contexts.

These are the core of the model's ODD description; nothing in them is written by hand, so nothing in them can be out of
date.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from simulation.build import cell_types
from simulation.engine.clock import Clock
from simulation.engine.column import Column
from simulation.engine.lattice import Lattice
from simulation.engine.parameter import Parameter
from simulation.engine.plan import Plan, label
from simulation.engine.site import IDENTITY, Site
from simulation.engine.world import World
from simulation.scenario import Scenario
from simulation.scenario.catalogues import settings_of
from simulation.scenario.counterfactual import is_off, value_at
from simulation.scenario.header import HEADER
from simulation.vocabulary import voxel
from simulation.vocabulary.blood import POOL_COLUMNS, TRAVELLER_COLUMNS
from simulation.vocabulary.mechanisms import MECHANISMS

ROOT = Path(__file__).resolve().parent.parent
TESTS = ROOT / "tests"
TEST = re.compile(r"\s*def (test_\w+)")
# How a test says what it tests: its docstring begins "M06, M60: ..."
SAYS = re.compile(r'\s+"""(M\d\d[a-z]?(?:, M\d\d[a-z]?)*):')

Row = dict[str, Any]


def describe(scenario: Scenario) -> dict[str, list[Row]]:
    """Describe the model as a scenario sets it up.

    scenario   Scenario
    returns    dict        "plan", "state", "parameters", "mechanisms", "arms", "contexts": rows of plain data
    """
    return {
        "plan": plan_rows(scenario),
        "state": state_rows(scenario),
        "parameters": parameter_rows(scenario),
        "mechanisms": mechanism_rows(scenario),
        "arms": arm_rows(scenario),
        "contexts": context_rows(scenario),
    }


def plan_rows(scenario: Scenario) -> list[Row]:
    """List what runs in which order: stage, process, period, and what it reads, adds, scales and writes."""
    return [dict(row) for row in Plan(*_parts(scenario)).table()]


def state_rows(scenario: Scenario) -> list[Row]:
    """List every column: table, name, unit, meaning, kind, its owner, who contributes, and which cell types have it."""
    processes, columns, _, _ = _parts(scenario)
    holders: dict[str, list[str]] = defaultdict(list)
    for kind in cell_types(scenario):
        for name in sorted(kind.names):
            holders[name].append(kind.name)
    tables = {"": "cells", "voxel": "voxels", "traveller": "blood travellers", "pool": "blood pools"}
    rows = []
    for name, column in columns.items():
        prefix, _, plain = name.rpartition(".")
        if prefix == "traveller" and plain in columns:
            continue  # what a cell brings along into the blood is told with the cells
        rows.append(
            {
                "table": tables[prefix],
                "column": plain,
                "unit": column.unit,
                "meaning": column.meaning,
                "kind": column.kind.value,
                "owner": _owner(name, column, processes),
                "contributors": sorted(label(p) for p in processes if name in p.adds or name in p.scales),
                "readers": sorted(label(p) for p in processes if name in p.reads),
                "cell_types": [] if prefix else holders.get(plain, []),
            }
        )
    order = list(tables.values())
    return sorted(rows, key=lambda row: (order.index(row["table"]), row["column"]))


def parameter_rows(scenario: Scenario) -> list[Row]:
    """List every number and word that can be set, with default, value here, unit, bounds, meaning and source."""
    return [
        {
            "path": f"{path}.{p.name}" if path else p.name,
            "default": _plain(p.default),
            "value": _plain(value),
            "unit": p.unit,
            "low": p.bounds[0] if math.isfinite(p.bounds[0]) else None,
            "high": p.bounds[1] if math.isfinite(p.bounds[1]) else None,
            "meaning": p.meaning,
            "source": source,
            "assumed": source.startswith("assumed"),
        }
        for path, p, value, source in _parameters(scenario)
    ]


def mechanism_rows(scenario: Scenario) -> list[Row]:
    """List every mechanism with what carries it, also processes that are off, and the tests that say they test it."""
    known = scenario.catalogues
    found: dict[str, list[str]] = {label: [] for label in MECHANISMS}
    for catalogue in (known.processes, known.interventions, known.agents, known.tissues):
        for name, owner in catalogue.items():
            for mechanism in getattr(owner, "mechanisms", ()):
                found.setdefault(mechanism, []).append(name)
    return [
        {
            "mechanism": label,
            "name": MECHANISMS[label].name if label in MECHANISMS else "",
            "claim": MECHANISMS[label].claim if label in MECHANISMS else "",
            "processes": sorted(names),
            "tests": [t for t, labels in said_by_tests() if label in labels],
        }
        for label, names in sorted(found.items(), key=lambda item: _natural(item[0]))
    ]


def arm_rows(scenario: Scenario) -> list[Row]:
    """List the ways in which ICAM-1 acts that can be switched off: meaning, mechanisms, how, and whether it is here."""
    known = scenario.catalogues
    return [
        {
            "arm": arm.name,
            "here": "off" if is_off(scenario, arm) else "on",
            "meaning": arm.meaning,
            "mechanisms": sorted(arm.mechanisms, key=_natural),
            "off": [f"{path}={value:g}" for path, value in arm.off.items()],
        }
        for arm in (*known.arms.values(), known.immunity)
    ]


def context_rows(scenario: Scenario) -> list[Row]:
    """List what contexts set: a row per parameter, with the value in each context and here."""
    contexts = scenario.catalogues.contexts
    first = next(iter(contexts.values()), None)
    return [
        {
            "parameter": path,
            **{name: context.values[path] for name, context in contexts.items()},
            "here": value_at(scenario, path),
            "source": first.sources[path].rpartition(" (")[0] if first is not None else "",
        }
        for path in (first.values if first is not None else ())
    ]


@cache
def said_by_tests() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """List the tests that name mechanisms, as file::test, with their labels; none where the tests are not installed."""
    found = []
    for path in sorted(TESTS.rglob("test_*.py")):
        name = ""
        for line in path.read_text(encoding="utf-8").splitlines():
            if begun := TEST.match(line):
                name = begun[1]
            elif name and (said := SAYS.match(line)):
                found.append((f"{path.relative_to(ROOT).as_posix()}::{name}", tuple(said[1].split(", "))))
                name = ""
    return tuple(found)


def _parts(scenario: Scenario) -> tuple[list[Any], dict[str, Column], Clock, Mapping[str, str]]:
    """Return what a plan is made of, without laying out any tissue."""
    types, clock = cell_types(scenario), Clock(scenario.tick)
    site = Site("liver", 0, Lattice((1, 1, 1), scenario.voxel), types, voxel.COLUMNS, 1.0)
    columns = World(scenario.seed, clock, [site], types, TRAVELLER_COLUMNS, POOL_COLUMNS).columns()
    return [*scenario.processes, *scenario.interventions], columns, clock, scenario.periods


def _owner(name: str, column: Column, processes: list[Any]) -> str:
    """Say who may change a column: the process that writes it, the sum's contributors, or the engine itself."""
    writers = [label(p) for p in processes if name in p.writes]
    if writers:
        return writers[0]
    if column.kind.value != "state":
        return "its contributors"
    return "engine" if column.name in {c.name for c in IDENTITY} else "starting value"


def _parameters(scenario: Scenario) -> Iterator[tuple[str, Parameter, Any, str]]:
    """Walk through all parameters: where, what, value here, source."""
    for p in HEADER.values():
        yield "", p, getattr(scenario, p.name), p.source
    tissue = scenario.tissue
    name = next(n for n, kind in scenario.catalogues.tissues.items() if type(tissue) is kind)
    yield from _settings(f"tissue.{name}", tissue, settings_of(type(tissue)))
    for kind, starts in scenario.cells.items():
        agent = scenario.catalogues.agents[kind]
        columns = {c.name: c for c in agent.columns}
        for column, start in starts.items():
            usual = agent.starts[column].value if column in agent.starts else columns[column].start
            c = columns[column]
            p = Parameter(column, usual, c.unit, c.meaning, start.source, c.bounds)
            yield f"cells.{kind}", p, start.value, start.source
    for section in ("substances", "organs"):
        usual_of = scenario.catalogues.in_section(section)
        for name, noun in getattr(scenario, section).items():
            for path, p, value, source in _settings(f"{section}.{name}", noun, settings_of(usual_of[name])):
                yield path, p, value, getattr(usual_of[name], "sources", "") or source
    for process in scenario.processes:
        yield from _settings(f"processes.{process.name()}", process, settings_of(type(process)))
    for number, process in enumerate(scenario.interventions):
        yield from _settings(f"interventions.{number}.{process.name()}", process, settings_of(type(process)))


def _settings(path: str, owner: Any, known: Mapping[str, Parameter]) -> Iterator[tuple[str, Parameter, Any, str]]:
    for name, p in known.items():
        yield path, p, getattr(owner, name), p.source


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _natural(word: str) -> tuple[str, int, str]:
    """Sort M9 before M10, and M47 before M47b."""
    letters = word.rstrip("abcdefghijklmnopqrstuvwxyz")
    digits = letters.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return letters[: len(letters) - len(digits)], int(digits) if digits.isdecimal() else 0, word
