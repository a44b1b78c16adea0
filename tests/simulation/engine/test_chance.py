"""Draws have the laws they claim, and depend on nothing but what they are for.

Statistical tests have fixed seeds, so they never flicker. Bounds are 5 standard errors (a right generator with another
seed would fail one bound in 2e6); each docstring states the defect that would be seen with 99% power (7.3 standard
errors). Chi-square tests reject at 1e-6.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from simulation.engine import chance as c
from simulation.engine.errors import InputError, NumericalError
from simulation.engine.kernel import kernel
from simulation.engine.lineage import founders, name_key

N = 400_000
KEY = 8667574087360871807
CELLS = founders(name_key("test"), N)
HERE = c.Chance.of(1, "test", 17)
ONE = (HERE.key, HERE.tick, CELLS[0], 0)


@kernel
def draw_numbers(kind: int, a: float, n: int, key: np.uint64, tick: int, cells: np.ndarray) -> np.ndarray:
    result = np.empty(len(cells))
    for i in range(len(cells)):
        if kind == 0:
            result[i] = c.poisson(a, key, tick, cells[i], 0)
        elif kind == 1:
            result[i] = c.binomial(n, a, key, tick, cells[i], 0)
        elif kind == 2:
            result[i] = c.exponential(key, tick, cells[i], 0)
        elif kind == 3:
            result[i] = c.log_normal(3.0, a, key, tick, cells[i], 0)
        elif kind == 4:
            result[i] = c.happens(a, key, tick, cells[i], 0)
        elif kind == 5:
            result[i] = c.uniform_pair(key, tick, cells[i], 0)[1]
        else:
            result[i] = c.normal_pair(key, tick, cells[i], 0)[1]
    return result


def numbers(kind: str, a: float = 0.0, n: int = 0, cells: np.ndarray = CELLS) -> np.ndarray:
    kinds = ["poisson", "binomial", "exponential", "log_normal", "happens", "uniform_pair", "normal_pair"]
    return draw_numbers(kinds.index(kind), float(a), n, HERE.key, HERE.tick, cells)


def moments_agree(sample: np.ndarray, law: stats.rv_continuous) -> None:
    """Mean and variance within 5 standard errors of the law's."""
    mean, variance, kurtosis = (float(x) for x in law.stats("mvk"))
    assert abs(sample.mean() - mean) < 5 * math.sqrt(variance / len(sample))
    assert abs(sample.var() / variance - 1) < 5 * math.sqrt((kurtosis + 2) / len(sample))


def shape_agrees(sample: np.ndarray, law: stats.rv_continuous) -> None:
    """200 cells of equal probability; sees any 4% excess of one of them."""
    counts = np.bincount(np.minimum((law.cdf(sample) * 200).astype(int), 199), minlength=200)
    assert stats.chisquare(counts).pvalue > 1e-6


def counts_agree(sample: np.ndarray, law: stats.rv_discrete) -> None:
    """Every number is a cell of its own, but the tails beyond 20 expected are one each."""
    low, high = int(law.ppf(20 / N)), int(law.ppf(1 - 20 / N))
    seen = np.bincount(np.clip(sample, low, high).astype(int) - low, minlength=high - low + 1)
    expected = law.pmf(np.arange(low, high + 1)) * N
    expected[0], expected[-1] = law.cdf(low) * N, law.sf(high - 1) * N
    assert stats.chisquare(seen, expected * (N / expected.sum())).pvalue > 1e-6


def test_uniforms() -> None:
    """Sees a shift of the mean by 0.0034 or of the variance by 1%."""
    for sample in (c.uniforms(HERE, CELLS, 0), numbers("uniform_pair")):
        moments_agree(sample, stats.uniform())
        shape_agrees(sample, stats.uniform())
        assert 0.0 < sample.min() < sample.max() < 1.0


def test_uniforms_at_their_ends() -> None:
    assert c._open_unit(np.uint64(0), np.uint64(0)) == 2.0**-53
    assert c._open_unit(np.uint64(2**32 - 1), np.uint64(2**32 - 1)) == 1.0 - 2.0**-53


def test_normals() -> None:
    """Sees a shift of the mean by 0.012 or of the variance by 1.6%."""
    for sample in (c.normals(HERE, CELLS, 0), numbers("normal_pair")):
        moments_agree(sample, stats.norm())
        shape_agrees(sample, stats.norm())


def test_the_two_of_a_pair_are_independent() -> None:
    """Sees a correlation of 0.012."""
    for one, other in [
        (c.uniforms(HERE, CELLS, 0), numbers("uniform_pair")),
        (c.normals(HERE, CELLS, 0), numbers("normal_pair")),
        (c.normals(HERE, CELLS, 0) ** 2, numbers("normal_pair") ** 2),
    ]:
        assert abs(np.corrcoef(one, other)[0, 1]) < 5 / math.sqrt(N)


