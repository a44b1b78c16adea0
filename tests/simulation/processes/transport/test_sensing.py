"""Sensing: a cell knows its own voxel, and the nearest wall of a capsule."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.processes.transport.sensing import TAKEN, Sensing, enclose, take
from simulation.vocabulary.cytokines import SUBSTANCES
from tests.worlds import make_world, shuffle


def test_every_substance_is_sensed():
    assert set(SUBSTANCES) <= set(TAKEN.values())


@pytest.mark.parametrize("shape", [(5, 4, 1), (4, 3, 2)])
def test_each_cell_takes_the_value_of_its_voxel(shape):
    cells = {"a": {"radius": np.full(60, 5.0)}, "b": {"radius": np.full(9, 5.0)}}
    world, plan = make_world(cells, [Sensing()], shape=shape)
    site = world.sites[0]
    for k, there in enumerate(TAKEN.values()):
        site.voxels[there][:] = np.arange(site.lattice.n_voxels) + 1000.0 * k
    shuffle(world)
    world.step(plan)
    cells = site.cells
    i, j, k = ((cells[axis] // 20.0).astype(int) for axis in "xyz")
    voxel = (i * shape[1] + j) * shape[2] + k
    for here, there in TAKEN.items():
        assert (cells[here] == site.voxels[there][voxel]).all(), here


def test_it_senses_before_the_first_tick():
    world, plan = make_world({"a": {"radius": np.ones(3)}}, [Sensing()])
    world.sites[0].voxels["il6"][:] = 4.0
    world.settle(plan)
    assert (world.sites[0].cells["il6_here"] == 4.0).all()


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), n_voxels=st.integers(1, 30), n=st.integers(0, 40))
def test_enclosure_against_a_plain_loop(seed, n_voxels, n):
    chance = np.random.default_rng(seed)
    voxel = chance.integers(0, n_voxels, n)
    enclosing = chance.integers(-1, n_voxels, n_voxels)
    integrity = chance.uniform(size=n_voxels)
    found = np.full(n, 9.0)
    enclose(voxel, enclosing, integrity, found)
    assert found.tolist() == [integrity[enclosing[v]] if enclosing[v] >= 0 else 0.0 for v in voxel]


def test_taking_against_a_plain_loop():
    chance = np.random.default_rng(7)
    voxel, fields = chance.integers(0, 9, 30), (chance.normal(size=9), chance.normal(size=9))
    here = np.full(30, np.nan), np.full(30, np.nan)
    take(voxel, fields, here)
    for field, values in zip(fields, here, strict=True):
        assert values.tolist() == [field[v] for v in voxel]


def test_only_what_is_enclosed_feels_the_capsule():
    cells = {"x": np.array([30.0, 110.0, 290.0]), "y": np.full(3, 10.0)}
    world, plan = make_world({"a": cells}, [Sensing()], shape=(15, 1, 1))
    voxels = world.sites[0].voxels
    voxels["capsule"][7] = 0.7
    voxels["enclosing"][:7] = 7
    world.step(plan)
    assert world.sites[0].cells["enclosure"].tolist() == [0.7, 0.7, 0.0]
    voxels["capsule"][7] = 0.0
    for _ in range(5):
        world.step(plan)
    assert not world.sites[0].cells["enclosure"].any()
