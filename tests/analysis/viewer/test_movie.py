from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from analysis.viewer.movie import BLOCK, size_of, write_movie
from analysis.viewer.recording import Recording
from simulation import InputError, StorageError
from tests.analysis.commands import Icam
from tests.analysis.recorded import write_run

ffmpeg = pytest.importorskip("imageio_ffmpeg", reason="movies need imageio-ffmpeg")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return Recording(write_run(tmp_path_factory.mktemp("run") / "seed-000001"))


def test_every_kept_moment_is_in_the_movie(run: Recording, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    path = write_movie(run, tmp_path / "m.mp4", fps=10, width=330, tell=lambda *at: told.append(at))
    about = subprocess.run(
        [ffmpeg.get_ffmpeg_exe(), "-i", str(path)], capture_output=True, text=True, check=False
    ).stderr
    wide, high = size_of(run, 330)
    assert f"{wide}x{high}" in about and wide % BLOCK == high % BLOCK == 0
    assert "10 fps" in about and "h264" in about
    assert told == [(1, 3), (2, 3), (3, 3)]
    frames, _ = ffmpeg.count_frames_and_secs(str(path))
    assert frames == 3 + 15  # the last one stays for a second and a half
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("asked", "where"),
    [({"colour_by": "mood"}, "--colour-by"), ({"field": "gold"}, "--field"), ({"site": "tail"}, "--site")],
)
def test_what_is_not_there_is_refused(run: Recording, tmp_path: Path, asked: dict[str, str], where: str) -> None:
    with pytest.raises(InputError, match="is not there") as told:
        write_movie(run, tmp_path / "m.mp4", **asked)  # type: ignore[arg-type]
    assert told.value.where == where
    assert not list(tmp_path.iterdir())


def test_a_run_without_cells_says_so(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "seed-000001")
    for part in (folder / "cells").iterdir():
        part.unlink()
    with pytest.raises(StorageError, match="no cells were kept"):
        write_movie(Recording(folder), tmp_path / "m.mp4")


@pytest.fixture
def icam(capsys: pytest.CaptureFixture[str]) -> Icam:
    return Icam(capsys)


def test_the_command(run: Recording, icam: Icam, tmp_path: Path) -> None:
    ended = icam("movie", run.run.path, "--out", tmp_path / "a.mp4", "--width", 320, "--field", "o2", "-q")
    assert (ended.code, ended.out.strip()) == (0, str(tmp_path / "a.mp4"))
    ended = icam("movie", tmp_path / "nowhere")
    assert ended.code == 1 and len(ended.faults) == 1


def test_a_missing_extra_is_one_line(
    run: Recording, icam: Icam, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    ended = icam("movie", run.run.path, "--out", tmp_path / "a.mp4")
    assert ended.code == 2 and len(ended.faults) == 1 and "icam-metastasis[movies]" in ended.faults[0]
