"""What the gallery says of a folder or a shipped scenario, and its picture; never an exception, always a sentence.

Reading is cheap: of a run its description, state, and the end of its summary, so that hundreds are listed at once.
"""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation import SimulationError, StorageError

if TYPE_CHECKING:
    from analysis.viewer.library import Entry

#: pictures of shipped scenarios, made by `make gallery`
PICTURES = Path(__file__).parent / "pictures"
WIDTH = 360


@dataclass(frozen=True)
class Told:
    """Title, one line, state, and what is wrong."""

    title: str
    line: str
    state: str
    trouble: str = ""


# ---- runs ----


def run_told(folder: Path) -> Told:
    """Say what a run's folder holds."""
    from analysis.load import open_run

    title = ""
    try:
        run = open_run(folder)
        about = run.about
        title = str(about.get("title") or about.get("scenario") or "")
        state = run.status or "INTERRUPTED"
        line = _run_line(folder, about, state)
    except StorageError as fault:
        return Told(title or folder.name, "", "DAMAGED", without_place(fault, folder))
    if state == "FAILED":
        return Told(title, line, state, _first_line(folder / "error.txt") or "it failed")
    if not (folder / "summary.parquet").is_file():
        return Told(title, line, "DAMAGED", "nothing was recorded yet: summary.parquet is missing")
    return Told(title, line, state if state in ("DONE", "RUNNING", "INTERRUPTED") else "INTERRUPTED")


