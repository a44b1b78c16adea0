"""A picture of the tissue at one moment: every cell a disc at its true radius, the capsule, the vessels, the organs.

Tumour cells are shaded by the ICAM-1 they carry; the capsule by its integrity, so that a breach is a gap in the ring.
A block of tissue is cut in its middle: discs are then the sections of the cells.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import EllipseCollection
from matplotlib.colors import LinearSegmentedColormap, LogNorm, Normalize
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from analysis.figures import palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = np.ndarray

PIXELS, INCHES = 1400, (10.0, 7.3)
#: painted in this order, the small and mobile on top
LAYERS = ("hepatocyte", "tumour_cell", "oval_cell", "fibroblast", "endothelial_cell")


@dataclass(frozen=True)
class Moment:
    """What there is to be drawn.

    minutes      float                                since the start
    extent       (3 floats)                    um     length of the box along x, y, z
    voxel        float                         um     edge of a voxel
    cells        str -> (n,)                          x, y, z, radius (um), cell_type (words); icam1 (copies),
                                                      caf, venule where known
    fields       str -> (nx, ny, nz)                  capsule, capsule_wall and breached, where known
    organs       str -> (int, int)                    living tumour cells that arrived, and their colonies, by organ
    parcel       int                                  cells a disc stands for
    """

    minutes: float
    extent: tuple[float, float, float]
    voxel: float
    cells: Mapping[str, Array]
    fields: Mapping[str, Array] = field(default_factory=dict)
    organs: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    parcel: int = 1

    @property
    def block(self) -> bool:
        """True for tissue with depth, of which a section is drawn."""
        return self.extent[2] > 1.5 * self.voxel

    def section(self) -> dict[str, Array]:
        """Return the cells that are drawn, with the radius of their section in the middle of a block."""
        cells = {name: np.asarray(values) for name, values in self.cells.items()}
        if not self.block:
            return cells
        off = np.abs(cells["z"] - self.extent[2] / 2.0)
        cut = off < cells["radius"]
        cells["radius"] = np.sqrt(np.maximum(cells["radius"] ** 2 - off**2, 0.0))
        return {name: values[cut] for name, values in cells.items()}

    def plane(self, name: str) -> Array | None:
        """Return a field as (nx, ny), in the middle of a block; None where it was not recorded."""
        values = self.fields.get(name)
        return None if values is None else np.asarray(values)[:, :, np.asarray(values).shape[2] // 2]


def draw(moment: Moment, event: str, *, icam1: tuple[float, float] | None = None) -> Figure:
    """Draw the tissue.

    moment     Moment
    event      str              what this moment is, as in "the capsule gives way"
    icam1      (float, float)   copies per cell from the lightest to the darkest; of the moment itself when not given
    returns    Figure           1400 pixels wide when saved with `save`
    """
    figure = Figure(figsize=INCHES, dpi=PIXELS / INCHES[0], facecolor=palette.PAPER)
    FigureCanvasAgg(figure)
    height = 0.90
    width = height * INCHES[1] / INCHES[0] * moment.extent[0] / moment.extent[1]
    width = min(width, 0.66)
    axes = figure.add_axes((0.012, 0.03, width, height))
    cells = moment.section()
    _ground(axes, moment)
    scale = _discs(axes, cells, icam1)
    _capsule_outline(axes, moment)
    _frame(axes, moment)
    left = 0.012 + width + 0.028
    title = figure.text(
        0.012, 0.953, f"Day {moment.minutes / 1440.0:.3g}", fontsize=17, weight="bold", color=palette.INK
    )
    after = title.get_window_extent().x1 / figure.bbox.width + 0.014
    figure.text(after, 0.953, event, fontsize=13, color=palette.QUIET)
    _legend(figure, left, moment, cells)
    if scale is not None:
        _icam1_bar(figure, left, *scale)
    _organs(figure, left, moment)
    return figure


def save(figure: Figure, path: Path) -> None:
    """Write a picture as PNG; the same picture gives the same bytes."""
    figure.savefig(path, dpi=PIXELS / INCHES[0], metadata={"Software": None})


def icam1_range(*moments: Moment) -> tuple[float, float] | None:
    """Return a range of ICAM-1 copies that suits several pictures, so that shades can be compared."""
    found = [m.cells["icam1"][np.asarray(m.cells["cell_type"]) == "tumour_cell"] for m in moments if "icam1" in m.cells]
    copies = np.concatenate([np.asarray(f, dtype=float) for f in found]) if found else np.zeros(0)
    copies = copies[np.isfinite(copies) & (copies > 0)]
    if not len(copies):
        return None
    low, high = np.percentile(copies, [2, 98])
    return float(low), float(max(high, 1.5 * low))


# ---- layers, from the bottom ----


def _ground(axes: Axes, moment: Moment) -> None:
    """Paint the capsule as a shaded ring."""
    integrity, wall = moment.plane("capsule"), moment.plane("capsule_wall")
    if integrity is None:
        return
    laid = wall if wall is not None else integrity > 0
    shade = np.ma.masked_where(np.asarray(laid) <= 0, integrity)
    ramp = LinearSegmentedColormap.from_list("capsule", palette.CAPSULE_RAMP)
    box = (0, moment.extent[0], 0, moment.extent[1])
    axes.imshow(shade.T, origin="lower", extent=box, cmap=ramp, vmin=0, vmax=1, interpolation="nearest", zorder=1)


def _discs(axes: Axes, cells: Mapping[str, Array], limits: tuple[float, float] | None) -> Any:
    """Paint all cells, type by type; return colour map and norm of the tumour cells, if there are any."""
    kinds = np.asarray(cells["cell_type"]).astype(str)
    present = sorted(set(kinds.tolist()))
    colours = palette.of_cell_types(present)
    order = [k for k in LAYERS if k in present] + [k for k in present if k not in LAYERS]
    scale = None
    for layer, kind in enumerate(order):
        rows = np.flatnonzero(kinds == kind)
        if kind == "endothelial_cell":
            _lumen(axes, cells, rows)
        paint: Any = colours[kind]
        if kind == "tumour_cell" and "icam1" in cells and limits:
            scale = _icam1_scale(limits)
            paint = scale[0](scale[1](np.clip(cells["icam1"][rows], *limits)))
        elif kind == "fibroblast" and "caf" in cells:
            paint = np.where(cells["caf"][rows] > 0.5, palette.CAF, colours[kind])
        rimmed = kind in ("oval_cell", "fibroblast", "endothelial_cell")
        _paint(axes, cells, rows, paint, zorder=3 + layer, edge=palette.PAPER if rimmed else "none", line=0.25)
    return scale


def _paint(
    axes: Axes, cells: Mapping[str, Array], rows: Array, paint: Any, *, zorder: float, edge: str, line: float
) -> None:
    across = 2.0 * np.asarray(cells["radius"], dtype=float)[rows]
    spots = np.stack([np.asarray(cells["x"])[rows], np.asarray(cells["y"])[rows]], axis=1)
    discs = EllipseCollection(
        across, across, np.zeros(len(rows)), units="xy", offsets=spots, transOffset=axes.transData,
        facecolors=paint, edgecolors=edge, linewidths=line, zorder=zorder,
    )  # fmt: skip
    discs.set_gid("cells")
    axes.add_collection(discs)


def _lumen(axes: Axes, cells: Mapping[str, Array], rows: Array) -> None:
    """Let a pale band run under the vessel wall, so that vessels are seen as tubes."""
    band = {n: np.asarray(cells[n])[rows].astype(float) for n in ("x", "y", "radius")}
    band["radius"] = band["radius"] + 6.0
    _paint(axes, band, np.arange(len(rows)), palette.VESSEL, zorder=2, edge="none", line=0)
    axes.collections[-1].set_gid("lumen")


def _capsule_outline(axes: Axes, moment: Moment) -> None:
    """Draw where the capsule was laid down, so that a gap in it is seen as a gap, and hatch where it has given way."""
    wall, broken = moment.plane("capsule_wall"), moment.plane("breached")
    if wall is None or wall.min() == wall.max():
        return
    axes.contour(*_sharp(wall, moment.voxel), levels=[0.5], colors=palette.CAPSULE, linewidths=0.6, zorder=20)
    if broken is not None and (broken > 0.5).any():
        with rc_context({"hatch.linewidth": 0.7, "hatch.color": palette.INK}):
            where = _sharp(broken, moment.voxel)
            axes.contourf(*where, levels=[0.5, 1.5], colors="none", hatches=["/////"], zorder=2.5)


def _sharp(plane: Array, voxel: float) -> tuple[Array, Array, Array]:
    """Refine a field so that lines drawn around its values follow the edges of voxels; return x, y and values."""
    fine = np.repeat(np.repeat(np.asarray(plane, dtype=float).T, 8, axis=0), 8, axis=1)
    y, x = ((np.arange(n) + 0.5) * voxel / 8 for n in fine.shape)
    return x, y, fine


def _frame(axes: Axes, moment: Moment) -> None:
    """Set limits, and draw a scale bar of a round length."""
    width, height = moment.extent[0], moment.extent[1]
    axes.set(xlim=(0, width), ylim=(0, height), xticks=[], yticks=[], aspect="equal", facecolor=palette.TISSUE)
    axes.set_anchor("SW")
    for side in axes.spines.values():
        side.set(color=palette.FAINT, linewidth=0.8)
    length = max(n for n in (20, 50, 100, 200, 500, 1000, 2000, 5000) if n <= max(0.28 * width, 20))
    label = f"{length} µm" if length < 1000 else f"{length // 1000} mm"
    thick, margin = 0.007 * height, 0.022 * width
    board = (margin * 0.5, margin * 0.5, length + margin, 0.058 * height)
    axes.add_patch(Rectangle(board[:2], *board[2:], color=palette.PAPER, alpha=0.88, zorder=30, lw=0))
    axes.add_patch(Rectangle((margin, margin * 0.9), length, thick, color=palette.INK, zorder=31, lw=0))
    axes.text(
        margin + length / 2, margin * 1.15 + thick, label, ha="center", va="bottom", fontsize=8.5,
        color=palette.INK, zorder=31,
    )  # fmt: skip


# ---- the column on the right ----


def _legend(figure: Figure, left: float, moment: Moment, cells: Mapping[str, Array]) -> None:
    kinds, counts = np.unique(np.asarray(cells["cell_type"]).astype(str), return_counts=True)
    colours = palette.of_cell_types(kinds)
    order = sorted(range(len(kinds)), key=lambda i: (-counts[i], kinds[i]))
    marks: list[Any] = []
    for i in order:
        marks.append(_disc(colours[kinds[i]], f"{palette.words(kinds[i])}  {counts[i]:,}"))
        activated = int((np.asarray(cells["caf"]) > 0.5).sum()) if kinds[i] == "fibroblast" and "caf" in cells else 0
        if activated:
            marks.append(_disc(palette.CAF, f"   activated (CAF)  {activated:,}"))
    if moment.plane("capsule") is not None:
        edge: dict[str, Any] = {"ec": palette.CAPSULE, "lw": 0.6}
        marks.append(Patch(fc=palette.CAPSULE_RAMP[-1], ec="none", label="capsule, intact"))
        marks.append(Patch(fc=palette.CAPSULE_RAMP[0], label="capsule, dissolved", **edge))
    broken = moment.plane("breached")
    if broken is not None and (broken > 0.5).any():
        marks.append(Patch(fc=palette.CAPSULE_RAMP[1], hatch="/////", label="capsule, has given way", **edge))
    title = "Cells in the middle section" if moment.block else "Cells"
    if moment.parcel > 1:
        title += f"\na disc stands for {moment.parcel:,} cells"
    board = figure.legend(
        handles=marks, loc="upper left", bbox_to_anchor=(left - 0.008, 0.945), frameon=False, fontsize=9, title=title,
        labelcolor=palette.INK, alignment="left", handletextpad=0.5, labelspacing=0.42, borderaxespad=0.2,
    )  # fmt: skip
    board.get_title().set(fontsize=9, weight="bold", color=palette.INK)


def _disc(colour: str, label: str) -> Line2D:
    return Line2D([], [], marker="o", ls="", ms=7.5, mfc=colour, mec=palette.QUIET, mew=0.4, label=label)


def _icam1_scale(limits: tuple[float, float]) -> tuple[LinearSegmentedColormap, Normalize]:
    low, high = limits
    norm = LogNorm(low, high) if low > 0 and high / low > 8 else Normalize(low, high)
    return LinearSegmentedColormap.from_list("icam1", palette.ICAM1_RAMP), norm


def _icam1_bar(figure: Figure, left: float, ramp: LinearSegmentedColormap, norm: Normalize) -> None:
    from matplotlib.cm import ScalarMappable

    axes = figure.add_axes((left + 0.004, 0.515, 0.225, 0.016))
    bar = figure.colorbar(ScalarMappable(norm, ramp), cax=axes, orientation="horizontal")
    bar.outline.set_visible(False)
    bar.ax.tick_params(labelsize=8, color=palette.QUIET, labelcolor=palette.INK, length=2, pad=2)
    bar.ax.minorticks_off()
    low, high = float(norm.vmin or 0), float(norm.vmax or 1)
    middle = float(np.sqrt(low * high)) if isinstance(norm, LogNorm) else (low + high) / 2
    bar.set_ticks([low, middle, high], labels=[_short(v) for v in (low, middle, high)])
    axes.set_title("ICAM-1 copies per tumour cell", fontsize=9, weight="bold", loc="left", color=palette.INK, pad=4)


def _short(value: float) -> str:
    for limit, unit in ((1e6, "M"), (1e3, "k")):
        if value >= limit:
            return f"{value / limit:.3g}{unit}"
    return f"{value:.3g}"


def _organs(figure: Figure, left: float, moment: Moment) -> None:
    """List the organs with the tumour cells that live there, as bars on a common scale."""
    if not moment.organs:
        return
    axes = figure.add_axes((left + 0.08, 0.03, 0.148, 0.36))
    names = list(moment.organs)
    counts = np.array([moment.organs[n][0] for n in names], dtype=float)
    colours = palette.of_organs(names)
    top = max(1.0, counts.max())
    axes.barh(range(len(names)), np.full(len(names), top), height=0.56, color=palette.FAINT, alpha=0.35, lw=0)
    axes.barh(range(len(names)), counts, height=0.56, color=[colours[n] for n in names], lw=0)
    for row, name in enumerate(names):
        cells, colonies = moment.organs[name]
        tail = f"  ({colonies:,} {'colony' if colonies == 1 else 'colonies'})" if colonies else ""
        label = f"{cells:,}{tail}"
        inside = counts[row] > 0.55 * top
        axes.text(
            counts[row] - 0.02 * top if inside else counts[row] + 0.03 * top, row, label, va="center", fontsize=8,
            ha="right" if inside else "left", color=palette.PAPER if inside else palette.INK,
        )  # fmt: skip
    axes.set(xlim=(0, top), ylim=(max(len(names), 6) - 0.4, -0.6), xticks=[], yticks=range(len(names)))
    axes.set_yticklabels([palette.words(n) for n in names], fontsize=8.5, color=palette.INK)
    axes.tick_params(length=0, pad=4)
    axes.set_frame_on(False)
    figure.text(left, 0.405, "Tumour cells arrived by blood", fontsize=9, weight="bold", color=palette.INK)
