"""The world advances by its plan; its digest, snapshot and accounts tell the truth."""

from __future__ import annotations

import copy
from dataclasses import dataclass

import numpy as np
import pytest

from simulation.engine.chance import uniforms
from simulation.engine.clock import Duration
from simulation.engine.errors import ContractError, NumericalError, StorageError
from simulation.engine.plan import Plan
from simulation.engine.process import BodyProcess, CellProcess, SiteProcess, Stage
from simulation.engine.rows import Rows
from simulation.engine.site import BodyView, Site, SiteView
from simulation.vocabulary import traits
from tests.worlds import make_world, shuffle


@dataclass(frozen=True)
class Grow(CellProcess):
    """Adds luck to `age`, and divides what is old."""

    stage, every = Stage.DECIDE, "4 min"
    reads, adds, writes = {"injury"}, {"divides"}, {"age"}

    def apply(self, cells: Rows, dt: Duration) -> None:
        """Grow older."""
        cells.age[:] += dt.days * uniforms(cells.chance, cells.lineage, 0)
        cells.divides[:] += cells.age > 0.006


@dataclass(frozen=True)
class Push(SiteProcess):
    """Moves cells by the number of neighbours."""

    stage, every = Stage.MOVE, "2 min"
    writes = {"x"}

    def apply(self, site: SiteView, dt: Duration) -> None:
        """Move."""
        bins = site.neighbours
        site.cells.x[:] += 0.01 * np.diff(bins.start)[bins.bin_of]


@dataclass(frozen=True)
class Infuse(BodyProcess):
    """Adds to the blood what the sites' voxels hold."""

    stage, every = Stage.SPREAD, "10 min"
    reads, writes = {"voxel.tnf", "age"}, {"pool.sicam1"}

    def apply(self, body: BodyView, dt: Duration) -> None:
        """Infuse."""
        body.pools.sicam1[:] += sum(float(s.voxels.tnf.sum()) + len(s.cells) for s in body.sites)


PROCESSES = (Grow(), Push(), Infuse())
CELLS = {"a": {"radius": np.full(40, 9.0)}, "b": {"radius": np.full(20, 5.0)}}


def run(ticks: int, seed: int = 1, shuffled: bool = False) -> list[str]:
    world, plan = make_world(CELLS, PROCESSES, seed=seed)
    digests = []
    for tick in range(ticks):
        if shuffled:
            shuffle(world, tick)
        world.step(plan)
        digests.append(world.digest())
    return digests


def test_a_seed_determines_every_bit_and_rows_do_not() -> None:
    assert run(12) == run(12) == run(12, shuffled=True)
    assert run(12)[-1] != run(12, seed=2)[-1]


def test_rows_of_large_sites_are_put_in_order_now_and_then_and_no_bit_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = run(12)
    world, plan = make_world(CELLS, PROCESSES)
    site, tidied = world.sites[0], []
    monkeypatch.setattr(site, "tidy", lambda: (tidied.append(world.clock.tick), Site.tidy(site)))
    monkeypatch.setattr("simulation.engine.world.TIDY_EVERY", 5)
    world.step(plan)
    assert tidied == []  # sixty rows are not many
    monkeypatch.setattr("simulation.engine.world.MANY_ROWS", 10)
    digests = [expected[0]]
    for _ in range(11):
        world.step(plan)
        digests.append(world.digest())
    assert tidied == [5, 10] and digests == expected


def test_a_process_runs_when_its_period_is_due() -> None:
    world, plan = make_world(CELLS, [Infuse()])
    levels = []
    for _ in range(11):
        world.step(plan)
        levels.append(float(world.pools["sicam1"][0]) - 318.0)
    assert levels == [60.0] * 5 + [120.0] * 5 + [180.0]


@dataclass(frozen=True)
class Drift(BodyProcess):
    """Lets time pass for cells in the blood, and counts how often it is called."""

    stage, every = Stage.MOVE, "2 min"
    of_travellers = True
    writes = {"pool.il16", "traveller.in_blood"}

    def apply(self, body: BodyView, dt: Duration) -> None:
        """Count the call."""
        body.pools.il16[:] += 1.0


