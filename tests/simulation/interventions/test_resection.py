"""Resection: one appointment, through the queue of events, survives a checkpoint."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.interventions.resection import Resection
from simulation.processes.adhesion.forces import Forces
from tests.worlds import make_world, shuffle


def patient(**more: object):
    """Ten tumour cells in a row 10 um apart, a satellite among them, and liver cells beside and far from them."""
    tumour = {
        "x": 100.0 + 10.0 * np.arange(10), "y": 200.0, "invasive": 1.0,
        "colony": np.array([0] * 9 + [77], dtype=np.uint64),
    }  # fmt: skip
    liver = {"x": np.array([100.0, 100.0, 350.0]), "y": np.array([220.0, 240.0, 200.0]), "invasive": 0.0}
    world, plan = make_world({"tumour": tumour, "liver": liver}, [Resection(day=1.0, **more)])
    world.settle(plan)
    world.listening = True
    return world, plan


def run_days(world, plan, days: float) -> None:
    while world.clock.days < days:
        world.step(plan)


def test_primary_and_margin_go_on_the_day_and_satellites_stay() -> None:
    """M65: what sheds is gone."""
    world, plan = patient()
    run_days(world, plan, 1.0)
    assert len(world.sites[0].cells) == 13
    world.step(plan)
    cells = world.sites[0].cells
    assert sorted(cells["x"].tolist()) == [100.0, 190.0, 350.0]
    assert world.accounts["deaths"][0] == 10
    assert [h["kind"] for h in world.happenings] == ["resection", "resected"]
    run_days(world, plan, 2.0)
    assert len(cells) == 3


@pytest.mark.parametrize(("fraction", "left"), [(0.0, 13), (1.0, 3)])
def test_share(fraction: float, left: int) -> None:
    world, plan = patient(fraction=fraction)
    run_days(world, plan, 1.1)
    assert len(world.sites[0].cells) == left


def test_the_appointment_survives_a_checkpoint_and_row_order() -> None:
    world, plan = patient(fraction=0.5)
    run_days(world, plan, 0.7)
    other, other_plan = patient(fraction=0.5)
    other.restore(world.snapshot())
    shuffle(other)
    for done, more in ((world, plan), (other, other_plan)):
        run_days(done, more, 1.2)
    assert world.digest() == other.digest()
    assert 3 < len(world.sites[0].cells) < 13


def test_without_resection_nothing_is_scheduled() -> None:
    world, plan = make_world({"a": {"radius": np.ones(3)}}, [Forces()])
    world.settle(plan)
    assert len(world.clock.queue) == 0
