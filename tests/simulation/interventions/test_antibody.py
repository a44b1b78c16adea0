"""Antibody: what injections and infusions bring to the blood, no more and no less."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.engine.errors import InputError
from simulation.engine.process import BodyProcess, Stage
from simulation.interventions.antibody import Antibody
from simulation.processes.signalling.receptor_blocking import ReceptorBlocking
from tests.worlds import make_world


@dataclass(frozen=True)
class Blood(BodyProcess):
    """Stands in for the blood: takes in, clears nothing."""

    stage = Stage.SPREAD
    reads = frozenset({"pool.anti_icam1_input", "pool.anti_lfa1_input"})
    writes = frozenset({"pool.anti_icam1", "pool.anti_lfa1"})

    def apply(self, body, dt):
        for name in ("anti_icam1", "anti_lfa1"):
            body.pools[name][:] += body.pools[f"{name}_input"] * dt.hours


def blood(*antibodies, days=2.0, tick="10 min", every="10 min"):
    """(anti-ICAM-1, anti-LFA-1) in the blood at the end of every tick."""
    names = ("antibody", "blood", *(a.label for a in antibodies if a.label))
    world, plan = make_world(
        {}, [*antibodies, Blood()], shape=(1, 1, 1), tick=tick, periods=dict.fromkeys(names, every)
    )
    world.settle(plan)
    seen = []
    for _ in range(round(days * 1440 / float(world.clock.tick_minutes))):
        world.step(plan)
        seen.append((world.pools["anti_icam1"][0], world.pools["anti_lfa1"][0]))
    return np.array(seen)


def test_one_injection_brings_its_dose_at_once():
    seen = blood(Antibody(dose=5.0, days=(0.0,)))
    assert seen[:, 0] == pytest.approx(np.full(288, 5.0)) and not seen[:, 1].any()


def test_injections_come_on_their_days():
    seen = blood(Antibody(target="lfa1", dose=2.0, days=(0.5, 1.0, 1.0)))[:, 1]
    assert seen[71] == 0.0 and seen[72] == pytest.approx(2.0)
    assert seen[143] == pytest.approx(2.0) and seen[144] == seen[-1] == pytest.approx(6.0)


@settings(max_examples=25, deadline=None)
@given(days=st.lists(st.floats(0, 0.99), max_size=5), every=st.sampled_from(["10 min", "20 min", "60 min"]))
def test_each_injection_counts_once_whatever_its_time(days, every):
    seen = blood(Antibody(dose=3.0, days=tuple(days)), days=1.0, tick=every, every=every)
    assert seen[-1, 0] == pytest.approx(3.0 * len(days))


def test_a_tick_of_a_third_of_a_minute_neither_loses_nor_doubles_one():
    days = tuple(k * 20 / 3 / 1440 for k in range(10))
    seen = blood(Antibody(dose=1.0, days=days), days=0.1, tick="20 s", every="20 s")
    assert seen[-1, 0] == pytest.approx(10.0)


def test_an_infusion_runs_while_it_lasts():
    seen = blood(Antibody(days=(), infusion=0.5, start=0.25, end=0.75))[:, 0]
    assert seen[35] == 0.0 and seen[-1] == pytest.approx(0.5 * 12) and seen[71] == pytest.approx(0.5 * 6)


def test_two_antibodies_do_not_meet():
    one, two = Antibody(dose=4.0, label="antibody_1"), Antibody(target="lfa1", dose=6.0, label="antibody_2")
    assert blood(one, two)[-1] == pytest.approx([4.0, 6.0])


def test_a_dose_of_zero_adds_exactly_nothing():
    assert not blood(Antibody(dose=0.0)).any()


def test_a_usual_dose_occupies_its_target():
    cells = {"radius": np.ones(1)}
    world, plan = make_world({"cell": cells}, [Antibody(dose=2.0), Blood(), ReceptorBlocking()], tick="10 min")
    for _ in range(3):
        world.step(plan)
    assert 1.0 / (1.0 + world.sites[0].cells["icam1_blocked"][0]) < 0.05


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        ({"target": "mhc1"}, "not one of icam1, lfa1"),
        ({"dose": -1.0}, "outside"),
        ({"days": (1.0, -1.0)}, "is not a day"),
        ({"days": (float("nan"),)}, "is not a day"),
        ({"days": 3.0}, "is not a list"),
        ({"start": 2.0, "end": 1.0}, "before it begins"),
    ],
)
def test_what_cannot_be_meant_is_refused(wrong, what):
    with pytest.raises(InputError, match=what):
        Antibody(**wrong)
