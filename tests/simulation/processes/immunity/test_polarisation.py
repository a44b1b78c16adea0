"""Polarisation: exact relaxation, who pulls which way, and only macrophages."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulation.processes.immunity.polarisation import Polarisation
from tests.worlds import make_world

DAY = 720  # ticks


def after(ticks: int = DAY, **columns: object) -> np.ndarray:
    """m2 of macrophages that begin at 0.5."""
    world, plan = make_world({"macrophage": {"macrophage": 1.0, "m2": 0.5} | columns}, [Polarisation()])
    for _ in range(ticks):
        world.step(plan)
    return world.sites[0].cells["m2"]


def test_exact_in_time() -> None:
    """Half-saturating TGF-beta and TNF: towards 0.25, back 1 a day, from 0.5 to 0.2."""
    expected = 0.2 + 0.3 * math.exp(-1.25)
    assert after(tgfb_here=1.0, tnf_here=1.0)[0] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("columns", "direction"),
    [
        ({"digesting": 1.0}, 1),
        ({"tgfb_here": 10.0}, 1),
        ({"tnf_here": 10.0}, -1),
        ({"ifng_here": 10.0}, -1),
        ({}, 0),
        ({"macrophage": 0.0, "digesting": 5.0}, 0),
    ],
)
def test_who_pulls_which_way(columns: dict[str, float], direction: int) -> None:
    """M56: Uptake and TGF-beta towards M2, TNF and interferon gamma back, nothing else moves it."""
    m2 = after(**columns)[0]
    assert np.sign(m2 - 0.5) == direction
    assert abs(m2 - 0.5) >= 0.05 * abs(direction)


def test_stays_in_bounds() -> None:
    """Whatever the signals, for a month."""
    strong = after(30 * DAY // 24, digesting=np.array([1e6, 0.0]), tnf_here=np.array([0.0, 1e6]))
    assert strong[0] <= 1.0 and strong[1] >= 0.0
    assert strong[0] > 0.9 and strong[1] < 0.1
