"""A small piece of a distant organ: capillaries with a little stroma, where cells that arrive live and grow."""

from __future__ import annotations

import math
from dataclasses import dataclass

from simulation.engine.lattice import Lattice
from simulation.engine.parameter import parameter
from simulation.engine.tissue import Founding, Tissue
from simulation.vocabulary.organs import Organ


@dataclass(frozen=True)
class OrganBed(Tissue):
    """Capillary bed of one organ.

    organ    Organ    for shear rates and diameters of its capillaries and venules
    """

    organ: Organ = Organ("organ", "any organ", "")
    width: float = parameter(400.0, "um", "width of the piece of tissue", source="assumed", bounds=(60, 10000))
    depth: float = parameter(0.0, "um", "depth; 0 for a slab one voxel thick", source="assumed", bounds=(0, 5000))
    capillary_spacing: float = parameter(60.0, "um", "distance between capillaries", source="assumed", bounds=(20, 500))
    fibroblast_spacing: float = parameter(
        100.0, "um", "distance between fibroblasts", source="assumed", bounds=(20, 5000)
    )
    macrophages: float = parameter(
        30.0, "1/mm^2", "macrophages of the organ at the start", source="assumed: few", bounds=(0, 1e4)
    )
    macrophage_lifespan_rate: float = parameter(
        0.01, "1/day", "rate at which they die", source="assumed: as Kupffer cells", bounds=(0, 100)
    )

    def lattice(self, voxel: float) -> Lattice:
        """Return the box; see `Tissue.lattice`."""
        across = max(1, round(self.width / voxel))
        return Lattice((across, across, max(1, round(self.depth / voxel))), voxel)

    def populate(self, founding: Founding) -> None:
        """Place capillaries, venules, fibroblasts and macrophages; see `Tissue.populate`."""
        bed = founding.spots(self.capillary_spacing, jitter=0.1, purpose="bed")
        venules = founding.luck(bed.shape[1], "venules") < self.organ.venule_share
        o = self.organ
        narrow = {"venule": 0.0, "shear_rate": o.shear_rate, "vessel_diameter": o.capillary_diameter}
        wide = {"venule": 1.0, "shear_rate": o.venule_shear_rate, "vessel_diameter": o.venule_diameter}
        founding.place("endothelial_cell", bed[:, ~venules], narrow)
        founding.place("endothelial_cell", bed[:, venules], wide)
        founding.place("fibroblast", founding.spots(self.fibroblast_spacing, jitter=0.3, purpose="stroma"))
        if self.macrophages > 0:
            spots = founding.spots(1000.0 / math.sqrt(self.macrophages), jitter=0.3, purpose="macrophages")
            resident = {"lifespan_rate": self.macrophage_lifespan_rate, "speed": 0.0}
            founding.place("macrophage", spots, resident)
