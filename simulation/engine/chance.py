"""Chance is a function, not a stream: f(seed, process, tick, lineage, draw).

A number is computed from what it is for, so it depends neither on the order of calls nor on threads, and the same cell
has the same luck in every counterfactual world. Lineages never depend on the seed.

Philox4x32-10 (Salmon 2011, Parallel random numbers: as easy as 1, 2, 3, SC11), with
    key        seed and process                64 bits, from `process_key`
    counter    lineage                         64 bits
               tick                            32 bits
               draw + 2**24 * attempt          32 bits

draw       which number of this process, cell and tick: 0 <= draw < 2**24, chosen by the caller, never used twice
attempt    0, except inside `poisson` and `binomial` of large mean, which may reject and try again (< 256)

Every function that takes `draw` uses up that whole draw: a `uniform` and a `normal` of one draw are *not* independent.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from simulation.engine.arithmetic import chance_within, exp, log, log1p, log_factorial, sin_cos_turn
from simulation.engine.errors import InputError, NumericalError
from simulation.engine.kernel import inlined, kernel
from simulation.engine.lineage import daughter, daughters, founders, meeting, mix, name_key

__all__ = [
    "Chance",
    "binomial",
    "chance_within",
    "daughter",
    "daughters",
    "direction",
    "directions",
    "exponential",
    "founders",
    "happens",
    "log_normal",
    "meeting",
    "mix",
    "name_key",
    "normal",
    "normal_pair",
    "normals",
    "philox",
    "poisson",
    "process_key",
    "uniform",
    "uniform_pair",
    "uniforms",
]

Floats = npt.NDArray[np.float64]
Lineages = npt.NDArray[np.uint64]
Word = np.uint64

LAST_TICK = 2**32 - 1
LAST_DRAW = 2**24 - 1
ATTEMPTS = 256

# Words of 32 bits travel in uint64, whose products cannot overflow and whose constants numba does not turn to floats.
_LOW = np.uint64(0xFFFFFFFF)
_32 = np.uint64(32)
_12 = np.uint64(12)
_24 = np.uint64(24)
_20 = np.uint64(20)
_M0 = np.uint64(0xD2511F53)
_M1 = np.uint64(0xCD9E8D57)
_W0 = np.uint64(0x9E3779B9)
_W1 = np.uint64(0xBB67AE85)
_TINY = 1.1102230246251565e-16  # 2**-53
_TURN_BY_INVERSION = 10.0  # largest mean drawn by inversion


@inlined
def philox(c0: Word, c1: Word, c2: Word, c3: Word, k0: Word, k1: Word) -> tuple[Word, Word, Word, Word]:
    """Philox4x32-10: four words of 32 bits (each held in a uint64) from a counter of four and a key of two."""
    for _ in range(10):
        p0 = _M0 * c0
        p1 = _M1 * c2
        c0, c1, c2, c3 = (p1 >> _32) ^ c1 ^ k0, p1 & _LOW, (p0 >> _32) ^ c3 ^ k1, p0 & _LOW
        k0 = (k0 + _W0) & _LOW
        k1 = (k1 + _W1) & _LOW
    return c0, c1, c2, c3


@inlined
def _open_unit(high: Word, low: Word) -> float:
    """Two words to an odd multiple of 2**-53: 52 random bits, never 0 or 1, and 1 - u is as likely as u."""
    bits = np.int64((high << _20) | (low >> _12))
    return (2.0 * float(bits) + 1.0) * _TINY


@inlined
def _pair(key: Word, tick: int, lineage: Word, draw: int, attempt: int) -> tuple[float, float]:
    who = np.uint64(lineage)
    which = np.uint64(draw) | (np.uint64(attempt) << _24)
    seed = np.uint64(key)
    r0, r1, r2, r3 = philox(who & _LOW, who >> _32, np.uint64(tick), which, seed & _LOW, seed >> _32)
    return _open_unit(r0, r1), _open_unit(r2, r3)


@inlined
def uniform(key: Word, tick: int, lineage: Word, draw: int) -> float:
    """Uniform on the open interval (0, 1): the odd multiples of 2**-53."""
    return _pair(key, tick, lineage, draw, 0)[0]


@inlined
def uniform_pair(key: Word, tick: int, lineage: Word, draw: int) -> tuple[float, float]:
    """Two independent uniforms for the price of one; the first is `uniform` of the same draw."""
    return _pair(key, tick, lineage, draw, 0)


@inlined
def happens(p: float, key: Word, tick: int, lineage: Word, draw: int) -> bool:
    """True with probability p (resolved to 2**-53); never for p <= 0 or nan, always for p >= 1.

    Monotone in p: what happens at p happens at every larger p, to the same cell and draw.
    """
    return uniform(key, tick, lineage, draw) < p


@inlined
def normal_pair(key: Word, tick: int, lineage: Word, draw: int) -> tuple[float, float]:
    """Two independent standard normals (Box-Muller); the first is `normal` of the same draw. At most 8.6 from 0."""
    u, v = _pair(key, tick, lineage, draw, 0)
    radius = math.sqrt(-2.0 * log(u))
    sine, cosine = sin_cos_turn(v)
    return radius * cosine, radius * sine


@inlined
def normal(key: Word, tick: int, lineage: Word, draw: int) -> float:
    """Standard normal; at most 8.6 from 0."""
    return normal_pair(key, tick, lineage, draw)[0]


@inlined
def log_normal(mean: float, cv: float, key: Word, tick: int, lineage: Word, draw: int) -> float:
    """Log-normal of the given mean and coefficient of variation (of the values, not of their logarithms)."""
    variance = log1p(cv * cv)
    return mean * exp(math.sqrt(variance) * normal(key, tick, lineage, draw) - 0.5 * variance)


@inlined
def exponential(key: Word, tick: int, lineage: Word, draw: int) -> float:
    """Exponential of mean 1 (divide by a rate for a waiting time); at most 36.8."""
    return -log(uniform(key, tick, lineage, draw))


@inlined
def direction(key: Word, tick: int, lineage: Word, draw: int, dimension: int) -> tuple[float, float, float]:
    """Unit vector, uniform on the sphere (dimension 3), on the circle with z = 0 (2) or on the line of x (1)."""
    u, v = _pair(key, tick, lineage, draw, 0)
    if dimension == 1:
        return (1.0 if u < 0.5 else -1.0), 0.0, 0.0
    sine, cosine = sin_cos_turn(u)
    if dimension == 2:
        return cosine, sine, 0.0
    height = 2.0 * v - 1.0
    width = math.sqrt((1.0 - height) * (1.0 + height))
    return width * cosine, width * sine, height


@inlined
def poisson(mean: float, key: Word, tick: int, lineage: Word, draw: int) -> int:
    """Poisson number of the given mean (0 for mean <= 0 or nan; meant for means up to 1e9).

    Below a mean of 10 by inversion of one uniform, hence monotone in the mean; above by transformed rejection.
    Source: PTRS of Hörmann 1993, Insurance: Mathematics and Economics 12:39
    """
    if not mean > 0.0:
        return 0
    if mean < _TURN_BY_INVERSION:
        rest = uniform(key, tick, lineage, draw)
        part = exp(-mean)
        k = 0
        # Rounding may leave a rest that no part reaches; far beyond the mean parts are below a uniform's resolution.
        while rest > part and (part > 1e-18 or k < mean):
            rest -= part
            k += 1
            part *= mean / float(k)
        return k
    log_mean = log(mean)
    b = 0.931 + 2.53 * math.sqrt(mean)
    a = -0.059 + 0.02483 * b
    log_inverse_alpha = log(1.1239 + 1.1328 / (b - 3.4))
    quick = 0.9277 - 3.6224 / (b - 2.0)
    for attempt in range(ATTEMPTS):
        u, v = _pair(key, tick, lineage, draw, attempt)
        u -= 0.5
        edge = 0.5 - abs(u)
        place = (2.0 * a / edge + b) * u + mean + 0.43
        if not 0.0 <= place < 9e15 or (edge < 0.013 and v > edge):
            continue
        k = int(place)
        if edge >= 0.07 and v <= quick:
            return k
        if log(v) + log_inverse_alpha - log(a / (edge * edge) + b) <= float(k) * log_mean - mean - log_factorial(k):
            return k
    return int(mean)  # reached with a chance below 1e-100


@inlined
def binomial(n: int, p: float, key: Word, tick: int, lineage: Word, draw: int) -> int:
    """Binomial number of n trials of probability p (0 for n <= 0, p <= 0 or nan; n for p >= 1).

    With min(p, 1 - p) * n below 10 by inversion of one uniform, above by transformed rejection.
    Source: BTRS of Hörmann 1993, Journal of Statistical Computation and Simulation 46:101
    """
    if n <= 0 or not p > 0.0:
        return 0
    if p >= 1.0:
        return n
    q = p if p <= 0.5 else 1.0 - p
    k = _binomial_lower(n, q, key, tick, lineage, draw)
    return k if p <= 0.5 else n - k


@inlined
def _binomial_lower(n: int, p: float, key: Word, tick: int, lineage: Word, draw: int) -> int:
    """`binomial` for 0 < p <= 1/2 and n >= 1."""
    size = float(n)
    odds = p / (1.0 - p)
    if size * p < _TURN_BY_INVERSION:
        rest = uniform(key, tick, lineage, draw)
        part = exp(size * log1p(-p))
        k = 0
        while k < n and rest > part and (part > 1e-18 or k < size * p):
            rest -= part
            part *= odds * (size - float(k)) / (float(k) + 1.0)
            k += 1
        return k
    spread = math.sqrt(size * p * (1.0 - p))
    b = 1.15 + 2.53 * spread
    a = -0.0873 + 0.0248 * b + 0.01 * p
    alpha = (2.83 + 5.1 / b) * spread
    quick = 0.92 - 4.2 / b
    log_odds = log(odds)
    mode = int((size + 1.0) * p)
    at_mode = log_factorial(mode) + log_factorial(n - mode)
    for attempt in range(ATTEMPTS):
        u, v = _pair(key, tick, lineage, draw, attempt)
        u -= 0.5
        edge = 0.5 - abs(u)
        place = (2.0 * a / edge + b) * u + size * p + 0.5
        if not 0.0 <= place < size + 1.0:
            continue
        k = int(place)
        if edge >= 0.07 and v <= quick:
            return k
        likelihood = at_mode - log_factorial(k) - log_factorial(n - k) + float(k - mode) * log_odds
        if log(v * alpha / (a / (edge * edge) + b)) <= likelihood:
            return k
    return mode  # reached with a chance below 1e-100


def process_key(seed: int, process: str) -> np.uint64:
    """Key of one process in the world of one seed.

    seed       0 <= seed < 2**64
    process    its name in the catalogue

    Errors: InputError for a seed out of range.
    """
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or not 0 <= seed < 2**64:
        raise InputError(f"seed {seed!r} cannot be used", expected="a whole number from 0 to 2**64 - 1")
    return _hashed(int(seed).to_bytes(8, "little") + process.encode("utf-8"), b"process")


def _hashed(content: bytes, purpose: bytes) -> np.uint64:
    return np.uint64(int.from_bytes(hashlib.blake2b(content, digest_size=8, person=purpose).digest(), "little"))


@dataclass(frozen=True, slots=True)
class Chance:
    """What a process needs to draw in one tick: pass `key` and `tick` to its kernel.

    key     uint64    seed and process, from `process_key`
    tick    int       0 <= tick < 2**32

    Errors: NumericalError once the ticks are used up, since numbers would repeat.
    """

    key: np.uint64
    tick: int

    def __post_init__(self) -> None:
        if not 0 <= self.tick <= LAST_TICK:
            raise NumericalError(
                f"tick {self.tick} has no random numbers",
                expected=f"0 to {LAST_TICK}",
                remedy="use a longer tick",
            )
        object.__setattr__(self, "key", np.uint64(self.key))
        object.__setattr__(self, "tick", int(self.tick))

    @classmethod
    def of(cls, seed: int, process: str, tick: int) -> Chance:
        """Chance of `process` in the world of `seed` at `tick`."""
        return cls(process_key(seed, process), tick)


def uniforms(chance: Chance, lineages: Lineages, draw: int) -> Floats:
    """`uniform` of every lineage."""
    result = np.empty(len(lineages), dtype=np.float64)
    _fill_uniform(chance.key, chance.tick, lineages, _checked(draw), result)
    return result


def normals(chance: Chance, lineages: Lineages, draw: int) -> Floats:
    """`normal` of every lineage."""
    result = np.empty(len(lineages), dtype=np.float64)
    _fill_normal(chance.key, chance.tick, lineages, _checked(draw), result)
    return result


def directions(chance: Chance, lineages: Lineages, draw: int, dimension: int) -> Floats:
    """`direction` of every lineage: three rows x, y, z."""
    result = np.empty((3, len(lineages)), dtype=np.float64)
    _fill_direction(chance.key, chance.tick, lineages, _checked(draw), dimension, result)
    return result


def _checked(draw: int) -> int:
    if not 0 <= draw <= LAST_DRAW:
        raise NumericalError(f"draw {draw} does not exist", expected=f"0 to {LAST_DRAW}")
    return int(draw)


@kernel
def _fill_uniform(key: Word, tick: int, lineages: Lineages, draw: int, result: Floats) -> None:
    for i in range(len(lineages)):
        result[i] = uniform(key, tick, lineages[i], draw)


@kernel
def _fill_normal(key: Word, tick: int, lineages: Lineages, draw: int, result: Floats) -> None:
    for i in range(len(lineages)):
        result[i] = normal(key, tick, lineages[i], draw)


@kernel
def _fill_direction(key: Word, tick: int, lineages: Lineages, draw: int, dimension: int, result: Floats) -> None:
    for i in range(len(lineages)):
        result[0, i], result[1, i], result[2, i] = direction(key, tick, lineages[i], draw, dimension)
