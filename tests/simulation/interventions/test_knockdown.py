"""Knockdown: copies scale with what is left, when and where it is meant to."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.engine.errors import InputError
from simulation.interventions.knockdown import TARGETS, Knockdown
from simulation.processes.signalling.icam1_expression import ICAM1Expression
from simulation.processes.signalling.molecule_expression import MoleculeExpression
from simulation.processes.signalling.nfkb import NFkB
from simulation.vocabulary.molecules import EXPRESSED, MOLECULES
from tests.worlds import make_world


def run(*knockdowns, hours=24.0, tnf=10.0, tick="10 min"):
    """ICAM-1 of a tumour cell and an endothelial cell, settled and after `hours`; and the world's digest."""
    cells = {"icam1_translation": np.full(3, 3e4), "tnf_here": tnf}
    world, plan = make_world(
        {"tumour_cell": cells, "endothelial_cell": cells}, [NFkB(), ICAM1Expression(), *knockdowns], tick=tick
    )
    world.settle(plan)
    c = world.sites[0].cells
    settled = c["icam1"][[0, 3]].copy()
    for _ in range(round(hours * 60 / float(world.clock.tick_minutes))):
        world.step(plan)
    return settled, c["icam1"][[0, 3]].copy(), world.digest()


def test_every_molecule_with_copies_can_be_taken_away():
    assert set(TARGETS) == {name for name in MOLECULES if name != "mhc1"}


@pytest.mark.parametrize("molecule", [name for name in TARGETS if name != "icam1"])
def test_copies_of_any_molecule_scale_exactly_and_come_back(molecule):
    cells = {m: np.full(2, 1e4) for m in EXPRESSED}
    processes = [MoleculeExpression(), Knockdown(molecule=molecule, fraction=0.75, cells=("a",), end=1.0)]
    world, plan = make_world({"a": cells, "b": cells}, processes, tick="10 min")
    world.settle(plan)
    c = world.sites[0].cells
    for _ in range(144):
        assert c[molecule][0] == 2.5e3 and c[molecule][2] == 1e4
        assert all(c[m][0] == 1e4 for m in EXPRESSED if m != molecule)
        world.step(plan)
    for _ in range(144):
        world.step(plan)
    assert c[molecule][0] == pytest.approx(1e4 - 7.5e3 * np.exp(-MOLECULES[molecule].turnover * 24.0), rel=1e-9)


@pytest.mark.parametrize(
    ("cells", "reached"),
    [
        (("host",), [1.0, 0.5, 0.5]),
        (("all",), [0.5, 0.5, 0.5]),
        (("host", "tumour_cell"), [0.5, 0.5, 0.5]),
        (("host", "t_cell"), [1.0, 0.5, 0.5]),
        (("t_cell",), [1.0, 0.5, 1.0]),
    ],
)
def test_host_is_everybody_but_the_tumour_cell(cells, reached):
    types = {name: {"radius": np.ones(1)} for name in ("tumour_cell", "t_cell", "endothelial_cell")}
    world, plan = make_world(types, [Knockdown(molecule="lfa1", fraction=0.5, cells=cells)], tick="10 min")
    world.step(plan)
    assert world.sites[0].cells["lfa1_factor"].tolist() == reached


@pytest.mark.parametrize("fraction", [0.5, 0.75, 0.9, 1.0])
def test_copies_scale_exactly_and_from_the_start(fraction):
    """M12: linear in translation."""
    settled, later, _ = run()
    settled_less, later_less, _ = run(Knockdown(fraction=fraction))
    assert settled_less[0] == pytest.approx((1 - fraction) * settled[0], rel=1e-12, abs=0)
    assert later_less[0] == pytest.approx((1 - fraction) * later[0], rel=1e-12, abs=0)
    assert (settled_less[1], later_less[1]) == (settled[1], later[1])  # other cells are untouched


def test_a_fraction_of_zero_leaves_the_trajectory_to_the_bit():
    assert run()[2] == run(Knockdown(fraction=0.0))[2] != run(Knockdown(fraction=0.01))[2]


def test_outside_its_time_it_leaves_the_trajectory_to_the_bit():
    assert run(hours=2)[2] == run(Knockdown(start=2 / 24), hours=2)[2]


def test_it_begins_and_ends_on_its_day():
    during = Knockdown(fraction=1.0, start=0.5, end=1.0)
    settled, before, _ = run(during, hours=12, tnf=0.0)
    assert before == pytest.approx(settled, rel=1e-12)
    _, end, _ = run(during, hours=24, tnf=0.0)
    assert end[0] == pytest.approx(settled[0] * np.exp(-0.038 * 12), rel=1e-9)  # nothing made for 12 h
    _, after, _ = run(during, hours=48, tnf=0.0)
    assert end[0] < after[0] < settled[0]


def test_two_of_them_multiply():
    _, both, _ = run(Knockdown(fraction=0.5, label="knockdown_1"), Knockdown(fraction=0.5, label="knockdown_2"))
    _, one, _ = run(Knockdown(fraction=0.75))
    assert both[0] == pytest.approx(one[0], rel=1e-12)


def test_it_reaches_the_cells_it_names():
    _, plain, _ = run()
    _, less, _ = run(Knockdown(fraction=0.5, cells=("endothelial_cell", "tumour_cell")))
    assert less == pytest.approx(plain / 2, rel=1e-12)
    _, other, _ = run(Knockdown(fraction=0.5, cells=("endothelial_cell",)))
    assert other[0] == plain[0] and other[1] == pytest.approx(plain[1] / 2)


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        ({"fraction": 1.1}, "outside"),
        ({"fraction": -0.1}, "outside"),
        ({"molecule": "mhc1"}, "not one of icam1, lfa1"),
        ({"cells": ()}, "names no cells"),
        ({"start": 3.0, "end": 2.0}, "before it begins"),
    ],
)
def test_what_cannot_be_meant_is_refused(wrong, what):
    with pytest.raises(InputError, match=what):
        Knockdown(**wrong)
