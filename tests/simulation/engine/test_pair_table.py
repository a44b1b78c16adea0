"""Pair tables: the sum written out, the cap by copies, no pairs at all."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.engine.bond import PairKinetics
from simulation.engine.kernel import kernel
from simulation.engine.pair_table import PairTable, pair_law, pair_table, resting_pair

ONE = PairKinetics(1e-6, 10.0, 100.0, 0.1, 0.3, 2.0, 0.5)
TWO = PairKinetics(3e-8, 30.0, 8000.0, 0.2, 0.0, 0.0, 0.0)


def table() -> PairTable:
    a, b = np.array([2e4, 0.0, 5.0]), np.array([0.0, 1e5, 1e6])
    return pair_table([a, b], [b, a], [np.full(3, 1.0), np.zeros(3)], [np.full(3, 2.0), np.full(3, 4.0)], [ONE, TWO])


def test_each_pair_keeps_its_law() -> None:
    assert pair_law(table(), 0) == ONE and pair_law(table(), 1) == TWO


def test_bonds_at_rest_written_out() -> None:
    """Row 0 holds row 1 by the first pair, row 1 holds row 0 by the second."""
    found = resting_pair(table(), 0, 0, 1, 200.0, 1000.0, 0.3, 0.1)
    assert found == pytest.approx(2e4 / 200 * 1e5 / 1000 * 1e-6 * (0.6 + 3.0 + 10.0) / 4.0, rel=1e-12)
    found = resting_pair(table(), 1, 1, 0, 1000.0, 200.0, 0.0, 0.0)
    assert found == pytest.approx(1e5 / 1000 * 2e4 / 200 * 3e-8 / 5.0, rel=1e-12)
    assert resting_pair(table(), 0, 1, 1, 200.0, 1000.0, 0.3, 0.1) == 0.0


def test_no_more_bonds_than_copies() -> None:
    assert resting_pair(table(), 0, 2, 2, 1.0, 1.0, 0.0, 1.0) == 5.0


def test_no_pairs_are_a_table_too() -> None:
    """A kernel takes both without being compiled anew."""

    @kernel
    def count(pairs: PairTable) -> int:
        return int(pairs.laws.shape[0])

    assert (count(pair_table([], [], [], [], [])), count(table())) == (0, 2)
    assert len(count.signatures) == 1  # type: ignore[attr-defined]
