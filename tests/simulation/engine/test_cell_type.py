"""Starting values vary from cell to cell, the same in every counterfactual world."""

import numpy as np
import pytest

from simulation.engine.cell_type import CellType, Start
from simulation.engine.chance import Chance
from simulation.engine.column import Column
from simulation.engine.errors import InputError
from simulation.engine.lineage import founders

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


def test_no_spread_is_one_number() -> None:
    assert CellType("a", (SIZE,), {"size": Start(4.0, "seed")}).values(NAMES, CHANCE)["size"] == 4.0


@pytest.mark.parametrize(
    ("name", "start", "message"),
    [("mass", Start(1, "seed"), "no column 'mass'"), ("size", Start(-1, "seed"), "a.size = -1 um is outside")],
)
def test_what_cannot_start_is_refused(name: str, start: Start, message: str) -> None:
    with pytest.raises(InputError, match=message):
        CellType("a", (SIZE,), {name: start})
