"""A small piece of a distant organ: capillaries with a little stroma, where cells that arrive live and grow."""

from __future__ import annotations

from dataclasses import dataclass

from simulation.engine.lattice import Lattice
from simulation.engine.parameter import parameter
from simulation.engine.tissue import Founding, Tissue
from simulation.vocabulary.organs import Organ


@dataclass(frozen=True)
class OrganBed(Tissue):
    """Capillary bed of one organ.

    organ    Organ    for shear rate and capillary diameter
    """

    organ: Organ = Organ("organ", "any organ", "")
    width: float = parameter(400.0, "um", "width of the piece of tissue", source="assumed", bounds=(60, 10000))
    depth: float = parameter(0.0, "um", "depth; 0 for a slab one voxel thick", source="assumed", bounds=(0, 5000))
    capillary_spacing: float = parameter(60.0, "um", "distance between capillaries", source="assumed", bounds=(20, 500))
    fibroblast_spacing: float = parameter(
        100.0, "um", "distance between fibroblasts", source="assumed", bounds=(20, 5000)
    )

    def lattice(self, voxel: float) -> Lattice:
        """Return the box; see `Tissue.lattice`."""
        across = max(1, round(self.width / voxel))
        return Lattice((across, across, max(1, round(self.depth / voxel))), voxel)

    def populate(self, founding: Founding) -> None:
        """Place capillaries and fibroblasts; see `Tissue.populate`."""
        wall = {"venule": 0.0, "shear_rate": self.organ.shear_rate, "vessel_diameter": self.organ.capillary_diameter}
        founding.place("endothelial_cell", founding.spots(self.capillary_spacing, jitter=0.1, purpose="bed"), wall)
        founding.place("fibroblast", founding.spots(self.fibroblast_spacing, jitter=0.3, purpose="stroma"))
