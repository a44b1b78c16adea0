"""What one process is called with: views made once, which look anew where a table's rows came, went or moved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from simulation.engine.clock import Duration
from simulation.engine.process import BodyProcess, CellProcess, Process
from simulation.engine.rows import Moment, Rows
from simulation.engine.site import IDENTITY, BodyView, Site, SiteView
from simulation.engine.table import Table

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
        self._label = label
        self._moment = Moment()
        self._changes = -1
        self._columns = {prefix: _columns(process, prefix) for prefix in ("", "voxel", "traveller", "pool")}
        self._tables: list[Table] = []  # what it looks at ...
        self._versions: list[int] = []  # ... as it was when the views were last renewed ...
        self._rows: list[Rows] = []  # ... by views of all rows, or ...
        self._runs: list[list[Rows]] = [[] for _ in sites]  # ... by those of runs of rows, site by site
        self._sites = list(sites)
        self._kinds = [site.kinds_with(process.of("", process.touched()), process.only) for site in sites]
        self._views: list[Any] = []
        self._of_cells = isinstance(process, CellProcess)
        if self._of_cells:
            self._tables = [site.cells for site in sites]
        else:
            self._views = [
                SiteView(site, self._of(site.cells), self._of(site.voxels, "voxel"), log, partial(schedule, label))
                for site in sites
            ]
        if isinstance(process, BodyProcess):
            blood = self._of(travellers, "traveller"), self._of(pools, "pool")
            self._views = [BodyView(self._views, *blood, travellers, log)]
        self._versions = [-1 for _ in self._tables]

    def at(self, key: np.uint64, tick: int, time: Duration) -> list[Any]:
        """Return the views, with the process's chance and the time of this tick."""
        moment = self._moment
        moment.key, moment.tick, moment.time = key, tick, time
        if self._changes != Table.changes:
            self._changes = Table.changes
            self._renew()
        return self._views

    def _renew(self) -> None:
        for number, (table, version) in enumerate(zip(self._tables, self._versions, strict=True)):
            if version != table.version:
                self._versions[number] = table.version
                if self._of_cells:
                    self._renew_runs(number)
                else:
                    self._rows[number].renew()

    def _of(self, table: Table, prefix: str = "") -> Rows:
        before = prefix + "." if prefix else ""
        made = Rows(table, self._label, *self._columns[prefix], prefix=before, moment=self._moment)
        self._tables.append(table)
        self._rows.append(made)
        return made

    def _renew_runs(self, number: int) -> None:
        """Let the views of a site show the runs of rows that a process of cells looks at now."""
        site, known = self._sites[number], self._runs[number]
        runs = site.runs_of(self._kinds[number])
        del known[len(runs) :]
        for rows, run in zip(known, runs, strict=False):
            rows.renew(run)
        for run in runs[len(known) :]:
            known.append(Rows(site.cells, self._label, *self._columns[""], run, moment=self._moment))
        self._views = [rows for known in self._runs for rows in known]


def _columns(process: Process, prefix: str) -> tuple[frozenset[str], frozenset[str]]:
    """Tell which columns of a table a process may read and which it may change."""
    writable = process.of(prefix, process.adds, process.scales, process.writes)
    readable = process.of(prefix, process.reads) | writable
    return (readable if prefix else readable | NAMED), writable
