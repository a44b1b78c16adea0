"""How much of an effect goes through each arm of the mechanism, when arms can be switched off one by one.

    leave-one-out(i) = v(all) - v(all but i)
    Shapley(i)       = sum over S without i of |S|! (n - |S| - 1)! / n! * (v(S + i) - v(S))

v(S) is the endpoint in the world in which only the arms in S are on. Leave-one-out asks what is lost when an arm is
taken away; arms that stand in for each other then both look small. Shapley's value is the mean over all orders in
which arms could be switched on, and sums to the whole effect. Where there are too many arms for all worlds, the mean
is taken over some orders drawn by chance, each with its reverse; it then still sums to the whole. Both are linear in v,
so they are computed world by world, and their scatter over replicates is their uncertainty.

Source: recalled: Shapley 1953, in Contributions to the Theory of Games II, 307-317.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from analysis.statistics.interval import Interval, mean_interval
from simulation import InputError

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray

#: most arms for which every subset is asked for: 2^6 worlds per replicate
MOST_ARMS = 6


@dataclass(frozen=True)
class Attribution:
    """The parts of an effect.

    total      Interval    v(all) - v(none): what the parts sum to
    parts      frame       arm, shapley, shapley_low, shapley_high, alone_off, alone_off_low, alone_off_high
    pairs      int         replicates in which every world needed was done
    told       str         what could not be computed, and why; empty where all could
    whole      Interval    v(all)
    rest       Interval    v(none): what is there with all arms off
    """

    total: Interval
    parts: pd.DataFrame
    pairs: int
    told: str
    whole: Interval
    rest: Interval


def attribute(
    worlds: pd.DataFrame,
    arms: Sequence[str],
    value: str,
    *,
    orders: Sequence[Sequence[int]] | None = None,
    replicate: str = "replicate",
    confidence: float = 0.95,
) -> Attribution:
    """Divide an effect among arms.

    worlds     frame    one row per run: a bool column per arm (True = on), `value`, `replicate`
    arms       list     names of these columns
    value      str      column of the endpoint
    orders     list     orders of switching on, as numbers of arms; None = all, from all on/off worlds; empty = only
                        leave-one-out was asked for
    returns    Attribution; Shapley's values are not numbers where worlds are missing
    raises     InputError    more than `MOST_ARMS` arms without orders, none, or two runs of one world
    """
    import pandas as pd

    n = len(arms)
    if not n or (n > MOST_ARMS and orders is None):
        raise InputError(
            f"attribution over {n} arms", expected=f"expected 1 to {MOST_ARMS}: {MOST_ARMS} need {2**MOST_ARMS} worlds",
            remedy="join arms that belong together, or take some of the orders only",
        )  # fmt: skip
    table = _by_world(worlds, arms, value, replicate)
    there = set(table.columns)
    everything = (1 << n) - 1
    alone = [everything ^ (1 << i) for i in range(n)]
    asked = range(1 << n) if orders is None else sorted({w for order in orders for w in passed(order)})
    complete = bool(asked) and there >= set(asked)
    need = sorted(there & {0, everything, *alone, *(asked if complete else ())})
    done = table[need].dropna()
    v = {world: done[world].to_numpy(dtype=float) for world in need}
    missing = np.full(len(done), np.nan)
    whole, rest = v.get(everything, missing), v.get(0, missing)
    shares = [_mean_over(v, i, orders) if orders else _shapley(v, i, n) for i in range(n)] if complete else []
    rows = []
    for i, arm in enumerate(arms):
        share = _estimate(shares[i] if shares else missing, confidence)
        off = _estimate(whole - v.get(alone[i], missing), confidence)
        rows.append((arm, share.value, share.low, share.high, off.value, off.low, off.high))
    columns = ["arm", "shapley", "shapley_low", "shapley_high", "alone_off", "alone_off_low", "alone_off_high"]
    total, all_on, none_on = (_estimate(x, confidence) for x in (whole - rest, whole, rest))
    told = _told(n, orders, len(set(asked) - there))
    return Attribution(total, pd.DataFrame(rows, columns=columns), len(done), told, all_on, none_on)


def _told(n: int, orders: Sequence[Sequence[int]] | None, lacking: int) -> str:
    if orders is not None and not orders:
        return "arms were switched off one at a time only, so what several do together is not divided among them"
    if lacking:
        asked = 1 << n if orders is None else len({w for order in orders for w in passed(order)})
        return f"Shapley's values need {'all ' if orders is None else ''}{asked} on/off worlds; {lacking} were not run"
    if orders:
        return f"Shapley's values are means over {len(orders)} of the {math.factorial(n):,} orders of switching on"
    return ""


def passed(order: Sequence[int]) -> list[int]:
    """List the worlds on the way from all off to all on; the bits of each are the arms that are on."""
    worlds = [0]
    for arm in order:
        worlds.append(worlds[-1] | (1 << arm))
    return worlds


def some_orders(n: int, count: int, seed: int) -> list[tuple[int, ...]]:
    """Draw orders of n arms, each followed by its reverse, for chance then cancels in part; keyed by the seed."""
    luck = np.random.default_rng(np.random.SeedSequence(entropy=seed, spawn_key=(n, 0x0DE5)))
    found: list[tuple[int, ...]] = []
    while len(found) < min(count, math.factorial(n)):
        order = tuple(int(i) for i in luck.permutation(n))
        found += [one for one in dict.fromkeys((order, order[::-1])) if one not in found]
    return found[:count]


def design(arms: Sequence[str]) -> pd.DataFrame:
    """List every on/off world of the arms: one row each, a bool column per arm, all off first."""
    import pandas as pd

    worlds = np.arange(1 << len(arms))
    return pd.DataFrame({arm: (worlds >> i) & 1 == 1 for i, arm in enumerate(arms)})


def worlds_of(
    runs: pd.DataFrame, value: str, on: Mapping[str, Collection[str]], *, minus: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """Turn runs of a study into the table that `attribute` takes.

    runs      one row per run: arm, replicate, status, `value`
    on        arm of the study -> arms of the mechanism that are on in it
    minus     arm of the study -> the arm whose value is taken off within the replicate, as of the world with the same
              switches but without the treatment; then the effect itself is divided. Arms without a partner are left out
    returns   a bool column per arm of the mechanism, replicate, `value`
    """
    import pandas as pd

    done = runs[runs["status"] == "DONE"] if "status" in runs else runs
    players = sorted({name for chosen in on.values() for name in chosen})
    by_arm = {arm: own.set_index("replicate")[value].astype(float) for arm, own in done.groupby("arm")}
    tables = []
    for arm, chosen in on.items():
        if arm not in by_arm or (minus is not None and minus.get(arm) not in by_arm):
            continue
        values = by_arm[arm] if minus is None else (by_arm[arm] - by_arm[minus[arm]]).dropna()
        switches = {name: name in chosen for name in players}
        tables.append(values.rename(value).rename_axis("replicate").reset_index().assign(**switches))
    columns = [*players, "replicate", value]
    return pd.concat(tables, ignore_index=True)[columns] if tables else pd.DataFrame(columns=columns)


def _by_world(worlds: pd.DataFrame, arms: Sequence[str], value: str, replicate: str) -> pd.DataFrame:
    """Lay out values with a row per replicate and a column per world; the bits of a column's name are the arms on."""
    code = sum((worlds[arm].to_numpy(dtype=bool).astype(int) << i for i, arm in enumerate(arms)), start=0)
    table = worlds[[replicate, value]].assign(world=code)
    if table.duplicated([replicate, "world"]).any():
        raise InputError("two runs of one world in one replicate", expected="expected one run per on/off world")
    return table.pivot(index=replicate, columns="world", values=value).sort_index()


def _shapley(v: dict[int, Array], i: int, n: int) -> Array:
    """Return Shapley's value of arm i in every replicate."""
    others = [j for j in range(n) if j != i]
    terms = []
    for size in range(n):
        weight = math.factorial(size) * math.factorial(n - size - 1) / math.factorial(n)
        for chosen in combinations(others, size):
            world = sum(1 << j for j in chosen)
            terms.append(weight * (v[world | (1 << i)] - v[world]))
    return np.sum(terms, axis=0)


def _mean_over(v: dict[int, Array], i: int, orders: Sequence[Sequence[int]]) -> Array:
    """Return the mean gain from switching arm i on, over some orders, in every replicate."""
    gains = []
    for order in orders:
        before = passed(order)[list(order).index(i)]
        gains.append(v[before | (1 << i)] - v[before])
    return np.mean(gains, axis=0)


def _estimate(values: Array, confidence: float) -> Interval:
    if not len(values) or not np.isfinite(values).all():
        return Interval(math.nan, math.nan, math.nan, "")
    return mean_interval(values, confidence=confidence)
