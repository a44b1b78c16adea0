"""Efferocytosis: against the same sums in plain Python, conserved, and in which direction ICAM-1 works."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulation.engine.world import World
from simulation.processes.immunity.efferocytosis import Efferocytosis
from simulation.processes.immunity.polarisation import Polarisation
from tests.worlds import make_world, shuffle

TEN = 5  # ticks of a period


def larder(
    rule: Efferocytosis, n: int = 1, bodies: float = 10.0, more: tuple[Polarisation, ...] = (), **columns: object
) -> tuple[World, object]:
    """Put n macrophages and one other cell into a voxel with bodies."""
    world, plan = make_world(
        {
            "macrophage": {"x": np.full(n, 10.0), "y": 10.0, "macrophage": 1.0} | columns,
            "other": {"x": np.array([10.0]), "y": 10.0, "icam1": 1e6},
        },
        [rule, *more],
    )
    world.sites[0].voxels["bodies"][0] = bodies
    return world, plan


def advance(world: World, plan: object, periods: int) -> None:
    for _ in range(periods * TEN):
        world.step(plan)  # type: ignore[arg-type]


def test_uneaten_bodies_fall_apart_within_the_published_time() -> None:
    """8.6 h: exp(-1) is left of what was made then."""
    world, plan = larder(Efferocytosis(clearing=510.0), macrophage=0.0)
    advance(world, plan, 51)
    assert world.sites[0].voxels["debris"][0] == pytest.approx(10 * math.exp(-1))
    assert not world.sites[0].cells["eaten"].any()


def test_every_step_against_plain_python() -> None:
    """Three macrophages of different ICAM-1 share a voxel's bodies by appetite; digestion forgets."""
    icam1 = np.array([0.0, 5e4, 2e5])
    world, plan = larder(Efferocytosis(brake=1.0), 3, icam1=icam1)
    k = [0.01 * (1 - 0.6 * i / (i + 5e4)) for i in icam1]
    there, eaten, digesting = 10.0, np.zeros(3), np.zeros(3)
    for _ in range(20):
        advance(world, plan, 1)
        left = there * math.exp(-(1 / 516 + sum(k)) * 10)
        took = (there - left) * np.array(k) / (1 / 516 + sum(k))
        there, eaten, digesting = left, eaten + took, digesting * math.exp(-10 / 360) + took
    c = world.sites[0].cells
    assert world.sites[0].voxels["debris"][0] == pytest.approx(there, rel=1e-12)
    assert c["eaten"] == pytest.approx([*eaten, 0.0], rel=1e-12)
    assert c["digesting"] == pytest.approx([*digesting, 0.0], rel=1e-12)


def test_bodies_are_conserved() -> None:
    """Made = eaten + there, where none fall apart of themselves; new ones join."""
    world, plan = larder(Efferocytosis(clearing=1e6), 2)
    voxels = world.sites[0].voxels
    for more in (0.0, 3.0, 0.0, 1.0):
        voxels["bodies"][0] += more
        advance(world, plan, 7)
    made = 14.0 * (1 - 280 / 1e6)
    assert world.sites[0].cells["eaten"].sum() + voxels["debris"][0] == pytest.approx(14.0, rel=1e-4)
    assert world.sites[0].cells["eaten"].sum() < made


@pytest.mark.parametrize(("sign", "more_without"), [(-1.0, True), (1.0, False)])
def test_without_icam1_macrophages_eat_more_and_become_m2_or_the_reverse(sign: float, more_without: bool) -> None:
    """M56: Q8: a host without ICAM-1 has more M2 where ICAM-1 blocks efferocytosis, fewer where it is the receptor."""
    m2 = {}
    for icam1 in (0.0, 2e5):
        rule = Efferocytosis(icam_efferocytosis_sign=sign, brake=1.0)
        world, plan = larder(rule, more=(Polarisation(),), icam1=icam1, bodies=1.0)
        advance(world, plan, 72)
        c = world.sites[0].cells
        m2[icam1] = c["eaten"][0], c["m2"][0]
    eaten, polarised = zip(*(m2[i] for i in (0.0, 2e5)), strict=True)
    assert (eaten[0] > 1.02 * eaten[1]) == (polarised[0] > 1.02 * polarised[1]) == more_without
    assert 0.05 < min(polarised) < max(polarised) < 0.9


