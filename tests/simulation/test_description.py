"""The model's own tables name everything there is, with values as the scenario sets them."""

from __future__ import annotations

from typing import Any

import pytest

from simulation import ARMS, describe, load_scenario
from simulation.build import build
from simulation.description import said_by_tests
from simulation.tissues.liver_nodule import LiverNodule
from simulation.vocabulary.mechanisms import MECHANISMS

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
    nfkb = next(row for row in tables["mechanisms"] if row["mechanism"] == "M08")
    assert nfkb["processes"] == ["nfkb"] and nfkb["claim"]
    here = "tests/simulation/processes/signalling/test_nfkb.py::test_it_peaks_within_half_an_hour_and_adapts"
    assert here in nfkb["tests"]


def test_every_mechanism_that_anything_names_is_in_the_table(tables: Tables) -> None:
    """Code, tests and arms refer to no label that has no claim."""
    assert {row["mechanism"] for row in tables["mechanisms"]} == set(MECHANISMS)
    assert all(row["claim"] and row["name"] for row in tables["mechanisms"])
    assert {label for _, labels in said_by_tests() for label in labels} <= set(MECHANISMS)
    assert {label for arm in ARMS.values() for label in arm.mechanisms} <= set(MECHANISMS)


#: what the model has to have, and of that what is still being built
REQUIRED = (
    *(f"M{n:02d}" for n in range(1, 19)), "M30", "M36", *(f"M{n}" for n in range(38, 42)), "M47", "M47b", "M47c",
    *(f"M{n}" for n in range(48, 59)), "M59", "M59b", "M59c", "M60", "M60b", "M61", "M62",
)  # fmt: skip


@pytest.mark.parametrize("label", REQUIRED)
def test_a_mechanism_has_something_that_carries_it_and_a_test(tables: Tables, label: str) -> None:
    row = next(row for row in tables["mechanisms"] if row["mechanism"] == label)
    assert row["processes"], f"nothing names {label} among its mechanisms"
    assert row["tests"], f"no docstring of a test begins with {label}"


def test_arms_say_whether_they_are_off() -> None:
    rows = {row["arm"]: row for row in describe(load_scenario("quick_look", ["arms.decoy=off"]))["arms"]}
    assert rows["decoy"]["here"] == "off" and rows["killing"]["here"] == "on" and rows["immunity"]["here"] == "on"
    assert rows["killing"]["off"] == ["processes.killing.hit_rate=0"]
    assert rows["killing"]["mechanisms"] == ["M36", "M52"]


def test_contexts_are_a_table_of_parameters() -> None:
    rows = describe(load_scenario("quick_look", ["context=lung", "organs.brain=off"]))["contexts"]
    by_path = {row["parameter"]: row for row in rows}
    gain = by_path["cells.tumour_cell.egfr_gain"]
    assert (gain["hcc"], gain["tnbc"], gain["here"]) == (0.3, 1.0, 0.7)
    assert by_path["organs.brain.fertility"]["here"] is None
    assert gain["source"].startswith("assumed") and "context" not in gain["source"]
