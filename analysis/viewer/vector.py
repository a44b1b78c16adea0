"""A frame as SVG, for figures that are to be enlarged or worked on: every cell a circle, in groups by layer."""

from __future__ import annotations

from base64 import b64encode
from html import escape
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image

from analysis.figures.canvas import number
from analysis.viewer.ground import Ground, ground_of
from analysis.viewer.packing import CELL, MARKED, RADIUS_UNIT, VESSEL, Packed
from analysis.viewer.raster import BROKEN, INTACT, LUMEN, LUMEN_REACH, MARK, heading

Array = np.ndarray

FONT = "Inter, Roboto, 'Helvetica Neue', Arial, sans-serif"
#: width of the column of words, and its smallest letters, in shares of the tissue's width
MARGIN, LETTER = 0.31, 0.0145


def draw(packed: Packed) -> str:
    """Write what is shown as one SVG, in micrometres, y upwards as in the model."""
    across, along, _ = packed.frame.extent
    ground = ground_of(packed.theme)
    width = across * (1.0 + MARGIN)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {along:g}" font-family="{FONT}">',
        f"<title>{escape(packed.caption)}</title>",
        f'<rect width="{width:g}" height="{along:g}" fill="{ground.card}"/>',
        f'<clipPath id="tissue"><rect width="{across:g}" height="{along:g}"/></clipPath>',
        '<g clip-path="url(#tissue)">',
        f'<rect width="{across:g}" height="{along:g}" fill="{ground.tissue}"/>',
        _planes(packed, across, along),
        _cells(packed, across, along),
        _bonds(packed, across, along, ground),
        "</g>",
        _scale_bar(across, along, ground),
        _margin(packed, across, ground),
        "</svg>",
    ]
    return "".join(parts)


def _planes(packed: Packed, across: float, along: float) -> str:
    """Embed field and capsule as small pictures, a pixel per voxel."""
    nx, ny = packed.grid
    drawn = []
    if packed.field and nx:
        ramp = np.frombuffer(packed.ramp, dtype=np.uint8).reshape(256, 4)
        drawn.append(
            _image("field", ramp[np.frombuffer(packed.field, dtype=np.uint8).reshape(ny, nx)[::-1]], across, along)
        )
    if packed.capsule and nx:
        held = np.frombuffer(packed.capsule, dtype=np.uint8).reshape(ny, nx)[::-1]
        whole = np.maximum(held.astype(float) - 1.0, 0.0)[..., None] / 254.0
        low, high = (np.array(c[packed.theme], dtype=float) for c in (BROKEN, INTACT))
        alpha = ((held > 0) * round(255 * (0.55 if packed.field else 0.95)))[..., None]
        shade = np.concatenate([low + (high - low) * whole, alpha], axis=2).astype(np.uint8)
        drawn.append(_image("capsule", shade, across, along))
    return "".join(drawn)


def _image(name: str, pixels: Array, across: float, along: float) -> str:
    into = BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(into, format="PNG", optimize=True)
    data = b64encode(into.getvalue()).decode("ascii")
    return (
        f'<image id="{name}" width="{across:g}" height="{along:g}" preserveAspectRatio="none" '
        f'href="data:image/png;base64,{data}"/>'
    )


def _cells(packed: Packed, across: float, along: float) -> str:
    cells = np.frombuffer(packed.cells, dtype=CELL)
    x, y = cells["x"] * (across / 65535.0), along - cells["y"] * (along / 65535.0)
    r = cells["radius"] * (RADIUS_UNIT * (0.72 if packed.field else 1.0))
    table = np.frombuffer(packed.palette, dtype=np.uint8).reshape(256, 4)[:, :3]
    drawn = []
    if not packed.field:
        wall = np.flatnonzero(cells["flags"] & VESSEL)
        drawn.append(f'<g id="vessels" fill="{_css(LUMEN[packed.theme])}">{_circles(x, y, r + LUMEN_REACH, wall)}</g>')
    marked = np.flatnonzero(cells["flags"] & MARKED)
    if len(marked):
        drawn.append(f'<g id="marked" fill="{MARK[packed.theme]}">{_circles(x, y, r * 1.35 + 1.5, marked)}</g>')
    drawn.append('<g id="cells" stroke-width="0.9">')
    names = {item["code"]: item["name"] for item in packed.legend}
    # painted in the order of the bytes; what follows one another with one colour shares a group
    change = np.flatnonzero(np.diff(cells["colour"].astype(int)) | np.diff(cells["type"].astype(int))) + 1
    for rows in np.split(np.arange(len(cells)), change):
        if len(rows):
            paint = table[cells["colour"][rows[0]]]
            name = names.get(int(cells["type"][rows[0]]), "")
            look = f'fill="{_css(paint)}" stroke="{_css(paint * 0.66)}" class="{escape(name)}"'
            drawn.append(f"<g {look}>{_circles(x, y, r, rows)}</g>")
    return "".join([*drawn, "</g>"])


