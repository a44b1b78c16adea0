"""Portable arithmetic: right against exact decimals, the same bits compiled and interpreted, no fused operations."""

from __future__ import annotations

import hashlib
import math
import os
import random
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal, localcontext
from fractions import Fraction
from pathlib import Path

import numba
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.engine import arithmetic as portable
from simulation.engine import chance, lineage

ROOT = Path(__file__).parents[3]
INF = math.inf
KNOWN_BITS = "c1851553f06424028c909c91762768d851013ecfdb1896eb93bbcb726b4ada98"


def ulps(value: float, exact: Decimal) -> float:
    return float(abs(Decimal(value) - exact) / Decimal(math.ulp(float(exact))))


def spread(rng: random.Random, low: float, high: float) -> list[float]:
    """Numbers of either sign whose sizes are spread evenly over powers of ten."""
    return [rng.choice((-1.0, 1.0)) * 10.0 ** rng.uniform(low, high) for _ in range(2000)]


def evenly(rng: random.Random, low: float, high: float) -> list[float]:
    return [rng.uniform(low, high) for _ in range(2000)]


RNG = random.Random(20240229)
CASES: list[tuple[str, Callable[[Decimal], Decimal], list[float], float]] = [
    ("exp", lambda x: x.exp(), evenly(RNG, -745, 709.78) + evenly(RNG, -2, 2) + spread(RNG, -18, 0), 1.0),
    ("expm1", lambda x: x.exp() - 1, evenly(RNG, -40, 60) + evenly(RNG, -3, 3) + spread(RNG, -18, 0), 1.5),
    ("log", lambda x: x.ln(), [abs(x) for x in spread(RNG, -322, 308)] + evenly(RNG, 0.4, 2.1), 1.0),
    ("log1p", lambda x: (1 + x).ln(), evenly(RNG, -0.999, 3) + [abs(x) for x in spread(RNG, -18, 300)], 1.0),
]


@pytest.mark.parametrize(("name", "exact", "points", "allowed"), CASES, ids=[case[0] for case in CASES])
def test_error_against_exact_decimals(
    name: str, exact: Callable[[Decimal], Decimal], points: list[float], allowed: float
) -> None:
    function = getattr(portable, name)
    with localcontext(prec=60):
        worst = max((ulps(function(x), exact(Decimal(x))), x) for x in points)
    assert worst[0] <= allowed, worst


def test_error_of_sines_and_cosines() -> None:
    with localcontext(prec=60):
        turn = 2 * Decimal("3.14159265358979323846264338327950288419716939937510582097494459")
        for u in evenly(random.Random(1), -1.5, 1.5):
            x, sine, cosine, term = turn * Decimal(u), Decimal(0), Decimal(0), Decimal(1)
            for n in range(80):
                if n % 2:
                    sine += term if n % 4 == 1 else -term
                else:
                    cosine += term if n % 4 == 0 else -term
                term = term * x / (n + 1)
            s, c = portable.sin_cos_turn(u)
            assert ulps(s, sine) <= 2.0, u
            assert ulps(c, cosine) <= 2.0, u


@pytest.mark.parametrize("quarters", range(-9, 10))
def test_quarter_turns_are_exact(quarters: int) -> None:
    exact = [(0.0, 1.0), (1.0, 0.0), (0.0, -1.0), (-1.0, 0.0)]
    assert portable.sin_cos_turn(quarters / 4) == exact[quarters % 4]


@pytest.mark.parametrize("far", [INF, -INF, math.nan, 1e300])
def test_turns_too_far_to_know_are_nan(far: float) -> None:
    assert all(math.isnan(x) for x in portable.sin_cos_turn(far))


