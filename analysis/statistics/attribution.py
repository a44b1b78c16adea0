"""How much of an effect goes through each arm of the mechanism, when arms can be switched off one by one.

    leave-one-out(i) = v(all) - v(all but i)
    Shapley(i)       = sum over S without i of |S|! (n - |S| - 1)! / n! * (v(S + i) - v(S))

v(S) is the endpoint in the world in which only the arms in S are on. Leave-one-out asks what is lost when an arm is
taken away; arms that stand in for each other then both look small. Shapley's value is the mean over all orders in
which arms could be switched on, and sums to the whole effect. Both are linear in v, so they are computed world by
world, and their scatter over replicates is their uncertainty.

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

    total      Interval    v(all) - v(none)
    parts      frame       arm, shapley, shapley_low, shapley_high, alone_off, alone_off_low, alone_off_high
    pairs      int         replicates in which every world needed was done
    told       str         what could not be computed, and why; empty where all could
    """

    total: Interval
    parts: pd.DataFrame
    pairs: int
    told: str


def attribute(
    worlds: pd.DataFrame, arms: Sequence[str], value: str, *, replicate: str = "replicate", confidence: float = 0.95
) -> Attribution:
    """Divide an effect among arms.

    worlds     frame    one row per run: a bool column per arm (True = on), `value`, `replicate`
    arms       list     names of these columns
    value      str      column of the endpoint
    returns    Attribution; Shapley's values are not numbers where subsets are missing
    raises     InputError    more than `MOST_ARMS` arms, none, or two runs of one world
    """
    import pandas as pd

    n = len(arms)
    if not 1 <= n <= MOST_ARMS:
        raise InputError(
            f"attribution over {n} arms", expected=f"expected 1 to {MOST_ARMS}: {MOST_ARMS} need {2**MOST_ARMS} worlds",
            remedy="join arms that belong together",
        )  # fmt: skip
    table = _by_world(worlds, arms, value, replicate)
    everything = (1 << n) - 1
    alone = [everything ^ (1 << i) for i in range(n)]
    complete = set(table.columns) >= set(range(1 << n))
    need = list(range(1 << n)) if complete else sorted({0, everything, *alone} & set(table.columns))
    done = table[need].dropna()
    v = {world: done[world].to_numpy(dtype=float) for world in need}
    missing = np.full(len(done), np.nan)
    total = _estimate(v.get(everything, missing) - v.get(0, missing), confidence)
    rows = []
    for i, arm in enumerate(arms):
        share = _estimate(_shapley(v, i, n) if complete else missing, confidence)
        off = _estimate(v.get(everything, missing) - v.get(alone[i], missing), confidence)
        rows.append((arm, share.value, share.low, share.high, off.value, off.low, off.high))
    columns = ["arm", "shapley", "shapley_low", "shapley_high", "alone_off", "alone_off_low", "alone_off_high"]
    lacking = (1 << n) - len(set(table.columns) & set(range(1 << n)))
    told = "" if complete else f"Shapley's values need all {1 << n} on/off worlds; {lacking} were not run"
    return Attribution(total, pd.DataFrame(rows, columns=columns), len(done), told)


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


def _estimate(values: Array, confidence: float) -> Interval:
    if not len(values) or not np.isfinite(values).all():
        return Interval(math.nan, math.nan, math.nan, "")
    return mean_interval(values, confidence=confidence)
