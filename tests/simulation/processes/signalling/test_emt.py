"""EMT: exact relaxation, more motility, no growth."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.processes.signalling.emt import EMT
from simulation.processes.signalling.stat3 import STAT3
from tests.worlds import make_world


def world_of(process=None, period="10 min", **columns):
    return make_world(
        {"c": {"stat3": np.full(1, 0.0)} | columns}, [process or EMT()], tick=period, periods={"emt": period}
    )


def test_exact_at_any_period():
    s = 0.6
    target, rate = 0.05 * s / (0.05 * s + 0.03), 0.05 * s + 0.03
    for period in ("10 min", "60 min", "600 min"):
        world, plan = world_of(period=period, stat3=s)
        for _ in range(round(600 / float(world.clock.tick_minutes))):
            world.step(plan)
        assert world.sites[0].cells["emt"][0] == pytest.approx(target * (1 - np.exp(-rate * 10.0)), rel=1e-12)


def test_it_settles_at_its_steady_state():
    """M58: STAT3 against reversal."""
    world, plan = world_of(stat3=np.array([0.0, 0.3, 1.0]), emt=0.9)
    world.settle(plan)
    assert world.sites[0].cells["emt"] == pytest.approx([0.0, 0.015 / 0.045, 0.05 / 0.08], rel=1e-9)


def test_it_goes_back_without_stat3():
    world, plan = world_of(emt=1.0)
    for _ in range(6):
        world.step(plan)
    assert world.sites[0].cells["emt"][0] == pytest.approx(np.exp(-0.03))


def test_motility_of_epithelial_and_mesenchymal_cells():
    world, plan = world_of(EMT(onset=0.0), emt=np.array([0.0, 1.0]))
    world.step(plan)
    factor = world.sites[0].cells["motility_factor"]
    assert factor[0] == 1.0 and factor[1] == pytest.approx(6.0, rel=0.03)


def test_without_mobilisation_motility_is_the_same_to_the_bit():
    world, plan = world_of(EMT(mobilisation=0.0), emt=np.array([0.2, 0.9]))
    world.step(plan)
    assert world.sites[0].cells["motility_factor"].tolist() == [1.0, 1.0]


def test_growth_does_not_hang_on_icam1_by_this_path():
    """M58: nothing that growth reads is touched."""
    touched = {*STAT3.adds, *STAT3.scales, *STAT3.writes, *EMT.adds, *EMT.scales, *EMT.writes}
    assert touched == {"stat3", "emt", "motility_factor"}
