"""Modes and action of the Laplacian against its matrix, written face by face."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulation.engine.errors import ContractError, InputError
from simulation.engine.laplacian import apply_operator, laplacian_modes, refuse_layout, refuse_negative
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


@pytest.mark.parametrize("shape", SHAPES)
def test_modes_are_the_eigenvalues_of_the_laplacian(shape):
    lattice = Lattice(shape, 3.0)
    found = np.sort(laplacian_modes(lattice).ravel())
    assert np.allclose(found, np.linalg.eigvalsh(-dense_laplacian(lattice)), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("n", [2, 3, 37, 128, 1000])
def test_modes_are_exact_to_rounding(n):
    side = 20.0
    exact = np.array([(2.0 * math.sin(math.pi * k / (2 * n)) / side) ** 2 for k in range(n)])
    found = laplacian_modes(Lattice((n, 1, 1), side)).ravel()
    assert found[0] == 0.0
    assert np.allclose(found, exact, rtol=1e-14, atol=0)


@pytest.mark.parametrize("shape", SHAPES)
def test_operator_equals_dense_matrix(shape):
    lattice = Lattice(shape, 3.0)
    field, loss = np.random.default_rng(1).random((2, lattice.n_voxels))
    found = np.empty_like(field)
    apply_operator(field, loss, 5.0 / lattice.side**2, *shape, found)
    assert np.allclose(found, loss * field - 5.0 * dense_laplacian(lattice) @ field, rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize("wrong", [-1e-30, math.nan, math.inf])
def test_negative_or_not_finite_is_refused_by_name(wrong):
    refuse_negative(InputError, "here", rate=0.0, field=np.array([0.0, 1.0]), nothing=np.empty(0))
    with pytest.raises(InputError, match="here: rate is negative or not finite"):
        refuse_negative(InputError, "here", rate=wrong)
    with pytest.raises(InputError, match="here: field is negative or not finite"):
        refuse_negative(InputError, "here", rate=1.0, field=np.array([0.0, wrong, 1.0]))


def test_another_layout_is_refused_by_name():
    refuse_layout("here", (2, 3), field=np.zeros((2, 3)))
    for bad in (np.zeros((3, 2)), np.zeros((2, 3), dtype=np.float32), np.zeros((3, 2)).T):
        with pytest.raises(ContractError, match="here: field is"):
            refuse_layout("here", (2, 3), field=bad)
