"""The model's own tables name everything there is, with values as the scenario sets them."""

from __future__ import annotations

from typing import Any

import pytest

from simulation import describe, load_scenario
from simulation.build import build
from simulation.description import files_testing
from simulation.tissues.liver_nodule import LiverNodule

Tables = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def tables() -> Tables:
    settings = ["processes.nfkb.every=20 min", "tissue.liver_nodule.width=800 um", "processes.emt=off"]
    return describe(load_scenario("quick_look", settings))


def test_the_plan_is_the_one_that_is_run() -> None:
    small = [f"tissue.liver_nodule.{size}" for size in ("width=700 um", "nodule_radius=60 um")]
    scenario = load_scenario("icam1_knockdown", small)
    assert describe(scenario)["plan"] == build(scenario)[1].table()


def test_what_is_off_is_not_in_the_plan(tables: Tables) -> None:
    names = [row["process"] for row in tables["plan"]]
    assert "emt" not in names and "nfkb" in names
    assert next(row for row in tables["plan"] if row["process"] == "nfkb")["every"] == "20 min"


def test_every_column_has_a_meaning_and_one_owner(tables: Tables) -> None:
    places = [(row["table"], row["column"]) for row in tables["state"]]
    assert len(set(places)) == len(places)
    assert all(row["meaning"] and row["unit"] and row["owner"] for row in tables["state"])
    by_place = dict(zip(places, tables["state"], strict=True))
    assert by_place["cells", "icam1"]["owner"] == "icam1_expression"
    assert "tumour_cell" in by_place["cells", "icam1"]["cell_types"]
    assert by_place["cells", "lineage"]["owner"] == "engine"
    assert by_place["blood pools", "sicam1"]["owner"] == "blood_pools"


def test_every_parameter_with_its_value_here(tables: Tables) -> None:
    by_path = {row["path"]: row for row in tables["parameters"]}
    assert len(by_path) == len(tables["parameters"])
    width = by_path["tissue.liver_nodule.width"]
    assert (width["value"], width["default"], width["unit"]) == (800.0, LiverNodule.width, "um")
    assert by_path["seed"]["value"] == 1
    for row in tables["parameters"]:
        assert row["meaning"] and row["source"], row["path"]
        assert row["assumed"] == row["source"].startswith("assumed")


def test_the_numbers_of_an_intervention_are_told() -> None:
    rows = describe(load_scenario("icam1_knockdown"))["parameters"]
    assert next(row for row in rows if row["path"].endswith("knockdown.fraction"))["value"] == pytest.approx(0.9)


def test_mechanisms_in_their_order_with_processes_and_tests(tables: Tables) -> None:
    names = [row["mechanism"] for row in tables["mechanisms"]]
    assert names.index("M8" if "M8" in names else "M08") < names.index("M61")
    assert len(set(names)) == len(names)
    assert all(row["processes"] for row in tables["mechanisms"])
    assert files_testing("nfkb") == ["tests/simulation/processes/signalling/test_nfkb.py"]
    assert files_testing("no_such_process") == []
