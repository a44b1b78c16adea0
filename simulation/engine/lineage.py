"""Lineage: the name of a cell, mixed from her mother's and her birth number.

It depends on the ancestry alone, never on seed, row or time, so a cell has the same name in every counterfactual world.
Names are mixed *before* they are combined: sums such as `mother + constant * n` collide within some thousand cells.
As with any 64-bit names, n of them collide with a chance of about n**2 / 2**65 (3e-4 for 1e8).

Source of `mix`: finaliser of SplitMix64 (Steele 2014, Fast splittable pseudorandom number generators, OOPSLA)
"""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt

from simulation.engine.kernel import inlined, kernel

Word = np.uint64
Lineages = npt.NDArray[np.uint64]

_LOW = np.uint64(0xFFFFFFFF)
_27, _30, _31, _32 = np.uint64(27), np.uint64(30), np.uint64(31), np.uint64(32)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
# Differ, so that founder 1 of a place is not daughter 1 of a cell whose name is the place's key.
_BIRTH = np.uint64(0x9E3779B97F4A7C15)
_FOUNDER = np.uint64(0xD1B54A32D192ED03)
_MEETING = np.uint64(0x8CB92BA72F3D8DD7)
_COMPANION = np.uint64(0xA0761D6478BD642F)


@inlined
def _product(a: Word, b: Word) -> Word:
    """a * b modulo 2**64, from halves that cannot overflow (numpy scalars would warn)."""
    low = (a & _LOW) * (b & _LOW)
    cross = ((a >> _32) * (b & _LOW) & _LOW) + ((a & _LOW) * (b >> _32) & _LOW)
    return ((((low >> _32) + cross) & _LOW) << _32) | (low & _LOW)


@inlined
def mix(word: Word) -> Word:
    """Scramble 64 bits one to one; 0 stays 0."""
    w = np.uint64(word)
    w = _product(w ^ (w >> _30), _FIRST)
    w = _product(w ^ (w >> _27), _SECOND)
    return w ^ (w >> _31)


@inlined
def daughter(mother: Word, birth_number: int) -> Word:
    """Lineage of a mother's n-th daughter; the mother keeps her own. Sisters never collide.

    mother          uint64    her lineage
    birth_number    1         how many daughters she had before, >= 0
    """
    return mix(mix(np.uint64(mother)) ^ mix(np.uint64(birth_number) ^ _BIRTH))


@inlined
def meeting(one: Word, other: Word) -> Word:
    """Name of a pair of cells, the same from either side, so that both draw the same luck for their bond."""
    a = np.uint64(one)
    b = np.uint64(other)
    first = a if a < b else b
    second = b if a < b else a
    return mix(mix(mix(first) ^ _MEETING) ^ mix(second))


@inlined
def companion(host: Word, tick: int, kind: int, nth: int) -> Word:
    """Lineage of a cell that comes by a host, or leaves it, without being born of it.

    Birth numbers are left alone: whoever comes and goes, a cell's daughters have the names and the luck that they have
    without.

    host    uint64    lineage of the cell by which it comes, or of the parcel that it leaves
    tick    1         when
    kind    1         which cell type, or another number where several kinds come by one host in one tick
    nth     1         which of those of this kind
    """
    event = mix(mix(np.uint64(tick) ^ _COMPANION) ^ mix(np.uint64(kind) << _32 | np.uint64(nth)))
    return mix(mix(np.uint64(host)) ^ event)


@kernel
def companions(hosts: Lineages, tick: int, kind: int, nth: npt.NDArray[np.int64]) -> Lineages:
    """`companion` of every row."""
    result = np.empty(len(hosts), dtype=np.uint64)
    for i in range(len(hosts)):
        result[i] = companion(hosts[i], tick, kind, nth[i])
    return result


@kernel
def daughters(mothers: Lineages, birth_numbers: npt.NDArray[np.int64]) -> Lineages:
    """`daughter` of every row."""
    result = np.empty(len(mothers), dtype=np.uint64)
    for i in range(len(mothers)):
        result[i] = daughter(mothers[i], birth_numbers[i])
    return result


def founders(place: int, count: int) -> Lineages:
    """Lineages of the first cells of one place and type; more of them keep the names of the fewer.

    place    64 bits    from `name_key`, e.g. name_key("liver", "tumour_cell")
    count    1          how many
    """
    return _founders(np.uint64(place), count)


@kernel
def _founders(place: Word, count: int) -> Lineages:
    result = np.empty(count, dtype=np.uint64)
    for i in range(count):
        result[i] = mix(mix(place) ^ mix(np.uint64(i) ^ _FOUNDER))
    return result


def name_key(*names: str) -> int:
    """Stable key below 2**64 of one or more names, e.g. site and cell type; their order counts."""
    content = b"".join(len(text).to_bytes(8, "little") + text for text in (name.encode("utf-8") for name in names))
    return int.from_bytes(hashlib.blake2b(content, digest_size=8, person=b"lineage").digest(), "little")
