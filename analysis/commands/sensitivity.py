"""`icam sensitivity`: which assumed numbers a comparison hangs on, and whether its direction stands without them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analysis.commands import options
from analysis.ending import DONE, FAILED

if TYPE_CHECKING:
    from analysis.sensitivity import Question, Sensitivity


def sensitivity(
    study: options.Study,
    trajectories: Annotated[int | None, typer.Option(min=2, help="Of the screening after Morris.")] = None,
    keep: Annotated[int | None, typer.Option(min=0, help="Parameters that go on to Sobol's indices.")] = None,
    base: Annotated[int | None, typer.Option(min=0, help="Base worlds of Sobol's indices; 0 for none.")] = None,
    replicates: Annotated[int, typer.Option(min=1, help="Pairs per world.")] = 1,
    parameter: Annotated[
        list[str] | None, typer.Option(metavar="PATTERN", help='What is varied, as in "processes.killing.*".')
    ] = None,
    endpoint: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Instead of the study's endpoints.")
    ] = None,
    arm: Annotated[str | None, typer.Option(metavar="NAME", help="The treatment, instead of the study's.")] = None,
    seed: options.StudySeed = None,
    workers: options.Workers = None,
    scheduler: options.Scheduler = None,
    out: options.Out = Path("results"),
    resume: options.Resume = True,
    retry_failed: options.RetryFailed = False,
    plan: Annotated[bool, typer.Option("--plan", help="Run nothing: tell what would be varied.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print the report and nothing else.")] = False,
) -> int:
    """Vary what is assumed: does the direction of a comparison stand, and which numbers does its size hang on?"""
    from analysis.batch.watch import BatchWatch
    from analysis.sensitivity import question
    from analysis.sensitivity import sensitivity as carry_out
    from analysis.sensitivity.report import write_sensitivity

    asked = question(
        study, replicates=replicates, seed=seed, arm=arm, endpoints=endpoint or (), parameters=parameter or (),
        trajectories=trajectories, keep=keep, base=base,
    )  # fmt: skip
    if plan:
        return _plan(asked)
    if not quiet:
        sys.stderr.write(f"{_size(asked)}\n")
    try:
        with BatchWatch(quiet=quiet) as watch:
            found = carry_out(
                asked, workers=workers, scheduler=scheduler, out=out, anew=not resume, retry_failed=retry_failed,
                tell=watch,
            )  # fmt: skip
    except KeyboardInterrupt:
        typer.echo("icam: what is done is kept; the same command goes on", err=True)
        raise
    page = write_sensitivity(found)
    for line in found.troubles:
        sys.stderr.write(f"icam: {line}\n")
    _tell(found, page, quiet=quiet)
    return FAILED if found.troubles else DONE


def _size(asked: Question) -> str:
    screening, sobol = asked.worlds
    return (
        f"{len(asked.varied.ranges)} parameters, {screening:,} worlds of the screening and {sobol:,} of Sobol's "
        f"indices, {asked.runs:,} runs ({asked.treated.label} against {asked.control.label})"
    )


def _plan(asked: Question) -> int:
    from rich.table import Table

    from analysis.terminal import paper

    console = paper()
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for i, head in enumerate(("parameter", "value", "from", "to", "unit", "evenly in")):
        table.add_column(head, justify="right" if 0 < i < 4 else "left", no_wrap=True)
    for path, r in asked.varied.ranges.items():
        value, unit = asked.varied.values[path], asked.varied.units[path]
        evenly = "its logarithm" if r.log else "itself"
        table.add_row(path, f"{value:.6g}", f"{r.low:.6g}", f"{r.high:.6g}", "" if unit == "1" else unit, evenly)
    console.print(table)
    console.print(_size(asked), markup=False)
    return DONE


def _tell(found: Sensitivity, page: Path, *, quiet: bool) -> None:
    if quiet:
        sys.stdout.write(f"{page}\n")
        return
    from analysis.sensitivity.report import sentences
    from analysis.terminal import paper

    console = paper()
    for endpoint in found.endpoints:
        console.print(f"{endpoint.name}: {endpoint.meaning}", markup=False, style="bold")
        for line in sentences(found, endpoint):
            console.print(f"  {line}", markup=False)
    console.print(f"tables: {found.folder}", markup=False, soft_wrap=True)
    console.print(f"report: {page}", markup=False, soft_wrap=True)
