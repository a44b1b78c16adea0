"""Soluble ICAM-1 and antibodies in plasma: the mass balance."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.engine.clock import Duration
from simulation.engine.plan import Plan
from simulation.engine.process import BodyProcess, Stage
from simulation.processes.spread.blood_pools import BloodPools
from tests.worlds import make_world

AVOGADRO = 6.02214076e23


def plasma(process: BloodPools, *others: BodyProcess, every: str = "10 min"):
    cells = {"tumour": {"x": np.array([50.0])}}
    return make_world(cells, [process, *others], shape=(10, 10, 1), tick="10 min", periods={"blood_pools": every})


def run(world, plan, hours: float) -> float:
    for _ in range(round(hours * 60 / float(world.clock.tick_minutes))):
        world.step(plan)
    return float(world.pools["sicam1"][0])


def test_the_host_keeps_its_level() -> None:
    world, plan = plasma(BloodPools())
    assert run(world, plan, 100.0) == pytest.approx(318.0, rel=1e-12)


def test_a_billion_cells_add_one_point_four() -> None:
    """M64: 1e9 cells * 1e5 copies * 0.008 /h * 90 kDa, washed out of the tissue, in 3 L with a half-life of 24 h."""
    agents = 1000
    process = BloodPools(cells_per_agent=1e9 / agents)
    world, plan = plasma(process)
    shed = agents * 1e5 * 0.008 * 90e3 * 1e9 / AVOGADRO  # ng/h by the cells that are simulated
    # the tissue's level at which wash-out balances shedding: 0.01 /min of 100 voxels of 8000 um^3
    world.sites[0].voxels["sicam1"][:] = shed / (0.01 * 60 * 100 * 8000e-12)
    after = run(world, plan, 24 * 30)
    added = 1e9 * 1e5 * 0.008 * 90e3 * 1e9 / AVOGADRO / 3000 * 24 / np.log(2)
    assert added == pytest.approx(1.4, abs=0.03)
    assert after - 318.0 == pytest.approx(added, rel=1e-6)


def test_after_a_resection_the_excess_halves_in_a_day() -> None:
    """M65: from 737 with a host of 593: 665, 611 and 594 ng/mL after 1, 3 and 7 days."""
    world, plan = plasma(BloodPools(baseline=593.0))
    world.pools["sicam1"][:] = 737.0
    found = [run(world, plan, hours) for hours in (24, 48, 96)]
    assert found == pytest.approx([665.0, 611.0, 594.125], abs=1e-9)


def test_a_longer_step_lands_on_the_same_level() -> None:
    levels = []
    for every in ("10 min", "120 min"):
        world, plan = plasma(BloodPools(cells_per_agent=1e6), every=every)
        world.sites[0].voxels["sicam1"][:] = 3.0
        levels.append(run(world, plan, 48))
    assert levels[0] == pytest.approx(levels[1], rel=1e-12)
    assert levels[0] > 318.01, "nothing came in"


class Infusion(BodyProcess):
    """2 ug/mL/h of one antibody, 1 of the other."""

    stage, every = Stage.TREAT, "10 min"
    adds = frozenset({"pool.anti_icam1_input", "pool.anti_lfa1_input"})

    def apply(self, body, dt: Duration) -> None:  # type: ignore[no-untyped-def]
        """Add."""
        body.pools.anti_icam1_input[:] += 2.0
        body.pools.anti_lfa1_input[:] += 1.0


def test_antibodies_come_and_go() -> None:
    """After one half-life of infusion half of the steady state; after one without, half of that."""
    process = BloodPools(antibody_half_life=1.0)
    world, plan = plasma(process, Infusion())
    run(world, plan, 24.0)
    steady = 2.0 * 24.0 / np.log(2)
    assert world.pools["anti_icam1"][0] == pytest.approx(0.5 * steady, rel=1e-9)
    assert world.pools["anti_lfa1"][0] == pytest.approx(0.25 * steady, rel=1e-9)
    world.pools.reset("anti_icam1_input")
    world.pools.reset("anti_lfa1_input")
    run(world, Plan([process], world.columns(), world.clock), 24.0)
    assert world.pools["anti_icam1"][0] == pytest.approx(0.25 * steady, rel=1e-9)


def test_defaults_clear_antibodies_in_ten_days() -> None:
    world, plan = plasma(BloodPools())
    world.pools["anti_lfa1"][:] = 8.0
    run(world, plan, 240.0)
    assert world.pools["anti_lfa1"][0] == pytest.approx(4.0, rel=1e-9)
