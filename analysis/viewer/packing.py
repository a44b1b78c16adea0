"""A frame as bytes for the canvas: 8 bytes a cell, 1 byte a voxel.

    cell      x uint16, y uint16    share of the extent, 65535 = all of it
              colour uint8          index into the palette
              radius uint8          quarters of a micrometre
              type uint8            code
              flags uint8           1 marked, 2 wall of a vessel, 4 conjugated, 8 torn loose
    line      4 x uint16            x, y, x, y as above
    field     uint8                 rows from y = 0 upwards, 255 = top of the range
    capsule   uint8                 0 none was laid down here, 1 ... 255 integrity

Cells stand in the order in which they are painted: parenchyma first, small and mobile ones on top, a type together.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.figures import palette
from analysis.viewer import colouring
from analysis.viewer.frame import TUMOUR_CELL, Frame

Array = np.ndarray
Limits = tuple[float, float]
#: where the cells of each type stand: code -> slice
Spans = dict[int, slice]

CELL = np.dtype([("x", "<u2"), ("y", "<u2"), ("colour", "u1"), ("radius", "u1"), ("type", "u1"), ("flags", "u1")])
MARKED, VESSEL, BOUND, LOOSE = 1, 2, 4, 8
RADIUS_UNIT = 0.25
#: painted first; then tumour cells, then everybody else
GROUND = ("hepatocyte", "tumour_cell")


@dataclass(frozen=True)
class Packed:
    """What the canvas shows.

    frame            Frame
    rows             (n,)      the frame's row of every packed cell
    cells, field, lines, capsule, palette, ramp    bytes
    grid             (nx, ny)  voxels of field and capsule
    legend           list of {code, name, label, colour, count}
    bar, field_bar   {label, unit, low, high, colours} or empty: what shades of cells and of the field mean
    caption          str       "day 3.25"
    theme            str       "light" or "dark"
    """

    frame: Frame
    rows: Array
    cells: bytes
    field: bytes
    lines: bytes
    capsule: bytes
    palette: bytes
    ramp: bytes
    grid: tuple[int, int]
    legend: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    bar: dict[str, Any] = dataclasses.field(default_factory=dict)
    field_bar: dict[str, Any] = dataclasses.field(default_factory=dict)
    caption: str = ""
    theme: str = "light"


class Scale:
    """Ranges of shades that hold from frame to frame, so that a shade keeps its meaning; they only widen."""

    def __init__(self) -> None:
        self._known: dict[str, Limits] = {}

    def of(self, name: str, low: float, high: float) -> Limits:
        """Return the range of a name after these values were seen; a step of a tenth, so that it seldom changes."""
        known = self._known.get(name)
        if known is None:
            self._known[name] = known = (low, high)
        if low < known[0] or high > known[1]:
            span = max(high, known[1]) - min(low, known[0])
            known = (low - 0.1 * span if low < known[0] and low > 0 else min(low, known[0]), known[1])
            known = (max(known[0], 0.0) if low >= 0 else known[0], high + 0.1 * span if high > known[1] else known[1])
            self._known[name] = known
        return known


def pack(
    frame: Frame,
    colour_by: str = colouring.DEFAULT,
    field: str = "",
    theme: str = "light",
    *,
    scale: Scale | None = None,
    marked: Array | None = None,
    title: str = "",
) -> Packed:
    """Turn a frame into bytes.

    frame        Frame
    colour_by    str                     one of `colouring.COLOUR_BY`
    field        str                     name of a field that is painted under the cells; "" = none
    theme        str                     "light" or "dark"
    scale        Scale or None           keeps ranges from one frame to the next
    marked       (k,) uint64 or None     lineages to be ringed
    title        str                     stands before the day in the caption
    """
    scale = scale or Scale()
    rows, radius, spans = _in_order(frame)
    width, height, _ = frame.extent
    cells = np.empty(len(rows), dtype=CELL)
    cells["x"] = _share(np.take(frame.cells["x"], rows, mode="clip"), width)
    cells["y"] = _share(np.take(frame.cells["y"], rows, mode="clip"), height)
    cells["radius"] = _whole(radius, 1.0 / RADIUS_UNIT, 1, 255)
    cells["colour"], bar = _colours(frame, rows, spans, colour_by, scale)
    for code, span in spans.items():
        cells["type"][span] = code
    cells["flags"] = _flags(frame, rows, spans, marked)
    ramp = colouring.SHADES[colour_by].ramp if bar else colouring.VIRIDIS
    faded = bool(bar) and not colouring.SHADES[colour_by].types
    plane, field_bar = _field(frame, field, theme, scale)
    grid = next(iter(frame.fields.values())).shape if frame.fields else (0, 0)
    return Packed(
        frame=frame,
        rows=rows,
        cells=cells.tobytes(),
        field=plane,
        lines=_lines(frame),
        capsule=_capsule(frame),
        palette=colouring.cell_palette(frame.types, theme, ramp, faded),
        ramp=colouring.field_palette(theme),
        grid=(int(grid[0]), int(grid[1])),
        legend=_legend(frame, rows, spans, theme),
        bar=bar,
        field_bar=field_bar,
        caption=" · ".join(words for words in (title, f"day {frame.day:.2f}", _parcel(frame)) if words),
        theme=theme,
    )


def painted(frame: Frame, colour_by: str, theme: str, scale: Scale) -> tuple[Array, dict[str, Any]]:
    """Return (n, 3) uint8, the colour of every cell of a frame, in depth too, and what the ramp means."""
    codes = frame.cells["cell_type"]
    rows = np.argsort(codes, kind="stable")
    ordered, bar = _colours(frame, rows, _spans(frame, codes, range(len(frame.types))), colour_by, scale)
    colours = np.empty(len(rows), dtype=np.uint8)
    colours[rows] = ordered
    shade = colouring.SHADES.get(colour_by)
    ramp = shade.ramp if bar and shade else colouring.VIRIDIS
    table = np.frombuffer(
        colouring.cell_palette(frame.types, theme, ramp, bool(bar and shade and not shade.types)), np.uint8
    )
    return table.reshape(256, 4)[colours, :3], bar


def _in_order(frame: Frame) -> tuple[Array, Array, Spans]:
    """Return rows in the order of painting, the radius of each, and where each type stands among them.

    Cells of a type stand together, so that whatever holds for a type is written as a slice.
    """
    rows, radius = frame.section()
    whole = len(rows) == len(frame)
    codes = frame.cells["cell_type"] if whole else frame.cells["cell_type"][rows]
    rank = {name: i for i, name in enumerate(GROUND)}
    painting = sorted(range(len(frame.types)), key=lambda code: (rank.get(frame.types[code], len(GROUND)), code))
    place = np.empty(max(len(painting), 1), dtype=np.uint8)
    place[painting] = np.arange(len(painting))
    order = np.argsort(np.take(place, codes), kind="stable")
    radius = np.take(radius, order, mode="clip")
    return (order if whole else rows[order]), radius, _spans(frame, codes, painting)


def _spans(frame: Frame, codes: Array, painting: Iterable[int]) -> Spans:
    """Return where the cells of every type stand, once they are sorted in this order of types."""
    counts, spans, at = np.bincount(codes, minlength=len(frame.types)), {}, 0
    for code in painting:
        spans[code] = slice(at, at + int(counts[code]))
        at += int(counts[code])
    return spans


def _share(position: Array, length: float) -> Array:
    return _whole(position, 65535.0 / length, 0, 65535)


def _whole(values: Array, factor: float, low: int, high: int) -> Array:
    """Scale values of one's own, round them and keep them within bounds; in place, since there may be many."""
    np.multiply(values, np.float32(factor), out=values)
    np.add(values, np.float32(0.5), out=values)
    return np.clip(values, np.float32(low), np.float32(high), out=values)


