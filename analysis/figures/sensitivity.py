"""What an answer hangs on: effects in all sampled worlds, the screening of parameters, and their shares of variance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from analysis.figures import canvas, palette

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

DOWN, UP, NONE = "#0072b2", "#d55e00", palette.QUIET
ROW = 0.25
#: parameters shown at most
MOST = 20


def short(path: str) -> str:
    """Write a parameter's path so that it fits beside a bar: "killing: hit rate"."""
    *owner, last = path.split(".")[1:] or [path]
    plain = f"{palette.words('.'.join(owner))}: {palette.words(last)}" if owner else palette.words(last)
    return " ".join(palette.words(word) for word in plain.split(" "))


def effects(values: Sequence[tuple[str, np.ndarray, float]], below: str) -> Figure:
    """Draw the effect in every world, sorted, a panel per design.

    values    title, effects (without gaps), effect with everything as it stands
    below     str    unit
    """
    across = max(len(values), 2)
    figure = canvas.sheet(2.5)
    for i, (title, found, default) in enumerate(values):
        axes = figure.add_axes((0.06 + i / across * 0.96, 0.2, 0.96 / across - 0.08, 0.6), label=f"panel {i}")
        canvas.dress(axes)
        canvas.name(axes, title, below)
        order = np.sort(found)
        hues = np.where(order < 0, DOWN, np.where(order > 0, UP, NONE))
        axes.vlines(np.arange(len(order)), 0.0, order, colors=hues.tolist(), lw=max(1.0, min(6.0, 280.0 / len(order))))
        axes.axhline(0.0, color=palette.INK, lw=1.0)
        if np.isfinite(default):
            axes.axhline(default, color=palette.QUIET, lw=1.0, ls=(0, (4, 3)))
            axes.text(len(order) - 0.5, default, "as it stands ", fontsize=7.8, color=palette.INK, ha="right",
                      va="bottom" if default >= 0 else "top",
                      bbox={"facecolor": palette.PAPER, "edgecolor": "none", "pad": 1.5, "alpha": 0.85})  # fmt: skip
        axes.set_xlim(-0.7, len(order) - 0.3)
        axes.set_xticks([])
        axes.yaxis.set_major_locator(MaxNLocator(5))
        axes.yaxis.set_major_formatter(FuncFormatter(canvas.ticks))
        axes.set_xlabel(f"{len(order)} worlds, by effect", fontsize=8.5, color=palette.INK)
    return figure


def screening(morris: pd.DataFrame, title: str, below: str) -> Figure:
    """Draw the mean absolute effect of the strongest parameters, and beside it how uneven it is.

    morris    of one endpoint, as from `morris_analysis`
    """
    table = morris.head(MOST)
    figure, (left, right) = _pair(len(table), [short(p) for p in table["parameter"]], extra=0.3)
    rows = np.arange(len(table))
    _bars(left, rows, table["mu_star"], table["mu_star_reach"], DOWN)
    canvas.name(left, title, below)
    canvas.dress(right, "x")
    right.spines["left"].set_visible(False)
    right.hlines(rows, table["mu"] - table["sigma"], table["mu"] + table["sigma"], color=palette.QUIET, lw=1.6)
    right.plot(table["mu"], rows, "o", ms=5, color=palette.INK)
    right.axvline(0.0, color=palette.QUIET, lw=1.0)
    canvas.name(right, "Which way, and how evenly", "mean of what raising it adds, ± its scatter over worlds (σ)")
    _finish(right, len(table), [""] * len(table))
    _finish(left, len(table), [short(p) for p in table["parameter"]])
    return figure


def indices(sobol: pd.DataFrame, title: str) -> Figure:
    """Draw Sobol's indices of one endpoint, as from `sobol_analysis`."""
    table = sobol.head(MOST)
    names = [short(p) for p in table["parameter"]]
    figure, (left, right) = _pair(len(table), names, extra=0.3)
    rows = np.arange(len(table))
    for axes, key, hue in ((left, "first", DOWN), (right, "total", UP)):
        _bars(axes, rows, table[key], table[f"{key}_reach"], hue)
        axes.set_xlim(min(0.0, float((table[key] - table[f"{key}_reach"]).min())), None)
    canvas.name(left, title, "share of the variance that goes with it alone (first order)")
    canvas.name(right, "With others", "share that is gone when it is fixed (total)")
    _finish(left, len(table), names)
    _finish(right, len(table), [""] * len(table))
    return figure


def _pair(rows: int, names: list[str], extra: float) -> tuple[Figure, tuple[Axes, Axes]]:
    chart = ROW * max(rows, 2)
    tall = chart + 0.75 + extra
    figure = canvas.sheet(tall)
    left = min(0.36, 0.0062 * max(map(len, names)) + 0.02)
    width = (0.98 - left) / 2
    boxes = [(left + k * width, 0.4 / tall, width - 0.045, chart / tall) for k in range(2)]
    first, second = (figure.add_axes(box, label=f"panel {k}") for k, box in enumerate(boxes))
    return figure, (first, second)


def _bars(axes: Axes, rows: np.ndarray, values: pd.Series, reach: pd.Series, hue: str) -> None:
    canvas.dress(axes, "x")
    axes.spines["left"].set_visible(False)
    axes.barh(rows, values, height=0.6, color=hue, alpha=0.85, lw=0)
    axes.hlines(rows, values - reach, values + reach, color=palette.INK, lw=1.2)


def _finish(axes: Axes, rows: int, names: list[str]) -> None:
    axes.set_yticks(range(rows), names)
    axes.tick_params(axis="y", length=0, labelsize=8.2)
    axes.set_ylim(max(rows, 2) - 0.4, -0.6)
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_formatter(FuncFormatter(canvas.ticks))
