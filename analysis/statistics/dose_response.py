"""How the effect grows with the dose: one monotone curve through "no dose, no effect", with honest ways out.

    effect(d) = top * u / (u + c (1 - u)),   u = d / greatest dose,   c = h / (1 - h)

d      dose        fraction knocked down, 0 ... 1
top    effect at the greatest dose that was run
h      share of that dose at which half of `top` is reached; 0.5 = straight line

Below one half this is the Emax model (saturation early); above, the effect is that of a bond that saturates in the
ICAM-1 that is left, so that little happens until most of it is gone: every a d / (1 + b d) has this form. Nothing is
told of doses beyond the greatest. Effects are differences of pairs, so the curve starts at exactly 0, and pairs are
resampled whole. With two doses a straight line is all that can be fitted; with one, nothing.

Source: the curve: computed, Michaelis-Menten form in either the dose or what is left of it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.statistics.interval import RESAMPLES, SEED, small_sample_level

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray

HYPERBOLA, LINE, NOTHING = "hyperbola", "straight line", "not fitted"
#: shares of the greatest dose that are tried for half of the effect
HALVES = np.linspace(0.02, 0.98, 193)
FEWEST_PAIRS = 3
#: ... and fewest for a bend that means something
FEWEST_FOR_A_BEND = 6


@dataclass(frozen=True)
class DoseResponse:
    """A fitted curve.

    model        str      hyperbola, straight line, or not fitted
    top          (value, low, high)    effect at the greatest dose
    half         (value, low, high)    dose at which half of that is reached; not numbers without a hyperbola
    curve        frame    dose, effect, low, high; up to the greatest dose
    points       frame    dose, effect (mean over pairs), pairs
    told         str      what was fitted, or why it could not be
    """

    model: str
    top: tuple[float, float, float]
    half: tuple[float, float, float]
    curve: pd.DataFrame
    points: pd.DataFrame
    told: str


def shape(share: Array | float, half: Array | float) -> Array:
    """Return the share of the whole effect at a share of the greatest dose."""
    d, h = np.asarray(share, dtype=float), np.asarray(half, dtype=float)
    return np.asarray(d * (1.0 - h) / (d * (1.0 - h) + h * (1.0 - d)))


def fit(
    doses: Array, effects: Array, *, confidence: float = 0.95, resamples: int = RESAMPLES, seed: int = SEED
) -> DoseResponse:
    """Fit the curve.

    doses      (k,)      in 0 ... 1, each once; 0 may be left out
    effects    (n, k)    difference from the control, of replicate n at each dose; rows with a gap are left out
    returns    DoseResponse
    """
    import pandas as pd

    d, y = np.asarray(doses, dtype=float), np.atleast_2d(np.asarray(effects, dtype=float))
    order = np.argsort(d, kind="stable")
    d, y = d[order], y[:, order]
    d, y = d[d > 0], y[:, d > 0]
    y = y[np.isfinite(y).all(axis=1)]
    n = len(y)
    means = y.mean(axis=0) if n else np.full(len(d), math.nan)
    points = pd.DataFrame({"dose": d, "effect": means, "pairs": n})
    if len(d) < 2 or n < FEWEST_PAIRS:
        few = f"{n} complete series" if len(d) >= 2 else f"{len(d)} dose{'s' * (len(d) != 1)} besides none"
        return _unfitted(points, f"no curve: {few}, too few to tell a shape")
    if not y.any():
        return _line(d, y, points, confidence, resamples, seed, "no effect at any dose: a flat line")
    if len(d) < 3:
        return _line(d, y, points, confidence, resamples, seed, "a straight line: two doses do not tell a curve")
    if means.max() > 0 > means.min() and min(means.max(), -means.min()) > 0.25 * np.abs(means).max():
        return _unfitted(points, "no curve: the effect changes its direction with the dose")
    return _hyperbola(d, y, points, confidence, resamples, seed)


def _hyperbola(d: Array, y: Array, points: pd.DataFrame, confidence: float, resamples: int, seed: int) -> DoseResponse:
    basis = shape(d[None, :] / d[-1], HALVES[:, None])
    own = _best(basis, y.mean(axis=0)[None, :])
    drawn = _best(basis, _resampled(y, resamples, seed))
    tail = _tail(confidence, len(y))
    top, bend = (_with_ends(a[0], b, tail) for a, b in zip(own, drawn, strict=True))
    half = (bend[0] * float(d[-1]), bend[1] * float(d[-1]), bend[2] * float(d[-1]))
    grid = np.linspace(0.0, 1.0, 101)
    curves = drawn[0][:, None] * shape(grid[None, :], drawn[1][:, None])
    curve = _curve(grid * d[-1], own[0][0] * shape(grid, own[1][0]), curves, tail)
    told = f"half of what a knockdown of {100 * d[-1]:.0f} % does is reached at {100 * half[0]:.0f} %"
    if len(y) < FEWEST_FOR_A_BEND or bend[2] - bend[1] > 0.6 or bend[0] in (HALVES[0], HALVES[-1]):
        told = f"the runs do not tell at which knockdown half of what {100 * d[-1]:.0f} % does is reached"
    return DoseResponse(HYPERBOLA, top, half, curve, points, told)


def _line(
    d: Array, y: Array, points: pd.DataFrame, confidence: float, resamples: int, seed: int, told: str
) -> DoseResponse:
    tail, grid = _tail(confidence, len(y)), np.linspace(0.0, d[-1], 101)
    slope = float(y.mean(axis=0) @ d / (d @ d))
    slopes = _resampled(y, resamples, seed) @ d / (d @ d)
    curve = _curve(grid, slope * grid, slopes[:, None] * grid[None, :], tail)
    return DoseResponse(LINE, _with_ends(slope * d[-1], slopes * d[-1], tail), (math.nan,) * 3, curve, points, told)


def _unfitted(points: pd.DataFrame, told: str) -> DoseResponse:
    import pandas as pd

    curve = pd.DataFrame({name: np.zeros(0) for name in ("dose", "effect", "low", "high")})
    return DoseResponse(NOTHING, (math.nan,) * 3, (math.nan,) * 3, curve, points, told)


def _best(basis: Array, means: Array) -> tuple[Array, Array]:
    """Find, for each row of means, the effect at the greatest dose and the bend that leave the least squares."""
    strength = means @ basis.T / np.sum(basis**2, axis=1)
    left = np.sum(means**2, axis=1)[:, None] - strength**2 * np.sum(basis**2, axis=1)
    chosen = np.argmin(left, axis=1)
    return strength[np.arange(len(means)), chosen], HALVES[chosen]


def _resampled(y: Array, resamples: int, seed: int) -> Array:
    """Draw replicates with replacement, whole; return the mean at each dose."""
    drawn = np.random.default_rng(seed).integers(0, len(y), size=(resamples, len(y)))
    return np.asarray(y[drawn].mean(axis=1))


def _tail(confidence: float, n: int) -> float:
    return (1.0 - small_sample_level(confidence, n)) / 2.0


def _with_ends(value: float, drawn: Array, tail: float) -> tuple[float, float, float]:
    low, high = np.quantile(drawn, [tail, 1.0 - tail])
    return float(value), float(low), float(high)


def _curve(grid: Array, values: Array, drawn: Array, tail: float) -> pd.DataFrame:
    import pandas as pd

    low, high = np.quantile(drawn, [tail, 1.0 - tail], axis=0)
    return pd.DataFrame({"dose": grid, "effect": values, "low": low, "high": high})
