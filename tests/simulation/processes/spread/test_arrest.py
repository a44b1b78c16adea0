"""What holds a convoy: size, and LFA-1 on ICAM-1."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulation.engine.lineage import founders, name_key
from simulation.processes.spread.arrest import BY_ADHESION, BY_SIZE, FLOWING, Arrest
from simulation.vocabulary.organs import ORGANS, Organ
from tests.worlds import make_world, shuffle

STAY = {"release": 0.0, "adhesive_release": 0.0}
SLIPPERY = {n: Organ(n, "", "", shear_rate=100.0, mechanical_arrest=0.0) for n in ORGANS}
# T cell, activated; a strong but not certain grip on the endothelium below
GRIPPING = {"lfa1": 1e5, "lfa1_open": 0.1, "lfa1_intermediate": 0.3, "radius": 4.0, "invasive": 0.0}


def passing(n: int, process: Arrest, sites: tuple[str, ...] = ("liver", "lung"), icam1: float = 1e6, **columns: object):
    """Make a world with n cells passing the first site, whose endothelium carries ICAM-1."""
    wall = {"o2_exchange": 20.0, "icam1": icam1, "radius": 5.0, "x": np.linspace(10, 390, 8)}
    other = {"o2_exchange": 0.0, "icam1": 9e7, "x": np.linspace(10, 390, 8)}
    world, plan = make_world({"vessel": wall, "other": other}, [process], sites=sites)
    world.pools["sicam1"][:] = 0.0
    lineage = founders(name_key("blood", "tumour"), n)
    values = {"lineage": lineage, "convoy": lineage, "invasive": 1.0, "site": 0, "radius": 9.0, "parcel": 1}
    world.travellers.append(n, values | columns)  # type: ignore[arg-type]
    world.open_accounts()
    return world, plan


def near(count: float, n: int, p: float) -> bool:
    """True within 4.5 standard deviations of a binomial."""
    return abs(count - n * p) <= 4.5 * math.sqrt(n * p * (1 - p)) + 1e-9


def bonds(p: Arrest, icam1: float, free: float = 1.0) -> float:
    """Expected bonds of a gripping cell, as biology's formula has it."""
    b, rho = p.bond, 1e5 / (4 * math.pi * 16.0) * icam1 / p.endothelial_area * free
    by_state = (
        (0.6, b.acka_closed, b.off_closed),
        (0.3, b.acka_closed * b.intermediate_ratio, b.off_intermediate),
        (0.1, b.acka_closed * b.open_ratio, b.off_open),
    )
    return rho * sum(f * a * (1 - math.exp(-k * p.contact)) for f, a, k in by_state)


@pytest.mark.parametrize(("site", "p"), [("liver", 0.8), ("lung", 0.9), ("bone", 0.3)])
def test_size_holds_by_organ(site: str, p: float) -> None:
    """M60: A carcinoma cell without LFA-1 does not feel ICAM-1 at all."""
    n = 20_000
    held = []
    for icam1 in (0.0, 3e6):
        world, plan = passing(n, Arrest(**STAY), (site,), icam1)
        world.step(plan)
        assert set(world.travellers["arrested"]) == {FLOWING, BY_SIZE}
        held.append((world.travellers["arrested"] == BY_SIZE).sum())
    assert held[0] == held[1]
    assert near(held[0], n, p), held[0] / n


@pytest.mark.parametrize("icam1", [5e4, 1e6])
def test_adhesion_is_efficiency_times_bonding(icam1: float) -> None:
    """M06, M60: 0.21 of the contacts that bond end in arrest at 100 1/s."""
    n, process = 40_000, Arrest(organs=SLIPPERY, **STAY)
    world, plan = passing(n, process, icam1=icam1, **GRIPPING)
    world.step(plan)
    efficiency = 1 - math.exp(-12 * (5 * math.pi / 6 / 100 - 0.0065))
    assert efficiency == pytest.approx(0.21, abs=0.005)
    expected = efficiency * (1 - math.exp(-bonds(process, icam1)))
    held = world.travellers["arrested"]
    assert set(held) == {FLOWING, BY_ADHESION}
    assert near((held == BY_ADHESION).sum(), n, expected), ((held > 0).mean(), expected)
    assert expected > 0.01


def test_no_adhesion_in_fast_flow() -> None:
    """Contacts are too short from 403 1/s on, whatever binds."""
    for shear, some in ((402.0, True), (403.0, False)):
        organs = {"liver": Organ("liver", "", "", shear_rate=shear, mechanical_arrest=0.0)}
        world, plan = passing(1000, Arrest(organs=organs, strength=1e4, **STAY), **GRIPPING)
        world.step(plan)
        assert world.travellers["arrested"].any() == some


