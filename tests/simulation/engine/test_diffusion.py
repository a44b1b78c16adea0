"""Diffusion in cosine space against dense matrices written in plain Python, and its promises on bits and bounds."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm

from simulation.engine import diffusion as module
from simulation.engine.diffusion import SpectralDiffusion
from simulation.engine.errors import ContractError, InputError, NumericalError
from simulation.engine.lattice import Lattice

SHAPES = [(1, 1, 1), (7, 1, 1), (1, 1, 5), (5, 4, 1), (1, 3, 4), (4, 3, 2)]


def dense_laplacian(lattice):
    """The matrix of the Laplacian: what each face of each voxel lets through, one face at a time."""
    nx, ny, nz = lattice.shape
    matrix = np.zeros((lattice.n_voxels, lattice.n_voxels))
    for ix in range(nx):
        for iy in range(ny):
            for iz in range(nz):
                here = (ix * ny + iy) * nz + iz
                for jx, jy, jz in ((ix + 1, iy, iz), (ix, iy + 1, iz), (ix, iy, iz + 1)):
                    if jx < nx and jy < ny and jz < nz:
                        there = (jx * ny + jy) * nz + jz
                        for a, b in ((here, there), (there, here)):
                            matrix[a, b] += 1.0 / lattice.side**2
                            matrix[a, a] -= 1.0 / lattice.side**2
    return matrix


def dense_step(lattice, diffusion, decay, dt, c, source):
    """One step with sources held, by the exponential of the matrix that has the source as a further unknown."""
    n = lattice.n_voxels
    whole = np.zeros((n + 1, n + 1))
    whole[:n, :n] = diffusion * dense_laplacian(lattice) - decay * np.eye(n)
    whole[:n, n] = source
    return (expm(whole * dt) @ np.append(c, 1.0))[:n]


def fields(seed, n_substances, lattice):
    rng = np.random.default_rng(seed)
    return rng.random((n_substances, lattice.n_voxels)), rng.random((n_substances, lattice.n_voxels))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("dt", [0.01, 1.0, 40.0])
def test_step_equals_dense_exponential(shape, dt):
    lattice = Lattice(shape, 10.0)
    diffusion, decay = np.array([30.0, 300.0, 0.0, 5.0, 0.0]), np.array([0.1, 0.0, 0.2, 1e-7, 0.0])
    c, source = fields(2, 5, lattice)
    exact = [dense_step(lattice, *each) for each in zip(diffusion, decay, [dt] * 5, c, source, strict=True)]
    SpectralDiffusion(lattice, diffusion, decay, dt).step(c, source)
    assert np.allclose(c, exact, rtol=1e-12, atol=0)


@pytest.mark.parametrize("missing", ["sources", "some sources", "concentrations"])
def test_step_equals_dense_exponential_when_something_is_absent(missing):
    lattice = Lattice((5, 4, 1), 10.0)
    diffusion, decay = np.array([30.0, 300.0, 80.0]), np.array([0.1, 0.0, 0.2])
    c, source = fields(3, 3, lattice)
    if missing == "sources":
        source[:] = 0.0
    elif missing == "some sources":
        source[1] = 0.0
    else:
        c[[0, 2]] = 0.0
    exact = [dense_step(lattice, *each) for each in zip(diffusion, decay, [2.0] * 3, c, source, strict=True)]
    SpectralDiffusion(lattice, diffusion, decay, 2.0).step(c, source)
    assert np.allclose(c, exact, rtol=1e-12, atol=0)


def test_sources_are_not_changed():
    lattice = Lattice((6, 5, 1), 10.0)
    c, source = fields(4, 2, lattice)
    before = source.copy()
    SpectralDiffusion(lattice, np.full(2, 30.0), np.full(2, 0.1), 2.0).step(c, source)
    assert np.array_equal(source, before)


def test_a_substance_that_does_not_spread_stays_in_its_voxel():
    lattice = Lattice((8, 8, 1), 20.0)
    c, source = np.zeros((1, 64)), np.zeros((1, 64))
    c[0, 10], source[0, 20] = 3.0, 2.0
    SpectralDiffusion(lattice, np.zeros(1), np.zeros(1), 6.0).step(c, source)
    assert np.flatnonzero(c).tolist() == [10, 20]
    assert (c[0, 10], c[0, 20]) == (3.0, 12.0)


@pytest.mark.parametrize("shape", [(16, 16, 1), (9, 7, 5), (37, 1, 1), (125, 63, 1)])
def test_bits_do_not_depend_on_threads(shape):
    lattice = Lattice(shape, 20.0)
    results = []
    for workers in (1, 2, 3):
        c, source = fields(5, 3, lattice)
        SpectralDiffusion(lattice, np.full(3, 900.0), np.full(3, 0.01), 6.0, workers=workers).step(c, source)
        results.append(c.tobytes())
    assert len(set(results)) == 1


@pytest.mark.parametrize("shape", [(16, 16, 1), (9, 7, 5), (37, 1, 1), (15, 13, 1)])
def test_bits_do_not_depend_on_the_company_of_other_substances(shape):
    lattice = Lattice(shape, 20.0)
    c, source = fields(6, 5, lattice)
    c[1], source[1], source[3] = 0.0, 0.0, 0.0
    diffusion, decay = np.linspace(100.0, 1000.0, 5), np.linspace(0.0, 0.1, 5)
    together = c.copy()
    SpectralDiffusion(lattice, diffusion, decay, 6.0).step(together, source)
    assert not together[1].any()
    for s in range(5):
        alone = c[s : s + 1].copy()
        SpectralDiffusion(lattice, diffusion[s : s + 1], decay[s : s + 1], 6.0).step(alone, source[s : s + 1])
        assert alone[0].tobytes() == together[s].tobytes()


@settings(deadline=None, max_examples=60)
@given(
    shape=st.tuples(st.integers(1, 12), st.integers(1, 12), st.integers(1, 4)),
    spread=st.floats(-4, 6),
    decay=st.sampled_from([0.0, 1e-8, 0.02, 3.0]),
    seed=st.integers(0, 2**32 - 1),
    share=st.sampled_from([0.02, 0.3, 1.0]),
)
def test_nothing_turns_negative_and_nothing_is_lost(shape, spread, decay, seed, share):
    lattice, dt = Lattice(shape, 20.0), 6.0
    rng = np.random.default_rng(seed)
    c = (rng.random((2, lattice.n_voxels)) < share) * 10.0 ** rng.uniform(-12, 6, (2, lattice.n_voxels))
    source = (rng.random(c.shape) < share) * rng.random(c.shape)
    kept = math.exp(-decay * dt)
    gained = -math.expm1(-decay * dt) / decay if decay else dt
    solver = SpectralDiffusion(lattice, np.full(2, 10.0**spread), np.full(2, decay), dt)
    for _ in range(3):
        expected = [math.fsum(c[s]) * kept + math.fsum(source[s]) * gained for s in range(2)]
        solver.step(c, source)
        assert c.min() >= 0.0
        for s in range(2):
            assert math.fsum(c[s]) == pytest.approx(expected[s], rel=1e-12, abs=0)


def test_rounding_set_to_zero_does_not_pile_up_as_mass():
    # A point that hardly spreads leaves rounding around 0 everywhere else: cutting it off adds 4e-13 in 300 steps.
    lattice = Lattice((64, 64, 1), 20.0)
    c = np.zeros((1, lattice.n_voxels))
    c[0, lattice.n_voxels // 3] = 1.0
    solver = SpectralDiffusion(lattice, np.array([1.0]), np.zeros(1), 0.05)
    for _ in range(300):
        solver.step(c, np.zeros_like(c))
    assert abs(math.fsum(c[0]) - 1.0) < 5e-14


def test_what_decays_for_ever_goes_to_zero_without_complaint():
    lattice = Lattice((16, 16, 1), 20.0)
    c = np.zeros((1, 256))
    c[0, 5] = 1.0
    solver = SpectralDiffusion(lattice, np.full(1, 1e3), np.full(1, 10.0), 6.0)
    for _ in range(20):
        solver.step(c, np.zeros_like(c))
    assert not c.any()


def test_eigenvalues_of_the_continuum_would_turn_a_point_negative(monkeypatch):
    def continuous(lattice):
        waves = [(math.pi * np.arange(n) / (n * lattice.side)) ** 2 for n in lattice.shape]
        return waves[0][:, None, None] + waves[1][None, :, None] + waves[2][None, None, :]

    monkeypatch.setattr(module, "laplacian_modes", continuous)
    c = np.zeros((1, 256))
    c[0, 100] = 1.0
    with pytest.raises(NumericalError, match="substance 0"):
        SpectralDiffusion(Lattice((16, 16, 1), 20.0), np.full(1, 30.0), np.zeros(1), 1.0).step(c, np.zeros_like(c))


@pytest.mark.parametrize("wrong", [math.nan, math.inf, -1.0])
@pytest.mark.parametrize("where", ["concentrations", "sources"])
@pytest.mark.parametrize("diffusion", [0.0, 30.0])
def test_a_wrong_value_names_its_substance(wrong, where, diffusion):
    lattice = Lattice((8, 8, 1), 20.0)
    c, source = np.zeros((3, 64)), np.zeros((3, 64))
    {"concentrations": c, "sources": source}[where][2, 30] = wrong
    solver = SpectralDiffusion(lattice, np.full(3, diffusion), np.zeros(3), 1.0)
    with pytest.raises(NumericalError, match="substance 2"):
        solver.step(c, source)


def test_a_field_of_another_layout_is_refused():
    solver = SpectralDiffusion(Lattice((8, 8, 1), 20.0), np.full(3, 30.0), np.zeros(3), 1.0)
    good = np.zeros((3, 64))
    for bad in (np.zeros((2, 64)), np.zeros((3, 64), dtype=np.float32), np.zeros((64, 3)).T):
        with pytest.raises(ContractError, match="in C order"):
            solver.step(bad, good)
        with pytest.raises(ContractError, match="in C order"):
            solver.step(good, bad)


def test_impossible_coefficients_are_refused():
    lattice = Lattice((8, 8, 1), 20.0)
    for diffusion, decay, dt in (([-1.0], [0.0], 1.0), ([1.0], [math.nan], 1.0), ([1.0], [0.0], -1.0)):
        with pytest.raises(InputError, match="negative or not finite"):
            SpectralDiffusion(lattice, np.array(diffusion), np.array(decay), dt)
    with pytest.raises(InputError, match="do not match"):
        SpectralDiffusion(lattice, np.ones(2), np.ones(3), 1.0)
