"""From the runs of a study to the parts of its effects: planted games come back, and the report says them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from analysis import compare, load_study
from analysis.attribution import attributed
from analysis.comparison_report import write_report
from analysis.comparison_report.parts import divided
from analysis.comparison_report.subject import subject_of
from analysis.study import Study
from tests.analysis.compared import Made
from tests.analysis.studies import STUDY, write_study
from tests.analysis.study.test_attribution import SECTION


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return load_study(write_study(tmp_path_factory.mktemp("study"), STUDY + SECTION))


def planted(study: Study) -> pd.DataFrame:
    """Runs in which the knockdown takes 8 cells by killing, 3 by detachment, and 2 more only by both."""
    assert study.attribution is not None
    on = {world.treated: world.on for world in study.attribution.worlds}
    rows = []
    for arm, replicate, scenario in study.runs():
        chosen = on.get(arm.name, ())
        effect = 8.0 * ("killing" in chosen) + 3.0 * ("detachment" in chosen) + 2.0 * (len(chosen) == 2)
        level = 50.0 * replicate + (20.0 if "off" in arm.name else 0.0)
        rows.append(
            {"arm": arm.name, "replicate": replicate, "seed": scenario.seed, "status": "DONE", "folder": "",
             "tumour_cells": level - effect, "tumour_icam1": 1.0, "metastases_lung": 0.0,
             "capsule_breach": 0.02, "capsule_breach_observed": False}
        )  # fmt: skip
    return pd.DataFrame(rows)


def test_planted_parts_come_back(study: Study) -> None:
    found = attributed(study, planted(study))["tumour_cells"]
    assert found.parts["arm"].tolist() == ["killing", "detachment"]
    assert found.parts["shapley"].tolist() == pytest.approx([-9.0, -4.0])
    assert found.parts["alone_off"].tolist() == pytest.approx([-10.0, -5.0])
    assert (found.whole.value, found.rest.value, found.pairs) == (-13.0, 0.0, 2)
    assert found.parts["control_off"].tolist() == [95.0, 95.0], "of 70 and 120 cells"
    assert found.parts["treated_off"].tolist() == [92.0, 87.0]


def test_an_arm_without_which_nothing_happens_is_told_as_that(study: Study, tmp_path: Path) -> None:
    runs = planted(study)
    runs.loc[runs["arm"].str.endswith("off_killing"), "tumour_cells"] = 0.0
    parts = attributed(study, runs)
    made = Made(study, tmp_path, runs, pd.DataFrame())
    told = [line for each in divided(subject_of(made, parts)) for line in each.lines]
    assert "Without killing there is nothing left to change: neither control nor treatment has any." in told
    assert not any("killing accounts for" in line for line in told)


def test_a_replicate_without_all_worlds_is_left_out(study: Study) -> None:
    runs = planted(study)
    gone = (runs["arm"] == "control_off_killing") & (runs["replicate"] == 2)
    assert attributed(study, runs.assign(status=runs["status"].where(~gone, "FAILED")))["tumour_cells"].pairs == 1
    assert attributed(replace(study, attribution=None), runs) == {}


def test_times_are_cut_before_they_are_subtracted(study: Study) -> None:
    runs = planted(study)
    treated = runs["arm"] == "tumour_90pct"
    runs["capsule_breach"], runs["capsule_breach_observed"] = 1.0, ~treated
    runs.loc[treated, "capsule_breach"] = 3.0
    runs.loc[treated & (runs["replicate"] == 1), "capsule_breach"] = 2.0
    assert attributed(study, runs)["capsule_breach"].whole.value == 1.0


@pytest.mark.slow
def test_real_worlds_from_study_to_report(tmp_path: Path) -> None:
    """Eleven tiny worlds of one replicate and a half: run, divided, written, and the same when opened again."""
    file = write_study(tmp_path, STUDY.replace("[0 %, 50 %, 90 %]", "[90 %]") + SECTION)
    made = compare(file, workers=0, out=tmp_path / "out")
    assert made.complete and len(made.runs) == 18
    parts = made.attribution["tumour_icam1"]
    assert parts.pairs == 2 and parts.told == "" and parts.whole.value < 0
    sums = parts.parts["shapley"].sum() + parts.rest.value
    assert sums == pytest.approx(parts.whole.value)
    page = write_report(made, tmp_path / "report").read_text(encoding="utf-8")
    assert (
        "Through which arm of the mechanism" in page and "run again with arms switched off, in all combinations" in page
    )
    table = pd.read_csv(tmp_path / "report" / "tables" / "attribution.csv")
    assert set(table["arm"]) == {"killing", "detachment"} and "tumour_icam1" in set(table["endpoint"])
