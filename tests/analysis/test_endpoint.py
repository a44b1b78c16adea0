"""Every endpoint is read off a run's answers, and what a run does not have is told apart from what did not happen."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest

from analysis.endpoint import Kind, columns_of, endpoints, values_of
from simulation import load_scenario
from simulation.build import build
from simulation.observables import observe
from simulation.runs.endpoints import endpoints as answers_of

TABLE = endpoints(["lung"])
EVENTS = pd.DataFrame(
    [
        (0.5, "liver", "capsule_breached", 1, "", 0, 0), (0.6, "liver", "departed", 2, "tumour_cell", 50, 5),
        (0.6, "liver", "departed", 3, "tumour_cell", 50, 5), (0.7, "liver", "departed", 4, "tumour_cell", 50, 4),
        (0.9, "lung", "arrived", 4, "tumour_cell", 50, 4), (1.0, "liver", "killed", 9, "tumour_cell", 50, 0),
    ],
    columns=["time_day", "site", "kind", "lineage", "cell_type", "parcel", "convoy"],
)  # fmt: skip


def answers(events: pd.DataFrame = EVENTS) -> tuple[dict[str, Any], pd.DataFrame]:
    summary = pd.DataFrame(
        {"time_day": [0.0, 1.5], "metastases": [0, 0], "metastases_lung": [0, 0], "colonies": [0.0, 3.0],
         "capsule_weakest": [0.3, float("nan")], "tumour_cells": [100.0, 120.0]}
    )  # fmt: skip
    types = ["tumour_cell", "t_cell"]
    return answers_of(events, summary, sites=["liver", "lung"], types=types), summary


def test_known_answers() -> None:
    found = values_of(TABLE.values(), *answers())
    assert found["capsule_breach"] == 0.5 and found["capsule_breach_observed"] is True
    assert found["first_arrival"] == 0.9
    assert found["first_metastasis"] == 1.5 and found["first_metastasis_observed"] is False
    assert found["first_metastasis_lung"] == 1.5 and found["first_metastasis_lung_observed"] is False
    assert (found["cells_in_blood"], found["shed_singly"], found["shed_in_clusters"]) == (3, 1, 2)
    assert found["arrivals_lung"] == 50 and found["tumour_cells_killed"] == 50
    assert found["colonies"] == 3 and found["tumour_cells"] == 120
    assert math.isnan(found["capsule_weakest"]) and math.isnan(found["serum_sicam1"])


def test_nothing_happened_is_zero_and_censored() -> None:
    found = values_of(TABLE.values(), *answers(EVENTS.iloc[:0]))
    assert found["cells_in_blood"] == 0
    assert found["capsule_breach"] == 1.5 and not found["capsule_breach_observed"]


def test_columns_are_those_of_the_values() -> None:
    found = values_of(TABLE.values(), *answers())
    assert set(columns_of(TABLE.values())) == set(found)
    nothing = values_of(TABLE.values(), {}, pd.DataFrame())
    assert set(nothing) == set(found)
    assert all(value is False or math.isnan(value) for value in nothing.values())


@pytest.mark.parametrize("name", TABLE)
def test_it_is_documented(name: str) -> None:
    endpoint = TABLE[name]
    assert endpoint.name == name and endpoint.meaning and endpoint.hoped in ("less", "more", "")
    assert endpoint.unit == {Kind.COUNT: "1", Kind.TIME: "day"}.get(endpoint.kind, endpoint.unit)


def test_every_source_is_something_that_runs_write() -> None:
    world, _ = build(load_scenario("quick_look"))
    summary = pd.DataFrame([observe(world)]).assign(time_day=0.0)
    sites, types = [s.name for s in world.sites], [t.name for t in world.types]
    known = endpoints(sites)
    told = answers_of(EVENTS.iloc[:0], summary, sites=sites, types=types)
    for endpoint in known.values():
        at: Any = summary.iloc[-1] if endpoint.source[0] == "summary" else told
        for key in endpoint.source[endpoint.source[0] == "summary" :]:
            assert key in at, endpoint.name
            at = at[key]
