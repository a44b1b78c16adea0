"""Cell lists: the right pairs, the right voxels, the same order for any order of rows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.engine.errors import ContractError, NumericalError
from simulation.engine.kernel import kernel
from simulation.engine.lattice import Lattice
from simulation.engine.neighbours import CellList, count_within, fits, later_neighbours, pairs_within, require, slot_of

BOXES = {
    "block": (60.0, 45.0, 50.0),
    "slab": (90.0, 70.0, 10.0),
    "line": (200.0, 9.0, 9.0),
    "upright slab": (9.0, 80.0, 70.0),
    "sheet of one line": (80.0, 9.0, 70.0),
    "single bin": (9.0, 9.0, 9.0),
}
SIDE = 10.0


def scatter(n, extent, seed, beyond=0.0):
    rng = np.random.default_rng(seed)
    xyz = [rng.uniform(-beyond, length + beyond, n) for length in extent]
    return (*xyz, rng.permutation(np.arange(1, n + 1).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)))


def brute_pairs(x, y, z, lineage, radius):
    found = set()
    for i in range(len(x)):
        for j in range(len(x)):
            near = (x[i] - x[j]) ** 2 + (y[i] - y[j]) ** 2 + (z[i] - z[j]) ** 2 < radius * radius
            if near and lineage[i] < lineage[j]:
                found.add((i, j))
    return found


@pytest.mark.parametrize("extent", BOXES.values(), ids=BOXES.keys())
@pytest.mark.parametrize("beyond", [0.0, 15.0])
def test_pairs_are_those_of_the_naive_double_loop(extent, beyond):
    x, y, z, lineage = scatter(120, extent, 3, beyond)
    cells = CellList.build(x, y, z, lineage, side=SIDE, extent=extent)
    expected = brute_pairs(x, y, z, lineage, SIDE)
    pairs = [tuple(p) for p in pairs_within(cells, SIDE).tolist()]
    assert len(pairs) == len(set(pairs))
    assert set(pairs) == expected
    count = np.zeros(len(x), int)
    for i, j in expected:
        count[i] += 1
        count[j] += 1
    np.testing.assert_array_equal(count_within(cells, SIDE), count)


@settings(max_examples=60, deadline=None)
@given(
    n=st.integers(0, 40),
    extent=st.tuples(*[st.floats(1.0, 80.0)] * 3),
    side=st.floats(2.0, 30.0),
    seed=st.integers(0, 2**32 - 1),
)
def test_pairs_of_any_box(n, extent, side, seed):
    x, y, z, lineage = scatter(n, extent, seed)
    cells = CellList.build(x, y, z, lineage, side=side, extent=extent)
    assert {tuple(p) for p in pairs_within(cells, side).tolist()} == brute_pairs(x, y, z, lineage, side)


@pytest.mark.parametrize("extent", BOXES.values(), ids=BOXES.keys())
def test_list_is_the_same_for_any_order_of_rows(extent):
    x, y, z, lineage = scatter(300, extent, 5)
    a = CellList.build(x, y, z, lineage, side=SIDE, extent=extent)
    shuffle = np.random.default_rng(1).permutation(300)
    b = CellList.build(x[shuffle], y[shuffle], z[shuffle], lineage[shuffle], side=SIDE, extent=extent)
    for name in ("start", "bins", "x", "y", "z", "lineage"):
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name))
    np.testing.assert_array_equal(a.rows, shuffle[b.rows])
    np.testing.assert_array_equal(a.bin_of[shuffle], b.bin_of)


def test_slots_agree_with_rows_and_bins():
    extent = BOXES["block"]
    x, y, z, lineage = scatter(200, extent, 7)
    cells = CellList.build(x, y, z, lineage, side=SIDE, extent=extent)
    assert sorted(cells.rows.tolist()) == list(range(200))
    np.testing.assert_array_equal(cells.x, x[cells.rows])
    np.testing.assert_array_equal(cells.y, y[cells.rows])
    np.testing.assert_array_equal(cells.z, z[cells.rows])
    np.testing.assert_array_equal(cells.lineage, lineage[cells.rows])
    np.testing.assert_array_equal(cells.bins, cells.bin_of[cells.rows])
    assert cells.start[0] == 0
    assert cells.start[-1] == 200
    for b in range(len(cells.start) - 1):
        inside = slice(cells.start[b], cells.start[b + 1])
        assert (cells.bins[inside] == b).all()
        assert (np.diff(cells.lineage[inside].astype(object)) > 0).all()


@pytest.mark.parametrize("n", [2, 9, 10, 11, 100, 5000])
def test_crowded_bin_is_in_lineage_order(n):
    rng = np.random.default_rng(n)
    lineage = rng.integers(1, 2**64 - 1, n, dtype=np.uint64)
    here = np.full(n, 5.0)
    cells = CellList.build(here, here, here, lineage, side=20.0, extent=(20.0, 20.0, 20.0))
    np.testing.assert_array_equal(cells.lineage, np.sort(lineage))
    np.testing.assert_array_equal(cells.rows, np.argsort(lineage, kind="stable"))


@pytest.mark.parametrize("shape", [(7, 5, 1), (4, 3, 6), (1, 1, 1), (1, 6, 2)])
@pytest.mark.parametrize("side", [20.0, 0.1, 1.0 / 3.0])
def test_bins_of_voxel_width_are_the_voxels(shape, side):
    lattice = Lattice(shape, side)
    rng = np.random.default_rng(11)
    x, y, z = (rng.uniform(-side, length + side, 500) for length in lattice.extent)
    walls = np.arange(shape[0] + 1) * side  # on a wall, one last bit decides the voxel
    x = np.concatenate([x, walls, np.nextafter(walls, -1.0), np.nextafter(walls, 1e9)])
    y, z = np.resize(y, x.size), np.resize(z, x.size)
    cells = CellList.build(x, y, z, np.arange(x.size, dtype=np.uint64), side=side, extent=lattice.extent)
    assert cells.shape == shape
    assert cells.width == (side, side, side)
    np.testing.assert_array_equal(cells.bin_of, lattice.voxels(x, y, z))


@pytest.mark.parametrize("n", [0, 1, 2])
def test_few_cells(n):
    at = np.arange(n) * 3.0 + 1.0
    cells = CellList.build(at, at, np.full(n, 5.0), np.arange(n, dtype=np.uint64), side=SIDE, extent=BOXES["slab"])
    assert cells.start[-1] == n
    assert count_within(cells, SIDE).tolist() == [n - 1] * n
    assert len(pairs_within(cells, SIDE)) == n // 2


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("axis", [0, 1, 2])
def test_position_that_is_not_finite_is_named(wrong, axis):
    *xyz, lineage = scatter(20, BOXES["block"], 1)
    xyz[axis][7] = wrong
    with pytest.raises(NumericalError, match=str(lineage[7])):
        CellList.build(*xyz, lineage, side=SIDE, extent=BOXES["block"])


def test_search_wider_than_the_bins_is_refused():
    cells = CellList.build(*scatter(20, BOXES["block"], 1), side=SIDE, extent=BOXES["block"])
    with pytest.raises(ContractError, match="larger side"):
        count_within(cells, 15.0)
    with pytest.raises(ContractError, match="larger side"):
        pairs_within(cells, 15.0)


@pytest.mark.parametrize(
    ("side", "extent"),
    [(0.0, (1.0, 1.0, 1.0)), (-1.0, (1.0, 1.0, 1.0)), (np.nan, (1.0, 1.0, 1.0)), (1.0, (1.0, 0.0, 1.0)),
     (1.0, (1.0, np.inf, 1.0))],
)  # fmt: skip
def test_impossible_boxes_are_refused(side, extent):
    with pytest.raises(ContractError, match="positive"):
        CellList.build(*scatter(3, (1.0, 1.0, 1.0), 1), side=side, extent=extent)


@pytest.mark.parametrize("extent", BOXES.values(), ids=BOXES.keys())
@pytest.mark.parametrize("n", [1, 150, 900])
def test_later_neighbours_are_those_of_the_naive_double_loop_in_slot_order(extent, n):
    """Crowded enough at 900 that the first guess of their number is exceeded."""
    x, y, z, lineage = scatter(n, extent, 8)
    cells = CellList.build(x, y, z, lineage, side=SIDE, extent=extent)
    radius = np.random.default_rng(2).uniform(1.0, 4.0, n)
    bins = cells.start.size - 1
    for first, last, start in [(0, bins, 0), (bins // 3, bins, 0), (0, bins // 2, cells.start[bins // 2])]:
        begins, lower, upper = later_neighbours(cells, radius, 1.25, first, last, start)
        assert begins.size == cells.start[last] - cells.start[first] + 1 and begins[0] == 0
        for i, slot in enumerate(range(cells.start[first], cells.start[last])):
            d2 = (cells.x - cells.x[slot]) ** 2 + (cells.y - cells.y[slot]) ** 2 + (cells.z - cells.z[slot]) ** 2
            near = np.flatnonzero(d2 < (1.25 * (radius + radius[slot])) ** 2)
            near = near[(near > slot) & (near >= start)]
            np.testing.assert_array_equal(upper[begins[i] : begins[i + 1]], near)
            assert (lower[begins[i] : begins[i + 1]] == slot).all()


@pytest.mark.parametrize("extent", BOXES.values(), ids=BOXES.keys())
def test_list_is_the_same_from_any_order_to_start_with(extent):
    x, y, z, lineage = scatter(300, extent, 6)
    a = CellList.build(x, y, z, lineage, side=SIDE, extent=extent)
    order = np.random.default_rng(3).permutation(300).astype(np.int32)
    for first in (order, a.rows):
        b = CellList.build(x, y, z, lineage, side=SIDE, extent=extent, order=first)
        for name in ("start", "rows", "bins", "bin_of", "x", "y", "z", "lineage"):
            np.testing.assert_array_equal(getattr(a, name), getattr(b, name))


def test_a_list_knows_whether_a_cell_has_moved():
    x, y, z, lineage = scatter(50, BOXES["block"], 7)
    cells = CellList.build(x, y, z, lineage, side=SIDE, extent=BOXES["block"])
    assert cells.holds(x, y, z)
    for axis in (x, y, z):
        kept = axis[31]
        for there in (np.nextafter(kept, np.inf), np.nan):
            axis[31] = there
            assert not cells.holds(x, y, z)
        axis[31] = kept
    assert cells.holds(x, y, z)


@kernel
def slots_of(cells, slots):
    for row in range(slots.size):
        slots[row] = slot_of(cells, row)


def test_slot_of_a_row():
    cells = CellList.build(*scatter(200, BOXES["block"], 9), side=SIDE, extent=BOXES["block"])
    slots = np.empty(200, np.int64)
    slots_of(cells, slots)
    np.testing.assert_array_equal(slots, np.argsort(cells.rows))


@kernel
def wide_enough(cells, radius):
    return fits(cells, radius)


@pytest.mark.parametrize("extent", [*BOXES.values(), (5.0, 5.0, 5.0)])
def test_kernels_learn_what_is_required_of_bins(extent):
    cells = CellList.build(*scatter(20, extent, 1), side=SIDE, extent=extent)
    narrowest = min((w for w, n in zip(cells.width, cells.shape, strict=True) if n > 1), default=np.inf)
    refused = 0
    for radius in (0.0, 0.5 * narrowest, narrowest, narrowest * (1.0 + 5e-10), narrowest * (1.0 + 2e-9), 1e6, np.nan):
        try:
            require(cells, radius)
        except ContractError:
            refused += 1
            assert not wide_enough(cells, radius)
        else:
            assert wide_enough(cells, radius)
    assert refused == (2 if narrowest < np.inf else 0)
