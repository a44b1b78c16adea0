"""Oxygen as a process: uptake and exchange summed by voxel, settled and stepped."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from simulation.engine.errors import InputError
from simulation.processes.transport.oxygen import Oxygen
from simulation.vocabulary.cytokines import SUBSTANCES
from tests.worlds import make_world, shuffle


def filled(shape=(6, 6, 1), **columns):
    """One cell in the middle of every voxel."""
    n = int(np.prod(shape))
    place = (np.indices(shape).reshape(3, n) + 0.5) * 20.0
    return {"cell": dict(zip("xyz", place, strict=True)) | {"radius": np.full(n, 9.0)} | columns}


def test_uniform_tissue_is_a_balance_of_rates():
    world, plan = make_world(filled(o2_uptake=10.0, o2_exchange=4.0), [Oxygen()], shape=(6, 6, 1))
    world.settle(plan)
    uptake = 10.0 * 4.0 / 3.0 * np.pi * 9.0**3 / 8000.0
    expected = 4.3 * 50.0 / (0.1 + uptake + 4.3)
    assert world.sites[0].voxels["o2"] == pytest.approx(np.full(36, expected), rel=1e-6)


def test_tissue_without_cells_rests_at_38():
    world, plan = make_world({"cell": {"radius": np.ones(0)}}, [Oxygen()], shape=(5, 5, 1))
    world.sites[0].voxels["o2"][:] = 3.0
    world.settle(plan)
    assert world.sites[0].voxels["o2"] == pytest.approx(np.full(25, 37.5), rel=1e-6)


def test_dense_tissue_far_from_vessels_is_hypoxic_and_falls_with_distance():
    n = 30
    vessel = np.zeros(n)
    vessel[0] = 200.0
    world, plan = make_world(
        filled((n, 1, 1), o2_uptake=20.0, o2_exchange=vessel), [Oxygen(perfusion=0.0)], shape=(n, 1, 1)
    )
    world.settle(plan)
    o2 = world.sites[0].voxels["o2"]
    assert (np.diff(o2) < 0).all() and o2[-1] < 5.0 < 15.0 < o2[0] < 50.0
    uptake = 20.0 * 4.0 / 3.0 * np.pi * 9.0**3 / 8000.0
    length = 20.0 * 5 / np.log(o2[5] / o2[10])
    assert length == pytest.approx(np.sqrt(1e5 / (uptake + 0.1)), rel=0.02)  # about 115 um


def test_the_settled_state_stays():
    exchange = np.random.default_rng(2).uniform(0, 20, 36)
    world, plan = make_world(filled(o2_uptake=10.0, o2_exchange=exchange), [Oxygen()], shape=(6, 6, 1))
    world.settle(plan)
    before = world.sites[0].voxels["o2"].copy()
    for _ in range(5):
        world.step(plan)
    assert world.sites[0].voxels["o2"] == pytest.approx(before, rel=1e-6)


def test_a_step_of_ten_minutes_forgets_the_start():
    fields = []
    for start in (0.0, 100.0):
        world, plan = make_world(filled(o2_uptake=10.0, o2_exchange=5.0), [Oxygen()], shape=(6, 6, 1))
        world.sites[0].voxels["o2"][:] = start
        for _ in range(2 * 5):
            world.step(plan)
        fields.append(world.sites[0].voxels["o2"].copy())
    assert fields[0] == pytest.approx(fields[1], rel=0.01)


def test_vessel_and_numbers_may_be_overridden():
    numbers = tuple(replace(s, decay=0.3) if s.name == "o2" else s for s in SUBSTANCES.values())
    process = Oxygen(vessel=60.0, perfusion=0.3, substances=numbers)
    world, plan = make_world({"cell": {"radius": np.ones(0)}}, [process], shape=(3, 3, 1))
    world.settle(plan)
    assert world.sites[0].voxels["o2"] == pytest.approx(np.full(9, 30.0), rel=1e-6)
    with pytest.raises(InputError, match="nothing is known of o2"):
        Oxygen(substances=())


def test_without_any_loss_settling_leaves_the_field_alone():
    numbers = (replace(SUBSTANCES["o2"], decay=0.0),)
    world, plan = make_world({}, [], shape=(3, 3, 1))
    world, plan = make_world(
        {"cell": {"radius": np.ones(0)}}, [Oxygen(perfusion=0.0, substances=numbers)], shape=(3, 3, 1)
    )
    world.settle(plan)
    assert (world.sites[0].voxels["o2"] == SUBSTANCES["o2"].initial).all()


def test_order_of_rows_does_not_show():
    chance = np.random.default_rng(6)
    cells = {"o2_uptake": chance.uniform(0, 20, 300), "o2_exchange": chance.uniform(0, 20, 300)}
    fields = []
    for mixed in (False, True):
        world, plan = make_world({"a": cells}, [Oxygen()], shape=(4, 4, 2))
        if mixed:
            shuffle(world)
        world.step(plan)
        fields.append(world.sites[0].voxels["o2"].tobytes())
    assert fields[0] == fields[1]
