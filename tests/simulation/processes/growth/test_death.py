"""Death: survival curves, oxygen, paired luck."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulation.engine.chance import process_key, uniform
from simulation.processes.growth.death import Death, draw
from tests.worlds import make_world, shuffle


def living(days, tick="1 h", n=4000, process=None, **cells):
    """Let `n` cells be for some days; return the world."""
    values = {"o2_here": 38.0, "radius": np.full(n, 9.0), **cells}
    world, plan = make_world({"tumour_cell": values}, [process or Death()], tick=tick, periods={"death": tick})
    world.listening = True
    for _ in range(round(days / {"1 h": 1 / 24, "6 h": 0.25, "1 day": 1.0}[tick])):
        world.step(plan)
    return world


@pytest.mark.parametrize("tick", ["1 h", "6 h", "1 day"])
def test_survival_is_exponential_whatever_the_step(tick: str) -> None:
    left = len(living(4, tick, apoptosis_rate=0.1, apoptosis_factor=1.0).site("liver").cells)
    assert left / 4000 == pytest.approx(math.exp(-0.4), abs=0.025)


def test_factor_scales_the_rate() -> None:
    world, plan = make_world(
        {"tumour_cell": {"apoptosis_rate": 0.1, "o2_here": 38.0, "radius": np.full(4000, 9.0)}},
        [Death()],
        tick="10 min",
    )
    world.site("liver").cells["apoptosis_factor"][:] = 3.0
    for _ in range(144):
        world.step(plan)
    assert len(world.site("liver").cells) / 4000 == pytest.approx(math.exp(-0.3), abs=0.025)


@pytest.mark.parametrize(("o2", "share"), [(0.0, 1.0), (2.5, 1.0), (3.75, 0.5), (4.9999, 0.0), (5.0, 0.0), (38.0, 0.0)])
def test_necrosis_by_oxygen(o2: float, share: float) -> None:
    left = len(living(0.25, o2_here=o2).site("liver").cells) / 4000
    assert left == pytest.approx(math.exp(-4.0 * share * 0.25), abs=0.025 if share else 0.0)


def test_causes_are_told_apart() -> None:
    world = living(1, o2_here=0.0, n=200)
    assert {h["kind"] for h in world.happenings} == {"necrosis"}
    world = living(4, apoptosis_rate=0.5, n=200)
    assert {h["kind"] for h in world.happenings} == {"apoptosis"}


def test_kernel_against_plain_python() -> None:
    rng = np.random.default_rng(5)
    n, key, tick, days = 500, process_key(3, "death"), 11, 0.5
    rate, factor, o2 = rng.uniform(0, 2, n), rng.uniform(0, 2, n), rng.uniform(0, 8, n)
    lineage = rng.integers(1, 2**63, n).astype(np.uint64)
    apoptosis, necrosis = np.zeros(n), np.zeros(n)
    draw(apoptosis, necrosis, rate, factor, o2, lineage, key, tick, 4.0, 5.0, 2.5, days)
    for i in range(n):
        s = min(max((o2[i] - 2.5) / 2.5, 0), 1)
        lacking = 1 - (3 * s**2 - 2 * s**3)
        assert apoptosis[i] == (uniform(key, tick, lineage[i], 0) < 1 - math.exp(-rate[i] * factor[i] * days))
        assert necrosis[i] == (uniform(key, tick, lineage[i], 1) < 1 - math.exp(-4 * lacking * days))
    assert 50 < apoptosis.sum() < 450
    assert 50 < necrosis.sum() < 450


def test_who_dies_at_a_low_rate_dies_at_a_higher_one() -> None:
    """The same luck in both worlds: the survivors of the worse world survive in the better one."""
    better, worse = (
        set(living(2, apoptosis_rate=r, n=500).site("liver").cells["lineage"].tolist()) for r in (0.1, 0.3)
    )
    assert worse < better


def test_order_of_rows_changes_nothing() -> None:
    digests = []
    for mixed in (False, True):
        values = {"apoptosis_rate": np.linspace(0, 2, 60), "o2_here": np.linspace(10, 0, 60)}
        world, plan = make_world({"tumour_cell": values}, [Death()], tick="1 h", periods={"death": "1 h"})
        if mixed:
            shuffle(world)
        for _ in range(12):
            world.step(plan)
        digests.append(world.digest())
    assert digests[0] == digests[1]
    assert 0 < len(world.site("liver").cells) < 60
