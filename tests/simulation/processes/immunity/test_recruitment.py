"""Recruitment: entries against the formula, shear, segments, antibody, capsule, calls; one agent enters per entry."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from simulation.engine.world import World
from simulation.processes.immunity.recruitment import Recruitment
from tests.worlds import make_world, shuffle

WALL = {"shear_rate": 100.0, "venule": 1.0, "icam1": 3e5, "cxcl_here": 1e6}


def chance(icam1: float, shear: float, venule: float, blocked: float = 0.0) -> float:
    """Entry of a passing T cell, written out."""
    free = 1 / (1 + blocked)
    states = ((0.6, 1e-7, 5.0), (0.3, 3e-6, 0.3), (0.1, 8e-4, 0.04))
    bonds = 500 * free * icam1 / 1500 * sum(f * a * -math.expm1(-5 * k) for f, a, k in states)
    eff = -math.expm1(-12 * max(0.0, 5 * math.pi / 6 / shear - 0.0065))
    crossing = 0.1 * icam1 / (icam1 + 5e4) * free
    other = 0.2 * venule + 0.9 * (1 - venule)
    return eff * (other + (1 - other) * -math.expm1(-bonds) * crossing / (crossing + 0.05))


def walls(n: int, passing: float = 5.0, **columns: Any) -> tuple[World, Any]:
    """Make n wall cells and no T cell; T cells enter by them."""
    return make_world(
        {"wall": WALL | {"x": np.full(n, 100.0)} | columns, "t_cell": {"x": np.zeros(0)}},
        [Recruitment(passing=passing)], enters={"t_cell": "t_cells_entering"},
    )  # fmt: skip


def entered(n: int = 3000, **columns: Any) -> float:
    """T cells that enter within 10 min, per wall cell and per one that passes."""
    world, plan = walls(n, 6.0, **columns)
    world.step(plan)
    return float(np.count_nonzero(world.sites[0].cells["cell_type"] == 1)) / n


@pytest.mark.parametrize("icam1", [0.0, 5e4, 1e6])
@pytest.mark.parametrize(("shear", "venule"), [(100.0, 1.0), (100.0, 0.0), (200.0, 1.0)])
def test_entries_follow_the_formula(icam1: float, shear: float, venule: float) -> None:
    """M06, M16: one T cell passes each of 3,000 wall cells; 4 standard errors."""
    p = chance(icam1, shear, venule)
    found = entered(icam1=icam1, shear_rate=shear, venule=venule)
    assert found == pytest.approx(p, abs=4 * math.sqrt(p / 3000))


@pytest.mark.parametrize("shear", [403.0, 1000.0, 0.0])
def test_nobody_enters_fast_blood_or_where_none_flows(shear: float) -> None:
    """Exactly none beyond the cut-off, nor through cells that line no vessel."""
    assert entered(200, shear_rate=shear) == 0.0


def test_antibody_acts_in_venules_not_in_sinusoids() -> None:
    """M67: C06: 95 % blocked takes 50-80 % in venules, at most 15 % in sinusoids (65 % and 5 % measured)."""
    venule = chance(3e5, 100, 1.0, 20.0) / chance(3e5, 100, 1.0)
    sinusoid = chance(3e5, 100, 0.0, 20.0) / chance(3e5, 100, 0.0)
    assert 0.2 < venule < 0.5
    assert 0.85 < sinusoid <= 1.0
    for blocked in ({"icam1_blocked": 20.0}, {"lfa1_blocked": 20.0}):
        found = entered(20_000, **blocked)
        p = chance(3e5, 100, 1.0, 20.0)
        assert found == pytest.approx(p, abs=4 * math.sqrt(p / 20_000))


def test_capsule_keeps_them_out() -> None:
    """M47b: in proportion to what the capsule leaves open; an intact one lets nobody in."""
    p = chance(3e5, 100, 1.0)
    assert entered(enclosure=0.75) == pytest.approx(0.25 * p, abs=4 * math.sqrt(0.25 * p / 3000))
    assert entered(enclosure=1.0) == 0.0


@pytest.mark.parametrize(
    ("cxcl", "sicam1", "call"), [(0.0, 0.0, 0.01), (30.0, 0.0, 0.51), (0.0, 200.0, 0.11), (1e9, 1e9, 1.0)]
)
def test_tissue_calls(cxcl: float, sicam1: float, call: float) -> None:
    """M17: chemokine calls, soluble ICAM-1 a little; never more enter than pass and are held."""
    p = call * chance(3e5, 100, 1.0)
    n = 20_000
    assert entered(n, cxcl_here=cxcl, sicam1_here=sicam1) == pytest.approx(p, abs=4 * math.sqrt(p / n))


def test_an_agent_stands_for_as_many_cells_as_its_host() -> None:
    """Counts do not depend on the parcel; the entering agent inherits it."""
    assert entered(2000, parcel=50) == entered(2000, parcel=1)
    world, plan = walls(500, 60.0, parcel=50)
    world.step(plan)
    c = world.sites[0].cells
    assert (c["parcel"] == 50).all()
    assert np.count_nonzero(c["cell_type"] == 1) > 100


def test_order_of_rows_changes_nothing() -> None:
    """The same T cells enter by the same wall cells."""
    digests = []
    for mixed in (False, True):
        world, plan = walls(100)
        for step in range(20):
            if mixed:
                shuffle(world, step)
            world.step(plan)
        assert np.count_nonzero(world.sites[0].cells["cell_type"] == 1) > 30
        digests.append(world.digest())
    assert digests[0] == digests[1]
