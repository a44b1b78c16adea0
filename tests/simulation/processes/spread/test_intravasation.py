"""Who enters the blood, how many, and in whose company."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulation.engine.chance import Chance, binomial, daughter, happens, meeting
from simulation.engine.world import World
from simulation.processes.spread.intravasation import CONVOYS, Intravasation
from tests.worlds import make_world, shuffle

TUMOUR = {"invasive": 1.0, "radius": 9.0, "emt": 0.4, "icam1": 5e4, "ecadherin": 1e5}


def beside_vessels(n: int, parcel: int = 1, seed: int = 1, process: Intravasation | None = None, **tumour: float):
    """Make n tumour cells far from each other, each beside a vessel cell."""
    across = math.ceil(math.sqrt(n))
    x, y = 40.0 * (np.arange(n) % across) + 20.0, 40.0 * (np.arange(n) // across) + 20.0
    cells = {
        "tumour": {**TUMOUR, **tumour, "x": x, "y": y, "parcel": parcel},
        "vessel": {"radius": 5.0, "o2_exchange": 20.0, "x": x + 12.0, "y": y},
    }
    voxels = 2 * across + 2
    return make_world(cells, [process or Intravasation()], shape=(voxels, voxels, 1), seed=seed)


def tissue(seed: int = 3, n: int = 150, parcel: int = 40) -> dict[str, dict[str, np.ndarray | float]]:
    """Crowded tumour with vessels, lymphocytes and capsule, everything different from cell to cell."""
    luck = np.random.default_rng(seed)
    spots = luck.uniform(10, 150, (2, n))
    return {
        "tumour": {
            "invasive": luck.choice([1.0, 1.0, 0.5], n),
            "radius": luck.uniform(7, 10, n),
            "emt": luck.uniform(0, 0.7, n),
            "icam1": luck.uniform(0, 2e5, n),
            "ecadherin": luck.uniform(2e4, 2e5, n),
            "enclosure": luck.choice([0.0, 0.1, 0.0, 0.5], n),
            "detached": luck.choice([0.0, 0.0, 0.0, 1.0], n),
            "parcel": luck.integers(1, parcel, n),
            "x": spots[0],
            "y": spots[1],
        },
        "vessel": {"radius": 5.0, "o2_exchange": 20.0, "x": luck.uniform(10, 150, 20), "y": luck.uniform(10, 150, 20)},
        "lymphocyte": {"radius": 4.0, "lfa1": 1e5, "x": spots[0][:20] + 5.0, "y": spots[1][:20]},
    }


def married(seed: int = 3, process: Intravasation | None = None):
    world, plan = make_world(tissue(seed), [process or Intravasation()], shape=(8, 8, 1))
    cells = world.sites[0].cells
    tumour, lymphocytes = cells.span(0), cells.span(2)
    cells["partner"][lymphocytes] = cells["lineage"][tumour][:20]
    cells["partner"][lymphocytes][3:6] = cells["lineage"][tumour][0]
    return world, plan


def by_hand(world: World, p: Intravasation) -> tuple[np.ndarray, np.ndarray]:
    """Decide as the module's docstring says, with plain loops over all pairs."""
    c, n = world.sites[0].cells, len(world.sites[0].cells)
    chance = Chance.of(world.seed, "intravasation", world.clock.tick)
    key, tick = chance.key, chance.tick
    lineage = c["lineage"]

    def near(i: int, j: int) -> bool:
        gap = math.dist((c["x"][i], c["y"][i], c["z"][i]), (c["x"][j], c["y"][j], c["z"][j]))
        return i != j and gap < c["radius"][i] + c["radius"][j] + p.gap

    def free(i: int) -> bool:
        return c["invasive"][i] > 0 and c["enclosure"][i] < p.open_below

    def firm(i: int) -> float:
        return 0.0 if c["detached"][i] else min(1.0, c["ecadherin"][i] / p.ecadherin_reference) * (1 - c["emt"][i])

    leaving, heads, escort = np.zeros(n, int), np.zeros(n, bool), np.zeros(n, np.uint64)
    for i in range(n):
        if not free(i) or not any(near(i, j) and c["o2_exchange"][j] > 0 for j in range(n)):
            continue
        holders = [lineage[j] for j in range(n) if c["partner"][j] == lineage[i]] if c["detached"][i] else []
        h = c["icam1"][i] / (c["icam1"][i] + p.icam1_half)
        rate = p.hazard * (p.floor + c["emt"][i]) * (1 - c["enclosure"][i]) * c["invasive"][i] * (1 + p.icam1_gain * h)
        rate *= p.hitch if holders else 1.0
        leaving[i] = binomial(c["parcel"][i], 1 - math.exp(-rate * 10 / 1440), key, tick, lineage[i], 0)
        if leaving[i]:
            escort[i] = min(holders, default=0)
            heads[i] = happens(1 - (1 - p.cluster_share * firm(i)) ** leaving[i], key, tick, lineage[i], 1)
    leaves, convoy = leaving.copy(), np.zeros(n, np.uint64)
    for i in range(n):
        leaders = [lineage[i]] if leaving[i] else []
        for j in range(n):
            if leaving[i] or not leaving[j]:
                continue
            if (c["partner"][i] == lineage[j] and escort[j] == lineage[i]) or (
                free(i)
                and heads[j]
                and near(i, j)
                and happens(p.follow * min(firm(i), firm(j)), key, tick, np.uint64(meeting(lineage[i], lineage[j])), 2)
            ):
                leaders.append(lineage[j])
        if leaders:
            leaves[i] += not leaving[i]
            convoy[i] = daughter(min(leaders), CONVOYS + tick)
    return leaves, convoy


