"""Where tumour cells arrive: how many in each organ, arm by arm, and which share of all each organ takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from analysis.figures import canvas, palette

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def draw(means: pd.DataFrame, arms: Sequence[str], labels: Mapping[str, str], what: str) -> Figure:
    """Draw the distribution.

    means     a row per arm, a column per organ: mean over runs
    arms      in the order of the rows, the first on top
    what      str    what is counted, as in "tumour cells that arrived, mean of a run"
    """
    organs = list(means.columns)
    colours = palette.of_organs(organs)
    table = means.loc[list(arms)].to_numpy(dtype=float)
    chart = 0.33 * len(arms)
    tall = chart + 1.05
    figure = canvas.sheet(tall)
    left = min(0.27, 0.0060 * max(len(labels[a]) for a in arms) + 0.015)
    width, bottom = (1.0 - left) / 2, 0.45 / tall
    total = table.sum(axis=1)
    share = np.divide(table, total[:, None], out=np.zeros_like(table), where=total[:, None] > 0)
    for i, (values, title) in enumerate(((table, what), (share, "the same, in shares of all"))):
        axes = figure.add_axes((left + i * width, bottom, width - 0.065, chart / tall), label=f"panel {i}")
        _bars(axes, values, organs, colours)
        canvas.name(axes, title)
        axes.set_yticks(range(len(arms)), [labels[a] for a in arms] if i == 0 else [""] * len(arms))
        axes.tick_params(axis="y", length=0, labelsize=8.5)
        if i == 0:
            axes.xaxis.set_major_locator(MaxNLocator(5, integer=bool(total.max() > 4)))
            axes.xaxis.set_major_formatter(FuncFormatter(canvas.ticks))
            axes.set_xlim(0, (total.max() or 1.0) * 1.13)
            for row, value in enumerate(total):
                axes.text(value, row, f" {canvas.number(value)}", va="center", fontsize=8, color=palette.INK)
        else:
            axes.set_xlim(0, 1)
            axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{100 * v:.0f} %"))
            for row in np.flatnonzero(total == 0).tolist():
                axes.text(0.02, row, "none arrived", va="center", fontsize=8, color=palette.QUIET)
    figure.legend(
        handles=[Patch(facecolor=colours[o], label=palette.words(o)) for o in organs], loc="upper left", ncols=8,
        bbox_to_anchor=(left - 0.008, 1.0), frameon=False, fontsize=8, labelcolor=palette.INK, handlelength=1.0,
        columnspacing=1.4, handleheight=1.0, borderaxespad=0.1,
    )  # fmt: skip
    return figure


def _bars(axes: Axes, values: np.ndarray, organs: Sequence[str], colours: Mapping[str, str]) -> None:
    canvas.dress(axes, "x")
    axes.spines["left"].set_visible(False)
    start = np.zeros(len(values))
    for k, organ in enumerate(organs):
        axes.barh(
            range(len(values)), values[:, k], left=start, height=0.66, color=colours[organ], edgecolor=palette.PAPER,
            linewidth=0.7, label=organ,
        )  # fmt: skip
        start = start + values[:, k]
    axes.set_ylim(len(values) - 0.45, -0.55)
