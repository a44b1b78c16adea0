"""A plotly figure in the page that may go at any time."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
import solara


class FigureWidget(go.FigureWidget):
    """plotly's widget, without a count of its views.

    The browser keeps such a count for every widget that has one, and lowers it when a view goes. A view goes when its
    widget was closed, and what is lowered then cannot be saved: "Syncing error: no comm channel defined". Nobody here
    reads the count.
    """

    def __init__(self, *figure: Any, **settings: Any) -> None:
        super().__init__(*figure, **settings)
        self._view_count = None


@solara.component
def Growing(figure: go.Figure) -> None:
    """Show a figure, and in its place every later one: lines are exchanged, the widget stays."""
    shown = FigureWidget.element()

    def exchange() -> None:
        widget = solara.get_widget(shown)
        old = len(widget.data)
        widget.layout = figure.layout
        widget.add_traces(figure.data)  # before the old ones go: a chart without lines complains in the browser
        widget.data = widget.data[old:]

    solara.use_effect(exchange, [figure])
