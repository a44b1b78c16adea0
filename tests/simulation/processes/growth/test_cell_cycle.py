"""Cell cycle: doubling times, unequal cycles, oxygen, contact inhibition, age."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from simulation.engine.chance import LAST_DRAW, log_normal, process_key
from simulation.processes.adhesion.forces import Forces
from simulation.processes.growth.cell_cycle import CellCycle, advance, mean_length, spread
from simulation.processes.growth.death import Death
from simulation.vocabulary import traits
from tests.worlds import make_world, shuffle

HOURLY = {"cell_cycle": "1 h", "death": "1 h"}


def grown(process, n, days, settled=True, seed=1, **cells):
    """Let `n` cells that divide once in two days live for some days; return the number of cells each hour."""
    values = {"cycle": np.zeros(n), "division_rate": 0.5, "o2_here": 38.0, **cells}
    processes = [process] if process.cv >= 0 and "apoptosis_rate" not in cells else [process, Death()]
    world, plan = make_world({"tumour_cell": values}, processes, tick="1 h", periods=HOURLY, seed=seed)
    if settled:
        world.settle(plan)
    counts = [n]
    for _ in range(round(24 * days)):
        world.step(plan)
        counts.append(len(world.site("liver").cells))
    return np.array(counts), world


def test_equal_cycles_double_each_time_a_cycle_is_over() -> None:
    counts, _ = grown(CellCycle(cv=0.0), 8, 6.1, settled=False)
    assert [counts[24 * d] for d in (0, 1)] == [8, 8]
    assert [counts[48 * d + 3] for d in (1, 2)] == [16, 32]  # a cycle may end an hour late: whole steps, rounding
    assert counts[-1] in (32, 64)


@pytest.mark.parametrize("cv", [0.0, 0.2, 0.5])
def test_population_doubles_in_one_over_the_rate_whatever_the_spread(cv: float) -> None:
    """2^(rate t) from the start with moderate spread, after some cycles with wide spread; standard error 1-2 %."""
    counts, _ = grown(CellCycle(cv=cv), 1000, 8.0)
    assert counts[-1] / counts[96] == pytest.approx(4.0, rel=0.04)
    assert counts[96] / 1000 == pytest.approx(4.0, rel=0.04 if cv < 0.3 else 0.1)


def test_net_growth_is_birth_less_death() -> None:
    """ln 2 * division_rate - apoptosis_rate, the rule by which a tumour's doubling time is set."""
    counts, _ = grown(CellCycle(), 3000, 4.0, apoptosis_rate=0.3)
    expected = math.exp((math.log(2) * 0.5 - 0.3) * 4)
    assert counts[-1] / 3000 == pytest.approx(expected, rel=0.06)


def test_mean_length_solves_the_euler_lotka_equation() -> None:
    for cv in (0.1, 0.2, 0.7, 2.0):
        s = math.sqrt(math.log(1 + cv * cv))
        m = mean_length(cv)

        def left(z: float, m: float = m, s: float = s) -> float:
            return math.exp(-z * z / 2) / math.sqrt(2 * math.pi) * 2 ** (-m * math.exp(s * z - s * s / 2))

        assert 2 * quad(left, -9, 9)[0] == pytest.approx(1.0, abs=1e-7)
    assert mean_length(0.0) == 1.0


@given(cv=st.floats(0, 2))
def test_mean_length_is_at_least_one_and_bounded(cv: float) -> None:
    assert 1.0 - 1e-12 <= mean_length(cv) < 4.0


def test_kernel_against_plain_python() -> None:
    rng = np.random.default_rng(3)
    n, key, days = 200, process_key(7, "cell_cycle"), 0.25
    rate, factor = rng.choice([0.0, 0.3, 2.0], n), rng.uniform(0, 2, n)
    o2, pressure = rng.uniform(0, 40, n), rng.uniform(0, 60, n)
    cycle, age, divides = rng.uniform(0, 1.2, n), np.zeros(n), np.zeros(n)
    lineage, births = rng.integers(1, 2**63, n).astype(np.uint64), rng.integers(0, 5, n).astype(np.uint32)

    def step(x: float, low: float, high: float) -> float:
        s = min(max((x - low) / (high - low), 0.0), 1.0)
        return 3 * s**2 - 2 * s**3

    expected = cycle.copy()
    for i in range(n):
        if rate[i] > 0:
            pace = rate[i] * factor[i] * step(o2[i], 5, 20) * (1 - step(pressure[i], 10, 40))
            expected[i] += days * pace / log_normal(1.02, 0.2, key, 0, lineage[i], int(births[i]))
    advance(cycle, age, divides, rate, factor, o2, pressure, lineage, births, key, 5, 20, 10, 40, 1.02, 0.2, days)
    np.testing.assert_allclose(cycle, np.minimum(expected, 2.0), rtol=1e-12)
    assert (divides == ((expected >= 1) & (rate > 0))).all()
    assert 10 < divides.sum() < n - 10
    assert (age == days).all()


def test_a_mother_has_another_pace_in_her_next_cycle() -> None:
    def once(births: int) -> float:
        cycle, age, divides = np.zeros(1), np.zeros(1), np.zeros(1)
        one = np.ones(1)
        where = (one * 38, one * 0, np.array([5], np.uint64), np.array([births], np.uint32))
        advance(cycle, age, divides, one, one, *where, process_key(1, "c"), 5, 20, 10, 40, 1, 0.2, 0.1)
        return float(cycle[0])

    assert once(0) == once(0) != once(1)


