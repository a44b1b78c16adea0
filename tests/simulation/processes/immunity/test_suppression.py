"""Suppression: what M2 neighbours leave of hits, against distances counted by hand; and what colonies get from them."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.processes.immunity.killing import Killing
from simulation.processes.immunity.suppression import Suppression
from tests.worlds import make_world, shuffle


def test_against_distances_by_hand() -> None:
    """200 macrophages and killers at random: 1 / (1 + n / 3) with n summed over all pairs."""
    luck = np.random.default_rng(3)
    m2 = luck.uniform(0, 1, 100) * (luck.random(100) < 0.7)
    xy = luck.uniform(0, 200, (4, 100))
    for mixed in (False, True):
        world, plan = make_world(
            {
                "macrophage": {"x": xy[0], "y": xy[1], "macrophage": 1.0, "m2": m2},
                "killer": {"x": xy[2], "y": xy[3], "cytotoxicity": 1.0},
            },
            [Suppression()],
        )
        c = world.sites[0].cells
        order = {int(who): i for i, who in enumerate(c["lineage"][c.span(1)])}
        if mixed:
            shuffle(world, 4)
        world.step(plan)
        near = (xy[2][:, None] - xy[0]) ** 2 + (xy[3][:, None] - xy[1]) ** 2 < 30.0**2
        expected = 1 / (1 + (near * m2).sum(axis=1) / 3)
        killers = c.span(1)
        place = [order[int(who)] for who in c["lineage"][killers]]
        assert c["suppression"][killers] == pytest.approx(expected[place], rel=1e-12)
        assert expected.min() < 0.5
        assert (c["suppression"][c.span(0)] == 1).all()


@pytest.mark.parametrize(("rule", "m2", "left"), [({}, 1.0, 0.5), ({"weight": 0.0}, 1.0, 1.0), ({}, 0.0, 1.0)])
def test_three_m2_halve_the_hits(rule: dict[str, float], m2: float, left: float) -> None:
    """M54: K = 3 neighbours; weight 0 is neutral; M1 take nothing, also where there were M2 before."""
    n = 2000
    x, y = (np.arange(n) % 50) * 60.0 + 30.0, (np.arange(n) // 50) * 60.0 + 30.0
    spread = np.tile([-5.0, 0.0, 5.0], n)
    world, plan = make_world(
        {
            "macrophage": {"x": np.repeat(x, 3) + spread, "y": np.repeat(y, 3), "macrophage": 1.0, "m2": m2},
            "target": {"x": x, "y": y, "antigenicity": 1.0},
            "killer": {"x": x, "y": y + 8, "cytotoxicity": 1.0, "bonds": 99.0, "suppression": 0.3},
        },
        [Suppression(**rule), Killing(lethal=100.0, repair=0.0, hit_rate=0.5)],
        shape=(150, 120, 1),
    )
    c = world.sites[0].cells
    c["partner"][c.span(2)] = c["lineage"][c.span(1)]
    for _ in range(5):
        world.step(plan)
    assert (c["suppression"][c.span(2)] == left).all()
    mean = 0.5 * 10 * left
    assert c["damage"][c.span(1)].mean() == pytest.approx(mean, abs=4 * (mean / n) ** 0.5)


def test_m2_feed_colonies_and_nobody_else() -> None:
    """One M2 beside a cell of a colony speeds its division by seeding / 4; the primary's cells are left alone."""
    world, plan = make_world(
        {
            "macrophage": {"x": np.array([100.0]), "y": 100.0, "macrophage": 1.0, "m2": 1.0},
            "tumour": {
                "x": np.array([110.0, 110, 300]), "y": 100.0, "colony": np.array([9, 0, 9], np.uint64),
            },
        },
        [Suppression(seeding=0.8)],
    )  # fmt: skip
    world.step(plan)
    c = world.sites[0].cells
    assert c["division_factor"][c.span(1)] == pytest.approx([1.2, 1.0, 1.0])
