"""A roll: cells in a fixed order, by name, with the rows where they are now; what agent sets and handles stand on.

The order is by place, type and lineage, so that neither a mean nor a shuffle depends on the order of rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from simulation.engine.column import Column
from simulation.engine.errors import InputError
from simulation.engine.site import IDENTITY, Site
from simulation.engine.table import Table
from simulation.engine.world import World

BLOOD = "blood"
#: columns that change only by birth, death and travel
FIXED = frozenset(c.name for c in IDENTITY) - set("xyz")


def check_bounds(what: str, values: Any, low: float, high: float, unit: str) -> None:
    """Raise InputError unless all values lie within bounds; what is not a number does not."""
    array = np.asarray(values)
    good = (array >= low) & (array <= high)
    if not good.all():
        raise InputError(
            f"{what} = {np.atleast_1d(array)[np.atleast_1d(~good)][0]} is outside its bounds",
            expected=f"expected {low:g} ... {high:g} {unit}",
        )


class Place:
    """One table of cells as it stood when the place was made: a site, or the blood.

    number     int       the site's number; the blood comes after the last
    name       str       the site's name, or "blood"
    table      Table     the cells
    version    int       the table's version then; when it has moved on, rows have too
    """

    __slots__ = ("_by_name", "_in_order", "_of_its_own", "name", "number", "site", "table", "version")

    def __init__(self, table: Table, name: str, number: int, site: Site | None, of_its_own: frozenset[str]) -> None:
        self.table, self.name, self.number, self.site = table, name, number, site
        self.version = table.version
        self._of_its_own = of_its_own
        self._by_name: tuple[np.ndarray, np.ndarray] | None = None
        self._in_order: tuple[np.ndarray, np.ndarray] | None = None

    @classmethod
    def all_in(cls, world: World) -> list[Place]:
        """List the places of a world, the blood last."""
        brought = {c.name for c in IDENTITY}.union(*(kind.names for kind in world.types))
        own = frozenset(world.travellers.columns) - brought
        sites = [cls(site.cells, site.name, i, site, frozenset()) for i, site in enumerate(world.sites)]
        return [*sites, cls(world.travellers, BLOOD, len(sites), None, own)]

    def has_of_its_own(self, name: str) -> bool:
        """Say whether cells have this column because they are here, whatever their type."""
        return name in self._of_its_own

    def bounds(self, column: Column) -> tuple[float, float]:
        """Return the bounds of a column here: those of a position are the walls."""
        if self.site is not None and column.name in "xyz":
            return 0.0, float(self.site.lattice.extent["xyz".index(column.name)])
        return column.bounds

    def touched(self, name: str) -> None:
        """Let the site know that positions have changed, if these were any."""
        if self.site is not None and name in "xyz":
            self.site.moved += 1

    def by_name(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the sorted lineages and their rows."""
        if self._by_name is None:
            lineage = self.table["lineage"]
            rows = np.argsort(lineage, kind="stable")
            self._by_name = lineage[rows], rows
        return self._by_name

    def in_order(self, codes: Sequence[int]) -> np.ndarray:
        """Return the rows of some types, by type, then lineage."""
        if self._in_order is None:
            rows = self.by_name()[1]
            kinds = self.table["cell_type"][rows]
            order = np.argsort(kinds, kind="stable")
            self._in_order = rows[order], kinds[order]
        rows, kinds = self._in_order
        first, last = np.searchsorted(kinds, codes, "left"), np.searchsorted(kinds, codes, "right")
        return np.concatenate([rows[a:b] for a, b in zip(first, last, strict=True)]) if len(codes) else rows[:0]

    def count(self, codes: Sequence[int]) -> int:
        """Count the rows of some types, without sorting."""
        kinds = self.table["cell_type"]
        return sum(int(np.count_nonzero(kinds == code)) for code in codes)

    def rows_of(self, names: np.ndarray) -> np.ndarray:
        """Return the row of each lineage, -1 for those not here."""
        known, rows = self.by_name()
        if not len(known):
            return np.full(names.shape, -1, dtype=np.int64)
        at = np.minimum(np.searchsorted(known, names), len(known) - 1)
        return np.where(known[at] == names, rows[at], -1)

    def row_of(self, name: int) -> int:
        """Return the row of one lineage, or -1; looks through all when the place is not sorted yet."""
        if self._by_name is not None:
            return int(self.rows_of(np.array([name], dtype=np.uint64))[0])
        hits = np.flatnonzero(self.table["lineage"] == np.uint64(name))
        return int(hits[0]) if len(hits) else -1