@pytest.mark.parametrize("seed", [3, 4, 5])
def test_kernels_decide_as_written(seed: int) -> None:
    p = Intravasation(hazard=8.0, cluster_share=1.0, follow=1.0)
    world, plan = married(seed, p)
    leaves, convoy = by_hand(world, p)
    assert 5 < (leaves > 0).sum() < len(leaves)
    followers = (leaves > 0) & np.array([np.sum(convoy == name) > 1 for name in convoy])
    assert followers.sum() > 2, "this world shows no cluster"
    c = world.sites[0].cells
    world._perform(plan.due[0], "apply", plan.due[0].dt)
    np.testing.assert_array_equal(c["leaves"], leaves)
    np.testing.assert_array_equal(c["convoy"], convoy)


def test_expected_number_per_day() -> None:
    """0.02 /day * (0.05 + 0.4) * (1 + 2 * 1/2) = 0.018 of the cells a day."""
    n, parcel = 64, 1000
    world, plan = beside_vessels(n, parcel)
    for _ in range(720):
        world.step(plan)
    expected = n * parcel * (1 - math.exp(-0.018))
    left = world.accounts["left"][0]
    assert abs(left - expected) < 4 * math.sqrt(expected), (left, expected)  # 4 sigma; 12 % off would be seen
    assert expected > 1000


def test_parcels_do_not_change_what_is_expected() -> None:
    """Ten times as many agents of a tenth: the same within sampling; both near the closed form."""
    fast = Intravasation(hazard=1.0)
    left = []
    for n, parcel in ((1000, 1), (100, 10)):
        world, plan = beside_vessels(n, parcel, process=fast)
        for _ in range(360):
            world.step(plan)
        left.append(world.accounts["left"][0])
    expected = 1000 * (1 - math.exp(-0.9 / 2))
    assert all(abs(k - expected) < 4 * math.sqrt(expected * 0.64) for k in left), (left, expected)


@pytest.mark.parametrize(
    "shut",
    [{"enclosure": 0.2}, {"enclosure": 1.0}, {"invasive": 0.0}, {"x": 400.0}, {"emt": 0.0, "floor": 0.0}],
    ids=["at the threshold", "intact capsule", "not invasive", "far from vessels", "epithelial"],
)
def test_none_leave(shut: dict[str, float]) -> None:
    """M47b: while the same cells without the obstacle do."""
    process = Intravasation(hazard=50.0, floor=shut.pop("floor", 0.05))
    control, plan = beside_vessels(9, 100, process=Intravasation(hazard=50.0))
    control.step(plan)
    assert control.accounts["left"][0] > 0
    world, plan = beside_vessels(9, 100, process=process, **{k: v for k, v in shut.items() if k != "x"})
    if "x" in shut:
        world.sites[0].cells["o2_exchange"][:] = 0.0
    world.step(plan)
    assert world.accounts["left"][0] == 0


