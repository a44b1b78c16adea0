"""Philox and SplitMix64 in plain Python integers, as their papers write them, against the compiled ones."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.engine.chance import philox, uniform, uniform_pair
from simulation.engine.lineage import daughter, mix

WORDS_32 = st.integers(0, 2**32 - 1)
WORDS_64 = st.integers(0, 2**64 - 1)


def plain_philox(counter: tuple[int, ...], key: tuple[int, ...]) -> tuple[int, ...]:
    c, k = list(counter), list(key)
    for _ in range(10):
        high_0, low_0 = divmod(0xD2511F53 * c[0], 2**32)
        high_1, low_1 = divmod(0xCD9E8D57 * c[2], 2**32)
        c = [high_1 ^ c[1] ^ k[0], low_1, high_0 ^ c[3] ^ k[1], low_0]
        k = [(k[0] + 0x9E3779B9) % 2**32, (k[1] + 0xBB67AE85) % 2**32]
    return tuple(c)


def plain_mix(w: int) -> int:
    w = (w ^ (w >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
    w = (w ^ (w >> 27)) * 0x94D049BB133111EB % 2**64
    return w ^ (w >> 31)


KNOWN = [  # Random123, file kat_vectors
    ((0,) * 4, (0,) * 2, "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ((2**32 - 1,) * 4, (2**32 - 1,) * 2, "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        "d16cfe09 94fdcceb 5001e420 24126ea1",
    ),
]


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN)
def test_philox_gives_the_known_answers(counter: tuple[int, ...], key: tuple[int, ...], answer: str) -> None:
    expected = tuple(int(word, 16) for word in answer.split())
    assert plain_philox(counter, key) == expected
    assert tuple(map(int, philox(*map(np.uint64, counter + key)))) == expected


@given(st.tuples(*[WORDS_32] * 4), st.tuples(*[WORDS_32] * 2))
def test_philox_equals_its_oracle(counter: tuple[int, ...], key: tuple[int, ...]) -> None:
    assert tuple(map(int, philox(*map(np.uint64, counter + key)))) == plain_philox(counter, key)


@given(WORDS_64, WORDS_32, WORDS_64, st.integers(0, 2**24 - 1))
def test_uniform_is_laid_out_as_documented(key: int, tick: int, lineage: int, draw: int) -> None:
    counter = (lineage % 2**32, lineage >> 32, tick, draw)
    r = plain_philox(counter, (key % 2**32, key >> 32))
    first = (2 * ((r[0] << 20) | (r[1] >> 12)) + 1) / 2**53
    second = (2 * ((r[2] << 20) | (r[3] >> 12)) + 1) / 2**53
    where = (np.uint64(key), tick, np.uint64(lineage), draw)
    assert uniform_pair(*where) == (first, second)
    assert uniform(*where) == first
    assert 0.0 < first < 1.0


@given(WORDS_64, st.integers(0, 2**32))
def test_mix_and_daughter_equal_their_oracles(word: int, n: int) -> None:
    assert int(mix(np.uint64(word))) == plain_mix(word)
    assert int(daughter(np.uint64(word), n)) == plain_mix(plain_mix(word) ^ plain_mix(n ^ 0x9E3779B97F4A7C15))