#: where a handle is that has not looked yet
NOWHERE = Place(Table("nowhere", IDENTITY), "nowhere", -1, None, frozenset())
NOWHERE.version = -1


class Roll:
    """Cells in a fixed order.

    names      (n,) uint64       lineages
    numbers    (n,) uint8        place of each, by number
    rows       (n,) int64        row of each in its place's table
    places     list of Place     places as they stood when the rows were right
    """

    __slots__ = ("_parts", "names", "numbers", "places", "rows")

    def __init__(self, names: np.ndarray, numbers: np.ndarray, rows: np.ndarray, places: list[Place]) -> None:
        self.names, self.numbers, self.rows, self.places = names, numbers, rows, places
        self._parts: list[tuple[Place, np.ndarray | slice, np.ndarray]] | None = None

    @classmethod
    def of_types(cls, codes: Sequence[int], places: list[Place]) -> Roll:
        """Call all cells of some types, everywhere."""
        rows = [place.in_order(codes) for place in places]
        names = [place.table["lineage"][r] for place, r in zip(places, rows, strict=True)]
        numbers = np.repeat(np.arange(len(places), dtype=np.uint8), [len(r) for r in rows])
        return cls(np.concatenate(names), numbers, np.concatenate(rows), places)

    @classmethod
    def of_names(cls, names: np.ndarray, places: list[Place]) -> Roll:
        """Call cells by name, in the order given; those that are gone drop out."""
        numbers = np.zeros(len(names), dtype=np.uint8)
        rows = np.full(len(names), -1, dtype=np.int64)
        for place in places:
            here = place.rows_of(names)
            found = here >= 0
            rows[found], numbers[found] = here[found], place.number
        there = rows >= 0
        return cls(names[there], numbers[there], rows[there], places)

    def __len__(self) -> int:
        return len(self.names)

    @property
    def current(self) -> bool:
        """Whether the rows are still right."""
        return all(place.version == place.table.version for place in self.places)

    def take(self, chosen: np.ndarray | slice) -> Roll:
        """Return some of the cells, in the order chosen."""
        return Roll(self.names[chosen], self.numbers[chosen], self.rows[chosen], self.places)

    def parts(self) -> list[tuple[Place, np.ndarray | slice, np.ndarray]]:
        """List, for each place with cells: the place, where its cells stand in the roll, and their rows."""
        if self._parts is None:
            self._parts = []
            for place in self.places:
                here = np.flatnonzero(self.numbers == place.number)
                if len(here) == len(self):
                    self._parts += [(place, slice(None), self.rows)] if len(self) else []
                elif len(here):
                    self._parts.append((place, here, self.rows[here]))
        return self._parts

    def gather(self, name: str) -> np.ndarray:
        """Return a column as an array of its own, in the roll's order; 0 where a place has no such column."""
        parts = [part for part in self.parts() if name in part[0].table]
        if len(parts) == 1 and isinstance(parts[0][1], slice):
            return np.asarray(parts[0][0].table[name][parts[0][2]])
        known = next(place.table for place in self.places if name in place.table)
        out = np.zeros(len(self), dtype=known.columns[name].dtype)
        for place, where, rows in parts:
            out[where] = place.table[name][rows]
        return out

    def scatter(self, name: str, values: Any) -> None:
        """Write a column, one value for all or one for each, within bounds."""
        each = isinstance(values, np.ndarray) and values.ndim > 0
        for place, where, _ in self.parts():
            column = place.table.columns[name]
            low, high = place.bounds(column)
            mine = values[where] if each else values
            check_bounds(name, mine, low, high, column.unit)
        for place, where, rows in self.parts():
            place.table[name][rows] = values[where] if each else values
            place.touched(name)

    def codes(self) -> np.ndarray:
        """Return the code of each cell's type."""
        return self.gather("cell_type")
