"""Residence: exponential stays, longer for those that are held."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulation.engine.chance import Chance, uniforms
from simulation.processes.immunity.residence import Residence
from tests.worlds import make_world, shuffle


@pytest.mark.parametrize(("bonds", "holding"), [(0.0, 1.0), (1.0, 1.0), (1.0, 0.5), (50.0, 1.0)])
def test_share_left_after_a_day(bonds: float, holding: float) -> None:
    """M30: 4,000 cells at 1 per day, 4 standard errors; fully held cells all stay."""
    n = 4000
    world, plan = make_world(
        {"t_cell": {"x": np.full(n, 9.0), "lifespan_rate": 1.0, "bonds": bonds}}, [Residence(holding=holding)]
    )
    for _ in range(720):
        world.step(plan)
    p = math.exp(-(1 - holding * -math.expm1(-bonds)))
    assert world.sites[0].cells.n / n == pytest.approx(p, abs=4 * math.sqrt(p * (1 - p) / n) + 1e-12)


def test_each_stay_ends_as_written() -> None:
    """Cell by cell, for rates from 0 to far above what a step can tell."""
    n, draw = 2000, np.random.default_rng(1)
    columns = {"lifespan_rate": draw.choice([0.0, 1e-6, 1.0, 30.0, 1e4], n), "bonds": draw.choice([0.0, 0.3, 4.0], n)}
    world, plan = make_world({"t_cell": {"x": np.full(n, 9.0), **columns}}, [Residence(holding=0.8)])
    c = world.sites[0].cells
    hazard = c["lifespan_rate"] * (1.0 - 0.8 * -np.expm1(-c["bonds"]))
    luck = uniforms(Chance.of(world.seed, "residence", 0), c["lineage"], 0)
    ends = luck < -np.expm1(-hazard * 10 / 1440)
    assert 200 < ends.sum() < 1000
    staying = sorted(c["lineage"][~ends].tolist())
    world.step(plan)
    assert sorted(world.sites[0].cells["lineage"].tolist()) == staying


def test_no_rate_no_end() -> None:
    """Cells without a lifespan stay."""
    world, plan = make_world({"t_cell": {"x": np.full(100, 9.0)}}, [Residence()])
    for _ in range(100):
        world.step(plan)
    assert world.sites[0].cells.n == 100


def test_order_of_rows_changes_nothing() -> None:
    """The same cells end their stay."""
    digests = []
    for mixed in (False, True):
        world, plan = make_world({"t_cell": {"x": np.full(200, 9.0), "lifespan_rate": 20.0}}, [Residence()])
        for step in range(20):
            if mixed:
                shuffle(world, step)
            world.step(plan)
        assert 50 < world.sites[0].cells.n < 190
        digests.append(world.digest())
    assert digests[0] == digests[1]
