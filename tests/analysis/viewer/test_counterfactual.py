from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analysis.viewer.counterfactual import comparable, only_in_one, paired_courses, shared_clock
from analysis.viewer.frame import Frame
from analysis.viewer.recording import Recording
from tests.analysis.recorded import write_run
from tests.analysis.viewer.worlds import frame


def without(some: Frame, rows: list[int]) -> Frame:
    keep = np.setdiff1d(np.arange(len(some)), rows)
    return Frame(
        some.day, some.site, {n: v[keep] for n, v in some.cells.items()}, some.types, {}, None, some.extent, 20.0
    )


def test_cells_of_one_world_only() -> None:
    some = frame(40)
    tumour = np.flatnonzero(some.cells["cell_type"] == some.types.index("tumour_cell"))[:2].tolist()
    t_cell = np.flatnonzero(some.cells["cell_type"] == some.types.index("t_cell"))[:1].tolist()
    one, other = without(some, t_cell), without(some, tumour)
    assert only_in_one(one, other)[0].tolist() == sorted(int(some.cells["lineage"][k]) for k in tumour)
    assert only_in_one(one, other)[1].tolist() == []
    assert only_in_one(one, other, "immune")[1].tolist() == [int(some.cells["lineage"][t_cell[0]])]
    assert len(only_in_one(one, other, "all")[0]) == 2 and len(only_in_one(one, other, "none")[0]) == 0
    assert [len(m) for m in only_in_one(some, some, "all")] == [0, 0]


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Recording, Recording]:
    folder = tmp_path_factory.mktemp("runs")
    return Recording(write_run(folder / "a" / "seed-000001")), Recording(write_run(folder / "b" / "seed-000001"))


def test_courses_are_paired_by_time(pair: tuple[Recording, Recording], tmp_path: Path) -> None:
    one, other = pair
    days, first, second = paired_courses(one, other, "tumour_cells")
    assert len(days) == 9 and (first == second).all()
    assert next(iter(comparable(one, other))) == "tumour_cells"
    assert "digest" not in comparable(one, other)


def test_other_ticks_are_read_off_between(pair: tuple[Recording, Recording], monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = pair
    moved = other.summary.assign(tick=other.summary["tick"] + 7, tumour_cells=other.summary["tumour_cells"] + 5)
    monkeypatch.setitem(other.__dict__, "summary", moved)
    days, first, second = paired_courses(one, other, "tumour_cells")
    assert len(days) == 9 and np.allclose(second - first, 5.0)


def test_one_clock_for_both(pair: tuple[Recording, Recording], monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = pair
    monkeypatch.setitem(other.__dict__, "days", np.array([0.0, 0.5, 1.0]))
    monkeypatch.setitem(other.__dict__, "summary", other.summary[other.summary["time_day"] <= 1.0])
    assert shared_clock(one, other).tolist() == [0.0, 0.5, 1.0]
