"""`icam resume`: go on with a run that was interrupted, killed or failed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analysis.commands import options
from analysis.terminal import Watch


def resume(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a run, as .../seed-000001.")],
    threads: Annotated[int | None, typer.Option(min=1, help="Threads; the result does not depend on them.")] = None,
    quiet: options.Quiet = False,
    profile: Annotated[bool, typer.Option(help="Measure how long each process takes.")] = False,
) -> int:
    """Go on with a run from its last checkpoint; the result is that of a run never cut."""
    from analysis.report import announce
    from simulation import resume as go_on

    with Watch(quiet=quiet) as watch:
        result = go_on(run, threads=threads, progress=watch, profile=profile)
    announce(result, quiet=quiet)
    return result.exit_code
