"""Where the blood takes cells, and how many live through it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulation.engine.errors import InputError
from simulation.engine.lineage import founders, name_key
from simulation.engine.world import World
from simulation.processes.spread.circulation import ELSEWHERE, Circulation, passage, pick
from simulation.vocabulary.organs import ORGANS, Organ
from tests.worlds import make_world, shuffle

SITES = ("liver", "lung", "bone", "brain")
IMMORTAL = {"half_life": 1e9, "held_death": 0.0, "clearance": 0.0}


def in_blood(n: int, process: Circulation, sites: tuple[str, ...] = SITES, seed: int = 1, **columns: object):
    """Make a world with n cells in the blood, shed in the first site and alone in their convoys."""
    world, plan = make_world({"tumour": {}}, [process], sites=sites, seed=seed)
    lineage = founders(name_key("blood", "tumour"), n)
    values = {"lineage": lineage, "convoy": lineage, "invasive": 1.0, "site": 0, "origin": 0, "parcel": 1}
    world.travellers.append(n, values | columns)  # type: ignore[arg-type]
    world.open_accounts()
    return world, plan


def near(count: float, n: int, p: float) -> bool:
    """True within 4.5 standard deviations of a binomial."""
    return abs(count - n * p) <= 4.5 * math.sqrt(n * p * (1 - p))


def where(world: World) -> np.ndarray:
    return np.bincount(world.travellers["site"] + 1, minlength=len(world.sites) + 1)


def test_the_first_passage_from_the_liver() -> None:
    """M62: portal branches 20 %, lymph 15 %, lung the rest."""
    n = 40_000
    world, plan = in_blood(n, Circulation(**IMMORTAL), ("liver", "lung", "lymph_node", "bone"))
    world.step(plan)
    found = where(world)
    assert [near(found[k + 1], n, p) for k, p in enumerate((0.20, 0.65, 0.15, 0.0))] == [True] * 4, found


@pytest.mark.parametrize("renormalise", [True, False])
def test_behind_the_lung_blood_goes_by_flow(renormalise: bool) -> None:
    """M62: by the organs' shares."""
    n = 40_000
    process = Circulation(renormalise=renormalise, **IMMORTAL)
    world, plan = in_blood(n, process, site=np.full(n, 1), in_blood=np.full(n, 6.0))
    world.step(plan)
    whole = 0.06 + 0.05 + 0.14 if renormalise else 1.0
    shares = [0.0 if renormalise else 0.75, 0.06 / whole, 0.0, 0.05 / whole, 0.14 / whole]
    assert all(near(k, n, p) for k, p in zip(where(world), shares, strict=True)), (where(world), shares)
    world.step(plan)
    assert where(world)[2] == n, "every organ, and elsewhere, drains into the lung"


def test_routes_of_single_cells() -> None:
    """Fresh from liver, lung, bone; without a lung; elsewhere."""
    first, systemic = np.array([0.2, 0.0, 0.1]), np.array([0.5, 0.0, 0.3])

    def go(u: float, fresh: bool, here: int, origin: int, lung: int = 1) -> int:
        return passage(u, fresh, here, origin, first, systemic, 0, lung)

    assert [go(u, True, 0, 0) for u in (0.19, 0.21, 0.29, 0.31)] == [0, 2, 2, 1]
    assert [go(u, True, 1, 1) for u in (0.49, 0.51, 0.81)] == [0, 2, ELSEWHERE]
    assert go(0.01, True, 2, 2) == 1
    assert go(0.01, False, 0, 0) == 1
    assert go(0.01, False, ELSEWHERE, 0) == 1
    # without a lung the rest of u, here (0.65 - 0.3) / 0.7 = 0.5 and (0.3 + 0.7 * 0.49 ...), is used again
    assert [go(u, True, 0, 0, -1) for u in (0.3 + 0.7 * 0.49, 0.3 + 0.7 * 0.51, 0.99)] == [0, 2, ELSEWHERE]
    assert [go(u, False, 0, 0, -1) for u in (0.49, 0.51, 0.99)] == [0, 2, ELSEWHERE]


def test_pick_returns_a_rest_that_is_uniform_again() -> None:
    assert pick(0.25, np.array([0.2, 0.1])) == (1, 0.0)
    index, rest = pick(0.65, np.array([0.2, 0.1]))
    assert index == -1
    assert rest == pytest.approx(0.5)
    assert pick(0.999, np.array([1.0])) == (0, 0.0)


def test_half_the_single_cells_are_dead_after_half_an_hour_of_flow() -> None:
    n = 20_000
    world, plan = in_blood(n, Circulation(clearance=0.0, shear_death=0.0))
    for _ in range(15):
        world.step(plan)
    assert near(len(world.travellers), n, 0.5)
    assert world.accounts["deaths"][-1] == n - len(world.travellers)
    assert (world.travellers["in_blood"] == 30.0).all()


