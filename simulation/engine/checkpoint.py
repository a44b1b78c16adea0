"""A checkpoint: a tree of plain data and arrays in one file that notices every damage, in two generations.

    magic      8 bytes    what this file is
    version    4 bytes    of the format, little-endian
    digest    32 bytes    SHA-256 of the version and all that follows
    length     8 bytes    of the body before compression
    body                  zstd of: length of the text (8 bytes), text (JSON), arrays one after another

In the text an array stands as {"__array__": [dtype, shape, offset]}. Nothing is run when it is read.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import struct
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from simulation.engine.errors import StorageError
from simulation.engine.storage import read_bytes, told_plainly, write_bytes

MAGIC = b"ICAMCKPT"
VERSION = 1
PREVIOUS = ".prev"
_HEAD = struct.Struct("<8sI32s")
_LENGTH = struct.Struct("<Q")
_ARRAY = "__array__"
_LARGEST = 2**38  # a length beyond this is a damage, not a checkpoint


def encode(tree: dict[str, Any]) -> bytes:
    """Turn a tree into bytes; the same tree gives the same bytes.

    tree    dict    of dicts, lists, text, numbers, None and arrays; keys are text
    """
    arrays = _Arrays()
    text = json.dumps(_plain(tree, arrays)).encode()
    body = bytearray(_LENGTH.size + len(text) + arrays.length)
    body[: _LENGTH.size + len(text)] = _LENGTH.pack(len(text)) + text
    arrays.copy_into(memoryview(body)[_LENGTH.size + len(text) :])
    packed: bytes = _LENGTH.pack(len(body)) + pa.Codec("zstd", 1).compress(body, asbytes=True)
    return _HEAD.pack(MAGIC, VERSION, _digest(VERSION, packed)) + packed


class _Arrays:
    """Arrays one after another, each known by its place; copied once, when all are known.

    length    int    bytes of all
    """

    def __init__(self) -> None:
        self.length = 0
        self._held: list[np.ndarray[Any, Any]] = []

    def add(self, array: np.ndarray[Any, Any]) -> int:
        """Take one more; returns its place."""
        place = self.length
        self.length += array.nbytes
        self._held.append(array)
        return place

    def copy_into(self, memory: memoryview) -> None:
        """Write them all."""
        at = 0
        for array in self._held:
            memory[at : at + array.nbytes] = np.ascontiguousarray(array).reshape(-1).view(np.uint8).data
            at += array.nbytes


# Neither of the two that walk a tree is a closure: one that calls itself would keep the arrays, tens of MB, alive until
# the collector of cycles comes by.
def _plain(value: Any, arrays: _Arrays) -> Any:
    """Replace arrays by their places; they are added to `arrays`."""
    if isinstance(value, np.ndarray):
        if value.dtype.hasobject:
            raise TypeError("an array of objects cannot be kept")
        return {_ARRAY: [value.dtype.str, list(value.shape), arrays.add(value)]}
    if isinstance(value, dict):
        return {k: _plain(v, arrays) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v, arrays) for v in value]
    return value.item() if isinstance(value, np.generic) else value


def _full(value: Any, body: memoryview) -> Any:
    """Put arrays back into their places; `body` begins with the first of them."""
    if isinstance(value, dict):
        if set(value) == {_ARRAY}:
            kind, shape, offset = value[_ARRAY]
            count = int(np.prod(shape, dtype=np.int64))
            return np.frombuffer(body, dtype=kind, count=count, offset=offset).reshape(shape).copy()
        return {k: _full(v, body) for k, v in value.items()}
    return [_full(v, body) for v in value] if isinstance(value, list) else value


def _digest(version: int, packed: bytes | memoryview) -> bytes:
    told = hashlib.sha256(struct.pack("<I", version))
    told.update(packed)
    return told.digest()


def decode(data: bytes, where: str) -> dict[str, Any]:
    """Turn bytes back into the tree; raises StorageError when they are damaged, foreign or of a later version."""
    if len(data) < _HEAD.size + _LENGTH.size or not data.startswith(MAGIC):
        raise StorageError("this is no checkpoint, or it is cut off", where=where)
    _, version, digest = _HEAD.unpack_from(data)
    if version > VERSION:
        raise StorageError(
            f"this checkpoint has format {version}, this program reads up to {VERSION}",
            where=where,
            remedy="resume with the version that wrote it",
        )
    packed = memoryview(data)[_HEAD.size :]
    if _digest(version, packed) != digest:
        raise StorageError("damaged: its contents do not match its digest", where=where)
    (length,) = _LENGTH.unpack_from(packed)
    if length > _LARGEST:
        raise StorageError("damaged: its length makes no sense", where=where)
    body = memoryview(pa.Codec("zstd").decompress(packed[_LENGTH.size :], length, asbytes=True))
    (text_length,) = _LENGTH.unpack_from(body)
    first = _LENGTH.size + text_length
    whole: dict[str, Any] = _full(json.loads(bytes(body[_LENGTH.size : first])), body[first:])
    return whole


def save(path: Path, tree: dict[str, Any]) -> None:
    """Write a checkpoint; the one before it stays as `<path>.prev`.

    raises    StorageError; `load` then gives the last checkpoint or the new one
    """
    older = path.with_name(path.name + PREVIOUS)
    data = encode(tree)
    spare = path.with_name(f".{older.name}")
    with told_plainly(path):
        # A second name for the current one, so that at no moment there is none.
        if os.path.exists(path):
            with suppress(FileNotFoundError):
                os.unlink(spare)
            try:
                os.link(path, spare)
                os.replace(spare, older)
            except OSError as fault:  # a file system without second names
                if fault.errno not in (errno.EPERM, errno.ENOTSUP, errno.EMLINK):
                    raise
                write_bytes(older, read_bytes(path))
    write_bytes(path, data)


def load(path: Path) -> tuple[dict[str, Any], str]:
    """Read a checkpoint; when it is missing or damaged, the one before it.

    returns    dict, str    the tree; and "" or a sentence that says that an earlier one was taken, and why
    raises     StorageError when neither can be read
    """
    try:
        return decode(read_bytes(path), str(path)), ""
    except StorageError as fault:
        older = path.with_name(path.name + PREVIOUS)
        try:
            tree = decode(read_bytes(older), str(older))
        except StorageError:
            raise fault from None
        return tree, f"{path.name} cannot be used ({fault.what}); {older.name} was taken, which is earlier"
