"""Which assumed numbers an answer hangs on, and whether its direction stands whatever they are.

Morris' screening finds the parameters that matter with few runs; Sobol's indices divide the variance among those that
do. Sign robustness asks the plainer question: in what share of worlds, drawn from all that is assumed, does the
knockdown still point the same way?

Sources: SALib. Recalled: Morris 1991, Technometrics 33:161; Saltelli et al. 2010, Computer Physics Communications
181:259; Wilson 1927, Journal of the American Statistical Association 22:209.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation import InputError

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray

SEED = 20_260_101
LEVELS = 4


@dataclass(frozen=True)
class Range:
    """Between what values a parameter is varied.

    low, high    float    low < high
    log          bool     True = evenly in the logarithm (low > 0), for what is known to an order of magnitude only
    """

    low: float
    high: float
    log: bool = False

    def at(self, share: Array) -> Array:
        """Return the values at shares 0 ... 1 of the range."""
        u = np.asarray(share, dtype=float)
        if self.log:
            return np.asarray(np.exp(math.log(self.low) + u * (math.log(self.high) - math.log(self.low))))
        return np.asarray(self.low + u * (self.high - self.low))


@dataclass(frozen=True)
class SignRobustness:
    """In how many worlds a direction stands.

    direction    int      -1 or +1: which was asked about
    worlds       int      worlds in which the effect is known
    stands       int      of these, with an effect in that direction
    none         int      with exactly no effect
    against      int      with an effect in the other direction
    share        float    stands / worlds
    low, high    float    95 % interval (Wilson), for as many worlds as are independent
    """

    direction: int
    worlds: int
    stands: int
    none: int
    against: int
    share: float
    low: float
    high: float


def morris_design(
    ranges: Mapping[str, Range], trajectories: int = 10, *, levels: int = LEVELS, seed: int = SEED
) -> pd.DataFrame:
    """Return the worlds of Morris' screening: trajectories * (parameters + 1) rows, a column per parameter."""
    from SALib.sample import morris

    shares = morris.sample(_problem(ranges), trajectories, num_levels=levels, seed=seed)
    return _design(ranges, shares)


def morris_analysis(
    ranges: Mapping[str, Range], design: pd.DataFrame, values: Array, *, levels: int = LEVELS, seed: int = SEED
) -> pd.DataFrame:
    """Judge parameters by the elementary effects of going through their whole range.

    values     (rows of the design,)   the endpoint, or the effect, in each world
    returns    parameter, mu, mu_star (mean absolute effect), mu_star_reach (95 %), sigma; the strongest first
    """
    import pandas as pd
    from SALib.analyze import morris

    found = morris.analyze(
        _problem(ranges), _shares(ranges, design), _finite(values, design), num_levels=levels, seed=seed
    )
    table = pd.DataFrame(
        {
            "parameter": list(ranges),
            "mu": np.asarray(found["mu"], dtype=float),
            "mu_star": np.asarray(found["mu_star"], dtype=float),
            "mu_star_reach": np.asarray(found["mu_star_conf"], dtype=float),
            "sigma": np.asarray(found["sigma"], dtype=float),
        }
    )
    return table.sort_values(["mu_star", "parameter"], ascending=[False, True]).reset_index(drop=True)


def sobol_design(ranges: Mapping[str, Range], base: int = 64, *, seed: int = SEED) -> pd.DataFrame:
    """Return the worlds for Sobol's indices: base * (parameters + 2) rows; base a power of two."""
    from SALib.sample import sobol

    if base < 2 or base & (base - 1):
        raise InputError(f"a base of {base} worlds", expected="expected a power of two, as in 64")
    return _design(ranges, sobol.sample(_problem(ranges), base, calc_second_order=False, seed=seed))


def sobol_analysis(
    ranges: Mapping[str, Range], design: pd.DataFrame, values: Array, *, seed: int = SEED
) -> pd.DataFrame:
    """Divide the variance among parameters.

    returns    parameter, first, first_reach, total, total_reach (95 %); the strongest first. All 0 where nothing varies
    """
    import pandas as pd
    from SALib.analyze import sobol

    y = _finite(values, design)
    if np.ptp(y) == 0.0:
        zero = np.zeros(len(ranges))
        return pd.DataFrame(
            {"parameter": list(ranges), "first": zero, "first_reach": zero, "total": zero, "total_reach": zero}
        )
    found = sobol.analyze(_problem(ranges), y, calc_second_order=False, seed=seed)
    table = pd.DataFrame(
        {
            "parameter": list(ranges),
            "first": found["S1"], "first_reach": found["S1_conf"],
            "total": found["ST"], "total_reach": found["ST_conf"],
        }
    )  # fmt: skip
    return table.sort_values(["total", "parameter"], ascending=[False, True]).reset_index(drop=True)


def sign_robustness(
    effects: Array, direction: int = 0, *, independent: int | None = None, confidence: float = 0.95
) -> SignRobustness:
    """Count the worlds in which the direction of an effect stands.

    effects        (n,)    the effect in each world; not a number = not known, left out
    direction      int     -1 or +1; 0 = that of the most worlds
    independent    int     how many worlds the interval counts on, where worlds resemble each other; by default all
    """
    from statsmodels.stats.proportion import proportion_confint

    x = np.asarray(effects, dtype=float)
    x = x[np.isfinite(x)]
    up, down = int(np.sum(x > 0)), int(np.sum(x < 0))
    asked = direction or (1 if up >= down else -1)
    stands, against = (up, down) if asked > 0 else (down, up)
    if not len(x):
        return SignRobustness(asked, 0, 0, 0, 0, *[math.nan] * 3)
    counted = min(independent or len(x), len(x))
    low, high = proportion_confint(stands / len(x) * counted, counted, alpha=1.0 - confidence, method="wilson")
    return SignRobustness(asked, len(x), stands, len(x) - up - down, against, stands / len(x), float(low), float(high))


def _problem(ranges: Mapping[str, Range]) -> dict[str, Any]:
    """Describe the parameters to SALib as shares of their ranges; raises InputError for a range that is none."""
    if not ranges:
        raise InputError("no parameter to vary", expected="expected at least one")
    for name, r in ranges.items():
        if not (math.isfinite(r.low) and math.isfinite(r.high) and r.low < r.high) or (r.log and r.low <= 0):
            raise InputError(
                f"{name} from {r.low:g} to {r.high:g}", expected="expected low < high, and low > 0 for a logarithm"
            )
    return {"num_vars": len(ranges), "names": list(ranges), "bounds": [[0.0, 1.0]] * len(ranges)}


def _design(ranges: Mapping[str, Range], shares: Array) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame({name: r.at(shares[:, i]) for i, (name, r) in enumerate(ranges.items())})


def _shares(ranges: Mapping[str, Range], design: pd.DataFrame) -> Array:
    """Undo `Range.at`, rounded so that equal levels are equal again."""
    columns = []
    for name, r in ranges.items():
        x = design[name].to_numpy(dtype=float)
        if r.log:
            columns.append((np.log(x) - math.log(r.low)) / (math.log(r.high) - math.log(r.low)))
        else:
            columns.append((x - r.low) / (r.high - r.low))
    return np.round(np.stack(columns, axis=1), 9)


def _finite(values: Array, design: pd.DataFrame) -> Array:
    y = np.asarray(values, dtype=float)
    if len(y) != len(design) or not np.isfinite(y).all():
        raise InputError(
            f"{int(np.isfinite(y).sum())} values for {len(design)} worlds", expected="expected one for each",
            remedy="let the missing runs be done first",
        )  # fmt: skip
    return y