def test_exponentials_and_log_normals() -> None:
    """Sees a change of the exponential's mean by 1.2% or of the log-normal's by 0.6%."""
    moments_agree(numbers("exponential"), stats.expon())
    shape_agrees(numbers("exponential"), stats.expon())
    sigma = math.sqrt(math.log1p(0.5**2))
    law = stats.lognorm(sigma, scale=3.0 * math.exp(-0.5 * sigma**2))
    sample = numbers("log_normal", 0.5)
    shape_agrees(sample, law)
    assert sample.mean() == pytest.approx(3.0, abs=5 * 1.5 / math.sqrt(N))
    assert sample.std() / sample.mean() == pytest.approx(0.5, rel=0.02)
    assert np.all(np.abs(numbers("log_normal", 0.0, cells=CELLS[:50]) - 3.0) == 0.0)


def test_numbers_made_from_others() -> None:
    for cell in CELLS[:50]:
        where = (HERE.key, HERE.tick, cell, 0)
        z, variance = c.normal(*where), math.log(1 + 0.3**2)
        assert c.log_normal(2.0, 0.3, *where) == pytest.approx(
            2 * math.exp(math.sqrt(variance) * z - variance / 2), 1e-14
        )
        assert c.exponential(*where) == pytest.approx(-math.log(c.uniform(*where)), 1e-14)
        assert c.happens(c.uniform(*where), *where) is False
        assert c.happens(c.uniform(*where) + 2.0**-53, *where) is True


@pytest.mark.parametrize("mean", [0.01, 0.7, 3.0, 9.99, 10.0, 25.0, 400.0, 1e5])
def test_poisson(mean: float) -> None:
    """Sees a change of the mean by 1.2% of its root."""
    sample = numbers("poisson", mean)
    moments_agree(sample, stats.poisson(mean))
    counts_agree(sample, stats.poisson(mean))


@pytest.mark.parametrize(
    ("n", "p"), [(1, 0.3), (5, 0.5), (12, 0.9), (1000, 0.002), (20, 0.5), (40, 0.3), (300, 0.75), (100_000, 0.4)]
)
def test_binomial(n: int, p: float) -> None:
    """Sees a change of the mean by 1.2% of the standard deviation."""
    sample = numbers("binomial", p, n)
    assert 0 <= sample.min() <= sample.max() <= n
    moments_agree(sample, stats.binom(n, p))
    counts_agree(sample, stats.binom(n, p))


@pytest.mark.parametrize("p", [0.001, 0.2, 0.97])
def test_happens(p: float) -> None:
    """Sees a change of p by 1.2% of the standard deviation."""
    assert abs(numbers("happens", p).mean() - p) < 5 * math.sqrt(p * (1 - p) / N)


def test_what_cannot_be_and_what_must_be() -> None:
    few = CELLS[:1000]
    for nothing in (0.0, -1.0, math.nan):
        assert not numbers("happens", nothing, cells=few).any()
        assert not numbers("poisson", nothing, cells=few).any()
        assert not numbers("binomial", nothing, 10, cells=few).any()
    assert numbers("happens", 1.0, cells=few).all()
    assert np.all(numbers("binomial", 1.0, 10, cells=few) == 10)
    assert not numbers("binomial", 0.5, 0, cells=few).any()
    assert numbers("poisson", 1e9, cells=few).mean() == pytest.approx(1e9, rel=1e-5)


def test_more_likely_things_happen_to_the_same_cells_and_more() -> None:
    """What makes a therapy that only kills never save a cell."""
    for low, high in [(0.1, 0.11), (0.5, 0.9)]:
        assert np.all(numbers("happens", low) <= numbers("happens", high))
    for low, high in [(0.1, 0.11), (2.0, 2.5), (9.0, 9.9)]:
        assert np.all(numbers("poisson", low) <= numbers("poisson", high))


@pytest.mark.parametrize("dimension", [1, 2, 3])
def test_directions(dimension: int) -> None:
    """Sees a drift of 0.012, and an excess of 1% along an axis."""
    towards = c.directions(HERE, CELLS, 0, dimension)
    assert np.abs((towards**2).sum(axis=0) - 1.0).max() < 1e-15
    assert not towards[dimension:].any()
    for axis in range(dimension):
        assert abs(towards[axis].mean()) < 5 / math.sqrt(dimension * N)
        assert abs((towards[axis] ** 2).mean() - 1 / dimension) < 5 * 0.36 / math.sqrt(N) + (dimension == 1)
    if dimension == 2:
        shape_agrees(np.arctan2(towards[1], towards[0]), stats.uniform(-math.pi, 2 * math.pi))
    if dimension == 3:
        shape_agrees(towards[2], stats.uniform(-1, 2))  # Archimedes: heights on a sphere are uniform
        shape_agrees(np.arctan2(towards[1], towards[0]), stats.uniform(-math.pi, 2 * math.pi))