@pytest.mark.parametrize("decoy", ["antibody on ICAM-1", "soluble ICAM-1", "antibody on LFA-1"])
def test_what_occupies_receptors_weakens_adhesion(decoy: str) -> None:
    """Concentration of the dissociation constant leaves a half: 720 ng/mL is 8 nmol/L."""
    n, process = 60_000, Arrest(organs=SLIPPERY, **STAY)
    world, plan = passing(n, process, icam1=1e5, **GRIPPING)
    if decoy == "antibody on ICAM-1":
        world.sites[0].cells["icam1_blocked"][:] = 1.0
    elif decoy == "soluble ICAM-1":
        world.pools["sicam1"][:] = 720.0
    else:
        world.pools["anti_lfa1"][:] = 0.1
    world.step(plan)
    efficiency = 1 - math.exp(-12 * (5 * math.pi / 6 / 100 - 0.0065))
    held = (world.travellers["arrested"] > 0).sum()
    half, whole = (efficiency * (1 - math.exp(-bonds(process, 1e5, f))) for f in (0.5, 1.0))
    assert near(held, n, half)
    assert not near(held, n, whole), "could not tell half from whole"


def test_without_the_decoy_serum_changes_nothing() -> None:
    held = []
    for serum in (0.0, 720.0):
        world, plan = passing(20_000, Arrest(organs=SLIPPERY, decoy=0.0, **STAY), icam1=1e5, **GRIPPING)
        world.pools["sicam1"][:] = serum
        world.step(plan)
        held.append(world.travellers["arrested"].copy())
    assert held[0].any()
    np.testing.assert_array_equal(*held)


def test_a_lymphocyte_brings_its_tumour_cell_to_adhere() -> None:
    """And knocked-down endothelium does not hold the pair: the whole convoy is held, or none of it."""
    n, process = 20_000, Arrest(organs=SLIPPERY, **STAY)
    mixed = {k: np.where(np.arange(n) % 2, v, 0.0) for k, v in GRIPPING.items() if k.startswith("lfa1")}
    mixed |= {"invasive": np.arange(n) % 2 == 0, "radius": np.where(np.arange(n) % 2, 4.0, 9.0)}
    shares = []
    for icam1 in (1e6, 1e4):
        world, plan = passing(n, process, icam1=icam1, **mixed)
        t = world.travellers
        t["convoy"][1::2] = t["convoy"][0::2]
        world.step(plan)
        assert (t["arrested"][1::2] == t["arrested"][0::2]).all()
        shares.append((t["arrested"][0::2] == BY_ADHESION).mean())
        expected = 0.2116 * (1 - math.exp(-bonds(process, icam1)))
        assert near(shares[-1] * n / 2, n // 2, expected)
    assert shares[0] > 5 * shares[1]


def test_clusters_are_held_more_readily() -> None:
    """1 - (1 - 0.3)^3 in bone."""
    n = 30_000
    world, plan = passing(n, Arrest(**STAY), ("bone",))
    t = world.travellers
    t["convoy"][0::3], t["convoy"][2::3] = t["convoy"][1::3], t["convoy"][1::3]
    world.step(plan)
    assert near((t["arrested"][0::3] == BY_SIZE).sum(), n // 3, 1 - 0.7**3)
    assert (t["arrested"].reshape(-1, 3) == t["arrested"][0::3, None]).all()


def test_nothing_is_held_where_no_vessel_of_the_world_is() -> None:
    world, plan = passing(100, Arrest(**STAY), site=np.full(100, -1))
    world.step(plan)
    assert not world.travellers["arrested"].any()


def test_time_held_counts_and_release_begins_anew() -> None:
    n = 20_000
    half = np.where(np.arange(n) % 2, BY_SIZE, BY_ADHESION)
    world, plan = passing(n, Arrest(release=0.5, adhesive_release=0.1), site=np.full(n, -1), arrested=half)
    for _ in range(60):
        world.step(plan)
    t = world.travellers
    held = t["arrested"] > 0
    assert (t["arrest_time"][held] == 120.0).all()
    assert (t["arrest_time"][~held] == 0.0).all()
    assert near(held[half == BY_SIZE].sum(), n // 2, math.exp(-1.0))
    assert near(held[half == BY_ADHESION].sum(), n // 2, math.exp(-0.2))


def test_order_of_rows() -> None:
    digests = []
    for order in (None, 1):
        world, plan = passing(500, Arrest(organs=SLIPPERY, release=1.0, adhesive_release=1.0), **GRIPPING)
        world.sites[0].cells["icam1"][:] = np.linspace(1e4, 3e6, 16)[
            world.sites[0].cells["lineage"].argsort().argsort()
        ]
        for tick in range(10):
            if order is not None:
                shuffle(world, order + tick)
            world.step(plan)
        digests.append(world.digest())
    assert digests[0] == digests[1]
