"""Frames: what a world looks like, and that looking leaves no trace."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.viewer.frame import blood_counts, body_counts, conjugates, frame_of
from tests.analysis.viewer.worlds import TYPES, frame, small_model


@pytest.fixture(scope="module")
def model():
    return small_model()


def test_looking_changes_nothing(model) -> None:
    before = model.world.digest()
    seen = frame_of(model.world)
    for values in seen.cells.values():
        values[:] = 0
    for plane in seen.fields.values():
        plane[:] = 7
    assert model.world.digest() == before


def test_a_frame_has_every_cell_of_the_site(model) -> None:
    world = model.world
    seen = frame_of(world)
    assert len(seen) == len(world.sites[0].cells) and seen.site == "liver"
    assert np.array_equal(seen.cells["lineage"], world.sites[0].cells["lineage"])
    assert np.allclose(seen.cells["x"], world.sites[0].cells["x"])
    assert set(seen.organs) == {s.name for s in world.sites}
    tumour = world.sites[0].cells["cell_type"] == seen.types.index("tumour_cell")
    assert seen.organs["liver"]["tumour_cell"] == world.sites[0].cells["parcel"][tumour].sum()
    assert seen.blood["sicam1"] == world.pools["sicam1"][0]
    assert seen.extent == world.sites[0].lattice.extent
    assert frame_of(world, 3.5, "lung").site == "lung" and frame_of(world, 3.5).day == 3.5


def test_a_trait_is_nan_where_the_type_has_none(model) -> None:
    seen = frame_of(model.world)
    t_cells = seen.cells["cell_type"] == seen.types.index("t_cell")
    tumour = seen.cells["cell_type"] == seen.types.index("tumour_cell")
    assert np.isnan(seen.cells["emt"][t_cells]).all()
    assert np.isfinite(seen.cells["emt"][tumour]).all()


def test_the_capsule_is_nan_where_none_was_laid(model) -> None:
    voxels = model.world.sites[0].voxels
    wall = voxels["capsule_wall"].reshape(model.world.sites[0].lattice.shape)[:, :, 0] > 0
    capsule = frame_of(model.world).capsule
    assert wall.any() and np.array_equal(np.isfinite(capsule), wall)


def test_conjugates_join_those_who_hold_one_another() -> None:
    cells = {
        "lineage": np.array([10, 11, 12, 2**63 + 5], np.uint64), "partner": np.array([2**63 + 5, 0, 99, 0], np.uint64),
        "x": np.array([1, 2, 3, 4], np.float32), "y": np.array([5, 6, 7, 8], np.float32),
    }  # fmt: skip
    assert conjugates(cells).tolist() == [[1, 5, 4, 8]]  # 99 is not here
    assert conjugates({"lineage": cells["lineage"]}).shape == (0, 4)
    assert conjugates(cells | {"partner": np.zeros(4, np.uint64)}).shape == (0, 4)


def test_blood_is_counted_by_company() -> None:
    types = ["neutrophil", "t_cell", "tumour_cell"]
    cells = {
        "cell_type": np.array([2, 2, 2, 2, 1, 2, 0]), "convoy": np.array([1, 2, 2, 3, 3, 4, 4], np.uint64),
        "arrested": np.array([1, 0, 0, 2, 0, 0, 0]),
    }  # fmt: skip
    assert blood_counts(cells, types) == {
        "tumour_cells": 5.0, "arrested": 2.0, "singles": 1.0, "clusters": 1.0, "with_lymphocyte": 1.0,
        "with_neutrophil": 1.0,
    }  # fmt: skip
    nobody = {name: values[:0] for name, values in cells.items()}
    assert set(blood_counts(nobody, types).values()) == {0.0}


def test_organs_are_counted_in_cells() -> None:
    cells = {
        "cell_type": np.array([3, 3, 3, 2]), "parcel": np.array([2, 3, 4, 5]),
        "colony": np.array([0, 7, 7, 0], np.uint64),
        "dormant": np.array([0, 1, 0, 0]),
    }  # fmt: skip
    counted = body_counts(cells, list(TYPES))
    assert counted["tumour_cell"] == 9 and counted["t_cell"] == 5 and counted["hepatocyte"] == 0
    assert (counted["arrived"], counted["growing"], counted["dormant"], counted["colonies"]) == (7, 4, 3, 1)


def test_a_block_is_cut_in_its_middle() -> None:
    flat, deep = frame(), frame(200, depth=200.0)
    assert not flat.block and len(flat.section()[0]) == len(flat)
    rows, radius = deep.section()
    off = np.abs(deep.cells["z"] - 100.0)
    assert deep.block and 0 < len(rows) < 200
    assert set(rows) == set(np.flatnonzero(off < deep.cells["radius"]))
    assert np.allclose(radius**2 + off[rows] ** 2, deep.cells["radius"][rows] ** 2, rtol=1e-4)


def test_one_cell_is_told_about() -> None:
    seen = frame()
    assert seen.row_of(7) == 6 and seen.row_of(2**64 - 1) == -1
    told = seen.about(6)
    assert told["lineage"] == "7" and told["cell_type"] in TYPES and isinstance(told["x"], float)
