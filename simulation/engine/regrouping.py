"""Which rows move when some of a table's rows are dropped and each group is to stand together again: as few as can be.

The order of rows within a group is nobody's business, so rows that already stand where their group will be stay there;
only the others move, into the places that are left. What stands together is passed over as a whole, so that a few rows
more or less among many cost next to nothing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulation.engine.kernel import kernel
from simulation.engine.longer import longer

Counts = NDArray[np.int64]

#: rows compared before the answer is asked for: within a stretch the compiler works on several at once
STRETCH = 256


@kernel
def bounds_of(groups: NDArray[np.integer]) -> Counts:
    """Return where another group begins than in the row before: the first row, ..., and the number of rows."""
    n, found, first = groups.size, 0, 0
    bounds = np.empty(64, np.int64)
    while first < n:
        past = min(first + STRETCH, n)
        here = groups[first:past]
        own, others = here[0], 0
        for i in range(np.uint64(here.size)):  # unsigned: see engine/neighbours.py
            others += int(here[i] != own)
        if found + 2 * others + 2 > bounds.size:  # each of the others may stand alone
            bounds = longer(bounds, 2 * (bounds.size + others))
        if first == 0 or own != groups[first - 1]:
            bounds[found] = first
            found += 1
        if others:
            for i in range(1, here.size):
                if here[i] != here[i - 1]:
                    bounds[found] = first + i
                    found += 1
        first = past
    bounds[found] = n
    return bounds[: found + 1]


@kernel
def code_of(groups: NDArray[np.integer], row: int) -> int:
    """Group of a row as a signed number, which unsigned ones must not meet in arithmetic."""
    return int(np.int64(groups[row]))


@kernel
def moves(groups: NDArray[np.integer], gone: Counts) -> tuple[Counts, Counts]:
    """Return the rows that move and the places they move to, one for one.

    groups    n    1    at least one; group of each row
    gone      k    1    rows to drop, ascending
    """
    bounds = bounds_of(groups)
    codes = 0
    for r in range(bounds.size - 1):
        codes = max(codes, 1 + code_of(groups, bounds[r]))
    begin = np.zeros(codes + 1, np.int64)  # the first row that each group will have, and behind the last one
    for r in range(bounds.size - 1):
        begin[code_of(groups, bounds[r]) + 1] += bounds[r + 1] - bounds[r]
    for row in gone:
        begin[code_of(groups, row) + 1] -= 1
    for code in range(codes):
        begin[code + 1] += begin[code]
    total = begin[codes]

    most = gone.size
    for r in range(bounds.size - 1):
        code, first, past = code_of(groups, bounds[r]), bounds[r], bounds[r + 1]
        most += past - first - max(0, min(past, begin[code + 1]) - max(first, begin[code]))
    movers, places, moving, free = np.empty(most, np.int64), np.empty(most, np.int64), 0, 0
    behind = np.zeros(codes + 1, np.int64)  # movers of each group, later how many movers come before its next one
    k = 0
    for r in range(bounds.size - 1):
        code, first, past = code_of(groups, bounds[r]), bounds[r], bounds[r + 1]
        stays, leaves = max(first, begin[code]), min(past, begin[code + 1])  # rows between stand right
        row = first
        while row < past:
            right = stays <= row < leaves
            if right:  # on to the next that is dropped, or to the end of those that stand right
                row = min(leaves, gone[k]) if k < gone.size else leaves
                if row == leaves:
                    continue
            dropped = k < gone.size and gone[k] == row
            k += int(dropped)
            if row < total and (dropped or not right):
                places[free] = row
                free += 1
            if not dropped:
                movers[moving] = row
                behind[code + 1] += 1
                moving += 1
            row += 1
    for code in range(codes):
        behind[code + 1] += behind[code]
    ordered = np.empty(moving, np.int64)
    for i in range(moving):
        code = code_of(groups, movers[i])
        ordered[behind[code]] = movers[i]
        behind[code] += 1
    return ordered, places[:moving]
