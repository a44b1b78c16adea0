"""What a process sees of a table: the columns it declared, and nothing else (the second law)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import numpy as np

from simulation.engine.errors import ContractError
from simulation.engine.table import Table

if TYPE_CHECKING:
    from simulation.engine.chance import Chance
    from simulation.engine.clock import Duration


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
    """

    __slots__ = ("_arrays", "_prefix", "_table", "_user", "chance", "n", "time")
    _arrays: dict[str, np.ndarray]
    _prefix: str
    _table: Table
    _user: str
    chance: Chance
    n: int
    time: Duration

    def __init__(
        self,
        table: Table,
        user: str,
        readable: frozenset[str],
        writable: frozenset[str],
        rows: slice = slice(None),
        prefix: str = "",
    ) -> None:
        there = table.columns
        arrays = {n: table[n] if n in writable else table.locked(n) for n in readable | writable if n in there}
        if rows != slice(None):
            arrays = {name: view[rows] for name, view in arrays.items()}
        put = object.__setattr__
        put(self, "_arrays", arrays)
        put(self, "_table", table)
        put(self, "_user", user)
        put(self, "_prefix", prefix)
        put(self, "n", len(range(*rows.indices(table.n))))

    def begin(self, chance: Chance, time: Duration) -> None:
        """Set what is new in each tick: the world only."""
        object.__setattr__(self, "chance", chance)
        object.__setattr__(self, "time", time)

    def __getattr__(self, name: str) -> np.ndarray:
        try:
            return self._arrays[name]
        except KeyError:
            self._refuse(name)

    __getitem__ = __getattr__

    def __contains__(self, name: str) -> bool:
        return name in self._arrays

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
