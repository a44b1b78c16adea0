"""Tissue with depth in three dimensions: every cell a ball; parenchyma a haze of points, so that it hides nothing."""

from __future__ import annotations

import threading
import time
from typing import Any

import numpy as np

from analysis.viewer.frame import Frame
from analysis.viewer.packing import Scale, painted

#: what surrounds, shown as a haze: share of its size, opacity
HAZE = {"hepatocyte": (0.22, 0.25)}
#: seconds between two pictures; a scene in three dimensions takes a browser longer than a section
EVERY = 0.4
#: pixels, until the page gives it its own height
HEIGHT = 620


class BlockView:
    """A scene in the browser.

    widget    k3d plot, to be put into a page
    show(frame, colour_by, theme)
    """

    def __init__(self) -> None:
        import k3d

        self.widget = k3d.plot(
            grid_visible=False, menu_visibility=False, camera_auto_fit=False, antialias=0, axes_helper=0,
            fps_meter=False, height=HEIGHT,
        )  # fmt: skip
        self._points: dict[str, Any] = {}
        self._scale = Scale()
        self._lock = threading.RLock()
        self._shown = 0.0
        self._box: Any = None

    def show(self, frame: Frame, colour_by: str, theme: str, *, now: bool = False) -> bool:
        """Show a frame, unless the last was shown a moment ago; return whether it was."""
        import k3d

        with self._lock:
            if not now and time.monotonic() - self._shown < EVERY:
                return False
            self._shown = time.monotonic()
            colours, _ = painted(frame, colour_by, theme, self._scale)
            whole = colours.astype(np.uint32)
            mixed = (whole[:, 0] << 16) | (whole[:, 1] << 8) | whole[:, 2]
            spots = np.stack([frame.cells[axis] for axis in "xyz"], axis=1).astype(np.float32)
            self.widget.background_color = 0x0B0E13 if theme == "dark" else 0xFFFFFF
            if self._box is None:
                self._box = _edges(frame.extent)
                self.widget += self._box
                self.widget.camera = _camera(frame.extent)
            for code, name in enumerate(frame.types):
                rows = np.flatnonzero(frame.cells["cell_type"] == code)
                size, opacity = HAZE.get(name, (1.0, 1.0))
                across = (2.0 * size * frame.cells["radius"][rows]).astype(np.float32)
                known = self._points.get(name)
                if known is None:
                    if not len(rows):
                        continue
                    made = k3d.points(
                        spots[rows], colors=mixed[rows], point_sizes=across, shader="3d" if opacity == 1.0 else "flat",
                        opacity=opacity, name=name,
                    )  # fmt: skip
                    self._points[name] = made
                    self.widget += made
                else:
                    for trait, values in (("positions", spots[rows]), ("point_sizes", across), ("colors", mixed[rows])):
                        if not np.array_equal(getattr(known, trait), values):
                            setattr(known, trait, values)
            return True

    def close(self) -> None:
        """Let go of everything."""
        self.widget.close()


def _edges(extent: tuple[float, float, float]) -> Any:
    """Return the edges of the block as lines."""
    import k3d

    x, y, z = extent
    corners = np.array([[i * x, j * y, k * z] for i in (0, 1) for j in (0, 1) for k in (0, 1)], dtype=np.float32)
    pairs = [(a, a | bit) for bit in (1, 2, 4) for a in range(8) if not a & bit]
    return k3d.lines(
        corners, np.array(pairs, dtype=np.uint32), indices_type="segment", shader="simple", color=0x8A919B, width=1.0
    )


def _camera(extent: tuple[float, float, float]) -> list[float]:
    """Look at the middle of the block from a corner, from so far that it fills the picture."""
    middle = np.array(extent) / 2.0
    away = np.array([0.53, -0.86, 0.40]) * float(np.linalg.norm(extent))
    return [*(middle + away).tolist(), *middle.tolist(), 0.0, 0.0, 1.0]
