"""Portable arithmetic: the same bits on every processor, compiled or not.

Only + - * / sqrt, comparisons and integer operations are used, all of which IEEE 754 rounds in one way only; the
transcendental functions of a C library or of numpy are not so defined and differ between processors. Scalar functions
are called from kernels; `exp_array` and `log_array` serve code outside them. Arguments are float64.

Largest errors against exact decimal arithmetic (units in the last place; held by the tests):
exp 1, expm1 1.5, log 1, log1p 1, sine and cosine of a turn 2.

Sources: reduction by ln 2 in two parts and the coefficients of the logarithm: fdlibm (Sun Microsystems 1993), e_log.c
and s_log1p.c; everything else is a Taylor series (computed).
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from simulation.engine.kernel import inlined, kernel

Floats = npt.NDArray[np.float64]

LOG_2 = 0.6931471805599453
TURN = 6.283185307179586

_INFINITY = float("inf")
_NAN = float("nan")
_ROUND = 6755399441055744.0  # 1.5 * 2**52: adding and subtracting it rounds to the nearest whole number
_PER_LOG_2 = 1.4426950408889634
_LOG_2_HIGH = 6.93147180369123816490e-01  # 33 bits, so that k * high is exact
_LOG_2_LOW = 1.90821492927058770002e-10
_LOG_ROOT_TURN = 0.9189385332046727  # log(sqrt(2 pi))
_ROOT_HALF_BITS = 0x3FE6A09E667F3BCD  # the bits of sqrt(1/2)
_SMALLEST_NORMAL = 2.2250738585072014e-308
_TWO_54 = 18014398509481984.0
_CHUNK = 256


@inlined
def _power_of_two(k: int) -> float:
    """2**k for -1022 <= k <= 1023, by writing the exponent field."""
    return float(np.int64((k + 1023) << 52).view(np.float64))


@inlined
def _curvature(r: float) -> float:
    """(exp(r) - 1 - r) / r**2 for |r| <= 0.35, Taylor to r**11; grouped so that terms are computed side by side."""
    r2 = r * r
    r4 = r2 * r2
    low = (1.0 / 2.0 + r * (1.0 / 6.0)) + r2 * (1.0 / 24.0 + r * (1.0 / 120.0))
    middle = (1.0 / 720.0 + r * (1.0 / 5040.0)) + r2 * (1.0 / 40320.0 + r * (1.0 / 362880.0))
    high = (1.0 / 3628800.0 + r * (1.0 / 39916800.0)) + r2 * (1.0 / 479001600.0 + r * (1.0 / 6227020800.0))
    return low + r4 * (middle + r4 * high)


@inlined
def exp(x: float) -> float:
    """e**x; 0 below -745.2, inf above 709.79, nan for nan."""
    z = float(x)
    if z > 709.79:
        return _INFINITY
    if z < -745.2:
        return 0.0
    if z != z:
        return z
    n = (z * _PER_LOG_2 + _ROUND) - _ROUND
    r = (z - n * _LOG_2_HIGH) - n * _LOG_2_LOW
    k = int(n)
    half = k >> 1  # two factors, since 2**k itself may be out of range while the result is not
    return ((1.0 + (r + r * r * _curvature(r))) * _power_of_two(half)) * _power_of_two(k - half)


@inlined
def expm1(x: float) -> float:
    """e**x - 1 without loss for small x."""
    z = float(x)
    if z > 38.0:
        return exp(z)
    if z < -38.0:
        return -1.0
    if z != z:
        return z
    n = (z * _PER_LOG_2 + _ROUND) - _ROUND
    high = z - n * _LOG_2_HIGH
    low = n * _LOG_2_LOW
    r = high - low
    lost = (high - r) - low
    scale = _power_of_two(int(n))
    return ((scale - 1.0) + scale * r) + scale * (r * r * _curvature(r) + (lost + lost * r))


@inlined
def chance_within(rate_dt: float) -> float:
    """Probability 1 - exp(-rate * dt) that an event of constant rate happens within dt.

    rate_dt    1    rate times duration, >= 0
    """
    return -expm1(-rate_dt)


@inlined
def _log_near_one(f: float, k: int, correction: float) -> float:
    """log(1 + f) + k log 2 + correction, for sqrt(1/2) <= 1 + f < sqrt(2)."""
    n = float(k)
    half_square = 0.5 * f * f
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    even = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01))
    odd = z * (
        6.666666666666735130e-01
        + w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01))
    )
    return s * (half_square + (odd + even)) + (n * _LOG_2_LOW + correction) - half_square + f + n * _LOG_2_HIGH


@inlined
def log(x: float) -> float:
    """Natural logarithm; -inf at 0, nan below 0."""
    z = float(x)
    if z != z or z == _INFINITY:
        return z
    if z <= 0.0:
        return -_INFINITY if z == 0.0 else _NAN
    offset = 0
    if z < _SMALLEST_NORMAL:
        z = z * _TWO_54
        offset = -54
    bits = int(np.float64(z).view(np.int64))
    k = (bits - _ROOT_HALF_BITS) >> 52
    m = float(np.int64(bits - (k << 52)).view(np.float64))
    return _log_near_one(m - 1.0, k + offset, 0.0)


@inlined
def log1p(x: float) -> float:
    """log(1 + x) without loss for small x; -inf at -1, nan below -1."""
    z = float(x)
    if z != z or z == _INFINITY:
        return z
    if z <= -1.0:
        return -_INFINITY if z == -1.0 else _NAN
    if -0.29 < z < 0.41:
        return _log_near_one(z, 0, 0.0)
    u = 1.0 + z
    lost = 1.0 - (u - z) if z > 1.0 else z - (u - 1.0)
    bits = int(np.float64(u).view(np.int64))
    k = (bits - _ROOT_HALF_BITS) >> 52
    m = float(np.int64(bits - (k << 52)).view(np.float64))
    return _log_near_one(m - 1.0, k, lost / u)


@inlined
def power(x: float, y: float) -> float:
    """x**y for x >= 0; nan below 0; 0**0 = 1.

    Whole |y| <= 32 by repeated squaring (x**1, x**2 correctly rounded), y = 1/2 by sqrt, else exp(y log x), whose
    relative error grows as (2 + |y log x|) * 2**-52.
    """
    a = float(x)
    b = float(y)
    if a < 0.0:
        return _NAN
    if b == 0.5:
        return math.sqrt(a)
    if -32.0 <= b <= 32.0:
        n = int(b)
        if float(n) == b:
            left = n if n >= 0 else -n
            base = a
            product = 1.0
            while left > 0:
                if left & 1:
                    product = product * base
                left >>= 1
                if left > 0:
                    base = base * base
            if n >= 0:
                return product
            return _INFINITY if product == 0.0 else 1.0 / product
    if a == 1.0:
        return 1.0
    return exp(b * log(a))


@inlined
def hill(x: float, k: float, n: float) -> float:
    """Hill function x**n / (k**n + x**n), in a form that cannot overflow; 0 for x <= 0.

    x    same as k    concentration
    k    same as x    concentration of half effect, >= 0
    n    1            steepness, >= 0
    """
    if x <= 0.0:
        return 0.0
    if x <= k:
        below = power(x / k, n)
        return below / (1.0 + below)
    return 1.0 / (1.0 + power(k / x, n))


@inlined
def sin_cos_turn(u: float) -> tuple[float, float]:
    """Sine and cosine of u whole turns (2 pi u), exact at quarter turns; nan where |u| > 2**49."""
    z = float(u)
    if not -562949953421312.0 <= z <= 562949953421312.0:
        return _NAN, _NAN
    quarters = (4.0 * z + _ROUND) - _ROUND
    t = (z - 0.25 * quarters) * TURN
    w = t * t
    w2 = w * w
    s_low = (-1.0 / 6.0 + w * (1.0 / 120.0)) + w2 * (-1.0 / 5040.0 + w * (1.0 / 362880.0))
    s_high = (-1.0 / 39916800.0 + w * (1.0 / 6227020800.0)) + w2 * (
        -1.0 / 1307674368000.0 + w * (1.0 / 355687428096000.0)
    )
    c_low = (1.0 / 24.0 - w * (1.0 / 720.0)) + w2 * (1.0 / 40320.0 - w * (1.0 / 3628800.0))
    c_high = (1.0 / 479001600.0 - w * (1.0 / 87178291200.0)) + w2 * (1.0 / 20922789888000.0)
    sine = t + t * w * (s_low + w2 * w2 * s_high)
    cosine = 1.0 - (0.5 * w - w2 * (c_low + w2 * w2 * c_high))
    quadrant = int(quarters) & 3
    if quadrant == 0:
        return sine, cosine
    if quadrant == 1:
        return cosine, -sine
    if quadrant == 2:
        return -sine, -cosine
    return -cosine, sine


@inlined
def log_factorial(n: int) -> float:
    """log(n!) for n >= 0: the logarithm of the product below 10, Stirling's series from there."""
    if n < 10:
        product = 1.0
        for i in range(2, n + 1):
            product = product * float(i)
        return log(product)
    m = float(n) + 1.0
    q = 1.0 / (m * m)
    series = (1.0 / 12.0 - q * (1.0 / 360.0 - q * (1.0 / 1260.0 - q * (1.0 / 1680.0 - q * (1.0 / 1188.0))))) / m
    return (m - 0.5) * log(m) - m + _LOG_ROOT_TURN + series


