"""A block: some columns of one dtype as lines of one piece of memory, so that one call does for all of them.

A table has a few blocks rather than one for each dtype: when it grows, only one of them is there twice at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from simulation.engine.column import Column, Kind
from simulation.engine.kernel import kernel

#: columns of a block at most
LINES = 32


class Block:
    """Columns of one dtype.

    columns    sequence of Column    at least one, all of the same dtype
    rows       int                   room for so many rows
    """

    def __init__(self, columns: Sequence[Column], rows: int) -> None:
        self.names = [column.name for column in columns]
        self._start = np.concatenate([column.empty(1) for column in columns])[:, None]
        self._state = np.array([column.kind is Kind.STATE for column in columns])[:, None]
        self.values = np.empty((len(columns), 0), self._start.dtype)
        self.grow(rows, 0)

    @staticmethod
    def blocks_of(columns: Iterable[Column], rows: int) -> list[Block]:
        """Share columns out to blocks."""
        by_dtype: dict[str, list[Column]] = {}
        for column in columns:
            by_dtype.setdefault(column.dtype, []).append(column)
        parts = (alike[k : k + LINES] for alike in by_dtype.values() for k in range(0, len(alike), LINES))
        return [Block(part, rows) for part in parts]

    def lines(self) -> Iterator[tuple[str, np.ndarray]]:
        """Give each column's name and its line."""
        return zip(self.names, self.values, strict=True)

    def grow(self, rows: int, used: int) -> None:
        """Make room for `rows` rows; the first `used` ones stay as they are."""
        # An odd number of cache lines: the same row of many columns must not meet in the same places of the cache.
        room = 8 * ((max(rows, 1) + 7) // 8 | 1)
        older, self.values = self.values, np.empty((len(self.names), room), self.values.dtype)
        self.values[:, :used] = older[:, :used]

    def start(self, rows: slice) -> None:
        """Give rows their starting values."""
        self.values[:, rows] = self._start

    def copy(self, origin: np.ndarray, place: slice) -> None:
        """Copy rows over others that have starting values; sums, products and requests keep these."""
        self.values[:, place] = np.where(self._state, self.values[:, origin], self.values[:, place])

    def move(self, origin: np.ndarray, place: np.ndarray) -> None:
        """Put rows into other places; a place may be another's origin."""
        _move(self.values, origin, place)


@kernel
def _move(values: np.ndarray, origin: np.ndarray, place: np.ndarray) -> None:
    carried = np.empty(origin.size, values.dtype)
    for k in range(values.shape[0]):
        line = values[k]
        for i in range(origin.size):
            carried[i] = line[origin[i]]
        for i in range(origin.size):
            line[place[i]] = carried[i]
