"""Pair tables: bonds at rest written out, by contact; the cap by copies; nothing without receptor or ligand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulation.engine.bond import PairKinetics
from simulation.engine.pair_table import PairTable, pair_law, resting_pairs

ONE = PairKinetics(1e-6, 10.0, 100.0, 0.1, 0.3, 2.0, 0.5)
TWO = PairKinetics(3e-8, 30.0, 8000.0, 0.2, 0.0, 0.0, 0.0)
RADIUS = np.array([4.0, 9.0, 0.5])
INTERMEDIATE, OPENED = np.array([0.3, 0.0, 0.0]), np.array([0.1, 0.0, 1.0])


def table() -> PairTable:
    a, b = np.array([2e4, 0.0, 5.0]), np.array([0.0, 1e5, 1e6])
    blocked = (np.full(3, 1.0), np.zeros(3)), (np.full(3, 2.0), np.full(3, 4.0))
    return PairTable((a, b), (b, a), *blocked, np.array([ONE, TWO]), np.array([False, True]))


def resting(rows: list[int], near: list[list[int]]) -> np.ndarray:
    """Bonds by pair, all contacts in one line."""
    begins = np.cumsum([0, *map(len, near)]).astype(np.int32)
    flat = np.array([j for some in near for j in some], np.int32)
    return resting_pairs(table(), np.array(rows, np.int32), begins, flat, RADIUS, INTERMEDIATE, OPENED)


def test_each_pair_keeps_its_law() -> None:
    assert pair_law(table(), 0) == ONE and pair_law(table(), 1) == TWO


def test_bonds_at_rest_written_out() -> None:
    """Row 0 holds row 1 by the first pair, row 1 holds row 0 by the second; nobody else has what it takes."""
    small, large = 4 * math.pi * 16, 4 * math.pi * 81
    found = resting([0, 1], [[1, 0], [1, 0]])
    expected = np.zeros((2, 4))
    expected[0, 0] = 2e4 / small * 1e5 / large * 1e-6 * (0.6 + 3.0 + 10.0) / 4.0
    expected[1, 3] = 1e5 / large * 2e4 / small * 3e-8 / 5.0
    assert found == pytest.approx(expected, rel=1e-12)
    assert (found == 0.0).sum() == 6


def test_no_more_bonds_than_copies() -> None:
    assert resting([2], [[2]])[0, 0] == 5.0


def test_nobody_near() -> None:
    assert resting([0, 1, 2], [[], [], []]).shape == (2, 0)
    assert resting([], []).shape == (2, 0)