def test_held_cells_stay_and_die_slowly() -> None:
    n = 20_000
    world, plan = in_blood(n, Circulation(clearance=0.0, held_death=0.05), site=np.full(n, 2), arrested=np.ones(n))
    for _ in range(300):
        world.step(plan)
    assert near(len(world.travellers), n, math.exp(-0.5))
    assert (world.travellers["site"] == 2).all()


def test_icam1_exposes_invasive_cells_to_clearance() -> None:
    """0.5 /h * weight 0.8 * 1/2 over 5 h; lymphocytes of the same ICAM-1 are left alone."""
    n = 20_000
    process = Circulation(half_life=1e9, held_death=0.0, clearance=0.5, clearance_weight=0.8)
    invasive = np.arange(n) % 2.0
    world, plan = in_blood(
        n, process, arrested=np.ones(n), icam1=np.full(n, 5e4), invasive=invasive, lfa1=1.0 - invasive
    )
    for _ in range(150):
        world.step(plan)
    left = np.bincount(world.travellers["invasive"].astype(int))
    assert left[0] == n // 2
    assert near(left[1], n // 2, math.exp(-1.0))


@pytest.mark.parametrize(
    ("companion", "factor"),
    [("tumour", 0.3), ("lymphocyte", 0.5), ("both", 0.15), ("neutrophil", 0.4), ("stranger", 1.0)],
)
def test_company_protects(companion: str, factor: float) -> None:
    n = 9_000
    invasive, lfa1, neutrophil = np.ones(n), np.zeros(n), np.zeros(n)
    if companion in ("lymphocyte", "both", "neutrophil"):
        invasive[::3], lfa1[::3] = 0.0, 1e5
    if companion == "neutrophil":
        neutrophil[::3] = 1.0
    process = Circulation(clearance=0.0, shear_death=0.0, neutrophil_protection=0.4)
    world, plan = in_blood(n, process, invasive=invasive, lfa1=lfa1, neutrophil=neutrophil)
    t = world.travellers
    if companion != "stranger":
        t["convoy"][0::3] = t["convoy"][1::3]
    if companion == "both":
        t["convoy"][2::3] = t["convoy"][1::3]
    watched = set(t["lineage"][1::3])
    world.step(plan)
    left = len(watched & set(t["lineage"]))
    p = math.exp(-math.log(2) * 2 / 30 * factor)
    assert near(left, n // 3, p), (left / (n // 3), p)
    if companion == "tumour":
        assert not near(left, n // 3, math.exp(-math.log(2) * 2 / 30)), "could not tell protection from none"


@pytest.mark.parametrize(("stress", "factor"), [(3.0, 1.0), (9.0, 2.0), (0.0, 0.5), (None, 1.0)])
def test_shear_kills_in_flow(stress: float | None, factor: float) -> None:
    """1 + 0.5 (stress / 3 - 1); elsewhere as at 3 dyn/cm2."""
    n = 20_000
    organs = {"liver": Organ("liver", "", "", shear_stress=stress or 0.0, flow_share=0.0 if stress is None else 1.0)}
    process = Circulation(organs=organs, clearance=0.0, shear_death=0.5, renormalise=stress is not None)
    world, plan = in_blood(n, process, ("liver",), in_blood=np.full(n, 2.0))
    for _ in range(10):
        world.step(plan)
    assert near(len(world.travellers), n, 0.5 ** (factor * 20 / 30))


def test_a_convoy_shares_its_way() -> None:
    n = 3_000
    world, plan = in_blood(n, Circulation(**IMMORTAL))
    t = world.travellers
    t["convoy"][0::3], t["convoy"][2::3] = t["convoy"][1::3], t["convoy"][1::3]
    ways = []
    for _ in range(6):
        world.step(plan)
        order = np.argsort(t["convoy"], kind="stable")
        sites = t["site"][order].reshape(-1, 3)
        assert (sites == sites[:, :1]).all()
        ways.append(len(set(sites[:, 0])))
    assert max(ways) > 1, "all convoys go one way: nothing was tested"


def test_order_of_rows() -> None:
    digests = []
    for order in (None, 1):
        world, plan = in_blood(500, Circulation())
        for tick in range(10):
            if order is not None:
                shuffle(world, order + tick)
            world.step(plan)
        digests.append(world.digest())
    assert digests[0] == digests[1]


def test_too_much_blood_is_refused() -> None:
    flooded = dict(ORGANS) | {"bone": Organ("bone", "", "", flow_share=0.99)}
    assert Circulation(organs=flooded).flows(["lung", "bone", "brain"])[1].sum() == pytest.approx(1.0)
    with pytest.raises(InputError, match="flow_share"):
        Circulation(organs=flooded, renormalise=False).flows(["lung", "bone", "brain"])
    with pytest.raises(InputError, match="portal_share"):
        Circulation(organs={"liver": Organ("liver", "", "", portal_share=0.7, lymph_share=0.6)}).flows(["liver"])
