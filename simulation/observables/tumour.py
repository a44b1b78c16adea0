"""The primary tumour: size, molecules and phenotype of its cells."""

from __future__ import annotations

import math

import numpy as np

from simulation.engine.arithmetic import power
from simulation.engine.observable import Quantity, mean_of, observable, rows_of_type
from simulation.engine.world import World

TUMOUR_CELL = "tumour_cell"
HYPOXIC = 10.0  # mmHg; PhysiCell 1.14.2: oxygen below which cells answer

MEANS = (
    ("icam1", "1", "mean ICAM-1 copies on a tumour cell's membrane"),
    ("nfkb", "1", "mean share of NF-kB in the nucleus of tumour cells"),
    ("stat3", "1", "mean share of active STAT3 in tumour cells"),
    ("emt", "1", "mean place of tumour cells between epithelial (0) and mesenchymal (1)"),
    ("o2_here", "mmHg", "mean oxygen at tumour cells"),
    ("pressure", "pN/um^2", "mean pressure on tumour cells"),
)


@observable
def tumour(world: World) -> list[Quantity]:
    """Measure the tumour cells of the first site that belong to no colony.

    Its size is that of the voxels in which at least one of them is, given as the diameter of the disc (slab) or ball
    (block) of the same size.
    """
    site = world.sites[0]
    c = site.cells
    rows = rows_of_type(world, c, TUMOUR_CELL)
    if "colony" in c:
        rows = rows[c["colony"][rows] == 0]
    weights = c["parcel"][rows]
    occupied = len(np.unique(site.lattice.voxels(c["x"][rows], c["y"][rows], c["z"][rows])))
    side = site.lattice.side
    if site.lattice.dimension < 3:
        diameter = 2.0 * side * math.sqrt(occupied / math.pi)
    else:
        diameter = side * power(6.0 * occupied / math.pi, 1.0 / 3.0) if occupied else 0.0
    measured = [
        Quantity("tumour_cells", int(weights.sum()), "1", "cells of the primary tumour"),
        Quantity("tumour_agents", len(rows), "1", "agents that stand for the primary tumour"),
        Quantity("tumour_diameter", diameter, "um", "diameter of a disc or ball as large as the voxels it occupies"),
    ]
    for name, unit, meaning in MEANS:
        if name in c:
            measured.append(Quantity(f"tumour_{name}", mean_of(c, rows, name), unit, meaning))
    total = int(weights.sum())
    for column, name, counts, meaning in (
        ("o2_here", "tumour_hypoxic", lambda v: v < HYPOXIC, "share of tumour cells with oxygen below 10 mmHg"),
        ("emt", "tumour_mesenchymal", lambda v: v >= 0.5, "share of tumour cells that are half mesenchymal or more"),
        ("detached", "tumour_detached", lambda v: v > 0, "share of tumour cells torn loose from their neighbours"),
    ):
        if column in c:
            share = int(weights[counts(c[column][rows])].sum()) / total if total else float("nan")
            measured.append(Quantity(name, share, "1", meaning))
    return measured
