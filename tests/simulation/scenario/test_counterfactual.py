"""Context and arms as layers: who wins over whom, what is told, and the way back."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulation.engine.errors import InputError
from simulation.scenario import Scenario, load_scenario
from simulation.scenario.counterfactual import switched_off, value_at


def loaded(*options: str) -> Scenario:
    return load_scenario("quick_look", options)


def told(folder: Path, text: str, *options: str) -> list[str]:
    """Read a file on top of the quick look; return its faults."""
    path = folder / "x.yaml"
    path.write_text(f"extends: quick_look.yaml\n{text}")
    try:
        load_scenario(path, options)
    except InputError as error:
        return [line.replace(f"{folder}/", "") for line in str(error).splitlines()]
    return []


def read(folder: Path, text: str) -> Scenario:
    path = folder / "x.yaml"
    path.write_text(f"extends: quick_look.yaml\n{text}")
    return load_scenario(path)


# ---- contexts ----


def test_the_scenario_wins_over_its_context(tmp_path):
    own = "cells: {tumour_cell: {egfr_gain: 0.6, antigenicity: {spread: 0.2}}}\n"
    own += "organs: {lung: {fertility: 5}, bone: off}\nprocesses: {circulation: , killing: on}\n"
    s = read(tmp_path, f"context: tnbc\n{own}")
    starts = s.cells["tumour_cell"]
    assert (starts["egfr_gain"].value, starts["egfr_gain"].source) == (0.6, "chosen in the scenario")
    assert (starts["antigenicity"].value, starts["antigenicity"].spread) == (0.2, 0.2)
    assert starts["antigenicity"].source == "chosen in the scenario"
    assert starts["icam1_translation"].value == 3.8e5
    assert starts["icam1_translation"].source.endswith("(tnbc context)")
    assert starts["icam1_basal"].spread == 0.5  # what the context does not name stays
    assert s.organs["lung"].fertility == 5.0 and "bone" not in s.organs
    assert value_at(s, "processes.circulation.clearance_weight") == 0.1


def test_a_process_or_an_organ_that_is_off_stays_off(tmp_path):
    s = read(tmp_path, "context: lung\nprocesses: {circulation: off}\norgans: {bone: off, brain: off}\n")
    assert value_at(s, "processes.circulation.clearance_weight") is None
    assert not {"bone", "brain"} & s.organs.keys()


def test_one_may_change_ones_mind_about_the_context():
    plain, tnbc = loaded(), loaded("context=tnbc")
    assert tnbc.identity() != plain.identity()
    assert tnbc.changed("context=hcc") == plain
    assert plain.changed("context=tnbc") == tnbc
    own = loaded("context=tnbc", "cells.tumour_cell.egfr_gain=0.5").changed("context=lung")
    assert own.cells["tumour_cell"]["egfr_gain"].value == 0.5
    assert own.cells["tumour_cell"]["antigenicity"].value == 0.6


def test_a_context_that_changes_nothing_is_told():
    spelt = loaded().resolved()
    with pytest.raises(InputError, match="context: context: tnbc changes nothing, .* set otherwise; .*; remove them"):
        Scenario.from_mapping(spelt | {"context": "tnbc"})
    spelt = loaded("context=tnbc").resolved()
    assert Scenario.from_mapping(spelt) == loaded("context=tnbc")


def test_where_a_value_of_the_context_stands_a_wrong_one_is_told_as_ever(tmp_path):
    assert "x.yaml:3:12: processes is a list" in told(tmp_path, "context: tnbc\nprocesses: [killing]\n")[0]
    faults = told(tmp_path, "context: luminal_b\nprocesses: {killing: []}\n")
    assert len(faults) == 1 and faults[0].startswith("x.yaml:3:22: killing is a list")
    faults = told(tmp_path, "context: tnbc\ncells: {tumour_cell: {egfr_gain: lots}}\n")
    assert len(faults) == 1 and faults[0].startswith("x.yaml:3:34: value: 'lots' is not a number")


# ---- arms ----


def test_switched_off_on_top_of_the_context():
    s = loaded("context=luminal_b", "arms.killing=off")
    assert value_at(s, "processes.killing.floor") == 1.0
    assert value_at(s, "processes.killing.hit_rate") == 0.0
    assert switched_off(s) == ["killing"]


def test_several_arms_and_the_way_back():
    s = loaded("arms.killing=off", "arms.decoy=off")
    assert s.resolved()["arms"] == {"killing": "off", "decoy": "off"}
    assert Scenario.from_mapping(s.resolved()) == s
    assert s.changed("arms.decoy=on") == loaded("arms.killing=off")
    assert s.changed("arms.decoy=on", "arms.killing=on") == loaded()
    assert loaded().changed("arms.killing=off", "arms.decoy=off") == s
    assert s.changed("seed=5").changed("seed=1") == s


def test_an_arm_is_off_however_it_came_about():
    by_hand = loaded("processes.killing.hit_rate=0")
    assert by_hand.resolved()["arms"] == {"killing": "off"}
    assert by_hand.identity() == loaded("arms.killing=off").identity()
    assert "arms" not in loaded("processes.killing=off").resolved()
    assert loaded("processes.killing=off", "arms.killing=off") == loaded("processes.killing=off")


def test_both_the_switch_and_its_parameter_is_told_where_the_parameter_stands(tmp_path):
    text = "arms: {killing: off}\nprocesses: {killing: {hit_rate: 0.1 1/min}}\n"
    faults = told(tmp_path, text)
    assert len(faults) == 1
    assert faults[0].startswith("x.yaml:3:33: processes.killing.hit_rate is set while arms.killing is off, which sets ")
    assert "it to 0 1/min; expected one of the two; remove it, or arms.killing: off" in faults[0]
    assert told(tmp_path, text.replace("0.1", "0")) == []
    assert told(tmp_path, text.replace("hit_rate: 0.1 1/min", "repair: 0.1 1/min")) == []
    assert "--set processes.killing.hit_rate: " in told(tmp_path, "arms: {killing: off}\n",
                                                        "processes.killing.hit_rate=1 1/min")[0]  # fmt: skip


def test_switching_on_what_is_set_to_be_off_is_told():
    spelt = loaded("arms.killing=off").resolved()
    with pytest.raises(InputError, match="arms.killing: arms.killing is on, yet processes.killing.hit_rate is set so"):
        Scenario.from_mapping(spelt | {"arms": {"killing": "on"}})


def test_mistakes_are_told_in_one_line_with_what_was_meant(tmp_path):
    for text, place, *words in (
        ("context: tnbcc", "2:10", "there is no context 'tnbcc'", "did you mean 'tnbc'?"),
        ("context: 5", "2:10", "context: '5' is a number", "put it in quotes"),
        ("context: [tnbc]", "2:10", "context is a list", "write context: hcc"),
        ("arms: {kiling: off}", "2:8", "there is no arm 'kiling'", "did you mean 'killing'?"),
        ("arms: {nfkb: off}", "2:8", "there is no arm 'nfkb'", "nfkb belongs under processes:"),
        ("arms: {killing: 0}", "2:17", "killing is '0'", "write on or off"),
        ("arms: killing", "2:7", "arms is a word", "write `arms:`"),
        ("immunity: none", "2:11", "immunity is 'none'", "write on or off"),
        ("imunity: off", "2:1", "there is no section 'imunity'", "did you mean 'immunity'?"),
        ("organs: {lnug: off}", "2:10", "there is no organ 'lnug'", "did you mean 'lung'?"),
        ("interventions: [{knockdown: {molecule: icam}}]", "2:40", "there is no molecule 'icam'", "mean 'icam1'?"),
    ):
        faults = told(tmp_path, f"{text}\n")
        assert len(faults) == 1, faults
        assert faults[0].startswith(f"x.yaml:{place}: "), faults
        assert all(word in faults[0] for word in words), faults


# ---- immunity ----


def test_without_immunity_there_is_nobody_and_nobody_comes():
    s = loaded("immunity=off")
    assert (s.tissue.t_cells, s.tissue.infiltration) == (0.0, 0.0)
    assert {"killing", "recruitment", "clearance"} <= set(switched_off(s))
    assert s.resolved()["immunity"] == "off"
    assert Scenario.from_mapping(s.resolved()) == s
    assert s.changed("immunity=on") == loaded()


def test_how_many_immune_cells_there_would_be_is_no_contradiction():
    s = load_scenario("quick_tissue", ["immunity=off"])
    assert (s.tissue.t_cells, s.tissue.infiltration) == (0.0, 0.0)


def test_without_immunity_no_lymphocyte_is_ever_there():
    from simulation.build import build
    from tests.busy import TINY

    settings = [o for o in TINY if "recruitment" not in o]
    for options, some in ((["immunity=off"], False), ([], True)):
        world, plan = build(load_scenario("quick_look", [*settings, *options]))
        for _ in range(10):
            world.step(plan)
        code = next(t.code for t in world.types if t.name == "t_cell")
        assert any((site.cells["cell_type"] == code).any() for site in world.sites) is some


@pytest.mark.parametrize("experiment", ["quick_look", loaded()], ids=["by name", "spelt out"])
def test_a_model_takes_them_as_settings_and_back_again(experiment):
    from simulation.model import configured

    s = configured(experiment, None, {"context": "lung", "arms__egfr_emt": "off", "immunity": "off"})
    assert s.context == "lung" and {"egfr_emt", "killing"} <= set(switched_off(s))
    assert configured(s, None, {"context": "hcc", "arms__egfr_emt": "on", "immunity": "on"}) == loaded()


@pytest.mark.parametrize("switch", ["immunity=off", "arms.neutrophil_bridge=off"])
def test_what_a_context_gives_does_not_contradict_a_switch(switch):
    path = "processes.neutrophil_pairing.collisions"
    assert value_at(load_scenario("quick_look", ["context=lung"]), path) == 1.5
    assert value_at(load_scenario("quick_look", ["context=lung", switch]), path) == 0.0
    with pytest.raises(InputError, match="collisions is set while"):
        load_scenario("quick_look", ["context=lung", switch, f'{path}="0.7 1/min"'])
