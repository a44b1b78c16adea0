"""`icam movie`: the movie of a stored run, made without a browser."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer


def movie(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a run.")],
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The movie; by default movie.mp4 in the run's folder.")
    ] = None,
    fps: Annotated[int, typer.Option(min=1, max=60, help="Kept moments per second.")] = 8,
    colour_by: Annotated[
        str, typer.Option("--colour-by", metavar="TRAIT", help="What shades the cells, as in icam1, emt or type.")
    ] = "tumour_icam1",
    field: Annotated[
        str, typer.Option(metavar="SUBSTANCE", help="What is painted under the cells, as in o2 or tnf.")
    ] = "",
    site: Annotated[str, typer.Option(help="Which organ; the primary's if not given.")] = "",
    width: Annotated[int, typer.Option(min=320, max=3840, help="Pixels across.")] = 1280,
    dark: Annotated[bool, typer.Option("--dark", help="On dark ground.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print the file and nothing else.")] = False,
) -> int:
    """Write a run as a movie, a frame for every moment at which cells were kept."""
    from analysis.viewer.movie import require_writer, write_movie
    from analysis.viewer.recording import Recording

    require_writer()
    recording = Recording(run)
    loud = not quiet and sys.stderr.isatty()

    def tell(done: int, total: int) -> None:
        if loud:
            sys.stderr.write(f"\r{done} of {total} frames" + ("\n" if done == total else ""))
            sys.stderr.flush()

    path = write_movie(
        recording, out or run / "movie.mp4", fps=fps, colour_by=colour_by, field=field, site=site,
        theme="dark" if dark else "light", width=width, tell=tell,
    )  # fmt: skip
    typer.echo(str(path) if quiet else f"movie: {path}")
    return 0
