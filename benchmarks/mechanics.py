"""Mechanics and bonds of packed cells: neighbour search, forces, motion, and lymphocytes that grip by ICAM-1.

    python -m benchmarks.mechanics [--sizes 100000] [--threads 1 2] [--spaces slab block] [--seconds 3]

Cells of 9 um radius, jittered about close packing at 0.98 of touching distance: about 6 neighbours within reach in a
slab, 12 or more in a block. One in twenty is a lymphocyte, swollen so that it touches them. `rows` says how the table
is ordered: "sorted" as after a re-sort by bin, "shuffled" the worst case. One cell-step is one cell searched, pushed,
held and moved once, with the bonds of all lymphocytes brought up to date; `world` is what the engine adds (rights,
turnover, conservation of cells), `processor` the processor time of everything, summed over threads.
"""

from __future__ import annotations

import argparse
import math
import time
from typing import Any

import numba
import numpy as np

from benchmarks.record import Target, publish
from simulation.agents.t_cell import TCell
from simulation.agents.tumour_cell import TumourCell
from simulation.engine.chance import Chance
from simulation.engine.clock import Clock
from simulation.engine.lattice import Lattice
from simulation.engine.lineage import founders
from simulation.engine.plan import Plan
from simulation.engine.site import Site
from simulation.engine.world import World
from simulation.processes.adhesion.forces import Forces
from simulation.processes.adhesion.icam1_binding import ICAM1Binding
from simulation.vocabulary import voxel

SPACING = 0.98 * 18.0
REACH = 1.25 * 18.0
LYMPHOCYTES = 0.05


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


def tissue(n: int, solid: bool) -> tuple[World, Plan]:
    """Make a world of packed cells in which nothing happens but pushing and gripping."""
    rng = np.random.default_rng(1)
    free = 3 if solid else 2
    place = block(n) if solid else slab(n)
    place += 10.0
    place[:free] += rng.normal(0.0, 0.5, (free, n))
    shape = tuple(int(place[a].max() / 20.0) + 1 if a < free else 1 for a in range(3))
    types = [TumourCell.cell_type(0, TumourCell.starts), TCell.cell_type(1, TCell.starts)]
    site = Site("tissue", 0, Lattice(shape, 20.0), types, voxel.COLUMNS, REACH)
    world = World(1, Clock("2 min"), [site], types)
    lineage = rng.permutation(founders(1, n))
    kinds = (rng.random(n) < LYMPHOCYTES).astype(np.uint8)
    for kind in types:
        rows = np.flatnonzero(kinds == kind.code)
        values = kind.values(lineage[rows], Chance.of(1, "founding", 0))
        values |= {"lineage": lineage[rows], **{axis: place[a, rows] for a, axis in enumerate("xyz")}}
        values |= {"radius": 9.0} if kind.code == 0 else {"radius": 7.0, "lfa1_open": 0.1, "lfa1_intermediate": 0.3}
        values |= {"icam1": 1e5}
        site.cells.append(len(rows), values)
    site.cells.regroup()
    world.open_accounts()
    return world, Plan([Forces(), ICAM1Binding()], world.columns(), world.clock)


def tick(world: World, plan: Plan) -> dict[str, float]:
    """Advance by one tick; returns seconds by part."""
    site = world.sites[0]
    world.seconds.clear()
    began, busy = time.perf_counter(), time.process_time()
    site.cell_list(REACH)
    built = time.perf_counter()
    world.step(plan)
    ended = time.perf_counter()
    parts = {"search": built - began, "forces": world.seconds["forces"], "bonds": world.seconds["icam1_binding"]}
    return parts | {"world": ended - began - sum(parts.values()), "processor": time.process_time() - busy}


def measure(n: int, solid: bool, shuffled: bool, threads: list[int], seconds: float) -> list[dict[str, Any]]:
    """One row for each number of threads."""
    world, plan = tissue(n, solid)
    world.stopwatch = time.perf_counter
    cells = world.sites[0].cells
    rows = []
    for _ in range(10):  # first conjugates form; the world itself puts rows in order in its first tick
        tick(world, plan)
    if shuffled:
        cells.reorder(np.random.default_rng(2).permutation(n))
        cells.regroup()
    else:
        world.sites[0].tidy()
    for count in threads:
        numba.set_num_threads(count)
        until, parts = time.perf_counter() + seconds, []
        while len(parts) < 5 or time.perf_counter() < until:
            parts.append(tick(world, plan))
        least = min(p["processor"] for p in parts)
        quickest = min(parts, key=lambda p: p["search"] + p["forces"] + p["bonds"])
        step = quickest["search"] + quickest["forces"] + quickest["bonds"]
        rows.append(
            {
                "space": "block" if solid else "slab",
                "rows": "shuffled" if shuffled else "sorted",
                "cells": n,
                "neighbours": float(cells["crowding"].mean()),
                "conjugates": int((cells["partner"] > 0).sum()),
                "threads": count,
                **{f"{part} ns/cell": t / n * 1e9 for part, t in quickest.items()},
                "M cell-steps/s": n / step / 1e6,
                "M cell-steps per processor second": n / least / 1e6,
            }
        )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000])
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--seconds", type=float, default=2.0, help="time for each figure")
    parser.add_argument("--spaces", nargs="+", choices=["slab", "block"], default=["slab", "block"])
    chosen = parser.parse_args()
    threads = [t for t in chosen.threads if t <= numba.config.NUMBA_NUM_THREADS]
    rows = [
        row
        for space in chosen.spaces
        for shuffled in (False, True)
        for n in chosen.sizes
        for row in measure(n, space == "block", shuffled, threads, chosen.seconds)
    ]
    target = [
        Target("mechanics and bonds, 1e5 packed cells, 2 threads", r["M cell-steps/s"], 4.0, "M cell-steps/s", True)
        for r in rows
        if (r["space"], r["rows"], r["cells"], r["threads"]) == ("slab", "sorted", 100_000, 2)
    ]
    how = """Neighbour search, forces with motion, and binding by ICAM-1 for packed cells, one in twenty a lymphocyte;
        the quickest of the ticks that fit into the time. `world` (rights, turnover, audit) is no part of it.
        Where the load exceeds the processors, threads wait for each other and only `processor` tells the cost."""
    publish("mechanics", "Mechanics and bonds of packed cells", how, rows, target)


if __name__ == "__main__":
    main()
