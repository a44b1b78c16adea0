"""Courses in time as charts one can point at: six panels on one axis of days, the steps of the spread, and the clock.

Charts are plain data until the page shows them, so that the same functions serve stored and running simulations.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.figures import palette
from analysis.figures.marks import MARKS
from analysis.spread import MANNERS, Milestones
from analysis.viewer.ground import Ground, ground_of

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray

#: colours of lines that would be lost on dark ground
ON_DARK = {
    "#0072b2": "#56a8e0",
    "#8c7a4f": "#c0ab78",
    palette.INK: "#e6eaef",
    palette.CAPSULE: "#aab4c0",
    "#b30d0d": "#ff7a6b",
    "#8e3a80": "#d07fc2",
}
NOTHING = Milestones(None, None, None, None)
FONT = "system-ui, -apple-system, Segoe UI, Roboto, sans-serif"


@dataclass(frozen=True)
class Line:
    """A course: name, days, values, colour; dashed or stepped."""

    name: str
    days: Array
    values: Array
    colour: str
    dash: str = "solid"
    step: bool = False


@dataclass(frozen=True)
class Panel:
    """A chart: title, unit, its lines; whether it begins at zero."""

    title: str
    unit: str
    lines: Sequence[Line]
    from_zero: bool = True


def panels(summary: pd.DataFrame, shed: pd.DataFrame | None = None) -> list[Panel]:
    """Lay out the courses of a run, finished or not.

    summary    one row per kept time, as in summary.parquet; columns that are missing cost their line
    shed       tumour cells that entered the blood, as from `analysis.spread.shedding`; None where no events are known
    """
    days = summary["time_day"].to_numpy(dtype=float)
    tumour, t_cell = palette.CELL_TYPES["tumour_cell"], palette.CELL_TYPES["t_cell"]

    def line(name: str, column: str, colour: str, dash: str = "solid") -> list[Line]:
        return [Line(name, days, summary[column].to_numpy(dtype=float), colour, dash)] if column in summary else []

    found = [
        Panel("Tumour cells, primary", "cells", line("tumour cells", "tumour_cells", tumour)),
        Panel(
            "Capsule", "share intact",
            line("mean", "capsule_integrity", palette.CAPSULE)
            + line("weakest", "capsule_weakest", palette.CAPSULE, "dot"),
        ),
        Panel(
            "Lymphocytes", "cells",
            line("in the organ", "lymphocytes", t_cell) + line("in the nodule", "lymphocytes_in_nodule", t_cell, "dot"),
        ),
        Panel("Shed into blood, so far", "tumour cells", _shed(days, shed) if shed is not None else _in_blood(line)),
        Panel("In colonies, by organ", "cells", _organs(days, summary)),
        Panel("ICAM-1 of tumour cells", "copies per cell", line("mean", "tumour_icam1", "#8e3a80"), from_zero=False),
    ]  # fmt: skip
    return [panel for panel in found if panel.lines]


def _shed(days: Array, shed: pd.DataFrame) -> list[Line]:
    end = float(days[-1]) if len(days) else 0.0
    lines = []
    for manner in MANNERS:
        times = shed.loc[shed["manner"] == manner, "time_day"].to_numpy(dtype=float)
        at = np.concatenate([[0.0], times, [end]])
        count = np.concatenate([[0], np.arange(1, len(times) + 1), [len(times)]])
        lines.append(Line(manner, at, count.astype(float), palette.SHED[manner], step=True))
    return lines


def _in_blood(line: Any) -> list[Line]:
    return list(line("departed", "departures", palette.SHED["single"]))


def _organs(days: Array, summary: pd.DataFrame) -> list[Line]:
    organs = [name.removeprefix("colony_cells_") for name in summary.columns if name.startswith("colony_cells_")]
    colours = palette.of_organs(organs)
    return [
        Line(palette.words(o), days, summary[f"colony_cells_{o}"].to_numpy(dtype=float), colours[o]) for o in organs
    ]


# ---- plotly ----


def figure(
    what: Sequence[Panel], marks: Milestones = NOTHING, theme: str = "light", *, day: float | None = None,
    end: float | None = None, across: int = 2,
) -> Any:  # fmt: skip
    """Draw panels.

    marks      Milestones         drawn as dotted lines in all panels
    day        float or None      where the clock stands
    end        float or None      last day of the axis
    across     int                panels beside one another
    returns    plotly Figure
    """
    from plotly.graph_objects import Figure
    from plotly.subplots import make_subplots

    ground = ground_of(theme)
    if not what:
        return Figure(layout=_layout(ground))
    across = min(across, len(what))
    rows = -(-len(what) // across)
    drawn = make_subplots(
        rows, across, subplot_titles=[f"<b>{p.title}</b>  <span style='font-size:10px'>{p.unit}</span>" for p in what],
        horizontal_spacing=0.09, vertical_spacing=min(0.16, 0.42 / rows),
    )  # fmt: skip
    drawn.update_layout(_layout(ground))
    for title in drawn.layout.annotations:
        title.update(font={"size": 12, "color": ground.ink}, xanchor="left", x=_left(title.x, across), yshift=2)
    last = (
        end if end is not None else max((float(n.days[-1]) for p in what for n in p.lines if len(n.days)), default=1.0)
    )
    for i, panel in enumerate(what):
        row, column = divmod(i, across)
        for k, line in enumerate(panel.lines):
            drawn.add_trace(_trace(line, ground), row=row + 1, col=column + 1)
            if len(panel.lines) > 1:
                _name(drawn, i, k, line, ground, right=_crowded_left(panel))
        top = max(
            (float(np.nanmax(n.values)) for n in panel.lines if len(n.values) and np.isfinite(n.values).any()),
            default=1.0,
        )
        small = {"tickformat": "~g"} if top < 10 else {}
        limits = {"range": [0, top * 1.08 if top > 0 else 1]} if panel.from_zero else {}
        drawn.update_yaxes(_axis(ground) | small | limits,
                           row=row + 1, col=column + 1)  # fmt: skip
        drawn.update_xaxes(_axis(ground) | {"range": [0, last or 1], "showgrid": False}, row=row + 1, col=column + 1)
    drawn.update_layout(shapes=shapes(len(what), across, marks, day, ground))
    return drawn


def shapes(count: int, across: int, marks: Milestones, day: float | None, ground: Ground) -> list[dict[str, Any]]:
    """Return the lines that run through all panels: the clock, one per column, then the steps of the spread."""
    drawn = []
    for column in range(min(across, count)):
        axis = "x" if column == 0 else f"x{column + 1}"
        at = {"type": "line", "xref": axis, "yref": "paper", "y0": 0, "y1": 1}
        clock = {**at, "x0": day or 0.0, "x1": day or 0.0, "line": {"color": ground.ink, "width": 1.4},
                 "visible": day is not None}  # fmt: skip
        drawn.append(clock)
    for name, _, colour in MARKS:
        when = getattr(marks, name)
        if when is None:
            continue
        for column in range(min(across, count)):
            axis = "x" if column == 0 else f"x{column + 1}"
            drawn.append(
                {"type": "line", "xref": axis, "yref": "paper", "y0": 0, "y1": 1, "x0": when, "x1": when,
                 "line": {"color": _shown(colour, ground), "width": 1, "dash": "dot"}, "layer": "below"}
            )  # fmt: skip
    return drawn


def move_clock(widget: Any, day: float, across: int = 2) -> None:
    """Move the clock of a shown chart; nothing else is sent to the browser."""
    with widget.batch_update():
        for k in range(min(across, len(widget.layout.shapes))):
            widget.layout.shapes[k].update(x0=day, x1=day)


def difference(
    days: Array, one: Array, other: Array, names: tuple[str, str], title: str, unit: str, theme: str = "light", *,
    day: float | None = None,
) -> Any:  # fmt: skip
    """Draw one quantity of two runs, and below it how far the second is from the first.

    days          (t,)           moments that both have
    one, other    (t,)
    returns       plotly Figure
    """
    ground = ground_of(theme)
    first, second = palette.CONTROL, palette.ARMS[1]
    if ground.name == "dark":
        first = "#a9b2bd"
    both = [Panel(title, unit, [Line(names[0], days, one, first), Line(names[1], days, other, second)])]
    gap = [
        Panel(
            f"Difference: {names[1]} minus {names[0]}",
            unit,
            [Line("difference", days, other - one, second)],
            from_zero=False,
        )
    ]
    drawn = figure(both + gap, NOTHING, theme, day=day, across=2)
    drawn.add_hline(0.0, line={"color": ground.quiet, "width": 1}, row=1, col=2)
    drawn.data[-1].update(fill="tozeroy", fillcolor="rgba(213,94,0,0.18)")
    return drawn


def _trace(line: Line, ground: Ground) -> Any:
    from plotly.graph_objects import Scatter

    shape = {
        "color": _shown(line.colour, ground),
        "width": 1.9,
        "dash": line.dash,
        "shape": "hv" if line.step else "linear",
    }
    return Scatter(
        x=line.days, y=line.values, mode="lines", name=line.name, line=shape, showlegend=False,
        hovertemplate=f"day %{{x:.2f}}: %{{y:,.3~g}}<extra>{line.name}</extra>",
    )  # fmt: skip


def _name(drawn: Any, panel: int, place: int, line: Line, ground: Ground, *, right: bool) -> None:
    """Write a line's name into its panel, in its colour, on the side where there is room."""
    axis = "" if panel == 0 else str(panel + 1)
    sign = "┄ " if line.dash != "solid" else ""
    drawn.add_annotation(
        x=0.985 if right else 0.02, y=1.0 - 0.15 * place, xref=f"x{axis} domain", yref=f"y{axis} domain",
        text=sign + line.name, showarrow=False, xanchor="right" if right else "left", yanchor="top",
        font={"size": 10.5, "color": _shown(line.colour, ground)},
    )  # fmt: skip


