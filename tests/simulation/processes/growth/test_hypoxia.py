"""Hypoxia: VEGF below 10 mmHg, by cells that respire."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.processes.growth.hypoxia import Hypoxia
from tests.worlds import make_world


def test_known_values() -> None:
    o2 = np.array([0.0, 5.0, 7.5, 10.0, 38.0])
    world, plan = make_world(
        {"tumour_cell": {"o2_here": o2, "o2_uptake": 10.0}, "ghost": {"o2_here": 0.0}}, [Hypoxia()]
    )
    for _ in range(7):  # the sum begins anew with each period
        world.step(plan)
    assert world.site("liver").cells["vegf_output"] == pytest.approx([0.05, 0.05, 0.025, 0.0, 0.0, 0.0], abs=1e-15)


def test_less_oxygen_never_means_less_vegf() -> None:
    o2 = np.linspace(0, 15, 200)
    world, plan = make_world({"tumour_cell": {"o2_here": o2, "o2_uptake": 10.0}}, [Hypoxia()])
    world.step(plan)
    output = world.site("liver").cells["vegf_output"]
    assert (np.diff(output) <= 1e-15).all()
    assert (output[o2 >= 10] == 0).all()
