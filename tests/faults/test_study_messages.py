"""Mistakes people make in studies: each is told in one line, at its place, with what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis import load_study
from simulation import InputError
from tests.analysis.studies import BASE, STUDY, write_study


def told(tmp_path: Path, text: str, base: str = BASE) -> list[str]:
    """Load a study and return its faults, without the folder."""
    try:
        load_study(write_study(tmp_path, text, base))
    except InputError as error:
        lines = str(error).splitlines()
        assert len(lines) == max(1, len(error.faults)), "each fault is one line"
        return [line.replace(f"{tmp_path}/", "") for line in lines]
    return []


def test_the_good_one_is_good(tmp_path: Path) -> None:
    assert told(tmp_path, STUDY) == []


# what stands in place of a part of STUDY; the one line it gives, after the file's name
MISTAKES = [
    ("[tumour_cells]", "[tumor_cells]",
     "6:11: there is no endpoint 'tumor_cells'; expected one of 35 names; did you mean 'tumour_cells'?"),
    ("metastases_lung]", "metastases_bone]",
     "7:43: there is no endpoint 'metastases_bone'; expected one of 35 names; did you mean 'metastases_lung'?"),
    ("[tumour_cells]", "[]",
     "6:1: there is no primary endpoint; expected a list of endpoints; write it as in primary: [metastases]"),
    ("[tumour_cells]", "tumour_cells",
     "6:1: there is no primary endpoint; expected a list of endpoints; write it as in primary: [metastases]"),
    ("[tumour_cells]", "[tumour_cells, capsule_breach]",
     "7:13: capsule_breach is primary already; expected each endpoint once; remove it from one of the lists"),
    ("[tumour_cells]", "[tumour_cells, tumour_cells]",
     "6:25: tumour_cells is given twice; expected each endpoint once; remove it here"),
    ("replicates: 2", "replicates: 0",
     "4:13: replicates: 0 is outside 1 ... 100000; expected a whole number (worlds per arm); "
     "choose another value"),
    ("replicates: 2", "replicate: 2",
     "4:1: there is no section 'replicate'; expected one of arms, attribution, base, control, primary, question, "
     "replicates, secondary, seed, sensitivity, set, title; did you mean 'replicates'?"),
    ("base: base.yaml", "base: bse.yaml",
     "2:7: there is no scenario file beside this study: 'bse.yaml'; expected one of base.yaml, small.yaml; "
     "did you mean 'base.yaml'?"),
    ("base: base.yaml", "base: quick_tisue",
     "2:7: there is no shipped scenario 'quick_tisue'; "),
    ("base: base.yaml\n", "",
     "1:1: there is no base; expected the scenario the arms build on; write base: and the name of a scenario"),
    ("control: control", "control: contrl",
     "5:10: there is no arm 'contrl'; expected one of control, quiet, tumour_0pct, tumour_50pct, "
     "tumour_90pct; did you mean 'control'?"),
    ("  quiet:", "  control:",
     "15:3: 'control' is given twice; expected each key once; remove it here or at small.yaml:9:3"),
    ("  quiet:", "  tumour_50pct:",
     "15:3: there are two arms 'tumour_50pct'; expected names that differ; rename one, or remove a dose that "
     "is given twice"),
    ("[0 %, 50 %, 90 %]", "[50 %, 50 %]",
     "10:3: there are two arms 'tumour_50pct'; expected names that differ; rename one, or remove a dose that "
     "is given twice"),
    ("set: {processes.nfkb: off}", "label: Nothing",
     "15:3: arm 'quiet' is the same world as 'control'; expected something to differ; give it `set:` or "
     "`interventions:`, or remove it"),
    ("set: {processes.nfkb: off}", "sets: {processes.nfkb: off}",
     "16:5: there is no setting of an arm 'sets'; expected one of against, doses, grid, interventions, label, "
     "scenario, set; did you mean 'set'?"),
    ("processes.nfkb: off", "processes.nfbk: off",
     "16:11: there is no process 'nfbk'; "),
    ("processes.nfkb: off", "seed: 3",
     "16:11: seed cannot be set here; expected a setting; the study gives every replicate its seed"),
    ("processes.nfkb: off", "until: 40 min",
     "8:1: the arms end at different times (30 min, 40 min); expected one time for all; set `until` for all "
     "of them"),
    ("90 %]", "900 %]",
     "12:24: fraction: 9 is outside 0 ... 1; expected a number (share of translation taken away); choose "
     "another value"),
    ("90 %]", "much]", "12:24: 'much' is no dose; expected a number with or without unit; write 50 %"),
    ("90 %]", "9 ug]", "12:24: the dose is in ug, the first in 1; expected one unit; convert it"),
    ("fraction: dose", "fraction: 50 %",
     "12:5: the doses are not used; expected the word dose in place of a value; write it as in "
     "`fraction: dose`"),
    ("      - knockdown", "      - knockdwon",
     "14:9: there is no intervention 'knockdwon'; "),
    ("    doses:", "    grid: {until: [1 day, 2 day]}\n    doses:",
     "12:5: it has doses and a grid; expected one of them; write the doses as one more line of the grid"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "line"), MISTAKES, ids=[wrong for _, wrong, _ in MISTAKES])
def test_a_mistake(tmp_path: Path, right: str, wrong: str, line: str) -> None:
    assert right in STUDY
    found = told(tmp_path, STUDY.replace(right, wrong))
    assert len(found) == 1, "\n".join(found)
    line = f"small.yaml:{line}"
    assert found[0] == line or (line.endswith("; ") and found[0].startswith(line)), found[0]


@pytest.mark.parametrize("arms", ["arms:\n", "arms: {}\n", "arms: []\n", ""])
def test_no_arms(tmp_path: Path, arms: str) -> None:
    found = told(tmp_path, STUDY[: STUDY.index("arms:")].replace("control: control\n", "") + arms)
    assert len(found) == 1
    assert "there are no arms; expected two or more; write `arms:`" in found[0]


def test_one_arm(tmp_path: Path) -> None:
    (found,) = told(tmp_path, STUDY[: STUDY.index("  tumour:")])
    assert found == "small.yaml:8:1: there is only one arm; expected two or more; write what is compared with it"


def test_all_faults_at_once_in_their_order(tmp_path: Path) -> None:
    text = STUDY.replace("replicates: 2", "replicates: 0").replace("[tumour_cells]", "[tumor_cells]")
    text = text.replace("fraction: dose", "fractoin: dose").replace("processes.nfkb", "processes.nfbk")
    found = told(tmp_path, text)
    assert [line.split(":")[1] for line in found] == ["4", "6", "14", "16"], "\n".join(found)


def test_faults_of_the_base_are_told_once_at_their_place(tmp_path: Path) -> None:
    found = told(tmp_path, STUDY, BASE.replace("440 um", "440 kg"))
    assert len(found) == 1 and found[0].startswith("base.yaml:6:12: ")


def test_a_scenario_is_no_study(tmp_path: Path) -> None:
    (found,) = told(tmp_path, BASE)
    assert found == (
        "small.yaml:1:1: this is a scenario, not a study; expected `base:` and `arms:`; run it with `icam run`, or "
        "name it under `base:`"
    )


@pytest.mark.parametrize("name", ["icam1_knokdown", "quick_look"])
def test_an_unknown_name(name: str) -> None:
    with pytest.raises(InputError, match="there is no shipped study"):
        load_study(name)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such file; expected a study file"):
        load_study(tmp_path / "missing.yaml")
    with pytest.raises(InputError, match="this is a folder"):
        load_study(tmp_path)
