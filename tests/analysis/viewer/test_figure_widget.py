"""Tests of the chart's widget: it keeps no count that its view would have to give back after its end."""

from __future__ import annotations

import plotly.graph_objects as go
import pytest
import solara

from analysis.viewer.figure_widget import FigureWidget, Growing


def test_views_are_not_counted() -> None:
    assert go.FigureWidget()._view_count == 0  # plotly's own is; otherwise ours is needed no more
    assert FigureWidget()._view_count is None
    assert FigureWidget(go.Figure(go.Scatter(y=[1, 2])))._view_count is None


@pytest.mark.filterwarnings("ignore")
def test_a_growing_chart_keeps_its_widget_and_shows_the_latest() -> None:
    grow: list[solara.Reactive[int]] = []

    @solara.component
    def page() -> None:
        many = solara.use_reactive(2)
        grow[:] = [many]
        Growing(go.Figure([go.Scatter(y=list(range(many.value))), go.Scatter(y=[0])]))

    _, rendered = solara.render(page(), handle_error=False)
    first = rendered.find(FigureWidget).widget
    assert [len(line.y) for line in first.data] == [2, 1]
    grow[0].value = 5
    again = rendered.find(FigureWidget).widget
    assert again is first and [len(line.y) for line in again.data] == [5, 1]
    rendered.close()
