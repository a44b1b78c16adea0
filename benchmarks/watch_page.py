"""The page of the benchmark of the canvas: pushes synthetic frames and notes how long each took."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import Any

import numpy as np
import solara

from analysis.viewer.canvas import TissueCanvas
from analysis.viewer.frame import Frame
from analysis.viewer.packing import Scale, pack

TYPES = ("endothelial_cell", "fibroblast", "hepatocyte", "oval_cell", "t_cell", "tumour_cell")
FRAMES = 30
#: cells -> milliseconds of packing, of handing over to the socket, and until the browser has painted
measured: dict[int, dict[str, list[float]]] = {}


def synthetic(n: int) -> Frame:
    """A frame of n cells with a field."""
    luck = np.random.default_rng(1)
    side = 20.0 * n**0.5
    kinds = luck.choice(len(TYPES), n, p=[0.1, 0.05, 0.4, 0.02, 0.03, 0.4]).astype(np.uint8)
    cells: dict[str, Any] = {name: luck.uniform(0, side, n).astype(np.float32) for name in "xyz"}
    cells |= {
        "lineage": np.arange(1, n + 1, dtype=np.uint64), "cell_type": kinds, "parcel": np.ones(n, np.int32),
        "radius": luck.uniform(5, 11, n).astype(np.float32), "icam1": luck.uniform(1e3, 2e5, n).astype(np.float32),
        "partner": np.zeros(n, np.uint64), "detached": np.zeros(n, np.float32),
    }  # fmt: skip
    field = luck.uniform(0, 1, (100, 100)).astype(np.float32)
    return Frame(0.0, "liver", cells, TYPES, {"tnf": field}, None, (side, side, 20.0), 20.0)


def push(canvas: TissueCanvas, n: int, done: threading.Event) -> None:
    """Show frames one after the other."""
    frame, scale = synthetic(n), Scale()
    painted = threading.Event()
    canvas.on_painted = painted.set
    took = measured.setdefault(n, {"pack": [], "push": [], "painted": []})
    for number in range(FRAMES):
        cells = frame.cells | {"x": np.roll(frame.cells["x"], number)}
        moved = replace(frame, day=float(number), cells=cells)
        painted.clear()
        began = time.perf_counter()
        packed = pack(moved, field="tnf", scale=scale)
        ready = time.perf_counter()
        canvas.show(packed)
        pushed = time.perf_counter()
        if not painted.wait(60):
            break
        for name, end, start in (
            ("pack", ready, began),
            ("push", pushed, ready),
            ("painted", time.perf_counter(), began),
        ):
            took[name].append(1000.0 * (end - start))
    done.set()


finished = threading.Event()
sizes: list[int] = [10_000]


@solara.component
def Page() -> None:  # noqa: N802 a component is a function with the name of a class
    canvas = solara.use_memo(TissueCanvas, [])

    def begin() -> None:
        def all_sizes() -> None:
            for n in sizes:
                push(canvas, n, threading.Event())
            finished.set()

        threading.Thread(target=all_sizes, daemon=True).start()

    solara.use_effect(begin, [])
    solara.Div(children=[canvas], style={"height": "90vh"})
