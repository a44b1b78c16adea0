"""The same small model in plain Mesa and in columns: cells that walk persistently and count who is near.

    python -m benchmarks.peers

Each tick every cell takes a step of 1 um, in a new direction in one tick of ten, stays inside the box, and counts the
others within 25 um; about six are. Plain Mesa moves through `ContinuousSpace.move_agent` and counts through its
`get_neighbors`; the columns do it in two processes with a compiled loop each, one thread.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import mesa
import numba
import numpy as np
from mesa.space import ContinuousSpace

from benchmarks.record import best, publish
from simulation.engine.cell_type import CellType
from simulation.engine.chance import direction, happens
from simulation.engine.clock import Clock, Duration
from simulation.engine.column import Column
from simulation.engine.kernel import kernel
from simulation.engine.lattice import Lattice
from simulation.engine.lineage import founders
from simulation.engine.neighbours import count_within
from simulation.engine.plan import Plan
from simulation.engine.process import SiteProcess, Stage
from simulation.engine.site import Site, SiteView
from simulation.engine.world import World

NEAR, STEP, TURN, APART = 25.0, 1.0, 0.1, 18.0


class Walker(mesa.Agent):
    """A cell as plain Mesa has it."""

    def __init__(self, model: Dish) -> None:
        super().__init__(model)
        self.near = 0
        self.turn()

    def turn(self) -> None:
        angle = self.random.random() * 2.0 * math.pi
        self.heading = math.cos(angle), math.sin(angle)

    def step(self) -> None:
        if self.random.random() < TURN:
            self.turn()
        space = self.model.space
        x, y = self.pos[0] + STEP * self.heading[0], self.pos[1] + STEP * self.heading[1]
        most = space.x_max - 1e-9
        space.move_agent(self, (min(max(x, 0.0), most), min(max(y, 0.0), most)))
        self.near = len(space.get_neighbors(self.pos, NEAR, include_center=False))


class Dish(mesa.Model):
    """Plain Mesa."""

    def __init__(self, n: int) -> None:
        super().__init__(rng=1)
        width = math.sqrt(n) * APART
        self.space = ContinuousSpace(width, width, torus=False)
        for _ in range(n):
            self.space.place_agent(Walker(self), (self.random.random() * width, self.random.random() * width))

    def step(self) -> None:
        self.agents.do("step")


@dataclass(frozen=True)
class Walk(SiteProcess):
    """Takes a step, now and then in a new direction."""

    stage, every = Stage.MOVE, "2 min"
    writes = frozenset({"x", "y", "heading_x", "heading_y"})

    def apply(self, site: SiteView, dt: Duration) -> None:
        c = site.cells
        walk(c.x, c.y, c.heading_x, c.heading_y, c.lineage, site.chance.key, site.chance.tick, site.lattice.extent)


@dataclass(frozen=True)
class Look(SiteProcess):
    """Counts who is near."""

    stage, every = Stage.SPREAD, "2 min"
    reads, writes = frozenset({"x", "y"}), frozenset({"near"})

    def apply(self, site: SiteView, dt: Duration) -> None:
        site.cells.near[:] = count_within(site.neighbours, NEAR)


@kernel
def walk(x: Any, y: Any, heading_x: Any, heading_y: Any, lineage: Any, key: Any, tick: int, extent: Any) -> None:
    for i in range(x.size):
        if heading_x[i] == 0.0 or happens(TURN, key, tick, lineage[i], 0):
            heading_x[i], heading_y[i], _ = direction(key, tick, lineage[i], 1, 2)
        x[i] = min(max(x[i] + STEP * heading_x[i], 0.0), extent[0])
        y[i] = min(max(y[i] + STEP * heading_y[i], 0.0), extent[1])


def columns(n: int) -> tuple[World, Plan]:
    """The same cells as rows."""
    own = [Column(name, "1", name) for name in ("heading_x", "heading_y", "near")]
    voxels = max(1, round(math.sqrt(n) * APART / 20.0))
    kinds = [CellType("walker", tuple(own))]
    site = Site("dish", 0, Lattice((voxels, voxels, 1), 20.0), kinds, (), NEAR)
    x, y = np.random.default_rng(1).random((2, n)) * site.lattice.extent[0]
    site.cells.append(n, {"lineage": founders(1, n), "x": x, "y": y, "z": np.full(n, 10.0)})
    world = World(1, Clock("2 min"), [site], kinds)
    world.open_accounts()
    return world, Plan([Walk(), Look()], world.columns(), world.clock)


def main() -> None:
    numba.set_num_threads(1)
    rows = []
    for n, seconds in ((1_000, 2.0), (10_000, 3.0)):
        dish = Dish(n)
        world, plan = columns(n)
        for _ in range(5):
            world.step(plan)
        ours = best(1.0, lambda: world.step(plan), 20)  # noqa: B023
        theirs = best(seconds, dish.step, 2)
        near = world.sites[0].cells["near"].mean(), np.mean(dish.agents.get("near"))
        rows.append(
            {
                "agents": n,
                "near, columns": float(near[0]),
                "near, Mesa": float(near[1]),
                "columns, us/agent-step": ours / n * 1e6,
                "plain Mesa, us/agent-step": theirs / n * 1e6,
                "plain Mesa / columns": theirs / ours,
            }
        )
    how = """Persistent walk and count of neighbours, the same model twice in one process, one thread. Mesa searches all
        cells for each, so its cost per agent grows with their number. No other simulator was run here."""
    publish("peers", "Plain Mesa beside columns", how, rows)


if __name__ == "__main__":
    main()
