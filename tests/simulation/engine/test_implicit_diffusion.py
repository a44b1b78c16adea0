"""The implicit solver against a dense solve written in plain Python."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.engine.diffusion import ImplicitDiffusion
from simulation.engine.errors import ContractError, InputError, NumericalError
from simulation.engine.lattice import Lattice

D, DECAY = 1000.0, 0.1


def dense_solution(lattice, rate, c, uptake, exchange, vessel, source):
    """Write the equation of every voxel face by face and solve all of them at once."""
    nx, ny, nz = lattice.shape
    matrix, right = np.zeros((lattice.n_voxels, lattice.n_voxels)), np.zeros(lattice.n_voxels)
    for ix in range(nx):
        for iy in range(ny):
            for iz in range(nz):
                here = (ix * ny + iy) * nz + iz
                matrix[here, here] += rate + DECAY + uptake[here] + exchange[here]
                right[here] = rate * c[here] + exchange[here] * vessel[here] + source[here]
                for jx, jy, jz in ((ix + 1, iy, iz), (ix, iy + 1, iz), (ix, iy, iz + 1)):
                    if jx < nx and jy < ny and jz < nz:
                        there = (jx * ny + jy) * nz + jz
                        for a, b in ((here, there), (there, here)):
                            matrix[a, a] += D / lattice.side**2
                            matrix[a, b] -= D / lattice.side**2
    return np.linalg.solve(matrix, right)


def tissue(lattice, seed=0):
    rng = np.random.default_rng(seed)
    n = lattice.n_voxels
    return {
        "uptake": 10.0 * (rng.random(n) < 0.5),
        "exchange": 30.0 * (rng.random(n) < 0.2),
        "vessel": 30.0 + 10.0 * rng.random(n),
        "source": rng.random(n),
    }


@pytest.mark.parametrize("shape", [(6, 6, 1), (3, 2, 4), (9, 1, 1), (1, 1, 1)])
@pytest.mark.parametrize("dt", [0.01, 6.0, math.inf])
def test_equals_dense_solve(shape, dt):
    lattice = Lattice(shape, 20.0)
    around = tissue(lattice)
    c = np.linspace(0.0, 40.0, lattice.n_voxels)
    exact = dense_solution(lattice, 1.0 / dt, c, **around)
    solver = ImplicitDiffusion(lattice, D, DECAY, tolerance=1e-14)
    if math.isinf(dt):
        solver.steady(c, **around)
    else:
        solver.step(c, dt, **around)
    assert np.allclose(c, exact, rtol=1e-11, atol=0)


def test_default_tolerance_is_the_relative_residual():
    lattice = Lattice((6, 6, 1), 20.0)
    around = tissue(lattice)
    c = np.zeros(36)
    exact = dense_solution(lattice, 0.0, c, **around)
    ImplicitDiffusion(lattice, D, DECAY).steady(c, **around)
    assert 1e-13 < np.max(np.abs(c / exact - 1.0)) < 1e-6


def test_numbers_serve_for_fields_that_are_the_same_everywhere():
    lattice = Lattice((6, 6, 1), 20.0)
    c = np.linspace(0.0, 40.0, 36)
    again = c.copy()
    solver = ImplicitDiffusion(lattice, D, DECAY)
    solver.step(c, 6.0, uptake=2.0, exchange=3.0, vessel=38.0, source=0.5)
    full = {"uptake": 2.0, "exchange": 3.0, "vessel": 38.0, "source": 0.5}
    solver.step(again, 6.0, **{name: np.full(36, value) for name, value in full.items()})
    assert c.tobytes() == again.tobytes()


def test_equal_coefficients_need_one_iteration():
    lattice = Lattice((20, 14, 3), 20.0)
    c = np.random.default_rng(1).random(lattice.n_voxels)
    assert ImplicitDiffusion(lattice, D, DECAY).step(c, 6.0, uptake=2.0) == 1


def test_a_right_guess_needs_no_iteration_and_keeps_its_bits():
    lattice = Lattice((20, 14, 1), 20.0)
    around = tissue(lattice)
    c = np.full(lattice.n_voxels, 38.0)
    solver = ImplicitDiffusion(lattice, D, DECAY)
    assert solver.steady(c, **around) > 1
    before = c.copy()
    assert solver.steady(c, **around) == 0
    assert np.allclose(c, before, rtol=1e-15, atol=0)


def test_nothing_in_nothing_out():
    lattice = Lattice((6, 6, 1), 20.0)
    c = np.full(36, 5.0)
    assert ImplicitDiffusion(lattice, D, DECAY).steady(c) == 0
    assert not c.any()


@pytest.mark.parametrize("workers", [2, 3])
def test_bits_do_not_depend_on_threads(workers):
    lattice = Lattice((37, 25, 3), 20.0)
    around = tissue(lattice)
    one, more = np.full(lattice.n_voxels, 38.0), np.full(lattice.n_voxels, 38.0)
    ImplicitDiffusion(lattice, D, DECAY).step(one, 6.0, **around)
    ImplicitDiffusion(lattice, D, DECAY, workers=workers).step(more, 6.0, **around)
    assert one.tobytes() == more.tobytes()


@settings(deadline=None, max_examples=40)
@given(
    shape=st.tuples(st.integers(1, 12), st.integers(1, 12), st.integers(1, 4)),
    seed=st.integers(0, 2**32 - 1),
    magnitude=st.floats(-200, 200),
    dt=st.sampled_from([1e-3, 1.0, 1e4]),
)
def test_stays_between_nothing_and_the_largest_of_what_feeds_it(shape, seed, magnitude, dt):
    lattice = Lattice(shape, 20.0)
    rng = np.random.default_rng(seed)
    around = tissue(lattice, seed)
    around["source"][:] = 0.0
    around["vessel"] *= 10.0**magnitude
    c = (rng.random(lattice.n_voxels) < 0.1) * 40.0 * 10.0**magnitude
    ImplicitDiffusion(lattice, D, DECAY).step(c, dt, **around)
    assert c.min() >= 0.0
    assert c.max() <= 40.0 * 10.0**magnitude * (1 + 1e-6)


def test_what_the_tolerance_leaves_below_nothing_is_cut_off():
    # Far from a lone point the solution is smaller than the tolerance; unclipped it reaches -2e-10 here.
    lattice = Lattice((20, 20, 1), 20.0)
    c = np.zeros(400)
    c[5 * 20 + 5] = 40.0
    uptake = 10.0 * (np.random.default_rng(0).random(400) < 0.5)
    ImplicitDiffusion(lattice, 100.0, DECAY).step(c, 1.0, uptake=uptake)
    assert c.min() >= 0.0


def test_giving_up_says_so_and_leaves_the_field_alone():
    lattice = Lattice((20, 20, 1), 20.0)
    c = np.full(400, 38.0)
    with pytest.raises(NumericalError, match="not converged in 3 iterations"):
        ImplicitDiffusion(lattice, D, DECAY, max_iterations=3).steady(c, **tissue(lattice))
    assert np.array_equal(c, np.full(400, 38.0))


def test_without_loss_there_is_no_steady_state():
    with pytest.raises(NumericalError, match="no steady state"):
        ImplicitDiffusion(Lattice((4, 4, 1), 20.0), D, 0.0).steady(np.ones(16), source=1.0)


@pytest.mark.parametrize("name", ["uptake", "exchange", "vessel", "source", "concentration"])
@pytest.mark.parametrize("wrong", [math.nan, math.inf, -1.0])
def test_wrong_values_are_named(name, wrong):
    lattice = Lattice((4, 4, 1), 20.0)
    given = {**tissue(lattice), "concentration": np.ones(16)}
    given[name][5] = wrong
    with pytest.raises(NumericalError, match=f"{name} is negative or not finite"):
        ImplicitDiffusion(lattice, D, DECAY).step(given.pop("concentration"), 6.0, **given)


def test_impossible_use_is_refused():
    lattice = Lattice((4, 4, 1), 20.0)
    with pytest.raises(InputError, match="diffusion"):
        ImplicitDiffusion(lattice, -1.0, DECAY)
    with pytest.raises(ContractError, match="in C order"):
        ImplicitDiffusion(lattice, D, DECAY).steady(np.ones(15))
    for dt in (0.0, -1.0, math.nan):
        with pytest.raises(NumericalError, match="more than 0 min"):
            ImplicitDiffusion(lattice, D, DECAY).step(np.ones(16), dt)
