"""Calls of kernels go the fast way.

Numba remembers types of arguments under the *name* of a named tuple's class and the types of its fields. Where kernels
take different classes of one name and like fields, it mistakes one for the other, notices, and asks anew at every
single call: some 0.3 ms. Such classes need different names.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections import defaultdict
from collections.abc import Iterable

import simulation


def named_tuples() -> set[type]:
    found = set()
    for module in pkgutil.walk_packages(simulation.__path__, "simulation."):
        for thing in vars(importlib.import_module(module.name)).values():
            if isinstance(thing, type) and issubclass(thing, tuple) and hasattr(thing, "_fields"):
                found.add(thing)
    return found


def alike(classes: Iterable[type]) -> list[list[str]]:
    """Return the groups of classes that look the same to Numba."""
    groups: dict[tuple[object, ...], list[str]] = defaultdict(list)
    for c in sorted(classes, key=lambda c: c.__module__):
        groups[c.__name__, *map(str, c.__annotations__.values())].append(f"{c.__module__}.{c.__name__}")
    return [group for group in groups.values() if len(group) > 1]


def test_no_two_named_tuples_look_the_same_to_numba() -> None:
    found = named_tuples()
    assert len(found) > 10
    assert alike(found) == []


def test_twins_are_found() -> None:
    fields = {"__annotations__": {"a": "float", "b": "float"}, "__module__": "one"}
    others = {"__annotations__": {"c": "float", "d": "float"}, "__module__": "two"}
    longer = {"__annotations__": {"c": "float", "d": "float", "e": "float"}, "__module__": "three"}
    made = [type("Law", (), members) for members in (fields, others, longer)]
    assert alike(made) == [["one.Law", "two.Law"]]
