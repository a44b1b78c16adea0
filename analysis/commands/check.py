"""`icam check`: read scenarios and tell everything that is wrong with them, without running them."""

from __future__ import annotations

from typing import Annotated

import typer

from analysis.ending import BAD_INPUT, DONE


def check(
    scenarios: Annotated[
        list[str], typer.Argument(metavar="SCENARIO...", help="Files, or names of shipped scenarios.")
    ],
) -> int:
    """Check scenarios: every fault with its file, line and column, and what to do about it."""
    from simulation import InputError, load_scenario

    ending = DONE
    for name in scenarios:
        try:
            found = load_scenario(name)
        except InputError as fault:
            for line in str(fault).splitlines():
                typer.echo(f"icam: {line}", err=True)
            ending = BAD_INPUT
        else:
            typer.echo(f"{name}: ok ({found.until}, {found.ticks:,} ticks, {len(found.processes)} processes)")
    return ending
