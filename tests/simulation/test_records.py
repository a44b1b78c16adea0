"""Records: what is kept of a moment, in bytes that the order of rows does not change."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from simulation.engine.errors import InputError
from simulation.engine.storage import listing, read_table
from simulation.engine.world import World
from simulation.runs.folder import read_events, read_summary
from simulation.runs.records import COUNTED, EVENT_COLUMNS, Recorder, Recording
from simulation.runs.snapshot import KEPT, cell_table
from tests.simulation.test_runs import toy
from tests.worlds import make_world, shuffle


def recorded(folder: Path, *, shuffled: bool = False, ticks: int = 30) -> World:
    folder.mkdir()
    built = toy()
    recorder = Recorder(folder, built.world, Recording(every=3, cells=7, fields=10, checkpoint=8))
    recorder.begin()
    for tick in range(ticks):
        if shuffled:
            shuffle(built.world, tick)
        built.world.step(built.plan)
        recorder.after_tick()
    recorder.finish()
    return built.world


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_the_order_of_rows_leaves_no_trace_in_any_file(tmp_path: Path) -> None:
    recorded(tmp_path / "a")
    recorded(tmp_path / "b", shuffled=True)
    assert files(tmp_path / "a") == files(tmp_path / "b")
    assert len(read_events(tmp_path / "a")) > 50


def test_an_event_says_when_where_what_and_who(tmp_path: Path) -> None:
    world, _ = make_world({"a": {"parcel": 3}, "b": {"x": np.array([1.0, 2.0])}}, sites=("liver", "lung"))
    recorder = Recorder(tmp_path, world, Recording())
    cells = world.sites[0].cells
    world.clock.tick = 360
    world.log("detached", "liver", cells, np.array([2, 1]), np.array([0.5, 0.25]))
    nobody = {n: np.zeros(1, cells.columns[n].dtype) for n in ("lineage", "cell_type", "parcel")}
    world.log(
        "capsule_breached", "liver", {**nobody, "x": np.ones(1), "y": np.ones(1), "z": np.ones(1)}, np.arange(1), 4.0
    )
    recorder.begin()
    recorder.after_tick()
    recorder.finish()
    seen = read_events(tmp_path)
    assert list(seen.columns) == list(EVENT_COLUMNS)
    assert seen["time_day"].tolist() == [0.5] * 3
    assert seen["kind"].tolist() == ["detached", "detached", "capsule_breached"]
    order = np.argsort(cells["lineage"][1:3])
    assert seen["lineage"].tolist() == [*cells["lineage"][1:3][order].tolist(), 0]
    assert seen["value"].tolist() == [*np.array([0.25, 0.5])[order].tolist(), 4.0]
    assert seen["cell_type"].tolist() == ["b", "b", ""]
    assert read_summary(tmp_path)["detachments"].iloc[-1] == 2
    assert recorder.n_events == 3


def test_a_run_without_events_has_a_table_without_rows(tmp_path: Path) -> None:
    seen = read_events(tmp_path)
    assert list(seen.columns) == list(EVENT_COLUMNS)
    assert len(seen) == 0


def test_a_snapshot_has_every_cell_in_its_place(tmp_path: Path) -> None:
    world = recorded(tmp_path / "a", ticks=12)
    seen = cell_table(world).to_pandas()
    assert seen["site"].value_counts().to_dict() == {
        "liver": len(world.sites[0].cells), "lung": len(world.sites[1].cells), "blood": len(world.travellers),
    }  # fmt: skip
    liver = seen[seen["site"] == "liver"]
    cells = world.sites[0].cells
    rows = cells.rows_of(liver["lineage"].to_numpy())
    assert np.array_equal(liver["icam1"], cells["icam1"][rows].astype(np.float32))
    assert liver["cell_type"].tolist() == [world.types[code].name for code in cells["cell_type"][rows]]
    assert liver["lineage"].is_monotonic_increasing


def test_what_is_kept_of_a_cell_exists() -> None:
    world, _ = make_world({"a": {}})
    known = {*world.sites[0].cells.columns, *world.travellers.columns}
    assert set(KEPT) <= known
    schema = cell_table(world).schema
    assert all(set(f.metadata) == {b"unit", b"meaning"} for f in schema)


def test_every_column_says_its_unit(tmp_path: Path) -> None:
    recorded(tmp_path / "a", ticks=10)
    for path in (tmp_path / "a" / "summary.parquet", *listing(tmp_path / "a" / "events")):
        for field in read_table(path).schema:
            assert set(field.metadata) == {b"unit", b"meaning"}
    assert {name for name, _, _ in COUNTED} <= set(read_summary(tmp_path / "a"))


def test_periods_are_whole_ticks() -> None:
    world, _ = make_world({"a": {}})
    assert Recording.of(world.clock, "6 h", "1 day", "", "7 day") == Recording(180, 720, 0, 5040)
    with pytest.raises(InputError, match=r"record\.cells of 3 min"):
        Recording.of(world.clock, "6 h", "3 min")
    with pytest.raises(InputError, match="summary"):
        Recording.of(world.clock, "")