def test_what_is_about_travellers_is_not_called_without_any() -> None:
    world, plan = make_world({"cell": {"x": np.full(3, 9.0)}}, [Drift()])
    before = world.pools["il16"][0]
    world.step(plan)
    assert world.pools["il16"][0] == before
    world.travellers.append(1, {"lineage": np.array([7], dtype=np.uint64), "parcel": 1})
    world.open_accounts()
    world.step(plan)
    assert world.pools["il16"][0] == before + 1.0


def test_only_types_with_all_columns_take_part() -> None:
    without = {"b": tuple(c for c in traits.ALL.values() if c.name != "injury")}
    world, plan = make_world(CELLS, [Grow()], columns=without)
    world.step(plan)
    cells = world.sites[0].cells
    assert (cells["age"][cells["cell_type"] == 0] > 0).all()
    assert (cells["age"][cells["cell_type"] == 1] == 0).all()


def test_a_restored_world_goes_on_as_if_nothing_had_happened() -> None:
    world, plan = make_world(CELLS, PROCESSES)
    for _ in range(7):
        world.step(plan)
    saved = world.snapshot()
    other, _ = make_world(CELLS, PROCESSES, seed=9)
    other.restore(saved)
    for _ in range(9):
        world.step(plan)
        other.step(plan)
        assert world.digest() == other.digest()


def test_a_snapshot_of_another_world_is_refused() -> None:
    world, _ = make_world(CELLS, PROCESSES)
    other, _ = make_world(CELLS, PROCESSES, sites=("liver", "lung"))
    with pytest.raises(StorageError, match="lung cells"):
        other.restore(world.snapshot())


def test_watching_changes_nothing() -> None:
    world, plan = make_world(CELLS, PROCESSES)
    world.listening = True
    ticks = iter(range(10**9))
    world.stopwatch = lambda: float(next(ticks))
    for _ in range(12):
        world.step(plan)
        world.sites[0].cell_list(17.0)
    assert world.digest() == run(12)[-1]
    assert world.happenings
    assert set(world.seconds) == {"grow", "push", "infuse"}


def test_a_cell_out_of_nowhere_is_noticed() -> None:
    world, plan = make_world(CELLS, PROCESSES)
    world.sites[0].cells["parcel"][3] += 1
    with pytest.raises(NumericalError, match="61 cells are there, 60 are accounted for"):
        world.step(plan)


def test_an_undeclared_column_stops_the_run_with_the_process_name() -> None:
    @dataclass(frozen=True)
    class Sneaky(CellProcess):
        """Reads what it did not declare."""

        stage = Stage.SIGNAL
        reads = {"age"}

        def apply(self, cells: Rows, dt: Duration) -> None:
            """Peek."""
            cells.icam1.sum()

    world, plan = make_world(CELLS, [Sneaky()])
    with pytest.raises(ContractError, match="sneaky: uses column 'icam1'"):
        world.step(plan)


def test_another_plan_may_have_another_process_of_the_same_name() -> None:
    world, plan = make_world(CELLS, [Grow()])
    world.step(plan)

    @dataclass(frozen=True)
    class Shrink(CellProcess):
        """Called as the first one was, restricted to one type."""

        stage = Stage.SIGNAL
        writes = {"age"}
        only = ("b",)  # type: ignore[assignment]

        @classmethod
        def name(cls) -> str:
            """As the other's."""
            return Grow.name()

        def apply(self, cells: Rows, dt: Duration) -> None:
            """Set."""
            cells.age[:] = -1.0

    other = Plan([Shrink()], world.columns(), world.clock)
    while world.clock.tick % other.due[0].ticks:
        world.clock.tick += 1
    world.step(other)
    cells = world.sites[0].cells
    assert (cells["age"][cells["cell_type"] == 1] == -1.0).all()
    assert (cells["age"][cells["cell_type"] == 0] >= 0.0).all()


def test_a_copied_world_goes_its_own_way() -> None:
    world, plan = make_world(CELLS, PROCESSES)
    for _ in range(7):
        world.step(plan)
    twin = copy.deepcopy(world)
    for _ in range(9):
        twin.step(plan)
    assert twin.digest() != world.digest()
    for _ in range(9):
        world.step(plan)
    assert twin.digest() == world.digest()
