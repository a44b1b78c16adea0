"""VEGF makes tumour endothelium, which shows less ICAM-1 at rest and answers TNF as before."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulation.interventions.calreticulin import Calreticulin
from simulation.processes.growth.tumour_endothelium import TumourEndothelium
from simulation.processes.signalling.icam1_expression import ICAM1Expression
from tests.worlds import make_world


def test_course_is_the_closed_form() -> None:
    """w = H (1 - exp(-t / 2 d)), H = v^2 / (4 + v^2)."""
    vegf = np.array([0.0, 2.0, 20.0])
    world, plan = make_world({"vessel": {"vegf_here": vegf}}, [TumourEndothelium()], tick="10 min")
    for _ in range(144):
        world.step(plan)
    c = world.sites[0].cells
    assert c["tumour_endothelium"] == pytest.approx(vegf**2 / (4 + vegf**2) * (1 - math.exp(-0.5)))
    assert c["icam1_basal_factor"] == pytest.approx(1 - 0.5 * c["tumour_endothelium"])
    assert c["icam1_basal_factor"][0] == 1.0


def icam1(days: float, *, vegf: float, nfkb: float = 0.0, more: tuple = (), **parameters: float) -> float:
    """Copies of a wall cell that has been tumour endothelium all along."""
    wall = {"vegf_here": vegf, "nfkb": nfkb, "icam1_basal": 0.01, "icam1_translation": 9.5e4, "tumour_endothelium": 1.0}
    processes = [TumourEndothelium(**parameters), ICAM1Expression(), *more]
    world, plan = make_world({"vessel": wall}, processes, tick="10 min")
    for _ in range(round(144 * days)):
        world.step(plan)
    return float(world.sites[0].cells["icam1"][0])


def test_half_the_icam1_at_rest_but_inducible() -> None:
    """M59b: tumour endothelium rests on half the ICAM-1 and is still induced."""
    normal, tumour = icam1(10, vegf=1e9, suppression=0.0), icam1(10, vegf=1e9)
    assert tumour == pytest.approx(0.5 * normal, rel=1e-3)
    assert normal == pytest.approx(5e4, rel=0.02)
    called, normal_called = icam1(1, vegf=1e9, nfkb=0.5), icam1(1, vegf=1e9, nfkb=0.5, suppression=0.0)
    assert called > 5 * tumour
    assert called == pytest.approx(normal_called, rel=0.05)


def test_calreticulin_brings_it_back() -> None:
    """0.5 * (1 + 2) of normal."""
    assert icam1(10, vegf=1e9, more=(Calreticulin(),)) == pytest.approx(
        1.5 * icam1(10, vegf=1e9, suppression=0.0), rel=1e-3
    )
