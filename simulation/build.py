"""From a scenario to a world and its plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import TYPE_CHECKING

from simulation.engine.catalogue import catalogue
from simulation.engine.cell_type import CellType
from simulation.engine.clock import Clock
from simulation.engine.mesa_agents import ColumnarAgent
from simulation.engine.plan import Plan
from simulation.engine.process import Process
from simulation.engine.site import Site
from simulation.engine.tissue import Founding
from simulation.engine.world import World
from simulation.tissues.organ import OrganBed
from simulation.vocabulary import voxel
from simulation.vocabulary.blood import POOL_COLUMNS, TRAVELLER_COLUMNS

if TYPE_CHECKING:
    from simulation.scenario import Scenario

#: two cells are in touch when their centres are within this many times the sum of their radii
TOUCH = 1.25


def build(scenario: Scenario) -> tuple[World, Plan]:
    """Make the world of a scenario at its first moment, and the plan that advances it.

    scenario    Scenario
    returns     World, Plan    at rest: processes with a resting state have been brought to it
    """
    types = cell_types(scenario)
    world = World(
        scenario.seed,
        Clock(scenario.tick),
        _sites(scenario, types),
        types,
        TRAVELLER_COLUMNS,
        POOL_COLUMNS,
    )
    plan = Plan(_informed(scenario), world.columns(), world.clock, scenario.periods)
    world.open_accounts()
    world.settle(plan)
    return world, plan


def cell_types(scenario: Scenario) -> list[CellType]:
    """Return every cell type with the starting values of the scenario, numbered in the order of their names."""
    agents = catalogue("simulation.agents", ColumnarAgent)
    return [agent.cell_type(code, scenario.cells[name]) for code, (name, agent) in enumerate(agents.items())]  # type: ignore[attr-defined]


def _reach(sites: Sequence[Site], types: Sequence[CellType]) -> float:
    """Farthest distance at which the centres of two cells are in touch; daughters are as large as their mothers."""
    largest = [float(s.cells["radius"].max(initial=0.0)) for s in sites]
    return 2.0 * TOUCH * max(*largest, *(t.starts["radius"].value for t in types))


def _sites(scenario: Scenario, types: Sequence[CellType]) -> list[Site]:
    """Lay out the liver with its tumour, and a bed of capillaries in every other organ."""
    columns = [
        c.starting(scenario.substances[c.name].initial) if c.name in scenario.substances else c for c in voxel.COLUMNS
    ]
    tissues = {"liver": scenario.tissue}
    for name, organ in scenario.organs.items():
        tissues.setdefault(name, OrganBed(organ=organ, depth=getattr(scenario.tissue, "depth", 0.0)))
    sites = []
    for number, (name, tissue) in enumerate(tissues.items()):
        site = Site(name, number, tissue.lattice(scenario.voxel), types, columns)
        tissue.populate(Founding(site, scenario.seed, scenario.cells_per_agent))
        sites.append(site)
    for site in sites:
        site.reach = _reach(sites, types)
    return sites


def _informed(scenario: Scenario) -> list[Process]:
    """Hand the scenario's substances, organs and parcel size to the processes that have a field for them."""
    known = {
        "substances": tuple(scenario.substances.values()),
        "organs": scenario.organs,
        "cells_per_agent": scenario.cells_per_agent,
    }
    informed = []
    for process in [*scenario.processes, *scenario.interventions]:
        wanted = {f.name: known[f.name] for f in fields(process) if f.name in known}  # type: ignore[arg-type]
        informed.append(replace(process, **wanted) if wanted else process)  # type: ignore[type-var]
    return informed
