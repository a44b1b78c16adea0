"""A site renews what it derives from positions exactly when they change."""

import numpy as np

from simulation.engine.naming import Couples
from simulation.vocabulary import traits
from tests.worlds import EVERYTHING, make_world

CELLS = {"a": {"radius": np.full(30, 9.0)}, "b": {"radius": np.full(20, 5.0)}}


def test_one_search_serves_all_until_positions_change() -> None:
    site = make_world(CELLS)[0].sites[0]
    first = site.cell_list(30.0)
    assert site.cell_list(30.0) is first
    assert site.cell_list(20.0) is not first
    site.moved += 1  # says that some cell may have moved
    assert site.cell_list(30.0) is first
    site.cells["y"][11] += 1.0
    site.moved += 1
    second = site.cell_list(30.0)
    assert second is not first and second.y[second.rows == 11] == site.cells["y"][11]
    site.cells.keep(np.arange(50) != 7)
    assert len(site.cell_list(30.0).rows) == 49 and len(second.rows) == 50


def test_runs_join_neighbouring_types_and_skip_empty_and_unwanted_ones() -> None:
    world, _ = make_world({**CELLS, "none": {"radius": np.zeros(0)}, "c": {"radius": np.full(5, 3.0)}})
    site = world.sites[0]
    assert site.runs_of(site.kinds_with(frozenset({"age"}), ())) == [slice(0, 55)]
    assert site.runs_of(site.kinds_with(frozenset({"age"}), ("a", "c"))) == [slice(0, 30), slice(50, 55)]
    assert site.runs_of(site.kinds_with(frozenset({"age"}), ("not a",))) == [slice(30, 55)]
    assert site.runs_of(site.kinds_with(frozenset({"age"}), ("not b", "not c"))) == [slice(0, 30)]
    assert site.runs_of(site.kinds_with(frozenset({"no_such"}), ())) == []


def test_spans_of_rows_follow_the_types_that_have_a_column() -> None:
    have = {"a": EVERYTHING, "b": traits.BODY, "c": EVERYTHING}
    world, _ = make_world({**CELLS, "c": {"radius": np.full(5, 3.0)}}, columns=have)
    site = world.sites[0]
    assert site.spans_with("partner").tolist() == [[0, 30], [50, 55]]
    assert site.spans_with("radius").tolist() == [[0, 55]]
    assert site.spans_with("no_such").shape == (0, 2)
    site.cells.keep(np.arange(55) != 7)
    assert site.spans_with("partner").tolist() == [[0, 29], [49, 54]]


def test_couples_are_looked_for_once_until_a_name_or_a_cell_changes() -> None:
    """Whoever writes: the names themselves are compared."""
    site = make_world({"a": {"x": 50.0 + np.arange(6), "y": np.full(6, 50.0)}})[0].sites[0]
    c = site.cells
    assert site.couples("partner").by.size == 0
    c["partner"][2] = c["lineage"][4]
    first = site.couples("partner")
    rows = site.cell_list(site.reach).rows
    assert (rows[first.by].tolist(), rows[first.whom].tolist()) == ([2], [4])
    assert site.couples("partner") is first
    c["partner"][2] = c["lineage"][5]
    second = site.couples("partner")
    assert rows[second.whom].tolist() == [5]
    assert site.couples("colony").by.size == 0  # another column, which does not push the first out
    assert site.couples("partner") is second
    c["x"][5] += 200.0
    site.moved += 1
    assert site.couples("partner").by.size == 0
    c["x"][5] -= 200.0
    site.moved += 1
    c.keep(np.arange(6) != 0)
    rows = site.cell_list(site.reach).rows
    last = site.couples("partner")
    assert c["partner"][rows[last.by]] == c["lineage"][rows[last.whom]]


def test_couples_that_were_kept_hold_until_a_name_changes() -> None:
    site = make_world({"a": {"x": 50.0 + np.arange(6), "y": np.full(6, 50.0)}})[0].sites[0]
    c = site.cells
    c["partner"][2] = c["lineage"][4]
    kept = Couples(np.array([1], np.int32), np.array([3], np.int32))  # as its writer would have found them
    site.keep_couples("partner", kept)
    assert site.couples("partner") is kept
    c["partner"][0] = c["lineage"][4]
    assert site.couples("partner").by.size == 2


def test_tidy_puts_each_type_into_the_order_of_its_voxels_and_changes_nothing_else() -> None:
    world, _ = make_world(CELLS)
    site = world.sites[0]
    before, types = world.digest(), site.cells["cell_type"].copy()
    assert (np.diff(site.cell_list(site.lattice.side).bin_of[:30]) < 0).any()
    site.tidy()
    bins = site.cell_list(site.lattice.side).bin_of
    assert (np.diff(bins[:30]) >= 0).all() and (np.diff(bins[30:]) >= 0).all()
    assert (site.cells["cell_type"] == types).all() and world.digest() == before
