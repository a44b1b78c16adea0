"""Vessels: how many, how tight, and how far shaped by the tumour, organ by organ."""

from __future__ import annotations

import math

import numpy as np

from simulation.engine.observable import Quantity, observable
from simulation.engine.world import World
from simulation.vocabulary.junctions import measured


@observable
def vessels(world: World) -> list[Quantity]:
    """Count wall cells by area, those of sprouts, and take means over the wall of each site."""
    found = []
    for site in world.sites:
        c, here = site.cells, site.name
        if "o2_exchange" not in c or "permeability" not in c:
            continue
        rows = np.flatnonzero(c["o2_exchange"] > 0.0)
        rows = rows[np.argsort(c["lineage"][rows], kind="stable")]
        n, extent = len(rows), site.lattice.extent
        area = extent[0] * extent[1] / 1e6
        share = float(c["permeability"][rows].mean()) if n else math.nan
        found += [
            Quantity(f"vessel_density_{here}", n / area, "1/mm^2", f"vessel wall cells by area, {here}"),
            Quantity(f"mean_permeability_{here}", share, "1", f"mean openness of junctions, {here}"),
            Quantity(
                f"mean_ps_{here}", 10.0 * measured(share), "nm/s",
                f"mean permeability of the wall to albumin as of venules, {here}",
            ),
        ]  # fmt: skip
        if here == world.sites[0].name:
            young = int((c["maturity"][rows] < 0.9).sum())
            shaped = float(c["tumour_endothelium"][rows].mean()) if n else math.nan
            found += [
                Quantity("sprouts", young, "1", "wall cells of vessels that have not matured"),
                Quantity("mean_tumour_endothelium", shaped, "1", "mean share to which the tumour has shaped the wall"),
            ]
    return found
