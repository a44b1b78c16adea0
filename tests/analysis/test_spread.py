"""Who entered the blood in what company, and when each step came first."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from analysis.load import open_run
from analysis.spread import MANNERS, STEPS, TOLD, milestones, shedding
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
    run = open_run(write_run(tmp_path / "run"))
    marks = milestones(run.events, run.summary)
    assert (marks.breach, marks.in_blood, marks.arrival, marks.metastasis) == (0.5, 0.6, 1.2, 1.5)


@pytest.mark.parametrize("kind", ["born", "killed", "detached", "entered"])
def test_events_of_other_kinds_do_not_matter(tmp_path: Path, kind: str) -> None:
    run = open_run(write_run(tmp_path / "run"))
    steps = run.events.astype({"kind": str})
    assert set(steps["kind"]) == set(STEPS)
    assert milestones(steps[list(TOLD)], run.summary) == milestones(steps, run.summary)
    assert shedding(steps[list(TOLD)]).equals(shedding(steps))
    more = pd.concat([steps.assign(kind=kind, time_day=0.01), steps])
    assert milestones(more, run.summary) == milestones(steps, run.summary)
    assert shedding(more).equals(shedding(steps))
