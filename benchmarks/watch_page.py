"""The page of the benchmark of the canvas: pushes synthetic frames and notes what each cost.

`server` is the processor time of the whole server, all its threads, from having the frame until the last of its bytes
was handed to the socket. It counts packing, the widget's state and message, every copy, framing, and every write of the
event loop while the browser drains the socket. Wall times stand beside it: on a busy machine they are mostly waiting.
"""

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
#: cells -> milliseconds, of each frame
measured: dict[int, dict[str, list[float]]] = {}
#: connections to the browser; what they still hold has not been handed to the socket
transports: list[Any] = []


def wait_until_handed_over() -> None:
    """Return once no connection holds bytes that the socket has not taken."""
    while any(not t.is_closing() and t.get_write_buffer_size() for t in transports):
        time.sleep(0.0005)


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
    took = measured.setdefault(n, {name: [] for name in ("pack", "server", "handed", "painted")})
    for number in range(FRAMES):
        cells = frame.cells | {"x": np.roll(frame.cells["x"], number)}
        moved = replace(frame, day=float(number), cells=cells)
        painted.clear()
        began, spent = time.perf_counter(), time.process_time()
        packed = pack(moved, field="tnf", scale=scale)
        ready = time.process_time()
        canvas.show(packed)
        wait_until_handed_over()
        handed, cost = time.perf_counter(), time.process_time()
        if not painted.wait(60):
            break
        took["pack"].append(1000.0 * (ready - spent))
        took["server"].append(1000.0 * (cost - spent))
        took["handed"].append(1000.0 * (handed - began))
        took["painted"].append(1000.0 * (time.perf_counter() - began))
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
