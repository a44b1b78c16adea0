"""A run's folder opens as tables; what is missing or damaged is one clear line."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from analysis.load import open_run
from simulation import StorageError
from tests.analysis.recorded import LIVER, LUNG_COLONY, SIDE, VOXELS, write_run


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_run(tmp_path_factory.mktemp("written") / "seed-000001")


@pytest.fixture
def folder(written: Path, tmp_path: Path) -> Path:
    """A copy that a test may damage."""
    return Path(shutil.copytree(written, tmp_path / "run"))


def test_everything_that_was_kept_opens(written: Path) -> None:
    run = open_run(written)
    assert run.status == "DONE"
    assert run.about["scenario"] == "small"
    assert run.endpoints == {"observed_days": 2.0}
    assert len(run.summary) == 9
    assert run.units["serum_sicam1"] == "ng/mL"
    assert len(run.events) == 7
    assert sorted(run.snapshots) == [0.0, 1.0, 2.0]
    assert run.fields is not None and run.fields.voxel == SIDE


@pytest.mark.parametrize(("asked", "kept"), [(-5, 0.0), (0.4, 0.0), (0.6, 1.0), (99, 2.0)])
def test_the_snapshot_nearest_to_a_day(written: Path, asked: float, kept: float) -> None:
    cells = open_run(written).cells(asked)
    assert set(cells["time_day"]) == {kept}
    assert len(cells) == sum(LIVER.values()) + LUNG_COLONY


def test_only_some_columns_of_a_snapshot(written: Path) -> None:
    run = open_run(written)
    some = run.cells(1.0, ("x", "site", "never_kept"))
    assert set(some) == {"x", "site"}
    assert some["x"].equals(run.cells(1.0)["x"])


def test_only_some_kinds_of_events(written: Path) -> None:
    run = open_run(written)
    some = run.events_of(("departed", "arrived"), ("kind", "time_day"))
    every = run.events[run.events["kind"].isin(["departed", "arrived"])].reset_index(drop=True)
    assert 0 < len(some) < len(run.events)
    assert some.astype(str).equals(every[["kind", "time_day"]].astype(str))
    assert len(run.events_of(("never_happened",), ("kind",))) == 0


def test_a_field_at_a_moment(written: Path) -> None:
    fields = open_run(written).fields
    assert fields is not None
    first, last = fields.at(0.1, "capsule"), fields.at(5.0, "capsule")
    assert first is not None and last is not None
    assert first.shape == (VOXELS, VOXELS, 1)
    assert first.max() == pytest.approx(0.9)
    assert last.max() == pytest.approx(0.3)
    assert fields.at(0, "no such field") is None


def test_only_complete_moments_of_a_field_count(folder: Path) -> None:
    import zarr

    zarr.open_group(str(folder / "fields.zarr")).attrs["n_complete"] = 2
    fields = open_run(folder).fields
    assert fields is not None
    assert fields.days.tolist() == [0.0, 1.0]
    np.testing.assert_array_equal(fields.at(9.0, "capsule"), fields.at(1.0, "capsule"))


def test_a_run_that_is_still_going(tmp_path: Path) -> None:
    run = open_run(write_run(tmp_path / "going", done=False))
    assert run.status == "RUNNING"
    assert run.endpoints == {}
    assert len(run.summary) == 9


def test_what_is_not_complete_is_not_seen(folder: Path) -> None:
    (folder / "cells" / ".part-000003.parquet.new").write_bytes(b"half")
    assert len(open_run(folder).snapshots) == 3


def test_a_run_without_events_or_fields(folder: Path) -> None:
    shutil.rmtree(folder / "events")
    shutil.rmtree(folder / "fields.zarr")
    run = open_run(folder)
    assert len(run.events) == 0 and "convoy" in run.events
    assert list(run.events_of(("departed",), ("kind", "convoy"))) == ["kind", "convoy"]
    assert run.fields is None


DAMAGE: dict[str, tuple[str, Callable[[Path], object], Callable[..., object]]] = {
    "summary cut": ("summary.parquet", lambda p: p.write_bytes(p.read_bytes()[:100]), lambda r: r.summary),
    "summary gone": ("summary.parquet", lambda p: p.unlink(), lambda r: r.summary),
    "summary rubbish": ("summary.parquet", lambda p: p.write_bytes(b"\x00\xff" * 300), lambda r: r.summary),
    "cells empty": ("cells/part-000001.parquet", lambda p: p.write_bytes(b""), lambda r: r.cells(1.0)),
    "events cut": ("events/part-000000.parquet", lambda p: p.write_bytes(p.read_bytes()[:-9]), lambda r: r.events),
    "run.json cut": ("run.json", lambda p: p.write_text('{"scenario": "sm'), lambda r: r.about),
    "run.json a list": ("run.json", lambda p: p.write_text("[]"), lambda r: r.about),
    "run.json binary": ("run.json", lambda p: p.write_bytes(b"\xff\xfe\x00"), lambda r: r.about),
    "status binary": ("status", lambda p: p.write_bytes(b"\xff\xfe"), lambda r: r.status),
    "zarr cut": ("fields.zarr/zarr.json", lambda p: p.write_text("{"), lambda r: r.fields),
    "zarr array gone": ("fields.zarr/value/zarr.json", lambda p: p.unlink(), lambda r: r.fields),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_one_clear_line(folder: Path, name: str) -> None:
    file, damage, look = DAMAGE[name]
    damage(folder / file)
    with pytest.raises(StorageError) as raised:
        look(open_run(folder))
    told = str(raised.value)
    assert "\n" not in told
    assert str(folder / Path(file).parts[0]) in told


@pytest.mark.parametrize("kind", ["nothing", "file", "other folder"])
def test_what_is_no_run_is_refused(tmp_path: Path, kind: str) -> None:
    place = tmp_path / "x"
    if kind == "file":
        place.write_text("not a folder")
    elif kind == "other folder":
        place.mkdir()
    with pytest.raises(StorageError) as raised:
        open_run(place)
    assert "icam run" in str(raised.value) and "\n" not in str(raised.value)
