"""A selection meets what a walk of all slots would meet, in the same order."""

from __future__ import annotations

import numpy as np

from simulation.engine.neighbours import CellList, home, run, runs
from simulation.engine.selection import named_by, select


def listed(n: int) -> CellList:
    rng = np.random.default_rng(5)
    x, y = rng.random(n) * 100, rng.random(n) * 100
    return CellList.build(x, y, np.full(n, 5.0), np.arange(1, n + 1, dtype=np.uint64), side=20, extent=(100, 100, 10))


def test_the_chosen_of_every_run() -> None:
    """Against a walk over all slots."""
    cells = listed(300)
    chosen = np.arange(300) % 7 == 0
    found = select(cells, chosen)
    assert found.slots.size == chosen.sum()
    for slot in range(300):
        place = home(cells, slot)
        for r in range(runs(cells)):
            first, last = run(cells, place, r)
            naive = [s for s in range(first, last) if chosen[cells.rows[s]]]
            assert list(found.slots[found.before[first] : found.before[last]]) == naive


def test_none_chosen_and_none_there() -> None:
    """Empty ranges, no error."""
    assert select(listed(10), np.zeros(10, bool)).slots.size == 0
    assert list(select(listed(0), np.zeros(0, bool)).before) == [0]


def test_whom_the_chosen_name() -> None:
    """Neighbours that are named are found once; those far away, and nobody (0), are not."""
    cells = listed(300)
    at = cells.shape
    name = np.zeros(300, np.uint64)
    chosen = np.arange(300) < 40
    expected = set()
    for row in range(40):
        name[row] = (row * 7919) % 301  # lineage of row i is i + 1; 0 is nobody
        bins = [np.unravel_index(cells.bin_of[r], at) for r in (row, int(name[row]) - 1)]
        if name[row] > 0 and max(abs(int(a) - int(b)) for a, b in zip(*bins, strict=True)) <= 1:
            expected.add(int(name[row]) - 1)
    found = named_by(cells, select(cells, chosen), name)
    assert sorted(cells.rows[found.slots]) == sorted(expected)
    assert 2 < len(expected) < 38
    assert list(found.slots) == sorted(found.slots)
