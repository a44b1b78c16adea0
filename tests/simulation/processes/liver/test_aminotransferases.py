"""Aminotransferases: known level under steady loss, half-lives, nothing without hepatocytes.

Mechanisms: M34.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from simulation.engine.process import CellProcess, Stage
from simulation.processes.liver.aminotransferases import Aminotransferases, hepatocytes
from tests.worlds import make_world


@dataclass(frozen=True)
class Loss(CellProcess):
    """Asks for the death of no cell, but says so of a share of them, as a process of fate would."""

    stage, every, adds = Stage.DECIDE, "10 min", frozenset({"apoptosis"})
    share: float = 0.0

    def apply(self, cells, dt):
        cells.apoptosis[: round(self.share * cells.n)] += 1.0


def pools(process, days, loss=0.0, n=14400, start=25.0, hepatocyte=1.0):
    """ALT and AST after some days; without turnover, so that the share that dies stays."""
    world, plan = make_world(
        {"hepatocyte": {"hepatocyte": np.full(n, hepatocyte)}}, [process, Loss(loss)], tick="10 min"
    )
    world.pools["alt"][:] = world.pools["ast"][:] = start
    view = plan.due
    for _ in range(round(days * 144)):
        for due in view:
            world._begin_sums(due)
            world._perform(due, "apply", due.dt)
    return float(world.pools["alt"][0]), float(world.pools["ast"][0])


def test_one_percent_a_day_is_ten_times_the_upper_limit():
    a_day = Aminotransferases(liver_share=1.0, usual_loss=0.0)
    alt, ast = pools(a_day, 30, loss=0.01 / 144)
    assert alt == pytest.approx(400.0, rel=0.02)
    assert ast - 25.0 == pytest.approx((alt - 25.0) * 17 / 47, rel=0.02)


def test_half_lives():
    alt, ast = pools(Aminotransferases(usual_loss=0.0), 47 / 24, start=1025.0)
    assert alt - 25.0 == pytest.approx(500.0, rel=0.01)
    assert ast - 25.0 == pytest.approx(1000.0 * 0.5 ** (47 / 17), rel=0.01)


def test_the_usual_loss_keeps_the_normal_value():
    usual = Aminotransferases(liver_share=1.0, usual_loss=0.01)
    assert pools(usual, 5, loss=1 / 14400)[0] == pytest.approx(25.0, rel=1e-3)


def test_each_hepatocyte_that_dies_counts_once_whatever_it_dies_of():
    columns = np.array([[0, 1, 1, 1, 1], [1, 0, 1, 0, 2], [1, 0, 0, 1, 1], [1, 0, 0, 0, 3]], dtype=float)
    assert hepatocytes(*columns) == (4, 3)


def test_without_hepatocytes_or_share_it_stays_normal():
    assert pools(Aminotransferases(), 2, loss=0.5, hepatocyte=0.0, n=10) == (25.0, 25.0)
    assert pools(Aminotransferases(liver_share=0.0, usual_loss=0.0), 2, loss=0.5, n=10) == (25.0, 25.0)
