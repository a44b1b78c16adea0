"""Small worlds for tests: a few cells with chosen columns, one site or two, and a plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from simulation.engine.cell_type import CellType, Start
from simulation.engine.clock import Clock
from simulation.engine.column import Column
from simulation.engine.lattice import Lattice
from simulation.engine.lineage import founders, name_key
from simulation.engine.plan import Plan
from simulation.engine.process import Process
from simulation.engine.site import Site
from simulation.engine.world import World
from simulation.vocabulary import traits, voxel
from simulation.vocabulary.blood import POOL_COLUMNS, TRAVELLER_COLUMNS

EVERYTHING = tuple(traits.ALL.values())


def make_world(
    cells: Mapping[str, Mapping[str, np.ndarray | float]] | None = None,
    processes: Sequence[Process] = (),
    *,
    columns: Mapping[str, Sequence[Column]] | None = None,
    shape: tuple[int, int, int] = (20, 20, 1),
    side: float = 20.0,
    seed: int = 1,
    tick: str = "2 min",
    reach: float = 30.0,
    sites: Sequence[str] = ("liver",),
    enters: Mapping[str, str] | None = None,
    periods: Mapping[str, str] | None = None,
    starts: Mapping[str, Mapping[str, Start]] | None = None,
) -> tuple[World, Plan]:
    """Make a world of `cells` in the first site and the plan of `processes`.

    cells      type name -> column -> values; the longest array gives the number of cells, scattered evenly by default
    columns    type name -> its columns; every trait there is where not given
    starts     type name -> what cells of it begin with that come during the run
    """
    cells = cells or {}
    columns = columns or {}
    enters, starts = enters or {}, starts or {}
    types = [
        CellType(name, tuple(columns.get(name, EVERYTHING)), starts.get(name, {}), enters.get(name, ""), code)
        for code, name in enumerate(cells)
    ]
    lattice = Lattice(shape, side)
    made = [Site(name, i, lattice, types, voxel.COLUMNS, reach) for i, name in enumerate(sites)]
    world = World(seed, Clock(tick), made, types, TRAVELLER_COLUMNS, POOL_COLUMNS)
    for kind in types:
        values = dict(cells[kind.name])
        n = max((len(v) for v in values.values() if isinstance(v, np.ndarray | list)), default=1)
        names = founders(name_key("liver", kind.name), n)
        place = np.arange(n) + 1000 * kind.code
        for axis, ratio, length in zip("xyz", (0.754877, 0.569840, 0.5), lattice.extent, strict=True):
            even = np.full(n, length / 2) if ratio == 0.5 and shape[2] == 1 else (place * ratio % 1.0) * length
            values.setdefault(axis, even)
        made[0].cells.append(n, {"lineage": names, "cell_type": kind.code, **values})
    made[0].cells.regroup()
    plan = Plan(processes, world.columns(), world.clock, periods)
    world.open_accounts()
    return world, plan


def shuffle(world: World, seed: int = 0) -> None:
    """Permute the rows of every table of cells, types staying together."""
    order = np.random.default_rng(seed)
    for table in (*(s.cells for s in world.sites), world.travellers):
        table.reorder(order.permutation(len(table)))
        if table.group:
            table.regroup()
