"""Endpoints: what a comparison may ask of a run, and how each answer is read off the run.

Counts and levels are those at the end of the run, counts of what happened those of the whole run. Times count from day
0; a run in which it did not happen by its end is censored there. The organs that have colonies of their own add an
endpoint each, as `metastases_lung`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


class Kind(Enum):
    """What sort of number an endpoint is."""

    COUNT = "count"  # a whole number from 0: compared as a ratio of rates
    LEVEL = "level"  # a number on a scale: compared as a difference
    TIME = "time"  # days until it happens, censored at the end of the run


@dataclass(frozen=True)
class Endpoint:
    """One thing a comparison may ask of a run.

    name       str
    meaning    str     one line, for a person
    unit       str     "1" for a count, "day" for a time
    kind       Kind
    hoped      str     what a treatment hopes for: "less", "more" (a time: later) or "" where neither is better
    source     tuple   where endpoints.json has it, key by key; or ("summary", column): its last value
    """

    name: str
    meaning: str
    unit: str
    kind: Kind
    hoped: str
    source: tuple[str, ...]

    def read(self, answers: Mapping[str, Any], summary: pd.DataFrame) -> Any:
        """Read the value off a run; None where the run does not have it, or where a time is censored."""
        if self.source[0] == "summary":
            column = self.source[1]
            value = summary[column].iloc[-1] if column in summary and len(summary) else None
            return None if value is None or value != value else float(value)
        found: Any = answers
        for key in self.source:
            found = found.get(key) if isinstance(found, Mapping) else None
        return found


def _time(name: str, meaning: str, *source: str) -> Endpoint:
    return Endpoint(name, meaning, "day", Kind.TIME, "more", source)


def _count(name: str, meaning: str, hoped: str, *source: str) -> Endpoint:
    return Endpoint(name, meaning, "1", Kind.COUNT, hoped, source)


def _level(name: str, meaning: str, unit: str, hoped: str, *source: str) -> Endpoint:
    return Endpoint(name, meaning, unit, Kind.LEVEL, hoped, source)


GENERAL = (
    _time("capsule_breach", "the capsule gives way", "capsule_breach_day"),
    _time("first_cell_in_blood", "the first tumour cell enters the blood", "first_cell_in_blood_day"),
    _time("first_arrival", "the first tumour cell enters a tissue from the blood", "first_arrival_day"),
    _time("first_metastasis", "the first colony is as large as a metastasis", "first_metastasis_day"),
    _count("cells_in_blood", "tumour cells that entered the blood", "less", "shed", "cells"),
    _count("shed_singly", "tumour cells that entered the blood alone", "less", "shed", "cells_singly"),
    _count("shed_in_clusters", "tumour cells that entered the blood in clusters", "less", "shed", "cells_in_clusters"),
    _count(
        "shed_with_lymphocytes", "tumour cells that entered the blood with lymphocytes", "less",
        "shed", "cells_with_lymphocytes",
    ),
    _count("arrests", "tumour cells that were held in a vessel of an organ", "less", "arrests"),
    _count("arrivals", "tumour cells that entered a tissue from the blood", "less", "arrivals"),
    _count("colonies", "colonies of tumour cells at the end", "less", "summary", "colonies"),
    _count("colony_cells", "tumour cells in colonies at the end", "less", "summary", "colony_cells"),
    _count("metastases", "colonies as large as a metastasis at the end", "less", "metastases"),
    _count("detachments", "tumour cells that let go of their neighbours", "less", "detachments"),
    _count("lymphocytes_entered", "lymphocytes that entered tissue", "more", "lymphocytes_entered"),
    _count("tumour_cells_killed", "tumour cells killed by lymphocytes", "more", "tumour_deaths_by_cause", "killed"),
    _count("tumour_cells", "tumour cells at the end", "less", "tumour_cells"),
    _level("tumour_diameter", "diameter of the tumour at the end", "um", "less", "tumour_diameter_um"),
    _level("capsule_integrity", "integrity of the capsule at the end", "1", "more", "capsule_integrity"),
    _level("capsule_weakest", "integrity of the capsule where it is weakest, at the end", "1", "more",
           "summary", "capsule_weakest"),
    _level("lymphocytes_in_nodule", "lymphocytes in the nodule at the end", "1", "more",
           "summary", "lymphocytes_in_nodule"),
    _level("tumour_icam1", "mean ICAM-1 of tumour cells at the end", "copies per cell", "",
           "summary", "tumour_icam1"),
    _level("serum_sicam1", "soluble ICAM-1 in serum at the end", "ng/mL", "", "serum_sicam1_ng_per_ml"),
)  # fmt: skip


def endpoints(organs: Iterable[str] = ()) -> dict[str, Endpoint]:
    """List all endpoints by name: the general ones, and those of each organ.

    organs    names, as in a scenario
    """
    found = list(GENERAL)
    for organ in organs:
        word = organ.replace("_", " ")
        found += [
            _time(f"first_metastasis_{organ}", f"the first metastasis in the {word}",
                  "first_metastasis_day_by_site", organ),
            _count(f"arrivals_{organ}", f"tumour cells that entered the {word} from the blood", "less",
                   "arrivals_by_site", organ),
            _count(f"colonies_{organ}", f"colonies in the {word} at the end", "less", "colonies_by_site", organ),
            _count(f"metastases_{organ}", f"metastases in the {word} at the end", "less",
                   "metastases_by_site", organ),
        ]  # fmt: skip
    return {endpoint.name: endpoint for endpoint in found}


def columns_of(wanted: Iterable[Endpoint]) -> dict[str, str]:
    """List the columns these endpoints have in a table of runs, and of which type each is.

    A time has two: the day it happened or observation ended, and `<name>_observed`, whether it happened.
    """
    columns = {}
    for endpoint in wanted:
        columns[endpoint.name] = "float64"
        if endpoint.kind is Kind.TIME:
            columns[f"{endpoint.name}_observed"] = "bool"
    return columns


def values_of(wanted: Iterable[Endpoint], answers: Mapping[str, Any], summary: pd.DataFrame) -> dict[str, Any]:
    """Read endpoints off a run, as the columns of `columns_of`; NaN where the run does not have it."""
    values: dict[str, Any] = {}
    for endpoint in wanted:
        value = endpoint.read(answers, summary)
        if endpoint.kind is Kind.TIME:
            values[f"{endpoint.name}_observed"] = value is not None
            value = answers.get("observed_days") if value is None else value
        values[endpoint.name] = float("nan") if value is None else float(value)
    return values


def cut_at_shortest(runs: pd.DataFrame, endpoint: Endpoint) -> pd.DataFrame:
    """Return a table of runs with a time cut at the shortest observation, so that it can be subtracted."""
    if endpoint.kind is not Kind.TIME:
        return runs
    done = runs["status"] == "DONE"
    waiting = runs.loc[done & ~runs[f"{endpoint.name}_observed"].astype(bool), endpoint.name]
    upper = float(waiting.min()) if len(waiting) else None
    return runs.assign(**{endpoint.name: runs[endpoint.name].clip(upper=upper)})