def _run_line(folder: Path, about: dict[str, Any], state: str) -> str:
    """Write seed and days; reading the footer of the summary tells whether it is whole."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    file, days = folder / "summary.parquet", None
    if file.is_file():
        try:
            footer = pq.ParquetFile(file)
            place = footer.schema_arrow.get_field_index("time_day")
            if footer.metadata.num_rows:
                known = footer.metadata.row_group(footer.metadata.num_row_groups - 1).column(place).statistics
                days = float(known.max)
        except (pa.ArrowException, OSError, ValueError, IndexError, AttributeError, TypeError) as fault:
            raise StorageError(f"summary.parquet cannot be read ({_short(fault)})") from fault
    cells = sum(1 for _ in (folder / "cells").glob("part-*.parquet"))
    parts = [f"seed {about['seed']}"] if "seed" in about else []
    if days is not None:
        wanted = str(about.get("until") or "")
        parts.append(f"{days:.3g} days" if state == "DONE" or not wanted else f"{days:.3g} days, of {wanted}")
    parts.append(f"{cells} moments" if cells else "no cells kept")
    return " · ".join(parts)


# ---- studies ----


def study_told(folder: Path) -> Told:
    """Say what a study's folder holds."""
    title = folder.name
    try:
        about = json.loads((folder / "study.json").read_text(encoding="utf-8"))
        title = str(about["title"])
        arms, replicates = len(about["arms"]), int(about["replicates"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as fault:
        return Told(title, "", "DAMAGED", f"study.json cannot be read ({_short(fault)})")
    line = f"{arms} arms × {replicates} replicates"
    file = folder / "runs.parquet"
    if not file.is_file():
        done = sum(1 for _ in (folder / "runs").glob("*/*/*/endpoints.json"))
        return Told(title, f"{line} · {done} of {arms * replicates} runs done", "RUNNING")
    try:
        import pyarrow.parquet as pq

        states = pq.ParquetFile(file).read(columns=["status"]).column("status").to_pylist()
    except Exception as fault:  # noqa: BLE001 whatever a damaged table raises becomes a sentence
        return Told(title, line, "DAMAGED", f"runs.parquet cannot be read ({_short(fault)})")
    done = sum(state == "DONE" for state in states)
    told = f"{line} · {done} of {len(states)} runs done"
    return Told(title, told, "DONE" if done == len(states) else "INTERRUPTED")


@functools.lru_cache(maxsize=64)
def arms_of(folder: Path) -> dict[str, tuple[str, str]]:
    """Return name and label of a study's arms by the folder in which their runs lie; none where it cannot be read."""
    try:
        about = json.loads((folder / "study.json").read_text(encoding="utf-8"))
        return {str(a["identity"])[:8]: (str(a["name"]), str(a["label"])) for a in about["arms"]}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return {}


def control_of(folder: Path, place: str) -> str:
    """Return the folder name of the runs with which those in the folder `place` are compared; empty without any."""
    try:
        about = json.loads((folder / "study.json").read_text(encoding="utf-8"))
        own = next(a for a in about["arms"] if str(a["identity"])[:8] == place)
        control = str(own.get("against") or about["control"])
    except (OSError, ValueError, KeyError, TypeError, StopIteration, RecursionError):
        return ""
    return next((at for at, (arm, _) in arms_of(folder).items() if arm == control and at != place), "")


# ---- shipped scenarios ----


@functools.lru_cache(maxsize=256)
def scenario_told(name: str, path: Path) -> Told:
    """Say what a shipped scenario is."""
    from simulation import load_scenario

    try:
        scenario = load_scenario(name)
    except SimulationError as fault:
        return Told(name, "", "DAMAGED", str(fault).splitlines()[0][:160])
    title = str(getattr(scenario, "title", "") or name)
    return Told(title, f"{name} · until {getattr(scenario, 'until', '')}", "SHIPPED")


# ---- pictures ----


def picture_of(entry: Entry) -> bytes | None:
    """Return a small PNG of what an entry shows; None where nothing can be drawn."""
    if entry.kind == "scenario":
        return shipped_picture(entry.name)
    folder = _typical_run(entry.path) if entry.kind == "study" else entry.path
    return None if folder is None else thumbnail(folder)


def shipped_picture(name: str) -> bytes | None:
    """Return the picture of a shipped scenario; None where none was made."""
    try:
        file = PICTURES / str(json.loads((PICTURES / "index.json").read_text(encoding="utf-8"))[name])
        return file.read_bytes() if file.parent == PICTURES else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def thumbnail(folder: Path, width: int = WIDTH) -> bytes | None:
    """Draw the last kept moment of a run, small."""
    from analysis.load import open_run
    from analysis.viewer import raster
    from analysis.viewer.stored import frame_at

    try:
        run = open_run(folder)
        if not run.snapshots:
            return None
        frame = frame_at(run, max(run.snapshots))
        picture = raster.draw(frame, width, height=round(width * 0.62), plain=True)
    except (StorageError, OSError, ValueError, KeyError):
        return None
    return small_png(picture)


def small_png(picture: Any, shades: int = 128) -> bytes:
    """Write a picture as PNG with few shades."""
    from PIL import Image

    into = BytesIO()
    picture.quantize(shades, method=Image.Quantize.FASTOCTREE).save(into, format="PNG", optimize=True)
    return into.getvalue()


def _typical_run(study: Path) -> Path | None:
    """Return some run of a study of which cells were kept."""
    return next((f.parent.parent for f in sorted((study / "runs").glob("*/*/*/cells/part-000000.parquet"))), None)


# ---- sentences ----


def without_place(fault: Exception, folder: Path | None = None) -> str:
    """Tell a fault without where on this machine it was; the file's own name is enough."""
    if not isinstance(fault, StorageError):
        return _short(fault)
    where = Path(fault.where).name if fault.where else ""
    named = where.endswith((".json", ".parquet", ".zarr")) or where == "status"
    told = f"{where}: {fault.what}" if named else fault.what
    return told if folder is None else told.replace(f"{folder}/", "").replace(str(folder), folder.name)


def _first_line(file: Path) -> str:
    try:
        lines = [line.strip() for line in file.read_text(encoding="utf-8", errors="replace").splitlines()]
    except OSError:
        return ""
    said = [line for line in lines if line]
    return (said[-1] if said and said[0].startswith("Traceback") else said[0] if said else "")[:200]


def _short(fault: Exception) -> str:
    said = fault.strerror or "" if isinstance(fault, OSError) else str(fault)
    return (" ".join(said.split()) or type(fault).__name__)[:120]
