"""A frame: what there is to be seen of a run at one moment; made from a world that runs or from a stored snapshot.

A block of tissue is shown by its section in the middle: fields are the middle plane, and `Frame.section` gives the
cells that it cuts, with the radius of their cut.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

Array = np.ndarray

#: what is shown of a cell besides where and what it is, where it is known
TRAITS = (
    "icam1", "nfkb", "stat3", "emt", "damage", "mhc1", "ecadherin", "cycle", "age", "o2_here", "pressure", "crowding",
    "bonds", "contact_time", "caf", "injury", "oval_active", "dormant", "detached", "enclosure", "venule",
)  # fmt: skip
#: names of cells, in full: 0 = none
NAMES = ("partner", "colony", "convoy")
#: columns of a voxel that are no substance and not worth a look
HIDDEN_FIELDS = ("capsule_wall", "capsule_edge", "enclosing")
TUMOUR_CELL = "tumour_cell"


@dataclass(frozen=True)
class Frame:
    """One moment of one site, with the counts of the whole body.

    day        float                      day   simulated
    site       str                              which site the cells and fields are of
    cells      str -> (n,)                      lineage (uint64), cell_type (codes), parcel; x, y, z, radius (um);
                                                traits, nan where a type does not have them
    types      tuple of str                     names of the codes
    fields     str -> (nx, ny) float32          substances and matrix, middle plane of a block
    capsule    (nx, ny) float32 or None   1     integrity where it was laid down, nan elsewhere
    extent     (3 floats)                 um    width, height, depth
    voxel      float                      um    edge of a voxel
    blood      str -> float                     singles, clusters, with_lymphocyte, with_neutrophil, arrested,
                                                tumour_cells, and what is dissolved (sicam1, ...)
    organs     str -> str -> float              of each site: cells by type, arrived, growing, dormant, colonies
    lines      (k, 4) float32             um    x, y of a lymphocyte and of the cell it holds
    """

    day: float
    site: str
    cells: dict[str, Array]
    types: tuple[str, ...]
    fields: dict[str, Array]
    capsule: Array | None
    extent: tuple[float, float, float]
    voxel: float
    blood: dict[str, float] = field(default_factory=dict)
    organs: dict[str, dict[str, float]] = field(default_factory=dict)
    lines: Array = field(default_factory=lambda: np.zeros((0, 4), dtype=np.float32))

    def __len__(self) -> int:
        return len(self.cells["x"])

    @property
    def block(self) -> bool:
        """True for tissue with depth."""
        return self.extent[2] > 1.5 * self.voxel

    def section(self) -> tuple[Array, Array]:
        """Return rows of the cells that are drawn, and their radius: of a block, where its middle plane cuts them."""
        radius = self.cells["radius"]
        if not self.block:
            return np.arange(len(radius)), radius
        off = np.abs(self.cells["z"] - self.extent[2] / 2.0)
        rows = np.flatnonzero(off < radius)
        return rows, np.sqrt(radius[rows] ** 2 - off[rows] ** 2)

    def row_of(self, lineage: int) -> int:
        """Return the row of a cell, -1 where it is not here."""
        found = np.flatnonzero(self.cells["lineage"] == np.uint64(lineage))
        return int(found[0]) if len(found) else -1

    def about(self, row: int) -> dict[str, Any]:
        """Return everything that is known of one cell, with its type as a word and its names as text."""
        told: dict[str, Any] = {}
        for name, values in self.cells.items():
            value = values[row]
            if name == "cell_type":
                told[name] = self.types[int(value)]
            elif value.dtype == np.uint64:
                told[name] = str(int(value))
            else:
                told[name] = float(value)
        return told


def frame_of(world: Any, day: float | None = None, site: str = "") -> Frame:
    """Look at a world that runs; changes nothing in it.

    world    World
    day      float or None    day    as it shall be called; the world's own time when not given
    site     str                     which site; the first when empty
    """
    place = world.site(site) if site else world.sites[0]
    own = place.cells
    cells = {name: own[name].astype(np.uint64) for name in ("lineage", *(n for n in NAMES if n in own))}
    cells["cell_type"] = own["cell_type"].astype(np.uint8)
    cells["parcel"] = own["parcel"].astype(np.int32)
    cells |= {name: own[name].astype(np.float32) for name in ("x", "y", "z", "radius")}
    cells |= {name: _of_those_that_have_it(world, own, name) for name in TRAITS if name in own}
    voxels, (nx, ny, nz) = place.voxels, place.lattice.shape
    planes = {
        name: np.ascontiguousarray(voxels[name].reshape(nx, ny, nz)[:, :, nz // 2], dtype=np.float32)
        for name in voxels.columns
        if name not in HIDDEN_FIELDS and not name.endswith("_source")
    }
    capsule = planes.get("capsule")
    if capsule is not None and "capsule_wall" in voxels:
        wall = voxels["capsule_wall"].reshape(nx, ny, nz)[:, :, nz // 2]
        capsule = np.where(wall > 0, capsule, np.float32(np.nan)).astype(np.float32) if wall.any() else None
    return Frame(
        day=world.clock.days if day is None else day,
        site=place.name,
        cells=cells,
        types=tuple(kind.name for kind in world.types),
        fields=planes,
        capsule=capsule,
        extent=place.lattice.extent,
        voxel=place.lattice.side,
        blood=_blood(world),
        organs={s.name: body_counts(_columns(s.cells), [k.name for k in world.types]) for s in world.sites},
        lines=conjugates(cells),
    )


def frame_of_snapshot(run_folder: str | Path, day: float, site: str = "") -> Frame:
    """Look at the stored moment of a run that lies nearest to a day.

    run_folder    Path    of a run
    day           day     wanted
    site          str     which site; the first when empty
    raises        StorageError    where the run cannot be read or kept no cells
    """
    from analysis.load import open_run
    from analysis.viewer.stored import frame_at

    return frame_at(open_run(run_folder), day, site)


def conjugates(cells: Mapping[str, Array]) -> Array:
    """Return (k, 4) float32: x, y of every cell that holds another, and x, y of that other, both in this site."""
    partner = cells.get("partner")
    if partner is None:
        return np.zeros((0, 4), dtype=np.float32)
    holders = np.flatnonzero(partner)
    if not len(holders):
        return np.zeros((0, 4), dtype=np.float32)
    wanted = np.unique(partner[holders])
    at = np.minimum(np.searchsorted(wanted, cells["lineage"]), len(wanted) - 1)
    held = np.flatnonzero(wanted[at] == cells["lineage"])
    row_of_wanted = np.full(len(wanted), -1, dtype=np.int64)
    row_of_wanted[at[held]] = held
    other = row_of_wanted[np.searchsorted(wanted, partner[holders])]
    holders, other = holders[other >= 0], other[other >= 0]
    x, y = cells["x"], cells["y"]
    return np.stack([x[holders], y[holders], x[other], y[other]], axis=1).astype(np.float32)


def body_counts(cells: Mapping[str, Array], types: list[str]) -> dict[str, float]:
    """Count the cells of one site.

    cells      str -> (n,)          cell_type (codes), parcel; colony, dormant where there are any
    returns    cells by type; arrived, growing, dormant (living tumour cells that came by blood, and their offspring);
               colonies
    """
    codes, parcel = np.asarray(cells["cell_type"]), np.asarray(cells["parcel"])
    counts = np.bincount(codes, weights=parcel, minlength=len(types))
    told = {name: float(counts[code]) for code, name in enumerate(types)}
    arrived, asleep, colonies = 0.0, 0.0, 0
    if "colony" in cells and TUMOUR_CELL in types:
        own = (codes == types.index(TUMOUR_CELL)) & (np.asarray(cells["colony"]) != 0)
        arrived = float(parcel[own].sum())
        colonies = len(np.unique(np.asarray(cells["colony"])[own]))
        if "dormant" in cells:
            asleep = float(parcel[own & (np.asarray(cells["dormant"]) > 0)].sum())
    return told | {"arrived": arrived, "growing": arrived - asleep, "dormant": asleep, "colonies": float(colonies)}


def blood_counts(cells: Mapping[str, Array], types: list[str]) -> dict[str, float]:
    """Count travellers by the company they keep; `cells` with cell_type, convoy and arrested.

    returns    tumour_cells, arrested (tumour cells); singles, clusters, with_lymphocyte, with_neutrophil (convoys)
    """
    codes = np.asarray(cells["cell_type"])
    names = np.array(types, dtype=object)[codes] if len(codes) else np.zeros(0, dtype=object)
    tumour = names == TUMOUR_CELL
    _, convoy = np.unique(np.asarray(cells["convoy"]), return_inverse=True)
    n = int(convoy.max()) + 1 if len(convoy) else 0
    own = np.bincount(convoy[tumour], minlength=n)
    neutrophils = np.bincount(convoy[names == "neutrophil"], minlength=n)
    others = np.bincount(convoy[~tumour], minlength=n) - neutrophils
    return {
        "tumour_cells": float(tumour.sum()),
        "arrested": float((tumour & (np.asarray(cells["arrested"]) > 0)).sum()),
        "singles": float(((own == 1) & (others + neutrophils == 0)).sum()),
        "clusters": float(((own > 1) & (others + neutrophils == 0)).sum()),
        "with_lymphocyte": float(((own > 0) & (others > 0)).sum()),
        "with_neutrophil": float(((own > 0) & (others == 0) & (neutrophils > 0)).sum()),
    }


def _blood(world: Any) -> dict[str, float]:
    table = world.travellers
    cells = {name: table[name] for name in ("cell_type", "convoy", "arrested") if name in table}
    told = blood_counts(cells, [k.name for k in world.types]) if len(cells) == 3 else {}
    pools = world.pools
    return told | {name: float(pools[name][0]) for name in pools.columns if not name.endswith("_input")}


def _columns(table: Any) -> dict[str, Array]:
    return {name: table[name] for name in ("cell_type", "parcel", "colony", "dormant") if name in table}


def _of_those_that_have_it(world: Any, table: Any, name: str) -> Array:
    """Return a trait, nan for cells whose type does not have it."""
    values: Array = table[name].astype(np.float32)
    for kind in world.types:
        if name not in kind.names:
            values[table.span(kind.code)] = np.nan
    return values
