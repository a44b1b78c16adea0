"""The file is the registration: one class in each module of a package, found by walking it."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from functools import cache

from simulation.engine.errors import ContractError


@cache
def catalogue(package: str, base: type) -> dict[str, type]:
    """Find the one subclass of `base` that each module below `package` defines.

    package    str     as in "simulation.processes"
    base       type    what to look for
    returns    dict    module name -> class, in alphabetical order
    raises     ContractError when a module defines none or two, or two modules share a name
    """
    found: dict[str, type] = {}
    root = importlib.import_module(package)
    for entry in pkgutil.walk_packages(root.__path__, f"{package}."):
        if entry.ispkg:
            continue
        module = importlib.import_module(entry.name)
        own = [
            c
            for _, c in inspect.getmembers(module, inspect.isclass)
            if issubclass(c, base) and c.__module__ == entry.name and not inspect.isabstract(c)
        ]
        name = entry.name.rpartition(".")[2]
        where = entry.name.replace(".", "/") + ".py"
        if len(own) != 1:
            count = "no" if not own else ", ".join(c.__name__ for c in own)
            raise ContractError(
                f"defines {count} {base.__name__}",
                where=where,
                expected="expected exactly one",
                remedy="one concept per file: its name is its name",
            )
        if name in found:
            raise ContractError(f"{name!r} exists twice", where=where, remedy=f"rename it; the other is {found[name]}")
        found[name] = own[0]
    return dict(sorted(found.items()))
