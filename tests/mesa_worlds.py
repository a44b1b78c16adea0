"""A small world as a Mesa model: tumour and T cells in two sites and in the blood."""

from __future__ import annotations

import numpy as np

from simulation.engine.lineage import founders, name_key
from simulation.engine.mesa_agents import ColumnarAgent
from simulation.engine.mesa_data_collector import ColumnarDataCollector
from simulation.engine.mesa_model import ColumnarModel
from simulation.engine.process import Process
from simulation.vocabulary import traits as t
from tests.worlds import make_world

TUMOUR = (*t.BODY, *t.SURROUNDINGS, *t.METABOLISM, *t.ICAM1_EXPRESSION, *t.LIFE, *t.SPREAD)
LYMPHOCYTE = (*t.BODY, *t.SURROUNDINGS, *t.METABOLISM, *t.ICAM1_EXPRESSION, *t.LIFE, *t.LYMPHOCYTE)


class TumourCell(ColumnarAgent):
    columns = TUMOUR

    def grow(self, by=1.0):
        self.radius += by

    def die_if_small(self, limit):
        if self.radius < limit:
            self.remove()
        return self.unique_id


class TCell(ColumnarAgent):
    columns = LYMPHOCYTE


CLASSES = {"tumour_cell": TumourCell, "t_cell": TCell}


def make_model(
    n: int = 6,
    m: int = 4,
    *,
    seed: int = 1,
    processes: tuple[Process, ...] = (),
    ticks=None,
    lung: int = 0,
    blood: int = 0,
) -> ColumnarModel:
    """Make a model of n tumour and m T cells in the liver, and of tumour cells in lung and blood."""
    cells = {
        "tumour_cell": {"radius": np.linspace(5.0, 10.0, n), "icam1": np.arange(n) * 1e4, "emt": 0.25},
        "t_cell": {"radius": np.full(m, 4.0), "contact_time": np.arange(m) * 1e4},
    }
    world, plan = make_world(
        cells, processes, columns={"tumour_cell": TUMOUR, "t_cell": LYMPHOCYTE}, seed=seed, sites=("liver", "lung")
    )
    if lung:
        names = founders(name_key("lung", "tumour_cell"), lung)
        world.sites[1].cells.append(lung, {"lineage": names, "cell_type": 0, "x": 9.0, "y": 8.0, "radius": 7.0})
    if blood:
        names = founders(name_key("blood", "tumour_cell"), blood)
        world.travellers.append(blood, {"lineage": names, "cell_type": 0, "radius": 6.0, "arrest_time": 3.0})
    world.open_accounts()
    return ColumnarModel(world, plan, CLASSES, ticks)


class SmallModel(ColumnarModel):
    """Can be made from keywords, as batch_run and SolaraViz do."""

    def __init__(self, n: int = 6, radius: float = 5.0, *, rng: int | None = None, agents_too: bool = True) -> None:
        made = make_model(n, seed=int(rng or 0))
        super().__init__(made.world, made.plan, CLASSES, ticks=4)
        self.agents_by_type[TumourCell].set("radius", radius)
        reporters = {"icam1": "icam1", "radius": "radius"} if agents_too else None
        self.datacollector = ColumnarDataCollector({"cells": count_cells}, reporters)
        self.datacollector.collect(self)

    def step(self) -> None:
        super().step()
        self.datacollector.collect(self)


def count_cells(model: ColumnarModel) -> int:
    return len(model.agents)
