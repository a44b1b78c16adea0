"""New wall cells creep up the gradient of VEGF."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.processes.growth.sprout_migration import SproutMigration
from tests.worlds import make_world


def drifting(process: SproutMigration, **columns: object):
    wall = {"o2_exchange": 20.0, "maturity": 0.5, "x": np.array([110.0, 210.0, 310.0]), "y": 200.0}
    world, plan = make_world({"vessel": wall | columns}, [process])
    x = world.sites[0].lattice.centres()[0]
    world.sites[0].voxels["vegf"][:] = 0.05 * x
    world.step(plan)
    return world.sites[0].cells


def test_speed_is_the_documented_form() -> None:
    c = drifting(SproutMigration(speed=0.2, half_slope=0.05))
    assert c["drift_x"] == pytest.approx(0.2 * 0.5 * 0.5)
    assert c["drift_y"] == pytest.approx(0.0)
    assert c["mobility"] == pytest.approx(2.5e-5)


@pytest.mark.parametrize("still", [{"maturity": 1.0}, {"o2_exchange": 0.0}, {"births": 1}], ids=str)
def test_who_stays(still: dict[str, float]) -> None:
    c = drifting(SproutMigration(), **still)
    assert (c["drift_x"] == 0.0).all()
    assert (c["mobility"] == 0.0).all()


def test_zero_switches_off() -> None:
    c = drifting(SproutMigration(speed=0.0, yielding=0.0))
    assert (c["drift_x"] == 0.0).all()
    assert (c["mobility"] == 0.0).all()
