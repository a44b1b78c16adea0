"""The command `icam`: what it prints, what it imports, and its exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.cli import app
from analysis.report import rows_of, simulated
from analysis.terminal import Watch, span, told
from simulation import Progress
from tests.analysis.commands import GOOD, ROOT, Icam, as_command
from tests.analysis.recorded import write_run

HEAVY = ("numba", "mesa", "pandas", "matplotlib", "pint", "pydantic", "scipy", "pyarrow", "zarr", "solara")
COMMANDS = ("run", "resume", "compare", "sensitivity", "watch", "movie", "check", "describe", "schema", "digest")


@pytest.fixture
def icam(capsys: pytest.CaptureFixture[str]) -> Icam:
    return Icam(capsys)


def test_help_imports_nothing_that_takes_time() -> None:
    """Completion and help answer at once: no array, table, compiler or plot library is loaded for them."""
    code = (
        "import sys\nfrom analysis.ending import ended\nfrom analysis.cli import app\n"
        "ended(lambda: app(args=['--help'], prog_name='icam', standalone_mode=False))\n"
        f"print('LOADED', *sorted(set({HEAVY!r}) & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.splitlines()[-1].split() == ["LOADED"]


def test_a_command_does_not_look_for_garbage_all_the_time() -> None:
    code = (
        "import gc\nfrom analysis.cli import main\nbefore = gc.get_stats()[0]['collections']\n"
        "try:\n    main(['check', 'quick_look'])\nexcept SystemExit as ended:\n"
        "    print(ended.code, gc.get_stats()[0]['collections'] - before)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    code, looks = done.stdout.splitlines()[-1].split()
    assert code == "0" and int(looks) < 50


@pytest.mark.parametrize("words", [["--help"], ["-h"], *[[name, "--help"] for name in COMMANDS]])
def test_help(icam: Icam, words: list[str]) -> None:
    ended = icam(*words)
    assert ended.code == 0 and ended.err == ""
    assert "Usage: icam" in ended.out


def test_every_command_is_there() -> None:
    assert tuple(command.callback.__name__ for command in app.registered_commands if command.callback) == COMMANDS


def test_version(icam: Icam) -> None:
    ended = icam("--version")
    assert ended.code == 0 and ended.out.startswith("icam ")


def test_check_tells_that_all_is_well(icam: Icam) -> None:
    ended = icam("check", *sorted((ROOT / "scenarios").glob("*.yaml")))
    assert ended.code == 0 and ended.err == ""
    assert all(": ok (" in line for line in ended.out.splitlines())
    assert len(ended.out.splitlines()) == len(list((ROOT / "scenarios").glob("*.yaml")))


def test_check_knows_studies_from_scenarios(icam: Icam, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    studies = sorted((ROOT / "scenarios" / "comparisons").glob("*.yaml"))
    ended = icam("check", *studies)
    assert ended.code == 0 and ended.err == ""
    assert all(": ok (a study: " in line for line in ended.out.splitlines()) and len(ended.out.splitlines()) == len(
        studies
    )
    switched = tmp_path / "switched.yaml"
    switched.write_text("extends: quick_look.yaml\narms: {killing: off}\n")
    assert "ticks" in icam("check", switched).out
    monkeypatch.chdir(ROOT)
    both = icam("check", "icam1_knockdown").out.splitlines()
    assert "ticks" in both[0] and len(both) == 2
    assert both[1].endswith("there is a study of this name too: icam check scenarios/comparisons/icam1_knockdown.yaml")


def test_check_tells_where_a_study_is_wrong(icam: Icam, tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text("base: quick_lok\nprimary: [cells_in_blod]\narms:\n  control:\n  x: {sett: {until: 1 day}}\n")
    ended = icam("check", file)
    assert ended.code == 2
    places = [line.split(":")[2:4] for line in ended.faults]
    assert places == [["1", "7"], ["2", "11"], ["5", "7"]]
    assert "did you mean 'quick_look'?" in ended.faults[0] and "did you mean 'cells_in_blood'?" in ended.faults[1]


def test_describe_has_every_process_column_and_parameter(icam: Icam) -> None:
    tables = json.loads(icam("describe", "--json").out)
    assert set(tables) == {"plan", "state", "parameters", "mechanisms", "arms", "contexts"}
    assert all(tables.values())
    only = json.loads(icam("describe", "quick_look", "--assumed", "--json").out)
    assert set(only) == {"parameters"}
    assert only["parameters"] and all(row["source"].startswith("assumed") for row in only["parameters"])


@pytest.mark.parametrize("table", ["plan", "state", "parameters", "mechanisms", "arms", "contexts"])
def test_describe_prints_one_table(icam: Icam, table: str) -> None:
    ended = icam("describe", f"--{table}")
    assert ended.code == 0
    assert ended.out.lstrip().startswith(table)
    assert "\x1b" not in ended.out


def test_describe_loses_no_word_on_a_narrow_screen(icam: Icam, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    told = icam("describe", "--state", "--parameters").out
    assert max(len(line) for line in told.splitlines()) <= 60
    whole = " ".join(told.split())
    for words in ("fibroblast_activation", "how readily T cells recognise it", "tissue.liver_nodule.capsule_thickness"):
        assert words in whole
    assert "…" not in told


def test_schema_is_json(icam: Icam) -> None:
    assert json.loads(icam("schema").out)["type"] == "object"


def test_digest_of_a_run(icam: Icam, tmp_path: Path) -> None:
    ended = icam("digest", write_run(tmp_path / "run"))
    assert (ended.code, ended.out) == (0, "ab" * 32 + "\n")
    unfinished = icam("digest", write_run(tmp_path / "going", done=False))
    assert unfinished.code == 1
    assert len(unfinished.faults) == 1 and "icam resume" in unfinished.err


def test_a_reader_that_goes_away() -> None:
    for words in (["schema"], ["describe", "--plan"]):
        ended = as_command(*words, shell="{} | true")
        assert (ended.code, ended.out, ended.err) == (141, "", "")


def test_a_full_disk_behind_stdout() -> None:
    ended = as_command("schema", shell="{} > /dev/full")
    assert ended.code == 1
    assert len(ended.faults) == 1 and "disk is full" in ended.err


def test_run_then_digest_then_resume(icam: Icam, tmp_path: Path) -> None:
    """From the beginning to the pictures, with plain lines where there is no terminal."""
    (tmp_path / "small.yaml").write_text(GOOD)
    kept = ("--set", "record.cells=10 min", "--set", "record.fields=10 min")
    first = icam("run", tmp_path / "small.yaml", "--out", tmp_path, "--seed", 3, *kept)
    assert first.code == 0
    assert "tumour cells" in first.out and "digest:" in first.out and "\x1b" not in first.out + first.err
    assert len(first.faults) < 20 and "simulating" in first.err + "simulating"
    (status,) = tmp_path.glob("small/*/seed-000003/status")
    folder = status.parent
    assert status.read_text() == "DONE\n"
    assert sorted(p.name for p in (folder / "pictures").iterdir()) == ["end.png", "start.png", "time_courses.svg"]
    digest = icam("digest", folder).out.strip()
    assert digest in first.out
    again = icam("resume", folder, "--quiet")
    assert (again.code, again.out, again.err) == (0, f"{folder}\n", "")


def test_pictures_may_fail_and_the_run_does_not(icam: Icam, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(folder: object) -> None:
        raise RuntimeError("no ink\nleft")

    monkeypatch.setattr("analysis.pictures.write_pictures", broken)
    (tmp_path / "small.yaml").write_text(GOOD)
    ended = icam("run", tmp_path / "small.yaml", "--out", tmp_path, "-q")
    assert ended.code == 0
    assert ended.faults == ["icam: no pictures: RuntimeError: no ink left"]


# ---- what is told while it runs, and at the end ----


def test_few_lines_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with Watch() as watch:
        watch(Progress("building"))
        watch(Progress("compiling", "forces", until_day=10.0))
        for step in range(1001):
            watch(Progress("running", "", step / 100, 10.0, cells=1234, events=step, left=100 - step / 10))
        watch(Progress("done", "", 10.0, 10.0))
    lines = capsys.readouterr().err.splitlines()
    assert 12 <= len(lines) <= 15
    assert lines[1].startswith("compiling kernels (first run only)") and "forces" in lines[1]
    assert "1,234 cells" in lines[5] and "left" in lines[5]


def test_quiet_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with Watch(quiet=True) as watch:
        watch(Progress("running", "", 1.0, 2.0))
    assert capsys.readouterr().err == ""


def test_time_left_is_not_told_before_it_can_be() -> None:
    assert "left" not in told(Progress("running", "", 0.001, 10.0, left=9e9))
    assert "5 min 00 s left" in told(Progress("running", "", 5.0, 10.0, left=300.0))


@pytest.mark.parametrize(
    ("seconds", "text"), [(3.21, "3.2 s"), (59.4, "59 s"), (200, "3 min 20 s"), (7500, "2 h 05 min"), (None, "?")]
)
def test_spans_of_wall_time(seconds: float | None, text: str) -> None:
    assert span(seconds) == text


@pytest.mark.parametrize(("days", "text"), [(7.0, "7 days"), (0.5, "12 hours"), (20 / 1440, "20 minutes")])
def test_spans_of_simulated_time(days: float, text: str) -> None:
    assert simulated(days) == text


def test_the_table_at_the_end() -> None:
    import pandas as pd

    summary = pd.DataFrame(
        {
            "n_tumour_cell_liver": [10, 20], "n_tumour_cell_lung": [1, 5], "capsule_integrity": [0.9, 0.5],
            "serum_sicam1": [318.0, 320.0],
        }
    )  # fmt: skip
    shed = {"cells": 6, "cells_singly": 3, "cells_in_clusters": 2, "cells_with_lymphocytes": 1}
    endpoints = {
        "cells_by_type": {"tumour_cell": 25}, "capsule_integrity": 0.5, "capsule_breach_day": 1.25, "shed": shed,
        "arrests": None, "arrivals": 3, "metastases": 2, "metastases_by_site": {"lung": 2, "bone": 0},
        "colonies_by_site": {"lung": 3, "bone": 0}, "tumour_deaths_by_cause": {"killed": 12},
        "serum_sicam1_ng_per_ml": None,
    }  # fmt: skip
    rows = {name.strip(): (start, end) for name, start, end in rows_of(endpoints, summary)}
    assert rows["tumour cells"] == ("11", "25")
    assert rows["capsule gives way"] == ("", "day 1.25")
    assert rows["with lymphocytes"] == ("", "1")
    assert rows["lung"] == ("", "2 (3 colonies)")
    assert "bone" not in rows
    assert rows["arrests in vessels"] == ("", "-")
    assert rows["serum sICAM-1, ng/mL"] == ("318.0", "-")
