"""The tables of a comparison, read off the folders of its runs: the same bytes whoever made them, in any order."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.endpoint import columns_of, values_of
from analysis.study import Study

if TYPE_CHECKING:
    import pandas as pd

    from simulation import Scenario

#: columns of a run's summary that are followed over time: meaning, unit
QUANTITIES = {
    "tumour_cells": ("tumour cells", "1"),
    "tumour_diameter": ("diameter of the tumour", "um"),
    "tumour_icam1": ("mean ICAM-1 of tumour cells", "copies per cell"),
    "tumour_emt": ("mean EMT of tumour cells", "1"),
    "capsule_integrity": ("integrity of the capsule", "1"),
    "capsule_weakest": ("integrity of the capsule where it is weakest", "1"),
    "lymphocytes": ("lymphocytes", "1"),
    "lymphocytes_in_nodule": ("lymphocytes in the nodule", "1"),
    "kills": ("tumour cells killed so far", "1"),
    "entries": ("lymphocytes that entered so far", "1"),
    "detachments": ("tumour cells that let go so far", "1"),
    "departures": ("cells that entered the blood so far", "1"),
    "arrivals": ("cells that left the blood so far", "1"),
    "blood_tumour_cells": ("tumour cells in the blood", "1"),
    "colonies": ("colonies", "1"),
    "colony_cells": ("tumour cells in colonies", "1"),
    "metastases": ("metastases", "1"),
    "serum_sicam1": ("soluble ICAM-1 in serum", "ng/mL"),
}
Tables = tuple["pd.DataFrame", "pd.DataFrame", "pd.DataFrame", dict[str, tuple[str, str]]]


def read_tables(study: Study, folder: Path, reasons: Mapping[str, str]) -> Tables:
    """Read all runs of a study, one after the other, so that memory holds no more than their answers.

    reasons    why runs failed, by key
    returns    runs, courses, failures, quantities, as in `Comparison`
    """
    import pandas as pd

    rows: list[dict[str, Any]] = []
    courses: list[pd.DataFrame] = []
    failures: list[dict[str, Any]] = []
    order = {arm.name: n for n, arm in enumerate(study.all_arms)}
    out, controls = folder / "runs", set(study.controls.values())
    for arm, replicate, scenario in study.runs():
        status, place, reason = _state(scenario, out, reasons)
        known = {
            "arm": arm.name, "control": arm.name in controls, "series": arm.series,
            "dose": float("nan") if arm.dose is None else arm.dose, "replicate": replicate, "seed": scenario.seed,
            "status": status, "digest": "", "folder": place.relative_to(folder).as_posix(),
        }  # fmt: skip
        answers, summary = {}, pd.DataFrame()
        if status == "DONE":
            answers, summary = _json(place / "endpoints.json"), _summary(place)
            known["digest"] = _json(place / "run.json")["digest"]
            courses.append(_course(summary, arm.name, replicate))
        elif status == "FAILED":
            failures.append({"arm": arm.name, "replicate": replicate, "seed": scenario.seed, "reason": reason})
        known["observed_days"] = answers.get("observed_days", float("nan"))
        rows.append(known | values_of(study.endpoints.values(), answers, summary))
    types = columns_of(study.endpoints.values())
    runs = _sorted(pd.DataFrame(rows).astype(types), order)
    empty = {"arm": str, "replicate": "int64", "day": "float64", "quantity": str, "value": "float64"}
    course = pd.concat(courses, ignore_index=True) if courses else pd.DataFrame(columns=list(empty)).astype(empty)
    told = {"arm": str, "replicate": "int64", "seed": "int64", "reason": str}
    failed = pd.DataFrame(failures, columns=list(told)).astype(told)
    found = set(course["quantity"].unique())
    quantities = {name: told for name, told in QUANTITIES.items() if name in found}
    return runs, _sorted(course, order), _sorted(failed, order), quantities


def write_tables(folder: Path, runs: pd.DataFrame, courses: pd.DataFrame, failures: pd.DataFrame) -> None:
    """Write the tables as Parquet and as CSV."""
    import pyarrow as pa

    from simulation import write_table, write_text

    for name, frame in (("runs", runs), ("courses", courses), ("failures", failures)):
        # What pandas adds of itself names its version: not part of the result.
        table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
        # Words of which there are none would have no type.
        table = table.cast(
            pa.schema([f.with_type(pa.string()) if pa.types.is_null(f.type) else f for f in table.schema])
        )
        write_table(folder / f"{name}.parquet", table)
        write_text(folder / f"{name}.csv", frame.to_csv(index=False, lineterminator="\n"))


def _state(scenario: Scenario, out: Path, reasons: Mapping[str, str]) -> tuple[str, Path, str]:
    """Tell what became of a run, where it lies, and why it failed."""
    from analysis.comparison import job_key
    from simulation import Status, earlier, place_of

    place = place_of(scenario, out)
    before = earlier(scenario, out)
    if before is Status.DONE:
        return "DONE", place, ""
    key = job_key(scenario.identity(any_seed=True), scenario.seed)
    return ("FAILED", place, reasons[key]) if key in reasons else ("MISSING", place, "")


def _course(summary: pd.DataFrame, arm: str, replicate: int) -> pd.DataFrame:
    columns = [name for name in QUANTITIES if name in summary]
    long = summary.rename(columns={"time_day": "day"}).melt("day", columns, "quantity", "value")
    long.insert(0, "arm", arm)
    long.insert(1, "replicate", replicate)
    return long.astype({"value": "float64"})


def _sorted(frame: pd.DataFrame, order: Mapping[str, int]) -> pd.DataFrame:
    """Sort by arm, in the order of the study, and replicate; what is equal stays in its order."""
    keyed = frame.assign(order=frame["arm"].map(order))
    keyed = keyed.sort_values(["order", "replicate"], kind="stable").drop(columns="order")
    return keyed.reset_index(drop=True)


def _json(file: Path) -> dict[str, Any]:
    from simulation import StorageError

    try:
        found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        remedy = "make the runs again with --anew"
        raise StorageError("it is damaged or missing", where=str(file), remedy=remedy) from fault
    return found


def _summary(place: Path) -> pd.DataFrame:
    from simulation import read_summary

    return read_summary(place)
