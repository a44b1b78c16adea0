"""The shape of a scenario as JSON Schema (draft 2020-12), so that an editor completes and explains every word.

It says what can be said without context; `load_scenario` also checks units, bounds of quantities and what must fit
together.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from simulation.engine.parameter import Parameter
from simulation.engine.quantity import NUMBER, write_quantity
from simulation.scenario.catalogues import Catalogues, catalogues, settings_of
from simulation.scenario.header import HEADER
from simulation.scenario.parts import SOURCE, SPREAD, settable, start_settings
from simulation.scenario.reading import names
from simulation.scenario.times import RECORD, SPANS

DRAFT = "https://json-schema.org/draft/2020-12/schema"
SWITCH = {"enum": ["on", "off", True, False]}
# JSON Schema's patterns have no groups by name; a number, and perhaps a unit.
QUANTITY = rf"^\s*{NUMBER}(\s*[A-Za-z%\u00b5\u03bc_1][A-Za-z0-9%\u00b5\u03bc_*/^ -]*)?\s*$"
SPAN = {"type": ["string", "number"], "pattern": QUANTITY}


def scenario_schema(known: Catalogues | None = None) -> dict[str, Any]:
    """Return the schema of all scenarios.

    known      Catalogues    what may be named; by default all that is installed
    returns    dict          ready for `json.dumps`
    """
    known = known or catalogues()
    top: dict[str, Any] = {name: parameter_schema(p, known) for name, p in HEADER.items()}
    top["immunity"] = {**SWITCH, "description": known.immunity.meaning, "default": "on"}
    arms = {n: {**SWITCH, "description": f"{a.meaning}; off: {_values(a.off)}"} for n, a in known.arms.items()}
    top["arms"] = _section("ways in which ICAM-1 acts; all are on unless off", arms)
    top["extends"] = {"type": "string", "description": "a scenario this one builds on", "pattern": r"\.ya?ml$"}
    for name, (usual, meaning) in SPANS.items():
        top[name] = {**SPAN, "description": meaning, "default": usual}
    top["tissue"] = {
        **_section("how it begins: exactly one", {n: _settings(t, _told(t), known) for n, t in known.tissues.items()}),
        "minProperties": 1,
        "maxProperties": 1,
    }
    shared: dict[str, Any] = {p.name: parameter_schema(p, known) for p in (SPREAD, SOURCE)}
    types = {name: _starts(name, agent, known, shared) for name, agent in known.agents.items()}
    top["cells"] = _section("starting values by cell type", types)
    top["substances"] = _section(
        "what diffuses", {n: _settings(s, s.meaning, known) for n, s in known.substances.items()}
    )
    organs = {n: _or_switch(_settings(o, o.meaning, known)) for n, o in known.organs.items()}
    top["organs"] = _section("sites that can receive metastases; all are on unless off", organs)
    top["processes"] = _section(
        "what happens; all are on unless off",
        {n: _or_switch(_settings(p, _told(p), known, every=p.every)) for n, p in known.processes.items()},
    )
    single = [
        {**_section("", {n: _settings(i, _told(i), known)}), "required": [n]} for n, i in known.interventions.items()
    ]
    top["interventions"] = {
        "type": ["array", "null"],
        "description": "what is done, one name each; the same may occur more than once",
        "items": {"anyOf": [*single, {"enum": list(known.interventions)}]},
    }
    record = {n: _or_switch({**SPAN, "description": m, "default": u}) for n, (u, m) in RECORD.items() if n != "every"}
    record["every"] = {**SPAN, "description": RECORD["every"][1], "default": RECORD["every"][0]}
    top["record"] = _section("what is kept how often", record)
    schema = {"$schema": DRAFT, "title": "scenario", **_section("one experiment", top), "type": "object"}
    return {**schema, "$defs": shared}


def parameter_schema(p: Parameter, known: Catalogues) -> dict[str, Any]:
    """Return the schema of one parameter: its kind, bounds, meaning, unit and source."""
    description = "; ".join(
        part
        for part in (
            p.meaning,
            f"unit: {p.unit}" if p.unit not in ("", "1") else "",
            _range(p),
            f"source: {p.source}" if p.source else "",
        )
        if part
    )
    return {**_kind(p, known), "description": description, "default": _default(p)}


def _values(values: Mapping[str, float]) -> str:
    return ", ".join(f"{path} = {value:g}" for path, value in values.items())


def _kind(p: Parameter, known: Catalogues) -> dict[str, Any]:
    if isinstance(p.default, tuple):
        first = p.default[0] if p.default else ""
        one = Parameter(p.name, first, p.unit, p.meaning, p.source, p.bounds, p.choices)
        return {"type": "array", "items": _kind(one, known)}
    if isinstance(p.default, bool):
        return dict(SWITCH)
    if isinstance(p.default, str):
        words = p.choices or names(p.name, known)
        return {"type": "string", "enum": list(words)} if words else {"type": "string"}
    low, high = p.bounds
    kind: dict[str, Any] = {"type": ["number", "string"], "pattern": QUANTITY}
    kind |= {"minimum": low} if math.isfinite(low) else {}
    kind |= {"maximum": high} if math.isfinite(high) else {}
    return kind


def _range(p: Parameter) -> str:
    low, high = p.bounds
    return f"{low:g} ... {high:g}" if math.isfinite(low) or math.isfinite(high) else ""


def _default(p: Parameter) -> Any:
    if isinstance(p.default, tuple):
        return list(p.default)
    if isinstance(p.default, bool):
        return "on" if p.default else "off"
    return p.default if isinstance(p.default, str) else write_quantity(p.default, p.unit)


def _section(description: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    told = {"description": description} if description else {}
    return {"type": ["object", "null"], **told, "properties": dict(properties), "additionalProperties": False}


def _settings(owner: Any, description: str, known: Catalogues, every: str = "") -> dict[str, Any]:
    properties = {name: parameter_schema(p, known) for name, p in settings_of(owner).items()}
    if every:
        properties["every"] = {**SPAN, "description": "period, a whole number of ticks", "default": every}
    return _section(description, properties)


def _starts(kind: str, agent: Any, known: Catalogues, shared: dict[str, Any]) -> dict[str, Any]:
    """Refer to what can be said of each column; a column that several types have alike is told once, in `shared`."""
    properties = {}
    for column in settable(agent).values():
        value = parameter_schema(start_settings(column)["value"], known)
        more = {"value": value, **{p.name: {"$ref": f"#/$defs/{p.name}"} for p in (SPREAD, SOURCE)}}
        told = {"anyOf": [value, _section(column.meaning, more)]}
        name = column.name if shared.setdefault(column.name, told) == told else f"{kind}.{column.name}"
        shared[name] = told
        properties[column.name] = {"$ref": f"#/$defs/{name}"}
    return _section(_told(agent), properties)


def _or_switch(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"description": schema["description"], "anyOf": [dict(SWITCH), dict(schema)]}


def _told(owner: Any) -> str:
    """First line of what a class says of itself."""
    lines: Iterable[str] = (owner.__doc__ or "").strip().splitlines()
    return next(iter(lines), owner.__name__)
