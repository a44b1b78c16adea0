"""The pictures of a run: tissue at the start, at the breach of the capsule and at the end, and the time courses."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from analysis.load import RunFolder, open_run
from analysis.spread import STEPS, TOLD, TUMOUR_CELL, Milestones, milestones, shedding

if TYPE_CHECKING:
    from analysis.figures.tissue import Moment

FOLDER = "pictures"
#: what is drawn of a cell, where it was kept
DRAWN = ("x", "y", "z", "radius", "icam1", "caf")


def write_pictures(folder: str | Path) -> list[Path]:
    """Draw all pictures of a run into its folder `pictures`.

    folder     Path             of a run that was recorded, complete or not
    returns    list of Path     what was drawn: start.png, breach.png (if there was one), end.png, time_courses.svg
    raises     StorageError     where the run cannot be read; OSError where a picture cannot be written
    """
    from analysis.figures import time_courses, tissue

    run = open_run(folder)
    steps = run.events_of(STEPS, TOLD)
    marks = milestones(steps, run.summary)
    into = run.path / FOLDER
    into.mkdir(exist_ok=True)
    drawn = []
    scenes = {name: (moment(run, day), told) for name, (day, told) in scenes_of(run, marks).items()}
    shades = tissue.icam1_range(*(m for m, _ in scenes.values()))
    with _old_things_left_alone():
        for name, (what, told) in scenes.items():
            drawn.append(
                _whole(
                    into / f"{name}.png",
                    lambda path, w=what, t=told: tissue.save(tissue.draw(w, t, icam1=shades), path),
                )
            )
            gc.collect()  # a figure's parts hold one another: tens of MB, of which one picture's are enough
    if "breach" not in scenes:
        (into / "breach.png").unlink(missing_ok=True)
    title = str(run.about.get("title") or run.about.get("scenario") or "")
    courses = time_courses.draw(run.summary, shedding(steps), marks, title)
    drawn.append(_whole(into / "time_courses.svg", lambda path: time_courses.save(courses, path)))
    return drawn


@contextmanager
def _old_things_left_alone() -> Iterator[None]:
    """Let the collector of cycles look through what is made from now on, not through all that is there already."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def scenes_of(run: RunFolder, marks: Milestones) -> dict[str, tuple[float, str]]:
    """Choose the moments to be drawn among those that were kept: picture -> day, what it shows.

    The breach is drawn at the first kept moment after it, with the day on which it happened.
    """
    days = sorted(run.snapshots)
    if not days:
        return {}
    scenes = {"start": (days[0], "the start")}
    if marks.breach is not None:
        after = [day for day in days if day >= marks.breach]
        if after:
            scenes["breach"] = (after[0], f"the capsule gave way on day {marks.breach:.3g}")
    scenes["end"] = (days[-1], "the end" if run.status == "DONE" else "so far")
    return scenes


def moment(run: RunFolder, day: float) -> Moment:
    """Read what is drawn of one moment: cells of the first site, capsule, and arrived tumour cells by organ."""
    from analysis.figures.tissue import Moment

    cells = run.cells(day, ("time_day", "site", "cell_type", "parcel", "colony", *DRAWN))
    when = float(cells["time_day"].iloc[0]) if len(cells) else day
    places = [str(name) for name in cells["site"].cat.categories]
    primary = places[0]
    here = cells[cells["site"] == primary]
    fields = {}
    if run.fields is not None:
        integrity, laid = run.fields.at(when, "capsule"), run.fields.at(0.0, "capsule")
        if integrity is not None and laid is not None:
            # where the capsule was laid down does not change, so it is not kept: it is where there was any at first
            fields = {"capsule": integrity, "capsule_wall": (laid > 0).astype(float)}
        broken = run.fields.at(when, "breached")
        fields |= {"breached": broken} if broken is not None else {}
        shape, voxel = run.fields.values.shape[2:], run.fields.voxel
    else:
        voxel = 20.0
        shape = tuple(max(1, int(np.ceil(here[axis].max() / voxel))) if len(here) else 1 for axis in "xyz")
    drawn = {name: here[name].to_numpy(dtype=float) for name in DRAWN if name in here}
    drawn["cell_type"] = here["cell_type"].astype(str).to_numpy()
    return Moment(
        minutes=when * 1440.0,
        extent=(shape[0] * voxel, shape[1] * voxel, shape[2] * voxel),
        voxel=voxel,
        cells=drawn,
        fields=fields,
        organs={name: _arrived(cells[cells["site"] == name]) for name in places if name != "blood"},
        parcel=int(here["parcel"].median()) if len(here) else 1,
    )


def _arrived(cells: object) -> tuple[int, int]:
    """Count the living tumour cells that came by blood, with their offspring, and their colonies."""
    import pandas as pd

    assert isinstance(cells, pd.DataFrame)
    if "colony" not in cells:
        return 0, 0
    own = cells[(cells["cell_type"] == TUMOUR_CELL) & (cells["colony"] != 0)]
    return int(own["parcel"].sum()), int(own["colony"].nunique())


def _whole(path: Path, write: object) -> Path:
    """Write a picture beside its place and give it its name when it is complete."""
    assert callable(write)
    unfinished = path.with_name(f".new-{path.name}")
    try:
        write(unfinished)
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path
