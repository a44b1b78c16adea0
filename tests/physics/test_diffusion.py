"""Diffusion against the closed solutions of the continuum, and its symmetries."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.special import k0

from simulation.engine.diffusion import SpectralDiffusion
from simulation.engine.lattice import Lattice


def stepped(lattice, c, diffusion, decay, minutes, steps=1, source=None):
    """March one substance on and give its concentration."""
    rows = np.array(c, dtype=float).reshape(1, -1)
    feeding = np.zeros_like(rows) if source is None else np.array(source, dtype=float).reshape(1, -1)
    solver = SpectralDiffusion(lattice, np.array([diffusion]), np.array([decay]), minutes / steps)
    for _ in range(steps):
        solver.step(rows, feeding)
    return rows[0]


def point(lattice):
    """One unit of amount in the middle voxel, and every voxel's distance from it."""
    middle = np.ravel_multi_index([n // 2 for n in lattice.shape], lattice.shape)
    x, y, z = lattice.centres()
    c = np.zeros(lattice.n_voxels)
    c[middle] = 1.0 / lattice.side**lattice.dimension
    return c, np.sqrt((x - x[middle]) ** 2 + (y - y[middle]) ** 2 + (z - z[middle]) ** 2)


# --- BioFVM convergence test 1: u0 = 1 + cos(pi x / 500) on [-500, 500] um, D = 1e5 um^2/min, no decay ----------------


def cosine_error(n, steps=1):
    lattice, D, t = Lattice((n, 1, 1), 1000.0 / n), 1e5, 0.25
    wave = np.cos(np.pi * (lattice.centres()[0] - 500.0) / 500.0)
    c = stepped(lattice, 1.0 + wave, D, 0.0, t, steps)
    return np.max(np.abs(c - (1.0 + wave * math.exp(-D * math.pi**2 * t / 500.0**2))))


def test_cosine_wave_is_second_order_in_space():
    errors = [cosine_error(n) for n in (20, 40, 80, 160)]
    orders = np.log2(np.array(errors[:-1]) / errors[1:])
    assert errors[0] < 0.01
    assert np.all(orders >= 1.9) and np.all(orders < 2.1)


def test_cosine_wave_is_exact_in_time():
    # What is left is the error in space, the same for any number of steps.
    assert cosine_error(80, steps=100) == pytest.approx(cosine_error(80), rel=1e-9)


def test_one_big_step_equals_many_small_ones():
    lattice = Lattice((24, 17, 3), 20.0)
    rng = np.random.default_rng(1)
    c, source = rng.random(lattice.n_voxels), rng.random(lattice.n_voxels)
    one = stepped(lattice, c, 1200.0, 0.0275, 60.0, 1, source)
    many = stepped(lattice, c, 1200.0, 0.0275, 60.0, 200, source)
    assert np.allclose(one, many, rtol=1e-11, atol=0)


# --- closed solutions -------------------------------------------------------------------------------------------------


def test_decay_alone():
    c = stepped(Lattice((8, 8, 1), 20.0), np.full(64, 3.0), 900.0, 0.0275, 100.0, 7)
    assert np.allclose(c, 3.0 * math.exp(-2.75), rtol=1e-13, atol=0)


def test_secretion_everywhere_rises_to_source_over_decay():
    c = stepped(Lattice((8, 8, 1), 20.0), np.zeros(64), 900.0, 0.01, 30.0, 3, np.full(64, 0.2))
    assert np.allclose(c, 20.0 * -math.expm1(-0.3), rtol=1e-13, atol=0)


@pytest.mark.parametrize(("shape", "tolerance"), [((129, 129, 1), 0.006), ((45, 45, 45), 0.015)])
def test_point_spreads_as_the_heat_kernel(shape, tolerance):
    lattice = Lattice(shape, 10.0)
    D, decay, t = 1000.0, 0.01, 5.0 if lattice.dimension == 2 else 1.6
    amount, r = point(lattice)
    c = stepped(lattice, amount, D, decay, t)
    width = math.sqrt(2.0 * D * t)
    exact = np.exp(-(r**2) / (4 * D * t) - decay * t) / (4 * math.pi * D * t) ** (lattice.dimension / 2)
    near = r < 1.5 * width
    assert np.max(np.abs(c[near] / exact[near] - 1.0)) < tolerance


@pytest.mark.parametrize("dimension", [2, 3])
def test_heat_kernel_is_second_order_in_space(dimension):
    D, t, errors = 1000.0, 3.0, []
    for n, side in ((21, 20.0), (41, 10.0)):
        lattice = Lattice((n,) * dimension + (1,) * (3 - dimension), side)
        peak = stepped(lattice, point(lattice)[0], D, 0.0, t).max()
        errors.append(peak * (4 * math.pi * D * t) ** (dimension / 2) - 1.0)
    assert math.log2(errors[0] / errors[1]) >= 1.9


def test_steady_profile_from_a_wall_falls_by_e_over_one_decay_length():
    lattice, D, decay = Lattice((600, 1, 1), 10.0), 1200.0, 0.0275  # TNF
    source = np.zeros(600)
    source[0] = 1.0
    c = stepped(lattice, np.zeros(600), D, decay, 1e5, 1, source)
    length = 10.0 * 50 / math.log(c[20] / c[70])
    assert length == pytest.approx(math.sqrt(D / decay), rel=2e-4)
    # On the lattice the fall per voxel is known exactly: q + 1/q = 2 + (side / length)^2.
    s = 2.0 + decay * 100.0 / D
    assert c[21] / c[20] == pytest.approx((s - math.sqrt(s * s - 4.0)) / 2.0, rel=1e-9)


def test_steady_point_source_in_a_slab():
    lattice, D, decay = Lattice((121, 121, 1), 20.0), 1200.0, 0.0275
    amount, r = point(lattice)
    c = stepped(lattice, np.zeros(lattice.n_voxels), D, decay, 1e5, 1, amount)
    length = math.sqrt(D / decay)
    near = (r > 60.0) & (r < 1.5 * length)
    exact = k0(r[near] / length) / (2 * math.pi * D)
    assert np.max(np.abs(c[near] / exact - 1.0)) < 0.01


def test_steady_point_source_in_a_block_is_second_order_in_space():
    D, length, errors = 1200.0, 100.0, []
    for n, side in ((31, 40.0), (61, 20.0)):
        lattice = Lattice((n, n, n), side)
        amount, r = point(lattice)
        c = stepped(lattice, np.zeros(lattice.n_voxels), D, D / length**2, 1e5, 1, amount)
        exact = np.exp(-r / length) / (4 * math.pi * D * np.maximum(r, 1.0))
        there = np.isclose(r, 200.0) & (lattice.centres()[0] == lattice.extent[0] / 2 + 200.0)
        assert there.sum() == 1
        errors.append(abs(c[there][0] / exact[there][0] - 1.0))
        near = (r > 100.0) & (r < 300.0)
    assert np.max(np.abs(c[near] / exact[near] - 1.0)) < 0.03
    assert math.log2(errors[0] / errors[1]) >= 1.9


# --- balance ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("decay", [0.0, 1e-6, 0.0275, 2.0])
@pytest.mark.parametrize("shape", [(64, 64, 1), (20, 20, 20)])
def test_secreted_minus_decayed_is_the_change(shape, decay):
    lattice, dt = Lattice(shape, 20.0), 6.0
    rng = np.random.default_rng(3)
    c = rng.random((1, lattice.n_voxels)) * (rng.random(lattice.n_voxels) < 0.05)
    source = rng.random(c.shape) * (rng.random(lattice.n_voxels) < 0.02)
    solver = SpectralDiffusion(lattice, np.array([900.0]), np.array([decay]), dt)
    for _ in range(20):
        before, secreted = math.fsum(c[0]), math.fsum(source[0]) * dt
        # Of what was there 1 - exp(-l dt) decays; of what comes in evenly over the step, 1 - (1 - exp(-l dt)) / (l dt).
        there = -math.expm1(-decay * dt)
        decayed = before * there + (secreted * (1.0 - there / (decay * dt)) if decay else 0.0)
        solver.step(c, source)
        assert math.fsum(c[0]) == pytest.approx(before + secreted - decayed, rel=1e-12, abs=0)


# --- symmetry: space has no favourite direction -----------------------------------------------------------------------


def turned(box, way):
    return np.ascontiguousarray(way(box)).ravel()


@pytest.mark.parametrize(
    "way",
    [
        lambda a: a[::-1],
        lambda a: a[:, ::-1],
        lambda a: a[:, :, ::-1],
        lambda a: a.transpose(1, 0, 2),
        lambda a: a.transpose(2, 1, 0),
        lambda a: np.rot90(a),
    ],
    ids=["mirror x", "mirror y", "mirror z", "swap xy", "swap xz", "quarter turn"],
)
def test_turning_before_or_after_is_the_same(way):
    shape = (14, 9, 6)
    rng = np.random.default_rng(4)
    c, source = rng.random(shape), rng.random(shape)
    after = way(stepped(Lattice(shape, 20.0), c, 900.0, 0.01, 6.0, 3, source).reshape(shape))
    before = stepped(Lattice(way(c).shape, 20.0), turned(c, way), 900.0, 0.01, 6.0, 3, turned(source, way))
    assert np.allclose(before, after.ravel(), rtol=1e-13, atol=0)


def test_slab_equals_block_whose_layers_are_alike():
    rng = np.random.default_rng(5)
    c, source = rng.random((14, 9, 1)), rng.random((14, 9, 1))
    slab = stepped(Lattice((14, 9, 1), 20.0), c, 900.0, 0.01, 6.0, 3, source)
    layers = [np.repeat(a, 4, axis=2) for a in (c, source)]
    block = stepped(Lattice((14, 9, 4), 20.0), layers[0], 900.0, 0.01, 6.0, 3, layers[1])
    assert np.allclose(block.reshape(-1, 4), slab[:, None], rtol=1e-13, atol=0)


def test_slab_is_the_same_whichever_axis_is_inert():
    c = np.random.default_rng(6).random((14, 9))
    results = [stepped(Lattice(shape, 20.0), c, 900.0, 0.01, 6.0) for shape in ((14, 9, 1), (14, 1, 9), (1, 14, 9))]
    assert results[0].tobytes() == results[1].tobytes() == results[2].tobytes()


def test_units_of_length_time_and_amount_do_not_matter():
    rng = np.random.default_rng(7)
    c, source = rng.random(126), rng.random(126)
    um = stepped(Lattice((14, 9, 1), 20.0), c, 900.0, 0.01, 6.0, 3, source)
    mm_seconds = stepped(
        Lattice((14, 9, 1), 0.02), 1e3 * c, 900.0 * 1e-6 / 60.0, 0.01 / 60.0, 360.0, 3, 1e3 * source / 60.0
    )
    assert np.allclose(mm_seconds, 1e3 * um, rtol=1e-12, atol=0)