class Lapse(NamedTuple):
    """What a time does to any difference, worked out once for all that relax at one rate.

    long    bool    rate times duration is above 1
    left    1       exp(-rate_dt) if it is, else exp(-rate_dt) - 1
    """

    long: bool
    left: float


@inlined
def lapse(rate_dt: float) -> Lapse:
    """Work out a time for `relaxed_over`; `rate_dt` as in `relaxed`."""
    # Each form loses digits where the other one keeps them: near the target, near the value.
    long = rate_dt > 1.0
    return Lapse(long, exp(-rate_dt) if long else expm1(-rate_dt))


@inlined
def relaxed(value: float, target: float, rate_dt: float) -> float:
    """Exact first-order relaxation: target + (value - target) exp(-rate_dt), never outside [value, target].

    value      any            now; returned unchanged, to the bit, if rate_dt is 0
    target     as value       where it goes, held constant meanwhile
    rate_dt    1              rate times duration, >= 0
    """
    return relaxed_over(value, target, lapse(rate_dt))


@inlined
def relaxed_over(value: float, target: float, time: Lapse) -> float:
    """`relaxed`, to the bit, over a time worked out before."""
    later = target + (value - target) * time.left if time.long else value - (target - value) * time.left
    lower = value if value < target else target
    upper = target if value < target else value
    if later < lower:
        return lower
    if later > upper:
        return upper
    return later


