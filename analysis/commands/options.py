"""Options that several commands have, each with one meaning and one text."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Study = Annotated[str, typer.Argument(metavar="STUDY", help="A study file, or the name of a shipped one.")]
StudySeed = Annotated[int | None, typer.Option("--seed", min=0, help="Seed of the study, instead of its own.")]
Workers = Annotated[
    int | None,
    typer.Option("--workers", min=0, help="Processes here; one per core if not given, 0: one run after the other."),
]
Scheduler = Annotated[
    str | None,
    typer.Option("--scheduler", metavar="ADDRESS", help="A running Dask scheduler, instead of processes here."),
]
Out = Annotated[Path, typer.Option("--out", help="Folder for all results.")]
Resume = Annotated[bool, typer.Option("--resume/--anew", help="Keep the runs that are done, or make them all again.")]
RetryFailed = Annotated[bool, typer.Option("--retry-failed", help="Try again what failed before.")]
#: of commands that make one run
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print the folder of the results and nothing else.")]
