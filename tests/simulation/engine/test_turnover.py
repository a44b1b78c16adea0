"""Births, deaths and travel: requested by processes, done by the world, every cell accounted for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from simulation.engine.cell_type import Start
from simulation.engine.chance import Chance, directions
from simulation.engine.lineage import companions, daughter
from simulation.engine.plan import Plan
from simulation.engine.process import BodyProcess, CellProcess, Stage
from simulation.engine.rows import Rows
from simulation.engine.world import World
from tests.worlds import make_world, shuffle

Wish = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Wishes(CellProcess):
    """Requests whatever a test wishes, cell by cell."""

    stage, every = Stage.TURN_OVER, "2 min"
    adds = {"divides", "apoptosis", "killed", "leaves", "t_cells_entering"}
    wishes: tuple[tuple[str, Wish], ...] = ()

    def apply(self, cells: Rows, dt: object) -> None:
        """Add the wishes of each cell."""
        for name, wish in self.wishes:
            cells[name][:] += wish(cells.lineage)


@dataclass(frozen=True)
class Landing(BodyProcess):
    """Sends every traveller into the second site."""

    stage, every = Stage.SPREAD, "2 min"
    reads, adds, writes = {"traveller.lineage"}, {"traveller.extravasates"}, {"traveller.site"}

    def apply(self, body: object, dt: object) -> None:
        """Request arrival."""
        body.travellers.site[:] = 1  # type: ignore[attr-defined]
        body.travellers.extravasates[:] += 1  # type: ignore[attr-defined]


def everyone(lineage: np.ndarray) -> np.ndarray:
    return np.ones(len(lineage))


def every(k: int) -> Wish:
    return lambda lineage: (lineage % np.uint64(k) == 0).astype(float)


def world_of(n: int = 60, *more: object, parcel: int = 1, **wishes: Wish) -> tuple[World, object]:
    cells = {
        "cell": {"radius": np.full(n, 9.0), "icam1": 1000.0, "age": 3.0, "parcel": parcel, "x": np.linspace(50, 350, n)}
    }
    return make_world(cells, [Wishes(tuple(wishes.items())), *more], sites=("liver", "lung"))  # type: ignore[list-item]


def test_a_daughter_is_named_after_her_mother_and_shares_her_molecules() -> None:
    world, plan = world_of(1, divides=everyone)
    world.sites[0].cells["y"][:] = 200.0
    mother = int(world.sites[0].cells["lineage"][0])
    world.step(plan)
    cells = world.sites[0].cells
    assert set(cells["lineage"].tolist()) == {mother, int(daughter(np.uint64(mother), 1))}
    assert cells["icam1"].tolist() == [500.0, 500.0]
    assert cells["age"].tolist() == [0.0, 0.0]
    assert np.hypot(*(np.diff(cells[a])[0] for a in "xy")) == pytest.approx(9.0)


def test_mothers_and_daughters_part_as_written() -> None:
    """Half a radius either way, stopped by walls, in the direction of the mother's own luck: to the bit."""
    world, plan = world_of(40, divides=everyone)
    c = world.sites[0].cells
    c["x"][:5], c["y"][5:10] = 0.0, world.sites[0].lattice.extent[1]
    names, before = c["lineage"].copy(), {axis: c[axis].copy() for axis in "xyz"}
    towards = directions(Chance.of(world.seed, "division", world.clock.tick), names, 0, 2)
    world.step(plan)
    c = world.sites[0].cells
    made = np.array([daughter(np.uint64(name), 1) for name in names.tolist()], dtype=np.uint64)
    for axis, shift, wall in zip("xyz", towards, world.sites[0].lattice.extent, strict=True):
        for who, sign in ((made, 1.0), (names, -1.0)):
            expected = np.clip(before[axis] + sign * (0.5 * 9.0 * shift), 0.0, wall)
            np.testing.assert_array_equal(c[axis][c.rows_of(who)], expected)
    assert c["births"][c.rows_of(names)].tolist() == [1] * 40
    assert c["births"][c.rows_of(made)].tolist() == [0] * 40


