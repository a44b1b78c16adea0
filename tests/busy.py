"""A small tissue of the real model in which everything that can happen happens within minutes; and its trajectories."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from simulation.build import build
from simulation.engine.plan import Plan
from simulation.engine.world import World
from simulation.scenario import Scenario, load_scenario

#: an open capsule, parcels, crowds of lymphocytes, and all rare events made common; more than 1500 cells
BUSY = (
    "cells_per_agent=20",
    "voxel=25 um",
    "tissue.liver_nodule.width=900 um",
    "tissue.liver_nodule.nodule_radius=200 um",
    "tissue.liver_nodule.capsule_thickness=50 um",
    "tissue.liver_nodule.oval_cells=10",
    "tissue.liver_nodule.capsule_integrity=0.05",
    "tissue.liver_nodule.infiltration=600 1/mm^2",
    "tissue.liver_nodule.t_cells=200 1/mm^2",
    "processes.intravasation.hazard=100 1/day",
    "processes.extravasation.mean_time=1 h",
    "processes.colonisation.wake=10 1/day",
    "processes.recruitment.passing=20 1/h",
    "processes.icam1_binding.attach_rate=5 1/min",
    "processes.killing.lethal=1",
)

#: some hundred cells in two organs: seconds even for uncompiled code
TINY = (
    *BUSY,
    "tissue.liver_nodule.width=300 um",
    "tissue.liver_nodule.nodule_radius=40 um",
    "tissue.liver_nodule.capsule_thickness=20 um",
    "tissue.liver_nodule.portal_radius=20 um",
    "tissue.liver_nodule.venule_radius=10 um",
    "tissue.liver_nodule.oval_cells=2",
    "tissue.liver_nodule.infiltration=3000 1/mm^2",
    *(f"organs.{name}=off" for name in ("lymph_node", "bone", "adrenal", "brain")),
)

#: kinds of event by what they do to the number of cells at a place, and what none of these tests can do without
GAINS, MOVES_AWAY = ("born", "entered", "arrived", "joined"), "departed"
HAPPENS = frozenset({"born", "entered", "departed", "arrested", "arrived", "dies_in_blood", "detached", "killed"})


def busy(*more: str, of: Iterable[str] = BUSY) -> Scenario:
    """Return the busy scenario, with more settings on top."""
    return load_scenario("quick_look", [*of, *more])


def follow(world: World, plan: Plan, ticks: int, before: Callable[[int], object] = lambda tick: None) -> list[str]:
    """Advance a world; return its digest after each tick. `before` is called before each."""
    digests = []
    for tick in range(ticks):
        before(tick)
        world.step(plan)
        digests.append(world.digest())
    return digests


def trajectory(scenario: Scenario, ticks: int) -> list[str]:
    """Return the digest of a scenario's world after each tick."""
    return follow(*build(scenario), ticks)


def first_difference(one: list[str], other: list[str]) -> int | None:
    """Return the first tick in which two trajectories differ; None for the same."""
    assert len(one) == len(other)
    return next((tick for tick, (a, b) in enumerate(zip(one, other, strict=True)) if a != b), None)
