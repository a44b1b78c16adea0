"""A frame as a picture without a browser: for thumbnails, saved pictures and movies. Looks as the canvas does.

The picture is painted twice as large and made smaller, so that discs have soft edges.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from analysis.figures.canvas import number
from analysis.viewer import colouring
from analysis.viewer.ground import Ground, ground_of
from analysis.viewer.packing import CELL, MARKED, RADIUS_UNIT, VESSEL, Packed, Scale, pack

if TYPE_CHECKING:
    from analysis.viewer.frame import Frame

Array = np.ndarray

FINE = 2
#: as in tissue_canvas.js: capsule from broken to intact, and how far the pale band reaches beside a vessel's wall
BROKEN = {"light": (250, 237, 230), "dark": (48, 38, 38)}
INTACT = {"light": (107, 122, 143), "dark": (120, 138, 161)}
LUMEN = {"light": (241, 223, 240), "dark": (61, 41, 64)}
MARK = {"light": "#d6008c", "dark": "#ff59d8"}
LUMEN_REACH = 6.0
#: room for the legend, in shares of the width
MARGIN = 0.235


def draw(
    frame: Frame,
    width: int,
    height: int | None = None,
    *,
    colour_by: str = colouring.DEFAULT,
    field: str = "",
    theme: str = "light",
    plain: bool = False,
    scale: Scale | None = None,
    title: str = "",
) -> Any:
    """Draw a frame.

    frame           Frame
    width, height   pixels               the whole height of the tissue when not given
    colour_by       str                  one of `colouring.COLOUR_BY`
    field           str                  painted under the cells; "" = none
    plain           bool                 tissue alone, cut to fill the picture
    scale           Scale or None        keeps shades from one frame to the next
    returns         PIL.Image, RGB
    """
    return paint(pack(frame, colour_by, field, theme, scale=scale, title=title), width, height, plain=plain)


def paint(packed: Packed, width: int, height: int | None = None, *, plain: bool = False) -> Any:
    """Draw what the canvas would show; arguments as in `draw`."""
    ground = ground_of(packed.theme)
    across, along, _ = packed.frame.extent
    if plain:
        high = height or round(width * along / across)
        return _tissue(packed, width, high, max(width / across, high / along), ground)
    room = round(width * (1.0 - MARGIN))
    high = height or round(room * along / across)
    sheet = Image.new("RGB", (width, high), ground.card)
    per_um = min(room / across, high / along)
    wide, tall = round(across * per_um), round(along * per_um)
    left, top = (room - wide) // 2, (high - tall) // 2
    sheet.paste(_tissue(packed, wide, tall, per_um, ground), (left, top))
    pen = ImageDraw.Draw(sheet)
    _scale_bar(pen, left, top + tall, wide, per_um, width, ground)
    _margin(pen, packed, room, width, high, ground)
    return sheet


def _tissue(packed: Packed, width: int, height: int, per_um: float, ground: Ground) -> Any:
    """Paint ground, field, capsule, cells and bonds; the middle of the tissue in the middle of the picture."""
    k = per_um * FINE
    wide, high = width * FINE, height * FINE
    across, along, _ = packed.frame.extent
    left, top = wide / 2 - across * k / 2, high / 2 - along * k / 2
    box = (round(left), round(top), round(left + across * k), round(top + along * k))
    picture = Image.new("RGB", (wide, high), ground.tissue)
    _ground(picture, packed, box)
    pen = ImageDraw.Draw(picture)
    cells = np.frombuffer(packed.cells, dtype=CELL)
    x = left + cells["x"] * (across * k / 65535.0)
    y = top + along * k - cells["y"] * (along * k / 65535.0)
    slim = 0.72 if packed.field else 1.0
    r = np.maximum(cells["radius"] * (RADIUS_UNIT * slim * k), 0.6)
    table = np.frombuffer(packed.palette, dtype=np.uint8).reshape(256, 4)[:, :3]
    if not packed.field:
        for i in np.flatnonzero(cells["flags"] & VESSEL).tolist():
            reach = r[i] + LUMEN_REACH * k
            pen.ellipse((x[i] - reach, y[i] - reach, x[i] + reach, y[i] + reach), fill=LUMEN[packed.theme])
    fills = [tuple(map(int, c)) for c in table]
    rims = [tuple(map(int, c)) for c in (table * 0.66).astype(np.uint8)]
    line = max(1, round(min(0.13 * 8.0 * k, FINE * 1.1)))
    boxes = np.stack([x - r, y - r, x + r, y + r], axis=1)
    seen = np.flatnonzero((x > -r) & (x < wide + r) & (y > -r) & (y < high + r))
    rimmed = r > 2.5 * FINE
    marked = (cells["flags"] & MARKED) > 0
    for i, box_ in zip(seen.tolist(), boxes[seen].tolist(), strict=True):
        colour = cells["colour"][i]
        if marked[i]:
            far = max(r[i] * 0.35, 2.2 * FINE)
            pen.ellipse((box_[0] - far, box_[1] - far, box_[2] + far, box_[3] + far), fill=MARK[packed.theme])
        pen.ellipse(box_, fill=fills[colour], outline=rims[colour] if rimmed[i] else None, width=line)
    _bonds(pen, packed, left, top, k, ground)
    return picture.resize((width, height), Image.Resampling.BOX)


def _ground(picture: Any, packed: Packed, box: tuple[int, int, int, int]) -> None:
    """Paint a field, and the capsule with its shade for what is left of it."""
    nx, ny = packed.grid
    size = (box[2] - box[0], box[3] - box[1])
    if packed.field and nx:
        ramp = np.frombuffer(packed.ramp, dtype=np.uint8).reshape(256, 4)[:, :3]
        plane = ramp[np.frombuffer(packed.field, dtype=np.uint8).reshape(ny, nx)[::-1]]
        picture.paste(Image.fromarray(plane).resize(size, Image.Resampling.BICUBIC), box[:2])
    if packed.capsule and nx:
        held = np.frombuffer(packed.capsule, dtype=np.uint8).reshape(ny, nx)[::-1]
        whole = np.maximum(held.astype(float) - 1.0, 0.0)[..., None] / 254.0
        low, high = (np.array(c[packed.theme], dtype=float) for c in (BROKEN, INTACT))
        shade = (low + (high - low) * whole).astype(np.uint8)
        laid = Image.fromarray(((held > 0) * 255).astype(np.uint8)).resize(size, Image.Resampling.BICUBIC)
        share = 0.55 if packed.field else 0.95
        laid = laid.point(lambda v: int(255 * share) if v > 127 else 0)
        picture.paste(Image.fromarray(shade).resize(size, Image.Resampling.BICUBIC), box[:2], laid)


def _bonds(pen: Any, packed: Packed, left: float, top: float, k: float, ground: Ground) -> None:
    """Draw lymphocytes' hold on their targets."""
    if not packed.lines:
        return
    across, along, _ = packed.frame.extent
    ends = np.frombuffer(packed.lines, dtype="<u2").reshape(-1, 4) / 65535.0
    for x0, y0, x1, y1 in ends.tolist():
        pen.line(
            (left + x0 * across * k, top + (1 - y0) * along * k, left + x1 * across * k, top + (1 - y1) * along * k),
            fill=ground.ink, width=max(1, round(1.2 * k)),
        )  # fmt: skip


