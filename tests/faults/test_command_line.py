"""Whatever is given to `icam`: one line per fault, the right exit code, no traceback, nothing half-written."""

from __future__ import annotations

import importlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from simulation import NumericalError
from tests.analysis.commands import GOOD, ROOT, Icam
from tests.analysis.recorded import write_run


@pytest.fixture
def icam(capsys: pytest.CaptureFixture[str]) -> Icam:
    return Icam(capsys)


def left_behind(folder: Path) -> list[Path]:
    """List files below a folder, besides locks, which mean nothing when they are free."""
    return [path for path in folder.rglob("*") if path.is_file() and not path.name.endswith(".lock")]


FAULTY = {
    "wrong unit": (GOOD.replace("400 um", "400 kg"), ":5:12", "kg"),
    "no number": (GOOD.replace("400 um", "wide"), ":5:12", "wide"),
    "misspelt key": (GOOD.replace("every", "evry"), ":9:3", "every"),
    "negative count": (GOOD.replace("agent: 50", "agent: -50"), ":2:18", "-50"),
    "duplicated key": (GOOD + "until: 1 day\n", ":12:1", "twice"),
    "tab": (GOOD.replace("    width", "\twidth"), ":5:1", "tab"),
    "does not fit": (GOOD.replace("nodule_radius: 60 um", "nodule_radius: 190 um"), ":4:3", "nodule of radius 190"),
    "empty": ("", ":1:1", "tissue"),
}


@pytest.mark.parametrize("name", FAULTY)
@pytest.mark.parametrize("command", ["run", "check"])
def test_a_faulty_scenario(icam: Icam, tmp_path: Path, command: str, name: str) -> None:
    text, place, word = FAULTY[name]
    file = tmp_path / "faulty.yaml"
    file.write_text(text)
    ended = icam(command, file, *(("--out", tmp_path / "out") if command == "run" else ()))
    assert ended.code == 2
    assert len(ended.faults) == 1, ended.err
    assert ended.err.startswith(f"icam: {file}{place}: ")
    assert word in ended.err
    assert not (tmp_path / "out").exists()


