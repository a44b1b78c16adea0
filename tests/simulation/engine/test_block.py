"""Blocks hold columns of one dtype as lines."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.engine.block import LINES, Alike, Block
from simulation.engine.column import AtBirth, Column, Effect, request, total

COLUMNS = [Column(f"c{k}", "1", "a column", start=float(k)) for k in range(3)] + [total("force", "pN", "a sum")]


def test_columns_are_shared_out_by_dtype_and_number() -> None:
    many = [Column(f"f{k}", "1", "a float") for k in range(LINES + 1)]
    names = [Column("lineage", "1", "a name", dtype="uint64")]
    blocks = Block.blocks_of([*many, *names], 5)
    assert [len(block.names) for block in blocks] == [LINES, 1, 1]
    assert not any(block.requests for block in blocks)
    assert [str(block.values.dtype) for block in blocks] == ["float64", "float64", "uint64"]
    assert [name for block in blocks for name, _ in block.lines()] == [c.name for c in [*many, *names]]


def test_lines_are_contiguous_and_keep_their_values_when_a_block_grows() -> None:
    block = Block(COLUMNS, 3)
    Alike([block]).start(slice(0, 3))
    block.values[0, :3] = 5.0, 6.0, 7.0
    block.grow(100, 3)
    lines = dict(block.lines())
    assert all(line.flags.c_contiguous and len(line) >= 100 for line in lines.values())
    assert lines["c0"][:3].tolist() == [5.0, 6.0, 7.0]
    assert lines["c2"][:3].tolist() == [2.0, 2.0, 2.0]


def test_requests_have_a_block_of_their_own() -> None:
    wishes = [request(name, "a wish", Effect.DEATH) for name in ("dies", "goes")]
    asking, state = Block.blocks_of([wishes[0], *COLUMNS, wishes[1]], 5)
    assert (state.requests, asking.requests) == (False, True)
    assert asking.names == ["dies", "goes"]


def test_daughters_take_the_state_and_leave_sums_at_rest() -> None:
    block = Block([*COLUMNS, Column("copies", "1", "halved", at_birth=AtBirth.HALVE)], 4)
    Alike([block]).start(slice(0, 4))
    block.values[:, 0] = 9.0
    Alike([block]).divide(np.array([0, 1]), slice(2, 4))
    assert block.values[:, 0].tolist() == [9.0, 9.0, 9.0, 9.0, 4.5]
    assert block.values[:, 2].tolist() == [9.0, 9.0, 9.0, 0.0, 4.5]
    assert block.values[:, 3].tolist() == [0.0, 1.0, 2.0, 0.0, 0.0]


@pytest.mark.parametrize("rows", [1, 255, 256, 257, 1000])
def test_who_asks_is_found_wherever_it_stands(rows: int) -> None:
    draw = np.random.default_rng(rows)
    block = Block([request(name, "a wish", Effect.DEATH) for name in "abc"], rows)
    for share in (0.0, 0.003, 0.5, 1.0):
        block.values[:, :rows] = draw.random((3, rows)) < share
        block.values[1, rows - 1] = 0.25
        block.values[:, rows:] = 1.0  # room that nobody stands in
        asked = block.asked(("a", "b"), rows)
        expected = {name: np.flatnonzero(block.values[k, :rows]).tolist() for k, name in enumerate("ab")}
        assert {name: found.tolist() for name, found in asked.items()} == {n: r for n, r in expected.items() if r}


def test_all_blocks_of_one_dtype_do_alike() -> None:
    many = [Column(f"f{k}", "1", "a float", start=float(k)) for k in range(LINES + 2)]
    blocks = Block.blocks_of([*many, Column("lineage", "1", "a name", dtype="uint64")], 5)
    floats, names = Alike.among(blocks)
    floats.start(slice(1, 3))
    names.start(slice(0, 5))
    for block in blocks[:2]:
        for name, line in block.lines():
            line[0] = 7.0
            assert line[:3].tolist() == [7.0, float(name[1:]), float(name[1:])]
    floats.move(np.array([1, 0]), np.array([0, 1]))
    floats.divide(np.array([1]), slice(3, 4))
    for block in blocks[:2]:
        for name, line in block.lines():
            assert line[:4].tolist() == [float(name[1:]), 7.0, float(name[1:]), 7.0]


def test_moves_may_cross() -> None:
    block = Block(COLUMNS[:1], 4)
    block.values[0, :4] = 0.0, 1.0, 2.0, 3.0
    Alike([block]).move(np.array([3, 0, 1]), np.array([0, 1, 3]))
    assert block.values[0, :4].tolist() == [3.0, 0.0, 2.0, 1.0]
