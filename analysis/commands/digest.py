"""`icam digest`: the SHA-256 of the world at the end of a run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analysis.ending import DONE, FAILED


def digest(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a run, as .../seed-000001.")],
    verify: Annotated[bool, typer.Option(help="Simulate it again, beside, and compare.")] = False,
) -> int:
    """Print the digest of a run: the same scenario and seed give the same one."""
    from analysis.load import open_run
    from simulation import StorageError

    opened = open_run(run)
    kept = opened.about.get("digest")
    if not isinstance(kept, str):
        what = f"the run is {opened.status or 'not complete'} and has no digest yet"
        raise StorageError(what, where=str(run), remedy="let it go on with `icam resume`")
    typer.echo(kept)
    if verify:
        again = _again(opened.path, opened.about)
        same = again == kept
        typer.echo(f"simulated again: {'the same' if same else again}")
        return DONE if same else FAILED
    return DONE


def _again(folder: Path, about: dict[str, object]) -> str:
    """Simulate the scenario of a run once more, in a folder that is then removed."""
    import tempfile

    import simulation
    from analysis.terminal import Watch

    days = about.get("days")
    until = f"{days!r} day" if isinstance(days, float | int) else None
    with tempfile.TemporaryDirectory(prefix="icam-verify-") as place, Watch() as watch:
        return simulation.run(
            simulation.load_scenario(folder / "scenario.yaml"), out=place, until=until, progress=watch
        ).digest