def test_neighbours_in_every_argument_are_unrelated() -> None:
    """Sees a correlation of 0.012 between numbers that differ by one in seed, process, tick, lineage or draw."""
    counted = np.arange(N, dtype=np.uint64)
    base = c.uniforms(c.Chance.of(1, "a", 5), counted, 0)
    others = [
        c.uniforms(c.Chance.of(2, "a", 5), counted, 0),
        c.uniforms(c.Chance.of(1, "b", 5), counted, 0),
        c.uniforms(c.Chance.of(1, "a", 6), counted, 0),
        c.uniforms(c.Chance.of(1, "a", 5), counted + np.uint64(1), 0),
        c.uniforms(c.Chance.of(1, "a", 5), counted, 1),
    ]
    for other in others:
        assert abs(np.corrcoef(base, other)[0, 1]) < 5 / math.sqrt(N)
    assert len(np.unique(np.concatenate([base, others[0]]))) == 2 * N


def test_order_and_company_do_not_matter() -> None:
    rng = np.random.default_rng(0)
    order = rng.permutation(1000)
    for draw_all in (c.uniforms, c.normals):
        together = draw_all(HERE, CELLS[:1000], 4)
        assert np.array_equal(draw_all(HERE, CELLS[:1000][order], 4), together[order])
        assert np.array_equal(draw_all(HERE, CELLS[:2000:2], 4)[:500], together[::2])
        assert draw_all(HERE, CELLS[:0], 4).shape == (0,)


def test_arrays_are_their_scalars() -> None:
    assert c.uniforms(HERE, CELLS[:1], 0)[0] == c.uniform(*ONE) == c.uniform_pair(*ONE)[0]
    assert c.normals(HERE, CELLS[:1], 0)[0] == c.normal(*ONE) == c.normal_pair(*ONE)[0]
    assert tuple(c.directions(HERE, CELLS[:1], 0, 3)[:, 0]) == c.direction(*ONE, 3)


@pytest.mark.parametrize(
    ("function", "before"),
    [(c.uniform, ()), (c.normal, ()), (c.exponential, ()), (c.poisson, (4.0,)), (c.poisson, (90.0,))]
    + [(c.binomial, (50, 0.03)), (c.binomial, (500, 0.7)), (c.log_normal, (2.0, 0.3))],
)
def test_compiled_equals_its_source(function: Callable[..., float], before: tuple[float, ...]) -> None:
    source = getattr(function, "py_func", function)
    for cell in CELLS[:50]:
        assert function(*before, HERE.key, 3, cell, 2) == source(*before, HERE.key, 3, cell, 2)


@given(st.integers(0, 2**64 - 1), st.text(max_size=20))
def test_keys_of_any_seed_and_process(seed: int, process: str) -> None:
    key = c.process_key(seed, process)
    assert isinstance(key, np.uint64)
    assert key == c.process_key(seed, process)
    assert key != c.process_key(seed ^ 1, process)
    assert key != c.process_key(seed, process + "_")


def test_known_key_never_changes() -> None:
    assert int(c.process_key(42, "growth")) == KEY


@pytest.mark.parametrize("seed", [-1, 2**64, 1.5, "7", None, True])
def test_seeds_that_cannot_be_used(seed: object) -> None:
    with pytest.raises(InputError, match="seed"):
        c.process_key(seed, "growth")  # type: ignore[arg-type]


@pytest.mark.parametrize("tick", [-1, 2**32])
def test_ticks_that_have_no_numbers(tick: int) -> None:
    with pytest.raises(NumericalError, match="no random numbers"):
        c.Chance(np.uint64(1), tick)
    with pytest.raises(NumericalError, match="no random numbers"):
        c.Chance.of(1, "growth", tick)
    assert c.Chance(np.uint64(1), 2**32 - 1).tick == 2**32 - 1


@pytest.mark.parametrize("draw", [-1, 2**24])
def test_draws_that_do_not_exist(draw: int) -> None:
    for draw_all in (c.uniforms, c.normals):
        with pytest.raises(NumericalError, match="does not exist"):
            draw_all(HERE, CELLS[:3], draw)
