"""Frames of stored runs: a snapshot and the fields kept nearest to it."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from analysis.load import RunFolder
from analysis.viewer.frame import NAMES, TRAITS, Frame, blood_counts, body_counts, conjugates


def frame_at(run: RunFolder, day: float, site: str = "") -> Frame:
    """Return the frame of the stored moment nearest to a day.

    run       RunFolder
    day       day
    site      str            the first site when empty
    """
    kept = run.cells(day)
    when = float(kept["time_day"].iloc[0]) if len(kept) else day
    types = [str(name) for name in kept["cell_type"].cat.categories]
    places = [str(name) for name in kept["site"].cat.categories]
    codes = kept["cell_type"].cat.codes.to_numpy().astype(np.uint8)
    where = kept["site"].to_numpy()
    columns = {name: kept[name].to_numpy() for name in kept.columns if name not in ("site", "cell_type", "time_day")}
    columns["cell_type"] = codes

    def of(place: str) -> dict[str, Any]:
        rows = np.flatnonzero(where == place)
        return {name: values[rows] for name, values in columns.items()}

    chosen = site or places[0]
    own = of(chosen)
    cells = {name: own[name] for name in ("lineage", "cell_type", "parcel", "x", "y", "z", "radius")}
    cells |= {name: own[name] for name in NAMES if name in own}
    cells |= {name: _of_those_that_have_it(own, types, name) for name in TRAITS if name in own}
    fields, capsule, extent, voxel = _fields(run, when, cells, first=chosen == places[0])
    return Frame(
        day=when,
        site=chosen,
        cells=cells,
        types=tuple(types),
        fields=fields,
        capsule=capsule,
        extent=extent,
        voxel=voxel,
        blood=(blood_counts(of("blood"), types) if "convoy" in columns and "arrested" in columns else {})
        | _pools(run, when),
        organs={place: body_counts(of(place), types) for place in places if place != "blood"},
        lines=conjugates(cells),
    )


def _of_those_that_have_it(own: dict[str, Any], types: list[str], name: str) -> np.ndarray:
    """Return a trait, nan for cells whose type does not have it: a snapshot holds zeros for those."""
    values = own[name].astype(np.float32)
    for code, kind in enumerate(types):
        if name not in columns_of(kind):
            rows = np.flatnonzero(own["cell_type"] == code)
            if len(rows) and not values[rows].any():
                values[rows] = np.nan
    return values


@cache
def columns_of(kind: str) -> frozenset[str]:
    """Return the columns of a cell type, as the model has it now; none where it does not know the type any more."""
    from simulation import catalogues

    agent = catalogues().agents.get(kind)
    return frozenset() if agent is None else frozenset(column.name for column in agent.columns)


def _fields(run: RunFolder, day: float, cells: dict[str, Any], *, first: bool) -> Any:
    """Return fields, capsule, extent and voxel; without kept fields the box that holds the cells."""
    kept = run.fields
    if kept is None or not first:
        voxel = 25.0 if kept is None else kept.voxel
        counts = [max(1, int(np.ceil(cells[a].max(initial=0.0) / voxel))) for a in "xyz"]
        return {}, None, tuple(n * voxel for n in counts), voxel
    nx, ny, nz = kept.values.shape[2:]
    found = {name: kept.at(day, name) for name in kept.names}
    planes = {name: np.asarray(v[:, :, nz // 2], dtype=np.float32) for name, v in found.items() if v is not None}
    capsule = planes.get("capsule")
    laid = kept.at(0.0, "capsule")
    if capsule is not None and laid is not None:
        wall = laid[:, :, nz // 2] > 0
        capsule = np.where(wall, capsule, np.float32(np.nan)).astype(np.float32) if wall.any() else None
    return planes, capsule, (nx * kept.voxel, ny * kept.voxel, nz * kept.voxel), kept.voxel


def _pools(run: RunFolder, day: float) -> dict[str, float]:
    """Read what is dissolved in the blood from the summary row nearest to a day."""
    summary = run.summary
    if not len(summary):
        return {}
    row = summary.iloc[int((summary["time_day"] - day).abs().argmin())]
    return {name.removeprefix("serum_"): float(row[name]) for name in summary.columns if name.startswith("serum_")}
