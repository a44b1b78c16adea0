"""`icam check`: read scenarios and studies and tell everything that is wrong with them, without running them."""

from __future__ import annotations

from pathlib import Path
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
            if twin := _twin(name):
                typer.echo(f"{name}: there is a study of this name too: icam check {twin}")
    return ending


def _told(name: str) -> str:
    """Read a scenario or a study and tell its size; raises InputError."""
    from analysis.study import is_study, load_study
    from simulation import load_scenario

    if is_study(name):
        study = load_study(name)
        extra, runs = len(study.all_arms) - len(study.arms), len(study.all_arms) * study.replicates
        more = f", {extra} more worlds that divide an effect" if extra else ""
        return f"a study: {len(study.arms)} arms{more}, {study.replicates} replicates, {runs:,} runs"
    found = load_scenario(name)
    return f"{found.until}, {found.ticks:,} ticks, {len(found.processes)} processes"


def _twin(name: str) -> str:
    """Name the file of the shipped study that a bare name might have meant as well; empty for none."""
    from simulation import shipped_names, shipped_studies

    if name not in shipped_names() or name not in shipped_studies() or Path(name).exists():
        return ""
    file = shipped_studies()[name]
    here = Path.cwd()
    return str(file.relative_to(here) if file.is_relative_to(here) else file)
