"""Detachment: the race of two clusters, written out; who is never torn loose; how hold comes back."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from simulation.engine.world import World
from simulation.processes.adhesion.detachment import Detachment, bearing, tearing
from simulation.processes.adhesion.icam1_binding import ICAM1Binding
from tests.worlds import make_world, shuffle

KT = 4.28
LAW = Detachment().law


def pairs(n: int, t: dict[str, Any], target: dict[str, Any], *processes: Any) -> tuple[World, Any]:
    """Make n pairs of a lymphocyte that already holds one target."""
    side = math.ceil(math.sqrt(n))
    x, y = (np.arange(n) % side) * 60.0 + 30.0, (np.arange(n) // side) * 60.0 + 30.0
    world, plan = make_world(
        {
            "tumour": {"radius": 9.0, "icam1": 1e5, "antigenicity": 1.0, "x": x, "y": y} | target,
            "t_cell": {"radius": 4.0, "lfa1": 1e5, "bonds": 4.0, "x": x + 13.0, "y": y} | t,
        },
        processes, shape=(side * 3, side * 3, 1),
    )  # fmt: skip
    c = world.sites[0].cells
    c["partner"][c.span(1)] = c["lineage"][c.span(0)]
    return world, plan


def cluster_life(n: int, off: float, x: float) -> float:
    """Mean life of n bonds under 50 pN, from the chain of states as linear equations."""
    a = np.zeros((n, n))
    for i in range(1, n + 1):
        down, up = i * off * math.exp(50.0 * x / (i * KT)), off * (n - i)
        a[i - 1, i - 1] = down + up
        if i > 1:
            a[i - 1, i - 2] = -down
        if i < n:
            a[i - 1, i] = -up
    return float(np.linalg.solve(a, np.ones(n))[n - 1])


@pytest.mark.parametrize("cadherin", [1, 5, 12])
@pytest.mark.parametrize("integrin", [1, 4, 20])
def test_chance_of_a_pull_is_the_race_written_out(cadherin: int, integrin: int) -> None:
    """k_e / (k_e + k_b) * (1 - exp(-(k_e + k_b) 300 s))."""
    hold, grip = 1 / cluster_life(cadherin, 1.1, 0.32), 1 / cluster_life(integrin, 0.04, 0.21)
    expected = hold / (hold + grip) * -math.expm1(-(hold + grip) * 300.0)
    assert tearing(LAW, float(cadherin), float(integrin)) == pytest.approx(expected, rel=1e-9)


def test_limits_of_the_race() -> None:
    """No grip tears nothing; no hold tears always; strong hold against a weak grip hardly ever."""
    assert tearing(LAW, 5.0, 0.0) == 0.0
    assert tearing(LAW, 0.0, 4.0) == 1.0
    assert tearing(LAW, 5000.0, 4.0) < 1e-8
    assert tearing(LAW, 5000.0, 5000.0) < 1e-7


def test_stronger_grip_and_weaker_hold_tear_more() -> None:
    """M48: monotone in both."""
    chances = np.array([[tearing(LAW, e, b) for b in (0.5, 2.0, 5.0, 20.0)] for e in (40.0, 20.0, 13.0, 6.0, 1.0)])
    assert (np.diff(chances, axis=0) > 0).all()
    assert (np.diff(chances, axis=1) >= 0).all()


def test_engaged_icam1_loosens() -> None:
    """M49: at most half of the rim is lost, only while ICAM-1 is engaged; mesenchymal cells have nothing left."""
    assert bearing(LAW, 8000.0, 0.0, 1e6, 0.0) == pytest.approx(80.0)
    assert bearing(LAW, 8000.0, 0.0, 5e4, 50.0) == pytest.approx(60.0)
    assert bearing(LAW, 8000.0, 0.0, 1e12, 50.0) == pytest.approx(40.0)
    assert bearing(LAW, 8000.0, 0.5, 5e4, 50.0) == pytest.approx(30.0)
    assert bearing(LAW, 8000.0, 1.0, 5e4, 50.0) == 0.0


def torn(world: World) -> np.ndarray:
    c = world.sites[0].cells
    return c["detached"][c.span(0)]


def test_hazard_in_the_world() -> None:
    """Share of 2,500 held cells torn loose in 2 min; 4 standard errors; reported as events."""
    n = 2500
    world, plan = pairs(n, {}, {"icam1_bonds": 4.0, "cadherin_bonds": 8000.0, "emt": 0.6}, Detachment(pulls=60.0))
    world.listening = True
    world.step(plan)
    engaged = 1e5 / 1.5e5 * -math.expm1(-4.0)
    hazard = 60.0 * tearing(LAW, 0.01 * 8000 * 0.4 * (1 - 0.5 * engaged), 4.0)
    p = -math.expm1(-hazard / 30)
    assert 0.1 < p < 0.9
    assert torn(world).mean() == pytest.approx(p, abs=4 * math.sqrt(p * (1 - p) / n))
    events = [h for h in world.happenings if h["kind"] == "detached"]
    assert sum(len(e["lineage"]) for e in events) == torn(world).sum()


@pytest.mark.parametrize(
    ("t", "target"),
    [({"bonds": 0.0}, {"icam1_bonds": 0.0, "icam1": 0.0}), ({}, {"icam1_bonds": 4.0, "cadherin_bonds": 8000.0})],
    ids=["no ICAM-1", "epithelial hold"],
)
def test_who_is_not_torn_loose(t: dict[str, float], target: dict[str, float]) -> None:
    """Without bonds there is no pull, whatever the hold; a full epithelial hold outlasts a grip of four."""
    world, plan = pairs(300, t, target, Detachment(pulls=1000.0))
    for _ in range(5):
        world.step(plan)
    assert not torn(world).any()


def test_stays_loose_while_held_then_settles() -> None:
    """No return while a lymphocyte grips; then exponentially, 1 per hour; 2,500 cells, 4 standard errors."""
    n = 2500
    world, plan = pairs(n, {}, {"icam1_bonds": 4.0, "detached": 1.0, "cadherin_bonds": 8000.0}, Detachment())
    for _ in range(10):
        world.step(plan)
    assert torn(world).all()
    c = world.sites[0].cells
    c["partner"][:] = 0
    c["icam1_bonds"][:] = 0.0
    for _ in range(30):
        world.step(plan)
    assert torn(world).mean() == pytest.approx(math.exp(-1), abs=4 * math.sqrt(0.37 * 0.63 / n))


def share_torn(icam1: float, blocked: float = 0.0, emt: float = 0.6) -> float:
    """Share of cells torn loose at any time of two hours, through binding and detachment."""
    world, plan = pairs(
        150, {"lfa1_open": 0.1, "lfa1_intermediate": 0.3, "bonds": 0.0, "lfa1_blocked": blocked},
        {"icam1": icam1, "cadherin_bonds": 8000.0, "emt": emt}, ICAM1Binding(), Detachment(readhesion=0.0),
    )  # fmt: skip
    for _ in range(60):
        world.step(plan)
    return float(torn(world).mean())


def test_more_icam1_tears_more_loose() -> None:
    """M48, M49: rises with ICAM-1, is 0 without it, and anti-LFA-1 takes it away."""
    shares = [share_torn(i) for i in (0.0, 3e4, 1e5, 1e6)]
    assert shares[0] == 0.0
    assert sorted(shares) == shares
    assert shares[3] > 0.5
    assert shares[3] > shares[1] + 0.2
    assert share_torn(1e5, blocked=1000.0) < 0.5 * shares[2]


def test_order_of_rows_changes_nothing() -> None:
    """Digest after binding and detachment, shuffled before each step; some are torn loose."""
    digests = []
    for mixed in (False, True):
        world, plan = make_world(
            {"tumour": {"icam1": 1e6, "antigenicity": 1.0, "emt": 0.8, "cadherin_bonds": 5000.0,
                        "x": np.random.default_rng(2).random(200) * 240},
             "t_cell": {"radius": 4.0, "lfa1": 1e5, "lfa1_open": 0.1, "x": np.random.default_rng(3).random(100) * 240}},
            [ICAM1Binding(attach_rate=1.0), Detachment(pulls=30.0)], shape=(12, 12, 1),
        )  # fmt: skip
        for step in range(10):
            if mixed:
                shuffle(world, step)
            world.step(plan)
        assert world.sites[0].cells["detached"].sum() > 5
        digests.append(world.digest())
    assert digests[0] == digests[1]
