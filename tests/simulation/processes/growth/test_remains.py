"""Remains: each cell that dies of killing, apoptosis or necrosis is counted once, where it died."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulation.engine.clock import Duration
from simulation.engine.process import CellProcess, Stage
from simulation.engine.rows import Rows
from simulation.processes.growth.remains import Remains
from tests.worlds import make_world, shuffle


@dataclass(frozen=True)
class Fate(CellProcess):
    """Let cells die as their `age` says: 1 killed, 2 apoptosis, 3 both, 4 necrosis, 5 expires."""

    stage, every = Stage.DECIDE, "2 min"
    reads = frozenset({"age"})
    adds = frozenset({"killed", "apoptosis", "necrosis", "expires"})

    def apply(self, cells: Rows, dt: Duration) -> None:
        cells.killed[:] += (cells.age == 1) | (cells.age == 3)
        cells.apoptosis[:] += (cells.age == 2) | (cells.age == 3)
        cells.necrosis[:] += cells.age == 4
        cells.expires[:] += cells.age == 5


def test_the_dead_are_counted_where_they_die() -> None:
    """One body for each, also for one with two causes; none for one whose stay ends; nothing twice."""
    fates = {"x": np.array([10.0, 11, 30, 30, 390, 50, 70]), "y": 10.0, "age": np.array([1.0, 2, 3, 4, 4, 5, 0])}
    for mixed in (False, True):
        world, plan = make_world({"cell": fates}, [Fate(), Remains()], sites=("liver", "lung"))
        for _ in range(3):
            if mixed:
                shuffle(world)
            world.step(plan)
        bodies = world.sites[0].voxels["bodies"]
        across = 20  # voxels along y
        expected = np.zeros(400)
        expected[[0, 1 * across, 19 * across]] = [2, 2, 1]
        assert bodies.tolist() == expected.tolist()
        assert world.sites[0].cells.n == 1
        assert not world.sites[1].voxels["bodies"].any()
