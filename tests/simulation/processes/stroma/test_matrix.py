"""Matrix: balance of deposition and degradation, exact in time."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.processes.stroma.matrix import Matrix
from tests.worlds import make_world, shuffle


def made(
    days: float, tick: str = "1 day", process: Matrix | None = None, *, n: int = 1, mmp: float = 0.0, ecm: float = 0.3
):
    """One 20 um voxel's world holds `n` CAF in its first of four voxels."""
    world, plan = make_world(
        {"fibroblast": {"caf": np.ones(n), "x": 5.0, "y": 5.0}}, [process or Matrix()],
        shape=(2, 2, 1), tick=tick, periods={"matrix": tick},
    )  # fmt: skip
    voxels = world.site("liver").voxels
    voxels["mmp"][:], voxels["ecm"][:] = mmp, ecm
    for _ in range(round(days / {"1 h": 1 / 24, "1 day": 1.0}[tick])):
        world.step(plan)
    return voxels["ecm"]


def test_deposition_by_caf_only_where_they_are() -> None:
    ecm = made(10, n=3)
    assert ecm[0] == pytest.approx(1 - 0.7 * math.exp(-0.02 * 3 * 10))
    assert (ecm[1:] == 0.3).all()


def test_degradation() -> None:
    """160 ng/mL are two units: 0.1 per day."""
    assert made(10, n=1, mmp=160.0)[1] == pytest.approx(0.3 * math.exp(-1.0))


def test_balance() -> None:
    assert made(2000, n=5, mmp=160.0)[0] == pytest.approx(0.1 / (0.1 + 0.1))


def test_one_long_step_is_many_short_ones() -> None:
    np.testing.assert_allclose(made(10, "1 h", n=2, mmp=50.0), made(10, "1 day", n=2, mmp=50.0), rtol=1e-12)


@settings(max_examples=40)
@given(ecm=st.floats(0, 1), mmp=st.floats(0, 1e9), n=st.integers(1, 5), rate=st.floats(0, 100))
def test_stays_in_bounds(ecm: float, mmp: float, n: int, rate: float) -> None:
    found = made(1, process=Matrix(deposition=rate), n=n, mmp=mmp, ecm=ecm)
    assert ((found >= 0) & (found <= 1)).all()


def test_order_of_rows_changes_nothing() -> None:
    digests = []
    for mixed in (False, True):
        caf = np.random.default_rng(1).random(300)  # fractions, so that the order of summation would show
        world, plan = make_world(
            {"fibroblast": {"caf": caf}}, [Matrix()], shape=(3, 3, 1), tick="1 day", periods={"matrix": "1 day"}
        )
        if mixed:
            shuffle(world)
        world.step(plan)
        digests.append(world.digest())
    assert digests[0] == digests[1]


def test_without_caf_and_mmp_nothing_happens() -> None:
    world, plan = make_world({"fibroblast": {"caf": np.zeros(3)}}, [Matrix()], shape=(2, 2, 1))
    ecm = world.site("liver").voxels["ecm"]
    ecm[:] = before = [0.0, 0.1, 0.7, 0.9]
    world.step(plan)
    assert ecm.tolist() == before
    world.site("liver").cells["caf"][1] = 1.0
    for _ in range(5):
        world.step(plan)
    assert (ecm != before).sum() == 1
