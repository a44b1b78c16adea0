"""Oxygen with fast uptake and vessels: accuracy of one large step, balance, symmetry, decay length."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulation.engine.diffusion import ImplicitDiffusion
from simulation.engine.lattice import Lattice

D, DECAY, VESSEL = 1e5, 0.1, 38.0  # um^2/min, 1/min, mmHg


def tumour(lattice, radius, seed=0):
    """A disc of cells that take up 10 /min among tissue that takes up little, and vessels in 5 % of the voxels."""
    rng = np.random.default_rng(seed)
    x, y, _ = lattice.centres()
    inside = (x - lattice.extent[0] / 2) ** 2 + (y - lattice.extent[1] / 2) ** 2 < radius**2
    vessels = (rng.random(lattice.n_voxels) < 0.05) & ~inside
    return {"uptake": np.where(inside, 10.0, 0.5), "exchange": np.where(vessels, 50.0, 0.0), "vessel": VESSEL}


@pytest.mark.parametrize("shape", [(40, 40, 1), (14, 14, 6)])
def test_one_step_is_within_one_percent_of_a_hundred_small_ones(shape):
    lattice = Lattice(shape, 20.0)
    width = lattice.extent[0]
    c = np.full(lattice.n_voxels, VESSEL)
    solver = ImplicitDiffusion(lattice, D, DECAY)
    solver.steady(c, **tumour(lattice, 0.20 * width))
    start, grown = c.copy(), tumour(lattice, 0.23 * width)  # the tumour has grown since
    solver.step(c, 6.0, **grown)
    reference = start.copy()
    for _ in range(100):
        solver.step(reference, 0.06, **grown)
    assert np.max(np.abs(reference / start - 1.0)) > 0.02  # there was something to follow
    assert np.max(np.abs(c / reference - 1.0)) < 0.01
    assert reference.min() < 0.75 * reference.max()  # and oxygen does fall inside


def test_a_dense_tumour_is_hypoxic_inside_and_only_there():
    lattice = Lattice((40, 40, 1), 20.0)
    c = np.full(1600, VESSEL)
    around = tumour(lattice, 160.0)
    ImplicitDiffusion(lattice, D, DECAY).steady(c, **around)
    assert np.all(np.flatnonzero(c < 10.0) == np.flatnonzero((c < 10.0) & (around["uptake"] == 10.0)))
    assert (c < 10.0).any() and np.median(c[around["uptake"] < 10.0]) > 20.0


def test_steps_end_in_the_steady_state():
    lattice = Lattice((30, 30, 1), 20.0)
    around = tumour(lattice, 120.0)
    solver = ImplicitDiffusion(lattice, D, DECAY)
    steady, marched = np.zeros(900), np.zeros(900)
    solver.steady(steady, **around)
    for _ in range(20):
        solver.step(marched, 6.0, **around)
    assert np.allclose(marched, steady, rtol=1e-6, atol=0)


def test_step_is_first_order_in_time():
    lattice = Lattice((20, 20, 1), 20.0)
    around = tumour(lattice, 100.0)
    solver = ImplicitDiffusion(lattice, D, DECAY, tolerance=1e-12)
    ends = []
    for steps in (8, 16, 32):
        c = np.zeros(400)
        for _ in range(steps):
            solver.step(c, 0.4 / steps, **around)
        ends.append(c)
    order = math.log2(np.linalg.norm(ends[1] - ends[0]) / np.linalg.norm(ends[2] - ends[1]))
    assert 0.9 < order < 1.1


@pytest.mark.parametrize("dt", [6.0, math.inf])
def test_what_vessels_give_is_what_is_used_and_stored(dt):
    lattice = Lattice((40, 30, 1), 20.0)
    around = tumour(lattice, 150.0)
    before = np.full(lattice.n_voxels, 20.0)
    c = before.copy()
    solver = ImplicitDiffusion(lattice, D, DECAY, tolerance=1e-12)
    if math.isinf(dt):
        solver.steady(c, **around)
    else:
        solver.step(c, dt, **around)
    given = math.fsum(around["exchange"] * (VESSEL - c))
    used = math.fsum((DECAY + around["uptake"]) * c)
    assert given == pytest.approx(used + math.fsum(c - before) / dt, rel=1e-9)


def test_penetration_depth_in_dense_tumour():
    # sqrt(D / uptake) = 100 um, the depth at which tumours turn hypoxic
    lattice = Lattice((120, 1, 1), 10.0)
    exchange = np.zeros(120)
    exchange[0] = 1e4
    c = np.zeros(120)
    ImplicitDiffusion(lattice, D, 0.0, tolerance=1e-12).steady(c, uptake=10.0, exchange=exchange, vessel=VESSEL)
    length = 10.0 * 30 / math.log(c[10] / c[40])
    assert length == pytest.approx(100.0, rel=1e-3)


def test_mirrored_and_turned_tissue_gives_mirrored_and_turned_oxygen():
    lattice = Lattice((24, 24, 1), 20.0)
    around = tumour(lattice, 100.0)
    solver = ImplicitDiffusion(lattice, D, DECAY, tolerance=1e-13)
    c = np.zeros(576)
    solver.steady(c, **around)
    for way in (lambda a: a[::-1], lambda a: a[:, ::-1], lambda a: a.T, np.rot90):
        other = np.zeros(576)
        fields = {name: way(around[name].reshape(24, 24)).ravel() for name in ("uptake", "exchange")}
        solver.steady(other, vessel=VESSEL, **fields)
        assert np.allclose(other.reshape(24, 24), way(c.reshape(24, 24)), rtol=1e-10, atol=0)