def _crowded_left(panel: Panel) -> bool:
    """Tell whether lines run higher in the first part of a panel than in the last."""

    def highest(part: slice) -> float:
        known = [
            np.nanmax(n.values[part]) for n in panel.lines if len(n.values) > 4 and np.isfinite(n.values[part]).any()
        ]
        return float(max(known, default=0.0))

    third = max(len(panel.lines[0].values) // 3, 1)
    return highest(slice(0, third)) > 1.05 * highest(slice(-third, None))


def _layout(ground: Ground) -> Mapping[str, Any]:
    return {
        "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 42, "r": 10, "t": 26, "b": 26},
        "font": {"family": FONT, "size": 11, "color": ground.ink}, "hovermode": "closest", "autosize": True,
        "hoverlabel": {"bgcolor": ground.card, "bordercolor": ground.line, "font": {"color": ground.ink}},
        "dragmode": False, "uirevision": "kept",
    }  # fmt: skip


def _axis(ground: Ground) -> dict[str, Any]:
    return {
        "gridcolor": ground.line, "gridwidth": 0.6, "zeroline": False, "linecolor": ground.line,
        "showline": True, "nticks": 5,
        "tickfont": {"size": 10, "color": ground.quiet}, "tickformat": "~s", "fixedrange": True,
    }  # fmt: skip


def _left(centre: float, across: int) -> float:
    """Turn the middle of a panel into its left edge."""
    wide = (1.0 - 0.09 * (across - 1)) / across
    return max(0.0, centre - wide / 2)


def _shown(colour: str, ground: Ground) -> str:
    return ON_DARK.get(colour, colour) if ground.name == "dark" else colour
