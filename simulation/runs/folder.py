"""The folder of one run: where it is, what state it is in, who holds it, and what can be read from it.

    results/<scenario>/<hash8>/seed-000017/
      scenario.yaml    complete, in canonical units        status    RUNNING, DONE, FAILED or INTERRUPTED
      run.json         where the result comes from         error.txt where it failed, if it did
      summary.parquet  events/  cells/  fields.zarr        endpoints.json
      checkpoint/      the two newest checkpoints

A finished result is never half replaced: while it is made again the new one grows beside it, hidden, and takes its
place when it is done.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from simulation.engine import checkpoint
from simulation.engine.errors import StorageError
from simulation.engine.storage import (
    NEW,
    Lock,
    listing,
    make_folder,
    mend_replacement,
    read_table,
    read_text,
    remove,
    remove_folder,
    replace_folder,
    require_writable,
    write_json,
    write_text,
)


class Status(Enum):
    """State of a run."""

    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"
    INTERRUPTED = "INTERRUPTED"


class RunFolder:
    """A run's folder, held for this process until `close`.

    place     Path    where the finished result stands
    raises    StorageError    when it cannot be written, or a living process holds it
    """

    def __init__(self, place: Path) -> None:
        self.place = place
        self._beside = place.with_name(f".{place.name}{NEW}")
        require_writable(place.parent)
        self._lock = Lock(place.with_name(f".{place.name}.lock"), shown(place))
        mend_replacement(place)
        self.path = place

    def close(self) -> None:
        """Let others have it."""
        self._lock.free()

    def __enter__(self) -> RunFolder:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start_anew(self) -> None:
        """Make an empty folder to write into; a finished result stays where it is until the new one is done."""
        remove_folder(self._beside)
        if status_of(self.place) is Status.DONE:
            self.path = self._beside
        else:
            remove_folder(self.place)
        make_folder(self.path)

    def go_on(self) -> None:
        """Find what was cut: the folder beside the finished result, if there is one."""
        if self._beside.exists():
            self.path = self._beside
        remove(self.path / "error.txt")

    def settle(self) -> None:
        """Put a result that is done in its place."""
        if self.path != self.place:
            replace_folder(self.place, self.path)
            self.path = self.place

    # ---- writing ----

    def write_status(self, status: Status) -> None:
        """Say in which state the run is."""
        write_text(self.path / "status", status.value + "\n")

    def write_json(self, name: str, value: Mapping[str, Any]) -> None:
        """Write plain data."""
        write_json(self.path / name, value)

    def write_text(self, name: str, text: str) -> None:
        """Write text."""
        write_text(self.path / name, text)

    def save(self, tree: dict[str, Any]) -> None:
        """Write a checkpoint."""
        checkpoint.save(make_folder(self.path / "checkpoint") / "last", tree)

    def load(self) -> tuple[dict[str, Any] | None, str]:
        """Read the newest checkpoint that is whole; None where the run was cut before its first.

        returns    dict or None, str    the checkpoint; "" or a sentence that says that an earlier one was taken
        """
        path = self.path / "checkpoint" / "last"
        if not listing(path.parent):
            return None, ""
        tree, said = checkpoint.load(path)
        if said:
            remove(path)  # so that the next save does not push the good one out
        return tree, said


def shown(place: Path) -> str:
    """Name a run's folder by its last three parts, without the rest of this machine."""
    return "/".join(place.parts[-3:])


def status_of(folder: Path) -> Status | None:
    """Read a run's state; None where there is no run."""
    try:
        return Status(read_text(folder / "status").strip())
    except (StorageError, ValueError):
        return None


def read_events(folder: Path, columns: Sequence[str] = ()) -> pd.DataFrame:
    """Read all events of a run; an empty table with the right columns where nothing happened.

    columns    names of those that are wanted; all if none is named
    """
    from simulation.runs.records import EVENT_COLUMNS

    wanted = {n: kind for n, (kind, _, _) in EVENT_COLUMNS.items() if n in columns or not columns}
    words = [name for name, kind in wanted.items() if pa.types.is_dictionary(kind)]
    parts = [read_table(path, list(wanted)).select(list(wanted)) for path in listing(folder / "events")]
    if not parts:
        empty = {n: pa.array([], pa.string() if n in words else kind) for n, kind in wanted.items()}
        parts = [pa.table(empty)]
    frame: pd.DataFrame = pa.concat_tables(parts).unify_dictionaries().to_pandas()
    return frame.astype(dict.fromkeys(words, "category"))


def read_summary(folder: Path) -> pd.DataFrame:
    """Read the summary of a run; raises StorageError."""
    frame: pd.DataFrame = read_table(folder / "summary.parquet").to_pandas()
    return frame