@pytest.mark.parametrize(
    ("name", "x", "limit"),
    [
        *[("exp", x, y) for x, y in [(-800.0, 0.0), (-INF, 0.0), (710.0, INF), (INF, INF), (0.0, 1.0)]],
        *[("exp", x, y) for x, y in [(709.782712893384, math.exp(709.782712893384)), (-745.1332191019411, 5e-324)]],
        *[("expm1", x, y) for x, y in [(-800.0, -1.0), (-INF, -1.0), (INF, INF), (0.0, 0.0), (1e-300, 1e-300)]],
        *[("log", x, y) for x, y in [(0.0, -INF), (-0.0, -INF), (INF, INF), (1.0, 0.0)]],
        *[("log1p", x, y) for x, y in [(-1.0, -INF), (INF, INF), (0.0, 0.0), (1e-300, 1e-300)]],
        *[("chance_within", x, y) for x, y in [(0.0, 0.0), (INF, 1.0), (1e-20, 1e-20), (50.0, 1.0)]],
    ],
)
def test_limits(name: str, x: float, limit: float) -> None:
    assert getattr(portable, name)(x) == pytest.approx(limit, rel=1e-13, abs=0.0)


@pytest.mark.parametrize(
    ("name", "x"),
    [("exp", math.nan), ("expm1", math.nan), ("log", math.nan), ("log1p", math.nan), ("log", -1.0), ("log1p", -1.5)],
)
def test_no_number_gives_no_number(name: str, x: float) -> None:
    assert math.isnan(getattr(portable, name)(x))


@given(st.floats(0.0, 1e6), st.integers(-8, 8))
def test_whole_powers_are_repeated_products(x: float, n: int) -> None:
    exact = float(Fraction(x) ** n) if x > 1e-30 else (1.0 if n == 0 else 0.0 if n > 0 else INF)
    if x > 1e-30 or x == 0.0:
        assert portable.power(x, n) == pytest.approx(exact, rel=1e-15 * (1 + abs(n)))


def test_powers_that_must_be_exact() -> None:
    assert portable.power(1.1, 2.0) == 1.1 * 1.1
    assert portable.power(1.1, 1.0) == 1.1
    assert portable.power(2.0, 31.0) == 2.0**31
    assert portable.power(3.0, 0.5) == math.sqrt(3.0)
    assert portable.power(0.0, 0.0) == 1.0
    assert portable.power(0.0, 2.7) == 0.0
    assert portable.power(0.0, -1.3) == INF
    assert portable.power(1.0, INF) == 1.0
    assert portable.power(1e200, 3.0) == INF
    assert math.isnan(portable.power(-1.0, 2.0))


@given(st.floats(1e-100, 1e100), st.floats(-3.0, 3.0))
def test_power_of_any_exponent(x: float, y: float) -> None:
    assert portable.power(x, y) == pytest.approx(math.pow(x, y), rel=(3.0 + abs(y * math.log(x))) * 2.0**-52)


def test_hill_by_hand() -> None:
    assert portable.hill(5.0, 5.0, 3.0) == 0.5
    assert portable.hill(10.0, 5.0, 2.0) == pytest.approx(0.8, rel=1e-15)
    assert portable.hill(2.0, 4.0, 1.0) == pytest.approx(1.0 / 3.0, rel=1e-15)
    assert portable.hill(0.0, 5.0, 2.0) == 0.0
    assert portable.hill(-1e-18, 5.0, 2.0) == 0.0
    assert portable.hill(0.0, 0.0, 2.0) == 0.0
    assert portable.hill(1.0, 0.0, 2.0) == 1.0
    assert portable.hill(1e300, 1.0, 4.0) == 1.0
    assert portable.hill(1e-300, 1.0, 4.0) == 0.0


