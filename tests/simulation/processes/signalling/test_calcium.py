"""Calcium: follows bonds within minutes, quickens the cell, and a chelator takes that away.

Mechanisms: M50.
"""

from __future__ import annotations

import numpy as np
import pytest

from simulation.processes.signalling.calcium import Calcium
from tests.worlds import make_world


def after(minutes, process=None, **columns):
    cells = {"c": {"icam1_bonds": np.zeros(1)} | columns}
    world, plan = make_world(cells, [process or Calcium()], tick="2 min", periods={"calcium": "2 min"})
    for _ in range(round(minutes / 2)):
        world.step(plan)
    cells = world.sites[0].cells
    return cells["calcium"][0], cells["motility_factor"][0]


def test_it_rises_as_the_equation_says_and_with_it_the_speed():
    """M50: the speed follows engaged ICAM-1 within minutes."""
    for minutes in (2, 6, 20):
        calcium, speed = after(minutes, icam1_bonds=10.0)
        assert calcium == pytest.approx(1 - np.exp(-minutes / 2.0))
        assert speed == pytest.approx(1 + calcium / (1 + calcium))


def test_it_is_a_transient_once_bonds_are_gone():
    assert after(10, calcium=1.0)[0] == pytest.approx(np.exp(-5.0))
    assert after(120, calcium=1.0) == (0.0, 1.0)


def test_chelated_calcium_leaves_the_speed_to_the_bit():
    assert after(20, Calcium(release=0.0), icam1_bonds=1000.0) == (0.0, 1.0)
    assert after(20)[1] == 1.0


def test_more_bonds_more_speed_up_to_twice():
    speeds = [after(20, icam1_bonds=n)[1] for n in (0.0, 1.0, 10.0, 1e4)]
    assert speeds == sorted(set(speeds)) and speeds[-1] == pytest.approx(2.0, abs=0.01)
