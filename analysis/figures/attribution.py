"""The parts of an effect: Shapley's value of every arm of the mechanism as a bar, leave-one-out as a diamond."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from analysis.figures import canvas, palette

if TYPE_CHECKING:
    from analysis.statistics.attribution import Attribution

BAR, WHOLE = "#0072b2", "#6b7480"


def draw(found: Attribution, labels: Mapping[str, str], title: str, unit: str) -> Figure:
    """Draw the parts, the largest on top, below them what is left with all arms off, and the whole effect."""
    parts = found.parts
    size = parts["shapley"].where(parts["shapley"].notna(), parts["alone_off"]).abs()
    parts = parts.iloc[np.argsort(-size.to_numpy(), kind="stable")].reset_index(drop=True)
    below = [("the whole effect", found.whole)]
    if math.isfinite(found.rest.value) and found.rest.value != 0.0:
        below.insert(0, ("left with all of them off", found.rest))
    rows = len(parts) + len(below)
    chart = 0.36 * rows
    tall = chart + 1.2
    figure = canvas.sheet(tall)
    names = [labels.get(a, palette.words(a)) for a in parts["arm"]] + [name for name, _ in below]
    left = min(0.3, 0.0062 * max(map(len, names)) + 0.015)
    axes = figure.add_axes((left, 0.42 / tall, 0.97 - left, chart / tall), label="parts")
    canvas.dress(axes, "x")
    axes.spines["left"].set_visible(False)
    canvas.name(axes, title, unit)
    for row, part in parts.iterrows():
        _bar(axes, int(row), part["shapley"], part["shapley_low"], part["shapley_high"], BAR)  # type: ignore[call-overload]
        _diamond(axes, int(row), part["alone_off"], part["alone_off_low"], part["alone_off_high"])  # type: ignore[call-overload]
    for row, (_, estimate) in enumerate(below, len(parts)):
        _bar(axes, row, estimate.value, estimate.low, estimate.high, WHOLE)
    axes.axvline(0.0, color=palette.QUIET, lw=1.0)
    axes.set_yticks(range(rows), names)
    axes.tick_params(axis="y", length=0, labelsize=8.5)
    axes.set_ylim(rows - 0.4, -0.6)
    axes.xaxis.set_major_locator(MaxNLocator(7))
    axes.xaxis.set_major_formatter(FuncFormatter(canvas.ticks))
    divided = parts["shapley"].notna().any()
    keys = [
        *([Patch(facecolor=BAR, label="its part (Shapley)")] if divided else []),
        Line2D([], [], marker="D", ls="", mfc=palette.PAPER, mec=palette.INK, ms=5,
               label="lost when it alone is switched off"),
    ]  # fmt: skip
    axes.legend(handles=keys, loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2, frameon=False, fontsize=7.8,
                labelcolor=palette.INK, borderaxespad=0.2)  # fmt: skip
    return figure


def _bar(axes: object, row: int, value: float, low: float, high: float, colour: str) -> None:
    if not math.isfinite(value):
        return
    axes.barh([row], [value], height=0.56, color=colour, alpha=0.85, lw=0)  # type: ignore[attr-defined]
    if math.isfinite(low):
        axes.plot([low, high], [row - 0.12] * 2, color=palette.INK, lw=1.3)  # type: ignore[attr-defined]


def _diamond(axes: object, row: int, value: float, low: float, high: float) -> None:
    if not math.isfinite(value):
        return
    if math.isfinite(low):
        axes.plot([low, high], [row + 0.17] * 2, color=palette.INK, lw=0.8, alpha=0.7)  # type: ignore[attr-defined]
    axes.plot([value], [row + 0.17], "D", ms=5, mfc=palette.PAPER, mec=palette.INK, mew=1.0, zorder=5)  # type: ignore[attr-defined]
