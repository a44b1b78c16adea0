"""The world: sites, blood, clock and accounts; advances by one tick, and has a digest, a snapshot and a restore."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from simulation.engine.cell_type import CellType
from simulation.engine.chance import process_key
from simulation.engine.clock import Clock
from simulation.engine.column import Column
from simulation.engine.digest import Piece, digest_of
from simulation.engine.errors import NumericalError, StorageError
from simulation.engine.lineage import name_key
from simulation.engine.plan import Due, Plan
from simulation.engine.process import Process
from simulation.engine.site import IDENTITY, Site
from simulation.engine.table import Table
from simulation.engine.turnover import turn_over
from simulation.engine.views import Views

ACCOUNT_COLUMNS = tuple(
    Column(name, "1", meaning, dtype="int64")
    for name, meaning in (
        ("present", "cells there when the accounts were opened"),
        ("births", "cells born since"),
        ("deaths", "cells that died since"),
        ("left", "cells that left since"),
        ("arrived", "cells that came since"),
    )
)

_PLACE = frozenset("xyz")

#: ticks after which the rows of large sites are put into the order of their places again; costs as much as two ticks
TIDY_EVERY = 360
#: up to so many, the columns in use fit into a processor's cache, and their order matters little
MANY_ROWS = 50_000

#: columns of the blood's travellers that the engine itself fills
TRAVELLER_IDENTITY = (
    Column("site", "1", "number of the site whose vessels the traveller is in", dtype="int64"),
    Column("origin", "1", "number of the site it left", dtype="int64"),
    Column("convoy", "1", "name shared by cells that travel together", dtype="uint64"),
)


class World:
    """Everything that changes, and how it advances.

    seed                 int                    one number behind all chance
    clock                Clock
    sites                sequence of Site       numbered in this order
    types                sequence of CellType   by code
    traveller_columns    sequence of Column     of cells in the blood, besides those of cells
    pool_columns         sequence of Column     of what is dissolved in the blood
    """

    def __init__(
        self,
        seed: int,
        clock: Clock,
        sites: Sequence[Site],
        types: Sequence[CellType],
        traveller_columns: Sequence[Column] = (),
        pool_columns: Sequence[Column] = (),
    ) -> None:
        self.seed, self.clock, self.sites, self.types = seed, clock, list(sites), tuple(types)
        inherited = [*IDENTITY, *(c for t in types for c in t.columns)]
        own = [*TRAVELLER_IDENTITY, *traveller_columns]
        self.travellers = Table("blood travellers", [*own, *inherited], key="lineage")
        self.pools = Table("blood pools", pool_columns, rows=1)
        self.accounts = Table("accounts", ACCOUNT_COLUMNS, rows=len(self.sites) + 1)  # the last row is the blood
        self.happenings: list[dict[str, Any]] = []  # what observers have not fetched yet; not part of the state
        self.listening = False
        self.stopwatch: Callable[[], float] | None = None  # set by who wants a profile; not part of the state
        self.seconds: dict[str, float] = {}  # time spent per process, while there is a stopwatch
        # Of each process, with what they were made for: another plan may have another process of the same name.
        self._views: dict[str, tuple[Process, Views]] = {}
        self._fresh: dict[str, tuple[Due, list[tuple[Table, str]]]] = {}  # sums that each process is the first to use
        self._periods: dict[str, int] = {}
        self._keys: dict[str, tuple[int, np.uint64]] = {}

    def __getstate__(self) -> dict[str, Any]:
        # A copy makes its own views of its own tables; numpy would copy those there are as arrays of their own.
        return self.__dict__ | {"_views": {}, "_fresh": {}}

    def let_go(self) -> None:
        """Forget the views, made anew when asked for: they and the world hold one another, and none would be freed."""
        self._views, self._fresh = {}, {}

    # ---- what there is ----

    def columns(self) -> dict[str, Column]:
        """List every column there is, with the prefix under which processes declare it."""
        named: dict[str, Column] = {}
        for site in self.sites:
            named |= site.cells.columns
            named |= {f"voxel.{n}": c for n, c in site.voxels.columns.items()}
        named |= {f"traveller.{n}": c for n, c in self.travellers.columns.items()}
        named |= {f"pool.{n}": c for n, c in self.pools.columns.items()}
        return named

    def site(self, name: str) -> Site:
        """Return a site by name."""
        return next(s for s in self.sites if s.name == name)

    def tables(self) -> dict[str, Table]:
        """List every table, by name."""
        found = [t for s in self.sites for t in (s.cells, s.voxels)]
        return {t.name: t for t in (*found, self.travellers, self.pools, self.accounts, self.clock.queue)}

    def log(
        self,
        kind: str,
        where: str,
        table: Table | Mapping[str, np.ndarray],
        rows: np.ndarray,
        value: np.ndarray | float,
    ) -> None:
        """Note that something happened to rows of a table, when somebody listens."""
        if self.listening and len(rows):
            self.happenings.append(
                {
                    "tick": self.clock.tick, "kind": kind, "where": where, "value": value,
                    **{n: table[n][rows].copy() for n in ("lineage", "cell_type", "parcel", "x", "y", "z")},
                    "convoy": table["convoy"][rows].copy() if "convoy" in table else np.zeros(len(rows), np.uint64),
                }
            )  # fmt: skip

    # ---- advancing ----

    def open_accounts(self) -> None:
        """Count the cells that are there; from now on not one may appear or vanish unaccounted."""
        for name in self.accounts.columns:
            self.accounts[name].fill(0)
        self.accounts["present"][:] = self._present()

    def settle(self, plan: Plan) -> None:
        """Bring everything that has a resting state to it, before the first tick."""
        self._periods = {due.label: due.ticks for due in plan.due}
        for due in plan.due:
            self._begin_sums(due)
            self._perform(due, "settle")
            if due.process.stage == 1:  # treatments that stand from the beginning shape the resting state
                self._perform(due, "apply", due.dt)

    def step(self, plan: Plan) -> None:
        """Advance by one tick.

        raises    NumericalError    when cells are not conserved
        """
        asked: set[str] = set()
        events = self.clock.due_now()
        for due in plan.due:
            if self.clock.tick % due.ticks == 0:
                self._begin_sums(due)
                for kind, lineage, value in events:
                    if kind == name_key(due.label):
                        self._perform(due, "happen", lineage, value)
                if self.travellers.n or not getattr(due.process, "of_travellers", False):
                    self._perform(due, "apply", due.dt)
                asked.update(due.asks)
        turn_over(self, asked)
        self._audit()
        if self.clock.tick % TIDY_EVERY == 0:
            for site in self.sites:
                if len(site.cells) > MANY_ROWS:
                    site.tidy()
        self.clock.tick += 1

    def _schedule(self, label: str, minutes: float, lineage: int, value: float) -> None:
        """Put an event into the queue, for the first due tick of the process that does not lie before `minutes`."""
        ticks = self._periods[label]
        tick = -(-Fraction(minutes) // (ticks * self.clock.tick_minutes)) * ticks
        self.clock.schedule(name_key(label), max(int(tick), self.clock.tick), lineage, value)

    def _begin_sums(self, due: Due) -> None:
        """Take the sums and products back to rest that nobody has added to since this process is the first to do so."""
        known = self._fresh.get(due.label)
        if known is None or known[0] is not due:
            fresh = []
            for name in due.fresh:
                prefix, _, column = name.rpartition(".")
                fresh += [(table, column) for table in self._tables_of(prefix) if column in table]
            known = self._fresh[due.label] = (due, fresh)
        for table, column in known[1]:
            table.reset(column)

    def _tables_of(self, prefix: str) -> list[Table]:
        if prefix == "traveller":
            return [self.travellers]
        if prefix == "pool":
            return [self.pools]
        return [s.voxels if prefix else s.cells for s in self.sites]

    def _perform(self, due: Due, method: str, *more: object) -> None:
        p = due.process
        began = self.stopwatch() if self.stopwatch else 0.0
        act = getattr(p, method)
        for view in self._views_of(due):
            act(view, *more)
        if not _PLACE.isdisjoint(p.writes):
            for site in self.sites:
                site.moved += 1
        if self.stopwatch:
            self.seconds[due.label] = self.seconds.get(due.label, 0.0) + self.stopwatch() - began

    def _views_of(self, due: Due) -> list[Any]:
        """Return what a process is called with, one after the other, with its chance and time of this tick."""
        name, known = due.label, self._views.get(due.label)
        if known is None or known[0] is not due.process:
            made = Views(due.process, name, self.sites, self.travellers, self.pools, self.log, self._schedule)
            known = self._views[name] = (due.process, made)
        return known[1].at(self._key(name), self.clock.tick, self.clock.now)

    def _key(self, name: str) -> np.uint64:
        known = self._keys.get(name)
        if known is None or known[0] != self.seed:
            known = self._keys[name] = (self.seed, process_key(self.seed, name))
        return known[1]

    # ---- proof ----

    def _present(self) -> np.ndarray:
        counts = [s.cells["parcel"].sum() for s in self.sites]
        return np.array([*counts, self.travellers["parcel"].sum()], dtype=np.int64)

    def _audit(self) -> None:
        a = self.accounts
        expected = a["present"] + a["births"] - a["deaths"] - a["left"] + a["arrived"]
        present = self._present()
        if (expected != present).any():
            wrong = int(np.flatnonzero(expected != present)[0])
            where = self.sites[wrong].name if wrong < len(self.sites) else "blood"
            raise NumericalError(
                f"{present[wrong]} cells are there, {expected[wrong]} are accounted for",
                where=f"{where}, tick {self.clock.tick}",
                remedy="a process changed parcels or lengths outside the turnover",
            )

    def digest(self) -> str:
        """Return the SHA-256 of everything that changes, the same for any order of rows."""
        return digest_of(self.pieces())

    def pieces(self) -> Iterator[Piece]:
        """Give what `digest` is made of, as copies: whoever keeps them all can hash them while the world goes on."""
        yield f"{self.seed}:{self.clock.tick}".encode()
        for _, table in sorted(self.tables().items()):
            yield from table.pieces()

    def snapshot(self) -> dict[str, Any]:
        """Copy everything that changes: tick, seed and every column of every table."""
        return {
            "tick": self.clock.tick,
            "seed": self.seed,
            "tables": {name: table.snapshot() for name, table in self.tables().items()},
        }

    def restore(self, snapshot: Mapping[str, Any]) -> None:
        """Continue from a snapshot of a world made from the same scenario."""
        tables = self.tables()
        if set(snapshot["tables"]) != set(tables):
            odd = ", ".join(sorted(set(snapshot["tables"]) ^ set(tables)))
            raise StorageError(f"the saved tables differ: {odd}", remedy="resume with the scenario that wrote it")
        self.clock.tick, self.seed = int(snapshot["tick"]), int(snapshot["seed"])
        for name, arrays in snapshot["tables"].items():
            tables[name].restore(arrays)
