"""A stored run, opened to be watched: its moments as frames, its courses, what happened, and the state of the body.

Frames and counts are kept in memory while they fit, since whoever watches goes back and forth.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from analysis.load import RunFolder, open_run
from analysis.spread import TUMOUR_CELL, Milestones, milestones
from analysis.viewer.body import Body, Organ
from analysis.viewer.frame import Frame
from simulation import StorageError

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray

#: frames kept of one run, and runs kept open
FRAMES, RUNS = 64, 6


class Recording:
    """A run that is watched.

    folder    Path    of the run
    raises    StorageError    where it cannot be read
    """

    def __init__(self, folder: str | Path) -> None:
        self.run: RunFolder = open_run(folder)
        self._frames: OrderedDict[tuple[float, str], Frame] = OrderedDict()
        self._guard = threading.RLock()

    # ---- what there is ----

    @property
    def title(self) -> str:
        """One line."""
        return str(self.run.about.get("title") or self.run.about.get("scenario") or self.run.path.name)

    @cached_property
    def days(self) -> Array:
        """Moments of the clock: those at which cells were kept, else those of the summary."""
        kept = sorted(self.run.snapshots)
        return np.array(kept) + 0.0 if kept else self.summary["time_day"].to_numpy(dtype=float)

    @property
    def end(self) -> float:
        """Last day of which anything was kept."""
        ends = [float(self.days[-1])] if len(self.days) else []
        return max([*ends, *self.summary["time_day"].tail(1).tolist()], default=0.0)

    @property
    def has_cells(self) -> bool:
        """True where cells were kept."""
        return bool(self.run.snapshots)

    @cached_property
    def summary(self) -> pd.DataFrame:
        """One row per kept time."""
        return self.run.summary

    @cached_property
    def units(self) -> dict[str, str]:
        """Unit of every column of the summary."""
        return self.run.units

    @cached_property
    def meanings(self) -> dict[str, str]:
        """Meaning of every column of the summary."""
        columns = self.run.about.get("columns")
        if not isinstance(columns, dict):
            return {}
        return {n: str(told.get("meaning", "")) for n, told in columns.items() if isinstance(told, dict)}

    @cached_property
    def events(self) -> pd.DataFrame:
        """What happened, in the order of time."""
        return self.run.events.sort_values("time_day", kind="stable", ignore_index=True)

    @cached_property
    def milestones(self) -> Milestones:
        """When each step came first."""
        return milestones(self.events, self.summary)

    @cached_property
    def sites(self) -> tuple[str, ...]:
        """Tissues of which cells were kept, the primary first."""
        if not self.has_cells:
            return ()
        places = self.run.cells(float(self.days[0]))["site"].cat.categories
        return tuple(str(place) for place in places if place != "blood")

    # ---- one moment ----

    def moment(self, day: float) -> int:
        """Return the place in `days` that is nearest to a day."""
        return int(np.abs(self.days - day).argmin()) if len(self.days) else 0

    def frame(self, day: float, site: str = "") -> Frame:
        """Return the kept moment nearest to a day."""
        from analysis.viewer.stored import frame_at

        if not self.has_cells:
            raise StorageError(
                "no cells were kept", where=self.run.path.name, remedy='ask for them with --set record.cells="1 day"'
            )
        key = (float(self.days[self.moment(day)]), site or self.sites[0])
        with self._guard:
            if key in self._frames:
                self._frames.move_to_end(key)
                return self._frames[key]
        frame = frame_at(self.run, *key)
        with self._guard:
            self._frames[key] = frame
            while len(self._frames) > FRAMES:
                self._frames.popitem(last=False)
        return frame

    def body(self, day: float) -> Body:
        """Return the state of organs and blood on a day: counts of the summary, and of what had happened by then."""
        row = self._row(day)
        sites = [name.removeprefix("colony_cells_") for name in self.summary if name.startswith("colony_cells_")]
        happened = self._happened
        organs = {}
        for site in sites:
            living, asleep = (_number(row, f"{what}_{site}") for what in ("colony_cells", "dormant_cells"))
            organs[site] = Organ(
                arrived=_count(happened.get(("arrived", site)), day), growing=living - asleep, dormant=asleep,
                colonies=_number(row, f"colonies_{site}"), metastases=_number(row, f"metastases_{site}"),
            )  # fmt: skip
        company = {
            "singles": _number(row, "blood_singles"), "clusters": _number(row, "blood_clusters"),
            "with_lymphocyte": _number(row, "blood_with_lymphocytes"),
            "with_neutrophil": _number(row, "blood_with_neutrophils"),
        }  # fmt: skip
        company |= self._company(day)
        arrested, alive = _number(row, "blood_arrested"), _number(row, "blood_tumour_cells")
        return Body(
            day=day,
            primary=self.sites[0] if self.sites else (sites[0] if sites else "liver"),
            primary_cells=_number(row, "tumour_cells"),
            shed=_count(happened.get(("departed", "")), day),
            afloat=alive - arrested,
            arrested=arrested,
            died=_count(happened.get(("dies_in_blood", "")), day),
            company=company,
            organs=organs,
            serum={
                name.removeprefix("serum_"): (_number(row, name), self.units.get(name, ""))
                for name in self.summary
                if name.startswith("serum_") and self.units.get(name) != "1"  # factors are not dissolved
            },
        )

    # ---- inside ----

    def _row(self, day: float) -> pd.Series | None:
        """Return the last row of the summary on or before a day."""
        days = self.summary["time_day"].to_numpy(dtype=float)
        if not len(days):
            return None
        return self.summary.iloc[max(0, int(np.searchsorted(days, day + 1e-9, side="right")) - 1)]

    @cached_property
    def _happened(self) -> dict[tuple[str, str], tuple[Array, Array]]:
        """Days and running counts of what tumour cells did: (kind, site), and (kind, "") for all sites."""
        events = self.events
        own = events[events["cell_type"] == TUMOUR_CELL]
        found = {}
        for kind in ("departed", "arrived", "arrested", "dies_in_blood"):
            rows = own[own["kind"] == kind]
            for site, these in [("", rows), *rows.groupby("site", observed=True)]:
                days = these["time_day"].to_numpy(dtype=float)
                found[kind, str(site)] = (days, np.cumsum(these["parcel"].to_numpy(dtype=float)))
        return found

    def _company(self, day: float) -> dict[str, float]:
        """Tell convoys with lymphocytes from those with neutrophils, which the summary does not, at a kept moment."""
        if not self.has_cells or abs(float(self.days[self.moment(day)]) - day) > 1e-6:
            return {}
        blood = self.frame(day).blood
        known = ("singles", "clusters", "with_lymphocyte", "with_neutrophil")
        return {name: blood[name] for name in known if name in blood}


def _number(row: pd.Series | None, name: str) -> float:
    """Read a number of the summary; nothing where it was not kept."""
    if row is None or name not in row or row[name] != row[name]:
        return 0.0
    return float(row[name])


def _count(steps: tuple[Array, Array] | None, day: float) -> float:
    if steps is None:
        return 0.0
    k = int(np.searchsorted(steps[0], day + 1e-9, side="right"))
    return float(steps[1][k - 1]) if k else 0.0


# ---- kept open ----

_open: OrderedDict[tuple[str, float], Recording] = OrderedDict()
_gate = threading.Lock()


def opened(folder: Path, stamp: float) -> Recording:
    """Open a run's folder, or return it as it was opened before; a folder that changed is opened anew."""
    key = (str(folder), stamp)
    with _gate:
        if key in _open:
            _open.move_to_end(key)
            return _open[key]
    made = Recording(folder)
    _ = made.days  # so that what cannot be read says so here
    with _gate:
        _open[key] = made
        while len(_open) > RUNS:
            _open.popitem(last=False)
    return made
