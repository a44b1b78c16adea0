"""`icam check`: read scenarios and studies and tell everything that is wrong with them, without running them."""

from __future__ import annotations

from typing import Annotated

import typer

from analysis.ending import BAD_INPUT, DONE


def check(
    scenarios: Annotated[
        list[str], typer.Argument(metavar="SCENARIO...", help="Files, or names of shipped scenarios or studies.")
    ],
) -> int:
    """Check scenarios and studies: every fault with its file, line and column, and what to do about it."""
    from simulation import InputError

    ending = DONE
    for name in scenarios:
        try:
            told = _told(name)
        except InputError as fault:
            for line in str(fault).splitlines():
                typer.echo(f"icam: {line}", err=True)
            ending = BAD_INPUT
        else:
            typer.echo(f"{name}: ok ({told})")
    return ending


def _told(name: str) -> str:
    """Read a scenario or a study and tell its size; raises InputError."""
    from analysis.study import is_study, load_study
    from simulation import load_scenario

    if is_study(name):
        study = load_study(name)
        runs = len(study.arms) * study.replicates
        return f"{len(study.arms)} arms, {study.replicates} replicates, {runs:,} runs"
    found = load_scenario(name)
    return f"{found.until}, {found.ticks:,} ticks, {len(found.processes)} processes"