def _flags(frame: Frame, rows: Array, spans: Spans, marked: Array | None) -> Array:
    flags = np.zeros(len(rows), dtype=np.uint8)
    for code, span in spans.items():
        if frame.types[code] == "endothelial_cell":
            flags[span] = VESSEL
    for name, bit in (("partner", BOUND), ("detached", LOOSE)):
        if name in frame.cells:
            which = frame.cells[name] > 0  # nan is not above 0
            if which.any():
                flags |= np.take(which.view(np.uint8), rows, mode="clip") * np.uint8(bit)
    if marked is not None and len(marked):
        which = np.isin(frame.cells["lineage"], marked)
        flags |= np.take(which.view(np.uint8), rows, mode="clip") * np.uint8(MARKED)
    return flags


def _colours(frame: Frame, rows: Array, spans: Spans, colour_by: str, scale: Scale) -> tuple[Array, dict[str, Any]]:
    """Return an index for every cell, and what the ramp means; by type alone, or with a trait shaded."""
    colours = np.empty(len(rows), dtype=np.uint8)
    for code, span in spans.items():
        colours[span] = min(code, colouring.CAF - 1)
        if frame.types[code] == "fibroblast" and "caf" in frame.cells:
            colours[span][frame.cells["caf"][rows[span]] > 0.5] = colouring.CAF
    shade = colouring.SHADES.get(colour_by)
    if shade is None or shade.trait not in frame.cells:
        return colours, {}
    trait = frame.cells[shade.trait]
    shaded = [span for code, span in spans.items() if not shade.types or frame.types[code] in shade.types]
    values = [np.take(trait, rows[span], mode="clip") for span in shaded]
    known = [np.isfinite(each) for each in values]
    low, high = shade.low, shade.high
    if low is None or high is None:
        some = _some(np.concatenate([v[k] for v, k in zip(values, known, strict=True)] or [trait[:0]]))
        seen = np.percentile(some, [2, 95]) if len(some) else (0.0, 1.0)
        least = low if low is not None else float(seen[0])
        low, high = scale.of(colour_by, least, max(float(seen[1]), least * 1.5, least + 1e-6))
    steps = float(colouring.RAMP_STEPS - 1)
    for span, own, finite in zip(shaded, values, known, strict=True):
        np.subtract(own, np.float32(low), out=own)
        np.multiply(own, np.float32(steps / max(high - low, 1e-12)), out=own)
        np.clip(own, np.float32(0.0), np.float32(steps), out=own)
        np.add(own, np.float32(colouring.RAMP + 0.5), out=own)
        np.copyto(colours[span], own, casting="unsafe", where=finite)
    return colours, _bar(shade.label, shade.unit, low, high, shade.ramp)


