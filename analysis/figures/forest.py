"""Effects as a forest: a panel per endpoint, a row per arm, a dot with its interval, and the number beside it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullFormatter, NullLocator

from analysis.figures import canvas, palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ACROSS = 3
RATIO, DIFFERENCE = "ratio", "difference"
#: ratios are drawn between these at most; beyond, an arrow
SMALLEST, LARGEST = 1 / 32, 32.0
LABEL = 0.4  # inches that the label of a tick takes


@dataclass(frozen=True)
class Effect:
    """A row: an arm's estimate with its interval, and how it is written."""

    arm: str
    value: float
    low: float
    high: float
    told: str


@dataclass(frozen=True)
class Panel:
    """An endpoint.

    title     str
    below     str      unit, and what is shown
    scale     str      "ratio" (control = 1, logarithmic) or "difference" (control = 0)
    effects   of every arm, in the order of the rows
    """

    title: str
    below: str
    scale: str
    effects: Sequence[Effect]


def draw(panels: Sequence[Panel], labels: Mapping[str, str], colours: Mapping[str, str]) -> Figure:
    """Draw the forest.

    panels     at least one; all with the same arms
    labels     arm -> how it is called
    colours    arm -> colour
    """
    rows = math.ceil(len(panels) / ACROSS)
    arms = [effect.arm for effect in panels[0].effects]
    across = min(len(panels), ACROSS)
    tall = 0.30 * len(arms) + 0.98
    figure = canvas.sheet(rows * tall)
    longest = max(len(labels[arm]) for arm in arms)
    left = min(0.30, 0.0061 * longest + 0.024)
    cell = (1.0 - left) / max(across, 2)
    for i, panel in enumerate(panels):
        row, column = divmod(i, across)
        bottom = 1.0 - (row * tall + 0.55 + 0.30 * len(arms)) / (rows * tall)
        axes = figure.add_axes(
            (
                left + column * cell,
                bottom,
                cell * (0.37 if across == ACROSS else 0.6),
                0.30 * len(arms) / (rows * tall),
            ),
            label=f"panel {i}",
        )
        _panel(axes, panel, colours, axes.get_position().width * canvas.WIDTH)
        axes.set_yticks(range(len(arms)), [labels[a] for a in arms] if column == 0 else [""] * len(arms))
        axes.tick_params(axis="y", length=0, labelsize=8.5, pad=7)
    return figure


def _panel(axes: Axes, panel: Panel, colours: Mapping[str, str], inches: float) -> None:
    canvas.dress(axes, "x")
    axes.spines["left"].set_visible(False)
    canvas.name(axes, panel.title, panel.below)
    none = 1.0 if panel.scale == RATIO else 0.0
    low, high = _limits(panel)
    if panel.scale == RATIO:
        axes.set_xscale("log", base=2)
        marks = [2.0**k for k in range(-5, 6) if low <= 2.0**k <= high]
        octave = inches / math.log2(high / low)
        step = max(1, math.ceil(LABEL / octave))
        axes.set_xticks([m for m in marks if round(math.log2(m)) % step == 0])
        axes.xaxis.set_minor_locator(NullLocator())
        axes.xaxis.set_minor_formatter(NullFormatter())
        axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"×{v:g}" if v >= 1 else f"×1/{1 / v:g}"))
    else:
        axes.xaxis.set_major_locator(MaxNLocator(3 if inches > 1.4 else 2))
        axes.xaxis.set_major_formatter(FuncFormatter(canvas.ticks))
    axes.set_xlim(low, high)
    axes.set_ylim(len(panel.effects) - 0.4, -0.6)
    axes.axvline(none, color=palette.QUIET, lw=1.0, zorder=1)
    for row, effect in enumerate(panel.effects):
        _effect(axes, row, effect, colours[effect.arm], (low, high))


def _effect(axes: Axes, row: int, effect: Effect, colour: str, limits: tuple[float, float]) -> None:
    low, high = limits
    ends = [effect.value if math.isnan(e) else e for e in (effect.low, effect.high)]
    if not math.isnan(effect.value):
        inside = [min(max(e, low), high) for e in ends]
        axes.plot(inside, [row, row], color=colour, lw=2.2, solid_capstyle="butt", zorder=3)
        for end, limit, arrow in ((ends[0], low, "<"), (ends[1], high, ">")):
            if (end < limit) if arrow == "<" else (end > limit):
                axes.plot([limit], [row], marker=arrow, ms=5, color=colour, clip_on=False, zorder=4)
        if low <= effect.value <= high:
            axes.plot([effect.value], [row], "o", ms=6.5, color=colour, mec=palette.PAPER, mew=0.9, zorder=5)
    clear = math.isnan(effect.value) or math.isnan(effect.low)
    axes.text(
        1.045, row, effect.told, transform=axes.get_yaxis_transform(), va="center", fontsize=7.6,
        color=palette.QUIET if clear else palette.INK,
    )  # fmt: skip


def _limits(panel: Panel) -> tuple[float, float]:
    """Show all that is finite, and the place of no effect; a little room on both sides."""
    known = [v for e in panel.effects for v in (e.value, e.low, e.high) if math.isfinite(v)]
    if panel.scale == RATIO:
        some = [min(max(v, SMALLEST), LARGEST) for v in known if v > 0] + [1.0]
        if any(e.value == 0.0 for e in panel.effects):
            some.append(min(some) / 2)
        low, high = min(some), max(some)
        return min(low / 1.15, 0.7), max(high * 1.15, 1.4)
    low, high = min([*known, 0.0]), max([*known, 0.0])
    if low == high:
        return -1.0, 1.0
    room = 0.08 * (high - low)
    return low - room, high + room
