"""What is shown, as files: picture, vector graphics, and the numbers behind them."""

from __future__ import annotations

import tempfile
from io import BytesIO, StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.viewer.body import Body
from analysis.viewer.frame import Frame
from analysis.viewer.packing import Packed

if TYPE_CHECKING:
    import pandas as pd

    from analysis.viewer.recording import Recording


def picture(packed: Packed, width: int = 1920) -> bytes:
    """Return the tissue with its legend as PNG."""
    from analysis.viewer import raster

    into = BytesIO()
    raster.paint(packed, width).save(into, format="PNG", optimize=True)
    return into.getvalue()


def drawing(packed: Packed) -> bytes:
    """Return the tissue with its legend as SVG."""
    from analysis.viewer import vector

    return vector.draw(packed).encode("utf-8")


def cells(frame: Frame) -> bytes:
    """Return the cells that are shown as CSV: a row each, columns with their traits, empty where a cell has none."""
    import pandas as pd

    rows, _ = frame.section()
    types = np.array(frame.types, dtype=object)[frame.cells["cell_type"][rows]]
    columns = {
        "day": np.full(len(rows), frame.day),
        "site": np.full(len(rows), frame.site, dtype=object),
        "cell_type": types,
    }
    columns |= {name: values[rows] for name, values in frame.cells.items() if name != "cell_type"}
    return _csv(pd.DataFrame(columns))


def courses(summary: pd.DataFrame) -> bytes:
    """Return the courses of a run as CSV: a row per kept time."""
    return _csv(summary)


def two_courses(days: np.ndarray, columns: dict[str, np.ndarray]) -> bytes:
    """Return courses that were compared as CSV: day, and what was drawn."""
    import pandas as pd

    return _csv(pd.DataFrame({"time_day": days, **columns}))


def body(of: Body, theme: str = "light") -> bytes:
    """Return the picture of the body as SVG."""
    from analysis.viewer import body_view

    return body_view.draw(of, theme, moving=False).encode("utf-8")


def _csv(table: pd.DataFrame) -> bytes:
    into = StringIO()
    table.to_csv(into, index=False, lineterminator="\n", float_format="%.6g")
    return into.getvalue().encode("utf-8")


def file_name(*parts: object) -> str:
    """Make a name for a file that every system takes."""
    words = "_".join(str(part) for part in parts if str(part))
    return "".join(c if c.isascii() and (c.isalnum() or c in "-._") else "-" for c in words)


def movie(recording: Recording, **asked: Any) -> bytes:
    """Return the movie of a run as MP4; arguments as in `analysis.viewer.movie.write_movie`."""
    from analysis.viewer.movie import write_movie

    with tempfile.TemporaryDirectory(prefix="icam-movie-") as folder:
        return write_movie(recording, Path(folder) / "movie.mp4", **asked).read_bytes()
