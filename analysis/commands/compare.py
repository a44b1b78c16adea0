"""`icam compare`: run the arms of a study on paired worlds, and say what differs."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analysis.commands import options
from analysis.ending import DONE, FAILED

if TYPE_CHECKING:
    from analysis.comparison import Comparison
    from analysis.study import Study


def compare(
    study: options.Study,
    replicates: Annotated[int | None, typer.Option(min=1, help="Worlds per arm, instead of the study's.")] = None,
    seed: options.StudySeed = None,
    workers: options.Workers = None,
    scheduler: options.Scheduler = None,
    out: options.Out = Path("results"),
    resume: options.Resume = True,
    retry_failed: options.RetryFailed = False,
    power: Annotated[
        bool, typer.Option("--power", help="Run nothing: tell from earlier runs how many replicates it takes.")
    ] = False,
    half_width: Annotated[
        str | None,
        typer.Option(
            metavar="WIDTH",
            help="With --power: how exactly to know each difference, as in 5 (in its unit) or "
            '"10 %" (of the control\'s mean); half of the difference found if not given.',
        ),
    ] = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print the report, or the folder of the results, and nothing else.")
    ] = False,
) -> int:
    """Compare the arms of a study: replicate k is the same world, with the same luck, in every arm."""
    from analysis.batch.watch import BatchWatch
    from analysis.comparison import compare as carry_out
    from analysis.study import load_study

    read = load_study(study)
    if half_width is not None and not power:
        raise typer.BadParameter("it goes with --power", param_hint="'--half-width'")
    if power:
        return _power(read.changed(seed=seed), replicates, half_width, out, quiet=quiet)
    try:
        with BatchWatch(quiet=quiet) as watch:
            comparison = carry_out(
                read, replicates=replicates, seed=seed, workers=workers, scheduler=scheduler, out=out,
                anew=not resume, retry_failed=retry_failed, tell=watch,
            )  # fmt: skip
    except KeyboardInterrupt:
        typer.echo("icam: what is done is kept; the same command goes on", err=True)
        raise
    report = _report(comparison)
    _tell(comparison, report, quiet=quiet)
    return DONE if comparison.complete else FAILED


def _power(study: Study, replicates: int | None, half_width: str | None, out: Path, *, quiet: bool) -> int:
    """Tell how many replicates the study takes, from what has been run of it."""
    from analysis import pilot
    from analysis.terminal import paper

    asked = pilot.wanted(half_width)
    found = pilot.pilot_of(study, out, replicates)
    table = pilot.replicates_needed(found, asked)
    file = pilot.write_power(table, found.folder)
    if quiet:
        sys.stdout.write(f"{file}\n")
        return DONE
    console = paper()
    console.print(f"{study.name}: replicates for {pilot.told(asked)}, with 95 % confidence", markup=False)
    console.print(pilot.printed(found, table))
    console.print(f"table: {file}", markup=False, soft_wrap=True)
    return DONE


def _report(comparison: Comparison) -> Path | None:
    """Write the report, where there are runs to report; one that fails is told, and fails nothing else."""
    if (
        importlib.util.find_spec("analysis.comparison_report") is None
        or not (comparison.runs["status"] == "DONE").any()
    ):
        return None
    try:
        from analysis.comparison_report import write_report

        return Path(write_report(comparison, comparison.folder))
    except Exception as fault:  # noqa: BLE001 the runs and tables are complete, whatever the report stumbles over
        told = " ".join(f"{type(fault).__name__}: {fault}".split())[:200]
        sys.stderr.write(f"icam: no report: {told}\n")
        return None


def _tell(comparison: Comparison, report: Path | None, *, quiet: bool) -> None:
    """Say what is there: on stdout the results, on stderr what failed."""
    from analysis.terminal import paper

    for row in comparison.failures.itertuples():
        sys.stderr.write(f"icam: {row.arm}, replicate {row.replicate} (seed {row.seed}) failed: {row.reason}\n")
    if len(comparison.failures):
        sys.stderr.write("icam: try them again with --retry-failed\n")
    if quiet:
        sys.stdout.write(f"{report or comparison.folder}\n")
        return
    console = paper()
    done = int((comparison.runs["status"] == "DONE").sum())
    study = comparison.study
    console.print(
        f"{study.name}: {len(study.arms)} arms, {study.replicates} replicates, {done:,} of {len(comparison.runs):,} "
        "runs done",
        markup=False,
    )
    _table(console, comparison)
    console.print(f"tables: {comparison.folder}", markup=False, soft_wrap=True)
    if report is not None:
        console.print(f"report: {report}", markup=False, soft_wrap=True)


def _table(console: object, comparison: Comparison) -> None:
    """Print each arm's mean of the primary endpoints, and how far it is from the control within pairs."""
    from rich.console import Console
    from rich.table import Table

    assert isinstance(console, Console)
    study = comparison.study
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("mean (difference from control)", no_wrap=True)
    for endpoint in study.primary:
        table.add_column(endpoint.name, justify="right", no_wrap=True)
    for arm in study.arms:
        cells = []
        for endpoint in study.primary:
            pair = comparison.paired(endpoint.name, arm.name)
            if not len(pair):
                cells.append("-")
            elif arm.name not in study.controls:
                cells.append(f"{pair['treated'].mean():.4g}")
            else:
                cells.append(f"{pair['treated'].mean():.4g} ({pair['difference'].mean():+.3g})")
        table.add_row(arm.label, *cells)
    console.print(table)
