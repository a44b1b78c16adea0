"""What came of a run, told at its end: one table, where everything lies, and the pictures."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from analysis.terminal import paper, span

if TYPE_CHECKING:
    import pandas as pd

    from simulation import Run


def announce(run: Run, *, quiet: bool = False) -> None:
    """Draw the pictures of a run and tell what came of it.

    run      Run     as returned by `simulation.run`
    quiet    bool    print the folder and nothing else
    """
    problem = _pictures(run)
    if quiet:
        sys.stdout.write(f"{run.folder}\n")
    else:
        _tell(run)
    for line in (run.said, problem):
        if line:
            sys.stderr.write(f"icam: {line}\n")


def _pictures(run: Run) -> str:
    """Draw what there is to draw; a picture that fails is told, and fails nothing else."""
    if not run.endpoints:
        return ""
    try:
        from analysis.pictures import write_pictures

        write_pictures(run.folder)
    except Exception as fault:  # noqa: BLE001 the run itself is complete, whatever a picture stumbles over
        return f"no pictures: {' '.join(f'{type(fault).__name__}: {fault}'.split())[:200]}"
    return ""


def _tell(run: Run) -> None:
    from rich.table import Table

    console = paper()
    heading = "stopped early" if run.status.value != "DONE" else "done"
    days = run.endpoints.get("observed_days", 0.0)
    if run.endpoints:
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), title_justify="left", header_style="bold")
        for name, side in (("", "left"), ("start", "right"), ("end", "right")):
            table.add_column(name, justify=side, no_wrap=True)  # type: ignore[arg-type]
        for row in rows_of(run.endpoints, run.summary):
            table.add_row(*row)
        console.print(table)
        console.print()
    console.print(f"{heading}: {simulated(days)} simulated in {span(run.seconds)}", markup=False)
    console.print(f"results: {run.folder}", markup=False, soft_wrap=True)
    console.print(f"digest:  {run.digest}", markup=False)
    if run.status.value != "DONE":
        console.print(f"go on with: icam resume {run.folder}", markup=False, soft_wrap=True)
    if run.profile:
        _tell_profile(console, run.profile)


def _tell_profile(console: Any, profile: Mapping[str, float]) -> None:
    console.print("\nshare of time:", markup=False)
    for name, share in list(profile.items())[:15]:
        console.print(f"  {name:<24} {share:6.1%}", markup=False)


def rows_of(endpoints: Mapping[str, Any], summary: pd.DataFrame) -> Iterator[tuple[str, str, str]]:
    """Give the rows of the table: what, at the start, at the end.

    endpoints    as in endpoints.json
    summary      one row per kept time
    """
    from analysis.figures.palette import words

    for kind, end in endpoints["cells_by_type"].items():
        columns = [c for c in summary.columns if c.startswith(f"n_{kind}_")]
        start = int(summary[columns].iloc[0].sum())
        yield f"{words(kind)}s", _count(start), _count(end)
    yield "", "", ""
    first = summary.iloc[0]
    yield "capsule integrity", _share(first.get("capsule_integrity")), _share(endpoints["capsule_integrity"])
    yield "capsule gives way", "", _day(endpoints["capsule_breach_day"])
    shed = endpoints["shed"]
    yield "tumour cells shed into blood", "", _count(shed["cells"])
    for label, key in (("singly", "singly"), ("in clusters", "in_clusters"), ("with lymphocytes", "with_lymphocytes")):
        yield f"  {label}", "", _count(shed[f"cells_{key}"])
    yield "arrests in vessels", "", _count(endpoints["arrests"])
    yield "extravasations", "", _count(endpoints["arrivals"])
    yield "metastases", "", _count(endpoints["metastases"])
    for site, count in endpoints["metastases_by_site"].items():
        colonies = endpoints["colonies_by_site"].get(site) or 0
        if count or colonies:
            yield f"  {words(site)}", "", f"{count or 0:,} ({colonies:,} {'colony' if colonies == 1 else 'colonies'})"
    yield "tumour cells killed by T cells", "", _count(endpoints["tumour_deaths_by_cause"].get("killed", 0))
    yield "serum sICAM-1, ng/mL", _number(first.get("serum_sicam1")), _number(endpoints["serum_sicam1_ng_per_ml"])


def simulated(days: float) -> str:
    """Write a stretch of simulated time in the unit that suits it."""
    for unit, size in (("days", 1.0), ("hours", 1.0 / 24.0)):
        if days >= size:
            return f"{days / size:.4g} {unit}"
    return f"{days * 1440.0:.4g} minutes"


def _count(value: int | None) -> str:
    return "-" if value is None else f"{value:,}"


def _share(value: Any) -> str:
    return "-" if value is None or value != value else f"{value:.0%}"


def _number(value: Any) -> str:
    return "-" if value is None or value != value else f"{value:.1f}"


def _day(value: float | None) -> str:
    return "not yet" if value is None else f"day {value:.2f}"
