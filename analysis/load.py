"""Opening a run's folder: what was kept, as tables, and one clear line where something is missing or damaged.

Whatever a reader meets here was written whole or not at all, so a run that is still going, or was cut, opens too: it
shows what it had kept until then.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation import StorageError

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray


@dataclass(frozen=True)
class Fields:
    """Fields of the first site over time.

    days     (t,)                  day    when
    names    tuple of str                 what, in the order of `values`
    values   (t, k, nx, ny, nz)           read from disk when looked at
    voxel    float                 um     edge of a voxel
    """

    days: Array
    names: tuple[str, ...]
    values: Any
    voxel: float
    path: Path

    def at(self, day: float, name: str) -> Array | None:
        """Return one field at the kept moment nearest to a day, as (nx, ny, nz); None where it was not kept."""
        if name not in self.names or not len(self.days):
            return None
        moment = int(np.abs(self.days - day).argmin())
        try:
            return np.asarray(self.values[moment, self.names.index(name)])
        except (OSError, ValueError, KeyError, RuntimeError) as fault:
            raise _damaged(self.path, fault) from fault


class RunFolder:
    """A run, as it lies on disk.

    path      Path
    raises    StorageError    where the folder is not that of a run
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        if not self.path.is_dir():
            what = "this is a file, not a run's folder" if self.path.exists() else "there is no such folder"
            raise StorageError(what, where=str(path), remedy="name a folder that `icam run` has written")
        if not (self.path / "run.json").is_file():
            raise StorageError(
                "there is no run.json in it", where=str(path), expected="expected the folder of a run",
                remedy="name a folder that `icam run` has written",
            )  # fmt: skip

    @cached_property
    def about(self) -> dict[str, Any]:
        """How it was made: run.json."""
        return _mapping(self.path / "run.json")

    @cached_property
    def status(self) -> str:
        """What became of it, in one word; empty where that is not known."""
        file = self.path / "status"
        try:
            return file.read_text(encoding="utf-8").strip() if file.is_file() else ""
        except (OSError, UnicodeDecodeError) as fault:
            raise _damaged(file, fault) from fault

    @cached_property
    def endpoints(self) -> dict[str, Any]:
        """When what happened first: endpoints.json; empty while the run is not complete."""
        file = self.path / "endpoints.json"
        return _mapping(file) if file.is_file() else {}

    @cached_property
    def summary(self) -> pd.DataFrame:
        """One row per kept time."""
        return _table(self.path / "summary.parquet").to_pandas()

    @cached_property
    def units(self) -> dict[str, str]:
        """Unit of every column of the summary."""
        schema = _table(self.path / "summary.parquet").schema
        return {f.name: (f.metadata or {}).get(b"unit", b"").decode() for f in schema}

    @cached_property
    def events(self) -> pd.DataFrame:
        """What happened to whom, where and when, in the order of time; without rows where nothing was kept."""
        return self._events(_table)

    def events_of(self, kinds: Sequence[str], columns: Sequence[str]) -> pd.DataFrame:
        """Return some columns, `kind` among them, of what happened of some kinds; the rest is never all in memory."""
        import pyarrow as pa
        import pyarrow.compute as pc

        def only(part: Path) -> Any:
            table = _table(part, columns)
            return table.filter(pc.is_in(table["kind"].cast(pa.string()), pa.array(kinds)))

        return self._events(only)[list(columns)]

    def _events(self, read: Callable[[Path], Any]) -> pd.DataFrame:
        import pyarrow as pa

        parts = [read(part) for part in _parts(self.path / "events")]
        if not parts:
            import pandas as pd

            columns = "tick time_day site kind lineage cell_type parcel x y z convoy value".split()
            return pd.DataFrame({name: [] for name in columns})
        return pa.concat_tables(parts, promote_options="permissive").to_pandas()

    @cached_property
    def snapshots(self) -> dict[float, Path]:
        """Moments at which all cells were kept: day -> file."""
        return {_day_of(part): part for part in _parts(self.path / "cells")}

    def cells(self, day: float, columns: Sequence[str] = ()) -> pd.DataFrame:
        """Return every cell, in all sites and the blood, at the kept moment nearest to a day.

        columns    names of those that are wanted, where they were kept; all if none is named
        """
        if not self.snapshots:
            raise StorageError(
                "no cells were kept", where=str(self.path), remedy='ask for them with --set record.cells="1 day"'
            )
        nearest = min(self.snapshots, key=lambda kept: (abs(kept - day), kept))
        return _table(self.snapshots[nearest], columns).to_pandas()

    @cached_property
    def fields(self) -> Fields | None:
        """Fields of the first site; None where none were kept."""
        path = self.path / "fields.zarr"
        if not path.is_dir():
            return None
        import zarr

        try:
            group = zarr.open_group(str(path), mode="r")
            complete, values = int(group.attrs["n_complete"]), group["value"]  # type: ignore[arg-type]
            days = np.asarray(group["time_day"][:complete])  # type: ignore[index]
            names = tuple(values.attrs["substance"])  # type: ignore[arg-type]
            return Fields(days, names, values, float(values.attrs["voxel_um"]), path)  # type: ignore[arg-type]
        except (OSError, ValueError, KeyError, TypeError, RuntimeError) as fault:
            raise _damaged(path, fault) from fault


def open_run(path: str | Path) -> RunFolder:
    """Open the folder of a run; raises StorageError where there is none."""
    return RunFolder(path)


def _damaged(path: Path, fault: Exception) -> StorageError:
    reason = " ".join(str(fault).split())[:160] or type(fault).__name__
    return StorageError(f"it cannot be read ({reason})", where=str(path), remedy="run the scenario again")


def _mapping(file: Path) -> dict[str, Any]:
    """Read a JSON file that holds an object."""
    try:
        value = json.loads(file.read_text(encoding="utf-8"))
        if not isinstance(value, dict):
            raise ValueError("it holds no object")
    except (OSError, ValueError, RecursionError) as fault:
        raise _damaged(file, fault) from fault
    return value


def _table(file: Path, columns: Sequence[str] = ()) -> Any:
    """Read a Parquet file, or those columns of it that it has, as an Arrow table."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not file.is_file():
        raise StorageError("it is missing", where=str(file), remedy="let the run go on with `icam resume`")
    try:
        # threads would keep memory of their own, and what is read is small
        return pq.ParquetFile(file).read(columns=list(columns) or None, use_threads=False)
    except (pa.ArrowException, OSError, ValueError) as fault:
        raise _damaged(file, fault) from fault


def _parts(folder: Path) -> list[Path]:
    """List the complete parts of a folder, in their order."""
    return sorted(folder.glob("part-*.parquet")) if folder.is_dir() else []


def _day_of(part: Path) -> float:
    """Read from a snapshot's footer when it was taken."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        footer = pq.ParquetFile(part)
        place = footer.schema_arrow.get_field_index("time_day")
        known = footer.metadata.row_group(0).column(place).statistics
        return float(known.min)
    except (pa.ArrowException, OSError, ValueError, IndexError, AttributeError) as fault:
        raise _damaged(part, fault) from fault
