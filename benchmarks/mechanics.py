"""Speed of mechanics: neighbour search, forces and motion of packed cells, from 1e4 to 1e6, on one and more threads.

    python benchmarks/mechanics.py [--sizes 10000 100000 1000000] [--threads 1 2] [--seconds 1.0] [--out mechanics.json]

Cells of 9 um radius, jittered about close packing at 0.98 of touching distance: about 6 neighbours within reach in a
slab, 12 or more in a block. `rows` says how the table is ordered: "sorted" as after a re-sort by bin, "shuffled" the
worst case. Every figure is the best of the repetitions that fit into `--seconds`, because other work on the machine
only ever adds time; "cpu" is processor time summed over threads, which tells the cost where processors are shared (on
more than one thread, trust it from 1e5 cells on: the clock of a running thread is booked late). One
cell-step is one cell searched, pushed, held and moved once.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

# Threads that spin while they wait lose whole time slices to other processes: 7 ms instead of 6 us a loop, measured.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import numba
import numpy as np

from simulation.engine.neighbours import CellList
from simulation.processes.adhesion.forces import Forces, interact, locked, move

SPACING = 0.98 * 18.0


def slab(n: int) -> np.ndarray:
    """Hexagonal packing in a plane."""
    line = math.isqrt(n)
    i, j = np.divmod(np.arange(n), line)
    return np.stack([(j + 0.5 * (i % 2)) * SPACING, i * SPACING * math.sqrt(0.75), np.zeros(n)])


def block(n: int) -> np.ndarray:
    """Face-centred cubic packing."""
    edge = math.ceil((n / 4) ** (1 / 3))
    corner = np.stack(np.meshgrid(*[np.arange(edge)] * 3, indexing="ij")).reshape(3, -1, 1)
    four = np.array([[0, 0.5, 0.5, 0], [0, 0.5, 0, 0.5], [0, 0, 0.5, 0.5]])[:, None, :]
    return (corner + four).reshape(3, -1)[:, :n] * (SPACING * math.sqrt(2.0))


def tissue(n: int, solid: bool, shuffled: bool) -> tuple[list[np.ndarray], np.ndarray, tuple[float, float, float]]:
    rng = np.random.default_rng(1)
    place = block(n) if solid else slab(n)
    place += 10.0
    place[: 3 if solid else 2] += rng.normal(0.0, 0.5, (3 if solid else 2, n))
    extent = tuple(float(place[a].max()) + 10.0 if solid or a < 2 else 20.0 for a in range(3))
    lineage = rng.permutation(n).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(1)
    if shuffled:
        order = rng.permutation(n)
    else:
        order = CellList.build(*place, lineage, side=22.5, extent=extent).rows
    return [np.ascontiguousarray(c[order]) for c in place], lineage[order], extent


def best(seconds: float, action: Callable[[], Any]) -> np.ndarray:
    """Shortest wall time and shortest processor time of the runs that fit into `seconds`, at least three."""
    shortest, until, done = np.full(2, math.inf), time.perf_counter() + seconds, 0
    while done < 3 or time.perf_counter() < until:
        began = np.array([time.perf_counter(), time.process_time()])
        action()
        shortest = np.minimum(shortest, np.array([time.perf_counter(), time.process_time()]) - began)
        done += 1
    return shortest


def measure(n: int, solid: bool, shuffled: bool, threads: list[int], seconds: float) -> list[dict[str, Any]]:
    place, lineage, extent = tissue(n, solid, shuffled)
    rng = np.random.default_rng(2)
    radius, ecadherin = locked(np.full(n, 9.0)), locked(rng.uniform(5e4, 1e5, n))
    partner, bonds = locked(np.zeros(n, np.uint64)), locked(np.zeros(n))
    mobility, one, zero = np.full(n, 5e-5), np.ones(n), np.zeros(n)
    free = (True, True, solid)
    shape = tuple(max(1, int(length // 20.0)) for length in extent)
    bare = np.zeros(shape[0] * shape[1] * shape[2])
    law = Forces().law
    out = [np.zeros(n) for _ in range(6)]
    cells = CellList.build(*place, lineage, side=22.5, extent=extent)
    build = best(seconds, lambda: CellList.build(*place, lineage, side=22.5, extent=extent, reuse=cells))
    held = sum(a.base.nbytes for a in cells if isinstance(a, np.ndarray))  # type: ignore[union-attr]
    rows = []
    for count in threads:
        numba.set_num_threads(count)
        forces = best(seconds, lambda: interact(cells, free, radius, ecadherin, partner, bonds, law, *out))
        there = [c.copy() for c in place]
        motion = best(
            seconds / 4,
            lambda: move(
                *there,  # noqa: B023
                *out[:3], mobility, one, zero, zero, zero, 2.0, extent, free, 4.0, bare, 20.0, shape, 0.2
            ),
        )
        total = build + forces + motion
        rows.append(
            {
                "space": "block" if solid else "slab",
                "rows": "shuffled" if shuffled else "sorted",
                "cells": n,
                "neighbours": float(out[5].mean()),
                "threads": count,
                "build_ms": build[0] * 1e3,
                "forces_ms": forces[0] * 1e3,
                "move_ms": motion[0] * 1e3,
                "ns_per_cell_step": total[0] / n * 1e9,
                "cpu_ns_per_cell_step": total[1] / n * 1e9,
                "million_cell_steps_per_s": n / total[0] / 1e6,
                "list_and_scratch_bytes_per_cell": held / n + 7 * 8,
            }
        )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--seconds", type=float, default=1.0, help="time for each figure")
    parser.add_argument("--spaces", nargs="+", choices=["slab", "block"], default=["slab", "block"])
    parser.add_argument("--out", type=Path, help="write the figures as JSON")
    chosen = parser.parse_args()
    threads = [t for t in chosen.threads if t <= numba.config.NUMBA_NUM_THREADS]
    results = []
    print(
        "space  rows      cells    neighb  threads   build ms  forces ms  move ms  ns/cell-step  M cell-steps/s  B/cell"
    )
    for space in chosen.spaces:
        for shuffled in (False, True):
            for n in chosen.sizes:
                for r in measure(n, space == "block", shuffled, threads, chosen.seconds):
                    results.append(r)
                    print(
                        f"{r['space']:6} {r['rows']:8} {r['cells']:8d} {r['neighbours']:7.2f} {r['threads']:7d}"
                        f" {r['build_ms']:11.2f} {r['forces_ms']:10.2f} {r['move_ms']:8.2f}"
                        f" {r['ns_per_cell_step']:13.0f} {r['cpu_ns_per_cell_step']:7.0f}"
                        f" {r['million_cell_steps_per_s']:15.2f}"
                        f" {r['list_and_scratch_bytes_per_cell']:7.0f}",
                        flush=True,
                    )
    if chosen.out:
        about = {
            "python": platform.python_version(),
            "numba": numba.__version__,
            "machine": platform.machine(),
            "processors": os.cpu_count(),
            "thread_layer": numba.threading_layer(),
        }
        chosen.out.write_text(json.dumps({"about": about, "results": results}, indent=1) + "\n")


if __name__ == "__main__":
    main()
