"""Cytokine output: resting secretion, raised where NF-kB is in the nucleus."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.engine.presence import STRETCH
from simulation.processes.signalling.cytokine_output import CytokineOutput
from simulation.processes.signalling.icam1_expression import ICAM1Expression
from simulation.processes.signalling.nfkb import NFkB
from simulation.processes.transport.secretion import Secretion
from simulation.vocabulary.cytokines import SLOW
from tests.worlds import make_world

DRIVEN = {"tnf", "il6", "ccl2", "cxcl", "vegf"}


@pytest.mark.parametrize("s", SLOW)
def test_each_substance_answers_as_it_should(s):
    """M15: each in its own measure."""
    cells = {f"{s}_secretion": np.array([2.0, 2.0, 2.0, 0.0]), "nfkb": np.array([0.0, 0.5, 1.0, 1.0])}
    world, plan = make_world({"cell": cells}, [CytokineOutput()])
    world.step(plan)
    expected = [2.0, 6.0, 10.0, 0.0] if s in DRIVEN else [2.0, 2.0, 2.0, 0.0]
    assert world.sites[0].cells[f"{s}_output"].tolist() == expected


def test_a_gain_of_zero_leaves_secretion_as_it_is_to_the_bit():
    secretion = np.random.default_rng(1).uniform(size=20)
    cells = {"vegf_secretion": secretion, "nfkb": 0.7}
    world, plan = make_world({"cell": cells}, [CytokineOutput(vegf_gain=0.0)])
    world.step(plan)
    assert (world.sites[0].cells["vegf_output"] == secretion).all()


@pytest.mark.parametrize(("s", "shaped"), [("tnf", 3.0), ("vegf", 1.0), ("mmp", 1.0)])
def test_few_that_secrete_among_many_that_do_not(s, shaped):
    secretion = np.zeros(3 * STRETCH)
    secretion[[0, STRETCH, 3 * STRETCH - 1]] = 1.0, 2.0, 3.0
    world, plan = make_world({"cell": {f"{s}_secretion": secretion, "nfkb": 0.0}}, [CytokineOutput()])
    world.sites[0].cells["secretion_factor"][:] = 3.0
    world.step(plan)
    assert np.array_equal(world.sites[0].cells[f"{s}_output"], shaped * secretion)


def test_output_begins_anew_every_period():
    world, plan = make_world({"cell": {"tnf_secretion": np.ones(2)}}, [CytokineOutput()])
    for _ in range(17):
        world.step(plan)
    assert world.sites[0].cells["tnf_output"].tolist() == [1.0, 1.0]


def test_shed_icam1_adds_to_what_is_secreted():
    cells = {"sicam1_secretion": np.full(1, 0.5), "icam1_translation": 1e9}
    world, plan = make_world({"cell": cells}, [NFkB(), CytokineOutput(), ICAM1Expression(), Secretion()], tick="10 min")
    world.settle(plan)
    world.step(plan)
    cells = world.sites[0].cells
    output = cells["sicam1_output"][0]
    shed = cells["icam1_shed"][0] * 90e3 / 6.02214076e23 * 1e15 / 10.0
    assert output == pytest.approx(0.5 + shed) and shed > 0.1
    world.step(plan)
    assert world.sites[0].voxels["sicam1_source"].sum() * 8000.0 / 1e6 == pytest.approx(output)
