"""A study becomes arms, seeds and endpoints."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis import load_study
from analysis.study.seeds import seeds
from simulation import InputError, load_scenario, shipped_names, shipped_studies
from tests.analysis.studies import ARMS, STUDY, write_study


def test_the_small_study(tmp_path: Path) -> None:
    study = load_study(write_study(tmp_path))
    assert [arm.name for arm in study.arms] == ARMS
    assert [arm.label for arm in study.arms] == ["control", *(f"Knockdown, {d} %" for d in (0, 50, 90)), "quiet"]
    assert [arm.dose for arm in study.arms] == [None, 0.0, 0.5, 0.9, None]
    assert study.control.name == "control" and [arm.name for arm in study.treated] == ARMS[1:]
    assert {name: len(arms) for name, arms in study.series.items()} == {"tumour": 3}
    assert [e.name for e in study.primary] == ["tumour_cells"]
    assert "metastases_lung" in study.endpoints and "metastases_bone" not in study.endpoints  # bone is off
    base = load_scenario(tmp_path / "base.yaml")
    assert study.control.scenario.identity() == base.identity()
    fractions = [i.fraction for arm in study.arms for i in arm.scenario.interventions]  # type: ignore[attr-defined]
    assert fractions == [0.0, 0.5, 0.9]
    off = {type(p).__name__ for p in base.processes} - {type(p).__name__ for p in study.arms[-1].scenario.processes}
    assert len(off) == 1


def test_replicates_share_their_seed_over_arms(tmp_path: Path) -> None:
    study = load_study(write_study(tmp_path))
    by_replicate: dict[int, set[int]] = {}
    for _, replicate, scenario in study.runs():
        by_replicate.setdefault(replicate, set()).add(scenario.seed)
    assert [len(found) for found in by_replicate.values()] == [1, 1]
    assert by_replicate[1] != by_replicate[2]
    assert len(list(study.runs())) == 10


def test_more_replicates_leave_the_first_as_they_were() -> None:
    assert seeds(7, 1000)[:3] == seeds(7, 3)
    assert len(set(seeds(7, 1000))) == 1000
    assert not set(seeds(7, 100)) & set(seeds(8, 100))


def test_an_arm_changes_what_all_share(tmp_path: Path) -> None:
    text = STUDY.replace("arms:", "set: {until: 40 min, processes.nfkb.every: 20 min}\narms:")
    text = text.replace("set: {processes.nfkb: off}", "set: {processes.nfkb: {every: 10 min}}")
    study = load_study(write_study(tmp_path, text))
    assert {arm.scenario.until for arm in study.arms} == {"40 min"}
    assert [arm.scenario.periods["nfkb"] for arm in study.arms] == ["20 min"] * 4 + ["10 min"]


def test_a_grid_makes_every_combination(tmp_path: Path) -> None:
    head = STUDY[: STUDY.index("  tumour:")]
    text = head + (
        "  wall:\n    grid:\n      tissue.liver_nodule.capsule_integrity: [0.2, 0.4, 0.6]\n"
        "      tissue.liver_nodule.t_cells: [50 1/mm^2, 100 1/mm^2]\n"
    )
    study = load_study(write_study(tmp_path, text))
    names = [arm.name for arm in study.treated]
    assert names == [f"wall_{c}_{t}_1_mm_2" for c in (0.2, 0.4, 0.6) for t in (50, 100)]
    assert {arm.dose for arm in study.treated} == {None}
    assert study.treated[1].label == "wall, capsule_integrity 0.2, t_cells 100 1/mm^2"


def test_a_grid_of_one_setting_is_a_dose_series(tmp_path: Path) -> None:
    head = STUDY[: STUDY.index("  tumour:")]
    text = head + "  wall:\n    grid: {tissue.liver_nodule.capsule_thickness: [30 um, 35 um]}\n"
    study = load_study(write_study(tmp_path, text))
    assert [(arm.series, arm.dose, arm.unit) for arm in study.treated] == [("wall", 30.0, "um"), ("wall", 35.0, "um")]


def test_an_arm_with_another_scenario(tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text("extends: base.yaml\ntissue: {liver_nodule: {t_cells: 0}}\n")
    text = STUDY.replace("set: {processes.nfkb: off}", "scenario: other.yaml")
    study = load_study(write_study(tmp_path, text))
    assert study.arms[-1].scenario.tissue.t_cells == 0.0  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", sorted(shipped_studies()))
def test_every_shipped_study_reads(name: str) -> None:
    study = load_study(name)
    assert study.title and study.primary and study.treated
    assert not {endpoint.name for endpoint in study.primary} & {endpoint.name for endpoint in study.secondary}


def test_studies_and_scenarios_are_shipped_apart() -> None:
    assert "icam1_knockdown" in shipped_studies()
    assert not [name for name in shipped_names() if name.startswith("comparisons")]


# ---- arms with a control of their own ----

OWN_CONTROL = """\
  quiet_knockdown:
    against: quiet
    set: {processes.nfkb: off}
    interventions:
      - knockdown: {molecule: icam1, cells: [tumour_cell], fraction: 90 %}
"""


def test_an_arm_may_have_a_control_of_its_own(tmp_path: Path) -> None:
    study = load_study(write_study(tmp_path, STUDY + OWN_CONTROL))
    assert study.controls["quiet_knockdown"] == "quiet" and study.controls["tumour_90pct"] == "control"
    assert "quiet" not in study.controls and "control" not in study.controls
    assert [arm.name for arm in study.treated] == [*ARMS[1:4], "quiet_knockdown"]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("quite", "there is no arm 'quite'"),
        ("quiet_knockdown", "is itself compared"),
        ("[quiet]", "there is no arm 'this'"),
    ],
)
def test_a_control_of_its_own_is_an_arm_without_one(tmp_path: Path, name: str, told: str) -> None:
    text = STUDY + OWN_CONTROL.replace("against: quiet", f"against: {name}")
    with pytest.raises(InputError, match=told) as fault:
        load_study(write_study(tmp_path, text))
    assert f"small.yaml:{len(STUDY.splitlines()) + 2}:" in str(fault.value)