def _some(values: Array) -> Array:
    """Thin out many values: a percentile of a few thousand is as good for a shade, and much sooner there."""
    return values[:: max(1, len(values) // 4096)]


def _bar(label: str, unit: str, low: float, high: float, colours: Any) -> dict[str, Any]:
    return {"label": label, "unit": unit, "low": float(low), "high": float(high), "colours": list(colours)}


def _field(frame: Frame, name: str, theme: str, scale: Scale) -> tuple[bytes, dict[str, Any]]:
    plane = frame.fields.get(name)
    if plane is None:
        return b"", {}
    label, unit = colouring.field_label(name)
    low, high = scale.of(f"field {name}", 0.0, 1.0 if unit in ("share", "") else max(float(plane.max()), 1e-9))
    share = np.clip((plane - low) / max(high - low, 1e-12), 0.0, 1.0)
    ramp = colouring.FIELD_DARK if theme == "dark" else colouring.FIELD_LIGHT
    return np.ascontiguousarray((share * 255 + 0.5).astype(np.uint8).T).tobytes(), _bar(label, unit, low, high, ramp)


def _capsule(frame: Frame) -> bytes:
    if frame.capsule is None:
        return b""
    laid = np.isfinite(frame.capsule)
    shade = np.where(laid, 1.0 + 254.0 * np.clip(np.nan_to_num(frame.capsule), 0.0, 1.0), 0.0)
    return np.ascontiguousarray(shade.round().astype(np.uint8).T).tobytes()


def _lines(frame: Frame) -> bytes:
    if not len(frame.lines):
        return b""
    scaled = np.empty(frame.lines.shape, dtype="<u2")
    for column in range(4):
        scaled[:, column] = _share(frame.lines[:, column].copy(), frame.extent[column % 2])
    return scaled.tobytes()


def _parcel(frame: Frame) -> str:
    """Say how many cells a disc stands for, where it is more than one."""
    parcel = frame.cells.get("parcel")
    usual = int(np.median(_some(parcel))) if parcel is not None and len(parcel) else 1
    return f"1 disc = {usual} cells" if usual > 1 else ""


def _legend(frame: Frame, rows: Array, spans: Spans, theme: str) -> list[dict[str, Any]]:
    colours = colouring.type_colours(frame.types, theme)
    order = sorted(range(len(frame.types)), key=lambda c: (frame.types[c] != TUMOUR_CELL, frame.types[c]))
    return [
        {
            "code": code, "name": frame.types[code], "label": palette.words(frame.types[code]),
            "colour": colours[frame.types[code]], "count": _number_of_cells(frame, rows[spans[code]]),
        }
        for code in order
        if spans[code].stop > spans[code].start
    ]  # fmt: skip


def _number_of_cells(frame: Frame, rows: Array) -> int:
    parcel = frame.cells.get("parcel")
    return len(rows) if parcel is None else int(np.take(parcel, rows, mode="clip").sum(dtype=np.int64))
