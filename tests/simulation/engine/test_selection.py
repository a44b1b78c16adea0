"""A selection meets what a walk of all slots would meet, in the same order."""

from __future__ import annotations

import numpy as np

from simulation.engine.neighbours import CellList, home, run, runs
from simulation.engine.selection import select


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