@kernel
def chunked_sum(values: Floats) -> float:
    """Sum of a 1-D array in an order fixed by its length alone; 0 for none.

    Chunks of 256 are summed in eight interleaved lanes, the lanes pairwise, the chunks with Neumaier's compensation,
    so bits depend on the order of the values only: bring rows into lineage order first.
    """
    n = len(values)
    total = 0.0
    lost = 0.0
    for start in range(0, n, _CHUNK):
        stop = min(start + _CHUNK, n)
        whole = start + ((stop - start) // 8) * 8
        a = b = c = d = e = f = g = h = 0.0
        for i in range(start, whole, 8):
            a += float(values[i])
            b += float(values[i + 1])
            c += float(values[i + 2])
            d += float(values[i + 3])
            e += float(values[i + 4])
            f += float(values[i + 5])
            g += float(values[i + 6])
            h += float(values[i + 7])
        part = ((a + b) + (c + d)) + ((e + f) + (g + h))
        for i in range(whole, stop):
            part += float(values[i])
        both = total + part
        lost += (total - both) + part if abs(total) >= abs(part) else (part - both) + total
        total = both
    # An infinite sum makes the compensation nan; the sum itself is then the answer.
    return total + lost if lost == lost else total


@kernel
def chunked_dot(left: Floats, right: Floats) -> float:
    """Sum of products of two 1-D arrays of one length, in the order of `chunked_sum` and so with the same promise."""
    n = len(left)
    if len(right) != n:
        raise ValueError("chunked_dot: the two arrays differ in length")
    products = np.empty(n, dtype=np.float64)
    for i in range(n):
        products[i] = float(left[i]) * float(right[i])
    return chunked_sum(products)


@kernel
def _fill_exp(values: Floats, result: Floats) -> None:
    for i in range(len(values)):
        result[i] = exp(values[i])


@kernel
def _fill_log(values: Floats, result: Floats) -> None:
    for i in range(len(values)):
        result[i] = log(values[i])


@kernel
def _fill_sin_cos(turns: Floats, sine: Floats, cosine: Floats) -> None:
    for i in range(len(turns)):
        sine[i], cosine[i] = sin_cos_turn(turns[i])


def sin_cos_array(turns: npt.ArrayLike) -> tuple[Floats, Floats]:
    """`sin_cos_turn` of every element of a 1-D array: sines, cosines."""
    given = np.ascontiguousarray(turns, dtype=np.float64)
    sine, cosine = np.empty_like(given), np.empty_like(given)
    _fill_sin_cos(given, sine, cosine)
    return sine, cosine


def exp_array(values: npt.ArrayLike) -> Floats:
    """`exp` of every element, of any shape."""
    return _each(_fill_exp, values)


def log_array(values: npt.ArrayLike) -> Floats:
    """`log` of every element, of any shape."""
    return _each(_fill_log, values)


def _each(fill: Any, values: npt.ArrayLike) -> Floats:
    given = np.asarray(values, dtype=np.float64, order="C")
    result = np.empty(given.shape, dtype=np.float64)
    fill(given.reshape(-1), result.reshape(-1))
    return result
