"""A scenario as plain data and as text, complete and in canonical units, so that it can be read again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from simulation.engine.quantity import write_quantity
from simulation.scenario.catalogues import settings_of


def name_in(known: Mapping[str, type], instance: object) -> str:
    """Return the name under which the class of an instance is known."""
    return next(name for name, build in known.items() if build is type(instance))


def plain_settings(instance: Any) -> dict[str, Any]:
    """Return all parameters of an instance, numbers with their units."""
    return {name: _plain(getattr(instance, name), p.unit) for name, p in settings_of(instance).items()}


def _plain(value: Any, unit: str) -> Any:
    if isinstance(value, tuple):
        return [_plain(item, unit) for item in value]
    if isinstance(value, bool):
        return "on" if value else "off"
    return value if isinstance(value, str) else write_quantity(value, unit)


def text_of(values: Mapping[str, Any]) -> str:
    """Write plain data as YAML: words and numbers as in JSON, which YAML reads alike."""
    return "\n".join(_lines(values, 0)) + "\n"


def _lines(values: Mapping[str, Any], depth: int) -> Iterator[str]:
    indent = "  " * depth
    for key, value in values.items():
        if isinstance(value, Mapping) and value:
            yield f"{indent}{key}:"
            yield from _lines(value, depth + 1)
        else:
            yield f"{indent}{key}: {json.dumps(value, ensure_ascii=False)}"
