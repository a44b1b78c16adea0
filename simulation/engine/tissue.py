"""A tissue: how a site begins. Builders place cells and lay out voxels; nothing happens here yet."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping

import numpy as np

from simulation.engine.cell_type import CellType
from simulation.engine.chance import Chance, uniforms
from simulation.engine.lattice import Lattice
from simulation.engine.lineage import founders, name_key
from simulation.engine.parameter import Parametrised
from simulation.engine.site import Site


class Tissue(Parametrised, ABC):
    """An initial arrangement; subclasses are frozen dataclasses of parameters."""

    @abstractmethod
    def lattice(self, voxel: float) -> Lattice:
        """Return the box it fills.

        voxel    float    um    side of a voxel
        """

    @abstractmethod
    def populate(self, founding: Founding) -> None:
        """Put cells and matrix into an empty site."""


class Founding:
    """Puts the first cells into a site.

    site      Site     empty
    seed      int      of the world
    parcel    int      cells an agent stands for
    """

    def __init__(self, site: Site, seed: int, parcel: int) -> None:
        self.site, self.parcel = site, parcel
        self.chance = Chance.of(seed, "founding", 0)
        self.types = {t.name: t for t in site.types}

    def spots(self, spacing: float, *, jitter: float = 0.0, purpose: str = "") -> np.ndarray:
        """Return a hexagonal lattice of points that fills the box, in 3-D stacked layers.

        spacing    float    um       distance between neighbouring points
        jitter     float    1        random shift, as a share of the spacing
        purpose    str               same purpose, same shifts
        returns    (3, k)   um
        """
        ex, ey, ez = self.site.lattice.extent
        flat = self.site.lattice.dimension < 3
        row, layer = spacing * np.sqrt(3.0) / 2.0, spacing * np.sqrt(2.0 / 3.0)
        levels = [ez / 2.0] if flat else np.arange(0.5 * layer, ez, layer)
        points = []
        for k, z in enumerate(levels):
            for j, y in enumerate(np.arange(0.5 * row, ey, row)):
                x = np.arange(0.5 * spacing + 0.5 * spacing * ((j + k) % 2), ex, spacing)
                points.append(np.stack([x, np.full_like(x, min(y + row * (k % 2) / 3.0, ey)), np.full_like(x, z)]))
        found = np.concatenate(points, axis=1)
        if jitter:
            names = founders(name_key(self.site.name, "spots", purpose), found.shape[1])
            for axis in range(2 if flat else 3):
                found[axis] += (uniforms(self.chance, names, axis) - 0.5) * 2.0 * jitter * spacing
                np.clip(found[axis], 0.0, self.site.lattice.extent[axis], out=found[axis])
        return found

    def luck(self, count: int, purpose: str) -> np.ndarray:
        """Return `count` uniform numbers; same purpose, same numbers."""
        return uniforms(self.chance, founders(name_key(self.site.name, purpose), count), 7)

    def place(self, kind: str, spots: np.ndarray, values: Mapping[str, np.ndarray | float] | None = None) -> None:
        """Put one cell of a type on each spot.

        kind      str       cell type
        spots     (3, k)    um
        values    mapping   columns that differ from the type's starting values, one number or (k,)
        """
        cell_type: CellType = self.types[kind]
        before = int((self.site.cells["cell_type"] == cell_type.code).sum())
        names = founders(name_key(self.site.name, kind), before + spots.shape[1])[before:]
        drawn = cell_type.values(names, self.chance)
        place = dict(zip("xyz", spots, strict=True))
        self.site.cells.append(
            spots.shape[1], drawn | place | {"lineage": names, "parcel": float(self.parcel)} | dict(values or {})
        )
        self.site.cells.regroup()
