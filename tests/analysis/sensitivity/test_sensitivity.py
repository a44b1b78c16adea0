"""What is varied, what a known function gives, and a real analysis of a few tiny worlds from runs to page."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import load_study
from analysis.sensitivity import Question, analysed, question, sensitivity, strongest
from analysis.sensitivity.ranges import Varied, varied
from analysis.sensitivity.report import sentences, tables, write_sensitivity
from analysis.sensitivity.worlds import Worlds, names
from analysis.statistics.sensitivity import Range
from analysis.study import Study
from analysis.study.sensitivity import Sweep, matches
from simulation import InputError
from tests.analysis.commands import Icam
from tests.analysis.studies import STUDY, write_study

SECTION = """\
sensitivity:
  treated: tumour_90pct
  endpoints: [tumour_icam1]
  parameters: [processes.icam1_expression, processes.killing.hit_rate]
  ranges: {processes.icam1_expression.tnf_half: [0.2 ng/mL, 300 pg/mL]}
  trajectories: 3
  keep: 2
  base: 4
"""


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return load_study(write_study(tmp_path_factory.mktemp("study"), STUDY + SECTION))


def numbers(asked: Question, ranges: dict[str, Range], **sizes: int) -> Question:
    """Ask about a function of plain numbers instead of a model."""
    values = {path: (r.low + r.high) / 2 for path, r in ranges.items()}
    same = dict.fromkeys(ranges, "1")
    return replace(asked, varied=Varied(ranges, values, same, same, {}), sweep=replace(asked.sweep, **sizes))


# ---- what is varied ----


def test_a_study_says_what_is_varied(study: Study) -> None:
    q = question(study)
    assert (q.treated.name, q.control.name, [e.name for e in q.endpoints]) == (
        "tumour_90pct",
        "control",
        ["tumour_icam1"],
    )
    paths = list(q.varied.ranges)
    assert "processes.killing.hit_rate" in paths, "named in full, though a publication stands behind it"
    assert all(p.startswith(("processes.icam1_expression.", "processes.killing.hit_rate")) for p in paths)
    assert q.varied.ranges["processes.icam1_expression.tnf_half"] == Range(0.2, 0.3)
    assert q.worlds == (1 + 3 * (len(paths) + 1), 4 * 4) and q.runs == 2 * sum(q.worlds)
    other = question(study, parameters=["processes.stat3"], trajectories=2, base=0, replicates=3)
    assert all(p.startswith("processes.stat3.") for p in other.varied.ranges)
    assert other.runs == 6 * (1 + 2 * (len(other.varied.ranges) + 1))


def test_without_a_section_all_that_is_assumed_is_varied(tmp_path: Path) -> None:
    study = load_study(write_study(tmp_path))
    q = question(study)
    assert q.treated.name == "tumour_90pct" and [e.name for e in q.endpoints] == ["tumour_cells"]
    assert len(q.varied.ranges) > 100 and not any(p.startswith("tissue.") for p in q.varied.ranges)
    from simulation import describe

    rows = {r["path"]: r for r in describe(study.control.scenario)["parameters"]}
    for path, r in q.varied.ranges.items():
        row = rows[path]
        assert row["assumed"] and r.low < r.high
        assert r.low == max(row["value"] / 2, row["low"] or 0.0) and r.high == min(row["value"] * 2, row["high"])
        assert r.log == (r.high / r.low >= 3)
    zero = [path for path, why in q.varied.left_out.items() if "0" in why]
    assert zero and all(rows[path]["value"] == 0.0 for path in zero)


def test_nothing_to_vary(study: Study) -> None:
    with pytest.raises(InputError, match="there is no parameter to vary"):
        varied(study.control.scenario, Sweep(parameters=("substances.sicam1.initial",)))


@pytest.mark.parametrize(
    ("pattern", "meant"),
    [("a.b.c", True), ("a.b", True), ("a.*.c", True), ("*c", True), ("a.c", False), ("a.b.", False)],
)
def test_patterns(pattern: str, meant: bool) -> None:
    assert matches("a.b.c", pattern) is meant


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("treated: tumour_90pct", "treated: tumour", "there is no arm 'tumour'"),
        ("treated: tumour_90pct", "treated: control", "the same arm"),
        ("[tumour_icam1]", "[tumour_icam2]", "there is no endpoint 'tumour_icam2'"),
        ("killing.hit_rate]", "kiling.hit_rate]", "there is no parameter 'processes.kiling.hit_rate'"),
        ("[0.2 ng/mL, 300 pg/mL]", "[0.2 ng/mL]", "this is no range"),
        ("[0.2 ng/mL, 300 pg/mL]", "[0.2 um, 0.3 um]", "tnf_half"),
        ("[0.2 ng/mL, 300 pg/mL]", "[3 ng/mL, 2 ng/mL]", "from 3 to 2 cannot be"),
        ("icam1_expression.tnf_half", "icam1_expression.tnf_hafl", "parameter that is a number"),
        ("base: 4", "base: 6", "base is 6"),
        ("trajectories: 3", "trajectories: 1", "trajectories"),
        ("keep: 2", "kept: 2", "'kept'"),
        ("[tumour_icam1]", "tumour_icam1", "endpoints is no list"),
    ],
)
def test_faults_of_the_section_are_located(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in SECTION
    with pytest.raises(InputError) as fault:
        load_study(write_study(tmp_path, STUDY + SECTION.replace(old, new)))
    first = len(STUDY.splitlines())
    (line,) = (one for one in str(fault.value).splitlines() if told in one)
    assert line.startswith(str(tmp_path / "small.yaml")) and int(line.split(":")[1]) > first


# ---- known functions ----


def ishigami(_: str, design: pd.DataFrame) -> pd.DataFrame:
    a, b, c = (design[n].to_numpy() for n in "abc")
    return pd.DataFrame({"tumour_icam1": np.sin(a) + 7 * np.sin(b) ** 2 + 0.1 * c**4 * np.sin(a)})


def test_ishigamis_function(study: Study, tmp_path: Path) -> None:
    """First-order and total indices, computed by hand: 0.314, 0.442, 0; 0.558, 0.442, 0.244."""
    ranges = {n: Range(-math.pi, math.pi) for n in "abc"}
    q = numbers(question(study), ranges, trajectories=40, keep=3, base=4096)
    found = analysed(q, ishigami, tmp_path, [])
    table = found.sobol.set_index("parameter")
    assert table["first"].to_dict() == pytest.approx({"a": 0.3139, "b": 0.4424, "c": 0.0}, abs=0.02)
    assert table["total"].to_dict() == pytest.approx({"a": 0.5576, "b": 0.4424, "c": 0.2437}, abs=0.02)
    for name, truth in {"a": 0.3139, "b": 0.4424, "c": 0.0}.items():
        assert abs(table.loc[name, "first"] - truth) < 1.5 * table.loc[name, "first_reach"] + 1e-3
    morris = found.morris.set_index("parameter")
    assert (morris["mu_star"] > 1).all() and morris.loc["c", "sigma"] > 1, "c acts only together with a"


def test_direction_is_that_of_the_world_as_it_stands(study: Study, tmp_path: Path) -> None:
    """Effect = a - 0.2 over a in 0 ... 1: positive in 80 % of worlds."""
    q = numbers(question(study), {"a": Range(0.0, 1.0), "b": Range(0.0, 1.0)}, trajectories=6, keep=1, base=256)
    found = analysed(q, lambda _, d: pd.DataFrame({"tumour_icam1": d["a"] - 0.2}), tmp_path, [])
    signs = found.signs.set_index("design")
    assert signs.loc["sobol", "worlds"] == 512 and signs.loc["sobol", "default"] == pytest.approx(0.3)
    assert signs.loc["sobol", "share"] == pytest.approx(0.8, abs=0.01)
    assert signs.loc["sobol", "low"] < 0.8 < signs.loc["sobol", "high"]
    one, other = signs.loc["screening"], signs.loc["sobol"]
    assert one["high"] - one["low"] > 5 * (other["high"] - other["low"]), "counts on 6 independent worlds"
    assert found.sobol["parameter"].tolist() == ["a"]
    told = sentences(found, found.endpoints[0])
    assert "higher in 410 of 512 worlds (80 %" in told[2] or "higher in 409 of 512 worlds (80 %" in told[2]
    assert any("It hangs most on a." in line for line in told) and any("1 of 2 parameters" in line for line in told)


def test_missing_worlds_cost_their_part_of_the_design(study: Study, tmp_path: Path) -> None:
    q = numbers(question(study), {"a": Range(0.0, 1.0), "b": Range(0.0, 1.0)}, trajectories=6, keep=2, base=64)

    def holes(name: str, design: pd.DataFrame) -> pd.DataFrame:
        values = (3 * design["a"] + design["b"]).to_numpy(dtype=float)
        values[5] = math.nan
        return pd.DataFrame({"tumour_icam1": values})

    found = analysed(q, holes, tmp_path, [])
    assert found.worlds["tumour_icam1"].isna().sum() == 2
    assert found.morris.set_index("parameter")["mu_star"].to_dict() == pytest.approx({"a": 3.0, "b": 1.0})
    assert found.sobol.set_index("parameter")["first"].to_dict() == pytest.approx({"a": 0.9, "b": 0.1}, abs=0.06)

    def nothing(name: str, design: pd.DataFrame) -> pd.DataFrame:
        return pd.DataFrame({"tumour_icam1": np.full(len(design), math.nan)})

    with pytest.raises(InputError, match="of 6 parts of the design 0 are complete"):
        analysed(q, nothing, tmp_path, [])


def test_strongest_over_endpoints_in_their_own_measure() -> None:
    morris = pd.DataFrame(
        [("x", "a", 100.0), ("x", "b", 90.0), ("x", "c", 1.0), ("y", "a", 0.0), ("y", "b", 0.0), ("y", "c", 1e-3),
         ("z", "a", 0.0), ("z", "b", 0.0), ("z", "c", 0.0)],
        columns=["endpoint", "parameter", "mu_star"],
    )  # fmt: skip
    assert strongest(morris, 2) == ["a", "c"]
    assert strongest(morris[morris["endpoint"] == "z"], 2) == []


# ---- real worlds ----


def test_worlds_are_pairs_with_the_same_parameters(study: Study, tmp_path: Path) -> None:
    q = question(study)
    worlds = Worlds(study, q.control, q.treated, q.endpoints, q.varied, tmp_path, 2, {})
    path = "processes.icam1_expression.mmp_half"
    asked = worlds.asked("screening", pd.DataFrame({path: [30.0, 1e99, 60.0]}))
    assert [a.name for a in asked.arms] == [*names(0), *names(2)]
    assert asked.controls == {names(0)[1]: names(0)[0], names(2)[1]: names(2)[0]}
    assert (
        len(worlds.troubles) == 1
        and worlds.troubles[0].startswith("screening, world 1: ")
        and "1e+99" in worlds.troubles[0]
    )
    for arm, value in zip(asked.arms, (30.0, 30.0, 60.0, 60.0), strict=True):
        (own,) = (p for p in arm.scenario.processes if p.name() == "icam1_expression")
        assert own.mmp_half == value and arm.scenario.record.cells is None  # type: ignore[attr-defined]
    assert [len(arm.scenario.interventions) for arm in asked.arms] == [0, 1, 0, 1]
    with pytest.raises(InputError, match="no world of the design can be made"):
        worlds.asked("screening", pd.DataFrame({path: [1e99]}))


def test_the_plan_is_printed_and_nothing_is_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = write_study(tmp_path, STUDY + SECTION)
    ended = Icam(capsys)("sensitivity", file, "--plan", "--out", tmp_path / "out")
    assert ended.code == 0 and not (tmp_path / "out").exists()
    assert "processes.icam1_expression.tnf_half" in ended.out and "its logarithm" in ended.out
    assert "Knockdown, 90 % against control" in ended.out


@pytest.mark.parametrize(
    ("words", "told"),
    [(["--arm", "tumour_9pct"], "--arm: there is no treated arm 'tumour_9pct'"),
     (["--base", "6"], "--base: a base of 6 worlds"),
     (["--endpoint", "x"], "--endpoint: there is no endpoint 'x'")],
)  # fmt: skip
def test_bad_words(tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], told: str) -> None:
    ended = Icam(capsys)("sensitivity", write_study(tmp_path), *words, "--out", tmp_path / "out")
    assert ended.code == 2 and len(ended.faults) == 1 and ended.faults[0].startswith(f"icam: {told}")


@pytest.mark.slow
def test_a_real_analysis_from_runs_to_page(study: Study, tmp_path: Path) -> None:
    """Screening of two parameters over half an hour of a tiny tissue; a second call runs nothing again."""
    asked = {"parameters": ["cells.tumour_cell.egfr_gain", "processes.icam1_expression.degradation"]}
    found = sensitivity(study, out=tmp_path, workers=0, trajectories=2, keep=1, base=2, **asked)
    assert not found.troubles and found.worlds["tumour_icam1"].notna().all()
    assert found.morris["parameter"].iloc[0] == "processes.icam1_expression.degradation"
    assert found.morris["mu_star"].iloc[0] > 0 and (found.worlds["tumour_icam1"] < 0).all()
    assert found.sobol["parameter"].tolist() == ["processes.icam1_expression.degradation"]
    assert (found.signs["share"] == 1.0).all() and (found.signs["direction"] == -1).all()
    page = write_sensitivity(found)
    text = page.read_text(encoding="utf-8")
    assert "<script" not in text and "lower in 6 of 6 worlds" in text and "ICAM-1 expression: degradation" in text
    kept = tables(found)
    for name in ("parameters", "sign_robustness", "worlds"):
        assert len(pd.read_parquet(page.parent / f"{name}.parquet")) == len(pd.read_csv(page.parent / f"{name}.csv"))
    assert {"mu_star", "sigma", "first", "total", "low", "high"} <= set(kept["parameters"])
    before = {p: p.stat().st_mtime_ns for p in tmp_path.rglob("run.json")}
    again = sensitivity(study, out=tmp_path, workers=0, trajectories=2, keep=1, base=2, **asked)
    pd.testing.assert_frame_equal(again.worlds, found.worlds)
    assert write_sensitivity(again).read_text(encoding="utf-8") == text
    assert {p: p.stat().st_mtime_ns for p in tmp_path.rglob("run.json")} == before
