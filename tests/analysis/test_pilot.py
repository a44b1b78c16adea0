"""Replicates needed, judged from a pilot: what is asked for, what is printed, and what is said where there is none."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import compare, pilot
from analysis.statistics.power import Wanted, fewest
from simulation import InputError
from tests.analysis.commands import Icam
from tests.analysis.compared import made_comparison
from tests.analysis.studies import write_study


@pytest.fixture(scope="module")
def run_before(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A small study of two replicates, and the folder of its results."""
    folder = tmp_path_factory.mktemp("pilot")
    file = write_study(folder)
    compare(file, workers=0, out=folder / "out", replicates=3)
    return file, folder / "out"


@pytest.mark.parametrize(
    ("text", "meant"), [(None, Wanted(0.5, "effect")), ("5", Wanted(5.0, "unit")), ("10 %", Wanted(0.1, "control"))]
)
def test_what_is_wanted(text: str | None, meant: Wanted) -> None:
    assert pilot.wanted(text) == meant


@pytest.mark.parametrize("text", ["", "0", "-1", "ten", "5 um", "nan", "1e400", "0 %"])
def test_what_cannot_be_wanted(text: str) -> None:
    with pytest.raises(InputError, match="is no half width"):
        pilot.wanted(text)


def test_numbers_of_planted_pairs() -> None:
    made = made_comparison(replicates=6)
    table = pilot.replicates_needed(made, Wanted()).set_index(["endpoint", "arm"])  # type: ignore[arg-type]
    runs = made.runs.pivot(index="replicate", columns="arm", values="cells_in_blood")
    change = (runs["both"] - runs["control"]).to_numpy()
    row = table.loc["cells_in_blood", "both"]
    assert row["difference"] == pytest.approx(change.mean())
    assert row["half_width"] == pytest.approx(abs(change.mean()) / 2)
    assert row["needed"] == fewest(float(np.std(change, ddof=1)), abs(change.mean()) / 2)
    assert math.isnan(table.loc["cells_in_blood", "anti_icam1"]["needed"])  # equal to the control: no effect to halve
    assert table["primary"].groupby("endpoint").first().sum() == 2


def test_the_table_is_printed_and_kept(run_before: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    file, out = run_before
    ended = Icam(capsys)("compare", file, "--power", "--out", out, "--half-width", "1 %")
    assert ended.code == 0 and ended.err == ""
    assert "±1 % of the control’s mean" in ended.out and "tumour_icam1 (copies per cell)" in ended.out
    assert "Knockdown, 90 %" in ended.out
    kept = pd.read_csv(out / "small" / "power.csv")
    assert set(kept["endpoint"]) == {"tumour_cells", "capsule_breach", "tumour_icam1", "metastases_lung"}
    assert (kept["pilot"] == 3).all(), "as many as were last asked for, though the study says 2"
    row = kept[(kept["endpoint"] == "tumour_icam1") & (kept["arm"] == "tumour_90pct")].iloc[0]
    assert row["half_width"] == pytest.approx(0.01 * row["control_mean"]) and row["needed"] >= 2
    quiet = Icam(capsys)("compare", file, "--power", "--out", out, "-q")
    assert quiet.out == f"{out / 'small' / 'power.csv'}\n"


def test_without_a_pilot_one_line_says_what_to_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = write_study(tmp_path)
    ended = Icam(capsys)("compare", file, "--power", "--out", tmp_path / "out")
    assert ended.code == 2 and len(ended.faults) == 1
    assert "there is no pilot: no complete pairs" in ended.err
    assert f"run `icam compare {file} --replicates 4` first" in ended.err
    assert not (tmp_path / "out").exists()


def test_one_pair_is_no_pilot(run_before: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    file, out = run_before
    ended = Icam(capsys)("compare", file, "--power", "--out", out, "--replicates", 1)
    assert ended.code == 2 and "1 complete pair by" in ended.err


def test_what_was_asked_last_may_be_unreadable(tmp_path: Path) -> None:
    assert pilot.last_asked(tmp_path) == 0
    (tmp_path / "study.json").write_text("{}")
    assert pilot.last_asked(tmp_path) == 0
    (tmp_path / "study.json").write_text(json.dumps({"replicates": 7}))
    assert pilot.last_asked(tmp_path) == 7


def test_half_width_alone_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ended = Icam(capsys)("compare", write_study(tmp_path), "--half-width", "5", "--out", tmp_path / "out")
    assert ended.code == 2 and len(ended.faults) == 1 and "it goes with --power" in ended.err
