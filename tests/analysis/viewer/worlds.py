"""Small frames and worlds for the tests of the viewer."""

from __future__ import annotations

from typing import Any

import numpy as np

from analysis.viewer.frame import Frame
from simulation import MetastasisModel, Scenario

TYPES = ("endothelial_cell", "hepatocyte", "t_cell", "tumour_cell")

#: a scenario that is built within a second
SMALL: dict[str, Any] = {
    "title": "A small tissue",
    "until": "20 min",
    "cells_per_agent": 50,
    "tissue": {"liver_nodule": {"width": "400 um", "nodule_radius": "60 um", "capsule_thickness": "40 um"}},
    "record": {"every": "10 min", "cells": "off", "fields": "off"},
}


def small_model(**settings: Any) -> MetastasisModel:
    """Build a small world."""
    return MetastasisModel(Scenario.from_mapping(SMALL), **settings)


def frame(n: int = 40, *, depth: float = 20.0, day: float = 1.0, seed: int = 1) -> Frame:
    """Make a frame of n cells at random places in 400 x 200 um."""
    luck = np.random.default_rng(seed)
    kinds = luck.integers(0, len(TYPES), n).astype(np.uint8)
    cells = {
        "lineage": np.arange(1, n + 1, dtype=np.uint64), "cell_type": kinds, "parcel": np.full(n, 3, np.int32),
        "x": luck.uniform(0, 400, n).astype(np.float32), "y": luck.uniform(0, 200, n).astype(np.float32),
        "z": luck.uniform(0, depth, n).astype(np.float32), "radius": luck.uniform(4, 12, n).astype(np.float32),
        "icam1": np.where(kinds == 1, np.nan, luck.uniform(1e3, 2e5, n)).astype(np.float32),
        "nfkb": luck.uniform(0, 1, n).astype(np.float32), "partner": np.zeros(n, np.uint64),
    }  # fmt: skip
    field = luck.uniform(0, 5, (20, 10)).astype(np.float32)
    capsule = np.full((20, 10), np.nan, np.float32)
    capsule[5:9, 2:5] = 0.5
    return Frame(day, "liver", cells, TYPES, {"tnf": field}, capsule, (400.0, 200.0, depth), 20.0)
