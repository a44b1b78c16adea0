"""How many replicates a study needs, judged from those that were run already.

    pilot = open_comparison("icam1_knockdown", out="results")
    replicates_needed(pilot, wanted("10 %"))

A pilot of a handful of replicates knows the scatter of its pairs only roughly; the cautious number makes up for that.
"""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.statistics.power import CONTROL, UNIT, Wanted, replicates_for

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table

    from analysis.comparison import Comparison
    from analysis.study import Study

TABLE = "power.csv"
FEWEST = 2
#: replicates a pilot is told to have: enough for the cautious number to be of use
USUAL = 4


def wanted(text: str | None) -> Wanted:
    """Read how exactly differences are to be known.

    text       "5": in the endpoint's own unit; "10 %": of the control's mean; None: half of the difference found
    raises     InputError
    """
    from simulation import InputError

    if text is None:
        return Wanted()
    found = re.fullmatch(r"\s*(\d+\.?\d*|\.\d+)\s*(%?)\s*", text)
    if not found or not float(found[1]) > 0:
        raise InputError(
            f"{text[:40]!r} is no half width", where="--half-width",
            expected="expected a number above 0, or a percentage",
            remedy='write it as in 5, or as in "10 %" of the control\'s mean',
        )  # fmt: skip
    return Wanted(float(found[1]) / 100, CONTROL) if found[2] else Wanted(float(found[1]), UNIT)


def pilot_of(study: Study, out: str | Path, replicates: int | None = None) -> Comparison:
    """Return what has been run of a study.

    replicates    how many to look for; by default as many as were last asked for
    raises        InputError where no arm has two pairs with the control
    """
    from analysis.comparison import open_comparison
    from simulation import InputError

    folder = Path(out) / study.name
    pilot = open_comparison(study, replicates=replicates or max(study.replicates, last_asked(folder)), out=out)
    done = {arm: set(own["replicate"]) for arm, own in pilot.runs[pilot.runs["status"] == "DONE"].groupby("arm")}
    pairs = max(len(done.get(control, set()) & done.get(arm, set())) for arm, control in study.controls.items())
    if pairs < FEWEST:
        seen = f"{pairs} complete pair" if pairs == 1 else f"{pairs or 'no'} complete pairs"
        raise InputError(
            f"there is no pilot: {seen} by this version of the model", where=str(folder),
            expected=f"expected {FEWEST} or more",
            remedy=f"run `icam compare {study.path if study.path.exists() else study.name} --replicates {USUAL}` first",
        )  # fmt: skip
    return pilot


def last_asked(folder: Path) -> int:
    """Read how many replicates a comparison was last asked for; 0 where there was none."""
    import json

    try:
        return int(json.loads((folder / "study.json").read_text(encoding="utf-8"))["replicates"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0


def replicates_needed(pilot: Comparison, asked: Wanted) -> pd.DataFrame:
    """Tell how many replicates every endpoint takes in every arm.

    returns    columns of `replicates_for`, with unit and primary (bool); endpoints in the study's order
    """
    from analysis.comparison_report.findings import cut, with_own_control
    from analysis.comparison_report.subject import subject_of

    subject = subject_of(pilot)
    names = [e.name for e in subject.endpoints]
    runs = cut(subject)
    table = with_own_control(subject, lambda control, arms: replicates_for(runs, names, control, arms, asked))
    units = {e.name: e.unit for e in subject.endpoints}
    primary = {e.name for e in subject.endpoints if e.primary}
    table.insert(1, "unit", table["endpoint"].map(units))
    table.insert(1, "primary", table["endpoint"].isin(primary))
    return table


def write_power(table: pd.DataFrame, folder: Path) -> Path:
    """Write the table beside those of the comparison."""
    from simulation import write_text

    write_text(folder / TABLE, table.to_csv(index=False, float_format="%.10g", lineterminator="\n"))
    return folder / TABLE


def printed(pilot: Comparison, table: pd.DataFrame) -> Table:
    """Lay the table out for a terminal."""
    from rich.table import Table

    from analysis.figures.canvas import number

    shown = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    heads = ("endpoint", "arm", "pairs", "difference", "known to ±", "wanted ±", "replicates", "to be safe", "unpaired")
    for i, head in enumerate(heads):
        shown.add_column(head, justify="left" if i < 2 else "right", no_wrap=True)
    labels = {arm.name: arm.label for arm in pilot.study.arms}
    before = ""
    for row in table.itertuples():
        counts = [_count(v, float(row.half_width)) for v in (row.needed, row.cautious, row.unpaired)]
        name = "" if row.endpoint == before else f"{row.endpoint}{'' if row.unit == '1' else f' ({row.unit})'}"
        known = [number(v, sign) if math.isfinite(v) else "-"
                 for v, sign in ((row.difference, True), (row.reached, False), (row.half_width, False))]  # fmt: skip
        shown.add_row(name, labels[row.arm], str(row.pilot), *known, *counts)
        before = row.endpoint
    return shown


def _count(value: float, half_width: float) -> str:
    if half_width == 0.0:
        return "no effect"
    if math.isnan(value):
        return "-"
    return f"{value:,.0f}" if math.isfinite(value) else "> 1 million"


def told(asked: Wanted) -> str:
    """Say what is wanted."""
    if asked.of == UNIT:
        return f"every difference known to ±{asked.size:g} of its unit"
    share = f"{100 * asked.size:g} %"
    return f"every difference known to ±{share} of {'the control’s mean' if asked.of == CONTROL else 'itself'}"
