"""Integrin activation: from the resting mix to the activated one and back, at any period."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.engine.errors import InputError
from simulation.processes.signalling.integrin_activation import IntegrinActivation, activate
from tests.worlds import make_world


def mix_after(minutes, process=None, start=(0.09, 0.01), period="10 min", **columns):
    cells = {"lfa1": np.full(1, 4e4), "lfa1_intermediate": start[0], "lfa1_open": start[1]} | columns
    world, plan = make_world(
        {"t": cells}, [process or IntegrinActivation()], tick=period, periods={"integrin_activation": period}
    )
    for _ in range(round(minutes / float(world.clock.tick_minutes))):
        world.step(plan)
    c = world.sites[0].cells
    return c["lfa1_intermediate"][0], c["lfa1_open"][0]


def test_resting_mix_stays():
    assert mix_after(600) == pytest.approx((0.09, 0.01), rel=1e-14)


def test_settling_gives_the_resting_mix():
    world, plan = make_world({"t": {"lfa1_open": np.full(3, 0.7), "lfa1_intermediate": 0.2}}, [IntegrinActivation()])
    world.settle(plan)
    c = world.sites[0].cells
    assert (c["lfa1_open"] == 0.01).all() and (c["lfa1_intermediate"] == 0.09).all()


def test_chemokine_gives_the_activated_mix():
    """M03: LFA-1 opens."""
    assert mix_after(60, cxcl_here=1e9) == pytest.approx((0.30, 0.10), rel=1e-6)


def test_phorbol_ester_needs_no_chemokine():
    """M03: it opens LFA-1 alone."""
    assert mix_after(60, IntegrinActivation(phorbol=1.0)) == pytest.approx((0.30, 0.10), rel=1e-9)
    assert mix_after(60, IntegrinActivation(phorbol=1.0), cxcl_here=1e9) == pytest.approx((0.30, 0.10), rel=1e-9)


def test_half_the_effect_at_its_concentration():
    assert mix_after(600, cxcl_here=10.0) == pytest.approx((0.195, 0.055), rel=1e-9)


def test_it_opens_within_minutes_and_closes_over_tens_of_minutes():
    opened = mix_after(2, period="2 min", cxcl_here=1e9)[1]
    assert (opened - 0.01) / 0.09 == pytest.approx(1 - np.exp(-2.0), rel=1e-6)
    closed = mix_after(10, start=(0.30, 0.10))[1]
    assert (closed - 0.01) / 0.09 == pytest.approx(np.exp(-1.0), rel=1e-9)


def test_the_period_does_not_matter():
    assert mix_after(30, cxcl_here=3.0) == pytest.approx(mix_after(30, period="1 min", cxcl_here=3.0), rel=1e-12)


def test_shares_never_exceed_one():
    chance = np.random.default_rng(0)
    shares = chance.dirichlet((1, 1, 1), 200)
    opened, between, cxcl = shares[:, 0].copy(), shares[:, 1].copy(), chance.lognormal(1, 4, 200)
    for minutes in (0.0, 0.1, 1.0, 10.0, 1e6):
        activate(opened, between, cxcl, (0.01, 0.09), (0.10, 0.30), 10.0, 0.0, 1.0, 0.1, minutes)
        assert (opened + between <= 1.0 + 1e-12).all() and opened.min() >= 0 and between.min() >= 0


def test_a_mix_of_more_than_everything_is_refused():
    with pytest.raises(InputError, match="make 1.1"):
        IntegrinActivation(open_active=0.8, intermediate_active=0.3)