def test_settled_cycles_are_those_of_a_growing_population() -> None:
    """Density 2 ln 2 * 2^-a: the quartiles are known; a cycle that was set is left alone."""
    n = 20000
    cycle, rate = np.zeros(n), np.ones(n)
    cycle[0], rate[1] = 0.7, 0.0
    spread(cycle, rate, np.arange(1, n + 1).astype(np.uint64), process_key(1, "cell_cycle"))
    assert (cycle[0], cycle[1]) == (0.7, 0.0)
    for share in (0.25, 0.5, 0.75):
        assert np.quantile(cycle, share) == pytest.approx(-math.log2(1 - share / 2), abs=0.015)
    assert cycle.max() < 1.0
    assert LAST_DRAW == 2**24 - 1


@pytest.mark.parametrize(("o2", "share"), [(0, 0), (5, 0), (8.5, 0.5), (12, 1), (38, 1)])
def test_oxygen(o2: float, share: float) -> None:
    _, world = grown(CellCycle(cv=0.0), 4, 1.0, settled=False, o2_here=float(o2))
    assert world.site("liver").cells["cycle"] == pytest.approx(0.5 * share, abs=1e-12)


@pytest.mark.parametrize(("pressure", "share"), [(0, 1), (10, 1), (25, 0.5), (40, 0), (1000, 0)])
def test_pressure(pressure: float, share: float) -> None:
    _, world = grown(CellCycle(cv=0.0), 4, 1.0, settled=False, pressure=float(pressure))
    assert world.site("liver").cells["cycle"] == pytest.approx(0.5 * share, abs=1e-12)


def test_monolayer_stops_when_the_dish_is_full() -> None:
    """A dish of 120 um: growth by room, not by a number; without contact inhibition it goes on."""

    def dish(inhibited: bool) -> np.ndarray:
        stop = {} if inhibited else {"pressure_free": 1e8, "pressure_stop": 1e9}
        world, plan = make_world(
            {"tumour_cell": {"cycle": np.zeros(6), "division_rate": 4.0, "o2_here": 38.0, "mobility": 2e-5}},
            [CellCycle(**stop), Forces()], shape=(6, 6, 1), tick="10 min", periods={"forces": "10 min"},
        )  # fmt: skip
        counts = []
        for _ in range(144 * 4):
            world.step(plan)
            counts.append(len(world.site("liver").cells))
            if counts[-1] > 400:
                break
        return np.array(counts)

    full = dish(inhibited=True)
    # hexagonal discs 18 um wide whose centres may lie on the wall: 68; squeezed to pressure_stop, 14.6 um apart: 103
    loose, tight = (138.0**2 / (apart**2 * math.sqrt(3) / 2) for apart in (18.0, 14.6))
    assert loose < full[-1] < 1.25 * tight
    assert full[-1] <= 1.03 * full[-144]  # in a day, which is time for four divisions each
    assert dish(inhibited=False)[-1] > 400


def test_every_cell_grows_older_and_births_start_anew() -> None:
    """Lymphocytes have no LIFE and age all the same; mother and daughter begin at age 0 and cycle 0."""
    tumour = {"cycle": np.array([0.999, 0.0]), "division_rate": 0.5, "o2_here": 38.0}
    world, plan = make_world(
        {"tumour_cell": tumour, "t_cell": {"age": 3.0}},
        [CellCycle(cv=0.0)],
        columns={"t_cell": (*traits.BODY, *traits.SURROUNDINGS, *traits.LYMPHOCYTE)},
        tick="1 h", periods=HOURLY,
    )  # fmt: skip
    world.step(plan)
    cells = world.site("liver").cells
    assert len(cells) == 4
    assert sorted(cells["age"]) == pytest.approx([0.0, 0.0, 1 / 24, 3 + 1 / 24])
    assert sorted(cells["cycle"]) == pytest.approx([0.0, 0.0, 0.0, 0.5 / 24])


def test_order_of_rows_changes_nothing() -> None:
    digests = []
    for mixed in (False, True):
        values = {"cycle": np.zeros(40), "division_rate": 2.0, "o2_here": np.linspace(4, 38, 40)}
        world, plan = make_world({"tumour_cell": values}, [CellCycle()], tick="1 h", periods=HOURLY)
        if mixed:
            shuffle(world)
        world.settle(plan)
        for _ in range(24):
            world.step(plan)
        digests.append(world.digest())
    assert digests[0] == digests[1]


@given(
    rate=st.floats(0, 10), factor=st.floats(0, 100), o2=st.floats(0, 200), pressure=st.floats(0, 1e6),
    start=st.floats(0, 2), days=st.floats(0, 1000), cv=st.floats(0, 2),
)  # fmt: skip
def test_cycle_stays_in_bounds(rate, factor, o2, pressure, start, days, cv) -> None:
    cycle, age, divides = np.array([start]), np.zeros(1), np.zeros(1)
    who = (np.array([9], np.uint64), np.array([2], np.uint32))
    row = [np.array([v]) for v in (rate, factor, o2, pressure)]
    advance(cycle, age, divides, *row, *who, process_key(1, "c"), 5, 20, 10, 40, 1, cv, days)
    assert start <= cycle[0] <= 2.0
    assert divides[0] in (0.0, 1.0)
