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
from simulation.engine.neighbours import CellList, home_of_bin, run, runs, slot_of

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
def naming(cells: CellList, name: NDArray[np.uint64], spans: Spans) -> Couples:
    """Find the couples.

    cells    CellList     of the table
    name     n       1    lineage that a row names, 0 = nobody
    spans    k, 2         first row, and one past the last, of stretches outside of which nobody names anybody
    """
    around, n, found = runs(cells), 0, 0
    those = np.empty(cells.rows.size, np.int32)
    for first, last in spans:
        for row in range(first, last):
            those[n] = row
            n += int(name[row] != np.uint64(0))
    by, whom = np.empty(n, np.int32), np.empty(n, np.int32)
    for row in those[:n]:
        other = named(cells, home_of_bin(cells, cells.bin_of[row]), around, name[row])
        if other >= 0:
            by[found], whom[found] = slot_of(cells, row), other
            found += 1
    return coupled(cells, by[:found], whom[:found])


@kernel
def coupled(cells: CellList, by: Slots, whom: Slots) -> Couples:
    """Put couples into their order.

    by, whom    k   1    slots of those who name, and of whom they name
    """
    before = np.zeros(cells.start.size, np.int32)
    for slot in whom:
        before[cells.bins[slot] + 1] += 1
    for b in range(before.size - 1):
        before[b + 1] += before[b]
    naming_by, named_whom, end = np.empty(by.size, np.int32), np.empty(by.size, np.int32), before.copy()
    for k in range(by.size):  # those of a bin are few: each is put where it belongs among them
        b = cells.bins[whom[k]]
        i = end[b]
        end[b] += 1
        while i > before[b] and _later(naming_by[i - 1], named_whom[i - 1], by[k], whom[k]):
            naming_by[i], named_whom[i] = naming_by[i - 1], named_whom[i - 1]
            i -= 1
        naming_by[i], named_whom[i] = by[k], whom[k]
    return Couples(naming_by, named_whom)


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
def names_in(name: NDArray[np.uint64], spans: Spans) -> NDArray[np.uint64]:
    """Copy what the rows of these spans name, one after the other."""
    n = 0
    for first, last in spans:
        n += last - first
    copied, n = np.empty(n, np.uint64), 0
    for first, last in spans:
        for row in range(first, last):
            copied[n] = name[row]
            n += 1
    return copied


@kernel
def names_as(name: NDArray[np.uint64], before: NDArray[np.uint64], spans: Spans) -> bool:
    """Tell whether the rows of these spans name whom they named before; `before` from `names_in`, of the same spans."""
    n = 0
    for first, last in spans:
        now, changed = name[first:last], 0
        for i in range(np.uint64(now.size)):
            changed += int(now[i] != before[np.uint64(n) + i])
        if changed:
            return False
        n += last - first
    return True


@inlined
def stretch(couples: Couples, first: int) -> int:
    """One past the last couple that names the same cell as couple `first`, the first of those."""
    last = first + 1
    while last < couples.whom.size and couples.whom[last] == couples.whom[first]:
        last += 1
    return last
