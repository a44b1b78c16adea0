"""A site as a space of Mesa, for what draws spaces: `make_space_component`, `SpaceRenderer`, `draw_space`."""

from __future__ import annotations

from typing import Any, NoReturn

from mesa.space import ContinuousSpace

from simulation.engine.errors import ContractError
from simulation.engine.mesa_agents import ColumnarAgent, handle


class TissueSpace(ContinuousSpace):
    """One site of a model; looks at the cells that are there, holds none itself.

    model     ColumnarModel
    number    int    which of the world's sites
    """

    def __init__(self, model: Any, number: int = 0) -> None:
        width, height, _ = model.world.sites[number].lattice.extent
        super().__init__(width, height, torus=False)
        self._model, self._number = model, number

    @property
    def agents(self) -> list[ColumnarAgent]:
        """Every cell of the site, always up to date."""
        place = self._model.places()[self._number]
        types, names = place.table["cell_type"].tolist(), place.table["lineage"].tolist()
        classes = self._model.agent_types
        return [
            handle(classes[t], self._model, name, place, row)
            for row, (t, name) in enumerate(zip(types, names, strict=True))
        ]

    def _refuse(self, *_: Any) -> NoReturn:
        raise ContractError(
            "a cell's place is a row of its table, not of a space",
            remedy="set agent.pos to move it, agent.remove() to take it out",
        )

    place_agent = move_agent = remove_agent = _refuse
