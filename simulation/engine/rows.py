"""What a process sees of a table: the columns it declared, and nothing else (the second law)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import numpy as np

from simulation.engine.chance import Chance
from simulation.engine.errors import ContractError
from simulation.engine.table import Table

if TYPE_CHECKING:
    from simulation.engine.clock import Duration


class Moment:
    """What is new for a process in each tick, shared by all it looks at.

    key     uint64      behind its own random numbers
    tick    int
    time    Duration    since the beginning
    """

    __slots__ = ("key", "tick", "time")
    key: np.uint64
    tick: int
    time: Duration

    @property
    def chance(self) -> Chance:
        """The process's own random numbers in this tick; made when asked for, since few processes draw."""
        return Chance(self.key, self.tick)


_put = object.__setattr__  # past the guard of `Rows`


class Rows:
    """Guarded rows of a table; columns are attributes.

    A column in `reads` is a read-only array, one in `adds`, `scales` or `writes` a writable one. Any other name is an
    error that says what to declare. Besides columns: `n` rows, `chance`, the process's own random numbers, and, for a
    process of cells, `time` since the beginning.

    table       Table             where the rows live
    user        str               the process, for error messages
    readable    set of str        columns it may read
    writable    set of str        columns it may change
    rows        slice             which rows
    prefix      str               what the process writes before the column's name, as in "voxel."
    moment      Moment            chance and time, kept up to date by whoever calls the process
    """

    __slots__ = (
        "__dict__", "_moment", "_prefix", "_readable", "_rows", "_table", "_together", "_user", "_version", "_writable",
        "n",
    )  # fmt: skip
    _moment: Moment
    _prefix: str
    _readable: frozenset[str]
    _rows: slice | None
    _table: Table
    _together: dict[str, tuple[np.ndarray, ...]]
    _user: str
    _version: int
    _writable: frozenset[str]
    n: int

    def __init__(
        self,
        table: Table,
        user: str,
        readable: frozenset[str],
        writable: frozenset[str],
        rows: slice | None = None,
        prefix: str = "",
        moment: Moment | None = None,
    ) -> None:
        _put(self, "_table", table)
        _put(self, "_user", user)
        _put(self, "_prefix", prefix)
        _put(self, "_readable", (readable | writable) & table.columns.keys())
        _put(self, "_writable", writable)
        _put(self, "_moment", moment or Moment())
        _put(self, "_together", {})
        _put(self, "_version", -1)
        self.renew(rows)

    def renew(self, rows: slice | None = None) -> None:
        """Look anew at `rows` of a table, all where not given, if any came, went or moved."""
        table = self._table
        if self._version != table.version:
            n = table.n if rows is None else len(range(*rows.indices(table.n)))
            rows = None if n == table.n else rows  # all rows are the table's own view of a column
            _put(self, "_version", table.version)
            _put(self, "_rows", rows)
            _put(self, "n", n)
            self._together.clear()
            # Columns asked for once are kept, and will be asked for again: all at once they cost half.
            known, writable = self.__dict__, self._writable
            for name in known:
                column = table[name] if name in writable else table.locked(name)
                known[name] = column if rows is None else column[rows]

    @property
    def chance(self) -> Chance:
        """The process's own random numbers in this tick."""
        return self._moment.chance

    @property
    def time(self) -> Duration:
        """Since the beginning."""
        return self._moment.time

    def __getattr__(self, name: str) -> np.ndarray:
        if name not in self._readable:
            if name.startswith("__"):
                raise AttributeError(name)
            self._refuse(name)
        column = self._table[name] if name in self._writable else self._table.locked(name)
        known = self.__dict__[name] = column if self._rows is None else column[self._rows]
        return known

    def __getitem__(self, name: str) -> np.ndarray:
        known = self.__dict__.get(name)
        return self.__getattr__(name) if known is None else known

    def __contains__(self, name: str) -> bool:
        return name in self._readable

    def all_of(self, names: str) -> tuple[np.ndarray, ...]:
        """Return several columns for one kernel; in a small site, to look up each costs more than to work on it.

        names    str    of the columns, with blanks between them
        """
        known = self._together.get(names)
        if known is None:
            known = self._together[names] = tuple([self[name] for name in names.split()])
        return known

    def __len__(self) -> int:
        return self.n

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise ContractError(
            f"column {name!r} cannot be replaced", where=self._user, remedy=f"change its values: cells.{name}[:] = ..."
        )

    def _refuse(self, name: str) -> NoReturn:
        if name in self._table:
            raise ContractError(
                f"uses column {self._prefix + name!r} without declaring it",
                where=self._user,
                remedy=f"add {self._prefix + name!r} to its reads, adds, scales or writes",
            )
        raise ContractError(
            f"there is no column {self._prefix + name!r}",
            where=self._user,
            expected=f"table {self._table.name} has {', '.join(sorted(self._table.columns))}",
        )