def test_all_faults_of_all_files(icam: Icam, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text(FAULTY["wrong unit"][0].replace("agent: 50", "agent: -50"))
    (tmp_path / "good.yaml").write_text(GOOD)
    ended = icam("check", *(tmp_path / f"{name}.yaml" for name in ("a", "good", "b")))
    assert ended.code == 2
    assert len(ended.faults) == 4
    assert [line.split(":")[1].strip()[-6:] for line in ended.faults] == ["a.yaml"] * 2 + ["b.yaml"] * 2
    assert "good.yaml: ok" in ended.out


def test_no_scenario_at_all(icam: Icam, tmp_path: Path) -> None:
    rubbish = tmp_path / "rubbish.yaml"
    rubbish.write_bytes(bytes(range(256)) * 40)
    huge = tmp_path / "huge.yaml"
    huge.write_bytes(b"a: 1\n" * 400_000)
    for what in (tmp_path / "missing.yaml", tmp_path, rubbish, huge, "/dev/zero", "\n\t", "x" * 5000):
        ended = icam("run", what, "--out", tmp_path / "out")
        assert ended.code == 2, what
        assert len(ended.faults) == 1, ended.err[:300]
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "words",
    [
        ["fly"], ["run"], ["run", "quick_look", "--seed", "-1"], ["run", "quick_look", "--seed", "one"],
        ["run", "quick_look", "--fly"], ["run", "quick_look", "too", "many"], ["run", "quick_look", "--threads", "0"],
        ["resume"], ["check"], ["digest"], ["describe", "--plan", "a", "b"], ["--fly"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_wrong_words(icam: Icam, words: list[str]) -> None:
    ended = icam(*words)
    assert ended.code == 2
    if len(words) > 1 or words[0] in ("fly", "--fly"):
        assert len(ended.faults) == 1, ended.err
        assert "--help" in ended.err
    else:  # a command without its argument shows how it is used
        assert "Usage: icam" in ended.out + ended.err


@pytest.mark.parametrize("setting", ["", "=", "until", "until=", "no.such.thing=1", "tick=0 min", "seed=1e99"])
def test_wrong_settings(icam: Icam, tmp_path: Path, setting: str) -> None:
    ended = icam("run", "quick_look", "--out", tmp_path / "out", "--set", setting)
    assert ended.code == 2
    assert ended.faults and all(line.startswith("icam: --set") for line in ended.faults), ended.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("until", ["soon", "-1 day", "5 kg", "3 min"])
def test_wrong_until(icam: Icam, tmp_path: Path, until: str) -> None:
    ended = icam("run", "quick_look", "--out", tmp_path / "out", f"--until={until}")
    assert ended.code == 2
    assert ended.faults and "until" in ended.err
    assert not (tmp_path / "out").exists()


def test_too_many_threads(icam: Icam, tmp_path: Path) -> None:
    file = tmp_path / "good.yaml"
    file.write_text(GOOD)
    ended = icam("run", file, "--out", tmp_path / "out", "--threads", 100_000, "-q")
    assert ended.code == 2
    assert len(ended.faults) == 1 and "threads" in ended.err


def test_a_folder_that_cannot_be_made(icam: Icam, tmp_path: Path) -> None:
    file, wall = tmp_path / "good.yaml", tmp_path / "wall"
    file.write_text(GOOD)
    wall.write_text("a file")
    ended = icam("run", file, "--out", wall / "out", "-q")
    assert ended.code == 1
    assert len(ended.faults) == 1 and "folder" in ended.err
    assert wall.read_text() == "a file"
    assert ended.out == ""


@pytest.mark.parametrize("at", [0, 1, 2, 5, 9])
def test_a_full_disk(icam: Icam, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    """From the n-th file on, nothing can be written."""
    storage = importlib.import_module("simulation.engine.storage")
    real, count = os.write, 0

    def write(handle: int, data: bytes) -> int:
        nonlocal count
        count += 1
        if count > at:
            raise OSError(28, os.strerror(28))
        return real(handle, data)

    file = tmp_path / "good.yaml"
    file.write_text(GOOD)
    with monkeypatch.context() as patched:
        patched.setattr(storage.os, "write", write)
        ended = icam("run", file, "--out", tmp_path / "out", "-q")
    assert ended.code == 1
    assert len(ended.faults) == 1 and "disk is full" in ended.err
    assert ended.out == ""
    assert not list((tmp_path / "out").rglob("*.new")), "half a file was left"
    assert not any(path.read_text() == "DONE\n" for path in (tmp_path / "out").rglob("status"))


def test_no_run_to_go_on_with(icam: Icam, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for command in ("resume", "digest"):
        for what in (tmp_path / "nothing", tmp_path / "file", tmp_path):
            ended = icam(command, what)
            assert ended.code == 1, (command, what)
            assert len(ended.faults) == 1, ended.err
    assert [path.name for path in left_behind(tmp_path)] == ["file"]


def test_a_damaged_run(icam: Icam, tmp_path: Path) -> None:
    run = write_run(tmp_path / "run")
    (run / "run.json").write_bytes(b"\x00\xff{")
    for command in ("digest", "resume"):
        ended = icam(command, run)
        assert ended.code == 1
        assert len(ended.faults) == 1 and "run.json" in ended.err


def _failing(fault: BaseException) -> object:
    def simulate(*_: object, **__: object) -> None:
        raise fault

    return simulate


@pytest.mark.parametrize(
    ("fault", "code", "word"),
    [
        (NumericalError("3 cells are there, 2 are accounted for", where="liver, tick 7"), 1, "liver, tick 7"),
        (MemoryError(), 1, "memory"),
        (ZeroDivisionError("a bug\nin two lines"), 1, "ZeroDivisionError: a bug in two lines; traceback saved in "),
        (OSError(28, "No space left on device", "somewhere"), 1, "somewhere: the disk is full"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)
def test_failing_on_the_way(
    icam: Icam, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: BaseException, code: int, word: str
) -> None:
    monkeypatch.setattr(importlib.import_module("simulation.runs"), "run", _failing(fault))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    ended = icam("run", "quick_look")
    assert ended.code == code
    assert len(ended.faults) == 1 and word in ended.err
    if "traceback saved" in word:
        saved = Path(ended.err.strip().rpartition(" ")[2])
        assert saved.parent == tmp_path and "Traceback" in saved.read_text()


def test_interrupted(icam: Icam, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.import_module("simulation.runs"), "run", _failing(KeyboardInterrupt()))
    assert icam("run", "quick_look").code == 130


@pytest.mark.slow
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_asked_to_stop(tmp_path: Path, number: signal.Signals, code: int) -> None:
    """A run that is asked to stop says so, and can be gone on with."""
    file = tmp_path / "long.yaml"
    file.write_text(GOOD.replace("20 min", "40 day"))
    command = [sys.executable, "-m", "analysis.cli", "run", str(file), "--out", str(tmp_path / "out")]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        deadline = time.monotonic() + 200
        while time.monotonic() < deadline and process.poll() is None:
            if list((tmp_path / "out").rglob("checkpoint/last")):
                time.sleep(2.0)
                break
            time.sleep(0.2)
        process.send_signal(number)
        out, err = process.communicate(timeout=200)
    finally:
        process.kill()
    assert process.returncode == code, err
    assert "Traceback" not in err
    assert "stopped early" in out and "icam resume" in out
    (status,) = (tmp_path / "out").rglob("status")
    assert status.read_text() == "INTERRUPTED\n"
