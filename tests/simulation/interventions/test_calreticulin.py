"""Calreticulin stops sprouting and raises adhesion molecules of tumour endothelium."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.engine.errors import InputError
from simulation.interventions.calreticulin import Calreticulin
from simulation.processes.growth.angiogenesis import Angiogenesis
from tests.worlds import make_world

WALL = {"o2_exchange": 20.0, "maturity": 1.0, "vegf_here": 1e6, "x": np.linspace(5, 395, 400), "radius": 5.0}


def test_factors_by_kind_of_endothelium() -> None:
    """M59c: tumour endothelium gets its ICAM-1 back, normal endothelium keeps its own."""
    world, plan = make_world({"vessel": {"tumour_endothelium": np.array([0.0, 0.5, 1.0])}}, [Calreticulin()])
    world.step(plan)
    c = world.sites[0].cells
    for name in ("icam1_basal_factor", "vcam1_factor"):
        assert c[name] == pytest.approx([1.0, 2.0, 3.0])
    assert c["sprouting_factor"] == pytest.approx(0.3)


def test_only_while_it_is_given() -> None:
    world, plan = make_world({"vessel": {"tumour_endothelium": 1.0}}, [Calreticulin(start=1 / 1440, end=20 / 1440)])
    seen = []
    for _ in range(15):
        world.step(plan)
        seen.append(float(world.sites[0].cells["sprouting_factor"][0]))
    assert seen[:5] == [1.0] * 5
    assert seen[5:10] == pytest.approx([0.3] * 5)
    assert seen[10:] == [1.0] * 5


def test_fewer_sprouts_and_none_at_full_effect() -> None:
    births = []
    for effect in (0.0, 0.7, 1.0):
        world, plan = make_world({"vessel": WALL}, [Angiogenesis(sprouting=50.0), Calreticulin(anti_angiogenic=effect)])
        for _ in range(5):
            world.step(plan)
        births.append(int(world.accounts["births"][0]))
    assert births[0] > 2 * births[1] > 0 == births[2]


def test_nothing_is_exactly_nothing() -> None:
    digests = []
    for drugs in ([], [Calreticulin(anti_angiogenic=0.0, rescue=0.0)]):
        wall = WALL | {"tumour_endothelium": 0.5}
        world, plan = make_world({"vessel": wall}, [Angiogenesis(sprouting=50.0), *drugs])
        for _ in range(6):
            world.step(plan)
        digests.append(world.digest())
    assert digests[0] == digests[1]


def test_an_end_before_the_start_is_refused() -> None:
    with pytest.raises(InputError, match="ends on day"):
        Calreticulin(start=2.0, end=1.0)
