"""Recruitment: entries against the formula, shear, segments, antibody, capsule, calls; one agent enters per entry."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from simulation.agents.t_cell import TCell
from simulation.engine.bond import COLLISION, arrest_efficiency
from simulation.engine.chance import Chance, poisson
from simulation.engine.world import World
from simulation.processes.immunity.recruitment import Recruitment
from simulation.vocabulary.leukocytes import LEUKOCYTES
from simulation.vocabulary.molecules import PAIRS
from tests.worlds import make_world, shuffle

WALL = {"shear_rate": 100.0, "venule": 1.0, "icam1": 3e5, "cxcl_here": 1e6}


def bonds_of(pair: str, receptors: float, ligands: float) -> float:
    """Bonds of one pair with one off-rate after 5 s, at densities per um^2, primed."""
    p = PAIRS[pair]
    acka = p.acka * (0.6 + 0.3 * p.intermediate + 0.1 * p.opened)
    return receptors * ligands * acka * -math.expm1(-5 * p.off)


def tethers(pair: str, receptors: float, ligands: float, shear: float) -> float:
    """Chance that one pair of selectin and ligand tethers, written out."""
    p, force = PAIRS[pair], 0.5 * shear
    off = p.off * math.exp(force * p.length / 4.28) + p.catch_off * math.exp(-force * p.catch_length / 4.28)
    formed = -math.expm1(-receptors * ligands * p.acka * -math.expm1(-p.off * COLLISION / shear))
    return formed * math.exp(-off * 0.1)


def chance(
    icam1: float,
    shear: float,
    venule: float,
    blocked: float = 0.0,
    kind: str = "t_cell",
    vcam1: float = 0.0,
    e_selectin: float = 0.0,
) -> float:
    """Entry of a passing leukocyte, written out; `blocked` is on ICAM-1."""
    k = LEUKOCYTES[kind]
    free = 1 / (1 + blocked)
    states = ((0.6, 1e-7, 5.0), (0.3, 3e-6, 0.3), (0.1, 8e-4, 0.04))
    bonds = k.lfa1 / k.area * free * icam1 / 1500 * sum(f * a * -math.expm1(-5 * off) for f, a, off in states)
    bonds += bonds_of("mac1_icam1", k.mac1 / k.area, icam1 / 1500) * free
    bonds += bonds_of("vla4_vcam1", k.vla4 / k.area, vcam1 / 1500)
    eff = -math.expm1(-12 * max(0.0, 5 * math.pi / 6 / shear - 0.0065))
    eff += (
        (1 - eff) * venule * tethers("e_selectin_selectin_ligand", e_selectin / 1500, k.selectin_ligand / k.area, shear)
    )
    crossing = 0.1 * icam1 / (icam1 + 5e4) * free
    other = 0.2 * venule + 0.9 * (1 - venule)
    return eff * (other + (1 - other) * -math.expm1(-bonds) * crossing / (crossing + 0.05))


KINDS = tuple(LEUKOCYTES)
OFF = {"nk_cells": 0.0, "monocytes": 0.0, "neutrophils": 0.0}


def walls(n: int, passing: float = 5.0, rule: dict[str, float] | None = None, **columns: Any) -> tuple[World, Any]:
    """Make n wall cells and no leukocyte; those of all kinds enter by them, by default T cells alone."""
    nobody = {"x": np.zeros(0)}
    return make_world(
        {"wall": WALL | {"x": np.full(n, 100.0)} | columns, **{kind: nobody for kind in KINDS}},
        [Recruitment(passing=passing, **OFF | (rule or {}))],
        enters={name: kind.enters_by for name, kind in LEUKOCYTES.items()},
    )


def counted(world: World) -> dict[str, int]:
    """Count the cells of each kind of leukocyte."""
    codes = world.sites[0].cells["cell_type"]
    return {name: int(np.count_nonzero(codes == 1 + i)) for i, name in enumerate(KINDS)}


def entered(n: int = 3000, kind: str = "t_cell", **columns: Any) -> float:
    """Leukocytes of one kind that enter within 10 min, per wall cell and per one that passes."""
    share = {"nk_cell": "nk_cells", "macrophage": "monocytes", "neutrophil": "neutrophils"}.get(kind)
    world, plan = walls(n, 6.0, {share: 1.0} if share else {}, **columns)
    world.step(plan)
    return counted(world)[kind] / n


@pytest.mark.parametrize("icam1", [0.0, 5e4, 1e6])
@pytest.mark.parametrize(("shear", "venule"), [(100.0, 1.0), (100.0, 0.0), (200.0, 1.0)])
def test_entries_follow_the_formula(icam1: float, shear: float, venule: float) -> None:
    """M06, M16: one T cell passes each of 3,000 wall cells; 4 standard errors."""
    p = chance(icam1, shear, venule)
    found = entered(icam1=icam1, shear_rate=shear, venule=venule)
    assert found == pytest.approx(p, abs=4 * math.sqrt(p / 3000))


@pytest.mark.parametrize("passing", [1.0, 20.0, 200.0])
def test_each_wall_cell_lets_in_as_written(passing: float) -> None:
    """Cell by cell, whether few pass in a step or many: all four kinds, by the wall cell's own luck."""
    shares = {"nk_cells": 0.5, "monocytes": 0.25, "neutrophils": 1.0}
    luck = np.random.default_rng(2)
    cxcl, shear = luck.choice([0.0, 30.0, 1e4], 3000), luck.choice([0.0, 50.0, 100.0], 3000)
    world, plan = walls(3000, passing, shares, cxcl_here=cxcl, shear_rate=shear)
    c, key = world.sites[0].cells, Chance.of(world.seed, "recruitment", 0).key
    world._perform(plan.due[0], "apply", plan.due[0].dt)
    for draw, (kind, share) in enumerate(zip(KINDS, (1.0, *shares.values()), strict=True)):
        k, entries = LEUKOCYTES[kind], np.zeros(3000)
        for row in np.flatnonzero(c["shear_rate"] > 0.0):
            call = min(1.0, 0.01 * k.resident + k.cxcl * c["cxcl_here"][row] / (c["cxcl_here"][row] + 30.0))
            mean = passing * share / 6 * call * chance(3e5, c["shear_rate"][row], 1.0, kind=kind)
            entries[row] = poisson(mean, key, 0, c["lineage"][row], draw)
        np.testing.assert_array_equal(c[k.enters_by], entries)
        assert entries.any() or passing < 100.0


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


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_follows_the_formula(kind: str) -> None:
    """Selectins, VCAM-1 and Mac-1 together, in an inflamed venule where everything calls; 4 standard errors."""
    wall = {"ccl2_here": 1e9, "cxcl_here": 1e9, "sicam1_here": 1e12, "vcam1": 5e5, "e_selectin": 5e5}
    p = chance(3e5, 200, 1.0, kind=kind, vcam1=5e5, e_selectin=5e5)
    call = 1.0 if kind != "nk_cell" else 0.01 * 2 + 0.5 + 0.2
    n = 8000
    assert entered(n, kind, shear_rate=200.0, **wall) == pytest.approx(call * p, abs=4 * math.sqrt(p / n))


