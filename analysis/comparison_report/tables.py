"""The tables behind a report, each as Parquet and as CSV."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.comparison_report.findings import Findings
from analysis.comparison_report.subject import Subject

if TYPE_CHECKING:
    import pandas as pd

FOLDER = "tables"


def tables(subject: Subject, findings: Findings) -> dict[str, pd.DataFrame]:
    """List all tables by name; those without a row are left out."""
    import pandas as pd

    curves = [s.fitted.curve.assign(series=s.name, endpoint=s.endpoint, model=s.fitted.model) for s in findings.series]
    parts = [
        a.parts.assign(endpoint=name, pairs=a.pairs, whole=a.whole.value, rest=a.rest.value)
        for name, a in subject.attribution.items()
    ]
    found = {
        "effects": findings.effects,
        "ratios": findings.ratios,
        "times": findings.times,
        "dose_response": pd.concat(curves, ignore_index=True) if curves else pd.DataFrame(),
        "organs": findings.organs.rename_axis("arm").reset_index() if len(findings.organs) else pd.DataFrame(),
        "attribution": pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(),
        "replicates_needed": findings.replicates,
    }
    return {name: table for name, table in found.items() if len(table)}


def write_tables(found: dict[str, pd.DataFrame], folder: Path) -> list[Path]:
    """Write every table twice; the same tables give the same bytes."""
    into = folder / FOLDER
    into.mkdir(parents=True, exist_ok=True)
    written = []
    for name, table in found.items():
        written.append(whole(into / f"{name}.parquet", partial(table.to_parquet, index=False)))
        text = table.to_csv(index=False, float_format="%.10g", lineterminator="\n")
        written.append(whole(into / f"{name}.csv", partial(Path.write_text, data=text, encoding="utf-8", newline="")))
    return written


def whole(path: Path, write: Callable[[Path], object]) -> Path:
    """Write a file beside its place and give it its name when it is complete."""
    unfinished = path.with_name(f".new-{path.name}")
    try:
        write(unfinished)
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path
