"""Rows move as a plain list of rows says, and no more of them than must."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.engine.regrouping import bounds_of, moves


def plainly(groups: np.ndarray, gone: np.ndarray) -> tuple[list[int], list[int]]:
    """Rows that do not stand where their group will be, group by group, and the places they leave or that are free."""
    alive = np.ones(len(groups), dtype=bool)
    alive[gone] = False
    layout = np.sort(groups[alive])
    stays = [row for row in range(len(layout)) if alive[row] and groups[row] == layout[row]]
    free = [row for row in range(len(layout)) if row not in set(stays)]
    moving = [row for row in np.flatnonzero(alive).tolist() if row not in set(stays)]
    return sorted(moving, key=lambda row: int(groups[row])), free


@pytest.mark.parametrize("rows", [1, 5, 60, 255, 256, 257, 700])
@pytest.mark.parametrize("kinds", [1, 2, 7])
def test_rows_move_as_a_plain_list_says(rows: int, kinds: int) -> None:
    draw = np.random.default_rng(1000 * rows + kinds)
    for share in (0.0, 0.05, 0.5, 1.0):
        for sorted_rows in (0, rows // 2, rows - 1, rows):
            groups = draw.integers(0, kinds, rows).astype(np.uint8)
            groups[:sorted_rows].sort()
            gone = np.flatnonzero(draw.random(rows) < share)
            movers, places = moves(groups, gone)
            assert (movers.tolist(), places.tolist()) == plainly(groups, gone)


def test_nothing_moves_where_everything_stands_right() -> None:
    movers, places = moves(np.repeat([0, 3, 4], 500).astype(np.uint8), np.array([1498, 1499]))
    assert movers.size == places.size == 0


@pytest.mark.parametrize("rows", [1, 256, 257, 1000])
def test_bounds_are_where_groups_begin(rows: int) -> None:
    for groups in (np.zeros(rows), np.arange(rows) % 2, np.arange(rows) // 256, np.arange(rows) // 100):
        expected = [0, *(np.flatnonzero(np.diff(groups)) + 1).tolist(), rows]
        assert bounds_of(groups.astype(np.uint8)).tolist() == expected
