"""Shipped scenarios by name: the whole name, or its last word where only one has it."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulation.engine.errors import InputError
from simulation.scenario import layers, load_scenario
from simulation.scenario.layers import shipped, shipped_at, shipped_names, spoken_names


def test_every_shipped_scenario_has_one_short_name():
    spoken = spoken_names()
    assert sorted(spoken.values()) == sorted(shipped_names())
    assert spoken["tnbc"] == "contexts/tnbc" and spoken["hcc_baseline"] == "hcc_baseline"
    assert shipped("tnbc") == shipped("contexts/tnbc") == shipped("tnbc.yaml")
    assert shipped_at("nowhere") is None


def test_a_word_that_two_have_is_no_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for name in ("a/twice.yaml", "b/twice.yaml", "a/once.yaml"):
        (tmp_path / "scenarios" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "scenarios" / name).write_text("tissue: {liver_nodule: }\n")
    monkeypatch.setattr(layers.simulation, "__file__", str(tmp_path / "simulation/__init__.py"))
    assert spoken_names() == {"a/twice": "a/twice", "b/twice": "b/twice", "once": "a/once"}
    assert shipped_at("twice") is None and shipped_at("b/twice") is not None
    with pytest.raises(InputError, match="no shipped scenario 'twice'; expected one of a/twice, b/twice, once"):
        shipped("twice")


def test_a_short_name_may_be_extended(tmp_path: Path):
    (tmp_path / "mine.yaml").write_text("extends: tnbc.yaml\nseed: 9\n")
    scenario = load_scenario(tmp_path / "mine.yaml")
    assert (scenario.context, scenario.seed) == ("tnbc", 9)


@pytest.mark.parametrize(("word", "meant"), [("tnbcc", "tnbc"), ("without_deocy", "without_decoy")])
def test_a_misspelt_name_is_told_with_what_was_meant(word: str, meant: str):
    with pytest.raises(InputError, match=f"there is no shipped scenario '{word}'; .*did you mean '{meant}"):
        load_scenario(word)
