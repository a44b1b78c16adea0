"""Files: every one the project writes or reads goes through here; each is written whole or not at all.

A file is written beside its place under another name, brought to disk and only then given its name, so whoever reads
sees the last complete state or the new one. What the system refuses becomes a StorageError of one line.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from simulation.engine.errors import StorageError

NEW = ".new"  # ends the name of what is not complete yet
REPLACED = ".replaced"  # ends the name of a folder that has just been replaced

#: what the system says, and what it means to a person
REASONS = {
    errno.EACCES: ("permission denied", "choose a folder you may write, or change its permissions"),
    errno.EPERM: ("the operation is not permitted", "choose a folder you may write"),
    errno.ENOSPC: ("the disk is full", "make room; what was written before is intact"),
    errno.EDQUOT: ("the disk quota is used up", "make room; what was written before is intact"),
    errno.EROFS: ("the file system is read-only", "choose another folder"),
    errno.ENAMETOOLONG: ("the name is too long", "choose a shorter name"),
    errno.ENOTDIR: ("a part of the path is a file, not a folder", "choose another folder"),
    errno.EISDIR: ("this is a folder, not a file", "name a file"),
    errno.ENOENT: ("there is no such file or folder", "check the path"),
    errno.EMFILE: ("too many files are open", "raise the limit of open files"),
    errno.EIO: ("the disk reports a fault", "check the disk; what was written before is intact"),
    errno.ELOOP: ("links lead round in a circle", "choose another folder"),
}


@contextmanager
def told_plainly(path: Path | str) -> Iterator[None]:
    """Turn what the system refuses into a StorageError that names the file and says what to do."""
    try:
        yield
    except OSError as fault:
        what, remedy = REASONS.get(fault.errno or 0, (fault.strerror or type(fault).__name__, ""))
        raise StorageError(what, where=str(path), remedy=remedy) from fault
    except ValueError as fault:
        if "null byte" not in str(fault):
            raise
        raise StorageError("a name may not hold a null character", where=repr(str(path))) from fault


# ---- bytes ----


def write_bytes(path: Path, data: bytes | memoryview) -> None:
    """Write a whole file or nothing.

    path      Path     its folder exists
    data      bytes
    raises    StorageError; the file is then as it was, or new, never in between
    """
    unfinished = path.with_name(f".{path.name}{NEW}")
    with told_plainly(path):
        try:
            handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o666)
            try:
                rest = memoryview(data)
                while rest:
                    rest = rest[os.write(handle, rest) :]
                os.fsync(handle)
            finally:
                os.close(handle)
            os.replace(unfinished, path)
        except OSError:
            with suppress(OSError):
                os.unlink(unfinished)
            raise
        _bring_to_disk(path.parent)


def _bring_to_disk(folder: Path) -> None:
    """Make names in a folder survive a loss of power."""
    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    except OSError as fault:  # some network file systems cannot do this for folders; names are safe there at once
        if fault.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(handle)


def read_bytes(path: Path) -> bytes:
    """Read a whole file; raises StorageError."""
    with told_plainly(path), open(path, "rb") as file:
        return file.read()


def remove(path: Path) -> None:
    """Remove a file; one that is not there is no fault."""
    with told_plainly(path), suppress(FileNotFoundError):
        os.unlink(path)


# ---- text and JSON ----


def write_text(path: Path, text: str) -> None:
    """Write text as UTF-8."""
    write_bytes(path, text.encode("utf-8"))


def read_text(path: Path) -> str:
    """Read UTF-8 text; raises StorageError."""
    try:
        return read_bytes(path).decode("utf-8")
    except UnicodeDecodeError:
        raise StorageError("this is not a text file", where=str(path)) from None


def write_json(path: Path, value: Any) -> None:
    """Write plain data as JSON, keys in the order given; numbers that are not finite become null."""
    write_text(path, json.dumps(_plain(value), indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [_plain(v) for v in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value


def read_json(path: Path) -> Any:
    """Read JSON; raises StorageError, also for a damaged file."""
    try:
        return json.loads(read_text(path))
    except ValueError as fault:
        raise StorageError(f"damaged: {fault}", where=str(path)) from None


# ---- tables ----


def write_table(path: Path, table: pa.Table) -> None:
    """Write a table as Parquet: zstd, floats split by byte, text as dictionaries; the same table, the same bytes."""
    floats = [f.name for f in table.schema if pa.types.is_floating(f.type)]
    words = [f.name for f in table.schema if pa.types.is_dictionary(f.type) or pa.types.is_string(f.type)]
    into = pa.BufferOutputStream()
    pq.write_table(
        table,
        into,
        compression="zstd",
        compression_level=3,
        use_dictionary=words or False,
        use_byte_stream_split=floats or False,
        write_statistics=True,
    )
    write_bytes(path, memoryview(into.getvalue()))


def read_table(path: Path, columns: list[str] | None = None) -> pa.Table:
    """Read a Parquet file; raises StorageError, also for a damaged file."""
    data = read_bytes(path)
    try:
        # one file, not a folder that happens to match: no partitions are guessed from its path
        # one thread: others would keep memory of their own, and files are small
        return pq.ParquetFile(pa.BufferReader(data)).read(columns=columns, use_threads=False)
    except (pa.ArrowException, OSError) as fault:
        raise StorageError(f"damaged: {str(fault).splitlines()[0]}", where=str(path)) from None


# ---- folders ----


def make_folder(path: Path) -> Path:
    """Make a folder and those above it; one that is there is no fault. Raises StorageError."""
    with told_plainly(path):
        os.makedirs(path, exist_ok=True)
    return path


def listing(folder: Path) -> list[Path]:
    """List what stands in a folder, by name, without what is hidden or not complete; [] where there is no folder."""
    with told_plainly(folder):
        try:
            return sorted(folder / name for name in os.listdir(folder) if not name.startswith("."))
        except FileNotFoundError:
            return []


def remove_folder(folder: Path) -> None:
    """Remove a folder and all in it, hidden files too; one that is not there is no fault."""
    with told_plainly(folder):
        try:
            names = os.listdir(folder)
        except FileNotFoundError:
            return
        for name in sorted(names):
            inner = folder / name
            if inner.is_dir() and not inner.is_symlink():
                remove_folder(inner)
            else:
                os.unlink(inner)
        os.rmdir(folder)


def require_writable(folder: Path) -> None:
    """Make sure that files can be written in a folder, by writing one; before hours are spent. Raises StorageError."""
    make_folder(folder)
    trial = folder / f".trial-{os.getpid()}"
    write_bytes(trial, b"can this be written?")
    remove(trial)


def replace_folder(folder: Path, by: Path) -> None:
    """Put the folder `by` in the place of `folder`, which may exist; see `mend_replacement` for a cut in between."""
    old = folder.with_name(f".{folder.name}{REPLACED}")
    mend_replacement(folder)
    with told_plainly(folder):
        if folder.exists():
            os.rename(folder, old)
        os.rename(by, folder)
        _bring_to_disk(folder.parent)
    remove_folder(old)


def mend_replacement(folder: Path) -> None:
    """Undo or complete a replacement that was cut in the middle: the old folder comes back if no new one is there."""
    old = folder.with_name(f".{folder.name}{REPLACED}")
    with told_plainly(folder):
        if not old.exists():
            return
        if not folder.exists():
            os.rename(old, folder)
            return
    remove_folder(old)


# ---- who holds a folder ----


class Lock:
    """Holds a folder for one process; freed by the system when that process ends, however it ends.

    path      Path    a file that stands for the folder, beside it; it stays there, empty of meaning, when freed
    what      str     what is held, as in an error message
    raises    StorageError    when a living process holds it, saying which
    """

    def __init__(self, path: Path, what: str) -> None:
        self.path, self._handle = path, -1
        with told_plainly(path):
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                os.ftruncate(handle, 0)
                os.pwrite(handle, str(os.getpid()).encode(), 0)
            except BlockingIOError:
                holder = self._holder(handle)
                os.close(handle)
                raise StorageError(
                    f"process {holder} is writing here", where=what, remedy="wait for it, or choose another --out"
                ) from None
            except OSError:
                os.close(handle)
                raise
        self._handle = handle

    @staticmethod
    def _holder(handle: int) -> str:
        """Name the process that holds it; one that has just taken it gets a moment to write its name."""
        for _ in range(50):
            if name := os.pread(handle, 32, 0).decode("ascii", "replace").strip():
                return name
            Event().wait(0.02)
        return "unknown"

    def free(self) -> None:
        """Let others have it; doing so twice is no fault."""
        if self._handle >= 0:
            with suppress(OSError):
                os.ftruncate(self._handle, 0)
            os.close(self._handle)
            self._handle = -1

    def __enter__(self) -> Lock:
        return self

    def __exit__(self, *_: object) -> None:
        self.free()
