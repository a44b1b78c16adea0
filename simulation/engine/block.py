"""A block: some columns of one dtype as lines of one piece of memory, so that one call does for all of them.

A table has a few blocks rather than one for each dtype: when it grows, only one of them is there twice at a time.
Requests have blocks of their own, so that one call tells who asks for what.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from simulation.engine.column import AtBirth, Column, Kind
from simulation.engine.kernel import kernel
from simulation.engine.longer import longer

#: columns of a block at most
LINES = 32
#: values looked at before the answer is asked for, as in engine/presence.py
STRETCH = 256

#: what becomes of a column at a birth, of mother and daughter or of the daughter alone
COPIED, HALVED, AFRESH, DAUGHTER_AFRESH = 0, 1, 2, 3
_AT_BIRTH = {AtBirth.COPY: COPIED, AtBirth.HALVE: HALVED, AtBirth.START: AFRESH}


class Block:
    """Columns of one dtype.

    columns    sequence of Column    at least one, all of the same dtype, and either all of them requests or none
    rows       int                   room for so many rows
    """

    def __init__(self, columns: Sequence[Column], rows: int) -> None:
        self.names = [column.name for column in columns]
        self.requests = columns[0].kind is Kind.REQUEST
        self.starts = np.concatenate([column.empty(1) for column in columns])
        self.at_birth = np.array(
            [_AT_BIRTH[column.at_birth] if column.kind is Kind.STATE else DAUGHTER_AFRESH for column in columns]
        )
        self._places: dict[tuple[str, ...], np.ndarray] = {}  # lines of the columns that were asked for so far
        self.values = np.empty((len(columns), 0), self.starts.dtype)
        self.grow(rows, 0)

    @staticmethod
    def blocks_of(columns: Iterable[Column], rows: int) -> list[Block]:
        """Share columns out to blocks."""
        alike: dict[tuple[str, bool], list[Column]] = {}
        for column in columns:
            alike.setdefault((column.dtype, column.kind is Kind.REQUEST), []).append(column)
        parts = (some[k : k + LINES] for some in alike.values() for k in range(0, len(some), LINES))
        return [Block(part, rows) for part in parts]

    def lines(self) -> Iterator[tuple[str, np.ndarray]]:
        """Give each column's name and its line."""
        return zip(self.names, self.values, strict=True)

    def copies(self, rows: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
        """Give each column's name and a copy of some of its rows."""
        return zip(self.names, self.values[:, rows], strict=True)

    def grow(self, rows: int, used: int) -> None:
        """Make room for `rows` rows; the first `used` ones stay as they are."""
        # An odd number of cache lines: the same row of many columns must not meet in the same places of the cache.
        room = 8 * ((max(rows, 1) + 7) // 8 | 1)
        older, self.values = self.values, np.empty((len(self.names), room), self.values.dtype)
        self.values[:, :used] = older[:, :used]

    def asked(self, names: tuple[str, ...], rows: int) -> dict[str, np.ndarray]:
        """Return the rows, of so many, that are above 0, for those of the named columns that have any."""
        lines = self._places.get(names)
        if lines is None:
            lines = self._places[names] = np.array([self.names.index(n) for n in names if n in self.names], np.int64)
        where, who = _above_zero(self.values, lines, rows)
        return {self.names[line]: who[where == line] for line in dict.fromkeys(where.tolist())}


class Alike:
    """All blocks of one dtype, for what happens to whole rows: a few calls then do for a table of hundreds of columns.

    blocks    list of Block    at least one
    """

    def __init__(self, blocks: list[Block]) -> None:
        self._blocks = blocks
        self._starts = tuple(block.starts for block in blocks)
        self._at_birth = tuple(block.at_birth for block in blocks)

    @staticmethod
    def among(blocks: Iterable[Block]) -> list[Alike]:
        """Put blocks of one dtype together."""
        by_dtype: dict[np.dtype, list[Block]] = {}
        for block in blocks:
            by_dtype.setdefault(block.values.dtype, []).append(block)
        return [Alike(some) for some in by_dtype.values()]

    @property
    def _values(self) -> tuple[np.ndarray, ...]:
        return tuple([block.values for block in self._blocks])

    def start(self, rows: slice) -> None:
        """Give rows their starting values."""
        _start(self._values, self._starts, rows.start, rows.stop)

    def divide(self, mothers: np.ndarray, place: slice) -> None:
        """Put daughters into a place, one for each mother: see `AtBirth`; their sums and requests start afresh."""
        _divide(self._values, self._at_birth, self._starts, mothers, place.start)

    def move(self, origin: np.ndarray, place: np.ndarray) -> None:
        """Put rows into other places; a place may be another's origin."""
        _move(self._values, origin, place)


@kernel
def _start(blocks: tuple[np.ndarray, ...], starts: tuple[np.ndarray, ...], first: int, past: int) -> None:
    for b in range(len(blocks)):
        values, start = blocks[b], starts[b]
        for k in range(values.shape[0]):
            values[k, first:past] = start[k]


@kernel
def _divide(
    blocks: tuple[np.ndarray, ...],
    at_birth: tuple[np.ndarray, ...],
    starts: tuple[np.ndarray, ...],
    mothers: np.ndarray,
    first: int,
) -> None:
    for b in range(len(blocks)):
        values, start = blocks[b], starts[b]
        for k in range(values.shape[0]):
            line, how = values[k], at_birth[b][k]
            for i in range(mothers.size):
                mother = mothers[i]
                if how == HALVED:
                    line[mother] *= 0.5
                elif how == AFRESH:
                    line[mother] = start[k]
                line[first + i] = start[k] if how == DAUGHTER_AFRESH else line[mother]


@kernel
def _move(blocks: tuple[np.ndarray, ...], origin: np.ndarray, place: np.ndarray) -> None:
    for b in range(len(blocks)):
        values = blocks[b]
        carried = np.empty(origin.size, values.dtype)
        for k in range(values.shape[0]):
            line = values[k]
            for i in range(origin.size):
                carried[i] = line[origin[i]]
            for i in range(origin.size):
                line[place[i]] = carried[i]


@kernel
def _above_zero(values: np.ndarray, lines: np.ndarray, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Return line and row of all that are above 0, line by line."""
    where, who, n = np.empty(64, np.int64), np.empty(64, np.int64), 0
    for k in lines:
        line, first = values[k], 0
        while first < rows:
            here = line[first : min(first + STRETCH, rows)]
            some = 0
            for i in range(np.uint64(here.size)):  # unsigned: see engine/neighbours.py
                some += int(here[i] > 0.0)
            if some:
                if n + some > who.size:
                    where, who = longer(where, 2 * (n + some)), longer(who, 2 * (n + some))
                for i in range(here.size):
                    if here[i] > 0.0:
                        where[n], who[n] = k, first + i
                        n += 1
            first += STRETCH
    return where[:n], who[:n]
