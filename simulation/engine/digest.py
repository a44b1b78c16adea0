"""A digest of many pieces, hashed as if they were one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

Piece = bytes | memoryview

BLOCK = 2**20  # bytes hashed by one call, during which other threads go on


def digest_of(pieces: Iterable[Piece]) -> str:
    """Return the SHA-256 of all pieces, one after another.

    pieces    bytes, and the memory of arrays (`array.data`)
    """
    told = hashlib.sha256()
    # Small pieces are joined, always in the same memory: there are thousands, and each call has its price.
    block = memoryview(bytearray(BLOCK))
    filled = 0
    for piece in pieces:
        size = piece.nbytes if isinstance(piece, memoryview) else len(piece)
        if filled + size > BLOCK:
            told.update(block[:filled])
            filled = 0
        if size > BLOCK:
            told.update(piece)
        elif size:
            block[filled : filled + size] = memoryview(piece).cast("B")
            filled += size
    told.update(block[:filled])
    return told.hexdigest()
