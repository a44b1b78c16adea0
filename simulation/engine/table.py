"""A table of columns: the only place where state lives.

Rows may be grouped (cells by type), so that each group is one contiguous slice. A table grows in place and changes
its length only through `append`, `divide`, `drop`, `keep` and `reorder`, which the world calls once per tick.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

import numpy as np

from simulation.engine.block import Alike, Block
from simulation.engine.column import Column, Effect, Kind
from simulation.engine.digest import Piece
from simulation.engine.errors import ContractError, StorageError
from simulation.engine.regrouping import moves


class Table:
    """Columns of equal length.

    `changes` of the class counts how often rows of any table appeared, vanished or moved: while it stands, whoever
    looks at many tables need not ask each for its version.

    name       str                 what the rows are, as in an error message
    columns    iterable of Column  unique by name
    rows       int                 rows at the start, holding starting values
    key        str or ""           column that names a row whatever its position; "" = the position names it
    group      str or ""           integer column whose equal values stand together
    """

    changes: ClassVar[int] = 0

    def __init__(self, name: str, columns: Iterable[Column], rows: int = 0, *, key: str = "", group: str = "") -> None:
        self.name, self.key, self.group = name, key, group
        self.columns: dict[str, Column] = {}
        for column in columns:
            known = self.columns.setdefault(column.name, column)
            if (known.dtype, known.unit, known.kind) != (column.dtype, column.unit, column.kind):
                raise ContractError(
                    f"column {column.name!r} is declared twice with different dtype, unit or kind",
                    where=f"table {name}",
                    remedy="declare it once in agents/traits.py and use that",
                )
        #: names of the request columns, by what the world does for them
        self.requests: dict[Effect, list[str]] = {
            effect: sorted(n for n, c in self.columns.items() if c.effect is effect) for effect in Effect
        }
        self._resting = {name: column.resting for name, column in self.columns.items()}
        self.n = rows
        self.version = 0  # goes up whenever rows appear, vanish or move, so that anything derived can be renewed
        self._blocks = Block.blocks_of(self.columns.values(), rows)
        self._alike = Alike.among(self._blocks)
        for blocks in self._alike:
            blocks.start(slice(0, rows))
        self._asking = [block for block in self._blocks if block.requests]
        self._name_lines()
        self._live: dict[str, np.ndarray] = {}  # views made so far of the rows as they stand, to change ...
        self._locked: dict[str, np.ndarray] = {}  # ... and only to read

    # ---- reading ----

    def __len__(self) -> int:
        return self.n

    def __contains__(self, name: str) -> bool:
        return name in self.columns

    def __getitem__(self, name: str) -> np.ndarray:
        """Return the live rows of a column as a writable view."""
        known = self._live.get(name)
        if known is not None:
            return known
        try:
            view = self._live[name] = self._store[name][: self.n]
        except KeyError:
            raise ContractError(
                f"there is no column {name!r}", where=f"table {self.name}", expected=f"known: {', '.join(self.columns)}"
            ) from None
        return view

    def locked(self, name: str) -> np.ndarray:
        """Return the live rows of a column as a view that cannot be written."""
        known = self._locked.get(name)
        if known is None:
            known = self._locked[name] = self[name][:]
            known.flags.writeable = False
        return known

    def __getstate__(self) -> dict[str, Any]:
        # A copy of a view would be an array of its own.
        return self.__dict__ | {"_store": {}, "_live": {}, "_locked": {}}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._name_lines()

    def span(self, group: int) -> slice:
        """Return the contiguous rows of one group."""
        groups = self[self.group]
        return slice(int(np.searchsorted(groups, group, "left")), int(np.searchsorted(groups, group, "right")))

    def order(self) -> np.ndarray:
        """Return the row numbers in the order of their names, the same for any order of rows."""
        return np.argsort(self[self.key], kind="stable") if self.key else np.arange(self.n)

    def rows_of(self, names: np.ndarray) -> np.ndarray:
        """Return the row of each name, -1 for those that are gone.

        names      (k,) uint64    values of the key column
        returns    (k,) int64
        """
        names = np.asarray(names, dtype=self.columns[self.key].dtype)
        if self.n == 0:
            return np.full(names.shape, -1, dtype=np.int64)
        order = self.order()
        ordered = self[self.key][order]
        place = np.minimum(np.searchsorted(ordered, names), self.n - 1)
        return np.where(ordered[place] == names, order[place], -1)

    def state(self, rows: np.ndarray) -> dict[str, np.ndarray]:
        """Copy the state columns of some rows."""
        copies = {name: copy for block in self._blocks for name, copy in block.copies(rows)}
        return {name: copies[name] for name, column in self.columns.items() if column.kind is Kind.STATE}

    def asked(self, names: tuple[str, ...]) -> dict[str, np.ndarray]:
        """Return the rows that ask for anything, ascending, for those of the named requests that anybody has."""
        found: dict[str, np.ndarray] = {}
        if self.n:
            for block in self._asking:
                found |= block.asked(names, self.n)
        return found

    # ---- changing length: the world only ----

    def _name_lines(self) -> None:
        self._store = {name: line for block in self._blocks for name, line in block.lines()}

    def _make_room(self, rows: int) -> None:
        capacity = len(next(iter(self._store.values()), range(rows)))
        if rows > capacity:
            for block in self._blocks:
                block.grow(max(rows, capacity + capacity // 2 + 16), self.n)
            self._name_lines()

    def append(self, rows: int, values: Mapping[str, np.ndarray | float]) -> slice:
        """Add `rows` rows at the end; columns that are not given take their starting value."""
        made = self._lengthen(rows)
        for blocks in self._alike:
            blocks.start(made)
        for name, value in values.items():
            if name in self._store:
                self._store[name][made] = value
        return made

    def divide(self, mothers: np.ndarray) -> slice:
        """Add a daughter at the end for each mother, who share what they have as each column's `AtBirth` says.

        mothers    (k,) int64    row numbers, each at most once
        """
        made = self._lengthen(len(mothers))
        for blocks in self._alike:
            blocks.divide(mothers, made)
        return made

    def _lengthen(self, rows: int) -> slice:
        made = slice(self.n, self.n + rows)
        self._make_room(made.stop)
        self.n = made.stop
        self._changed()
        return made

    def reorder(self, order: np.ndarray) -> None:
        """Keep just the rows named by `order`, in that order.

        order    (k,) int64    row numbers, each at most once
        """
        k = len(order)
        for blocks in self._alike:
            blocks.move(np.asarray(order, np.int64), np.arange(k))
        self.n = k
        self._changed()

    def keep(self, alive: np.ndarray) -> None:
        """Drop all other rows, see `drop`.

        alive    (n,) bool    False for rows to drop
        """
        self.drop(np.flatnonzero(~alive))

    def drop(self, gone: np.ndarray) -> None:
        """Drop rows, and make each group contiguous again, moving as few rows as can be: see engine/regrouping.py.

        gone    (k,) int64    row numbers, ascending
        """
        if self.n == 0:
            return
        groups = self[self.group] if self.group else np.zeros(self.n, dtype=np.uint8)
        movers, places = moves(groups, gone)
        if len(movers):
            for blocks in self._alike:
                blocks.move(movers, places)
        elif not len(gone):
            return
        self.n -= len(gone)
        self._changed()

    def regroup(self) -> None:
        """Make each group contiguous."""
        self.drop(np.empty(0, dtype=np.int64))

    def _changed(self) -> None:
        self.version += 1
        Table.changes += 1
        self._live, self._locked = {}, {}

    def reset(self, name: str) -> None:
        """Take a sum back to 0, a product back to 1."""
        self[name].fill(self._resting[name])

    # ---- the bits ----

    def digest(self, into: hashlib._Hash) -> None:
        """Feed every state column into a hash, rows in the order of their names."""
        for piece in self.pieces():
            into.update(piece)

    def pieces(self) -> Iterator[Piece]:
        """Give what a digest is made of: copies of every state column, rows in the order of their names."""
        order = self.order()
        yield f"{self.name}:{self.n}".encode()
        for name in sorted(self.columns):
            column = self.columns[name]
            if column.kind is Kind.STATE:
                yield f"{name}:{column.dtype}".encode()
                yield self[name][order].data

    def snapshot(self) -> dict[str, np.ndarray]:
        """Copy every column, in row order."""
        return {name: self[name].copy() for name in self.columns}

    def restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        """Take the rows of a snapshot; raises StorageError when its columns are not this table's."""
        if set(arrays) != set(self.columns):
            odd = ", ".join(sorted(set(arrays) ^ set(self.columns)))
            raise StorageError(
                f"the saved columns differ: {odd}",
                where=f"table {self.name}",
                remedy="resume with the version and scenario that wrote it",
            )
        lengths = {len(a) for a in arrays.values()}
        if len(lengths) > 1:
            raise StorageError("the saved columns have different lengths", where=f"table {self.name}")
        self.n = lengths.pop() if lengths else 0
        for block in self._blocks:
            block.grow(self.n, 0)
        self._name_lines()
        for name, line in self._store.items():
            line[: self.n] = arrays[name]
        self._changed()
