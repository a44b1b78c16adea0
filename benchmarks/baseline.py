"""How long the baseline takes, as a user runs it: wall time per simulated day, memory, and who spends it.

python -m benchmarks.baseline [--days 2]
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.record import Target, alone, peak_memory, publish

DAY, ALL, SHOWN = 720, 42, 12  # ticks of 2 min; days; processes in the table


def one(days: int) -> dict[str, Any]:
    """Run the baseline for so many days, with its records and checkpoints; call it in a process of its own."""
    from simulation import load_scenario, run

    times: list[float] = []

    def after_tick() -> bool:
        times.append(time.perf_counter())
        return False

    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        done = run(load_scenario("hcc_baseline"), out=Path(folder), until=f"{days} day", stop=after_tick, profile=True)
        ended = time.perf_counter()
        agents = [float(v) for k, v in done.summary.iloc[-1].items() if str(k) == "tumour_cells"]
    return {
        "seconds": ended - began,
        "start": times[0] - began,
        "days": [b - a for a, b in zip(times[::DAY], [*times[DAY::DAY], ended], strict=False)],
        "shares": done.profile,
        "memory": peak_memory(),
        "tumour_cells": agents[0] if agents else 0.0,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--days", type=int, default=ALL, help="so many of its days; the targets are for all of them")
    parser.add_argument("--repeat", type=int, default=1, help="runs of which the quickest counts")
    chosen = parser.parse_args()
    days = chosen.days
    alone("benchmarks.baseline", "one", 1)  # compiles
    found = min((alone("benchmarks.baseline", "one", days) for _ in range(chosen.repeat)), key=lambda f: f["seconds"])
    daily = found["days"]
    rows = [
        {"": f"{days} days, s", "value": found["seconds"]},
        {"": "up to the first tick, s", "value": found["start"]},
        {"": "a simulated day, mean, s", "value": sum(daily) / len(daily)},
        {"": "the first day, s", "value": daily[0]},
        {"": "the slowest day, s", "value": max(daily)},
        {"": "peak memory, MB", "value": found["memory"]},
    ]
    rows += [{"": f"{name}, share", "value": share} for name, share in list(found["shares"].items())[:SHOWN]]
    how = f"""`icam run hcc_baseline` for {days} days with records and checkpoints as shipped, all threads, once
        compiled;
        shares are of the time spent in processes, the {SHOWN} largest."""
    targets = [
        Target(f"the baseline, {days} days", found["seconds"], 150.0, "s"),
        Target(f"peak memory of the baseline, {days} days", found["memory"], 600.0, "MB"),
    ]
    publish("baseline", "The baseline", how, rows, targets if days == ALL else [])


if __name__ == "__main__":
    main()