# ---- words ----


@lru_cache(maxsize=32)
def font(size: int, bold: bool = False) -> Any:
    """Return the font that comes with matplotlib, so that pictures look the same everywhere."""
    import matplotlib

    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return ImageFont.truetype(str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / name), size)


def _scale_bar(pen: Any, left: int, bottom: int, wide: int, per_um: float, width: int, ground: Ground) -> None:
    um = max(n for n in (1, 5, 10, 20, 50, 100, 200, 500, 1000, 2000) if n * per_um <= max(0.25 * wide, per_um))
    words = f"{um} µm" if um < 1000 else f"{um // 1000} mm"
    thick, size = max(3, width // 320), max(10, width // 82)
    x, y = left + width // 70, bottom - width // 60
    pen.rectangle((x, y - thick, x + um * per_um, y), fill=ground.ink)
    pen.text((x + um * per_um / 2, y - thick - size * 0.35), words, font=font(size), fill=ground.ink, anchor="ms",
             stroke_width=max(2, size // 6), stroke_fill=ground.tissue)  # fmt: skip


def _margin(pen: Any, packed: Packed, left: int, width: int, height: int, ground: Ground) -> None:
    """Write the day, the cell types with their counts, and what the shades mean."""
    small = max(9, round(width / 92))
    x, end = left + width * 0.018, width * 0.985
    y = height * 0.03
    title, day, note = heading(packed)
    pen.text((x, y), day[:1].upper() + day[1:], font=font(round(small * 1.7), True), fill=ground.ink)
    y += small * 2.5
    for words in [*_wrapped(title, (end - x) / (small * 0.6)), *([note] if note else [])]:
        pen.text((x, y), words, font=font(small), fill=ground.quiet)
        y += small * 1.45
    y += small
    for item in packed.legend:
        if y > height - small * 8:
            break
        r = small * 0.45
        pen.ellipse(
            (x, y + 0.15 * small, x + 2 * r, y + 0.15 * small + 2 * r), fill=item["colour"], outline=ground.quiet
        )
        pen.text((x + small * 1.5, y), item["label"], font=font(small), fill=ground.ink)
        pen.text((end, y), f"{item['count']:,}", font=font(small), fill=ground.ink, anchor="ra")
        y += small * 1.7
    for bar in (packed.bar, packed.field_bar):
        if bar:
            y += small * 1.1
            unit = f", {bar['unit']}" if bar["unit"] else ""
            pen.text((x, y), f"{bar['label']}{unit}", font=font(round(small * 0.88)), fill=ground.ink)
            y += small * 1.5
            shades = colouring.steps(bar["colours"], max(2, round(end - x)))
            for i, shade in enumerate(shades):
                pen.line((x + i, y, x + i, y + small * 0.7), fill=tuple(map(int, shade)))
            y += small * 0.95
            pen.text((x, y), number(bar["low"]), font=font(round(small * 0.85)), fill=ground.quiet)
            pen.text((end, y), number(bar["high"]), font=font(round(small * 0.85)), fill=ground.quiet, anchor="ra")
            y += small * 1.2


def heading(packed: Packed) -> tuple[str, str, str]:
    """Take a caption apart: title, day, and what stands after it."""
    parts = packed.caption.split(" · ")
    at = next((k for k in reversed(range(len(parts))) if parts[k].startswith("day ")), len(parts) - 1)
    return " · ".join(parts[:at]), parts[at], " · ".join(parts[at + 1 :])


def _wrapped(words: str, most: float) -> list[str]:
    lines, line = [], ""
    for word in words.split():
        if line and len(line) + 1 + len(word) > most:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return [*lines, line] if line else lines
