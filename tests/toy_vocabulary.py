"""A small vocabulary in which every kind of thing that a scenario can name occurs once or twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from simulation.engine.cell_type import Start
from simulation.engine.clock import Duration
from simulation.engine.column import Column, factor, total
from simulation.engine.errors import InputError
from simulation.engine.lattice import Lattice
from simulation.engine.parameter import parameter
from simulation.engine.process import CellProcess, Stage
from simulation.engine.rows import Rows
from simulation.engine.tissue import Founding, Tissue
from simulation.scenario.catalogues import Catalogues
from simulation.vocabulary.cytokines import Substance
from simulation.vocabulary.organs import Organ

RADIUS = Column("radius", "um", "radius", start=9, bounds=(0.5, 50))
ICAM1_BASAL = Column("icam1_basal", "1/h", "ICAM-1 mRNA synthesis", start=0.04, bounds=(0, 100))
ICAM1 = Column("icam1", "1", "ICAM-1 copies", bounds=(0, 1e8))
TNF_OUTPUT = total("tnf_output", "fg/min", "what it secretes")
MOTILITY = factor("motility_factor", "what others make of its speed")
LFA1 = Column("lfa1", "1", "LFA-1 copies", bounds=(0, 1e8))
PARTNER = Column("partner", "1", "whom it holds", dtype="uint64")


class TumourCell:
    columns: ClassVar[tuple[Column, ...]] = (RADIUS, ICAM1_BASAL, ICAM1, TNF_OUTPUT, MOTILITY)
    starts: ClassVar[dict[str, Start]] = {"icam1": Start(5e4, "assumed", 0.5)}


class TCell:
    columns: ClassVar[tuple[Column, ...]] = (RADIUS, LFA1, PARTNER)
    starts: ClassVar[dict[str, Start]] = {"lfa1": Start(1e5, "seed 1")}


class ToyTissue(Tissue):
    def lattice(self, voxel: float) -> Lattice:
        return Lattice((1, 1, 1), voxel)

    def populate(self, founding: Founding) -> None:
        pass


@dataclass(frozen=True)
class LiverNodule(ToyTissue):
    width: float = parameter(2200.0, "um", "width of the slab", source="assumed", bounds=(200, 20000))
    nodule_radius: float = parameter(600.0, "um", "radius of the tumour", source="assumed", bounds=(30, 9000))
    oval_cells: int = parameter(30, "1", "oval cells at the start", source="assumed", bounds=(0, 1000))

    def __post_init__(self) -> None:
        super().__post_init__()
        if 2 * self.nodule_radius > self.width:
            raise InputError("the nodule is wider than the slab", remedy="widen the slab")


@dataclass(frozen=True)
class Monolayer(ToyTissue):
    cells: tuple[str, ...] = parameter(("tumour_cell",), "", "types of cells in it", source="assumed")
    share: tuple[float, ...] = parameter((1.0,), "1", "their shares", source="assumed")


class ToyProcess(CellProcess):
    stage = Stage.SIGNAL

    def apply(self, cells: Rows, dt: Duration) -> None:
        pass


@dataclass(frozen=True)
class Nfkb(ToyProcess):
    k_in: float = parameter(6.0, "1/h", "nuclear import", source="assumed", bounds=(0, 100))
    delay: float = parameter(30.0, "min", "delay of feedback", source="assumed", bounds=(0, 1000))
    dose: float = parameter(10.0, "ng/mL", "half-maximal TNF", source="seed 1", bounds=(1e-6, 1e6))


@dataclass(frozen=True)
class Killing(ToyProcess):
    every = "2 min"
    hits: int = parameter(3, "1", "hits that kill", source="Halle 2016, Immunity 44:233", bounds=(1, 100))
    share: float = parameter(0.5, "1", "share of contacts that hit", source="assumed", bounds=(0, 1))
    serial: bool = parameter(True, "", "whether one T cell kills many", source="assumed")
    mode: str = parameter("perforin", "", "how it kills", source="assumed", choices=("perforin", "fas"))


@dataclass(frozen=True)
class Knockdown(ToyProcess):
    molecule: str = parameter("icam1", "", "what is silenced", source="chosen", choices=("icam1", "lfa1"))
    cells: tuple[str, ...] = parameter((), "", "types of cells it reaches", source="chosen")
    fraction: float = parameter(0.9, "1", "share that is lost", source="chosen", bounds=(0, 1))
    start: float = parameter(0.0, "day", "when it begins", source="chosen", bounds=(0, 1e4))


@dataclass(frozen=True)
class Resection(ToyProcess):
    day: float = parameter(30.0, "day", "when it is done", source="chosen", bounds=(0, 1e4))


TOYS = Catalogues(
    tissues={"liver_nodule": LiverNodule, "monolayer": Monolayer},
    agents={"t_cell": TCell, "tumour_cell": TumourCell},
    processes={"killing": Killing, "nfkb": Nfkb},
    interventions={"knockdown": Knockdown, "resection": Resection},
    substances={"o2": Substance("o2", "oxygen", "mmHg", True, 1e5, 0.1, 38.0), "tnf": Substance("tnf", "TNF")},
    organs={"brain": Organ("brain", "brain", "UBERON:0000955"), "lung": Organ("lung", "lung", "UBERON:0002048")},
)
