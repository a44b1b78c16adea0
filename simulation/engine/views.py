"""What one process is called with: views made once, which look anew where a table's rows came, went or moved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from operator import attrgetter
from typing import Any

from simulation.engine.chance import Chance
from simulation.engine.clock import Duration
from simulation.engine.process import BodyProcess, CellProcess, Process
from simulation.engine.rows import Moment, Rows
from simulation.engine.site import IDENTITY, BodyView, Site, SiteView
from simulation.engine.table import Table

VERSION = attrgetter("version")
NAMED = frozenset(c.name for c in IDENTITY if c.name not in "xyz")  # what every process may read of cells


class Views:
    """The views of one process.

    process       Process
    label         str              its name in messages
    sites         list of Site
    travellers    Table            cells in the blood
    pools         Table            what is dissolved in it
    log           callable         where it reports what happened
    schedule      callable         label, minutes, lineage, value: where it asks to be called later
    """

    def __init__(
        self,
        process: Process,
        label: str,
        sites: Sequence[Site],
        travellers: Table,
        pools: Table,
        log: Callable[..., None],
        schedule: Callable[..., None],
    ) -> None:
        self._process, self._label, self._sites = process, label, list(sites)
        self._moment = Moment()
        self._tables = [t for site in sites for t in (site.cells, site.voxels)] + [travellers, pools]
        self._state = -1
        self._columns = {prefix: _columns(process, prefix) for prefix in ("", "voxel", "traveller", "pool")}
        self._rows: list[Rows] = []
        self._runs: list[tuple[int, list[Rows]]] = [(-1, []) for _ in sites]
        self._kinds = [site.kinds_with(process.of("", process.touched()), process.only) for site in sites]
        self._views: list[Any] = []
        if not isinstance(process, CellProcess):
            self._views = [
                SiteView(site, self._of(site.cells), self._of(site.voxels, "voxel"), log, partial(schedule, label))
                for site in sites
            ]
        if isinstance(process, BodyProcess):
            blood = self._of(travellers, "traveller"), self._of(pools, "pool")
            self._views = [BodyView(self._views, *blood, travellers, log)]

    def at(self, chance: Chance, time: Duration) -> list[Any]:
        """Return the views, with the process's chance and the time of this tick."""
        self._moment.chance, self._moment.time = chance, time
        state = sum(map(VERSION, self._tables))  # versions only go up
        if state != self._state:
            self._state = state
            for rows in self._rows:
                rows.renew()
            if isinstance(self._process, CellProcess):
                self._views = [rows for number in range(len(self._sites)) for rows in self._cells_of(number)]
        return self._views

    def _of(self, table: Table, prefix: str = "") -> Rows:
        before = prefix + "." if prefix else ""
        made = Rows(table, self._label, *self._columns[prefix], prefix=before, moment=self._moment)
        self._rows.append(made)
        return made

    def _cells_of(self, number: int) -> list[Rows]:
        """Return the runs of rows of a site that a process of cells looks at."""
        site, (version, known) = self._sites[number], self._runs[number]
        if version != site.cells.version:
            runs = site.runs_of(self._kinds[number])
            known = [Rows(site.cells, self._label, *self._columns[""], run, moment=self._moment) for run in runs]
            self._runs[number] = site.cells.version, known
        return known


def _columns(process: Process, prefix: str) -> tuple[frozenset[str], frozenset[str]]:
    """Tell which columns of a table a process may read and which it may change."""
    writable = process.of(prefix, process.adds, process.scales, process.writes)
    readable = process.of(prefix, process.reads) | writable
    return (readable if prefix else readable | NAMED), writable
