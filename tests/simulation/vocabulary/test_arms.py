"""Arms: every path is a parameter, every neutral value may be set, and nothing is off by default."""

from __future__ import annotations

import pytest

from simulation import ARMS, load_scenario
from simulation.scenario.catalogues import catalogues
from simulation.vocabulary.arms import IMMUNITY

KNOWN = catalogues()
EVERY = [*ARMS.values(), IMMUNITY]


@pytest.mark.parametrize("arm", EVERY, ids=lambda arm: arm.name)
def test_it_is_told_in_one_line_and_names_its_mechanisms(arm):
    assert arm.meaning and "\n" not in arm.meaning and not arm.meaning.endswith(".")
    assert arm.mechanisms and arm.off


@pytest.mark.parametrize("arm", EVERY, ids=lambda arm: arm.name)
def test_its_neutral_values_may_be_set_and_are_not_the_usual_ones(arm):
    for path, neutral in arm.off.items():
        parameter = KNOWN.at(path)
        assert parameter is not None, path
        assert not parameter.fault(neutral), path
        assert parameter.default != neutral, path


def test_every_arm_is_offered_with_all_its_paths():
    asked = "killing recruitment decoy detachment co_travel clusters egfr_emt neutrophil_bridge permeability m2_brake"
    assert {*asked.split(), "angiogenesis"} <= KNOWN.arms.keys()
    assert KNOWN.arms == ARMS


def test_arms_share_no_parameter():
    paths = [path for arm in ARMS.values() for path in arm.off]
    assert len(paths) == len(set(paths))


@pytest.mark.parametrize("name", KNOWN.arms)
def test_switching_it_off_sets_its_values_and_no_others(name):
    usual, without = load_scenario("hcc_baseline"), load_scenario("hcc_baseline", [f"arms.{name}=off"])
    told, other = usual.resolved(), without.resolved()
    assert "arms" not in told
    assert other.pop("arms") == {name: "off"}
    for path in KNOWN.arms[name].off:
        section, owner, last = path.split(".")
        assert other[section][owner][last] != told[section][owner].pop(last)
        other[section][owner].pop(last)
    assert told == other
