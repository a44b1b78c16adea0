"""What is recorded of a world: functions that look and change nothing, each of which returns measured quantities.

An observable is a public function, marked `@observable`, in a module of its own. Numbers may not depend on the order of
rows: count, or sum in the order of lineage.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from simulation.engine.arithmetic import chunked_dot
from simulation.engine.errors import ContractError
from simulation.engine.table import Table
from simulation.engine.world import World


@dataclass(frozen=True, slots=True)
class Quantity:
    """One measured number.

    name       str      column of the summary, snake case
    value      float    nan where there is nothing to measure
    unit       str      as pint reads it, "1" for a pure number
    meaning    str      one line
    """

    name: str
    value: float
    unit: str
    meaning: str


Observable = Callable[[World], list[Quantity]]
_MARK = "is_observable"


def observable(function: Observable) -> Observable:
    """Mark a function as an observable, so that it is found."""
    setattr(function, _MARK, True)
    return function


@cache
def observables(package: str) -> tuple[Observable, ...]:
    """Find the observable of each module below `package`, in the order of their names.

    raises    ContractError when a module has none or two
    """
    found: list[Observable] = []
    root = importlib.import_module(package)
    for entry in sorted(pkgutil.iter_modules(root.__path__, f"{package}."), key=lambda e: e.name):
        module = importlib.import_module(entry.name)
        own = [
            f
            for _, f in inspect.getmembers(module, inspect.isfunction)
            if getattr(f, _MARK, False) and f.__module__ == entry.name
        ]
        if len(own) != 1:
            raise ContractError(
                f"defines {len(own)} observables",
                where=entry.name.replace(".", "/") + ".py",
                expected="expected exactly one function marked @observable",
            )
        found.extend(own)
    return tuple(found)


def measure(world: World, package: str) -> list[Quantity]:
    """Measure everything that a package observes; raises ContractError when two quantities share a name."""
    measured = [q for look in observables(package) for q in look(world)]
    seen: set[str] = set()
    for q in measured:
        if q.name in seen:
            raise ContractError(f"two observables measure {q.name!r}", remedy="rename one of them")
        seen.add(q.name)
    return measured


def mean_of(cells: Table, rows: NDArray[np.int64], column: str) -> float:
    """Mean of a column over the cells that rows stand for, in an order that does not depend on that of the rows.

    rows       (k,) int64    row numbers
    returns    float         nan for no rows
    """
    if len(rows) == 0:
        return float("nan")
    ordered = rows[np.argsort(cells["lineage"][rows], kind="stable")]
    weights = cells["parcel"][ordered].astype(np.float64)
    return float(chunked_dot(cells[column][ordered].astype(np.float64), weights)) / float(weights.sum())


def rows_of_type(world: World, cells: Table, name: str) -> NDArray[np.int64]:
    """Row numbers of the cells of one type, in the order of lineage; none where the world has no such type.

    In this order, because means over the same rows, of which there are dozens, then find them sorted.
    """
    codes = [t.code for t in world.types if t.name == name]
    rows = np.flatnonzero(cells["cell_type"] == codes[0]) if codes else np.zeros(0, np.int64)
    return rows[np.argsort(cells["lineage"][rows], kind="stable")]
