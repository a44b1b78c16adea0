"""The canvas on which tissue is painted in the browser: shows frames, and tells what is pointed at and clicked.

A frame is sent only after the browser has painted the one before: a slow browser sees fewer frames, never older ones.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from analysis.figures import palette
from analysis.viewer.packing import Packed

#: shown of the cell under the pointer, in this order: column, label, unit
TOLD = (
    ("icam1", "ICAM-1", "copies"), ("nfkb", "NF-κB", ""), ("stat3", "STAT3", ""), ("emt", "EMT", ""),
    ("ecadherin", "E-cadherin", "copies"), ("damage", "damage", "hits"), ("mhc1", "MHC-I", ""),
    ("o2_here", "oxygen", "mmHg"), ("bonds", "LFA-1/ICAM-1 bonds", ""), ("contact_time", "in contact", "min"),
    ("injury", "injury", ""), ("caf", "activated", ""), ("age", "age", "days"),
)  # fmt: skip

#: frames about which a browser may still ask
RECENT = 4


class TissueCanvas(anywidget.AnyWidget):
    """One picture of tissue.

    show(packed)     the next frame; replaces one that waits
    selected         lineage of the cell that is followed, as text; "" = none. Set it to follow a cell
    view             {"x": um, "y": um, "zoom": 1 = all of it}; may be linked between canvases
    hidden           codes of cell types that are not painted
    theme            "light" or "dark"
    on_select        called with the lineage (int, 0 = none) when a cell is clicked
    painted          number of frames that the browser has painted
    """

    _esm = Path(__file__).with_name("tissue_canvas.js")
    _css = Path(__file__).with_name("tissue_canvas.css")

    cells = traitlets.Bytes(b"").tag(sync=True)
    field = traitlets.Bytes(b"").tag(sync=True)
    lines = traitlets.Bytes(b"").tag(sync=True)
    capsule = traitlets.Bytes(b"").tag(sync=True)
    palette = traitlets.Bytes(b"").tag(sync=True)
    ramp = traitlets.Bytes(b"").tag(sync=True)
    #: width, height (um), nx, ny, index of the followed cell or -1
    geometry = traitlets.List([1.0, 1.0, 0, 0, -1]).tag(sync=True)
    seq = traitlets.Int(0).tag(sync=True)
    ack = traitlets.Int(0).tag(sync=True)
    legend: Any = traitlets.List([]).tag(sync=True)
    hidden: Any = traitlets.List([]).tag(sync=True)
    bar = traitlets.Dict({}).tag(sync=True)
    field_bar = traitlets.Dict({}).tag(sync=True)
    caption = traitlets.Unicode("").tag(sync=True)
    view = traitlets.Dict({}).tag(sync=True)
    theme = traitlets.Unicode("light").tag(sync=True)
    selected = traitlets.Unicode("").tag(sync=True)
    #: what the browser asks: {"seq", "index"}; what it is told: {"seq", "index", "lines": [[label, value], ...]}
    pointed = traitlets.Dict({}).tag(sync=True)
    answer = traitlets.Dict({}).tag(sync=True)
    clicked = traitlets.Dict({}).tag(sync=True)
    #: a keyboard press on the canvas: "space", "left", "right"; with a count, so that each one is a change
    key = traitlets.List(["", 0]).tag(sync=True)
    #: told by the browser: "webgl2" or "canvas2d", and milliseconds of the last painting
    renderer = traitlets.Unicode("").tag(sync=True)
    height = traitlets.Unicode("100%").tag(sync=True)

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._lock = threading.RLock()
        self._waiting: Packed | None = None
        self._shown: Packed | None = None
        self._recent: dict[int, Packed] = {}
        self.on_select: Callable[[int], None] | None = None
        self._sent = 0.0
        #: called with the seconds from sending a frame to the browser's word that it is painted
        self.on_painted: Callable[[float], None] | None = None
        self.on_key: Callable[[str], None] | None = None
        self.observe(self._acknowledged, "ack")
        self.observe(self._asked, "pointed")
        self.observe(self._click, "clicked")
        self.observe(self._pressed, "key")
        self.observe(self._chosen, "selected")

    @property
    def shown(self) -> Packed | None:
        """What was sent last."""
        return self._shown

    @property
    def painted(self) -> int:
        """Number of the last frame that the browser has painted."""
        return int(self.ack)

    @property
    def ready(self) -> bool:
        """True when a frame would be sent at once."""
        return self.ack >= self.seq and self._waiting is None

    def show(self, packed: Packed) -> None:
        """Send a frame, or keep it until the browser has painted the last one; the newest replaces those that wait."""
        with self._lock:
            if self.ack < self.seq:
                self._waiting = packed
                return
            self._paint(packed)

    def _paint(self, packed: Packed) -> None:
        self._waiting, self._shown, self._sent = None, packed, time.perf_counter()
        changed = {
            "cells": packed.cells, "field": packed.field, "lines": packed.lines, "capsule": packed.capsule,
            "palette": packed.palette, "ramp": packed.ramp, "legend": packed.legend, "bar": packed.bar,
            "field_bar": packed.field_bar, "caption": packed.caption, "theme": packed.theme,
            "geometry": [*packed.frame.extent[:2], *packed.grid, self._followed(packed)],
        }  # fmt: skip
        with self.hold_sync():
            for name, value in changed.items():
                setattr(self, name, value)
            self.seq += 1
        self._recent[self.seq] = packed
        for old in [seq for seq in self._recent if seq <= self.seq - RECENT]:
            del self._recent[old]

    def _followed(self, packed: Packed) -> int:
        """Return the place of the followed cell among the packed ones, -1 where it is not there."""
        if not _is_lineage(self.selected):
            return -1
        row = packed.frame.row_of(int(self.selected))
        if row < 0:
            return -1
        at = (packed.rows == row).nonzero()[0]
        return int(at[0]) if len(at) else -1

    def _acknowledged(self, _: Any) -> None:
        took = time.perf_counter() - self._sent
        with self._lock:
            if self._waiting is not None and self.ack >= self.seq:
                self._paint(self._waiting)
        if self.on_painted is not None:
            self.on_painted(took)

    def _meant(self, asked: dict[str, Any]) -> tuple[Packed, int] | None:
        """Return the frame and its row that the browser means; a frame may be on its way while it asks."""
        seq, index = asked.get("seq"), asked.get("index", -1)
        packed = self._recent.get(seq) if isinstance(seq, int) else None
        if packed is None or not isinstance(index, int) or not 0 <= index < len(packed.rows):
            return None
        return packed, int(packed.rows[index])

    def _asked(self, change: Any) -> None:
        meant = self._meant(change["new"])
        if meant is not None:
            packed, row = meant
            asked = {"seq": change["new"]["seq"], "index": change["new"]["index"]}
            self.answer = {**asked, "lines": told_of(packed.frame.about(row))}

    def _click(self, change: Any) -> None:
        meant = self._meant(change["new"])
        lineage = int(meant[0].frame.cells["lineage"][meant[1]]) if meant is not None else 0
        self.selected = str(lineage) if lineage else ""
        if self.on_select is not None:
            self.on_select(lineage)

    def _chosen(self, _: Any) -> None:
        if self.selected and not _is_lineage(self.selected):  # a browser may send anything
            self.selected = ""
            return
        with self._lock:
            if self._shown is not None:
                self.geometry = [*self.geometry[:4], self._followed(self._shown)]

    def _pressed(self, change: Any) -> None:
        if self.on_key is not None and change["new"] and change["new"][0] in ("space", "left", "right"):
            self.on_key(change["new"][0])


def told_of(about: dict[str, Any]) -> list[list[str]]:
    """Write what is known of a cell as [label, value], what it does not have left out."""
    lines = [["cell", palette.words(about["cell_type"])]]
    for name, label, unit in TOLD:
        value = about.get(name)
        if value is not None and value == value and (value or name in ("icam1", "nfkb")):
            lines.append([label, f"{number(value)} {unit}".strip()])
    if about.get("partner", "0") != "0":
        lines.append(["holds on to", f"cell {short(about['partner'])}"])
    if about.get("colony", "0") != "0":
        lines.append(["colony", short(about["colony"])])
    lines.append(["name", short(about["lineage"])])
    if about.get("parcel", 1) > 1:
        lines.append(["stands for", f"{about['parcel']:.0f} cells"])
    return lines


def _is_lineage(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 20 and int(text) < 2**64


def short(lineage: str) -> str:
    """Shorten a lineage to what people can compare."""
    return f"…{lineage[-6:]}"


def number(value: float) -> str:
    """Write a number with three digits."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
