"""Interleukin 16: begins at its baseline and goes to it exactly."""

from __future__ import annotations

import math

import pytest

from simulation.processes.spread.interleukin16 import Interleukin16
from tests.worlds import make_world


def test_relaxes_to_its_baseline() -> None:
    """0.03 1/min: half-life 23 min."""
    world, plan = make_world({"cell": {}}, [Interleukin16(baseline=0.2)])
    world.settle(plan)
    assert world.pools["il16"][0] == 0.2
    world.pools["il16"][:] = 1.0
    for _ in range(10):
        world.step(plan)
    assert world.pools["il16"][0] == pytest.approx(0.2 + 0.8 * math.exp(-0.6))
