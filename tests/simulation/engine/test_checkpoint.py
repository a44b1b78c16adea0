"""A checkpoint gives back what it was given, bit for bit, or says what is wrong with it."""

from __future__ import annotations

import gc
import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from simulation.engine import checkpoint
from simulation.engine.errors import StorageError
from tests.worlds import make_world

TREE = {
    "tick": 12,
    "none": None,
    "words": ["a", "b"],
    "deep": {"x": np.array([1.5, np.nan, -0.0, np.inf]), "names": np.array(["liver", "", "bone"])},
    "empty": np.zeros((0, 3), dtype=np.uint64),
}


def same(a: object, b: object) -> bool:
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if isinstance(a, dict) and isinstance(b, dict):
        return list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    return a == b


def test_a_tree_comes_back() -> None:
    data = checkpoint.encode(TREE)
    assert same(checkpoint.decode(data, "x"), TREE)
    assert data == checkpoint.encode(TREE)


@given(arrays.arrays(st.sampled_from([np.float64, np.float32, np.uint64, np.uint8, bool]), arrays.array_shapes()))
def test_every_array_comes_back_writable(values: np.ndarray) -> None:
    back = checkpoint.decode(checkpoint.encode({"v": values}), "x")["v"]
    assert same(back, values)
    assert back.flags.writeable


def test_objects_are_refused() -> None:
    with pytest.raises(TypeError, match="objects"):
        checkpoint.encode({"v": np.array([{}, None])})


def test_every_damage_is_noticed() -> None:
    data = checkpoint.encode(TREE)
    for place in range(len(data)):
        for changed in (data[:place], data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]):
            with pytest.raises(StorageError) as caught:
                checkpoint.decode(changed, "last")
            assert str(caught.value).startswith("last: ")
            assert "\n" not in str(caught.value)


def test_a_later_format_says_so() -> None:
    data = bytearray(checkpoint.encode(TREE))
    struct.pack_into("<I", data, 8, checkpoint.VERSION + 1)
    with pytest.raises(StorageError, match=f"format {checkpoint.VERSION + 1}.*resume with the version"):
        checkpoint.decode(bytes(data), "last")


def test_two_generations_are_kept_and_the_earlier_one_is_announced(tmp_path: Path) -> None:
    path = tmp_path / "last"
    for n in (1, 2, 3):
        checkpoint.save(path, {"n": n})
    assert sorted(p.name for p in tmp_path.iterdir()) == ["last", "last.prev"]
    assert checkpoint.load(path) == ({"n": 3}, "")
    path.write_bytes(path.read_bytes()[:-1])
    tree, said = checkpoint.load(path)
    assert tree == {"n": 2}
    assert "last cannot be used" in said
    assert "last.prev was taken" in said
    path.unlink()
    assert checkpoint.load(path)[0] == {"n": 2}
    (tmp_path / "last.prev").write_bytes(b"")
    with pytest.raises(StorageError, match="no such file"):
        checkpoint.load(path)


def test_a_world_goes_on_from_its_checkpoint() -> None:
    world, _ = make_world({"a": {"radius": np.full(30, 9.0)}}, sites=("liver", "lung"))
    back = checkpoint.decode(checkpoint.encode(world.snapshot()), "x")
    other, _ = make_world({"a": {"radius": np.full(3, 1.0)}}, sites=("liver", "lung"))
    other.restore(back)
    assert other.digest() == world.digest()


def test_nothing_is_kept_of_what_was_written_and_read() -> None:
    """A run writes many; the collector of cycles must not be needed to let go of each."""
    tree = {"a": {"b": np.random.default_rng(1).random(1_000_000)}}
    gc.disable()
    tracemalloc.start()
    try:
        for _ in range(4):
            checkpoint.decode(checkpoint.encode(tree), "here")
        left, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        gc.enable()
    assert left < 4e6
