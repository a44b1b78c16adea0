"""Survival: what NF-kB makes of death and division."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.processes.growth.survival import Survival, scale
from simulation.vocabulary import traits
from tests.worlds import make_world


def test_known_values_and_that_factors_begin_anew() -> None:
    """M15: NF-kB protects and drives division."""
    world, plan = make_world({"tumour_cell": {"nfkb": np.array([0.0, 0.5, 1.0])}}, [Survival()])
    for _ in range(11):  # factors are made anew with each period, not piled up
        world.step(plan)
    cells = world.site("liver").cells
    assert cells["apoptosis_factor"] == pytest.approx([1.0, 0.75, 0.5])
    assert cells["division_factor"] == pytest.approx([1.0, 1.15, 1.3])


def test_no_effect_is_exactly_one() -> None:
    world, plan = make_world({"tumour_cell": {"nfkb": np.linspace(0, 1, 9)}}, [Survival(protection=0.0, drive=0.0)])
    world.step(plan)
    cells = world.site("liver").cells
    assert (cells["apoptosis_factor"] == 1).all()
    assert (cells["division_factor"] == 1).all()


def test_types_without_life_are_passed_over() -> None:
    world, plan = make_world(
        {"tumour_cell": {"nfkb": 1.0}, "t_cell": {}}, [Survival()], columns={"t_cell": traits.LYMPHOCYTE}
    )
    world.step(plan)
    assert world.site("liver").cells["apoptosis_factor"].tolist() == [0.5, 1.0]


@given(nfkb=st.floats(0, 1), protection=st.floats(0, 1), drive=st.floats(0, 10))
def test_factors_never_turn_negative(nfkb: float, protection: float, drive: float) -> None:
    death, division = np.ones(1), np.ones(1)
    scale(death, division, np.array([nfkb]), protection, drive)
    assert 0.0 <= death[0] <= 1.0 <= division[0]
