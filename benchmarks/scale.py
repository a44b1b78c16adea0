"""The whole model from 1e4 to 1e6 agents: what a tick costs per agent, per process, and in memory.

    python -m benchmarks.scale [--shuffled]

The baseline's tissue, widened: slab and nodule grow together, everything else stays as it is. Each size runs in a
process of its own.
"""

from __future__ import annotations

import argparse
import time
from typing import Any

from benchmarks.record import Target, alone, peak_memory, publish

SIZES = ((2000, 600), (6325, 1900), (20000, 6000))  # width and radius of the nodule, um
WARM, TICKS, SHOWN = 5, 10, 12


def one(width: float, radius: float, seconds: float, shuffled: bool) -> dict[str, Any]:
    """Build one size and measure it; call it in a process of its own."""
    import numpy as np

    from simulation import load_scenario
    from simulation.build import build

    tissue = [f"tissue.liver_nodule.width={width} um", f"tissue.liver_nodule.nodule_radius={radius} um"]
    scenario = load_scenario("hcc_baseline", tissue)
    began = time.perf_counter()
    world, plan = build(scenario)
    built = time.perf_counter() - began
    for _ in range(WARM):
        world.step(plan)
    if shuffled:
        cells = world.sites[0].cells
        cells.reorder(np.random.default_rng(1).permutation(len(cells)))
        cells.regroup()
        world.step(plan)
    n = sum(len(site.cells) for site in world.sites)
    world.stopwatch = time.perf_counter
    quickest, least, shares, until = float("inf"), float("inf"), {}, time.perf_counter() + seconds
    done = 0
    while done < 2 or time.perf_counter() < until:
        world.seconds.clear()
        began, busy = time.perf_counter(), time.process_time()
        for _ in range(TICKS):
            world.step(plan)
        took, busy = time.perf_counter() - began, time.process_time() - busy
        least = min(least, busy)
        if took < quickest:
            quickest, shares = took, {name: t / TICKS / n * 1e9 for name, t in world.seconds.items()}
        done += 1
    total = quickest / TICKS / n * 1e9
    return {
        "agents": n,
        "voxels": world.sites[0].lattice.n_voxels,
        "build": built,
        "total": total,
        "processor": least / TICKS / n * 1e9,
        "shares": shares | {"turnover, audit, rights": total - sum(shares.values())},
        "memory": peak_memory(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--shuffled", action="store_true", help="rows of each type in random order: the worst case")
    parser.add_argument("--seconds", type=float, default=4.0, help="time for each size")
    chosen = parser.parse_args()
    found = [alone("benchmarks.scale", "one", *size, chosen.seconds, chosen.shuffled) for size in SIZES]
    first, last = found[0], found[-1]

    def row(name: str, values: list[float], compared: bool = True) -> dict[str, Any]:
        columns = {f"{f['agents']} agents": v for f, v in zip(found, values, strict=True)}
        return {"": name, **columns, "last / first": values[-1] / values[0] if compared and values[0] else "-"}

    ordered = sorted(last["shares"], key=lambda name: -last["shares"][name])
    rows = [
        row("whole tick, ns per agent", [f["total"] for f in found]),
        row("processor time of it, all threads", [f["processor"] for f in found]),
        row("build, s", [f["build"] for f in found], False),
        row("peak memory, MB", [f["memory"] for f in found], False),
        row("peak memory, bytes per agent", [f["memory"] * 2**20 / f["agents"] for f in found], False),
        *(row(name, [f["shares"].get(name, 0.0) for f in found]) for name in ordered[:SHOWN]),
    ]
    change = max(abs(f["total"] / first["total"] - 1.0) for f in found) * 100
    targets = [
        Target("change of cost per agent-tick, 1e4 to 1e6 agents", change, 25.0, "%"),
        Target("peak memory at 1e6 agents", last["memory"], 4096.0, "MB"),
    ]
    how = f"""All processes of the baseline, its slab widened to {", ".join(str(f["agents"]) for f in found)} agents and
        {", ".join(str(f["voxels"]) for f in found)} voxels in the liver; the quickest {TICKS} ticks (two of them with
        the 10-minute processes) after {WARM} ticks of warming up, ns per agent and tick, all threads. Below the first
        five rows, the {SHOWN} costliest processes."""
    name, order = ("scale_shuffled", "in random order") if chosen.shuffled else ("scale", "as they are")
    publish(name, f"The whole model, rows {order}", how, rows, [] if chosen.shuffled else targets)


if __name__ == "__main__":
    main()
