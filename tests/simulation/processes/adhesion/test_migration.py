"""Migration: mean square displacement of a persistent random walk, bias along a gradient, who stands still."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from simulation.engine.world import World
from simulation.processes.adhesion.migration import STRETCH, Migration
from tests.worlds import make_world, shuffle

WALKER = {"speed": 3.0, "persistence": 7.0}


def walkers(n: int, shape: tuple[int, int, int] = (1000, 1000, 1), **columns: Any) -> tuple[World, Any]:
    """Put n walkers in the middle of a box so wide that none sees a wall."""
    middle = [length * 10.0 for length in shape]
    at = {axis: np.full(n, m) for axis, m in zip("xyz", middle, strict=True)}
    return make_world({"walker": WALKER | at | columns}, [Migration()], shape=shape)


def advance(world: World, plan: Any, minutes: float = 2.0) -> np.ndarray:
    """Take one step and move the cells by their own drift; return the velocities."""
    c = world.sites[0].cells
    world.step(plan)
    drift = np.array([c["drift_x"], c["drift_y"], c["drift_z"]])
    for axis, v in zip("xyz", drift, strict=True):
        c[axis][:] += v * minutes
    world.sites[0].moved += 1
    return drift


def displacement(v: float, p: float, dt: float, steps: int) -> float:
    """Mean square displacement of the walk in steps of dt: headings k steps apart agree with exp(-k dt / p)."""
    q = math.exp(-dt / p)
    return v * v * dt * dt * (steps + 2 * sum((steps - k) * q**k for k in range(1, steps)))


@pytest.mark.parametrize("shape", [(1000, 1000, 1), (100, 100, 100), (1, 1000, 1000)])
def test_mean_square_displacement(shape: tuple[int, int, int]) -> None:
    """2,000 walkers for 60 min, 4 standard errors: would see an error of 10 % of v or 20 % of P in 99 of 100 tests."""
    n, steps, dt = 2000, 30, 2.0
    world, plan = walkers(n, shape)
    c = world.sites[0].cells
    start = np.array([c[a].copy() for a in "xyz"])
    for _ in range(steps):
        advance(world, plan)
    r2 = ((np.array([c[a] for a in "xyz"]) - start) ** 2).sum(axis=0)
    expected = displacement(3.0, 7.0, dt, steps)
    error = r2.std() / math.sqrt(n)
    assert r2.mean() == pytest.approx(expected, abs=4 * error)
    assert error < 0.03 * expected  # what the power rests on
    continuous = 2 * 9 * 7 * (60 - 7 * (1 - math.exp(-60 / 7)))
    assert expected == pytest.approx(continuous, rel=0.01)
    for axis, voxels in zip("xyz", shape, strict=True):
        assert np.ptp(c[axis]) == 0.0 if voxels == 1 else np.ptp(c[axis]) > 100.0


def test_halving_the_step_changes_little() -> None:
    """The walk in steps of 2 min and of 1 min differs by less than 1 % after an hour."""
    assert displacement(3.0, 7.0, 2.0, 30) == pytest.approx(displacement(3.0, 7.0, 1.0, 60), rel=0.01)


def test_speed_is_speed_times_factor() -> None:
    """Each walker moves at exactly its speed; one at 0 not at all."""
    world, plan = walkers(5, speed=np.array([0.0, 0.5, 1.0, 2.0, 8.0]))
    drift = advance(world, plan)
    assert np.sqrt((drift**2).sum(axis=0)) == pytest.approx([0.0, 0.5, 1.0, 2.0, 8.0])


def test_factors_scale_speed_and_bias() -> None:
    """motility_factor makes the speed, chemotaxis_factor 0 takes the gradient away."""
    drifts = []
    for following in (1.0, 0.0):
        world, plan = walkers(50, (200, 200, 1), chemotaxis=1.0)
        c = world.sites[0].cells
        world.sites[0].voxels["cxcl"][:] = np.repeat(np.arange(200) * 2e4, 200)
        c["motility_factor"][:] = 0.25
        c["chemotaxis_factor"][:] = following
        drifts.append(advance(world, plan))
    assert drifts[0][0] == pytest.approx(np.full(50, 0.75), rel=1e-6)
    assert np.sqrt((drifts[1] ** 2).sum(axis=0)) == pytest.approx(np.full(50, 0.75))
    assert drifts[1][0].min() < 0


def test_follows_the_gradient() -> None:
    """Chemotaxis 1 goes straight up a steep gradient, 0 nowhere in particular; more of it goes farther."""
    gained = []
    for chemotaxis in (0.0, 0.3, 1.0):
        world, plan = walkers(400, (200, 200, 1), chemotaxis=chemotaxis)
        site = world.sites[0]
        site.voxels["cxcl"][:] = np.repeat(np.arange(200) * 2e3, 200)  # 100 ng/mL per um along x
        start = site.cells["x"].copy()
        for _ in range(10):
            advance(world, plan)
        gained.append((site.cells["x"] - start).mean() / (3.0 * 20.0))
    assert abs(gained[0]) < 4 * 0.7 / 20
    assert gained[0] < gained[1] < gained[2]
    assert gained[2] == pytest.approx(1.0, abs=1e-3)


def test_follows_a_weak_gradient_weakly() -> None:
    """At half_slope a cell with chemotaxis 1 leans halfway."""
    world, plan = walkers(4000, (200, 200, 1), chemotaxis=1.0)
    world.sites[0].voxels["cxcl"][:] = np.repeat(np.arange(200) * 20.0 * Migration().half_slope, 200)
    drift = advance(world, plan)
    angle = np.random.default_rng(1).random(400_000) * 2 * math.pi
    u = np.array([0.5 * np.cos(angle) + 0.5, 0.5 * np.sin(angle)])
    expected = (u[0] / np.sqrt((u**2).sum(axis=0))).mean()
    assert (drift[0] / 3.0).mean() == pytest.approx(expected, abs=0.02)


def test_stands_still_while_it_holds_somebody() -> None:
    """No drift with a partner."""
    world, plan = walkers(2, partner=np.array([7, 0], np.uint64))
    drift = advance(world, plan)
    assert drift[:, 0].tolist() == [0.0, 0.0, 0.0]
    assert np.abs(drift[:, 1]).sum() > 0


def test_turns_at_a_wall() -> None:
    """A walker that stands at a wall does not push into it."""
    world, plan = walkers(200, (10, 10, 1), x=0.0, y=200.0)
    drift = advance(world, plan)
    assert (drift[0] >= 0).all()
    assert (drift[1] <= 0).all()


def test_a_single_voxel_has_no_room() -> None:
    """No axis, no drift, no error."""
    world, plan = walkers(3, (1, 1, 1))
    assert not advance(world, plan).any()


def test_order_of_rows_changes_nothing() -> None:
    """Digest after ten steps, shuffled before each; and the headings are not all alike."""
    digests = []
    for mixed in (False, True):
        world, plan = walkers(100, (200, 200, 1), chemotaxis=0.4)
        world.sites[0].voxels["cxcl"][:] = np.repeat(np.arange(200) * 0.002, 200)
        for step in range(10):
            if mixed:
                shuffle(world, step)
            advance(world, plan)
        assert np.unique(world.sites[0].cells["heading_x"]).size == 100
        digests.append(world.digest())
    assert digests[0] == digests[1]


def test_who_crawls_beside_whom_changes_nothing() -> None:
    """Among walkers, among cells that stand still, and in stretches of rows that are mixed, each takes its own way."""
    n, fast = 3 * STRETCH + 5, np.zeros(3 * STRETCH + 5)
    fast[STRETCH + 3 :: 7] = 3.0
    courses = []
    for speed in (fast, 3.0):
        world, plan = walkers(n, speed=speed)
        for _ in range(20):
            advance(world, plan)
        c = world.sites[0].cells
        courses.append(np.array([c["x"], c["y"]]))
    some, all_ = courses
    np.testing.assert_array_equal(some[:, fast > 0], all_[:, fast > 0])
    assert (some[:, fast == 0] == 10_000.0).all() and (all_ != 10_000.0).all()


def test_each_follows_its_own_attractant() -> None:
    """Who follows CCL2 goes up its gradient and not up that of CXC chemokines; who follows both goes between."""
    world, plan = walkers(
        3, (200, 200, 1), chemotaxis=1.0, cxcl_following=np.array([1.0, 0, 1]), ccl2_following=np.array([0.0, 1, 1])
    )
    voxels = world.sites[0].voxels
    voxels["cxcl"][:] = np.repeat(np.arange(200) * 2e6, 200)  # along x
    voxels["ccl2"][:] = np.tile(np.arange(200) * 2e6, 200)  # along y
    drift = advance(world, plan) / 3.0
    assert drift[0] == pytest.approx([1.0, 0.0, math.sqrt(0.5)], abs=1e-3)
    assert drift[1] == pytest.approx([0.0, 1.0, math.sqrt(0.5)], abs=1e-3)
