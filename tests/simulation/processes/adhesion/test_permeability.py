"""Junctions open under ICAM-1 bonds and close by themselves."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulation.engine.lineage import founders, name_key
from simulation.processes.adhesion.permeability import Permeability
from simulation.vocabulary.junctions import QUIET, TONE, measured
from simulation.vocabulary.molecules import PAIRS
from tests.worlds import make_world, shuffle

QUIET_WALL = {"o2_exchange": 20.0, "icam1": 5e4, "radius": 5.0, "x": np.linspace(10, 390, 8), "y": 200.0}


def stepped(world, plan, periods: int = 1):
    for _ in range(5 * periods):
        world.step(plan)
    return world.sites[0].cells


def test_a_quiet_venule_stays_as_it_is() -> None:
    world, plan = make_world({"vessel": QUIET_WALL}, [Permeability()])
    world.settle(plan)
    c = stepped(world, plan, 20)
    assert c["permeability"] == pytest.approx(QUIET, abs=1e-12)
    assert measured(QUIET) == pytest.approx(2.2, rel=0.01)


@pytest.mark.parametrize("fold", [0.0, 0.5, 10.0])
def test_course_is_the_closed_form(fold: float) -> None:
    """M60b: From shut, p = n k / (n k + 1/60) (1 - exp(-(n k + 1/60) t))."""
    world, plan = make_world({"vessel": QUIET_WALL | {"icam1": fold * 5e4}}, [Permeability()])
    world.sites[0].cells["permeability"][:] = 0.0
    c = stepped(world, plan, 6)
    rate = fold * TONE / 60 + 1 / 60
    expected = fold * TONE / (1 + fold * TONE) * (1 - math.exp(-rate * 60))
    assert c["permeability"] == pytest.approx(expected, abs=1e-12)


def test_an_inhibitor_of_src_takes_the_rise_only() -> None:
    for fold, expected in ((10.0, QUIET), (0.5, 0.5 * TONE / (1 + 0.5 * TONE))):
        world, plan = make_world({"vessel": QUIET_WALL | {"icam1": fold * 5e4}}, [Permeability(signalling=0.0)])
        world.settle(plan)
        assert stepped(world, plan)["permeability"] == pytest.approx(expected, abs=1e-12)


def test_antibody_shuts_and_zero_switches_off() -> None:
    world, plan = make_world({"vessel": QUIET_WALL | {"icam1_blocked": 1e9}}, [Permeability()])
    assert stepped(world, plan, 200)["permeability"].max() < 1e-6
    world, plan = make_world({"vessel": QUIET_WALL}, [Permeability(opening=0.0)])
    world.settle(plan)
    assert (stepped(world, plan)["permeability"] == 0.0).all()


@pytest.mark.parametrize("pair", ["lfa1_icam1", "mac1_icam1"])
def test_a_leukocyte_opens_the_wall_it_touches(pair: str) -> None:
    """By its bonds at rest, and only there."""
    law, copies = PAIRS[pair], 1e5
    cell = {law.receptor: copies, "lfa1_open": 0.1, "lfa1_intermediate": 0.3, "radius": 4.0, "icam1": 0.0}
    world, plan = make_world({"vessel": QUIET_WALL, "t": cell | {"x": 17.0, "y": 200.0}}, [Permeability()])
    world.settle(plan)
    p = stepped(world, plan, 600)["permeability"][:8]
    bonds = 1 + copies / (4 * math.pi * 16) * 5e4 / 1500 * law.acka * (0.6 + 0.3 * 30 + 0.1 * 8000)
    assert p[0] == pytest.approx(bonds * TONE / (1 + bonds * TONE), abs=1e-9)
    assert p[1:] == pytest.approx(QUIET, abs=1e-12)
    assert p[0] > QUIET + 0.02


def test_cells_held_in_the_site_open_it() -> None:
    """Four held by adhesion in liver, spread over 8 wall cells, 10 bonds each; those held by size or elsewhere not."""
    world, plan = make_world({"vessel": QUIET_WALL}, [Permeability()], sites=("liver", "lung"))
    names = founders(name_key("blood", "tumour"), 8)
    held = np.array([2.0, 2.0, 2.0, 2.0, 1.0, 0.0, 2.0, 2.0])
    site = np.array([0, 0, 0, 0, 0, 0, 1, -1])
    world.travellers.append(8, {"lineage": names, "convoy": names, "site": site, "arrested": held, "parcel": 1})
    world.open_accounts()
    p = stepped(world, plan, 600)["permeability"]
    assert p == pytest.approx(6 * TONE / (1 + 6 * TONE), abs=1e-9)


def test_others_are_left_alone_and_order_does_not_matter() -> None:
    digests = []
    for order in (None, 3):
        cells = {"vessel": QUIET_WALL, "t": {"lfa1": np.full(40, 1e5), "lfa1_open": 0.1, "permeability": 0.2}}
        world, plan = make_world(cells, [Permeability()])
        if order:
            shuffle(world, order)
        c = stepped(world, plan, 3)
        assert (c["permeability"][c["o2_exchange"] == 0] == 0.2).all()
        digests.append(world.digest())
    assert digests[0] == digests[1]
