"""The command `icam`: its subcommands, one file each in `analysis.commands`, and how it ends.

What takes time to import is imported inside the commands, so that help and completion answer at once.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence

import typer

from analysis.commands.check import check
from analysis.commands.compare import compare
from analysis.commands.describe import describe
from analysis.commands.digest import digest
from analysis.commands.movie import movie
from analysis.commands.resume import resume
from analysis.commands.run import run
from analysis.commands.schema import schema
from analysis.commands.sensitivity import sensitivity
from analysis.commands.watch import watch
from analysis.ending import ended

#: objects made between two looks of the collector of cycles, of which there are hardly any: what is imported, compiled
#: and read in the first seconds is hundreds of thousands of objects, and to look through them takes a second in all
OBJECTS_BETWEEN = 50_000

app = typer.Typer(
    name="icam",
    help="Simulate ICAM-1 in tumour growth, immune evasion and metastasis.",
    epilog="A first look, within a minute:  icam run quick_look",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (run, resume, compare, sensitivity, watch, movie, check, describe, schema, digest):
    app.command(no_args_is_help=command in (run, resume, compare, movie, sensitivity, check, digest))(command)


def version_asked(asked: bool) -> None:
    """Print the version and end."""
    if asked:
        from simulation import __version__

        typer.echo(f"icam {__version__}")
        raise typer.Exit


@app.callback()
def top(
    version: bool = typer.Option(False, "--version", callback=version_asked, is_eager=True, help="Version."),
) -> None:
    """Simulate ICAM-1 in tumour growth, immune evasion and metastasis."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Carry out a command line and leave with its exit code."""
    gc.set_threshold(OBJECTS_BETWEEN, *gc.get_threshold()[1:])
    sys.exit(
        ended(lambda: app(args=None if arguments is None else list(arguments), prog_name="icam", standalone_mode=False))
    )


if __name__ == "__main__":
    main()
