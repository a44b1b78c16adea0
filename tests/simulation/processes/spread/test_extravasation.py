"""When held cells cross the vessel wall, and where they land."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulation.engine.chance import Chance, uniforms
from simulation.engine.lineage import founders, name_key
from simulation.processes.spread.arrest import Arrest
from simulation.processes.spread.extravasation import GAMMA_4_3, Extravasation
from simulation.vocabulary.blood import BY_ADHESION
from simulation.vocabulary.junctions import GAIN, QUIET
from simulation.vocabulary.organs import Organ
from tests.worlds import make_world, shuffle

PLAIN = {"liver": Organ("liver", "", "", barrier=1.0), "brain": Organ("brain", "", "", barrier=0.1)}


def held(n: int, process: Extravasation, *, shape=(20, 20, 1), walls: int = 8, seed: int = 1, **columns: object):
    """Make a world with n cells held in the vessels of the liver from now on, and a process that counts how long."""
    x, y = np.linspace(15, 385, max(walls, 1)), np.linspace(380, 20, max(walls, 1))
    wall = {"radius": 5.0, "o2_exchange": 20.0 if walls else 0.0, "x": x, "y": y, "z": 10.0 * shape[2]}
    counter = Arrest(release=0.0, adhesive_release=0.0)
    world, plan = make_world({"vessel": wall}, [counter, process], sites=("liver", "brain"), shape=shape, seed=seed)
    lineage = founders(name_key("blood", "tumour"), n)
    values = {
        "lineage": lineage,
        "convoy": lineage,
        "invasive": 1.0,
        "site": 0,
        "radius": 9.0,
        "parcel": 1,
        "arrested": 1.0,
    }
    world.travellers.append(n, values | columns)  # type: ignore[arg-type]
    world.open_accounts()
    return world, plan


def left_after(hours: float, n: int, process: Extravasation, **columns: object) -> float:
    world, plan = held(n, process, **columns)
    for _ in range(round(hours * 30)):
        world.step(plan)
    assert world.accounts["deaths"].sum() == 0
    return 1.0 - len(world.travellers) / n


def near(share: float, n: int, p: float) -> bool:
    """True within 4.5 standard deviations of a binomial."""
    return abs(share - p) <= 4.5 * math.sqrt(p * (1 - p) / n) + 1e-12


def weibull(hours: float, mean: float = 18.0, factor: float = 1.0) -> float:
    return 1 - math.exp(-factor * (hours * GAMMA_4_3 / mean) ** 3)


def test_more_than_four_fifths_of_survivors_are_out_by_a_day() -> None:
    """With a mean of 18 h, which a constant hazard would not allow: 1 - exp(-24/18) = 0.74."""
    n = 20_000
    out = left_after(24.0, n, Extravasation(organs=PLAIN))
    assert out > 0.8
    assert near(out, n, weibull(24.0))
    assert math.gamma(4 / 3) == pytest.approx(GAMMA_4_3, abs=1e-15)


@pytest.mark.parametrize("minutes", [10.0, 600.0, 3000.0])
def test_each_convoy_crosses_as_written(minutes: float) -> None:
    """Cell by cell, in walls shut and open, whether few cross in a step or most."""
    n = 3000
    world, plan = held(n, Extravasation(organs=PLAIN, mean_time=1.0), arrest_time=minutes)
    t, c = world.travellers, world.sites[0].cells
    c["permeability"][:] = 0.7
    t["arrested"][::2], t["arrested"][::5], t["site"][::3] = BY_ADHESION, 0.0, 1
    due = next(due for due in plan.due if due.label == "extravasation")
    before = (minutes - 10.0) * GAMMA_4_3 / 60, minutes * GAMMA_4_3 / 60
    opened = np.where(t["arrested"] == BY_ADHESION, 1.0, np.where(t["site"] == 0, 0.7, QUIET))
    barrier = np.where(t["site"] == 0, 1.0, 0.1)
    hazard = (before[1] ** 3 - before[0] ** 3) * barrier * (1 + GAIN * opened) / (1 + GAIN * QUIET)
    luck = uniforms(Chance.of(world.seed, "extravasation", 0), t["convoy"], 0)
    crosses = (luck < -np.expm1(-hazard)) & (t["arrested"] > 0.0)
    assert crosses.sum() > 10 or minutes < 100.0
    world._perform(due, "apply", due.dt)
    np.testing.assert_array_equal(t["extravasates"], crosses.astype(float))


def test_mean_time() -> None:
    """Of cells held for good, all cross, 18 h after arrest on average."""
    n = 4_000
    world, plan = held(n, Extravasation(organs=PLAIN))
    waiting = 0.0
    for _ in range(60 * 30):
        waiting += len(world.travellers) * 2 / 60
        world.step(plan)
    assert len(world.travellers) == 0
    assert waiting / n == pytest.approx(18.0, abs=0.1 + 4.5 * 6.5 / math.sqrt(n))


@pytest.mark.parametrize(
    ("columns", "factor"),
    [({"arrested": 2.0}, 6.69 / 2.8558), ({"site": 1}, 0.1), ({"arrested": 0.0}, 0.0), ({"site": -1}, 0.0)],
    ids=["bonds open junctions", "blood-brain barrier", "flowing", "elsewhere"],
)
def test_what_speeds_and_slows_it(columns: dict[str, float], factor: float) -> None:
    n = 10_000
    process = Extravasation(organs=PLAIN)
    world, plan = held(n, process, **columns)
    # cells that flow are not to be caught meanwhile
    plan.due = [d for d in plan.due if d.process is process]
    for tick in range(360):
        world.travellers["arrest_time"][:] = 2.0 * (tick + 1) if tick % 5 == 0 else world.travellers["arrest_time"]
        world.step(plan)
    steps = sum(
        ((10 * k + 2) / 60 * GAMMA_4_3 / 18) ** 3 - (max(10 * k - 8, 0) / 60 * GAMMA_4_3 / 18) ** 3 for k in range(72)
    )
    assert near(1 - len(world.travellers) / n, n, 1 - math.exp(-factor * steps))


def test_open_junctions_of_the_organ_help() -> None:
    n = 10_000
    world, plan = held(n, Extravasation(organs=PLAIN))
    world.sites[0].cells["permeability"][:] = np.linspace(0, 1, 8)
    for _ in range(450):
        world.step(plan)
    assert near(1 - len(world.travellers) / n, n, weibull(15.0, factor=(1 + 5.69 * 0.5) / 2.8558))


@pytest.mark.parametrize("shape", [(20, 20, 1), (20, 20, 20)])
def test_a_convoy_lands_together_beside_a_vessel(shape: tuple[int, int, int]) -> None:
    n = 300
    world, plan = held(n, Extravasation(organs=PLAIN, mean_time=0.1), shape=shape)
    t = world.travellers
    t["convoy"][0::3], t["convoy"][2::3] = t["convoy"][1::3], t["convoy"][1::3]
    t["invasive"][2::3], t["radius"][2::3], t["dormant"][2::3] = 0.0, 4.0, 0.0
    convoys = t["convoy"][0::3].copy()
    for _ in range(60):
        world.step(plan)
    c = world.sites[0].cells
    assert len(t) == 0
    assert world.accounts["arrived"][0] == n
    vessels, new = np.flatnonzero(c["o2_exchange"] > 0), np.flatnonzero(c["o2_exchange"] == 0)
    place = np.column_stack([c[axis] for axis in "xyz"])
    away = np.linalg.norm(place[new][:, None] - place[vessels][None], axis=2)
    np.testing.assert_allclose(away.min(axis=1), c["radius"][new] + 5.0, rtol=1e-9)
    homes = away.argmin(axis=1)
    assert len(set(homes)) == 8, "every vessel is chosen now and then"
    for name in convoys:
        assert len(set(homes[c["convoy"][new] == name])) == 1
    tumour = c["invasive"][new] > 0
    np.testing.assert_array_equal(c["colony"][new], np.where(tumour, c["convoy"][new], 0))
    np.testing.assert_array_equal(c["dormant"][new], tumour)
    if shape[2] == 1:
        assert set(c["z"]) == {10.0}
    else:
        assert len(set(c["z"][new].round(3))) > 100


def test_without_vessels_cells_land_anywhere_inside() -> None:
    world, plan = held(2_000, Extravasation(organs=PLAIN, mean_time=0.1), walls=0)
    for _ in range(60):
        world.step(plan)
    c = world.sites[0].cells
    for axis in "xy":
        counts = np.histogram(c[axis][c["colony"] > 0], 4, (0, 400))[0]
        assert counts.sum() == 2_000
        assert (np.abs(counts - 500) < 4.5 * math.sqrt(500 * 0.75)).all()


def test_order_of_rows() -> None:
    digests = []
    for order in (None, 1):
        world, plan = held(300, Extravasation(organs=PLAIN, mean_time=0.5))
        for tick in range(15):
            if order is not None:
                shuffle(world, order + tick)
            world.step(plan)
        assert 0 < len(world.travellers) < 300
        digests.append(world.digest())
    assert digests[0] == digests[1]


def test_return_and_second_seeding_are_told() -> None:
    """1 for the organ left behind, 2 where a colony is; with the minutes spent in blood."""
    n = 60
    for origin, colony, value in ((0, 0, 1.0), (1, 7, 2.0), (1, 0, None)):
        world, plan = held(n, Extravasation(organs=PLAIN, mean_time=0.05), origin=origin, in_blood=33.0)
        world.sites[0].cells["colony"][0] = colony
        world.listening = True
        for _ in range(5):
            world.step(plan)
        told = {e["kind"]: e["value"] for e in world.happenings}
        assert (told["crossed"] == 33.0).all()
        assert len(told["crossed"]) > 10
        assert (value is None) == ("reseeded" not in told)
        if value is not None:
            assert len(told["reseeded"]) == len(told["crossed"])
            assert (told["reseeded"] == value).all()
