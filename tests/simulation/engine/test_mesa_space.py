"""A site as a space of Mesa: the cells that are there, drawn by Mesa's own functions."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.engine.errors import ContractError
from simulation.engine.mesa_space import TissueSpace
from tests.mesa_worlds import make_model


def test_the_cells_of_a_site_and_of_no_other() -> None:
    model = make_model()
    for number, site in enumerate(model.world.sites):
        space = TissueSpace(model, number)
        assert [agent.unique_id for agent in space.agents] == site.cells["lineage"].tolist()
        assert [agent.pos[0] for agent in space.agents] == site.cells["x"].tolist()
        assert (space.x_max, space.y_max) == site.lattice.extent[:2] and not space.torus


def test_it_follows_births_deaths_and_moves() -> None:
    model = make_model()
    space = TissueSpace(model)
    first, second, *_ = space.agents
    gone = first.unique_id
    first.remove()
    assert gone not in [agent.unique_id for agent in space.agents]
    second.pos = tuple(0.5 * np.asarray(second.pos))
    assert second.pos in [agent.pos for agent in space.agents]


def test_it_takes_no_cells() -> None:
    model = make_model()
    space = TissueSpace(model)
    agent = space.agents[0]
    for act in (
        lambda: space.place_agent(agent, (1, 1)),
        lambda: space.move_agent(agent, (1, 1)),
        lambda: space.remove_agent(agent),
    ):
        with pytest.raises(ContractError, match="row of its table"):
            act()


@pytest.mark.filterwarnings("ignore")
def test_mesa_draws_it() -> None:
    from mesa.visualization.components import AgentPortrayalStyle
    from mesa.visualization.mpl_space_drawing import draw_space

    model = make_model()
    axes = draw_space(TissueSpace(model), lambda agent: AgentPortrayalStyle(color="red", size=agent.radius))
    drawn = np.concatenate([c.get_offsets() for c in axes.collections])
    assert len(drawn) == len(model.world.sites[0].cells)
