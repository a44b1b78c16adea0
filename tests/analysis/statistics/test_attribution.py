"""Shapley's axioms, games with known values, and what is said where worlds are missing."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.statistics.attribution import attribute, design, passed, some_orders, worlds_of
from simulation import InputError

Game = Callable[[frozenset[str], int], float]


def played(arms: list[str], game: Game, replicates: int = 3) -> pd.DataFrame:
    worlds = design(arms)
    tables = []
    for k in range(replicates):
        values = [game(frozenset(a for a in arms if row[a]), k) for _, row in worlds.iterrows()]
        tables.append(worlds.assign(value=values, replicate=k))
    return pd.concat(tables, ignore_index=True)


def test_glove_game_by_hand() -> None:
    """One left glove, two right ones; a pair is worth 1: 2/3, 1/6, 1/6."""
    found = attribute(played(["l", "r", "s"], lambda on, k: float("l" in on and len(on) > 1)), ["l", "r", "s"], "value")
    assert found.parts["shapley"].tolist() == pytest.approx([2 / 3, 1 / 6, 1 / 6])
    assert found.parts["alone_off"].tolist() == [1.0, 0.0, 0.0]
    assert found.total.value == 1.0 and found.told == ""


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 4), st.integers(0, 2**32 - 1))
def test_axioms_for_any_game(n: int, seed: int) -> None:
    """Sums to the whole; a null arm gets nothing; twins get the same; equals the mean over all orders."""
    arms = [f"a{i}" for i in range(n)]
    values = np.random.default_rng(seed).normal(size=(3, 1 << n))

    def game(on: frozenset[str], k: int) -> float:
        return float(values[k, sum(1 << arms.index(a) for a in on)])

    found = attribute(played(arms, game), arms, "value")
    assert found.parts["shapley"].sum() == pytest.approx(found.total.value)
    orders = list(permutations(arms))
    for arm, share in zip(arms, found.parts["shapley"], strict=True):
        gains = [
            game(frozenset(order[: order.index(arm) + 1]), k) - game(frozenset(order[: order.index(arm)]), k)
            for order in orders
            for k in range(3)
        ]
        assert share == pytest.approx(np.mean(gains))
    with_null = attribute(played([*arms, "idle"], lambda on, k: game(on - {"idle"}, k)), [*arms, "idle"], "value")
    idle = with_null.parts.iloc[-1]
    assert (idle["shapley"], idle["shapley_low"], idle["shapley_high"], idle["alone_off"]) == pytest.approx((0.0,) * 4)
    assert with_null.parts["shapley"].tolist()[:-1] == pytest.approx(found.parts["shapley"].tolist())

    def twins(on: frozenset[str], k: int) -> float:
        return float(values[k, 0] * len(on & {"t", "u"}) ** 2 + len(on) * values[k, -1])

    pair = attribute(played(["t", "u", "v"], twins), ["t", "u", "v"], "value").parts["shapley"]
    assert pair[0] == pytest.approx(pair[1])


def test_interval_covers_planted_parts() -> None:
    luck = np.random.default_rng(3)
    noise = luck.normal(0, 1.0, (20, 8))
    found = attribute(
        played(
            ["x", "y", "z"], lambda on, k: 10.0 * ("x" in on) + 4.0 * ("y" in on) + noise[k, len(on)], replicates=20
        ),
        ["x", "y", "z"],
        "value",
    )
    for truth, (_, row) in zip((10.0, 4.0, 0.0), found.parts.iterrows(), strict=True):
        assert row["shapley_low"] < truth < row["shapley_high"]
    assert found.pairs == 20


def test_leave_one_out_alone() -> None:
    arms = ["x", "y", "z"]
    table = played(arms, lambda on, k: 3.0 * len(on) + k)
    on = table[arms].sum(axis=1)
    found = attribute(table[on.isin([0, 2, 3])], arms, "value")
    assert found.parts["alone_off"].tolist() == [3.0, 3.0, 3.0] and found.total.value == 9.0
    assert found.parts["shapley"].isna().all() and "3 were not run" in found.told
    assert (found.whole.value, found.rest.value) == (10.0, 1.0)
    asked = attribute(table[on.isin([2, 3])], arms, "value", orders=())
    assert asked.parts["alone_off"].tolist() == [3.0, 3.0, 3.0] and asked.whole.value == 10.0
    assert math.isnan(asked.total.value) and asked.told.startswith("arms were switched off one at a time only")
    bare = attribute(table[on == 3], arms, "value")
    assert math.isnan(bare.total.value) and bare.parts["alone_off"].isna().all()


def test_all_orders_are_shapleys_value_and_some_still_sum_to_the_whole() -> None:
    arms = ["w", "x", "y", "z"]
    values = np.random.default_rng(5).normal(size=16)
    table = played(arms, lambda on, k: float(values[sum(1 << arms.index(a) for a in on)]) + k)
    exact = attribute(table, arms, "value")
    every = attribute(table, arms, "value", orders=list(permutations(range(4))))
    assert every.parts["shapley"].tolist() == pytest.approx(exact.parts["shapley"].tolist())
    orders = some_orders(4, 4, seed=1)
    need = {world for order in orders for world in passed(order)}
    code = sum(table[arm].astype(int) * (1 << i) for i, arm in enumerate(arms))
    some = attribute(table[code.isin(need)], arms, "value", orders=orders)
    assert len(need) < 16 and some.parts["shapley"].sum() == pytest.approx(exact.total.value)
    assert "4 of the 24 orders" in some.told
    fewer = attribute(table[code.isin(need - {passed(orders[0])[2]})], arms, "value", orders=orders)
    assert fewer.parts["shapley"].isna().all() and "1 were not run" in fewer.told


def test_orders_are_keyed_by_the_seed_and_come_with_their_reverse() -> None:
    orders = some_orders(6, 8, seed=3)
    assert orders == some_orders(6, 8, seed=3) != some_orders(6, 8, seed=4)
    assert some_orders(6, 4, seed=3) == orders[:4]
    assert len(set(orders)) == 8 and all(sorted(order) == list(range(6)) for order in orders)
    assert all(orders[i + 1] == orders[i][::-1] for i in range(0, 8, 2))
    assert len(some_orders(2, 50, seed=0)) == 2
    assert passed((2, 0, 1)) == [0, 4, 5, 7]


def test_replicate_with_a_missing_world_is_left_out() -> None:
    table = played(["x", "y"], lambda on, k: float(len(on)))
    assert attribute(table.iloc[1:], ["x", "y"], "value").pairs == 2


def test_refusals() -> None:
    table = played(["x"], lambda on, k: 1.0)
    with pytest.raises(InputError, match="two runs of one world"):
        attribute(pd.concat([table, table]), ["x"], "value")
    with pytest.raises(InputError, match="over 7 arms"):
        attribute(table, list("abcdefg"), "value")


def test_runs_of_a_study_become_worlds() -> None:
    """Knockdown and control with killing on and off: the effect is divided, pair by pair."""
    rows = [
        (arm, k, "DONE", value + 100.0 * k)
        for k in (1, 2)
        for arm, value in (("control", 50.0), ("kd", 20.0), ("off", 40.0), ("off_kd", 35.0))
    ]
    runs = pd.DataFrame(rows, columns=["arm", "replicate", "status", "x"])
    worlds = worlds_of(runs, "x", {"kd": ["killing"], "off_kd": []}, minus={"kd": "control", "off_kd": "off"})
    assert sorted(worlds["x"]) == [-30.0, -30.0, -5.0, -5.0]
    found = attribute(worlds, ["killing"], "x")
    assert (found.total.value, found.parts["shapley"][0], found.pairs) == (-25.0, -25.0, 2)
    runs.loc[runs["arm"].eq("off") & runs["replicate"].eq(2), "status"] = "FAILED"
    less = worlds_of(runs, "x", {"kd": ["killing"], "off_kd": []}, minus={"kd": "control", "off_kd": "off"})
    assert len(less) == 3 and attribute(less, ["killing"], "x").pairs == 1
    assert len(worlds_of(runs, "x", {"nobody": ["killing"]})) == 0
