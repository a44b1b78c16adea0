"""Six panels on one axis of time, the steps of the spread marked in all; the same run gives the same bytes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analysis.figures import time_courses
from analysis.load import open_run
from analysis.spread import Milestones, milestones, shedding
from tests.analysis.recorded import write_run


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> object:
    run = open_run(write_run(tmp_path_factory.mktemp("x") / "run"))
    return time_courses.draw(run.summary, shedding(run.events), milestones(run.events, run.summary), "A title")


def test_six_panels_and_all_marks(drawn: object) -> None:
    panels = [axes for axes in drawn.axes if axes.get_title(loc="left")]  # type: ignore[attr-defined]
    assert len(panels) == 6
    for axes in panels:
        upright = sorted(
            line.get_xdata()[0]
            for line in axes.lines
            if list(line.get_ydata()) == [0, 1] and len(set(line.get_xdata())) == 1
        )
        assert upright == [0.5, 0.6, 1.5]
        assert axes.get_xlim() == (0.0, 2.0)


def test_shed_cells_are_counted_up(drawn: object) -> None:
    panel = next(a for a in drawn.axes if "shed" in a.get_title(loc="left"))  # type: ignore[attr-defined]
    final = {line.get_label().split("  ")[0]: line.get_ydata()[-1] for line in panel.lines if "  " in line.get_label()}
    assert final == {"single": 1, "cluster": 2, "with lymphocyte": 1}


def test_same_bytes_no_date_no_fonts(tmp_path: Path) -> None:
    run = open_run(write_run(tmp_path / "run"))
    for name in ("a.svg", "b.svg"):
        figure = time_courses.draw(run.summary, shedding(run.events), milestones(run.events, run.summary), "A title")
        time_courses.save(figure, tmp_path / name)
    text = (tmp_path / "a.svg").read_text()
    assert text == (tmp_path / "b.svg").read_text()
    assert "<text" not in text and "dc:date" not in text


def test_nothing_happened(tmp_path: Path) -> None:
    run = open_run(write_run(tmp_path / "run"))
    quiet = Milestones(None, None, None, None)
    figure = time_courses.draw(run.summary.iloc[:1] * 0, shedding(run.events.iloc[:0]), quiet, "")
    time_courses.save(figure, tmp_path / "x.svg")
    told = " ".join(t.get_text() for t in figure.texts)
    assert told.count("not yet") == 3
    assert np.isfinite([axes.get_ylim() for axes in figure.axes]).all()
