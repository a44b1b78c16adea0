"""Secretion: what cells put out is what voxels get, to the last digit that matters."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.processes.transport.secretion import Secretion, collect
from simulation.vocabulary.cytokines import SLOW
from tests.worlds import make_world, shuffle


@pytest.mark.parametrize("shape", [(7, 5, 1), (5, 4, 3), (1, 1, 1)])
def test_mass_is_conserved(shape):
    chance = np.random.default_rng(3)
    out = {f"{s}_output": chance.uniform(0, 10, 300) for s in SLOW}
    world, plan = make_world({"cell": out}, [Secretion()], shape=shape)
    world.step(plan)
    voxels, volume = world.sites[0].voxels, 20.0**3
    for s in SLOW:
        arrived = voxels[f"{s}_source"].sum() * volume / 1e6  # fg/min
        assert arrived == pytest.approx(out[f"{s}_output"].sum(), rel=1e-12)


def test_unit_of_one_cell_in_one_voxel():
    # 1 fg in (20 um)^3 = 8000 um^3 = 8e-9 mL; 1 fg = 1e-6 ng, so 125 ng/mL
    cells = {"x": np.array([31.0]), "y": np.array([11.0]), "il6_output": 1.0}
    world, plan = make_world({"cell": cells}, [Secretion()], shape=(3, 2, 1))
    world.step(plan)
    source = world.sites[0].voxels["il6_source"]
    assert source.tolist() == pytest.approx([0, 0, 125.0, 0, 0, 0], rel=1e-14)
    assert not world.sites[0].voxels["tnf_source"].any()


def test_order_of_rows_does_not_show():
    out = {"tnf_output": np.random.default_rng(4).lognormal(0, 3, 500)}
    fields = []
    for mixed in (False, True):
        world, plan = make_world({"a": out, "b": out}, [Secretion()], shape=(3, 3, 1))
        if mixed:
            shuffle(world)
        world.step(plan)
        fields.append(world.sites[0].voxels["tnf_source"].tobytes())
    assert fields[0] == fields[1]


def test_a_parcel_feeds_its_voxel_as_one_cell():
    world, plan = make_world({"cell": {"tnf_output": np.array([2.0]), "parcel": 50}}, [Secretion()], shape=(1, 1, 1))
    world.step(plan)
    assert world.sites[0].voxels["tnf_source"][0] == pytest.approx(250.0)


def test_sources_do_not_outlive_their_cells():
    world, plan = make_world({"cell": {"tnf_output": np.ones(0)}}, [Secretion()])
    world.sites[0].voxels["tnf_source"][:] = 5.0
    world.step(plan)
    assert not world.sites[0].voxels["tnf_source"].any()


def test_kernel_against_plain_python():
    chance = np.random.default_rng(5)
    bins = np.sort(chance.integers(0, 6, 40)).astype(np.int32)
    rows = chance.permutation(40).astype(np.int32)
    amounts = chance.normal(size=40), np.zeros(40), chance.normal(size=40)
    totals = tuple(np.full(6, np.nan) for _ in amounts)
    collect(rows, bins, amounts, 2.0, totals)
    for amount, total in zip(amounts, totals, strict=True):
        for v in range(6):
            expected = 0.0
            for slot in np.flatnonzero(bins == v):
                expected += amount[rows[slot]]
            assert total[v] == expected * 2.0
