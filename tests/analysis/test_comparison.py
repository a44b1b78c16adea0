"""Comparisons: the same tables for any number of workers and any order, paired worlds, and surviving being killed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import psutil
import pytest

import analysis.comparison as comparison_module
from analysis import Comparison, compare, load_study, open_comparison
from analysis.batch import Tally
from analysis.batch.job import FAILED, Job, Outcome, carry_out
from simulation import StorageError, run
from tests.analysis.commands import ROOT, Icam
from tests.analysis.studies import ARMS, BASE, STUDY, write_study

TABLES = [f"{name}.{kind}" for name in ("runs", "courses", "failures") for kind in ("parquet", "csv")]


def tables(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in TABLES}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_study(tmp_path_factory.mktemp("study"))


@pytest.fixture(scope="module")
def made(file: Path, tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """The small study, made in this process."""
    return compare(file, workers=0, out=tmp_path_factory.mktemp("made"))


# ---- what it holds ----


def test_one_row_per_run(made: Comparison) -> None:
    runs = made.runs
    assert made.complete
    assert list(zip(runs["arm"], runs["replicate"], strict=True)) == [(arm, k) for arm in ARMS for k in (1, 2)]
    assert list(runs["control"]) == [True] * 2 + [False] * 8
    assert list(runs["dose"].dropna()) == [0.0, 0.0, 0.5, 0.5, 0.9, 0.9]
    assert runs.groupby("replicate")["seed"].nunique().eq(1).all()
    assert (runs["observed_days"] == 30 / 1440).all()
    assert runs["tumour_cells"].gt(0).all()
    assert not runs["first_metastasis_observed"].any()
    assert (runs["first_metastasis"] == runs["observed_days"]).all()
    for name in made.study.endpoints:
        assert name in runs
    assert len(made.failures) == 0


def test_courses_are_long_and_complete(made: Comparison) -> None:
    courses = made.courses
    assert list(courses.columns) == ["arm", "replicate", "day", "quantity", "value"]
    per_run = courses.groupby(["arm", "replicate", "quantity"]).size()
    assert per_run.eq(4).all()  # 0, 10, 20 and 30 min
    assert set(courses["quantity"]) == set(made.quantities) >= {"tumour_cells", "tumour_icam1", "metastases"}
    last = courses[courses["quantity"] == "tumour_cells"].groupby(["arm", "replicate"])["value"].last()
    assert last.to_dict() == made.runs.set_index(["arm", "replicate"])["tumour_cells"].to_dict()


def test_a_run_is_found_and_can_be_made_again(made: Comparison) -> None:
    folder = made.run_folder("tumour_90pct", 2)
    from simulation import load_scenario

    again = run(load_scenario(folder / "scenario.yaml"), out=made.folder.parent / "again")
    row = made.runs[(made.runs["arm"] == "tumour_90pct") & (made.runs["replicate"] == 2)]
    assert again.digest == row["digest"].item()
    with pytest.raises(KeyError):
        made.run_folder("tumour_90pct", 3)


def test_a_null_knockdown_differs_by_exactly_nothing(made: Comparison) -> None:
    """Fraction 0 is the same world to the bit; fraction 0.9 is not, or the test would be blind."""
    for name in made.study.endpoints:
        pair = made.paired(name, "tumour_0pct")
        assert (pair["difference"] == 0.0).all(), name
    digests = made.runs.pivot(index="replicate", columns="arm", values="digest")
    assert (digests["control"] == digests["tumour_0pct"]).all()
    assert (digests["control"] != digests["tumour_90pct"]).all()
    values = [made.courses[made.courses["arm"] == arm]["value"].to_numpy() for arm in ("control", "tumour_0pct")]
    assert pd.Series(values[0]).equals(pd.Series(values[1]))
    assert (made.paired("tumour_icam1", "tumour_90pct")["difference"] < 0).all()


def test_pairs(made: Comparison) -> None:
    pair = made.paired("tumour_icam1", "tumour_90pct", against="tumour_50pct")
    assert list(pair.columns) == ["control", "treated", "difference"] and list(pair.index) == [1, 2]
    assert (pair["difference"] == pair["treated"] - pair["control"]).all()
    times = made.paired("first_metastasis", "quiet")
    assert list(times.columns) == ["control", "control_observed", "treated", "treated_observed", "difference"]
    with pytest.raises(KeyError):
        made.paired("no_such_endpoint", "quiet")


def test_a_pair_without_one_half_is_left_out(made: Comparison) -> None:
    runs = made.runs.copy()
    runs.loc[(runs["arm"] == "quiet") & (runs["replicate"] == 1), "status"] = "FAILED"
    assert list(replace(made, runs=runs).paired("tumour_cells", "quiet").index) == [2]


# ---- the same bytes ----


@pytest.mark.parametrize("workers", [pytest.param(1, marks=pytest.mark.slow), 2])
def test_workers_and_order_do_not_matter(
    made: Comparison, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    usual = comparison_module._waiting

    def shuffled(*asked: object) -> list[Job]:
        found = list(usual(*asked))  # type: ignore[arg-type]
        random.Random(workers).shuffle(found)
        return found

    monkeypatch.setattr(comparison_module, "_waiting", shuffled)
    compare(file, workers=workers, out=tmp_path)
    assert tables(tmp_path / "small") == tables(made.folder)


def test_what_is_done_is_not_made_again(made: Comparison, file: Path) -> None:
    def never(job: Job) -> Outcome:
        raise AssertionError(job)

    before = tables(made.folder)
    tallies: list[Tally] = []
    again = compare(file, workers=0, out=made.folder.parent, run=never, tell=tallies.append)
    assert again.complete and [(t.reused, t.done) for t in tallies] == [(10, 0)]
    assert tables(made.folder) == before
    assert open_comparison(file, out=made.folder.parent).runs.equals(made.runs)


def test_more_replicates_add_to_what_is_there(made: Comparison, file: Path) -> None:
    keys: list[str] = []

    def noted(job: Job) -> Outcome:
        keys.append(job.key)
        return Outcome(job.key, FAILED, "not made here")

    more = compare(file, workers=0, out=made.folder.parent, replicates=3, run=noted)
    assert len(keys) == 5 and len(more.runs) == 15
    assert list(more.runs[more.runs["replicate"] == 3]["status"]) == ["FAILED"] * 5
    kept = more.runs[more.runs["replicate"] < 3].reset_index(drop=True)
    pd.testing.assert_frame_equal(kept, made.runs)
    compare(file, workers=0, out=made.folder.parent)


def test_other_code_makes_it_again(
    made: Comparison, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import simulation.runs.earlier as earlier_module

    monkeypatch.setattr(earlier_module, "source_digest", lambda: "another")
    assert set(open_comparison(file, out=made.folder.parent).runs["status"]) == {"MISSING"}


# ---- failures ----


def failing(seed: int) -> Callable[[Job], Outcome]:
    def run_one(job: Job) -> Outcome:
        return Outcome(job.key, FAILED, "it broke") if job.seed == seed else carry_out(job)

    return run_one


def test_a_run_that_fails_spoils_nothing_and_is_tried_again_when_asked(
    made: Comparison, file: Path, tmp_path: Path
) -> None:
    study = load_study(file)
    first = compare(study, workers=0, out=tmp_path, run=failing(study.seeds[0]))
    assert list(first.runs["status"]) == ["FAILED", "DONE"] * 5
    assert list(first.failures["arm"]) == ARMS and set(first.failures["reason"]) == {"it broke"}
    assert first.runs["tumour_cells"].isna().sum() == 5
    second = compare(study, workers=0, out=tmp_path)
    assert not second.complete and len(second.failures) == 5  # kept
    third = compare(study, workers=0, out=tmp_path, retry_failed=True)
    assert third.complete
    assert tables(tmp_path / "small") == tables(made.folder)


def test_a_run_that_fails_on_the_way_says_why(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from simulation.engine.world import World

    def broken(self: World, plan: object) -> None:
        raise ArithmeticError("the third cell is not finite")

    study = load_study(file).changed(replicates=1)
    with monkeypatch.context() as patched:
        patched.setattr(World, "step", broken)
        found = compare(study, workers=0, out=tmp_path)
    assert set(found.failures["reason"]) == {"ArithmeticError: the third cell is not finite"}
    (tmp_path / "small" / "failures.json").unlink()  # as if the command had been killed before noting it
    again = compare(study, workers=0, out=tmp_path)
    assert set(again.failures["reason"]) == {"ArithmeticError: the third cell is not finite"}
    assert compare(study, workers=0, out=tmp_path, retry_failed=True).complete


def test_two_at_once_are_refused(file: Path, tmp_path: Path) -> None:
    from simulation import Lock, make_folder

    with Lock(make_folder(tmp_path / "small") / ".lock", "it"), pytest.raises(StorageError, match="is writing here"):
        compare(file, workers=0, out=tmp_path)


# ---- killed ----

#: some seconds a run, so that there is something to kill
LONG = BASE.replace("30 min", "1 day").replace("every: 10 min", "every: 2 h")
KILLED_STUDY = STUDY[: STUDY.index("  quiet:")].replace("[0 %, 50 %, 90 %]", "[90 %]")


def workers_of(parent: int) -> list[psutil.Process]:
    children = psutil.Process(parent).children(recursive=True)
    return [c for c in children if any("spawn_main" in word for word in c.cmdline())]


@pytest.mark.slow
def test_a_killed_worker_costs_time_only(tmp_path: Path) -> None:
    file = write_study(tmp_path, KILLED_STUDY, LONG)
    compare(file, workers=0, out=tmp_path / "calm")
    killed: list[int] = []

    def tell(tally: Tally) -> None:
        if tally.done in (0, 1) and len(killed) <= tally.done:
            time.sleep(1.5)  # into the middle of the next runs
            victim = workers_of(os.getpid())[0]
            killed.append(victim.pid)
            victim.send_signal(signal.SIGKILL)

    compare(file, workers=2, out=tmp_path / "rough", tell=tell)
    assert len(killed) == 2
    assert tables(tmp_path / "rough" / "small") == tables(tmp_path / "calm" / "small")


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_killed_command_goes_on_where_it_was(tmp_path: Path, number: signal.Signals) -> None:
    file = write_study(tmp_path, KILLED_STUDY, LONG)
    compare(file, workers=0, out=tmp_path / "calm")
    command = [sys.executable, "-m", "analysis.cli", "compare", str(file), "--out", str(tmp_path / "rough")]
    command += ["--workers", "2", "--resume", "--quiet"]
    for done_before in (0, 1):
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
        )
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and process.poll() is None:
            states = [p.read_text() for p in (tmp_path / "rough").rglob("status")]
            if "RUNNING\n" in states and states.count("DONE\n") >= done_before:
                break
            time.sleep(0.05)
        children = workers_of(process.pid)
        # Ctrl-C reaches the whole group, as from a terminal.
        os.kill(process.pid, number) if number == signal.SIGKILL else os.killpg(process.pid, number)
        _, err = process.communicate(timeout=60)
        assert process.returncode == (-9 if number == signal.SIGKILL else 130), err
        assert "Traceback" not in err
        if number == signal.SIGINT:
            assert not list((tmp_path / "rough").rglob("error.txt"))
            assert err.splitlines() == ["icam: what is done is kept; the same command goes on"]
        _, alive = psutil.wait_procs(children, timeout=20)
        assert not alive
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stderr
    assert tables(tmp_path / "rough" / "small") == tables(tmp_path / "calm" / "small")


# ---- the command ----


def test_the_command(made: Comparison, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    icam = Icam(capsys)
    ended = icam("compare", file, "--out", made.folder.parent, "--workers", 0)
    assert ended.code == 0
    assert "small: 5 arms, 2 replicates, 10 of 10 runs done" in ended.out
    assert "Knockdown, 90 %" in ended.out and str(made.folder) in ended.out
    assert ended.err.splitlines()[0] == "10 of 10 runs  10 from before"
    quiet = icam("compare", file, "--out", made.folder.parent, "--quiet")
    assert len(quiet.out.splitlines()) == 1 and quiet.err == ""


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--replicates", "0"], "icam compare: Invalid value for '--replicates'"),
        (["--scheduler", "nowhere:"], "icam: --scheduler: no scheduler answers at 'nowhere:'"),
        (["--workers", "-1"], "icam compare: Invalid value for '--workers'"),
    ],
)
def test_bad_words(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], line: str) -> None:
    ended = Icam(capsys)("compare", file, "--out", tmp_path / "out", *words)
    assert ended.code == 2 and len(ended.faults) == 1
    assert ended.faults[0].startswith(line)
    assert not (tmp_path / "out").exists()


def test_a_faulty_study_is_one_line_per_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = write_study(tmp_path, STUDY.replace("replicates: 2", "replicates: 0").replace("[tumour_cells]", "[no]", 1))
    ended = Icam(capsys)("compare", file, "--out", tmp_path / "out")
    assert ended.code == 2 and len(ended.faults) == 2
    assert not (tmp_path / "out").exists()


def test_failures_are_listed(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    study = load_study(file).changed(replicates=1)
    compare(study, workers=0, out=tmp_path, run=failing(study.seeds[0]))
    ended = Icam(capsys)("compare", file, "--replicates", 1, "--out", tmp_path, "--workers", 0, "--quiet")
    assert ended.code == 1
    assert ended.faults[0] == f"icam: control, replicate 1 (seed {study.seeds[0]}) failed: it broke"
    assert ended.faults[-1] == "icam: try them again with --retry-failed"
    assert len(ended.faults) == 6