@given(st.floats(0.0, 1e3), st.floats(0.0, 1e3), st.floats(1e-3, 1e3), st.sampled_from([1.0, 2.0, 4.0]))
def test_hill_rises_between_0_and_1(a: float, b: float, k: float, n: float) -> None:
    low, high = sorted((a, b))
    assert 0.0 <= portable.hill(low, k, n) <= portable.hill(high, k, n) <= 1.0


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(0.0, 60.0))
def test_relaxation_is_exact_and_stays_between(value: float, target: float, rate_dt: float) -> None:
    later = portable.relaxed(value, target, rate_dt)
    assert min(value, target) <= later <= max(value, target)
    with localcontext(prec=60):
        exact = Decimal(target) + (Decimal(value) - Decimal(target)) * (-Decimal(rate_dt)).exp()
        assert abs(Decimal(later) - exact) <= Decimal(4e-16) * Decimal(abs(value) + abs(target))


def test_relaxation_without_time_or_with_all_of_it() -> None:
    assert portable.relaxed(0.1, 1e6, 0.0) == 0.1
    assert portable.relaxed(1e6, 0.1, INF) == 0.1
    assert portable.relaxed(0.3, 0.3, 0.7) == 0.3
    assert math.isnan(portable.relaxed(math.nan, 1.0, 0.5))


def test_log_factorial_of_whole_numbers() -> None:
    with localcontext(prec=60):
        for n in [*range(60), 100, 1000]:
            exact = Decimal(math.factorial(n)).ln()
            assert abs(Decimal(portable.log_factorial(n)) - exact) <= Decimal(5e-16) * (1 + exact), n


def plain_sum(values: np.ndarray) -> float:
    """The documented order, in plain Python."""
    total = lost = 0.0
    for start in range(0, len(values), 256):
        chunk = [float(x) for x in values[start : start + 256]]
        whole = len(chunk) // 8 * 8
        lanes = [0.0] * 8
        for i in range(whole):
            lanes[i % 8] += chunk[i]
        part = ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]))
        for x in chunk[whole:]:
            part += x
        both = total + part
        lost += (total - both) + part if abs(total) >= abs(part) else (part - both) + total
        total = both
    return total + lost


@pytest.mark.parametrize("n", [0, 1, 7, 8, 9, 255, 256, 257, 10_000])
def test_sums_have_the_documented_order(n: int) -> None:
    values = np.random.default_rng(n).normal(size=n) * 10.0 ** np.random.default_rng(n + 1).uniform(-8, 8, n)
    weights = np.random.default_rng(n + 2).normal(size=n)
    assert portable.chunked_sum(values) == plain_sum(values)
    assert portable.chunked_dot(values, weights) == plain_sum(values * weights)
    assert portable.chunked_sum(values) == pytest.approx(math.fsum(values), abs=1e-14 * math.fsum(abs(values)))


def test_sums_do_not_depend_on_layout() -> None:
    values = np.random.default_rng(5).normal(size=4001)
    strided = np.zeros((4001, 3))
    strided[:, 1] = values
    assert portable.chunked_sum(strided[:, 1]) == portable.chunked_sum(values)
    assert portable.chunked_sum(np.ones(5000, dtype=np.float32)) == 5000.0
    assert portable.chunked_sum(np.array([1.0, INF, 1.0])) == INF


def test_small_chunks_beside_large_ones_are_not_lost() -> None:
    values = np.zeros(256 * 1001)
    values[0] = 1e16
    values[256::256] = 1.0
    assert portable.chunked_sum(values) == 1e16 + 1000.0


def test_products_need_two_arrays_of_one_length() -> None:
    with pytest.raises(ValueError, match="differ in length"):
        portable.chunked_dot(np.ones(3), np.ones(4))


def test_arrays_are_their_scalars() -> None:
    values = np.random.default_rng(3).uniform(0.0, 50.0, (5, 7))
    for view in (values, values.T, values[::2, 1:5], values[0, 0]):
        given = np.asarray(view)
        assert portable.exp_array(view).shape == given.shape
        assert portable.exp_array(view).ravel().tolist() == [portable.exp(x) for x in given.ravel()]
        assert portable.log_array(view).ravel().tolist() == [portable.log(x) for x in given.ravel()]
    assert portable.exp_array([]).shape == (0,)