@pytest.mark.parametrize(("kind", "share"), [("macrophage", "monocytes"), ("neutrophil", "neutrophils")])
def test_chemokines_call_their_own(kind: str, share: str) -> None:
    """CCL2 calls monocytes and no T cells; CXC chemokines call T cells and neutrophils and no monocytes."""
    seen = []
    for columns in ({"cxcl_here": 0.0, "ccl2_here": 1e9}, {"cxcl_here": 1e9, "ccl2_here": 0.0}):
        world, plan = walls(3000, 6.0, {share: 1.0, "resident": 0.0}, **columns)
        world.step(plan)
        seen.append(counted(world))
    by_ccl2, by_cxcl = seen
    assert by_ccl2["t_cell"] == 0 < by_cxcl["t_cell"]
    if kind == "macrophage":
        assert by_cxcl[kind] == 0 < by_ccl2[kind]
    else:
        assert by_cxcl[kind] > 5 * by_ccl2[kind]


def test_t_cells_do_not_depend_on_other_kinds() -> None:
    """The same T cells enter by the same wall cells whether or not others do; no passing, nobody of any kind."""
    hosts = []
    for rule in ({}, {"nk_cells": 3.0, "monocytes": 2.0, "neutrophils": 5.0}):
        world, plan = walls(2000, 5.0, rule, ccl2_here=1e6)
        c = world.sites[0].cells
        world.listening = True
        world.step(plan)
        who = c["cell_type"] == 1
        hosts.append(np.count_nonzero(who))
        assert all((counted(world)[k] > 0) == bool(rule) for k in KINDS[1:])
    assert hosts[0] == hosts[1] > 100
    world, plan = walls(2000, 0.0, {"nk_cells": 3.0, "monocytes": 2.0, "neutrophils": 5.0}, ccl2_here=1e6)
    world.step(plan)
    assert sum(counted(world).values()) == 0


