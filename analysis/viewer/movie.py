"""A stored run as a movie: every kept moment a picture, as the page would show it, made without a browser."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from analysis.viewer import colouring
from analysis.viewer.recording import Recording
from simulation import InputError, StorageError

#: frames of a movie are made of blocks of this many pixels
BLOCK = 16
#: each moment is shown this long at least, the last one longer
FEWEST_PER_SECOND, LAST_SECONDS = 10, 1.5


def require_writer() -> Any:
    """Return what writes movies; one line where it is not installed."""
    try:
        import imageio_ffmpeg
    except ImportError as fault:
        raise InputError(
            "movies need a package that is not installed", where="icam movie", expected="expected imageio-ffmpeg",
            remedy='install it with pip install "icam-metastasis[movies]"',
        ) from fault  # fmt: skip
    return imageio_ffmpeg


def size_of(recording: Recording, width: int) -> tuple[int, int]:
    """Return the size of a frame in pixels, whole blocks, with room for the legend."""
    from analysis.viewer.raster import MARGIN

    across, along, _ = recording.frame(float(recording.days[0])).extent
    wide = max(BLOCK * 10, round(width / BLOCK) * BLOCK)
    high = round(wide * (1.0 - MARGIN) * along / across / BLOCK) * BLOCK
    return wide, max(BLOCK * 8, min(high, wide * 2))


def pictures(
    recording: Recording, width: int, height: int, *, colour_by: str, field: str, site: str, theme: str
) -> Iterator[Any]:
    """Paint every kept moment, with shades that mean the same in all of them."""
    from analysis.viewer import raster
    from analysis.viewer.packing import Scale, pack

    scale = Scale()
    days = [float(day) for day in recording.days]
    for day in days[:: max(1, len(days) // 24)]:  # ranges are widened first, or the movie would flicker
        pack(recording.frame(day, site), colour_by, field, theme, scale=scale)
    for day in days:
        yield raster.draw(
            recording.frame(day, site), width, height, colour_by=colour_by, field=field, theme=theme, scale=scale,
            title=recording.title,
        )  # fmt: skip


def write_movie(
    recording: Recording,
    out: str | Path,
    *,
    fps: int = 8,
    colour_by: str = colouring.DEFAULT,
    field: str = "",
    site: str = "",
    theme: str = "light",
    width: int = 1280,
    tell: Callable[[int, int], None] | None = None,
) -> Path:
    """Write the movie of a run.

    recording    Recording
    out          Path            .mp4, written whole or not at all
    fps          1/s             moments per second
    colour_by    str             one of `colouring.COLOUR_BY`
    field        str             painted under the cells; "" = none
    site         str             the primary when empty
    width        pixels
    tell         function(done, total)
    raises       InputError      what is asked for does not exist, or the writer is not installed
                 StorageError    no cells were kept, or the movie cannot be written
    """
    writer = require_writer()
    _require_sense(recording, colour_by, field, site)
    path = Path(out)
    unfinished = path.with_name(f".new-{path.name}")
    wide, high = size_of(recording, width)
    repeat = max(1, -(-FEWEST_PER_SECOND // fps))  # players stumble over very slow ones
    total = len(recording.days)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        sink = writer.write_frames(
            str(unfinished), (wide, high), fps=fps * repeat, codec="libx264", quality=7, macro_block_size=BLOCK,
            pix_fmt_out="yuv420p", output_params=["-movflags", "+faststart", "-f", "mp4"],
        )  # fmt: skip
        sink.send(None)
        try:
            frame = b""
            for done, picture in enumerate(
                pictures(recording, wide, high, colour_by=colour_by, field=field, site=site, theme=theme), 1
            ):
                frame = picture.tobytes()
                for _ in range(repeat):
                    sink.send(frame)
                if tell is not None:
                    tell(done, total)
            for _ in range(round(LAST_SECONDS * fps * repeat)):
                sink.send(frame)
        finally:
            sink.close()
        os.replace(unfinished, path)
    except OSError as fault:
        raise StorageError(
            f"the movie cannot be written ({fault.strerror or fault})", where=str(out), remedy="choose another --out"
        ) from fault
    finally:
        unfinished.unlink(missing_ok=True)
    return path


def _require_sense(recording: Recording, colour_by: str, field: str, site: str) -> None:
    """Refuse what the run does not have, with what there is."""
    if not recording.has_cells:
        recording.frame(0.0)  # says what is wrong
    known = list(recording.run.fields.names) if recording.run.fields is not None else []
    for what, asked, there in (
        ("--colour-by", colour_by, list(colouring.COLOUR_BY)),
        ("--field", field, known),
        ("--site", site, list(recording.sites)),
    ):
        if asked and asked not in there:
            raise InputError(f"'{asked}' is not there", where=what, expected="expected " + (", ".join(there) or "none"))