def everything() -> str:
    """Digest of what every function of arithmetic, chance and lineage gives on a few hundred arguments."""
    rng = random.Random(11)
    digest = hashlib.sha256()

    def take(*values: float) -> None:
        for value in values:
            digest.update(np.float64(value).tobytes())

    key = chance.process_key(42, "growth")
    for i in range(150):
        x, y, z = rng.uniform(-50, 50), 10.0 ** rng.uniform(-12, 12), rng.uniform(0, 3)
        take(portable.exp(x), portable.exp(14 * x), portable.expm1(x), portable.expm1(z), portable.chance_within(z))
        take(
            portable.log(y), portable.log1p(y), portable.log1p(z - 0.9), portable.power(y, z), portable.power(z, i % 40)
        )
        take(portable.hill(y, 3.0, 2.3), portable.hill(z, 1.0, 2.0), *portable.sin_cos_turn(x))
        take(portable.relaxed(x, z, y), portable.relaxed(x, y, z), portable.log_factorial(i))
        cell = np.uint64(lineage.daughter(np.uint64(i), i))  # compiled functions hand Python a plain int
        digest.update(int(cell).to_bytes(8, "little"))
        digest.update(int(lineage.meeting(cell, np.uint64(i))).to_bytes(8, "little"))
        where = (key, i, cell, 3)
        take(*chance.uniform_pair(*where), *chance.normal_pair(*where), chance.exponential(*where))
        take(chance.log_normal(2.0, 0.4, *where), chance.happens(0.3, *where))
        take(*[number for dimension in (1, 2, 3) for number in chance.direction(*where, dimension)])
        take(chance.poisson(z, *where), chance.poisson(50 * z, *where))
        take(chance.binomial(i, 0.02, *where), chance.binomial(10 * i, 0.6, *where))
    cells = lineage.founders(lineage.name_key("liver"), 300)
    here = chance.Chance(key, 7)
    for array in (
        chance.uniforms(here, cells, 0),
        chance.normals(here, cells, 1),
        chance.directions(here, cells, 2, 3),
    ):
        digest.update(array.tobytes())
        take(portable.chunked_sum(array.ravel()), portable.chunked_dot(array.ravel(), array.ravel()))
    digest.update(lineage.daughters(cells, np.arange(300)).tobytes())
    return digest.hexdigest()


def test_the_bits_are_the_known_ones() -> None:
    """On every processor, and in every version until someone changes them on purpose and says so."""
    assert everything() == KNOWN_BITS


def test_compiled_or_not_the_bits_are_the_same() -> None:
    program = f"import runpy; print(runpy.run_path({str(Path(__file__))!r})['everything']())"
    interpreted = subprocess.run(
        [sys.executable, "-W", "error::RuntimeWarning", "-c", program],
        env=os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert interpreted.stderr == ""
    assert interpreted.stdout.strip() == everything()


def _all_of_it(values: np.ndarray, key: np.uint64) -> float:
    total = 0.0
    for i in range(len(values)):
        x = values[i]
        total += (
            portable.exp(x) * x + portable.log(x) * portable.expm1(x) + portable.log1p(x) * portable.hill(x, 2.0, 2.5)
        )
        total += portable.relaxed(x, 2.0, x) * portable.sin_cos_turn(x)[0] + chance.normal(key, i, key, 0) * x
    return total


@pytest.mark.skipif(bool(os.environ.get("NUMBA_DISABLE_JIT")), reason="nothing is compiled")
def test_no_multiplication_is_fused_with_an_addition() -> None:
    compiled = numba.njit(fastmath=False)(_all_of_it)  # as `kernel` does, but never from the disk, which keeps no text
    compiled(np.ones(8), np.uint64(1))
    assembly = "\n".join(compiled.inspect_asm().values())
    assert any(multiply in assembly for multiply in ("mulsd", "mulpd", "fmul"))
    for fused in ("fmadd", "fmsub", "fnmadd", "fnmsub", "fmla", "fmls"):
        assert fused not in assembly
