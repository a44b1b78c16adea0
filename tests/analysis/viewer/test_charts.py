from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("plotly")

from analysis.spread import Milestones
from analysis.viewer import charts

SUMMARY = pd.DataFrame(
    {
        "time_day": [0.0, 1.0, 2.0],
        "tumour_cells": [10.0, 20.0, 40.0],
        "capsule_integrity": [0.9, 0.5, np.nan],
        "colony_cells_lung": [0.0, 0.0, 3.0],
        "colony_cells_bone": [0.0, 0.0, 0.0],
    }
)
SHED = pd.DataFrame({"time_day": [0.5, 1.5], "manner": ["single", "single"]})


def test_what_was_kept_is_drawn_and_nothing_else() -> None:
    titles = [p.title for p in charts.panels(SUMMARY, SHED)]
    assert titles == ["Tumour cells, primary", "Capsule", "Shed into blood, so far", "In colonies, by organ"]
    shed = next(p for p in charts.panels(SUMMARY, SHED) if p.title.startswith("Shed"))
    assert shed.lines[0].values.tolist() == [0, 1, 2, 2] and shed.lines[0].days.tolist() == [0, 0.5, 1.5, 2]


def test_a_figure_holds_the_numbers_and_the_clock_moves_alone() -> None:
    marks = Milestones(0.7, None, None, 1.9)
    drawn = charts.figure(charts.panels(SUMMARY, SHED), marks, day=1.0)
    assert list(drawn.data[0].y) == [10.0, 20.0, 40.0]
    clocks, rest = drawn.layout.shapes[:2], drawn.layout.shapes[2:]
    assert [c.x0 for c in clocks] == [1.0, 1.0] and sorted({s.x0 for s in rest}) == [0.7, 1.9]
    charts.move_clock(drawn, 1.5)
    assert [s.x0 for s in drawn.layout.shapes] == [1.5, 1.5, *[s.x0 for s in rest]]
    assert list(drawn.data[0].y) == [10.0, 20.0, 40.0]


def test_the_difference_is_the_second_minus_the_first() -> None:
    days = np.array([0.0, 1.0])
    drawn = charts.difference(days, np.array([1.0, 5.0]), np.array([1.0, 2.0]), ("a", "b"), "t", "cells")
    assert list(drawn.data[-1].y) == [0.0, -3.0]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_empty_courses_can_be_drawn(theme: str) -> None:
    charts.figure([], theme=theme)
    charts.figure(charts.panels(SUMMARY.iloc[:0], SHED.iloc[:0]), theme=theme)
    charts.figure(charts.panels(SUMMARY.iloc[:1]), theme=theme, day=0.0)
