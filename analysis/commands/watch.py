"""`icam watch`: runs in the browser, live and stored."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def watch(
    results: Annotated[Path, typer.Argument(metavar="[RESULTS]", help="Folder with results.")] = Path("results"),
    host: Annotated[
        str, typer.Option(help="Address to listen on; only this machine unless told otherwise.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 = any that is free.")] = 8765,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open it in a browser.")] = True,
    max_visitors: Annotated[int, typer.Option(min=1, max=1000, help="Pages open at once.")] = 20,
    max_cells: Annotated[int, typer.Option(min=1, help="Agents that a live run may have.")] = 250_000,
    max_minutes: Annotated[float, typer.Option(min=0.1, help="Wall time that a live run may use, in minutes.")] = 240.0,
    idle: Annotated[
        float, typer.Option(min=0.1, help="A live run that nobody looks at ends after so many minutes.")
    ] = 10.0,
) -> int:
    """Show runs in the browser: live ones, stored ones, and two side by side."""
    from analysis.viewer import launch
    from analysis.viewer.settings import change

    launch.require_packages()
    change(
        results=launch.results_folder(results), max_visitors=max_visitors, max_cells=max_cells,
        max_minutes=max_minutes, idle=idle,
    )  # fmt: skip
    launch.serve(
        host, port, visitors=max_visitors, browser=browser,
        say=lambda address: typer.echo(f"The page is at {address} (Ctrl-C ends it)"),
    )  # fmt: skip
    return 0
