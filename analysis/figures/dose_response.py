"""Dose and effect: every pair as a faint line, means with the fitted curve, and its band."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from analysis.figures import canvas, palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from analysis.statistics.dose_response import DoseResponse

ACROSS = 3


@dataclass(frozen=True)
class Panel:
    """An endpoint over the doses of a series.

    title     str
    below     str          unit
    doses     (k,)         0 ... 1
    effects   (n, k)       difference from the control, a row per replicate
    fitted    DoseResponse
    colour    str
    """

    title: str
    below: str
    doses: np.ndarray
    effects: np.ndarray
    fitted: DoseResponse
    colour: str


def draw(panels: Sequence[Panel]) -> Figure:
    """Draw the panels, two or three in a row."""
    across = min(max(len(panels), 2), ACROSS)
    rows = -(-len(panels) // across)
    tall = 2.85
    figure = canvas.sheet(rows * tall)
    for i, panel in enumerate(panels):
        row, column = divmod(i, across)
        base = 1 - (row * tall + 2.3) / (rows * tall)
        box = (0.055 + column / across * 0.97, base, 0.97 / across - 0.075, 1.78 / (rows * tall))
        _panel(figure.add_axes(box, label=f"panel {i}"), panel)
    return figure


def _panel(axes: Axes, panel: Panel) -> None:
    canvas.dress(axes)
    canvas.name(axes, panel.title, panel.below)
    at = np.append(0.0, panel.doses)
    for pair in panel.effects:
        axes.plot(at, np.append(0.0, pair), color=palette.QUIET, lw=0.6, alpha=0.35, zorder=2)
    curve, points = panel.fitted.curve, panel.fitted.points
    if len(curve):
        axes.fill_between(curve["dose"], curve["low"], curve["high"], color=panel.colour, alpha=0.18, lw=0, zorder=1)
        axes.plot(curve["dose"], curve["effect"], color=panel.colour, lw=2.0, zorder=3)
    axes.plot(points["dose"], points["effect"], "o", ms=6, color=panel.colour, mec=palette.PAPER, mew=0.9, zorder=4)
    axes.axhline(0.0, color=palette.QUIET, lw=1.0, zorder=1)
    half = panel.fitted.half[0]
    if math.isfinite(half) and panel.fitted.told.startswith("half"):
        axes.plot([half, half], [0.0, panel.fitted.top[0] / 2], color=panel.colour, lw=1.0, ls=(0, (2, 2)), zorder=2)
    axes.set_xlim(0, 1.02)
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{100 * v:.0f} %"))
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_formatter(FuncFormatter(canvas.ticks))
    axes.set_xlabel("knocked down", fontsize=8.5, color=palette.INK, labelpad=1)
    values = np.append(panel.effects[np.isfinite(panel.effects)], 0.0)
    room = 0.08 * (float(np.ptp(values)) or 1.0)
    axes.set_ylim(values.min() - room, values.max() + room)
