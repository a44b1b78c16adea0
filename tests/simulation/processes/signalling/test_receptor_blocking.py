"""Receptor blocking: how much LFA-1 serum, tissue and antibodies leave free."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.processes.signalling.receptor_blocking import ReceptorBlocking
from simulation.vocabulary.molecules import BLOCKABLE
from tests.worlds import make_world


def blocked(process=None, *, sites=("liver",), here=0.0, **pools):
    world, plan = make_world({"cell": {"sicam1_here": np.full(2, here)}}, [process or ReceptorBlocking()], sites=sites)
    world.pools["sicam1"][:] = 0.0
    for name, value in pools.items():
        world.pools[name][:] = value
    world.settle(plan)
    first = world.sites[0].cells["lfa1_blocked"][0]
    world.step(plan)
    cells = world.sites[0].cells
    assert cells["lfa1_blocked"][0] == first  # settled as it will be
    return cells["icam1_blocked"][0], cells["lfa1_blocked"][0]


def free(occupancy):
    return 1.0 / (1.0 + occupancy)


@pytest.mark.parametrize(
    ("serum", "constant", "share"),
    [
        (318.0, 8.0, 0.69), (318.0, 60.0, 0.94), (318.0, 133.0, 0.97),
        (1000.0, 8.0, 0.42), (1000.0, 60.0, 0.84), (1000.0, 133.0, 0.92),
    ],
)  # fmt: skip
def test_serum_leaves_this_share_of_lfa1_free(serum, constant, share):
    """M53: it depends on the dissociation constant."""
    on_icam1, on_lfa1 = blocked(ReceptorBlocking(decoy_constant=constant), sicam1=serum)
    assert free(on_lfa1) == pytest.approx(share, abs=0.005)
    assert on_icam1 == 0.0


def test_a_thousand_ng_per_ml_is_11_nmol_per_l():
    _, on_lfa1 = blocked(ReceptorBlocking(decoy_constant=1.0), sicam1=1000.0)
    assert on_lfa1 == pytest.approx(11.1, abs=0.02)


def test_tissue_and_serum_add_up_and_access_counts_for_serum_alone():
    assert blocked(here=300.0, sicam1=700.0)[1] == pytest.approx(blocked(sicam1=1000.0)[1], rel=1e-14)
    process = ReceptorBlocking(serum_access=0.5)
    assert blocked(process, here=300.0, sicam1=700.0)[1] == pytest.approx(650.0 / 90.0 / 8.0, rel=1e-14)
    assert blocked(ReceptorBlocking(serum_access=0.0), sicam1=700.0)[1] == 0.0


@pytest.mark.parametrize("dose", [2.0, 5.0, 10.0])
def test_assay_doses_of_antibody_occupy_more_than_95_percent(dose):
    """M04: both antibodies."""
    on_icam1, on_lfa1 = blocked(anti_icam1=dose)
    assert free(on_icam1) < 0.05 and on_lfa1 == 0.0
    on_icam1, on_lfa1 = blocked(anti_lfa1=dose)
    assert free(on_lfa1) < 0.05 and on_icam1 == 0.0


def test_antibody_and_decoy_compete_for_the_same_lfa1():
    both = blocked(anti_lfa1=0.3, sicam1=500.0)[1]
    assert both == pytest.approx(blocked(anti_lfa1=0.3)[1] + blocked(sicam1=500.0)[1], rel=1e-12)


def test_every_site_sees_the_same_blood():
    world, plan = make_world({"cell": {"radius": np.ones(2)}}, [ReceptorBlocking()], sites=("liver", "lung"))
    world.sites[1].cells.append(1, {"lineage": 9, "cell_type": 0})
    world.open_accounts()
    world.step(plan)
    liver, lung = (site.cells["lfa1_blocked"] for site in world.sites)
    assert liver[0] == lung[0] == pytest.approx(318.0 / 90.0 / 8.0)


def test_without_the_decoy_only_antibody_occupies_lfa1():
    process = ReceptorBlocking(decoy=0.0)
    assert blocked(process, here=300.0, sicam1=700.0)[1] == 0.0
    assert blocked(process, here=300.0, sicam1=700.0, anti_lfa1=1.0)[1] == pytest.approx(10.0)
    half = ReceptorBlocking(decoy=0.5)
    assert blocked(half, sicam1=700.0)[1] == pytest.approx(blocked(sicam1=700.0)[1] / 2.0)


def test_a_cell_that_comes_in_is_blocked_as_the_others():
    world, plan = make_world({"cell": {"radius": np.ones(400)}}, [ReceptorBlocking()])
    world.pools["anti_vcam1"][:] = 0.7
    world.settle(plan)
    world.sites[0].cells.append(2, {"lineage": [77, 78], "cell_type": 0, "icam1_blocked": [3.0, 0.0]})
    world.open_accounts()
    world.step(plan)
    cells = world.sites[0].cells
    assert set(cells["vcam1_blocked"]) == {0.7 / 0.1} and not cells["icam1_blocked"].any()


@pytest.mark.parametrize("name", sorted(BLOCKABLE))
def test_an_antibody_blocks_its_molecule_and_no_other(name):
    world, plan = make_world({"cell": {"radius": np.ones(2)}}, [ReceptorBlocking(serum_access=0.0)])
    world.pools[f"anti_{name}"][:] = 0.7
    world.settle(plan)
    cells = world.sites[0].cells
    assert {m: cells[f"{m}_blocked"][0] for m in BLOCKABLE} == {m: 0.7 / 0.1 * (m == name) for m in BLOCKABLE}
    world.pools[f"anti_{name}"][:] = 0.0
    world.step(plan)
    assert not any(cells[f"{m}_blocked"].any() for m in BLOCKABLE)
