"""The answers of one run, read off its tables: when did what happen first, and how much of it was there in the end.

Times are in days; None means that it had not happened by `observed_days` (a censored time). Times of events are exact
to the tick, those of metastases to the period of the summary, which is where colonies are counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

TUMOUR_CELL = "tumour_cell"
#: columns of the event log that endpoints are read off
READ = ("time_day", "site", "kind", "lineage", "cell_type", "parcel", "convoy")
DEATHS = ("killed", "apoptosis", "necrosis", "resected", "expires", "dies_in_blood")


def endpoints(
    events: pd.DataFrame, summary: pd.DataFrame, *, sites: Sequence[str], types: Sequence[str]
) -> dict[str, Any]:
    """Derive every endpoint.

    events     columns READ
    summary    columns time_day and the observables, in the order of time
    sites      names of the sites, the primary's first
    types      names of the cell types
    returns    plain data, for endpoints.json
    """
    last = summary.iloc[-1]
    kind, of_tumour = events["kind"], events["cell_type"] == TUMOUR_CELL
    left = events[(kind == "departed") & of_tumour]
    held = events[(kind == "arrested") & of_tumour]
    landed = events[(kind == "arrived") & of_tumour]
    deaths = events[kind.isin(DEATHS)]
    return {
        "observed_days": float(last["time_day"]),
        "capsule_breach_day": _first(events[kind == "capsule_breached"]),
        "first_cell_in_blood_day": _first(left),
        "first_arrival_day": _first(landed),
        "first_metastasis_day": _first_above(summary, "metastases"),
        "first_metastasis_day_by_site": {s: _first_above(summary, f"metastases_{s}") for s in sites},
        "shed": shed(events),
        "neutrophil_pairings": _cells(events[kind == "joined"]),
        "arrests": None if len(landed) and not len(held) else _cells(held),  # None: not logged
        "arrivals": _cells(landed),
        "arrivals_by_site": _by(landed, "site", sites),
        "metastases": _at_end(last, "metastases"),
        "metastases_by_site": {s: _at_end(last, f"metastases_{s}") for s in sites},
        "colonies_by_site": {s: _at_end(last, f"colonies_{s}") for s in sites},
        "kills": _cells(events[kind == "killed"]),
        "deaths_by_cause": _by(deaths, "kind", DEATHS),
        "tumour_deaths_by_cause": _by(deaths[deaths["cell_type"] == TUMOUR_CELL], "kind", DEATHS),
        "births_by_type": _by(events[kind == "born"], "cell_type", types),
        "lymphocytes_entered": _cells(events[kind == "entered"]),
        "detachments": int(events.loc[(kind == "detached") & of_tumour, "parcel"].sum()),  # most of all events
        "cells_by_type": {t: sum(_at_end(last, f"n_{t}_{s}") or 0 for s in sites) for t in types},
        "tumour_cells": _at_end(last, "tumour_cells"),
        "tumour_diameter_um": _number(last, "tumour_diameter"),
        "capsule_integrity": _number(last, "capsule_integrity"),
        "serum_sicam1_ng_per_ml": _number(last, "serum_sicam1"),
    }


def shed(events: pd.DataFrame) -> dict[str, int]:
    """Sort the tumour cells that entered the blood by the company in which they left.

    returns    cells shed singly, in clusters of tumour cells, with lymphocytes; and convoys of each sort
    """
    left = events[events["kind"] == "departed"]
    name = left["convoy"].where(left["convoy"] != 0, left["lineage"])
    is_tumour = left["cell_type"] == TUMOUR_CELL
    tumour = is_tumour.astype(int).groupby(name).sum()
    company = (~is_tumour).astype(int).groupby(name).sum()
    sorts = {
        "singly": (tumour == 1) & (company == 0),
        "in_clusters": (tumour > 1) & (company == 0),
        "with_lymphocytes": (tumour > 0) & (company > 0),
    }
    cells = {f"cells_{sort}": int(tumour[which].sum()) for sort, which in sorts.items()}
    return {"cells": int(is_tumour.sum()), **cells, **{f"convoys_{s}": int(which.sum()) for s, which in sorts.items()}}


def _first(events: pd.DataFrame) -> float | None:
    return float(events["time_day"].min()) if len(events) else None


def _first_above(summary: pd.DataFrame, column: str) -> float | None:
    if column not in summary:
        return None
    return _first(summary[summary[column] > 0])


def _cells(events: pd.DataFrame) -> int:
    return int(events["parcel"].sum())


def _by(events: pd.DataFrame, column: str, names: Sequence[str]) -> dict[str, int]:
    counted = events.groupby(events[column].astype(str))["parcel"].sum()
    return {name: int(counted.get(name, 0)) for name in names}


def _number(row: pd.Series, column: str) -> float | None:
    return float(row[column]) if column in row.index and pd.notna(row[column]) else None


def _at_end(row: pd.Series, column: str) -> int | None:
    number = _number(row, column)
    return None if number is None else int(number)
