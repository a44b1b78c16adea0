"""Who entered the blood in what company, and when each step came first."""

from __future__ import annotations

from pathlib import Path

from analysis.load import open_run
from analysis.spread import MANNERS, milestones, shedding
from tests.analysis.recorded import write_run


def test_company_is_told_from_convoys(tmp_path: Path) -> None:
    shed = shedding(open_run(write_run(tmp_path / "run")).events)
    assert shed["time_day"].tolist() == [0.6, 0.7, 0.7, 0.9]
    assert shed["manner"].tolist() == ["single", "cluster", "cluster", "with lymphocyte"]
    assert set(shed["manner"]) <= set(MANNERS)


def test_nothing_shed(tmp_path: Path) -> None:
    events = open_run(write_run(tmp_path / "run")).events
    assert len(shedding(events[events["kind"] == "capsule_breached"])) == 0
    assert len(shedding(events.iloc[:0])) == 0


def test_milestones(tmp_path: Path) -> None:
    marks = milestones(open_run(write_run(tmp_path / "run")))
    assert (marks.breach, marks.in_blood, marks.arrival, marks.metastasis) == (0.5, 0.6, 1.2, 1.5)