def test_more_icam1_never_keeps_a_cell_back() -> None:
    """M47c: the same cells with the same luck: whoever leaves, leaves with more ICAM-1 too."""
    counts = []
    for icam1 in (0.0, 5e4, 1e6):
        world, plan = beside_vessels(400, 5, process=Intravasation(hazard=2.0), icam1=icam1)
        world._perform(plan.due[0], "apply", plan.due[0].dt)
        counts.append(world.sites[0].cells["leaves"].copy())
    assert (counts[0] <= counts[1]).all() and (counts[1] <= counts[2]).all()
    assert counts[0].sum() < counts[1].sum() < counts[2].sum()


@pytest.mark.parametrize("goes_along", [1.0, 0.0], ids=["with", "without"])
def test_a_lymphocyte_that_holds_a_detached_cell_travels_with_it(goes_along: float) -> None:
    """M48: faster than alone, and with its lymphocyte."""

    def pair(detached: float, seed: int = 1):
        cells = {
            "tumour": {**TUMOUR, "x": np.full(1, 50.0), "y": 50.0, "detached": detached, "parcel": 10_000},
            "vessel": {"radius": 5.0, "o2_exchange": 20.0, "x": 62.0, "y": 50.0},
            "lymphocyte": {"radius": 4.0, "lfa1": 1e5, "x": np.array([40.0, 60.0]), "y": 50.0},
        }
        world, plan = make_world(cells, [Intravasation(hazard=1.0, escort=goes_along)], seed=seed)
        c = world.sites[0].cells
        c["partner"][c.span(2)] = c["lineage"][c.span(0)][0]
        world.step(plan)
        return world

    attached, torn = pair(0.0), pair(1.0)
    assert set(attached.travellers["lfa1"]) == {0.0}
    t = torn.travellers
    lymphocytes = np.flatnonzero(t["lfa1"] > 0)
    assert len(lymphocytes) == goes_along, "one of two goes along"
    for row in lymphocytes:
        assert (t["convoy"] == t["convoy"][row]).sum() == 2, "with one tumour cell"
    faster = (len(t) - goes_along) / len(attached.travellers)
    assert faster == pytest.approx(5.0, rel=0.2)
    assert len(attached.travellers) > 40


def test_share_of_clusters() -> None:
    """In packed tumour 2-5 % of those who leave do so as a cluster; mesenchymal or blocked tumour sheds none."""

    def share(emt: float, blocked: float = 0.0) -> tuple[float, int]:
        side = np.arange(30) * 18.0 + 9.0
        x, y = (a.ravel() for a in np.meshgrid(side, side))
        cells = {
            "tumour": {**TUMOUR, "emt": emt, "x": x, "y": y, "parcel": 300, "icam1": 1e5, "ecadherin_blocked": blocked},
            "vessel": {"radius": 5.0, "o2_exchange": 20.0, "x": x[::3] + 9.0, "y": y[::3] + 9.0},
        }
        world, plan = make_world(cells, [Intravasation(hazard=0.3)], shape=(27, 27, 1))
        for _ in range(300):
            world.step(plan)
        _, sizes = np.unique(world.travellers["convoy"], return_counts=True)
        return (sizes > 1).mean(), len(sizes)

    clusters, events = share(0.3)
    assert events > 4000
    assert 0.02 < clusters < 0.05, clusters
    assert share(1.0)[0] == 0.0
    assert share(0.3, blocked=1e9)[0] == 0.0  # an antibody against E-cadherin


def test_convoys_of_a_parcel_differ_and_stayers_have_none() -> None:
    world, plan = beside_vessels(1, 10_000, process=Intravasation(hazard=0.5))
    for _ in range(30):
        world.step(plan)
    assert len(world.travellers) > 20
    assert len(set(world.travellers["convoy"])) == len(world.travellers)
    assert not set(world.travellers["convoy"]) & {0}
    quiet, plan = beside_vessels(4, 5, process=Intravasation(hazard=0.0))
    quiet.sites[0].cells["convoy"][:] = 7
    quiet.step(plan)
    assert (quiet.sites[0].cells["convoy"] == 0).all()


def test_row_order_and_repetition() -> None:
    digests = []
    for order in (None, 1, 2):
        world, plan = married(process=Intravasation(hazard=5.0, cluster_share=0.5))
        for tick in range(11):
            if order is not None:
                shuffle(world, order + tick)
            world.step(plan)
        assert len(world.travellers) > 10
        digests.append(world.digest())
    assert digests[0] == digests[1] == digests[2]
