"""All pictures of a run are drawn from its folder, whole or not at all."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path
from typing import Any

import pytest

from analysis.figures import tissue
from analysis.load import open_run
from analysis.pictures import moment, scenes_of, write_pictures
from analysis.spread import milestones
from tests.analysis.recorded import LIVER, SIDE, VOXELS, write_run


def test_all_pictures(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run")
    drawn = write_pictures(run)
    assert [path.name for path in drawn] == ["start.png", "breach.png", "end.png", "time_courses.svg"]
    for path in drawn:
        head = path.read_bytes()[:100]
        assert head.startswith(b"\x89PNG") if path.suffix == ".png" else b"<?xml" in head
    assert {path.name for path in (run / "pictures").iterdir()} == {path.name for path in drawn}


def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = (write_pictures(write_run(tmp_path / name)) for name in ("a", "b"))
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in second]


def test_the_breach_is_drawn_at_the_first_kept_moment_after_it(tmp_path: Path) -> None:
    run = open_run(write_run(tmp_path / "run"))
    scenes = scenes_of(run, milestones(run.events, run.summary))
    assert {name: day for name, (day, _) in scenes.items()} == {"start": 0.0, "breach": 1.0, "end": 2.0}
    assert "0.5" in scenes["breach"][1]


def test_no_breach_no_picture_of_it_not_even_an_old_one(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run")
    (run / "pictures").mkdir()
    (run / "pictures" / "breach.png").write_bytes(b"old")
    (run / "events" / "part-000000.parquet").unlink()
    assert [path.name for path in write_pictures(run)] == ["start.png", "end.png", "time_courses.svg"]
    assert not (run / "pictures" / "breach.png").exists()


def test_a_moment_has_the_cells_of_the_first_site_and_the_arrived_ones_by_organ(tmp_path: Path) -> None:
    what = moment(open_run(write_run(tmp_path / "run")), 1.0)
    assert len(what.cells["x"]) == sum(LIVER.values())
    assert what.organs == {"liver": (0, 0), "lung": (20, 2)}
    assert what.parcel == 4
    assert what.extent == (VOXELS * SIDE, VOXELS * SIDE, SIDE)
    assert set(what.fields) == {"capsule", "capsule_wall", "breached"}


def test_nothing_half_drawn_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = write_run(tmp_path / "run")

    def full(figure: object, path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tissue, "save", full)
    with pytest.raises(OSError, match="No space"):
        write_pictures(run)
    assert list((run / "pictures").iterdir()) == []


def test_a_picture_is_let_go_of_before_the_next_is_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[weakref.ref[object]] = []
    alive: list[int] = []
    draw = tissue.draw

    def watched(*given: Any, **more: Any) -> Any:
        alive.append(sum(figure() is not None for figure in drawn))
        figure = draw(*given, **more)
        drawn.append(weakref.ref(figure))
        return figure

    monkeypatch.setattr(tissue, "draw", watched)
    write_pictures(write_run(tmp_path / "run"))
    assert alive == [0, 0, 0]
    assert gc.get_freeze_count() == 0
