"""Wall cells sprout where VEGF calls, and mature."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulation.processes.adhesion.forces import Forces
from simulation.processes.growth.angiogenesis import Angiogenesis
from simulation.processes.growth.hypoxia import Hypoxia
from simulation.processes.growth.sprout_migration import SproutMigration
from simulation.processes.transport.diffusion import Diffusion
from simulation.processes.transport.oxygen import Oxygen
from simulation.processes.transport.secretion import Secretion
from simulation.processes.transport.sensing import Sensing
from tests.worlds import make_world, shuffle

WALL = {"o2_exchange": 20.0, "radius": 5.0, "maturity": 1.0}


def sprouted(n: int, process: Angiogenesis, steps: int = 1, others: dict | None = None, **columns: object):
    """Make a world with n wall cells and return it with the number that have divided after some periods."""
    cells = {"vessel": WALL | {"x": np.linspace(5, 395, n), "vegf_here": 4.0} | columns}
    world, plan = make_world(cells | ({"t": others} if others else {}), [process], tick="10 min")
    for _ in range(steps):
        world.step(plan)
    return world, int(world.accounts["births"][0])


def near(count: float, n: int, p: float) -> bool:
    return abs(count - n * p) <= 4.5 * math.sqrt(n * p * (1 - p)) + 1e-9


@pytest.mark.parametrize(("vegf", "share"), [(4.0, 0.5), (8.0, 16 / 17), (0.4, 1e-4 / 1.0001), (0.0, 0.0)])
def test_rate_follows_vegf(vegf: float, share: float) -> None:
    """M59: the rate of sprouting follows VEGF."""
    n = 5000
    _, births = sprouted(n, Angiogenesis(sprouting=50.0, leukocyte_gain=0.0), vegf_here=vegf)
    assert near(births, n, 1 - math.exp(-50.0 / 144 * share))


def test_leukocytes_at_the_wall_bring_sprouts() -> None:
    """Twice two of them, in touch with half of the wall."""
    n = 2000
    x = np.linspace(5, 395, n)
    others = {"x": np.array([50.0, 60.0, 350.0]), "y": 200.0, "radius": 150.0, "lfa1": np.array([1e5, 1e5, 0.0])}
    process = Angiogenesis(sprouting=20.0, leukocyte_gain=1.5, touch=1.0)
    world, plan = make_world(
        {"vessel": WALL | {"x": x, "y": 200.0, "vegf_here": 1e6}, "t": others}, [process], tick="10 min", reach=310.0
    )
    counted = sum(np.abs(x - spot) < 155.0 for spot in (50.0, 60.0))
    world.step(plan)
    births = int(world.accounts["births"][0])
    p = 1 - np.exp(-20.0 / 144 * (1 + 1.5 * counted))
    assert abs(births - p.sum()) < 4.5 * math.sqrt((p * (1 - p)).sum())
    assert set(counted) == {0, 1, 2}


@pytest.mark.parametrize(
    ("off", "columns"),
    [
        ({"sprouting": 0.0}, {}),
        ({}, {"o2_exchange": 0.0}),
        ({}, {"maturity": 0.8}),
        ({"steepness": 20.0}, {"vegf_here": 0.01}),
    ],
    ids=str,
)
def test_who_does_not_sprout(off: dict[str, float], columns: dict[str, float]) -> None:
    _, births = sprouted(500, Angiogenesis(**({"sprouting": 1000.0 if columns == {} else 50.0} | off)), **columns)
    assert births == 0


def test_exchange_is_shared_and_then_grows_up() -> None:
    """A division halves it; in time both halves carry as much as one did: 1 - (1/2) exp(-t/3 d)."""
    n = 40
    world, births = sprouted(n, Angiogenesis(sprouting=100.0, maturation=3.0), vegf_here=1e9)
    c = world.sites[0].cells
    young = c["maturity"] < 1.0
    assert births > 5
    assert young.sum() == 2 * births
    assert c["o2_exchange"].sum() == pytest.approx(n * 20.0)
    assert (c["maturity"][young] == 0.5).all()
    plan = make_world({"vessel": WALL}, [Angiogenesis(sprouting=0.0)], tick="10 min")[1]
    for _ in range(144):
        world.step(plan)
    assert c["maturity"][young] == pytest.approx(1 - 0.5 * math.exp(-1 / 3))
    assert c["o2_exchange"][young] == pytest.approx(20.0 * (1 - 0.5 * math.exp(-1 / 3)))
    assert (c["o2_exchange"][~young] == 20.0).all()


def test_order_of_rows() -> None:
    digests = []
    for order in (None, 1):
        others = {"x": np.linspace(5, 395, 50), "lfa1": 1e5, "radius": 4.0}
        world, plan = make_world(
            {"vessel": WALL | {"x": np.linspace(5, 395, 200), "vegf_here": 4.8}, "t": others},
            [Angiogenesis(sprouting=5.0)], tick="10 min",
        )  # fmt: skip
        for tick in range(5):
            if order is not None:
                shuffle(world, order + tick)
            world.step(plan)
        digests.append(world.digest())
    assert digests[0] == digests[1]
    assert world.accounts["births"][0] > 10


def test_vessels_grow_until_there_is_oxygen() -> None:
    """In a bed of cells that two vessels cannot feed: VEGF calls sprouts, they bring oxygen, and the calling ends."""
    x, y = np.meshgrid(np.arange(10.0, 400.0, 20.0), np.arange(10.0, 400.0, 20.0))
    tumour = {"x": x.ravel(), "y": y.ravel(), "o2_uptake": 30.0, "radius": 9.0, "maturity": 1.0}
    vessels = WALL | {"x": np.array([150.0, 250.0]), "y": 200.0}
    processes = [
        Oxygen(perfusion=0.0), Hypoxia(), Secretion(), Diffusion(), Sensing(), SproutMigration(speed=0.5), Forces(),
        Angiogenesis(sprouting=2.0, maturation=0.5),
    ]  # fmt: skip
    course = {}
    for name, plan_of in (("with", processes), ("without", [p for p in processes if not isinstance(p, Angiogenesis)])):
        world, plan = make_world(
            {"vessel": vessels, "tumour": tumour}, plan_of, tick="10 min",
            periods={"forces": "10 min", "sprout_migration": "10 min"},
        )  # fmt: skip
        world.settle(plan)
        c, voxels, seen = world.sites[0].cells, world.sites[0].voxels, []
        for _ in range(12):
            for _ in range(144):
                world.step(plan)
            seen.append(((c["o2_exchange"] > 0).sum(), voxels["o2"].mean(), voxels["vegf"].mean()))
        course[name] = np.array(seen)
    n, o2, vegf = course["with"].T
    starving = course["without"]
    assert (starving[:, 0] == 2).all()
    assert o2[-1] > 10.0 > 1.0 > starving[-1, 1]
    assert vegf[-1] < 0.01 * starving[-1, 2]
    assert 20 < n[-1] < 200
    assert n[-1] <= 1.05 * n[-3], "vessels still grow"
