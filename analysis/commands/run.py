"""`icam run`: simulate one scenario, and say what came of it and where it lies."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analysis.commands import options
from analysis.terminal import Watch


def run(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="A scenario file, or the name of a shipped one.")],
    seed: Annotated[int | None, typer.Option(min=0, help="Which world, instead of the scenario's.")] = None,
    out: options.Out = Path("results"),
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="PATH=VALUE", help='Change a setting, as in --set "tissue.liver_nodule.width=1 mm".'
        ),
    ] = None,
    until: Annotated[str | None, typer.Option(help='Simulated time, as in "7 day".')] = None,
    threads: Annotated[int | None, typer.Option(min=1, help="Threads; the result does not depend on them.")] = None,
    quiet: options.Quiet = False,
    profile: Annotated[bool, typer.Option(help="Measure how long each process takes.")] = False,
) -> int:
    """Simulate a scenario; the same scenario and seed give the same bits everywhere."""
    import simulation
    from analysis.report import announce

    asked = simulation.load_scenario(scenario, list(set_ or ()))
    with Watch(quiet=quiet) as watch:
        result = simulation.run(
            asked, out=out, seed=seed, until=until, threads=threads, progress=watch, profile=profile
        )
    announce(result, quiet=quiet)
    return result.exit_code
