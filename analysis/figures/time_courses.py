"""The course of a run in six panels on one axis of time, with the steps of the spread marked in all of them."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from analysis.figures import palette
from analysis.figures.marks import MARKS
from analysis.spread import MANNERS, Milestones

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

INCHES = (11.0, 7.6)
#: text stays text nowhere: outlines look the same on every machine; ids are the same for the same picture
STYLE: Any = {"svg.fonttype": "path", "svg.hashsalt": "icam"}


def draw(summary: pd.DataFrame, shed: pd.DataFrame, marks: Milestones, title: str = "") -> Figure:
    """Draw the time courses.

    summary    one row per kept time, as in summary.parquet
    shed       tumour cells that entered the blood, as from `analysis.spread.shedding`
    marks      Milestones    drawn as vertical lines
    title      str
    """
    figure = Figure(figsize=INCHES, facecolor=palette.PAPER)
    FigureCanvasAgg(figure)
    panels = figure.subplots(2, 3, sharex=True)
    figure.subplots_adjust(left=0.062, right=0.942, top=0.845, bottom=0.075, wspace=0.42, hspace=0.24)
    days = summary["time_day"].to_numpy(dtype=float)
    for axes, panel in zip(panels.flat, (_tumour, _capsule, _immunity, _shed, _organs, _icam1), strict=True):
        if panel is _shed:
            _shed(axes, days, shed)
        else:
            panel(axes, days, summary)
        _dress(axes, days)
        _mark(axes, marks)
    for axes in panels[-1]:
        axes.set_xlabel("day", fontsize=9, color=palette.INK)
    _heading(figure, title, marks)
    return figure


def save(figure: Figure, path: Path) -> None:
    """Write a figure as SVG; the same figure gives the same bytes."""
    into = BytesIO()
    with matplotlib.rc_context(STYLE):
        figure.savefig(into, format="svg", metadata={"Date": None, "Creator": None})
    path.write_bytes(into.getvalue())


# ---- panels ----


def _tumour(axes: Axes, days: Any, summary: pd.DataFrame) -> None:
    axes.plot(days, _column(summary, "tumour_cells"), color=palette.CELL_TYPES["tumour_cell"], lw=1.8)
    _name(axes, "Tumour cells, primary")
    _from_zero(axes)


def _capsule(axes: Axes, days: Any, summary: pd.DataFrame) -> None:
    axes.plot(days, _column(summary, "capsule_integrity"), color=palette.CAPSULE, lw=1.8, label="mean")
    axes.plot(
        days, _column(summary, "capsule_weakest"), color=palette.CAPSULE, lw=1.2, ls=(0, (4, 2)), label="weakest place"
    )
    _name(axes, "Capsule integrity")
    axes.set_ylim(-0.02, 1.02)
    _key(axes)


def _immunity(axes: Axes, days: Any, summary: pd.DataFrame) -> None:
    colour = palette.CELL_TYPES["t_cell"]
    axes.plot(days, _column(summary, "lymphocytes"), color=colour, lw=1.8, label="in the liver")
    axes.plot(
        days, _column(summary, "lymphocytes_in_nodule"), color=colour, lw=1.2, ls=(0, (4, 2)), label="in the nodule"
    )
    _name(axes, "T cells")
    _from_zero(axes)
    axes.plot([], [], color=palette.QUIET, lw=1.4, label="kills so far (right)")
    _key(axes)
    _second(axes, days, _column(summary, "kills"), "kills so far", palette.QUIET)


def _shed(axes: Axes, days: Any, shed: pd.DataFrame) -> None:
    end = float(days[-1]) if len(days) else 0.0
    for manner in MANNERS:
        times = shed.loc[shed["manner"] == manner, "time_day"].to_numpy(dtype=float)
        steps = np.concatenate([[0.0], times, [end]])
        counts = np.concatenate([[0], np.arange(1, len(times) + 1), [len(times)]])
        axes.step(steps, counts, where="post", color=palette.SHED[manner], lw=1.6, label=f"{manner}  {len(times):,}")
    _name(axes, "Tumour cells shed into blood, so far")
    _from_zero(axes)
    _key(axes)


def _organs(axes: Axes, days: Any, summary: pd.DataFrame) -> None:
    prefix = "colony_cells_"
    organs = [name.removeprefix(prefix) for name in summary.columns if name.startswith(prefix)]
    colours = palette.of_organs(organs)
    for organ in organs:
        cells = _column(summary, prefix + organ)
        colonies = _column(summary, f"colonies_{organ}")
        last = (
            f"{palette.words(organ)}  {int(cells[-1]):,} in {int(np.nan_to_num(colonies[-1])):,}"
            if len(cells)
            else organ
        )
        axes.plot(days, cells, color=colours[organ], lw=1.5, label=last)
    _name(axes, "Arrived tumour cells, by organ")
    _from_zero(axes)
    _key(axes, title="cells in colonies")


def _icam1(axes: Axes, days: Any, summary: pd.DataFrame) -> None:
    colour = "#8e3a80"
    axes.plot(days, _column(summary, "serum_sicam1"), color=colour, lw=1.8, label="serum sICAM-1, ng/mL")
    axes.plot([], [], color=palette.ICAM1_RAMP[2], lw=1.4, label="copies per tumour cell (right)")
    _name(axes, "ICAM-1")
    low, high = axes.get_ylim()
    if high - low < 0.02 * high:  # what moves by less than assays can tell is not to look like a jump
        axes.set_ylim(0.99 * (low + high) / 2, 1.01 * (low + high) / 2)
    _key(axes)
    _second(axes, days, _column(summary, "tumour_icam1"), "copies per tumour cell", palette.ICAM1_RAMP[2])


# ---- what all panels share ----


def _column(summary: pd.DataFrame, name: str) -> Any:
    """Return a column, or nothing to draw where it was not kept."""
    return summary[name].to_numpy(dtype=float) if name in summary else np.full(len(summary), np.nan)


def _from_zero(axes: Axes) -> None:
    """Begin at nothing and count in whole numbers; where there is nothing, end at one."""
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.set_ylim(bottom=0, top=max(1.0, axes.get_ylim()[1]) if axes.dataLim.y1 < 1 else None)


def _name(axes: Axes, title: str) -> None:
    axes.set_title(title, loc="left", fontsize=9.5, weight="bold", color=palette.INK, pad=5)


def _key(axes: Axes, title: str = "") -> None:
    board = axes.legend(
        loc="best", fontsize=7.5, frameon=True, framealpha=0.85, edgecolor="none", labelcolor=palette.INK,
        handlelength=1.6, title=title or None, title_fontsize=7.5, alignment="left", borderpad=0.3,
    )  # fmt: skip
    board.set_zorder(10)


def _second(axes: Axes, days: Any, values: Any, label: str, colour: str) -> None:
    """Draw a quantity of another unit on an axis of its own."""
    other = axes.twinx()
    axes.set_zorder(other.get_zorder() + 1)  # or its line would run across the key
    axes.patch.set_visible(False)
    other.plot(days, values, color=colour, lw=1.4)
    other.set_ylim(bottom=0, top=None if np.nanmax(np.nan_to_num(values), initial=0) > 0 else 1)
    other.yaxis.set_major_formatter(FuncFormatter(_number))
    other.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    other.tick_params(axis="y", labelsize=8, length=2, color=palette.FAINT, labelcolor=colour)
    other.spines[:].set_visible(False)
    other.set_ylabel(label, fontsize=8, color=colour)


def _dress(axes: Axes, days: Any) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set(color=palette.FAINT)
    axes.tick_params(labelsize=8, length=2, color=palette.FAINT, labelcolor=palette.INK, labelbottom=True)
    axes.yaxis.set_major_formatter(FuncFormatter(_number))
    axes.grid(axis="y", color=palette.FAINT, lw=0.5, alpha=0.6)
    axes.set_axisbelow(True)
    axes.set_xlim(0, max(float(days[-1]) if len(days) else 0.0, 1e-6))


def _number(value: float, _: int) -> str:
    for limit, unit in ((1e6, "M"), (1e4, "k")):
        if abs(value) >= limit:
            return f"{value / (1e6 if unit == 'M' else 1e3):g}{unit}"
    return f"{value:g}"


def _mark(axes: Axes, marks: Milestones) -> None:
    for name, _, colour in MARKS:
        day = getattr(marks, name)
        if day is not None:
            axes.axvline(day, color=colour, lw=0.9, ls=(0, (1.5, 1.5)), zorder=1)


def _heading(figure: Figure, title: str, marks: Milestones) -> None:
    """Write the title, and below it what the vertical lines mean."""
    figure.text(0.03, 0.955, title, fontsize=min(13.0, 1250.0 / max(len(title), 1)), weight="bold", color=palette.INK)
    left = 0.03
    for name, meaning, colour in MARKS:
        day = getattr(marks, name)
        told = f"{meaning}: day {day:.3g}" if day is not None else f"{meaning}: not yet"
        label = figure.text(left, 0.912, f"┊ {told}", fontsize=9, color=colour if day is not None else palette.QUIET)
        left = label.get_window_extent().x1 / figure.bbox.width + 0.022
