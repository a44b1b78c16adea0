"""Two runs of one world with one luck: which cells only one of them has, and how far apart their courses are.

The same lineage is the same cell in both worlds, however different their fates are. What only one of them has shows
where, and when, the two histories parted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from analysis.viewer.frame import Frame

if TYPE_CHECKING:
    from analysis.viewer.recording import Recording

Array = np.ndarray

#: which cells are compared: name -> (words, cell types; empty = all)
AMONG: dict[str, tuple[str, tuple[str, ...]]] = {
    "tumour": ("tumour cells", ("tumour_cell",)),
    "immune": ("immune cells", ("t_cell", "nk_cell", "macrophage", "neutrophil")),
    "all": ("all cells", ()),
    "none": ("none", ("",)),
}
#: what is worth comparing first, of those that both runs have
COURSES = (
    "tumour_cells", "departures", "colony_cells", "colonies", "arrivals", "tumour_icam1",
    "lymphocytes_in_nodule", "kills",
    "capsule_integrity", "serum_sicam1", "metastases", "blood_tumour_cells", "tumour_emt", "detachments",
)  # fmt: skip


def only_in_one(one: Frame, other: Frame, among: str = "tumour") -> tuple[Array, Array]:
    """Return the lineages that only the first has, and those that only the second has, in rising order.

    among    str    key of `AMONG`
    """
    a, b = (_lineages(frame, AMONG[among][1]) for frame in (one, other))
    return np.setdiff1d(a, b, assume_unique=True), np.setdiff1d(b, a, assume_unique=True)


def _lineages(frame: Frame, types: tuple[str, ...]) -> Array:
    lineages = frame.cells["lineage"]
    if types:
        codes = [code for code, name in enumerate(frame.types) if name in types]
        lineages = lineages[np.isin(frame.cells["cell_type"], codes)]
    return np.unique(lineages)


def shared_clock(one: Recording, other: Recording) -> Array:
    """Return the moments of both clocks, up to where the shorter run ends."""
    end = min(one.end, other.end)
    days = np.union1d(one.days, other.days)
    return days[days <= end + 1e-9]


def comparable(one: Recording, other: Recording) -> dict[str, str]:
    """List the courses that both runs have: column -> meaning, the ones of most interest first."""
    both = [
        name
        for name in one.summary.columns
        if name in other.summary.columns and name not in ("tick", "time_day", "digest")
    ]
    first = [name for name in COURSES if name in both]
    meanings: Mapping[str, str] = one.meanings
    return {name: (meanings.get(name) or name.replace("_", " ")) for name in [*first, *sorted(set(both) - set(first))]}


def paired_courses(one: Recording, other: Recording, column: str) -> tuple[Array, Array, Array]:
    """Return the days that both summaries have, and the column of each on them."""
    first = one.summary.drop_duplicates("tick").set_index("tick")
    second = other.summary.drop_duplicates("tick").set_index("tick")
    both = first.index.intersection(second.index)
    if len(both) > 1:
        days = first.loc[both, "time_day"].to_numpy(dtype=float)
        return days, first.loc[both, column].to_numpy(dtype=float), second.loc[both, column].to_numpy(dtype=float)
    # other ticks: both are read off on the days of the first
    days = first["time_day"].to_numpy(dtype=float)
    days = days[days <= other.end]
    ours = np.interp(days, first["time_day"].to_numpy(dtype=float), first[column].to_numpy(dtype=float))
    return days, ours, np.interp(days, second["time_day"].to_numpy(dtype=float), second[column].to_numpy(dtype=float))