def test_arrest_by_collision_alone() -> None:
    """C04: 0.21 at 100 1/s, none from 403 1/s on; selectins of an inflamed venule hold a few there."""
    assert arrest_efficiency(100.0, 12.0, 0.0065) == pytest.approx(0.21, abs=0.005)
    assert arrest_efficiency(403.0, 12.0, 0.0065) == 0.0
    assert entered(200, "neutrophil", shear_rate=403.0) == 0.0
    assert entered(2000, "neutrophil", shear_rate=403.0, e_selectin=5e5) > 0.005
    assert entered(2000, "neutrophil", shear_rate=403.0, e_selectin=5e5, venule=0.0) == 0.0
    assert entered(2000, "neutrophil", shear_rate=403.0, e_selectin=5e5, selectin_ligand_blocked=1e4) == 0.0


def test_lfa1_and_mac1_hold_alike_first_and_mac1_alone_later() -> None:
    """C04: either makes half of a neutrophil's first bonds; blocking Mac-1, not LFA-1, keeps it from crossing."""
    k = LEUKOCYTES["neutrophil"]
    states = ((0.6, 1e-7, 5.0), (0.3, 3e-6, 0.3), (0.1, 8e-4, 0.04))
    by_lfa1 = k.lfa1 / k.area * sum(f * a * -math.expm1(-5 * off) for f, a, off in states)
    share = by_lfa1 / (by_lfa1 + bonds_of("mac1_icam1", k.mac1 / k.area, 1.0))
    assert share == pytest.approx(0.5, abs=0.1)
    full, no_lfa1, no_mac1 = (
        entered(6000, "neutrophil", icam1=1e7, **blocked)
        for blocked in ({}, {"lfa1_blocked": 1e9}, {"mac1_blocked": 1e9})
    )
    assert no_lfa1 > 0.9 * full
    assert no_mac1 == pytest.approx(0.2 * -math.expm1(-12 * (5 * math.pi / 600 - 0.0065)), abs=0.02)
    assert no_mac1 < 0.4 * full


@pytest.mark.parametrize("kind", KINDS)
def test_antibody_acts_in_venules_not_in_sinusoids_on_every_kind(kind: str) -> None:
    """C06, on an inflamed wall with VCAM-1: 50-80 % in venules, at most 15 % in sinusoids."""
    venule, sinusoid = (
        chance(3e5, 100, v, 20.0, kind, vcam1=1e5) / chance(3e5, 100, v, 0.0, kind, vcam1=1e5) for v in (1.0, 0.0)
    )
    assert 0.2 < venule < 0.5
    assert 0.85 < sinusoid <= 1.0


def test_t_cells_of_the_liver_have_twice_the_lfa1_of_those_in_blood() -> None:
    """M30."""
    assert TCell.starts["lfa1"].value == 2 * LEUKOCYTES["t_cell"].lfa1
