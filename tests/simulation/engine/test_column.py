"""Columns rest where they should."""

import numpy as np
import pytest

from simulation.engine.column import AtBirth, Column, Effect, Kind, factor, request, total


def test_new_rows_hold_the_starting_value_or_rest() -> None:
    assert (Column("a", "1", "x", start=3).empty(2) == 3).all()
    assert (total("a", "1", "x").empty(2) == 0).all()
    assert (factor("a", "x").empty(2) == 1).all()
    assert (request("a", "x", Effect.DEATH).empty(2) == 0).all()


def test_helpers_declare_kind_and_birth() -> None:
    assert total("a", "1", "x").kind is Kind.SUM
    assert factor("a", "x").kind is Kind.PRODUCT
    assert request("a", "x", Effect.DEATH).effect is Effect.DEATH
    assert total("a", "1", "x").at_birth is AtBirth.START


@pytest.mark.parametrize("dtype", ["float64", "uint64", "int64", "uint8"])
def test_dtype_is_kept(dtype: str) -> None:
    assert Column("a", "1", "x", dtype=dtype).empty(3).dtype == np.dtype(dtype)


def test_another_start_leaves_the_rest() -> None:
    column = Column("a", "um", "x", start=1, bounds=(0, 5))
    assert column.starting(4.0) == Column("a", "um", "x", start=4.0, bounds=(0, 5))
