"""A digest of many pieces, hashed as if they were one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

Piece = bytes | memoryview

BLOCK = 2**20  # bytes hashed by one call, during which other threads go on


def digest_of(pieces: Iterable[Piece]) -> str:
    """Return the SHA-256 of all pieces, one after another.

    pieces    bytes, and the memory of arrays (`array.data`)
    """
    told = hashlib.sha256()
    for block in _blocks(pieces):
        told.update(block)
    return told.hexdigest()


def _blocks(pieces: Iterable[Piece]) -> Iterator[bytes]:
    """Join small pieces: there are thousands, and a call for each costs as much as the hashing."""
    some: list[Piece] = []
    length = 0
    for piece in pieces:
        some.append(piece)
        length += piece.nbytes if isinstance(piece, memoryview) else len(piece)
        if length >= BLOCK:
            yield b"".join(some)
            some, length = [], 0
    yield b"".join(some)
