"""Which arrived cells sleep, wake, take hold or die."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulation.engine.chance import Chance, happens
from simulation.engine.plan import Plan
from simulation.processes.growth.cell_cycle import CellCycle
from simulation.processes.growth.death import Death
from simulation.processes.spread.colonisation import Colonisation
from simulation.vocabulary.organs import Organ
from tests.worlds import make_world, shuffle

PER_DAY = 144  # steps of 10 min


def settled(n: int, process: Colonisation | None = None, mates: int = 1, seed: int = 1, **columns: object):
    """Make n dormant cells in colonies of so many, colonies far from each other."""
    groups = n // mates
    across = math.ceil(math.sqrt(groups))
    at = np.repeat(np.arange(groups), mates)
    turn = np.arange(n) % mates
    cells = {
        "x": 100.0 * (at % across) + 20.0 + 8.0 * (turn % 2),
        "y": 100.0 * (at // across) + 20.0 + 8.0 * (turn // 2),
        "colony": (at + 1).astype(np.uint64),
        "dormant": 1.0,
        "invasive": 1.0,
    }
    voxels = 5 * across + 2
    return make_world(
        {"tumour": cells | columns}, [process or Colonisation()], shape=(voxels, voxels, 1), seed=seed, tick="10 min"
    )


def near(count: float, n: int, p: float) -> bool:
    """True within 4.5 standard deviations of a binomial."""
    return abs(count - n * p) <= 4.5 * math.sqrt(n * p * (1 - p)) + 1e-9


def test_thirty_six_percent_are_dormant_at_day_thirteen() -> None:
    """M61: and 5 % have woken, in the ratio of the rates (fragility off, so that the woken can be counted)."""
    n = 3_000
    world, plan = settled(n, Colonisation(fragility=0.0))
    for _ in range(13 * PER_DAY):
        world.step(plan)
    dormant = world.sites[0].cells["dormant"]
    asleep, woken = (dormant == 1).sum(), (dormant == 0).sum()
    assert near(asleep, n, math.exp(-1.0218)), asleep / n
    assert near(woken, n, 0.006 / 0.0786 * (1 - math.exp(-1.0218))), woken / n
    assert math.exp(-1.0218) == pytest.approx(0.36, abs=0.001)


def test_the_primary_is_untouched_to_the_bit() -> None:
    rng = np.random.default_rng(2)
    n = 40
    x, y = rng.uniform(20, 100, (2, n))
    colony = np.where(np.arange(n) % 2, 0, 5).astype(np.uint64)
    process = Colonisation(wake=10.0, dormant_death=500.0, fragility=500.0)
    dormant = np.where(np.arange(n) % 4, 0.0, 1.0)
    world, plan = settled(n, process, x=x, y=y, colony=colony, dormant=dormant)
    world._perform(plan.due[0], "apply", plan.due[0].dt)
    c = world.sites[0].cells
    primary = c["colony"] == 0
    for name, value in (("division_factor", 1.0), ("apoptosis_factor", 1.0), ("apoptosis", 0.0)):
        assert (c[name][primary] == value).all()
        assert (c[name][~primary] != value).any(), f"{name} never changes: nothing was tested"


def test_factors_asleep_and_awake() -> None:
    process = Colonisation(wake=0.0, dormant_death=0.0, fragility=0.0)
    world, plan = settled(4, process, dormant=np.array([1.0, 0.0, 1.0, 0.0]))
    world._perform(plan.due[0], "apply", plan.due[0].dt)
    c = world.sites[0].cells
    asleep = c["dormant"] == 1
    assert asleep.sum() == 2
    np.testing.assert_array_equal(c["division_factor"], np.where(asleep, 0.0, 3.0))
    np.testing.assert_array_equal(c["apoptosis_factor"], np.where(asleep, 0.0, 1.0))


@pytest.mark.parametrize("fertility", [0.0, 0.3, 2.0])
def test_waking_follows_the_organ(fertility: float) -> None:
    """M61: fertility of the organ."""
    n = 3_000
    organs = {"liver": Organ("liver", "", "", fertility=fertility)}
    world, plan = settled(n, Colonisation(organs=organs, wake=0.5, dormant_death=0.0, fragility=0.0))
    for _ in range(PER_DAY):
        world.step(plan)
    woken = (world.sites[0].cells["dormant"] == 0).sum()
    assert near(woken, n, 1 - math.exp(-0.5 * fertility))
    assert len(world.sites[0].cells) == n


@pytest.mark.parametrize("mates", [1, 2, 4])
def test_company_wakes_and_keeps_alive(mates: int) -> None:
    """One step with rates so large that it shows: waking times, death divided by 1 + 3 * (mates - 1)."""
    n = 6_000
    company = 1 + 3.0 * (mates - 1)
    world, plan = settled(n, Colonisation(wake=14.4, dormant_death=0.0), mates)
    world.step(plan)
    assert near((world.sites[0].cells["dormant"] == 0).sum(), n, 1 - math.exp(-0.1 * company))
    world, plan = settled(n, Colonisation(wake=0.0, dormant_death=72.0), mates)
    world.step(plan)
    assert near(world.accounts["deaths"][0], n, 1 - math.exp(-0.5 / company))


@pytest.mark.parametrize("mates", [1, 3])
def test_young_colonies_are_fragile(mates: int) -> None:
    n = 6_000
    world, plan = settled(n, Colonisation(fragility=72.0), mates, dormant=0.0)
    world.step(plan)
    assert near(world.accounts["deaths"][0], n, 1 - math.exp(-0.5 * 2 / (2 + mates - 1)))


def test_only_the_own_colony_is_company() -> None:
    """Strangers side by side wake no sooner than a solitary cell."""
    n = 6_000
    world, plan = settled(n, Colonisation(wake=14.4, dormant_death=0.0), 2, colony=np.arange(1, n + 1, dtype=np.uint64))
    world.step(plan)
    assert near((world.sites[0].cells["dormant"] == 0).sum(), n, 1 - math.exp(-0.1))


def test_kernel_counts_mates_as_a_plain_loop_does() -> None:
    """Which cells die is decided by their own luck against the count: recovered here cell by cell."""
    rng = np.random.default_rng(5)
    n = 200
    x, y = rng.uniform(10, 150, (2, n))
    colony = rng.integers(0, 4, n).astype(np.uint64)
    process = Colonisation(fragility=72.0, company_range=22.0)
    world, plan = settled(n, process, x=x, y=y, colony=colony, dormant=0.0)
    c = world.sites[0].cells
    chance = Chance.of(world.seed, "colonisation", 0)
    expected = np.zeros(n)
    for i in range(n):
        if not c["colony"][i]:
            continue
        near_ = np.hypot(c["x"] - c["x"][i], c["y"] - c["y"][i]) < 22.0
        count = (near_ & (c["colony"] == c["colony"][i])).sum() - 1
        expected[i] = happens(1 - math.exp(-0.5 * 2 / (2 + count)), chance.key, chance.tick, c["lineage"][i], 1)
    world._perform(plan.due[0], "apply", plan.due[0].dt)
    np.testing.assert_array_equal(c["apoptosis"], expected)
    assert 10 < expected.sum() < n - 10


def reaching_ten(n: int, mates: int, days: int = 21) -> float:
    """Share of colonies that reach ten cells, with the cell cycle and death of a tumour cell."""
    world, _ = settled(n, mates=mates, radius=9.0, division_rate=0.2, apoptosis_rate=0.12)
    plan = Plan([Colonisation(), CellCycle(), Death()], world.columns(), world.clock)
    c = world.sites[0].cells
    grown: set[int] = set()
    world.settle(plan)
    for step in range(days * PER_DAY):
        world.step(plan)
        if step % 24:
            continue
        names, sizes = np.unique(c["colony"], return_counts=True)
        grown |= set(names[sizes >= 10].tolist())
    return len(grown) / (n // mates)


@pytest.mark.slow
def test_clusters_found_more_often_than_single_cells() -> None:
    """2-3 % of solitary cells make a colony of ten within three weeks; clusters of four 15-80 times as often."""
    single, four = reaching_ten(2_000, 1), reaching_ten(160, 4)
    assert 0.015 < single < 0.045, single
    assert 15 < four / single < 80, (single, four)


def test_order_of_rows() -> None:
    digests = []
    for order in (None, 1):
        world, plan = settled(240, Colonisation(wake=3.0, dormant_death=3.0, fragility=3.0), 3)
        for tick in range(20):
            if order is not None:
                shuffle(world, order + tick)
            world.step(plan)
        assert 0 < (world.sites[0].cells["dormant"] == 0).sum() < len(world.sites[0].cells) < 240
        digests.append(world.digest())
    assert digests[0] == digests[1]
