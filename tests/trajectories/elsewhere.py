"""One trajectory in a process of its own: `python elsewhere.py '{"options": [...], "ticks": 60, "threads": [1, 2]}'`.

Prints, as JSON, the digests for each number of threads, what was observed at the end, and which compiled loops were
really spread over how many threads.
"""

from __future__ import annotations

import json
import locale
import sys
from contextlib import suppress
from typing import Any

import numba

from simulation.build import build
from simulation.observables import observe
from tests.busy import busy, follow

spread: dict[str, list[int]] = {}  # name of a parallel loop -> threads of each call


def watch_parallel_loops() -> None:
    """Put a spy before every loop that may be spread over threads."""

    def spied(name: str, loop: Any) -> Any:
        def call(*args: Any) -> Any:
            spread[name].append(numba.get_num_threads())
            return loop(*args)

        return call

    for module in [m for name, m in sorted(sys.modules.items()) if name.startswith("simulation.")]:
        for name, thing in list(vars(module).items()):
            options = getattr(thing, "targetoptions", {})
            if options.get("parallel") and thing.py_func.__module__ == module.__name__:
                spread[name] = []
                setattr(module, name, spied(name, thing))


def main() -> None:
    with suppress(locale.Error):
        locale.setlocale(locale.LC_ALL, "")
    asked = json.loads(sys.argv[1])
    scenario = busy(of=asked["options"])
    watch_parallel_loops()
    told: dict[str, Any] = {"digests": {}, "spread": {}, "compiled": not numba.config.DISABLE_JIT}
    for threads in asked["threads"]:
        numba.set_num_threads(threads)
        for calls in spread.values():
            calls.clear()
        world, plan = build(scenario)
        told["digests"][threads] = follow(world, plan, asked["ticks"])
        told["seen"] = repr(observe(world))
        told["spread"][threads] = {name: sorted(set(calls)) for name, calls in spread.items()}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
