"""Starting values vary from cell to cell, the same in every counterfactual world."""

import numpy as np
import pytest

from simulation.engine.arithmetic import exp_array, log1p
from simulation.engine.cell_type import CellType, Start
from simulation.engine.chance import Chance, normals
from simulation.engine.column import Column
from simulation.engine.errors import InputError
from simulation.engine.lineage import founders, name_key

SIZE = Column("size", "um", "size", bounds=(0, 100))
NAMES = founders(3, 20_000)
CHANCE = Chance.of(1, "founding", 0)


def test_spread_is_log_normal_with_the_mean_asked_for() -> None:
    drawn = CellType("a", (SIZE,), {"size": Start(10.0, "seed", 0.5)}).values(NAMES, CHANCE)["size"]
    # 20,000 draws: the mean's standard error is 0.035, the variation's below 1 %; five of each
    assert abs(np.mean(drawn) - 10.0) < 0.18
    assert abs(np.std(drawn) / np.mean(drawn) - 0.5) < 0.025


def test_a_cell_draws_the_same_whatever_the_mean_and_the_company() -> None:
    low = CellType("a", (SIZE,), {"size": Start(1.0, "seed", 0.5)}).values(NAMES[5:7], CHANCE)["size"]
    high = CellType("a", (SIZE,), {"size": Start(10.0, "seed", 0.5)}).values(NAMES, CHANCE)["size"]
    np.testing.assert_allclose(10.0 * low, high[5:7], rtol=1e-15)


def test_values_are_drawn_as_written() -> None:
    """Mean times the exponential of a normal of the column's own draw: to the bit."""
    starts = {"size": Start(10.0, "seed", 0.5), "age": Start(3.0, "seed", 0.1), "none": Start(0.0, "seed", 0.1)}
    columns = (SIZE, Column("age", "h", "age"), Column("none", "1", "nothing"))
    drawn = CellType("a", columns, starts, code=2).values(NAMES[:50], CHANCE)
    assert (drawn.pop("cell_type"), drawn.pop("none")) == (2.0, 0.0)
    assert set(drawn) == {"size", "age"}
    for name, found in drawn.items():
        variance = float(log1p(starts[name].spread ** 2))
        z = normals(CHANCE, NAMES[:50], name_key(name) & 0xFFFFFF)
        expected = starts[name].value * exp_array(z * np.sqrt(variance) - 0.5 * variance)
        np.testing.assert_array_equal(found, expected)


def test_no_spread_is_one_number() -> None:
    assert CellType("a", (SIZE,), {"size": Start(4.0, "seed")}).values(NAMES, CHANCE)["size"] == 4.0


@pytest.mark.parametrize(
    ("name", "start", "message"),
    [("mass", Start(1, "seed"), "no column 'mass'"), ("size", Start(-1, "seed"), "a.size = -1 um is outside")],
)
def test_what_cannot_start_is_refused(name: str, start: Start, message: str) -> None:
    with pytest.raises(InputError, match=message):
        CellType("a", (SIZE,), {name: start})
