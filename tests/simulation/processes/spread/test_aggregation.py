"""Tumour cells stick together in the blood by ICAM-1 on ICAM-1."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulation.engine.lineage import founders, name_key
from simulation.processes.spread.aggregation import Aggregation
from simulation.vocabulary.molecules import PAIRS
from tests.worlds import make_world, shuffle


def flowing(n: int, process: Aggregation, sites: int = 1, **columns: object):
    """Make a world with n single tumour cells, spread over the sites in turn."""
    names = tuple(f"organ_{k}" for k in range(sites))
    world, plan = make_world({"tumour": {}}, [process], sites=names)
    lineage = founders(name_key("blood", "tumour"), n)
    values = {"lineage": lineage, "convoy": lineage, "invasive": 1.0, "radius": 9.0, "icam1": 8e5, "parcel": 1}
    world.travellers.append(n, values | {"site": np.arange(n) % sites} | columns)  # type: ignore[arg-type]
    world.open_accounts()
    return world, plan


def expected(process: Aggregation, icam1: float = 8e5, blocked: float = 0.0) -> float:
    """Chance that two cells join in a step of 2 min."""
    pair, rho = PAIRS["icam1_icam1"], icam1 / (4 * math.pi * 81)
    n = process.homophilic * rho * rho * pair.acka * (1 - math.exp(-pair.off)) / (1 + blocked)
    return 1 - math.exp(-process.collisions * 2 * (1 - math.exp(-n)))


@pytest.mark.parametrize(("icam1", "antibody"), [(8e5, 0.0), (2e6, 0.0), (2e6, 0.1)])
def test_pairs_join_at_the_published_form(icam1: float, antibody: float) -> None:
    """M57: n goes with the square of ICAM-1, and with 1 / 3 at the antibody's constant."""
    sites, process = 1500, Aggregation(homophilic=1.0)
    world, plan = make_world({"tumour": {}}, [process], sites=tuple(f"o{k}" for k in range(sites)), shape=(1, 1, 1))
    lineage = founders(name_key("blood", "tumour"), 2 * sites)
    values = {"lineage": lineage, "convoy": lineage, "invasive": 1.0, "radius": 9.0, "icam1": icam1, "parcel": 1}
    world.travellers.append(2 * sites, values | {"site": np.arange(2 * sites) // 2})
    world.open_accounts()
    world.pools["anti_icam1"][:] = antibody
    world.step(plan)
    t = world.travellers
    _, size = np.unique(t["convoy"], return_counts=True)
    p = expected(process, icam1, 2.0 * antibody / 0.1)
    assert abs((size == 2).sum() - sites * p) < 4.5 * math.sqrt(sites * p * (1 - p))
    assert 0.01 < p < 0.99
    assert size.max() == 2


@pytest.mark.parametrize(
    "columns", [{"arrested": 1.0}, {"invasive": 0.0}, {"icam1": 0.0}, {"site": np.full(40, -1)}], ids=str
)
def test_who_does_not_join(columns: dict[str, object]) -> None:
    world, plan = flowing(40, Aggregation(homophilic=1e6), **columns)
    before = world.travellers["convoy"].copy()
    world.step(plan)
    assert (world.travellers["convoy"] == before).all()


@pytest.mark.parametrize("off", [{"homophilic": 0.0}, {"collisions": 0.0}])
def test_zero_switches_off(off: dict[str, float]) -> None:
    world, plan = flowing(40, Aggregation(**({"homophilic": 1e6} | off)))
    before = world.travellers["convoy"].copy()
    world.step(plan)
    assert (world.travellers["convoy"] == before).all()


def test_only_within_an_organ_and_whole_convoys() -> None:
    """With certain collisions one convoy is left in each organ, its lymphocyte with it."""
    n = 40
    world, plan = flowing(n, Aggregation(homophilic=1e6, collisions=1e6), sites=2)
    t = world.travellers
    t["invasive"][39], t["convoy"][39] = 0.0, t["convoy"][37]
    world.listening = True
    for _ in range(3):
        world.step(plan)
    assert len(np.unique(t["convoy"])) == 2
    assert (t["convoy"][0::2] == t["convoy"][0]).all()
    assert (t["convoy"][1::2] == t["convoy"][1]).all()
    assert any(e["kind"] == "aggregated" for e in world.happenings)
    assert len(t) == n


def test_order_of_rows() -> None:
    digests = []
    for order in (None, 1):
        world, plan = flowing(200, Aggregation(homophilic=1.0, collisions=3.0), sites=3)
        for tick in range(10):
            if order is not None:
                shuffle(world, order + tick)
            world.step(plan)
        digests.append(world.digest())
    assert digests[0] == digests[1]
    assert len(np.unique(world.travellers["convoy"])) < 190
