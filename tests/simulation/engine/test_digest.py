"""The digest of pieces is that of all of them in one."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from simulation.engine import digest
from simulation.engine.digest import Piece, digest_of

PIECES: list[Piece] = [
    b"x:float64",
    np.arange(1000.0).data,
    b"",
    np.zeros(0).data,
    np.array([True, False]).data,
    np.array(["liver", ""]).data,
    np.arange(12, dtype=np.uint64).reshape(3, 4).data,
    b"end",
]


@pytest.mark.parametrize("block", [1, 100, 8000, 2**20])
def test_pieces_count_as_one(monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    monkeypatch.setattr(digest, "BLOCK", block)
    whole = b"".join(bytes(p) for p in PIECES)
    assert digest_of(PIECES) == digest_of(iter(PIECES)) == hashlib.sha256(whole).hexdigest()


def test_every_piece_counts_and_so_does_their_order() -> None:
    seen = {digest_of(PIECES), digest_of(PIECES[::-1]), digest_of([]), digest_of([*PIECES, b"1"])}
    seen |= {digest_of(PIECES[:n] + PIECES[n + 1 :]) for n in (0, 1, 4, 5, 6, 7)}
    assert len(seen) == 10