def test_the_dead_do_nothing_else() -> None:
    world, plan = world_of(20, divides=everyone, apoptosis=everyone, leaves=everyone)
    world.step(plan)
    assert len(world.sites[0].cells) == len(world.travellers) == 0
    assert world.accounts["deaths"][0] == 20


def test_requests_are_carried_out_once() -> None:
    world, plan = world_of(30, divides=everyone)
    world.step(plan)
    assert (world.sites[0].cells["divides"] == 0).all()


def test_the_cause_of_a_death_is_told_once() -> None:
    world, plan = world_of(20, apoptosis=everyone, killed=every(2))
    world.listening = True
    world.step(plan)
    told = [name for h in world.happenings for name in h["lineage"].tolist() if h["kind"] in ("apoptosis", "killed")]
    assert len(told) == len(set(told)) == 20


def test_a_parcel_lets_single_cells_go_and_stays() -> None:
    world, plan = world_of(10, parcel=5, leaves=lambda lineage: 2.0 * everyone(lineage))
    world.step(plan)
    assert (world.sites[0].cells["parcel"] == 3).all()
    assert len(world.travellers) == 20
    assert (world.travellers["parcel"] == 1).all()
    assert len(set(world.travellers["lineage"].tolist())) == 20
    world.step(plan)
    world.step(plan)
    assert len(world.sites[0].cells) == 0
    assert len(world.travellers) == 50


def test_the_last_of_a_parcel_keeps_its_name() -> None:
    world, plan = world_of(10, leaves=everyone)
    names = set(world.sites[0].cells["lineage"].tolist())
    world.step(plan)
    assert set(world.travellers["lineage"].tolist()) == names


def test_travellers_arrive_with_what_they_carry() -> None:
    world, plan = world_of(10, Landing(), leaves=every(2))
    leaving = world.sites[0].cells["lineage"] % np.uint64(2) == 0
    names = sorted(world.sites[0].cells["lineage"][leaving].tolist())
    world.step(plan)
    world.step(plan)
    assert sorted(world.sites[1].cells["lineage"].tolist()) == names
    assert (world.sites[1].cells["icam1"] == 1000.0).all()
    assert world.accounts["arrived"].tolist() == [0, len(names), len(names)]
    assert world.accounts["left"].tolist() == [len(names), 0, len(names)]


def test_cells_enter_beside_those_that_let_them_in() -> None:
    place = {"x": 100.0 + 40.0 * np.arange(5), "y": 200.0}  # off the walls, at which a newcomer would be stopped
    host = {"vessel": {"radius": np.full(5, 5.0), **place}, "t_cell": {"radius": np.zeros(0)}}
    wish = Wishes((("t_cells_entering", lambda lineage: 2.0 * everyone(lineage)),))
    from simulation.vocabulary import traits

    bundles = {"vessel": (*traits.BODY, *traits.LIFE, *traits.ENDOTHELIUM, *traits.TARGET, *traits.SPREAD)}
    world, plan = make_world(host, [wish], columns=bundles, enters={"t_cell": "t_cells_entering"})
    world.step(plan)
    cells = world.sites[0].cells
    entered = cells["cell_type"] == 1
    assert entered.sum() == 10
    assert world.accounts["arrived"][0] == 10
    gap = np.hypot(*(cells[a][entered][:, None] - cells[a][~entered][None, :] for a in "xy")).min(axis=1)
    np.testing.assert_allclose(gap, 5.0)
    for nth in range(2):
        names = companions(cells["lineage"][~entered], 0, 1, np.full(5, nth))
        towards = directions(Chance.of(world.seed, "entry", 0), names, 0, 2)
        for axis, shift in zip("xy", towards[:2], strict=True):
            np.testing.assert_array_equal(cells[axis][cells.rows_of(names)], cells[axis][~entered] + 5.0 * shift)


