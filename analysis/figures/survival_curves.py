"""When it has happened: the share of runs by day, arm by arm, and below it how many runs were still waiting for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from analysis.figures import canvas, palette
from analysis.statistics.survival import at_risk, kaplan_meier

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = np.ndarray

ACROSS = 2
LINE = 0.165
#: bands of more arms than these lie over each other and tell nothing
MOST_BANDS = 3


@dataclass(frozen=True)
class Panel:
    """A first event.

    title     str
    times     arm -> (day of the event or of the end of observation, did it happen), a value per run
    """

    title: str
    times: Mapping[str, tuple[Array, Array]]


def draw(panels: Sequence[Panel], control: str, labels: Mapping[str, str], colours: Mapping[str, str]) -> Figure:
    """Draw the curves with their tables; all panels with the same arms."""
    arms = list(panels[0].times)
    across = min(ACROSS, len(panels))
    rows = -(-len(panels) // across)
    chart, table = 1.75, LINE * (len(arms) + 1) + 0.5
    tall = 0.45 + chart + table + 0.25
    figure = canvas.sheet(rows * tall)
    longest = max(len(labels[a]) for a in arms)
    left = min(0.27, 0.0056 * longest + 0.05)
    width = (1.0 - left) / ACROSS
    for i, panel in enumerate(panels):
        row, column = divmod(i, across)
        base = 1.0 - (row * tall + 0.4 + chart) / (rows * tall)
        box = (left + column * width, base, width - 0.075, chart / (rows * tall))
        axes = figure.add_axes(box, label=f"panel {i}")
        _curves(axes, panel, control, colours)
        _table(axes, panel, labels, colours, chart, named=column == 0)
    return figure


def _curves(axes: Axes, panel: Panel, control: str, colours: Mapping[str, str]) -> None:
    canvas.dress(axes)
    canvas.name(axes, panel.title)
    end = max((float(t.max()) for t, _ in panel.times.values() if len(t)), default=1.0)
    for arm, (times, observed) in panel.times.items():
        curve = kaplan_meier(times, observed)
        days = np.append(curve["day"].to_numpy(), end)
        happened = 1.0 - np.append(curve["survival"].to_numpy(), curve["survival"].to_numpy()[-1:])
        if not len(curve):
            continue
        thick = 2.6 if arm == control else 1.7
        axes.step(days, happened, where="post", color=colours[arm], lw=thick, zorder=3 - (arm == control))
        if arm == control or len(panel.times) <= MOST_BANDS:
            low, high = (1.0 - np.append(curve[n].to_numpy(), curve[n].to_numpy()[-1:]) for n in ("high", "low"))
            axes.fill_between(days, low, high, step="post", color=colours[arm], alpha=0.14, lw=0, zorder=1)
    axes.set_xlim(0, end * 1.005 or 1.0)
    axes.set_ylim(-0.02, 1.02)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1.0])
    axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{100 * v:.0f} %"))
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=end > 6))
    axes.set_xlabel("day", fontsize=8.5, color=palette.INK, labelpad=1)


def _table(
    axes: Axes, panel: Panel, labels: Mapping[str, str], colours: Mapping[str, str], inches: float, *, named: bool
) -> None:
    """Write how many runs were watched, and still without it, at the days of the axis."""
    days = [day for day in axes.get_xticks() if axes.get_xlim()[0] <= day <= axes.get_xlim()[1]]
    top = -0.47 / inches
    across = axes.get_xaxis_transform()
    if named:
        axes.text(
            -0.1, top, "still without it", transform=axes.transAxes, ha="right", fontsize=7.5, color=palette.QUIET,
            va="center",
        )  # fmt: skip
    for line, (arm, (times, _)) in enumerate(panel.times.items(), 1):
        height = top - line * LINE / inches
        for day, count in zip(days, at_risk(times, days), strict=True):
            axes.text(day, height, f"{count}", transform=across, ha="center", va="center", fontsize=7.5,
                      color=palette.INK)  # fmt: skip
        if named:
            axes.text(-0.1, height, labels[arm], transform=axes.transAxes, ha="right", va="center", fontsize=7.8,
                      color=palette.INK)  # fmt: skip
        axes.plot([-0.075 if named else -0.06], [height], "s", ms=5, color=colours[arm], transform=axes.transAxes,
                  clip_on=False)  # fmt: skip
