"""A small run's folder in the recorder's format, made without simulating: a breach, three convoys, two colonies."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

SITES = ("liver", "lung", "blood")
TYPES = ("endothelial_cell", "hepatocyte", "t_cell", "tumour_cell")
VOXELS, SIDE = 12, 20.0
#: cells of the liver by type, in every snapshot
LIVER = {"endothelial_cell": 12, "hepatocyte": 40, "t_cell": 6, "tumour_cell": 30}
LUNG_COLONY = 5


def write_run(folder: Path, *, depth: int = 1, done: bool = True) -> Path:
    """Write a run.

    folder    Path    made
    depth     int     voxels in depth; 1 = slab
    done      bool    False = as it stands while the run goes on
    """
    for part in ("cells", "events"):
        (folder / part).mkdir(parents=True)
    for number in range(3):
        pq.write_table(_cells(float(number), depth), folder / "cells" / f"part-{number:06d}.parquet")
    pq.write_table(_events(), folder / "events" / "part-000000.parquet")
    pq.write_table(_summary(), folder / "summary.parquet")
    _fields(folder / "fields.zarr", depth)
    about = {"scenario": "small", "title": "A small nodule", "seed": 1, "until": "2 day"}
    if done:
        about |= {"digest": "ab" * 32, "days": 2.0}
        (folder / "endpoints.json").write_text(json.dumps({"observed_days": 2.0}))
    (folder / "run.json").write_text(json.dumps(about))
    (folder / "status").write_text("DONE\n" if done else "RUNNING\n")
    return folder


def _words(values: list[str]) -> pa.Array:
    return pa.array(values).dictionary_encode()


def _cells(day: float, depth: int) -> pa.Table:
    luck = np.random.default_rng(int(day))
    kinds = [kind for kind, count in LIVER.items() for _ in range(count)] + ["tumour_cell"] * LUNG_COLONY
    n, width = len(kinds), VOXELS * SIDE
    home = n - LUNG_COLONY
    site = pa.DictionaryArray.from_arrays(np.repeat(np.array([0, 1], np.int32), [home, LUNG_COLONY]), list(SITES))
    size = {"endothelial_cell": 5.0, "hepatocyte": 11.0, "t_cell": 4.0, "tumour_cell": 9.0}
    radius = [size[kind] for kind in kinds]
    colony = np.zeros(n, np.uint64)
    colony[home:] = [7, 7, 7, 9, 9]
    columns = {
        "time_day": np.full(n, day), "site": site,
        "cell_type": pa.DictionaryArray.from_arrays(np.array([TYPES.index(k) for k in kinds], np.int32), list(TYPES)),
        "parcel": np.full(n, 4), "lineage": np.arange(1, n + 1, dtype=np.uint64), "colony": colony,
        "x": luck.uniform(0, width, n).astype(np.float32), "y": luck.uniform(0, width, n).astype(np.float32),
        "z": np.full(n, depth * SIDE / 2, np.float32), "radius": np.array(radius, np.float32),
        "icam1": luck.uniform(2e4, 2e5, n).astype(np.float32),
    }  # fmt: skip
    return pa.table(columns)


def _events() -> pa.Table:
    """One breach; a single cell, a cluster of two, and a cell with a T cell enter the blood; one arrives."""
    rows = [
        (0.5, "capsule_breached", "", 0, 0, "liver"),
        (0.6, "departed", "tumour_cell", 11, 11, "liver"),
        (0.7, "departed", "tumour_cell", 12, 12, "liver"),
        (0.7, "departed", "tumour_cell", 13, 12, "liver"),
        (0.9, "departed", "tumour_cell", 14, 14, "liver"),
        (0.9, "departed", "t_cell", 15, 14, "liver"),
        (1.2, "arrived", "tumour_cell", 11, 11, "lung"),
    ]
    day, kind, cell_type, lineage, convoy, site = (list(column) for column in zip(*rows, strict=True))
    return pa.table(
        {
            "tick": [int(d * 720) for d in day], "time_day": day, "site": _words(site), "kind": _words(kind),
            "lineage": pa.array(lineage, pa.uint64()), "cell_type": _words(cell_type), "parcel": [1] * len(rows),
            "x": [0.0] * len(rows), "y": [0.0] * len(rows), "z": [0.0] * len(rows),
            "convoy": pa.array(convoy, pa.uint64()), "value": [0.0] * len(rows),
        }
    )  # fmt: skip


def _summary() -> pa.Table:
    days = np.linspace(0, 2, 9)
    columns = {
        "tick": (days * 720).astype(int), "time_day": days, "tumour_cells": 1000 + 100 * days,
        "capsule_integrity": 0.9 - 0.2 * days, "capsule_weakest": 0.7 - 0.3 * days, "lymphocytes": 24 + days,
        "lymphocytes_in_nodule": days, "kills": days * 3, "serum_sicam1": 318 + days, "tumour_icam1": 1e5 + days,
        "metastases": (days > 1.4).astype(float),
        "colony_cells_liver": days * 0, "colonies_liver": days * 0, "colony_cells_lung": days * 10,
        "colonies_lung": days,
    }  # fmt: skip
    fields = [
        pa.field(n, pa.array(v).type, metadata={"unit": "ng/mL" if n == "serum_sicam1" else "1"})
        for n, v in columns.items()
    ]
    return pa.table([pa.array(v) for v in columns.values()], schema=pa.schema(fields))


def _fields(folder: Path, depth: int) -> None:
    import zarr

    x, y = (np.indices((VOXELS, VOXELS)) + 0.5) * SIDE - VOXELS * SIDE / 2
    distance = np.repeat(np.sqrt(x**2 + y**2)[:, :, None], depth, axis=2)
    wall = (distance > 60) & (distance < 90)
    names = ["o2", "capsule", "breached"]
    values = np.zeros((3, len(names), VOXELS, VOXELS, depth), np.float32)
    for day in range(3):
        values[day, 1] = wall * (0.9 - 0.3 * day)
    values[1:, 2] = wall & (x[:, :, None] > 55)
    group = zarr.create_group(str(folder))
    told = {"substance": names, "unit": ["mmHg", "1", "1"], "voxel_um": SIDE}
    chunks = (1, *values.shape[1:])
    array = group.create_array("value", shape=values.shape, chunks=chunks, dtype="float32", attributes=told)
    array[:] = values
    days = group.create_array("time_day", shape=(3,), chunks=(3,), dtype="float64")
    days[:] = np.arange(3.0)
    group.attrs["n_complete"] = 3
