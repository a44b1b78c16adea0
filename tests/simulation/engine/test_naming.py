"""Naming: those that name a neighbour, once each, grouped by whom; nobody far away, nobody called 0."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.engine.naming import names_as, names_in, naming, stretch
from simulation.engine.neighbours import CellList


def all_of(n: int) -> np.ndarray:
    return np.array([(0, n)])


@pytest.mark.parametrize("depth", [10, 100])
def test_couples_are_those_of_a_plain_search(depth: int) -> None:
    """Against every cell looked up by name, in a slab and in a block."""
    n, rng = 300, np.random.default_rng(5)
    x, y, z = rng.random((3, n)) * np.array([[100], [100], [depth]])
    lineage = np.arange(1, n + 1, dtype=np.uint64)
    cells = CellList.build(x, y, z, lineage, side=20, extent=(100, 100, depth))
    name = rng.integers(0, 30, n).astype(np.uint64)  # 0 is nobody, and many name the same
    expected = set()
    for slot in range(n):
        sought = int(name[cells.rows[slot]])
        if sought:
            bins = [np.unravel_index(cells.bin_of[r], cells.shape) for r in (cells.rows[slot], sought - 1)]
            if max(abs(int(a) - int(b)) for a, b in zip(*bins, strict=True)) <= 1:
                expected.add((list(cells.lineage).index(sought), slot))
    found = list(zip(*naming(cells, name, all_of(n)), strict=True))
    assert [(int(whom), int(by)) for by, whom in found] == sorted(expected)
    assert 20 < len(expected) < n


def test_stretches_part_the_couples_by_whom_they_name() -> None:
    cells = CellList.build(*np.full((3, 6), 5.0), np.arange(1, 7, dtype=np.uint64), side=20, extent=(100, 100, 10))
    couples = naming(cells, np.array([4, 0, 4, 1, 6, 4], np.uint64), all_of(6))
    assert (couples.by.tolist(), couples.whom.tolist()) == ([3, 0, 2, 5, 4], [0, 3, 3, 3, 5])
    assert [stretch(couples, first) for first in (0, 1, 4)] == [1, 4, 5]


def test_nobody_there() -> None:
    cells = CellList.build(*np.zeros((3, 0)), np.zeros(0, np.uint64), side=20, extent=(100, 100, 10))
    assert naming(cells, np.zeros(0, np.uint64), all_of(0)).by.size == 0


def test_only_the_given_rows_are_asked() -> None:
    """Two spans that leave out rows 2 and 3, which name somebody too; which rows name others may then not matter."""
    cells = CellList.build(*np.full((3, 6), 5.0), np.arange(1, 7, dtype=np.uint64), side=20, extent=(100, 100, 10))
    spans, name = np.array([(0, 2), (4, 6)]), np.array([4, 0, 4, 1, 6, 4], np.uint64)
    assert list(zip(*naming(cells, name, spans), strict=True)) == [(0, 3), (5, 3), (4, 5)]
    before, nobody = names_in(name, spans), np.zeros((0, 2), np.int64)
    assert before.tolist() == [4, 0, 6, 4] and names_in(name, nobody).size == 0
    name[2:4] = 5
    assert names_as(name, before, spans)
    for row in (0, 1, 5):
        other = name.copy()
        other[row] = 3
        assert not names_as(other, before, spans)
        assert names_as(other, names_in(other, nobody), nobody)
