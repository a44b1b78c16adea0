"""What a visitor may set, and the scenario that comes of it."""

from __future__ import annotations

import math

import pytest

from analysis.viewer.experiment import Choices, chosen_by, contexts, knows_immunity, scenario_of
from simulation import load_scenario


def interventions(scenario) -> list:
    return scenario.resolved()["interventions"]


def test_a_scenario_unchanged_is_the_scenario() -> None:
    for name in ("quick_look", "icam1_knockdown"):
        plain = load_scenario(name)
        assert scenario_of(name, chosen_by(plain)).resolved() == plain.resolved()


def test_what_a_scenario_says_is_found() -> None:
    assert chosen_by(load_scenario("icam1_knockdown")).tumour == pytest.approx(0.9)
    assert chosen_by(load_scenario("quick_look")).tumour == 0.0


def test_everything_that_can_be_set_is_set() -> None:
    made = scenario_of(
        "quick_look", Choices(seed=7, tumour=0.5, endothelium=0.25, dose=5.0, target="lfa1", context="hcc")
    )
    assert made.seed == 7
    said = chosen_by(made)
    assert (said.tumour, said.endothelium, said.dose, said.target) == (0.5, 0.25, 5.0, "lfa1")
    assert len(interventions(made)) == 3


def test_an_intervention_is_changed_in_its_place_and_can_be_taken_away() -> None:
    changed = scenario_of("icam1_knockdown", Choices(tumour=0.4))
    assert chosen_by(changed).tumour == pytest.approx(0.4) and len(interventions(changed)) == 1
    assert interventions(scenario_of("icam1_knockdown", Choices(tumour=0.0))) == []


def test_immunity_can_be_switched_off() -> None:
    if not knows_immunity():
        pytest.skip("scenarios have no switch for immunity")
    off = scenario_of("quick_look", Choices(immunity=False))
    assert not chosen_by(off).immunity
    assert off.resolved() != load_scenario("quick_look").resolved()


def test_a_context_can_be_chosen() -> None:
    others = [name for name in contexts() if name != "hcc"]
    if not others:
        pytest.skip("scenarios know one kind of tumour")
    assert scenario_of("quick_look", Choices(context=others[0])).resolved()["context"] == others[0]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"seed": -4}, ("seed", 0)), ({"seed": 2**80}, ("seed", 2**63 - 1)), ({"tumour": 7.0}, ("tumour", 1.0)),
        ({"endothelium": -1.0}, ("endothelium", 0.0)), ({"dose": math.inf}, ("dose", 1000.0)),
        ({"target": "../../etc"}, ("target", "icam1")), ({"context": "a: b"}, ("context", "")),
    ],
)  # fmt: skip
def test_whatever_a_browser_sends_is_brought_within_bounds(sent: dict, kept: tuple) -> None:
    assert getattr(Choices(**sent).within_bounds(), kept[0]) == kept[1]
