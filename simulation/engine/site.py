"""A site: one piece of tissue with its cells and voxels; and what processes see of sites and of the body."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from simulation.engine.cell_type import CellType
from simulation.engine.chance import Chance
from simulation.engine.clock import Duration
from simulation.engine.column import Column
from simulation.engine.lattice import Lattice
from simulation.engine.naming import Couples, names_as, names_in, naming
from simulation.engine.neighbours import CellList
from simulation.engine.rows import Rows
from simulation.engine.table import Table

IDENTITY = (
    Column("lineage", "1", "the cell's name, mixed from its mother's and its birth number", dtype="uint64"),
    Column("cell_type", "1", "which cell type, by code", dtype="uint8"),
    Column("births", "1", "how many daughters it had", dtype="uint32"),
    Column("parcel", "1", "how many cells this agent stands for", start=1, bounds=(0, 2**31), dtype="int64"),
    Column("x", "um", "position"),
    Column("y", "um", "position"),
    Column("z", "um", "position"),
)


class Site:
    """One piece of tissue.

    name             str                    "liver", "lung", ...
    number           int                    place in the world's list of sites
    lattice          Lattice                voxels and walls
    types            sequence of CellType   every cell type of the world
    voxel_columns    sequence of Column     what a voxel has
    reach            float um               farthest distance at which two cells touch
    """

    def __init__(
        self,
        name: str,
        number: int,
        lattice: Lattice,
        types: Sequence[CellType],
        voxel_columns: Sequence[Column],
        reach: float = 0.0,
    ) -> None:
        self.name, self.number, self.lattice, self.types, self.reach = name, number, lattice, tuple(types), reach
        columns = [*IDENTITY, *(c for t in types for c in t.columns)]
        self.cells = Table(f"{name} cells", columns, key="lineage", group="cell_type")
        self.voxels = Table(f"{name} voxels", voxel_columns, rows=lattice.n_voxels)
        self.moved = 0  # goes up when positions are written
        self._lists: dict[float, tuple[tuple[int, int], CellList]] = {}
        self._codes = np.array([kind.code for kind in self.types], np.uint8)  # as in the table: others would be cast
        self._spans: tuple[int, dict[int, slice]] = (-1, {})
        self._with: dict[str, tuple[int, np.ndarray]] = {}
        self._couples: dict[str, tuple[CellList, np.ndarray, Couples]] = {}

    def cell_list(self, side: float) -> CellList:
        """Return the cells sorted into bins of the given side; made anew only when a cell has moved, come or gone."""
        c, state = self.cells, (self.cells.version, self.moved)
        known = self._lists.get(side)
        if known is None or known[0] != state:
            xyz = c["x"], c["y"], c["z"]
            same_rows, made = (known[0][0] == c.version, known[1]) if known else (False, None)
            if made is None or not same_rows or not made.holds(*xyz):
                order = _nearly_sorted(made.rows, c.n) if made else None
                made = CellList.build(*xyz, c["lineage"], side=side, extent=self.lattice.extent, order=order)
            known = self._lists[side] = (state, made)
        return known[1]

    def tidy(self) -> None:
        """Let the rows of each type stand in the order of their voxels.

        Neighbours in space then are neighbours in memory: a tick of 1e5 cells in random order takes 1.2 times, one of
        1e6 cells 1.3 times as long (measured). Nothing but speed depends on it.
        """
        rows = self.cell_list(self.lattice.side).rows
        self.cells.reorder(rows[np.argsort(self.cells["cell_type"][rows], kind="stable")])

    def kinds_with(self, names: frozenset[str], only: tuple[str, ...]) -> list[CellType]:
        """Return the types that have all the columns `names`, and are meant by `only`: see `Process.only`."""
        own = names - {c.name for c in IDENTITY}
        return [kind for kind in self.types if own <= kind.names and _meant(kind.name, only)]

    def runs_of(self, kinds: Sequence[CellType]) -> list[slice]:
        """Return the contiguous rows of some types, in the order of `types`."""
        if self._spans[0] != self.cells.version:
            groups, codes = self.cells["cell_type"], self._codes
            first, last = (np.searchsorted(groups, codes, side).tolist() for side in ("left", "right"))
            self._spans = self.cells.version, dict(zip(codes.tolist(), map(slice, first, last), strict=True))
        runs: list[slice] = []
        for kind in kinds:
            span = self._spans[1][kind.code]
            if span.start == span.stop:
                continue
            if runs and runs[-1].stop == span.start:
                runs[-1] = slice(runs[-1].start, span.stop)
            else:
                runs.append(span)
        return runs

    def spans_with(self, column: str) -> np.ndarray:
        """Return the first row, and one past the last, of each span of types that have a column: (k, 2) int64.

        Rows of other types keep the value a column starts with: whoever looks for another one may pass them over.
        """
        known = self._with.get(column)
        if known is None or known[0] != self.cells.version:
            runs = self.runs_of(self.kinds_with(frozenset({column}), ()))
            made = np.array([(run.start, run.stop) for run in runs], np.int64).reshape(-1, 2)
            known = self._with[column] = (self.cells.version, made)
        return known[1]

    def couples(self, column: str) -> Couples:
        """Return who names whom in a column that holds lineages; looked for anew only when cells or names changed."""
        cells, name, spans = self.cell_list(self.reach), self.cells.locked(column), self.spans_with(column)
        known = self._couples.get(column)
        if known is None or known[0] is not cells or not names_as(name, known[1], spans):
            known = self._couples[column] = (cells, names_in(name, spans), naming(cells, name, spans))
        return known[2]

    def keep_couples(self, column: str, couples: Couples) -> None:
        """Take over the couples of a column as it is now from who has just written it, and found them on the way."""
        names = names_in(self.cells.locked(column), self.spans_with(column))
        self._couples[column] = self.cell_list(self.reach), names, couples


def _nearly_sorted(rows: np.ndarray, n: int) -> np.ndarray:
    """Return n rows in the order of an older list, as far as it knew them: few others then are left to be sorted."""
    if n > len(rows):
        return np.concatenate((rows, np.arange(len(rows), n, dtype=rows.dtype)))
    return rows if n == len(rows) else rows[rows < n]


def _meant(name: str, only: tuple[str, ...]) -> bool:
    """Tell whether a cell type is among those a process is restricted to, see `Process.only`."""
    named = [word for word in only if not word.startswith("not ")]
    return f"not {name}" not in only and (not named or name in named)


class SiteView:
    """What a process sees of one site.

    cells          Rows        all cells of the site, with the declared columns
    voxels         Rows        its voxels, with the columns declared as "voxel.<name>"
    lattice        Lattice     geometry
    chance         Chance      the process's random numbers for this tick
    name, number               which site
    """

    __slots__ = ("_log", "_schedule", "_site", "cells", "lattice", "name", "number", "voxels")

    def __init__(
        self,
        site: Site,
        cells: Rows,
        voxels: Rows,
        log: Callable[..., None],
        schedule: Callable[[float, int, float], None] | None = None,
    ) -> None:
        self._site, self.cells, self.voxels, self._log, self._schedule = site, cells, voxels, log, schedule
        self.name, self.number, self.lattice = site.name, site.number, site.lattice

    @property
    def chance(self) -> Chance:
        """The process's own random numbers in this tick."""
        return self.cells.chance

    @property
    def time(self) -> Duration:
        """Since the beginning."""
        return self.cells.time

    def schedule(self, at: Duration, lineage: int = 0, value: float = 0.0) -> None:
        """Have the world call this process's `happen` once, in the first tick that does not lie before `at`.

        at         Duration    since the start of the run
        lineage    int         whom it concerns, 0 for nobody in particular
        value      float       one number that goes with it
        """
        if self._schedule is not None:
            self._schedule(at.minutes, lineage, value)

    @property
    def neighbours(self) -> CellList:
        """Cells in bins as wide as two cells can touch: the one search all pair processes share."""
        return self._site.cell_list(self._site.reach)

    @property
    def by_voxel(self) -> CellList:
        """Cells in bins that are the voxels, each voxel's cells in the order of their lineage."""
        return self._site.cell_list(self._site.lattice.side)

    def spans_with(self, column: str) -> np.ndarray:
        """Return the first row, and one past the last, of each span of types that have a column: (k, 2) int64."""
        return self._site.spans_with(column)

    def couples(self, column: str) -> Couples:
        """Return who names whom in a declared column that holds lineages, among neighbours: see engine/naming.py."""
        self.cells[column]  # refused where it is not declared
        return self._site.couples(column)

    def keep_couples(self, column: str, couples: Couples) -> None:
        """Let others have the couples of a column that this process has written."""
        self._site.keep_couples(column, couples)

    @property
    def reach(self) -> float:
        """Farthest distance in um at which two cells touch."""
        return self._site.reach

    def report(self, kind: str, rows: np.ndarray, value: np.ndarray | float = 0.0) -> None:
        """Tell the event log that something happened to cells; changes nothing in the world.

        kind     str             what, as in "detached"
        rows     (k,) int64      cells of this site
        value    (k,) or float   one number that goes with it
        """
        if len(rows):
            self._log(kind, self._site.name, self._site.cells, np.asarray(rows), value)

    def report_voxels(self, kind: str, voxels: np.ndarray, value: np.ndarray | float = 0.0) -> None:
        """Tell the event log that something happened to voxels: nobody's lineage (0), no cells, at their centres.

        kind     str             what, as in "capsule_breached"
        voxels   (k,) int64      flat indices of voxels of this site
        value    (k,) or float   one number that goes with it
        """
        if len(voxels):
            places = {axis: c[voxels] for axis, c in zip("xyz", self.lattice.centres(), strict=True)}
            nobody = {
                c.name: np.zeros(len(voxels), c.dtype) for c in IDENTITY if c.name in ("lineage", "cell_type", "parcel")
            }
            self._log(kind, self._site.name, {**nobody, **places}, np.arange(len(voxels)), value)


class BodyView:
    """What a process sees of the body.

    sites         list of SiteView    the sites, in the world's order
    travellers    Rows                cells in the blood, with the columns declared as "traveller.<name>"
    pools         Rows                one row: what is dissolved in the blood
    chance        Chance              the process's random numbers for this tick
    """

    __slots__ = ("_log", "_travellers", "pools", "sites", "travellers")

    def __init__(
        self,
        sites: list[SiteView],
        travellers: Rows,
        pools: Rows,
        table: Table,
        log: Callable[..., Any],
    ) -> None:
        self.sites, self.travellers, self.pools = sites, travellers, pools
        self._travellers, self._log = table, log

    @property
    def chance(self) -> Chance:
        """The process's own random numbers in this tick."""
        return self.pools.chance

    @property
    def time(self) -> Duration:
        """Since the beginning."""
        return self.pools.time

    def report(self, kind: str, rows: np.ndarray, value: np.ndarray | float = 0.0) -> None:
        """Tell the event log that something happened to travellers; changes nothing in the world."""
        if len(rows):
            self._log(kind, "blood", self._travellers, np.asarray(rows), value)
