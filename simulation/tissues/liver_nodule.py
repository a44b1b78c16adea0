"""A nodule in a capsule ring, in liver parenchyma with sinusoids, a post-sinusoidal venule and a portal tract.

Seen from above (a slab one cell thick; in a block the same figure, the nodule a ball and the vessels columns):
parenchyma with parallel sinusoids fills the box, the nodule lies in its middle with arterial sprouts of its own, the
venule runs beside the capsule on one side, the portal tract with oval cells lies in the far corner.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from simulation.engine.arithmetic import sin_cos_array
from simulation.engine.errors import InputError
from simulation.engine.lattice import Lattice
from simulation.engine.parameter import parameter
from simulation.engine.tissue import Founding, Tissue
from simulation.vocabulary.haemodynamics import CAPILLARY, VENULE, flow


@dataclass(frozen=True)
class LiverNodule(Tissue):
    """Encapsulated nodule in liver."""

    width: float = parameter(
        2000.0, "um", "width of the square slab", source="assumed: room for a 1 mm nodule", bounds=(200, 20000)
    )
    depth: float = parameter(0.0, "um", "depth; 0 for a slab one voxel thick", source="assumed", bounds=(0, 5000))
    nodule_radius: float = parameter(
        600.0, "um", "radius of the tumour inside the capsule", source="assumed", bounds=(30, 9000)
    )
    capsule_thickness: float = parameter(
        100.0, "um", "thickness of the capsule", source="assumed: 0.1-0.5 mm fibrous", bounds=(20, 1000)
    )
    capsule_integrity: float = parameter(
        0.95, "1", "integrity of the capsule at the start", source="assumed", bounds=(0, 1)
    )
    capsule_variation: float = parameter(
        0.3, "1", "largest weakness of single places of the capsule", source="assumed", bounds=(0, 1)
    )
    capsule_fibroblasts: float = parameter(
        900.0, "1/mm^2", "fibroblasts in the capsule", source="assumed", bounds=(0, 1e5)
    )
    stroma_share: float = parameter(
        0.03, "1", "fibroblasts among the cells of the nodule", source="assumed", bounds=(0, 0.5)
    )
    sprout_spacing: float = parameter(
        240.0,
        "um",
        "distance between vessels in the nodule",
        source="assumed: sparse, a sixth of the nodule's cells below 10 mmHg at the start",
        bounds=(40, 2000),
    )
    sinusoid_spacing: float = parameter(
        100.0, "um", "distance between sinusoids", source="assumed: two plates of hepatocytes", bounds=(40, 2000)
    )
    venule_radius: float = parameter(
        25.0,
        "um",
        "radius of the venule",
        source="biology of the post-sinusoidal venule: 25-50 um across",
        bounds=(8, 200),
    )
    portal_radius: float = parameter(60.0, "um", "radius of the portal tract", source="assumed", bounds=(20, 500))
    oval_cells: int = parameter(30, "1", "oval cells at the portal tract", source="assumed", bounds=(0, 100000))
    t_cells: float = parameter(
        60.0, "1/mm^2", "T cells in the parenchyma at the start", source="assumed", bounds=(0, 1e4)
    )
    infiltration: float = parameter(
        30.0, "1/mm^2", "T cells in the nodule at the start", source="assumed", bounds=(0, 1e4)
    )
    stem_share: float = parameter(
        0.05, "1", "tumour cells of the stem-like subset", source="assumed: a minor ICAM-1-positive population, "
        "Liu 2013 Gastroenterology 144:1031", bounds=(0, 1),
    )  # fmt: skip
    stem_boost: float = parameter(
        10.0, "1", "their ICAM-1 over that of the others, the mean of all being kept", bounds=(0, 1000),
        source="assumed: HCC 10, others 1; Nanog raises it, Liu 2013 Gastroenterology 144:1031",
    )  # fmt: skip
    kupffer_cells: float = parameter(
        40.0, "1/mm^2", "Kupffer cells along the sinusoids at the start",
        source="assumed: 5 % of parenchymal cells", bounds=(0, 1e4),
    )  # fmt: skip
    resident_lifespan_rate: float = parameter(
        0.01, "1/day", "rate at which macrophages die that are there at the start",
        source="assumed: residents renew themselves and keep up their number for months", bounds=(0, 100),
    )  # fmt: skip
    nk_cells: float = parameter(
        20.0, "1/mm^2", "natural killer cells in the parenchyma at the start", source="assumed", bounds=(0, 1e4)
    )
    neutrophils: float = parameter(
        2.0, "1/mm^2", "neutrophils in the parenchyma at the start", source="assumed: few", bounds=(0, 1e4)
    )
    tumour_macrophages: float = parameter(
        60.0, "1/mm^2", "macrophages in the nodule at the start", source="assumed", bounds=(0, 1e4)
    )
    tumour_macrophages_m2: float = parameter(
        0.5, "1", "polarisation of the nodule's macrophages at the start", source="assumed: 1 = all M2", bounds=(0, 1)
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        outside = self.width / 2.0 - self.nodule_radius - self.capsule_thickness
        if outside < 4.0 * self.venule_radius:
            raise InputError(
                f"a nodule of radius {self.nodule_radius:g} um with a capsule of {self.capsule_thickness:g} um leaves "
                f"{max(outside, 0):g} um of liver in a slab of {self.width:g} um",
                where="tissue.liver_nodule.width",
                expected=f"expected at least {4 * self.venule_radius:g} um on each side",
                remedy="widen the slab or shrink the nodule",
            )

    def lattice(self, voxel: float) -> Lattice:
        """Return the box; see `Tissue.lattice`."""
        across = max(1, round(self.width / voxel))
        return Lattice((across, across, max(1, round(self.depth / voxel))), voxel)

    def populate(self, founding: Founding) -> None:
        """Lay out capsule and cells; see `Tissue.populate`."""
        self._capsule(founding)
        vessels = self._vessels(founding)
        self._nodule(founding, vessels)
        self._wall(founding)
        self._parenchyma(founding, vessels)
        self._portal_tract(founding)

    # ---- geometry ----

    def _centre(self, founding: Founding) -> np.ndarray:
        return np.array(founding.site.lattice.extent) / 2.0

    def _distance(self, founding: Founding, spots: np.ndarray) -> np.ndarray:
        """Distance of spots from the middle of the nodule, in um."""
        return np.sqrt(((spots - self._centre(founding)[:, None]) ** 2).sum(axis=0))

    @property
    def _outer(self) -> float:
        return self.nodule_radius + self.capsule_thickness

    def _portal(self, founding: Founding) -> np.ndarray:
        ex, ey, _ = founding.site.lattice.extent
        margin = self.portal_radius + 2.0 * self.venule_radius
        return np.array([ex - margin, ey - margin])

    def _venule(self, founding: Founding) -> np.ndarray:
        cx, cy, _ = self._centre(founding)
        return np.array([cx - self._outer - 2.0 * self.venule_radius, cy])

    @staticmethod
    def _apart(spots: np.ndarray, others: np.ndarray, gap: float) -> np.ndarray:
        """Say which spots are farther than `gap` from all others."""
        if others.shape[1] == 0:
            return np.ones(spots.shape[1], dtype=bool)
        return cKDTree(others.T).query(spots.T, distance_upper_bound=gap)[0] > gap

    @staticmethod
    def _chosen(
        founding: Founding, spots: np.ndarray, count: float, purpose: str, among: np.ndarray | None = None
    ) -> np.ndarray:
        """Choose about `count` of the spots, or of those marked in `among`."""
        candidates = spots.shape[1] if among is None else int(np.count_nonzero(among))
        return founding.luck(spots.shape[1], purpose) < min(0.5, count / max(candidates, 1))

    # ---- layers ----

    def _capsule(self, founding: Founding) -> None:
        site = founding.site
        centres = np.stack(site.lattice.centres())
        distance = self._distance(founding, centres)
        wall = (distance >= self.nodule_radius) & (distance < self._outer)
        voxels = site.voxels
        voxels["capsule_wall"][:] = wall
        edge = wall & (distance >= self._outer - site.lattice.side)
        voxels["capsule_edge"][:] = edge
        inside = np.flatnonzero(distance < self._outer)
        if edge.any():
            rim = np.flatnonzero(edge)
            voxels["enclosing"][inside] = rim[cKDTree(centres[:, rim].T).query(centres[:, inside].T)[1]]
        weakness = self.capsule_variation * founding.luck(len(distance), "capsule")
        voxels["capsule"][:] = np.where(wall, np.maximum(self.capsule_integrity - weakness, 0.0), 0.0)
        voxels["ecm"][:] = np.where(wall, 0.9, voxels["ecm"])

    def _columns(self, founding: Founding, around: np.ndarray, radius: float, gap: float) -> np.ndarray:
        """Return spots on the wall of a vessel that runs through the depth of the box."""
        ez = founding.site.lattice.extent[2]
        count = max(3, int(2.0 * np.pi * radius / gap))
        sine, cosine = sin_cos_array(np.arange(count) / count)
        levels = [ez / 2.0] if founding.site.lattice.dimension < 3 else np.arange(gap / 2.0, ez, gap)
        rings = [np.stack([around[0] + radius * cosine, around[1] + radius * sine, np.full(count, z)]) for z in levels]
        return np.concatenate(rings, axis=1)

    def _vessels(self, founding: Founding) -> np.ndarray:
        ex, ey, ez = founding.site.lattice.extent
        flat = founding.site.lattice.dimension < 3
        venule = self._columns(founding, self._venule(founding), self.venule_radius, 12.0)
        along = np.arange(10.0, ex, 20.0)
        levels = [ez / 2.0] if flat else list(np.arange(self.sinusoid_spacing / 2.0, ez, self.sinusoid_spacing))
        lines = [
            np.stack([along, y + 12.0 * sin_cos_array(along / 565.0 + y / 1000.0)[0], np.full_like(along, z)])
            for y in np.arange(self.sinusoid_spacing / 2.0, ey, self.sinusoid_spacing)
            for z in levels
        ]
        sinusoids = np.concatenate(lines, axis=1)
        sinusoids = sinusoids[:, self._distance(founding, sinusoids) > self._outer + 8.0]
        sinusoids = sinusoids[:, self._apart(sinusoids, venule, self.venule_radius * 2.0)]
        portal = self._portal(founding)
        far = ((sinusoids[:2] - portal[:, None]) ** 2).sum(axis=0) > (self.portal_radius + 10.0) ** 2
        sinusoids = sinusoids[:, far]
        sprouts = founding.spots(self.sprout_spacing, jitter=0.25, purpose="sprouts")
        sprouts = sprouts[:, self._distance(founding, sprouts) < self.nodule_radius - 10.0]
        # a sprout is a short stretch of capillary, three cells long
        sine, cosine = sin_cos_array(founding.luck(sprouts.shape[1], "sprout direction"))
        arm = 14.0 * np.stack([cosine, sine, np.zeros_like(sine)])
        sprouts = np.concatenate([sprouts - arm, sprouts, sprouts + arm], axis=1)
        for axis, wall in enumerate((ex, ey, ez)):
            np.clip(sprouts[axis], 0.0, wall, out=sprouts[axis])
        narrow, wide = flow("liver", CAPILLARY), flow("liver", VENULE)
        capillary = {"vessel_diameter": narrow.diameter, "shear_rate": narrow.shear_rate}
        founding.place("endothelial_cell", sinusoids, {**capillary, "venule": 0.0})
        founding.place("endothelial_cell", sprouts, {**capillary, "venule": 0.0})
        founding.place(
            "endothelial_cell",
            venule,
            {"venule": 1.0, "shear_rate": wide.shear_rate, "vessel_diameter": 2.0 * self.venule_radius},
        )
        return np.concatenate([venule, sinusoids, sprouts], axis=1)

    def _nodule(self, founding: Founding, vessels: np.ndarray) -> None:
        radius = founding.types["tumour_cell"].starts["radius"].value
        spots = founding.spots(1.9 * radius, jitter=0.1, purpose="nodule")
        spots = spots[:, self._distance(founding, spots) < self.nodule_radius - radius]
        spots = spots[:, self._apart(spots, vessels, radius + 4.0)]
        luck = founding.luck(spots.shape[1], "nodule mixture")
        area = np.pi * self.nodule_radius**2 / 1e6
        share = min(0.5, self.infiltration * area / max(spots.shape[1], 1))
        stroma = luck < self.stroma_share
        lymphocyte = ~stroma & (luck < self.stroma_share + share)
        macrophage = (
            ~stroma & ~lymphocyte & self._chosen(founding, spots, self.tumour_macrophages * area, "macrophages")
        )
        tumour = spots[:, ~stroma & ~lymphocyte & ~macrophage]
        founding.place("tumour_cell", tumour, {"cycle": founding.luck(tumour.shape[1], "cycle")})
        self._stem_cells(founding)
        founding.place("fibroblast", spots[:, stroma])
        founding.place("t_cell", spots[:, lymphocyte])
        resident = {"m2": self.tumour_macrophages_m2, "lifespan_rate": self.resident_lifespan_rate}
        founding.place("macrophage", spots[:, macrophage], resident)

    def _stem_cells(self, founding: Founding) -> None:
        """Raise basal ICAM-1 in a subset of the tumour, whose daughters inherit it; the mean stays."""
        cells = founding.site.cells
        rows = np.flatnonzero(cells["cell_type"] == founding.types["tumour_cell"].code)
        rows = rows[np.argsort(cells["lineage"][rows], kind="stable")]
        stem = founding.luck(rows.size, "stem cells") < self.stem_share
        if self.stem_boost != 1.0:
            others = 1.0 / (1.0 + self.stem_share * (self.stem_boost - 1.0))
            cells["icam1_basal"][rows] *= np.where(stem, self.stem_boost * others, others)

    def _wall(self, founding: Founding) -> None:
        """Fibroblasts of the capsule, thinly spread in its collagen."""
        spots = founding.spots(1000.0 / np.sqrt(max(self.capsule_fibroblasts, 1e-9)), jitter=0.3, purpose="capsule")
        distance = self._distance(founding, spots)
        inside = (distance > self.nodule_radius + 5.0) & (distance < self._outer - 5.0)
        if self.capsule_fibroblasts > 0:
            founding.place("fibroblast", spots[:, inside])

    def _parenchyma(self, founding: Founding, vessels: np.ndarray) -> None:
        radius = founding.types["hepatocyte"].starts["radius"].value
        spots = founding.spots(1.9 * radius, jitter=0.08, purpose="parenchyma")
        spots = spots[:, self._distance(founding, spots) > self._outer + radius]
        spots = spots[:, self._apart(spots, vessels, radius + 3.0)]
        venule, portal = self._venule(founding), self._portal(founding)
        for middle, reach in ((venule, self.venule_radius), (portal, self.portal_radius)):
            spots = spots[:, ((spots[:2] - middle[:, None]) ** 2).sum(axis=0) > (reach + radius) ** 2]
        area = founding.site.lattice.extent[0] * founding.site.lattice.extent[1] / 1e6
        share = min(0.5, self.t_cells * area / max(spots.shape[1], 1))
        lymphocyte = founding.luck(spots.shape[1], "parenchyma mixture") < share
        free = ~lymphocyte
        innate = {}
        for kind, per_area in (
            ("macrophage", self.kupffer_cells), ("nk_cell", self.nk_cells), ("neutrophil", self.neutrophils)
        ):  # fmt: skip
            # beside the sinusoids, which is where those that live there are
            beside = free & ~self._apart(spots, vessels, 2.0 * radius)
            innate[kind] = beside & self._chosen(founding, spots, per_area * area, kind, beside)
            free = free & ~innate[kind]
        founding.place("hepatocyte", spots[:, free])
        founding.place("t_cell", spots[:, lymphocyte])
        resident = {"lifespan_rate": self.resident_lifespan_rate, "speed": 0.0}
        founding.place("macrophage", spots[:, innate["macrophage"]], resident)
        founding.place("nk_cell", spots[:, innate["nk_cell"]])
        founding.place("neutrophil", spots[:, innate["neutrophil"]])

    def _portal_tract(self, founding: Founding) -> None:
        portal = self._portal(founding)
        spots = founding.spots(14.0, jitter=0.15, purpose="portal")
        distance = np.sqrt(((spots[:2] - portal[:, None]) ** 2).sum(axis=0))
        inner = spots[:, distance < self.portal_radius - 15.0]
        rim = spots[:, (distance >= self.portal_radius - 15.0) & (distance < self.portal_radius + 12.0)]
        founding.place("fibroblast", inner[:, ::3])
        founding.place("oval_cell", rim[:, : self.oval_cells])
        vein = self._columns(founding, portal, self.portal_radius * 0.3, 12.0)
        branch = flow("liver", "portal_branch")
        wall = {"venule": 0.0, "shear_rate": branch.shear_rate, "vessel_diameter": self.portal_radius * 0.6}
        founding.place("endothelial_cell", vein, wall)
