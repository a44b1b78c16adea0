"""Surface molecules: mean copies on the cells of each type, in the site with the primary tumour."""

from __future__ import annotations

from simulation.engine.cell_type import CellType
from simulation.engine.observable import Quantity, mean_of, observable, rows_of_type
from simulation.engine.world import World
from simulation.vocabulary.molecules import BLOCKABLE

#: what a cell type begins with where it carries a molecule; of ICAM-1 what makes it
BEGINS = {"icam1": "icam1_translation"}


@observable
def molecules(world: World) -> list[Quantity]:
    """Mean copies of every molecule that a cell type begins with."""
    cells = world.sites[0].cells
    measured = []
    for kind in world.types:
        rows = rows_of_type(world, cells, kind.name)
        for name, label in BLOCKABLE.items():
            if name in cells and carries(kind, name):
                meaning = f"mean {label} copies on a {kind.name} of the {world.sites[0].name}"
                measured.append(Quantity(f"{name}_{kind.name}", mean_of(cells, rows, name), "1", meaning))
    return measured


def carries(kind: CellType, name: str) -> bool:
    """Tell whether cells of a type begin with a molecule."""
    start = kind.starts.get(BEGINS.get(name, name))
    return start is not None and start.value > 0.0
