"""What happened in a run, one sentence each, for a list that one can click through.

Cells that leave or arrive together are one happening. Kinds that happen all the time are listed on demand.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.figures import palette
from analysis.spread import TUMOUR_CELL

if TYPE_CHECKING:
    import pandas as pd

    from analysis.viewer.recording import Recording

#: kind -> (what the filter calls it, what happened to one cell, colour); the first ones are shown unasked
KINDS: dict[str, tuple[str, str, str]] = {
    "capsule_breached": ("breach", "the capsule gives way", palette.CAPSULE),
    "departed": ("into blood", "{} enters the blood", "#e69f00"),
    "arrested": ("arrest", "{} is held in a vessel", "#cc79a7"),
    "arrived": ("extravasation", "{} leaves the blood into the {}", "#0072b2"),
    "metastasis": ("metastasis", "a colony in the {} reaches the size of a metastasis", "#b30d0d"),
    "dies_in_blood": ("death in blood", "{} dies in the blood", "#8a9199"),
    "killed": ("killed", "{} is killed by a lymphocyte", "#5f0006"),
    "entered": ("recruited", "{} enters the tissue", "#56b4e9"),
    "detached": ("detached", "{} is torn loose from its neighbours", "#fc9a5c"),
    "apoptosis": ("apoptosis", "{} dies", "#8a9199"),
    "born": ("birth", "{} is born", "#009e73"),
    "expires": ("expired", "{} reaches the end of its life", "#8a9199"),
}
UNASKED = ("capsule_breached", "departed", "arrived", "metastasis")
#: rows a list can bear
MOST = 1_500


@dataclass(frozen=True)
class Happening:
    """One line of the list.

    day        day
    kind       str      key of `KINDS`
    words      str      what happened
    site       str      tissue in which it is to be seen; empty for the blood
    x, y       um
    lineage    int      the cell, 0 for a place
    """

    day: float
    kind: str
    words: str
    site: str
    x: float
    y: float
    lineage: int


def counts(recording: Recording) -> dict[str, int]:
    """Return how often each kind happened, of those that can be listed, in their order."""
    found = recording.events["kind"].value_counts()
    told = {kind: int(found.get(kind, 0)) for kind in KINDS}
    told["metastasis"] = len(_metastases(recording))
    return {kind: count for kind, count in told.items() if count}


def happenings(recording: Recording, kinds: Iterable[str] = UNASKED, around: float | None = None) -> list[Happening]:
    """List what happened, in the order of time.

    kinds     keys of `KINDS`
    around    day or None    of too many, those nearest to this day; the first ones where it is not given
    """
    asked = [kind for kind in KINDS if kind in set(kinds)]
    events = recording.events
    rows = events[events["kind"].isin(asked)]
    rows = rows[~((rows["kind"] == "capsule_breached") & rows["kind"].duplicated())] if len(rows) else rows
    if len(rows) > MOST:
        days = rows["time_day"].to_numpy(dtype=float)
        start = 0 if around is None else int(np.clip(np.searchsorted(days, around) - MOST // 2, 0, len(rows) - MOST))
        rows = rows.iloc[start : start + MOST]
    found = _told(rows)
    if "metastasis" in asked:
        found = sorted([*found, *_metastases(recording)], key=lambda h: h.day)
    return found


def _told(rows: pd.DataFrame) -> list[Happening]:
    """Write the rows, companions in one line."""
    found: list[Happening] = []
    groups: dict[tuple[Any, ...], list[Any]] = {}
    for row in rows.itertuples(index=False):
        together = row.kind in ("departed", "arrived", "arrested", "dies_in_blood") and int(row.convoy) != 0
        key = (row.kind, row.tick, row.convoy, row.site) if together else (row.kind, row.tick, row.lineage, len(groups))
        groups.setdefault(key, []).append(row)
    for members in groups.values():
        first = next((m for m in members if m.cell_type == TUMOUR_CELL), members[0])
        kind = str(first.kind)
        words = KINDS[kind][1]
        who = company([str(m.cell_type) for m in members])
        told = words.format(who, palette.words(str(first.site))) if words.count("{}") == 2 else words.format(who)
        site = "" if first.site == "blood" else str(first.site)
        found.append(
            Happening(float(first.time_day), kind, told, site, float(first.x), float(first.y), int(first.lineage))
        )
    return found


def company(types: list[str]) -> str:
    """Say who travels together: "a tumour cell with a T cell", "a cluster of 3 tumour cells"."""
    own = sum(t == TUMOUR_CELL for t in types)
    others = [t for t in types if t and t != TUMOUR_CELL]
    if not own and not others:
        return "a cell"
    said = f"a cluster of {own} tumour cells" if own > 1 else "a tumour cell" if own else ""
    for kind in dict.fromkeys(others):
        count = others.count(kind)
        word = palette.words(kind)
        article = "an" if word[0].lower() in "aeiou" or word.startswith("NK") else "a"
        one = f"{article} {word}" if count == 1 else f"{count} {word}s"
        said = f"{said} with {one}" if said else one
    return said


def _metastases(recording: Recording) -> list[Happening]:
    """Find when colonies of an organ first were as large as a metastasis, to the next kept time."""
    summary = recording.summary
    found = []
    for name in summary.columns:
        if not name.startswith("metastases_"):
            continue
        large = summary[summary[name] > 0]
        if len(large):
            site = name.removeprefix("metastases_")
            words = KINDS["metastasis"][1].format(palette.words(site))
            found.append(
                Happening(float(large["time_day"].iloc[0]), "metastasis", words, site, float("nan"), float("nan"), 0)
            )
    return found
