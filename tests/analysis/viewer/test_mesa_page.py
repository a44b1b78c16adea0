"""Mesa's own page shows the model as in Mesa's tutorials: SolaraViz, make_plot_component, make_space_component."""

from __future__ import annotations

import pytest

from simulation import MetastasisModel, Scenario
from tests.analysis.viewer.worlds import SMALL


class Small(MetastasisModel):
    """A model as Mesa's users make it: keyword settings with defaults."""

    def __init__(self, cells_per_agent: int = 50, rng: int | None = 1, **more: object) -> None:
        super().__init__(Scenario.from_mapping(SMALL), rng=rng, cells_per_agent=cells_per_agent, **more)


@pytest.mark.filterwarnings("ignore")
def test_solara_viz_shows_the_model() -> None:
    import solara
    from mesa.visualization import SolaraViz, make_plot_component, make_space_component
    from mesa.visualization.components import AgentPortrayalStyle

    model = Small()
    drawn: list[int] = []

    def portrayal(agent: object) -> AgentPortrayalStyle:
        drawn.append(agent.unique_id)  # type: ignore[attr-defined]
        return AgentPortrayalStyle(color="tab:red" if type(agent).__name__ == "TumourCell" else "tab:gray", size=8)

    components = [make_space_component(portrayal), make_plot_component(["tumour_cells", "n_cells"])]
    parameters = {
        "cells_per_agent": {"type": "SliderInt", "value": 50, "label": "cells", "min": 1, "max": 100, "step": 1}
    }
    page = SolaraViz(model, components=components, model_params=parameters, name="metastasis")
    box, context = solara.render(page, handle_error=False)
    try:
        assert set(drawn) == set(model.world.sites[0].cells["lineage"].tolist())
    finally:
        context.close()
        box.close()


@pytest.mark.filterwarnings("ignore")
def test_a_plot_of_what_mesa_collects() -> None:
    """The data frame behind Mesa's plots has the observables by name."""
    model = MetastasisModel(Scenario.from_mapping(SMALL))
    model.step()
    table = model.datacollector.get_model_vars_dataframe()
    assert {"tumour_cells", "n_cells", "day"} <= set(table.columns) and len(table) == 2
