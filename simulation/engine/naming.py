"""Which cells name which: for what one cell does to another that it holds, each couple looked for once.

A column may hold the lineage of another cell of the site. Where that cell is in a bin next to the one that names it,
both are a couple. Couples stand in the order of the named slot, then of the naming slot, so that whatever several do to
one is an unbroken stretch, met in the order in which a walk around the named cell would meet them:

    first = 0
    while first < couples.by.size:
        last = stretch(couples, first)
        for k in range(first, last):
            ... couples.by[k] names couples.whom[first]
        first = last
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.engine.kernel import inlined, kernel
from simulation.engine.neighbours import CellList, home_of_bin, run, runs

Slots = NDArray[np.int32]
Spans = NDArray[np.int64]


class Couples(NamedTuple):
    """Cells that name another one, and whom; both by slot.

    by      k   1   who names, ascending among those that name the same
    whom    k   1   who is named, ascending
    """

    by: Slots
    whom: Slots


@kernel
def naming(cells: CellList, name: NDArray[np.uint64], among: Spans) -> Couples:
    """Find the couples.

    cells    CellList     of the table
    name     n       1    lineage that a row names, 0 = nobody
    among    k, 2         first row, and one past the last, of spans outside of which nobody names anybody
    """
    rows, start, around, n, found = cells.rows, cells.start, runs(cells), 0, 0
    those = np.empty(rows.size, np.int32)
    for first, last in among:
        for row in range(first, last):
            those[n] = row
            n += int(name[row] != np.uint64(0))
    couples, before = np.empty((2, n), np.int32), np.zeros(start.size, np.int32)
    for row in those[:n]:
        place = home_of_bin(cells, cells.bin_of[row])
        other = named(cells, place, around, name[row])
        if other >= 0:
            slot = start[cells.bin_of[row]]
            while rows[slot] != row:
                slot += 1
            couples[0, found], couples[1, found] = slot, other
            before[cells.bins[other] + 1] += 1
            found += 1
    for b in range(start.size - 1):
        before[b + 1] += before[b]
    by, whom = np.empty(found, np.int32), np.empty(found, np.int32)
    end = before.copy()  # of the couples in a bin so far: few, each put where it belongs
    for k in range(found):
        b = cells.bins[couples[1, k]]
        i = end[b]
        end[b] += 1
        while i > before[b] and _later(by[i - 1], whom[i - 1], couples[0, k], couples[1, k]):
            by[i], whom[i] = by[i - 1], whom[i - 1]
            i -= 1
        by[i], whom[i] = couples[0, k], couples[1, k]
    return Couples(by, whom)


@inlined
def _later(by: int, whom: int, other_by: int, other_whom: int) -> bool:
    return whom > other_whom or (whom == other_whom and by > other_by)


@inlined
def named(cells: CellList, place: tuple[int, int, int], around: int, name: np.uint64) -> int:
    """Slot of the cell of this lineage in the bins around `place`; -1 if it is not there.

    place     of a bin, from `home`
    around    number of runs, from `runs`
    """
    for r in range(around):
        first, last = run(cells, place, r)
        for other in range(np.uint64(first), np.uint64(last)):
            if cells.lineage[other] == name:
                return np.int64(other)  # type: ignore[return-value]  # `int` would leave it unsigned
    return -1


@kernel
def names_as(name: NDArray[np.uint64], before: NDArray[np.uint64], among: Spans) -> bool:
    """Tell whether rows of these spans name whom they named before."""
    for first, last in among:
        changed = 0
        for row in range(np.uint64(first), np.uint64(last)):
            changed += int(name[row] != before[row])
        if changed:
            return False
    return True


@inlined
def stretch(couples: Couples, first: int) -> int:
    """One past the last couple that names the same cell as couple `first`, the first of those."""
    last = first + 1
    while last < couples.whom.size and couples.whom[last] == couples.whom[first]:
        last += 1
    return last
