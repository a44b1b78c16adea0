"""Interleukin 16: begins at its baseline, goes to it exactly, and above it adds to the MMP of tumour cells."""

from __future__ import annotations

import math

import pytest

from simulation.interventions.high_fat_diet import HighFatDiet
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


def secreted(times: float, *more: object, **parameters: float) -> list[float]:
    """MMP by a tumour cell and by another, with serum at so many times its baseline."""
    cells = {"tumour_cell": {"invasive": 1.0}, "hepatocyte": {"invasive": 0.0}}
    world, plan = make_world(cells, [Interleukin16(**parameters), *more])
    world.settle(plan)
    if times != 1.0:
        world.pools["il16"][:] = times * Interleukin16().baseline
    for _ in range(6):
        world.step(plan)
    return [float(x) for x in world.sites[0].cells["mmp_output"]]


def test_above_the_baseline_cells_that_invade_secrete_more_mmp() -> None:
    """M51: twice the baseline without clearance adds `mmp` once, three times twice; at and below it nothing."""
    kept = {"clearance": 0.0}
    assert secreted(2.0, **kept) == pytest.approx([0.002, 0.0])
    assert secreted(3.0, mmp=0.01, **kept) == pytest.approx([0.02, 0.0])
    assert secreted(1.0) == secreted(0.5, **kept) == [0.0, 0.0]


def test_zero_switches_off() -> None:
    assert secreted(5.0, mmp=0.0, clearance=0.0) == [0.0, 0.0]
    assert secreted(5.0, baseline=0.0, clearance=0.0) == [0.0, 0.0]


def test_a_high_fat_diet_acts_by_it() -> None:
    """M51: interleukin 16 at twice its baseline, begun under the diet."""
    assert secreted(1.0, HighFatDiet()) == pytest.approx([0.002, 0.0], rel=1e-6)
    assert secreted(1.0, HighFatDiet(interleukin16=1.0)) == pytest.approx([0.0, 0.0], abs=1e-12)
