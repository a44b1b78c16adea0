"""Capsule: the three influences, exact in time; pressure of bodies on voxels; breach and its event."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from simulation.processes.stroma.capsule import Capsule, near, press, reach, worn
from tests.worlds import make_world, shuffle

UNIT = Capsule().mmp_unit
ratio = st.floats(0, 1)
rate = st.floats(0, 100)


def walled(process=None, *, tick="1 day", mmp=0.0, integrity=0.9, cells=None, shape=(6, 6, 1)):
    """A world whose third line of voxels is a wall; a lonely cell without pressure far from it unless given."""
    world, plan = make_world(
        {"fibroblast": cells or {"x": 115.0, "y": np.array([115.0]), "radius": 5.0}}, [process or Capsule()],
        shape=shape, tick=tick, periods={"capsule": tick},
    )  # fmt: skip
    voxels = world.site("liver").voxels
    line = np.indices(shape)[0].ravel() == 2
    voxels["capsule_wall"][:] = line
    voxels["capsule_edge"][:] = line
    voxels["capsule"][:] = integrity * line
    voxels["mmp"][:] = mmp
    world.listening = True
    return world, plan, np.flatnonzero(line)


def integrity_after(days, **more):
    world, plan, wall = walled(**more)
    for _ in range(days):
        world.step(plan)
    return world.site("liver").voxels["capsule"][wall]


def test_mmp_dissolves() -> None:
    """M47: one unit dissolves a tenth per day."""
    assert integrity_after(10, mmp=UNIT) == pytest.approx(0.9 * math.exp(-1.0))


def test_caf_in_the_voxel_build() -> None:
    """M47: at their rate."""
    cells = {"x": 50.0, "y": np.array([10.0, 10.0, 30.0]), "caf": np.array([1.0, 1.0, 0.0]), "radius": 5.0}
    found = integrity_after(10, cells=cells, integrity=0.5)
    assert found[0] == pytest.approx(1 - 0.5 * math.exp(-0.4))
    assert (found[1:] == 0.5).all()


def test_pressure_beyond_yield_presses_apart() -> None:
    """M47: cells beside the wall that reach into it count as well as those inside: (50 + 10) / 2 - 10 = 20 pN/um^2."""
    cells = {"x": np.array([33.0, 50.0]), "y": 10.0, "pressure": np.array([50.0, 10.0]), "radius": 9.0}
    found = integrity_after(5, cells=cells)
    assert found[0] == pytest.approx(0.9 - 0.002 * 20 * 5)
    assert (found[1:] == 0.9).all()


def test_pressure_below_yield_does_nothing() -> None:
    cells = {"x": np.array([50.0]), "y": 10.0, "pressure": 10.0}
    assert (integrity_after(5, cells=cells) == 0.9).all()


@pytest.mark.parametrize("pressing", [0.0, 0.1, 0.4])
@pytest.mark.parametrize(("gain", "loss"), [(0.0, 0.0), (0.05, 0.0), (0.0, 0.2), (0.1, 0.3), (1e-12, 1e-12)])
def test_step_against_a_numerical_solution(gain: float, loss: float, pressing: float) -> None:
    def slope(_, c):
        return gain * (1 - c) - loss * c - pressing

    expected = solve_ivp(slope, (0, 3), [0.8], rtol=1e-10, atol=1e-12).y[0, -1]
    assert worn(0.8, gain, loss, pressing, 3.0) == pytest.approx(max(expected, 0.0), abs=1e-8)


@given(c=ratio, gain=rate, loss=rate, pressing=rate, days=st.floats(0, 1000))
def test_stays_in_bounds_for_any_step(c: float, gain: float, loss: float, pressing: float, days: float) -> None:
    assert 0.0 <= worn(c, gain, loss, pressing, days) <= 1.0


@given(c=ratio, gain=st.floats(0, 5), loss=st.floats(0, 5), pressing=st.floats(0, 0.1))
def test_one_step_is_two_half_steps(c: float, gain: float, loss: float, pressing: float) -> None:
    halves = worn(worn(c, gain, loss, pressing, 0.5), gain, loss, pressing, 0.5)
    assert worn(c, gain, loss, pressing, 1.0) == pytest.approx(halves, abs=1e-9)


@given(c=ratio, loss=st.floats(0, 5), more=st.floats(0, 5))
def test_more_mmp_never_means_more_capsule(c: float, loss: float, more: float) -> None:
    assert worn(c, 0.1, loss + more, 0.0, 1.0) <= worn(c, 0.1, loss, 0.0, 1.0) + 1e-12


def test_only_the_wall_changes() -> None:
    world, plan, wall = walled(mmp=UNIT)
    voxels = world.site("liver").voxels
    elsewhere = np.setdiff1d(np.arange(36), wall)
    voxels["capsule"][elsewhere] = 0.05
    for _ in range(30):
        world.step(plan)
    assert (voxels["capsule"][elsewhere] == 0.05).all()
    assert (voxels["breached"][elsewhere] == 0).all()
    assert (voxels["breached"][wall] == 1).all()


def test_a_breach_is_reported_once_where_and_when_it_happens() -> None:
    world, plan, wall = walled(mmp=UNIT)
    voxels = world.site("liver").voxels
    voxels["capsule"][wall[1]] = 0.5
    for _ in range(30):
        world.step(plan)
    events = [h for h in world.happenings if h["kind"] == "capsule_breached"]
    assert [h["tick"] + 1 for h in events] == [math.ceil(10 * math.log(c / 0.2)) for c in (0.5, 0.9)]
    first, later = events
    assert (first["x"].tolist(), first["y"].tolist(), first["z"].tolist()) == ([50.0], [30.0], [10.0])
    assert first["where"] == "liver"
    assert len(later["x"]) == 5
    for h in events:
        assert (h["lineage"] == 0).all()
        assert (h["parcel"] == 0).all()
    assert (first["value"], later["value"]) == (0.0, 1.0)  # how many places were open before


def test_only_the_outer_edge_opens_the_way_out() -> None:
    """M47c: a hole inside is no way out."""
    world, plan, wall = walled(mmp=UNIT)
    world.site("liver").voxels["capsule_edge"][wall[1:]] = 0.0
    for _ in range(30):
        world.step(plan)
    events = [h for h in world.happenings if h["kind"] == "capsule_breached"]
    assert [len(h["x"]) for h in events] == [1]
    assert (world.site("liver").voxels["breached"][wall] == 1).all()


def test_a_breach_is_for_good() -> None:
    cells = {"x": np.full(5, 50.0), "y": 10.0, "caf": 1.0}
    world, plan, wall = walled(cells=cells, integrity=0.1)
    for _ in range(40):
        world.step(plan)
    voxels = world.site("liver").voxels
    assert voxels["capsule"][wall[0]] > 0.9
    assert voxels["breached"][wall[0]] == 1


def test_defaults_let_a_wall_give_way_within_weeks() -> None:
    """With MMP of an enclosed nodule (40-100 ng/mL), CAF (0.4 per voxel) and some pressure: one to nine weeks."""
    p = Capsule()
    for mmp in (40.0, 100.0):
        for integrity in (0.6, 0.95):
            c, days = integrity, 0
            while c >= p.broken:
                c = worn(c, p.deposition * 0.4, p.degradation * mmp / p.mmp_unit, p.pressing * 5.0, 1.0)
                days += 1
            assert 7 <= days <= 63


def test_pressure_against_brute_force_in_space() -> None:
    """A block: mean over the balls that have a point in common with the cube."""
    rng = np.random.default_rng(8)
    n, shape, side = 60, (4, 5, 3), 20.0
    x, y, z = (rng.uniform(0, m * side, n) for m in shape)
    radius, pressure = rng.uniform(4, 25, n), rng.uniform(0, 50, n)
    world, _ = make_world({"cell": {"x": x, "y": y, "z": z, "radius": radius, "pressure": pressure}}, shape=shape)
    site = world.site("liver")
    wall = (rng.random(60) < 0.5) * 1.0
    found = np.zeros(60)
    press(site.cell_list(side), pressure, radius, wall, side, shape, found)
    for v, (i, j, k) in enumerate(np.ndindex(shape)):
        near = [np.clip(c, m * side, (m + 1) * side) for c, m in ((x, i), (y, j), (z, k))]
        touching = (near[0] - x) ** 2 + (near[1] - y) ** 2 + (near[2] - z) ** 2 <= radius**2
        expected = pressure[touching].mean() if wall[v] and touching.any() else 0.0
        assert found[v] == pytest.approx(expected)
    assert (found > 0).sum() > 10


@pytest.mark.parametrize("shape", [(6, 5, 1), (4, 3, 5)])
@pytest.mark.parametrize("far", [0, 1, 2])
def test_who_is_near_the_wall_against_a_plain_loop(shape: tuple[int, int, int], far: int) -> None:
    wall = (np.random.default_rng(3).random(shape) < 0.1) * 1.0
    places = np.argwhere(wall > 0.0)
    expected = [bool((np.abs(places - v).max(axis=1) <= far).any()) for v in np.ndindex(shape)]
    assert near(wall.ravel(), far, shape).tolist() == expected
    assert 0 < sum(expected) < wall.size or far == 2


def test_how_far_a_body_reaches() -> None:
    """As many voxels as the widest radius spans, rounded up: a centre may lie at the edge of its own voxel."""
    for widest, expected in ((0.0, 1), (19.0, 1), (20.0, 1), (21.0, 2), (60.0, 3), (61.0, 4), (1e9, 9), (math.inf, 9)):
        assert reach(np.array([0.0, widest, 1.0]), 20.0, 9) == expected


def test_order_of_rows_changes_nothing() -> None:
    digests = []
    rng = np.random.default_rng(1)
    cells = {"x": rng.uniform(0, 120, 300), "y": rng.uniform(0, 120, 300), "caf": rng.random(300),
             "pressure": rng.uniform(0, 100, 300)}  # fmt: skip
    for mixed in (False, True):
        world, plan, _ = walled(mmp=50.0, cells=cells)
        if mixed:
            shuffle(world)
        for _ in range(3):
            world.step(plan)
        digests.append(world.digest())
    assert digests[0] == digests[1]