@pytest.mark.parametrize("parcel", [1, 7])
def test_every_cell_is_accounted_for_and_row_order_does_not_matter(parcel: int) -> None:
    wishes = {"divides": every(7), "apoptosis": every(11), "leaves": every(13)}
    (world, plan), (other, _) = (world_of(80, Landing(), parcel=parcel, **wishes) for _ in range(2))
    for tick in range(25):
        shuffle(other, tick)
        world.step(plan)
        other.step(plan)
        assert world.digest() == other.digest(), f"tick {tick}"
    a = world.accounts
    assert a["births"].sum() > 0 and a["deaths"].sum() > 0 and a["arrived"][1] > 0
    present = [s.cells["parcel"].sum() for s in world.sites]
    assert (a["present"] + a["births"] - a["deaths"] - a["left"] + a["arrived"]).tolist() == [
        *present,
        world.travellers["parcel"].sum(),
    ]


@dataclass(frozen=True)
class Company(BodyProcess):
    """Lets cells in: two beside every traveller of an even name."""

    stage, every = Stage.SPREAD, "2 min"
    reads, adds = {"traveller.lineage"}, {"traveller.t_cells_entering"}

    def apply(self, body: object, dt: object) -> None:
        """Request entry."""
        t = body.travellers  # type: ignore[attr-defined]
        t.t_cells_entering[:] += 2.0 * (t.lineage % np.uint64(2) == 0)


@pytest.mark.parametrize("mixed", [False, True])
def test_who_enters_beside_a_traveller_joins_its_convoy(mixed: bool) -> None:
    """They are where it is, are booked as arrived in the blood, and have names of their own."""
    cells = {"cell": {"x": np.linspace(50, 350, 40), "lfa1": 0.0}, "t_cell": {"x": np.zeros(0)}}
    starts = {"t_cell": {"lfa1": Start(1e5, "assumed", 0.2)}}
    wishes = Wishes((("leaves", every(3)),))
    world, plan = make_world(cells, [wishes], enters={"t_cell": "t_cells_entering"}, starts=starts)
    world.step(plan)
    t = world.travellers
    before, even = len(t), t["lineage"] % np.uint64(2) == 0
    came = int(world.accounts["arrived"][-1])
    t["in_blood"][:], t["site"][:] = 7.0, -1
    hosts = set(t["convoy"][even].tolist())
    plan = make_world(cells, [Company()], enters={"t_cell": "t_cells_entering"}, starts=starts)[1]
    if mixed:
        shuffle(world)
    world.listening = True
    world.step(plan)
    new = t["lfa1"] > 0.0
    assert new.sum() == 2 * even.sum() == len(t) - before > 4
    assert set(t["convoy"][new].tolist()) == hosts
    assert (t["in_blood"][new] == 7.0).all()
    assert (t["site"][new] == -1).all()
    assert (t["cell_type"][new] == 1).all()
    assert (t["parcel"][new] == 1).all()
    assert len(np.unique(t["lineage"])) == len(t)
    assert world.accounts["arrived"][-1] - came == new.sum()
    (told,) = [h for h in world.happenings if h["kind"] == "joined"]
    assert told["where"] == "blood"
    assert set(told["lineage"].tolist()) == set(t["lineage"][new].tolist())
    assert not t["t_cells_entering"].any()


@pytest.mark.parametrize("wish", ["leaves", "t_cells_entering"])
def test_who_comes_or_leaves_does_not_change_the_names_of_daughters(wish: str) -> None:
    """Law 4: whether somebody came by a cell, or left a parcel: its daughters have the same luck."""

    def daughters_of(**wishes: Wish) -> set[int]:
        cells = {"cell": {"radius": 9.0, "parcel": 5}, "t_cell": {"radius": np.zeros(0)}}
        enters = {"t_cell": "t_cells_entering"}
        world, plan = make_world(cells, [Wishes(tuple(wishes.items()))], enters=enters)
        mother = int(world.sites[0].cells["lineage"][0])
        world.step(plan)
        divide = Wishes((("divides", lambda lineage: (lineage == np.uint64(mother)).astype(float)),))
        before = set(world.sites[0].cells["lineage"].tolist())
        world.step(Plan([divide], world.columns(), world.clock))
        return set(world.sites[0].cells["lineage"].tolist()) - before

    alone, in_company = daughters_of(), daughters_of(**{wish: everyone})
    assert len(alone) == 1
    assert in_company == alone