def test_without_weight_icam1_does_nothing() -> None:
    """brake = 0 is the neutral value."""
    eaten = []
    for icam1 in (0.0, 1e6):
        world, plan = larder(Efferocytosis(brake=0.0), icam1=icam1)
        advance(world, plan, 10)
        eaten.append(world.sites[0].cells["eaten"][0])
    assert eaten[0] == eaten[1] > 1.0


def test_macrophages_eat_no_living_cell() -> None:
    """Nobody dies of it, whatever it eats."""
    world, plan = larder(Efferocytosis(uptake=10.0), 5)
    advance(world, plan, 30)
    assert world.sites[0].cells.n == 6
    assert world.sites[0].voxels["debris"][0] < 1e-6


def test_order_of_rows_changes_nothing() -> None:
    """Digest after ten periods, shuffled before each step."""
    digests = []
    for mixed in (False, True):
        world, plan = larder(Efferocytosis(), 9, icam1=np.linspace(0, 1e6, 9))
        for step in range(50):
            if mixed:
                shuffle(world, step)
            world.step(plan)  # type: ignore[arg-type]
        digests.append(world.digest())
    assert digests[0] == digests[1]


@pytest.mark.parametrize("shape", [(20, 20, 1), (6, 6, 6)])
@pytest.mark.parametrize("seed", [1, 2])
def test_who_reaches_what(shape: tuple[int, int, int], seed: int) -> None:
    """M56: bodies in voxels within radius + reach are eaten, against the same sums over all pairs in plain Python."""
    luck, rule, side = np.random.default_rng(seed), Efferocytosis(brake=1.0), 20.0
    spots = luck.uniform(0, 1, (3, 30)) * np.array(shape)[:, None] * side
    columns = {"macrophage": 1.0, "radius": luck.uniform(4, 9, 30), "icam1": luck.uniform(0, 2e5, 30)}
    world, plan = make_world(
        {"macrophage": dict(zip("xyz", spots, strict=True)) | columns, "other": {"icam1": 1e6}}, [rule],
        shape=shape, side=side,
    )  # fmt: skip
    voxels = world.sites[0].voxels
    bodies = luck.choice([0.0, 0.0, 3.0], voxels.n)
    voxels["bodies"][:] = bodies
    middle = np.stack(world.sites[0].lattice.centres())
    gap = np.maximum(np.abs(spots[:, :, None] - middle[:, None, :]) - side / 2, 0.0)
    far = np.sqrt((gap**2).sum(axis=0))
    near = far < (columns["radius"] + rule.reach)[:, None]
    assert near.sum(axis=1).max() > 2
    k = 0.01 * (1 - 0.6 * columns["icam1"] / (columns["icam1"] + 5e4))
    loss = 1 / 516 + k @ near
    left = bodies * np.exp(-loss * 10)
    advance(world, plan, 1)
    assert voxels["debris"] == pytest.approx(left, rel=1e-9)
    eaten = k * (near @ ((bodies - left) / loss))
    assert world.sites[0].cells["eaten"][:30] == pytest.approx(eaten, rel=1e-9, abs=1e-15)


@pytest.mark.parametrize(("reach", "eats"), [(5.0, True), (0.0, False), (-1e3, False)])
def test_next_door_no_farther_than_it_reaches(reach: float, eats: bool) -> None:
    """7 um and 5 um from the middle of a voxel of 20 um: beyond its edge, not beyond the next but one."""
    world, plan = make_world(
        {"macrophage": {"x": np.array([10.0]), "y": 10.0, "macrophage": 1.0, "radius": 7.0}},
        [Efferocytosis(reach=reach)],
    )
    voxels = world.sites[0].voxels
    voxels["bodies"][[1, 2, 20, 40]] = 10.0
    advance(world, plan, 1)
    beside, beyond = voxels["debris"][[1, 20]], voxels["debris"][[2, 40]]
    assert beyond == pytest.approx(10 * math.exp(-10 / 516))
    assert bool((beside < beyond).all()) is eats
    assert bool(world.sites[0].cells["eaten"][0] > 0.0) is eats
