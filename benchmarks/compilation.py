"""What the first run of all waits for: kernels being compiled, once per machine and version.

python -m benchmarks.compilation
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from benchmarks.record import Target, alone, publish


def one(ticks: int) -> list[float]:
    """Run quick_look for so many ticks; returns seconds and processor seconds, imports included."""
    began = time.perf_counter()
    from simulation import load_scenario, run

    with tempfile.TemporaryDirectory() as folder:
        run(load_scenario("quick_look"), out=Path(folder), until=f"{2 * ticks} min")
    return [time.perf_counter() - began, time.process_time()]


def main() -> None:
    with tempfile.TemporaryDirectory() as cache:
        cold, cold_busy = alone("benchmarks.compilation", "one", 20, XDG_CACHE_HOME=cache)
        warm, warm_busy = min(alone("benchmarks.compilation", "one", 20, XDG_CACHE_HOME=cache) for _ in range(3))
        size = sum(p.stat().st_size for p in Path(cache).rglob("*") if p.is_file()) / 2**20
    rows = [
        {"": "first run, s", "value": cold},
        {"": "later runs, s", "value": warm},
        {"": "compilation, s", "value": cold - warm},
        {"": "compilation, processor s", "value": cold_busy - warm_busy},
        {"": "compiled code on disk, MB", "value": size},
    ]
    how = "20 ticks of quick_look in a fresh process, with an empty and with a filled folder of compiled code."
    target = Target("compilation before the first run", cold - warm, 60.0, "s")
    publish("compilation", "First run", how, rows, [target])


if __name__ == "__main__":
    main()
