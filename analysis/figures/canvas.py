"""What the figures of a comparison share: a sheet to draw on, quiet axes, numbers as people write them, SVG as text."""

from __future__ import annotations

import math
from io import BytesIO
from typing import TYPE_CHECKING, Any

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from analysis.figures import palette
from analysis.figures.time_courses import STYLE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH = 10.4
MINUS = "\N{MINUS SIGN}"
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def sheet(height: float, width: float = WIDTH) -> Figure:
    """Take an empty sheet, in inches."""
    figure = Figure(figsize=(width, height), facecolor=palette.PAPER)
    FigureCanvasAgg(figure)
    return figure


def dress(axes: Axes, grid: str = "y") -> None:
    """Take away what does not say anything."""
    axes.set_facecolor("none")
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set(color=palette.FAINT)
    axes.tick_params(labelsize=8, length=2, color=palette.FAINT, labelcolor=palette.INK)
    axes.grid(axis=grid, color=palette.FAINT, lw=0.5, alpha=0.7)  # type: ignore[arg-type]
    axes.set_axisbelow(True)


def name(axes: Axes, title: str, below: str = "") -> None:
    """Write what a panel shows, and in what unit."""
    size = 9.5 * min(1.0, 44 / max(len(title), 1))  # a long one is not to run into its neighbour
    axes.set_title(title, loc="left", fontsize=size, weight="bold", color=palette.INK, pad=18 if below else 6)
    if below:
        axes.text(0.0, 1.0, below, transform=axes.transAxes, fontsize=8, color=palette.QUIET, va="bottom")
        axes.texts[-1].set_position((0.0, 1.015))


def svg(figure: Figure) -> str:
    """Return a figure as SVG, without the empty strips above and below; the same figure gives the same text."""
    into = BytesIO()
    canvas, (width, height) = figure.canvas, figure.get_size_inches()
    drawn = figure.get_tightbbox(canvas.get_renderer())  # type: ignore[attr-defined]
    room = Bbox(
        [
            [min(drawn.x0 - 0.03, 0.0), max(drawn.y0 - 0.06, 0.0)],
            [max(drawn.x1 + 0.03, width), min(drawn.y1 + 0.06, height)],
        ]
    )
    with matplotlib.rc_context(STYLE):
        figure.savefig(into, format="svg", metadata={"Date": None, "Creator": None}, transparent=True, bbox_inches=room)
    return into.getvalue().decode("utf-8")


def number(value: float, sign: bool = False) -> str:
    """Write a number with three digits, thousands apart, a true minus, and a sign where it is a difference."""
    if not math.isfinite(value):
        return "?" if math.isnan(value) else ("∞" if value > 0 else f"{MINUS}∞")
    size = abs(value)
    text = f"{size:,.0f}" if size >= 100 else f"{size:.3g}"
    text = "0" if float(text.replace(",", "")) == 0 else text
    if "e" in text:  # smaller than 0.0001
        digits, _, power = text.partition("e")
        text = f"{digits}×10{str(int(power)).translate(RAISED)}"
    front = MINUS if value < 0 and text != "0" else ("+" if sign and text != "0" else "")
    return front + text


def ticks(value: float, _: Any = None) -> str:
    """Write a number on an axis."""
    if abs(value) >= 1e6:
        return number(value / 1e6) + "M"
    return number(value / 1e3) + "k" if abs(value) >= 1e4 else number(round(value, 10))
