"""What holds a convoy: size, and LFA-1 on ICAM-1."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulation.engine.lineage import founders, name_key
from simulation.processes.spread.arrest import Arrest
from simulation.vocabulary.blood import BY_ADHESION, BY_SIZE, FLOWING
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


def lined(n: int, process: Arrest, vessel: dict[str, object], *, neutrophils: int = 0, **columns: object):
    """Make a world with n cells passing a liver whose wall has these columns, neutrophils in it or none."""
    wall = {"o2_exchange": 20.0, "icam1": 0.0, "radius": 5.0, "x": np.linspace(10, 390, 8)}
    cells = {"vessel": wall | vessel}
    if neutrophils:
        cells["neutrophil"] = {
            "neutrophil": np.ones(neutrophils), "mac1": 1.5e5, "lfa1_open": 0.1, "lfa1_intermediate": 0.3, "radius": 5.0
        }  # fmt: skip
    world, plan = make_world(cells, [process])
    world.pools["sicam1"][:] = 0.0
    lineage = founders(name_key("blood", "tumour"), n)
    values = {"lineage": lineage, "convoy": lineage, "invasive": 1.0, "site": 0, "radius": 9.0, "parcel": 1}
    world.travellers.append(n, values | columns)  # type: ignore[arg-type]
    world.open_accounts()
    return world, plan


def share(world, plan) -> float:
    world.step(plan)
    return float((world.travellers["arrested"] == BY_ADHESION).mean())


def test_venules_come_after_capillaries() -> None:
    """Half the wall each: 1 - (1 - A_c)(1 - p)(1 - A_v), each at its own shear rate; venules are wide."""
    n, organs = (
        60_000,
        {"liver": Organ("liver", "", "", shear_rate=100.0, venule_shear_rate=200.0, mechanical_arrest=0.5)},
    )
    process = Arrest(organs=organs, selectins=0.0, **STAY)
    both = {"icam1": np.array([2e5] * 4 + [6e5] * 4), "venule": np.array([0.0] * 4 + [1.0] * 4)}
    world, plan = lined(n, process, both, **(GRIPPING | {"invasive": 1.0}))
    world.step(plan)
    narrow, wide = (
        (1 - math.exp(-12 * (5 * math.pi / 6 / g - 0.0065))) * (1 - math.exp(-bonds(process, i)))
        for g, i in ((100, 2e5), (200, 6e5))
    )
    held = world.travellers["arrested"]
    assert near((held == BY_SIZE).sum(), n, (1 - narrow) * 0.5)
    assert near((held == BY_ADHESION).sum(), n, narrow + (1 - narrow) * 0.5 * wide)
    assert wide > 0.04


def test_selectins_of_venules_let_cells_roll_to_a_firm_hold() -> None:
    """Not in capillaries, not with antibody, not without a firm pair."""
    n, organs = 20_000, {"liver": Organ("liver", "", "", mechanical_arrest=0.0)}
    rolling = GRIPPING | {"selectin_ligand": 5e4, "invasive": 0.0}
    shares = {}
    for name, venule, parameters, cell in (
        ("venule", 1.0, {}, rolling), ("capillary", 0.0, {}, rolling), ("off", 1.0, {"selectins": 0.0}, rolling),
        ("no integrin", 1.0, {}, rolling | {"lfa1": 0.0}), ("antibody", 1.0, {}, rolling),
    ):  # fmt: skip
        wall = {"icam1": 1e6, "venule": venule, "e_selectin": 3e5, "p_selectin": 3e4}
        world, plan = lined(n, Arrest(organs=organs, **STAY, **parameters), wall, **cell)
        if name == "antibody":
            world.pools["anti_e_selectin"][:] = world.pools["anti_p_selectin"][:] = 1e6
        shares[name] = share(world, plan)
    assert shares["venule"] > 2 * shares["off"] > 0
    assert shares["antibody"] == pytest.approx(shares["off"], abs=0.02)
    assert shares["no integrin"] == 0.0
    assert near(shares["capillary"] * n, n, 0.2116 * (1 - math.exp(-bonds(Arrest(), 1e6))))


def test_vla4_holds_on_vcam1() -> None:
    n, organs = 40_000, {"liver": Organ("liver", "", "", mechanical_arrest=0.0)}
    world, plan = lined(
        n, Arrest(organs=organs, **STAY), {"vcam1": 5e5}, vla4=3e4, lfa1_open=0.1, invasive=0.0, lfa1=0.0
    )
    rest = 3e4 / (4 * math.pi * 81) * 5e5 / 1500 * 1e-6 * (0.9 + 10.0)
    expected = 0.2116 * (1 - math.exp(-rest * (1 - math.exp(-0.1 * 2))))
    assert near(share(world, plan) * n, n, expected)
    assert expected > 0.002


@pytest.mark.parametrize("without", ["", "weight", "anti_icam1", "anti_mac1", "ICAM-1"])
def test_neutrophils_dock_tumour_cells(without: str) -> None:
    """M55: 1 - exp(-weight met P): eight neutrophils at eight wall cells are 15 * 0.3 met."""
    n, organs = 20_000, {"liver": Organ("liver", "", "", mechanical_arrest=0.0)}
    process = Arrest(organs=organs, bridge_weight=0.0 if without == "weight" else 0.1, **STAY)
    world, plan = lined(n, process, {}, neutrophils=8, icam1=0.0 if without == "ICAM-1" else 1e5)
    if without.startswith("anti"):
        world.pools[without][:] = 1e7
    bound = 1.5e5 / (4 * math.pi * 25) * 1e5 / (4 * math.pi * 81) * 3e-8 * (0.6 + 0.3 * 30 + 0.1 * 8000)
    dock = 1 - math.exp(-bound * (1 - math.exp(-0.1 * 2)))
    found = share(world, plan)
    assert near(found * n, n, 0.0 if without else 1 - math.exp(-0.1 * 4.5 * dock))
    assert (found == 0.0) == bool(without)


def test_other_molecules_hold_less_in_fast_flow() -> None:
    for stress in (0.0, 4.0):
        n, organs = 20_000, {"liver": Organ("liver", "", "", mechanical_arrest=0.0, shear_stress=stress)}
        world, plan = lined(n, Arrest(organs=organs, other_hold=0.5, **STAY), {})
        assert near(share(world, plan) * n, n, 0.5 * math.exp(-stress / 3.32))
