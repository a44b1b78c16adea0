"""Views of a process live as long as the world, and always show the rows that are there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pytest

from simulation.engine.clock import Duration
from simulation.engine.column import Column
from simulation.engine.process import BodyProcess, CellProcess, SiteProcess, Stage
from tests.worlds import make_world

CELLS = {"a": {"x": np.arange(5) * 20.0, "y": 10.0}, "b": {"x": np.arange(3) * 20.0, "y": 30.0}}
SEEN: list[Any] = []
AGE = Column("age", "day", "since birth")


@dataclass(frozen=True)
class OfCells(CellProcess):
    """Notes what it is called with."""

    stage: ClassVar[Stage] = Stage.SIGNAL
    reads = frozenset({"age"})

    def apply(self, cells: Any, dt: Duration) -> None:
        """Note."""
        SEEN.append((cells, cells.n, cells.lineage.copy(), cells.chance.tick, cells.time.minutes))


@dataclass(frozen=True)
class OfSites(SiteProcess):
    """Notes what it is called with."""

    stage: ClassVar[Stage] = Stage.BIND
    reads = frozenset({"age"})

    def apply(self, site: Any, dt: Duration) -> None:
        """Note."""
        SEEN.append((site, site.cells.n, site.cells.lineage.copy(), site.chance.tick, site.time.minutes))


@dataclass(frozen=True)
class OfBody(BodyProcess):
    """Notes what it is called with."""

    stage: ClassVar[Stage] = Stage.SPREAD
    reads = frozenset({"traveller.lineage"})

    def apply(self, body: Any, dt: Duration) -> None:
        """Note."""
        rows = body.travellers
        SEEN.append((body, rows.n, rows.lineage.copy(), body.chance.tick, body.time.minutes))


@pytest.mark.parametrize("process", [OfCells, OfSites, OfBody])
def test_views_are_kept_and_follow_the_rows(process: Any) -> None:
    world, plan = make_world(CELLS, [process()])
    table = world.travellers if process is OfBody else world.sites[0].cells
    SEEN.clear()
    for tick in range(21):
        if tick == 10:
            table.append(2, {"lineage": np.array([77, 78], np.uint64), "cell_type": 1})
            world.open_accounts()
        if tick == 15:
            table.keep(table["lineage"] != 77)
            world.open_accounts()
        world.step(plan)
        view, n, lineages, when, minutes = SEEN[-1]
        assert n == len(table)
        assert lineages.tolist() == table["lineage"].tolist()
        assert when == tick // plan.due[0].ticks * plan.due[0].ticks
        assert minutes == when * world.clock.tick_minutes
        assert view is SEEN[0][0]


def test_runs_of_rows_that_part_and_meet_again_are_all_seen() -> None:
    """A type without the columns stands between two that have them, comes and goes."""
    columns = {"a": (AGE,), "b": (), "c": (AGE,)}
    world, plan = make_world({name: {"x": np.arange(2.0)} for name in columns}, [OfCells()], columns=columns)
    table = world.sites[0].cells
    for there, runs in (("abc", [2, 2]), ("ac", [4]), ("c", [2]), ("", []), ("bc", [3]), ("abc", [3, 3])):
        codes = ["abc".index(name) for name in there]
        table.keep(np.isin(table["cell_type"], codes))
        for code in set(codes) if runs and runs[0] == 3 else ():
            table.append(3 - int((table["cell_type"] == code).sum()), {"lineage": 0, "cell_type": code})
        table.regroup()
        world.open_accounts()
        SEEN.clear()
        world._perform(plan.due[0], "apply", plan.due[0].dt)
        assert [n for _, n, *_ in SEEN] == runs
        assert all(len(cells.age) == n for cells, n, *_ in SEEN)