def _circles(x: Array, y: Array, r: Array, rows: Array) -> str:
    return "".join(f'<circle cx="{x[i]:.1f}" cy="{y[i]:.1f}" r="{r[i]:.2f}"/>' for i in rows.tolist())


def _bonds(packed: Packed, across: float, along: float, ground: Ground) -> str:
    if not packed.lines:
        return ""
    ends = np.frombuffer(packed.lines, dtype="<u2").reshape(-1, 4) / 65535.0 * np.array([across, along, across, along])
    paths = "".join(f"M{a:.1f} {along - b:.1f}L{c:.1f} {along - d:.1f}" for a, b, c, d in ends.tolist())
    return f'<path id="bonds" d="{paths}" stroke="{ground.ink}" stroke-width="1.2" stroke-linecap="round"/>'


def _scale_bar(across: float, along: float, ground: Ground) -> str:
    um = max(n for n in (1, 10, 20, 50, 100, 200, 500, 1000, 2000) if n <= max(0.25 * across, 1))
    x, y = 0.02 * across, along * 0.98
    return (
        f'<path d="M{x:g} {y:g}h{um}" stroke="{ground.ink}" stroke-width="{across * 0.005:g}"/>'
        + _text(x + um / 2, y - across * 0.009, f"{um} µm", across * LETTER, ground.ink, "middle")
    )  # fmt: skip


def _margin(packed: Packed, across: float, ground: Ground) -> str:
    letter = across * LETTER
    x, end, y = across * 1.02, across * (1.0 + MARGIN) - across * 0.015, letter * 2.4
    title, day, note = heading(packed)
    drawn = [_text(x, y, day[:1].upper() + day[1:], letter * 1.6, ground.ink, bold=True)]
    y += letter * 1.7
    for words in (title, note):
        if not words:
            continue
        drawn.append(_text(x, y, words if len(words) < 40 else f"{words[:38]}…", letter * 0.9, ground.quiet))
        y += letter * 1.6
    y += letter * 0.6
    for item in packed.legend:
        drawn.append(
            f'<circle cx="{x + letter * 0.45:g}" cy="{y - letter * 0.33:g}" r="{letter * 0.42:g}" '
            f'fill="{item["colour"]}"/>'
        )
        drawn.append(_text(x + letter * 1.4, y, item["label"], letter, ground.ink))
        drawn.append(_text(end, y, f"{item['count']:,}", letter, ground.ink, "end"))
        y += letter * 1.6
    for place, bar in enumerate((packed.bar, packed.field_bar)):
        if bar:
            drawn.append(_bar(bar, f"ramp{place}", x, end, y + letter, letter, ground))
            y += letter * 4.6
    return "".join(drawn)


def _bar(bar: dict[str, Any], name: str, x: float, end: float, y: float, letter: float, ground: Ground) -> str:
    stops = "".join(
        f'<stop offset="{i / (len(bar["colours"]) - 1):g}" stop-color="{c}"/>' for i, c in enumerate(bar["colours"])
    )
    unit = f", {bar['unit']}" if bar["unit"] else ""
    return (
        f'<linearGradient id="{name}">{stops}</linearGradient>'
        + _text(x, y, f"{bar['label']}{unit}", letter * 0.9, ground.ink)
        + f'<rect x="{x:g}" y="{y + letter * 0.5:g}" width="{end - x:g}" height="{letter * 0.7:g}" '
        + f'fill="url(#{name})"/>'
        + _text(x, y + letter * 2.2, number(bar["low"]), letter * 0.85, ground.quiet)
        + _text(end, y + letter * 2.2, number(bar["high"]), letter * 0.85, ground.quiet, "end")
    )


def _text(
    x: float, y: float, words: str, size: float, colour: str, anchor: str = "start", *, bold: bool = False
) -> str:
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:.1f}" fill="{colour}" text-anchor="{anchor}"{weight}>'
        f"{escape(words)}</text>"
    )


def _css(colour: Any) -> str:
    return "#" + "".join(f"{int(c):02x}" for c in colour)
