"""STAT3: ICAM-1 on EGFR and IL-6 drive it; growth is not touched."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.processes.signalling.stat3 import STAT3
from tests.worlds import make_world


def level(process=None, settle=True, minutes=0, period="10 min", start=0.0, **columns):
    cells = {"stat3": np.full(1, start), "egfr_gain": 1.0} | columns
    world, plan = make_world({"c": cells}, [process or STAT3()], tick=period, periods={"stat3": period})
    if settle:
        world.settle(plan)
    for _ in range(round(minutes / float(world.clock.tick_minutes))):
        world.step(plan)
    return world.sites[0].cells["stat3"].copy()


def test_steady_state_is_the_balance_of_rates():
    drive = 0.5 * 0.3 * 1e5 / 1.5e5
    assert level(icam1=1e5, egfr_gain=0.3)[0] == pytest.approx(drive / (drive + 0.25), rel=1e-12)
    assert level(icam1=1e5, egfr_gain=0.3, minutes=600)[0] == pytest.approx(drive / (drive + 0.25), rel=1e-12)


def test_it_relaxes_exactly_at_any_period():
    expected = 2 / 3 * (1 - np.exp(-0.75 * 2.0))  # 0.5 /h on, 0.25 /h off, two hours
    for period in ("10 min", "60 min", "120 min"):
        assert level(settle=False, minutes=120, period=period, icam1=1e30)[0] == pytest.approx(expected, rel=1e-12)


def test_it_rises_with_icam1_and_with_egfr_and_falls_without():
    """M58: both are needed."""
    by_icam1 = level(icam1=np.array([0.0, 1e3, 1e4, 1e5, 1e6]))
    assert by_icam1[0] == 0.0 and (np.diff(by_icam1) > 0).all()
    by_egfr = level(icam1=1e5, egfr_gain=np.array([0.0, 0.3, 0.7, 1.0]))
    assert by_egfr[0] == 0.0 and (np.diff(by_egfr) > 0).all()
    assert level(settle=False, start=0.8, minutes=60)[0] == pytest.approx(0.8 * np.exp(-0.25))


def test_il6_drives_it_without_icam1():
    """M40: IL-6 alone is enough."""
    assert level(il6_here=5.0)[0] == pytest.approx(0.5)  # 0.25 /h on, 0.25 /h off
    both = level(il6_here=5.0, icam1=1e5)[0]
    assert both > max(0.5, level(icam1=1e5)[0])


def test_an_antibody_on_icam1_takes_its_drive_away():
    free, held = level(icam1=1e5), level(icam1=1e5, icam1_blocked=100.0)
    assert held[0] < 0.1 * free[0]


def test_engaged_icam1_drives_more_unless_switched_off():
    assert level(icam1=1e5, icam1_bonds=50.0)[0] > level(icam1=1e5)[0]
    assert level(STAT3(engagement=0.0), icam1=1e5, icam1_bonds=50.0)[0] == level(icam1=1e5)[0]
    assert level(icam1_bonds=50.0)[0] == 0.0


def test_it_touches_nothing_but_itself():
    assert STAT3.touched() - STAT3.reads == {"stat3"}


def test_without_egfr_icam1_has_no_path_and_at_rest_copies_do_not_count():
    plain = level(icam1=1e5)[0]
    assert level(icam1=1e5, egfr=5e4, egfr_rest=5e4)[0] == plain
    assert level(icam1=1e5, egfr=0.0, egfr_rest=5e4)[0] == 0.0
    quarter = level(icam1=1e5, egfr_gain=0.25)[0]
    assert level(icam1=1e5, egfr=1.25e4, egfr_rest=5e4)[0] == pytest.approx(quarter, rel=1e-12)
    assert level(icam1=1e5, egfr=5e4, egfr_rest=5e4, egfr_blocked=3.0)[0] == pytest.approx(quarter, rel=1e-12)
