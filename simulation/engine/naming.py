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
from simulation.engine.neighbours import CellList, home, run, runs

Slots = NDArray[np.int32]


class Couples(NamedTuple):
    """Cells that name another one, and whom; both by slot.

    by      k   1   who names, ascending among those that name the same
    whom    k   1   who is named, ascending
    """

    by: Slots
    whom: Slots


@kernel
def naming(cells: CellList, name: NDArray[np.uint64]) -> Couples:
    """Find the couples.

    cells    CellList     of the table
    name     n       1    lineage that a row names, 0 = nobody
    """
    n, found = cells.rows.size, 0
    by, whom, place_of = np.empty(n, np.int32), np.empty(n, np.int32), np.zeros(n + 1, np.int32)
    around, rows, lineage = runs(cells), cells.rows, cells.lineage
    for slot in range(n):
        sought = name[rows[slot]]
        if sought == np.uint64(0):
            continue
        place = home(cells, slot)
        for r in range(around):
            first, last = run(cells, place, r)
            for other in range(np.uint64(first), np.uint64(last)):
                if lineage[other] == sought:
                    by[found], whom[found] = slot, other
                    place_of[other + 1] += 1
                    found += 1
    for slot in range(n):
        place_of[slot + 1] += place_of[slot]
    naming_by, named = np.empty(found, np.int32), np.empty(found, np.int32)
    for k in range(found):
        ordered = place_of[whom[k]]
        naming_by[ordered], named[ordered] = by[k], whom[k]
        place_of[whom[k]] = ordered + 1
    return Couples(naming_by, named)


@inlined
def stretch(couples: Couples, first: int) -> int:
    """One past the last couple that names the same cell as couple `first`, the first of those."""
    last = first + 1
    while last < couples.whom.size and couples.whom[last] == couples.whom[first]:
        last += 1
    return last
