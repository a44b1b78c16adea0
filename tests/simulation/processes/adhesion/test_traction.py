"""Traction: exactly 1 at rest, less by knockdown or antibody on matrix, integrin b4 as the negative control."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.processes.adhesion.traction import GRIPPING, Traction
from simulation.vocabulary.molecules import EXPRESSED, MOLECULES
from tests.worlds import make_world

WHOLE = sum(m.traction for m in GRIPPING)


def factor(*, ecm=1.0, emt=0.0, dependence=0.8, **columns):
    """Speed of a cell whose molecules all rest on 3e4 copies, but for the columns given."""
    cells = {name: np.full(1, 3e4) for name in EXPRESSED} | {f"{name}_rest": 3e4 for name in EXPRESSED}
    world, plan = make_world({"cell": cells | {"ecm_here": ecm, "emt": emt} | columns}, [Traction(dependence)])
    world.step(plan)
    return world.sites[0].cells["motility_factor"][0]


def test_at_rest_nothing_changes_to_the_bit():
    assert factor() == 1.0
    assert factor(**{m.name: 0.0 for m in GRIPPING}, **{f"{m.name}_rest": 0.0 for m in GRIPPING}) == 1.0  # has none


def test_without_any_grip_only_what_needs_none_is_left():
    none = {m.name: 0.0 for m in GRIPPING}
    assert factor(**none) == pytest.approx(0.2, rel=1e-12)
    assert factor(ecm=0.5, **none) == pytest.approx(0.6, rel=1e-12)
    assert factor(ecm=0.0, **none) == 1.0
    assert factor(dependence=0.0, **none) == 1.0
    assert factor(dependence=1.0, **none) == pytest.approx(0.0, abs=1e-15)


@pytest.mark.parametrize("name", [m.name for m in GRIPPING])
def test_each_molecule_counts_by_its_weight(name):
    weight = MOLECULES[name].traction / WHOLE
    assert factor(**{name: 1.5e4}) == pytest.approx(1.0 - 0.8 * weight * 0.5, rel=1e-12)
    assert factor(**{f"{name}_blocked": 3.0}) == pytest.approx(1.0 - 0.8 * weight * 0.75, rel=1e-12)
    assert factor(**{name: 1e7}) == pytest.approx(1.0 + 0.8 * weight, rel=1e-12)  # as with twice the copies


@pytest.mark.parametrize("name", sorted(set(EXPRESSED) - {m.name for m in GRIPPING}))
def test_other_molecules_do_not_count(name):
    assert factor(**{name: 0.0}) == factor(**{f"{name}_blocked": 100.0}) == 1.0


def test_integrin_b4_is_the_negative_control():
    assert MOLECULES["integrin_b4"].traction == 0.0
    assert {m.name for m in GRIPPING} == {
        "n_cadherin", "p_cadherin", "integrin_avb3", "integrin_a3", "integrin_a5b1", "integrin_b1",
    }  # fmt: skip


def test_what_emt_adds_to_n_cadherin_is_left_to_emt():
    gained = 3e4 * (1.0 + MOLECULES["n_cadherin"].emt * 0.5)
    assert factor(emt=0.5, n_cadherin=gained) == pytest.approx(1.0, rel=1e-12)
    assert factor(emt=0.5, n_cadherin=0.1 * gained) < 1.0
