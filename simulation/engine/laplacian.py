"""The finite-volume Laplacian of a lattice whose walls let nothing through: its modes, its action, its fields.

5 points in a slab, 7 in a block; second order in the voxel's side. Its modes are the cosines of the DCT-II (Strang
1999, SIAM Review 41:135, recalled). It moves matter only between neighbours, as much out of one as into the other, so
that what spreads by it neither turns negative nor gets lost.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from simulation.engine.arithmetic import sin_cos_turn
from simulation.engine.errors import ContractError, SimulationError
from simulation.engine.kernel import inlined
from simulation.engine.lattice import Lattice

Array = NDArray[np.float64]


def laplacian_modes(lattice: Lattice) -> Array:
    """Give the eigenvalues of minus the Laplacian, in the order of the DCT-II.

    lattice    Lattice                 box with no-flux walls
    returns    (nx, ny, nz)   1/um^2   sum over axes of (2 sin(pi k / 2n) / side)^2; 0 for the mean
    """
    along = [_modes_along(n, lattice.side) for n in lattice.shape]
    return along[0][:, None, None] + along[1][None, :, None] + along[2][None, None, :]


def _modes_along(n: int, side: float) -> Array:
    sines = np.array([sin_cos_turn(k / (4.0 * n))[0] for k in range(n)])
    roots = 2.0 * sines / side
    return roots * roots


@inlined
def apply_operator(field: Array, loss: Array, coupling: float, nx: int, ny: int, nz: int, result: Array) -> None:
    """Write loss * field - D lap field into `result`.

    field       (n_voxels,)   any       values at the voxels' centres
    loss        (n_voxels,)   1/min     first-order loss of each voxel
    coupling    float         1/min     D / side^2
    nx ... nz   int           1         shape of the lattice
    result      (n_voxels,)   any/min   net loss of each voxel
    """
    for ix in range(nx):
        for iy in range(ny):
            for iz in range(nz):
                v = (ix * ny + iy) * nz + iz
                here = field[v]
                # Both sides of an axis are added first: mirrored fields give mirrored bits.
                along_x = (here - field[v - ny * nz] if ix > 0 else 0.0) + (
                    here - field[v + ny * nz] if ix < nx - 1 else 0.0
                )
                along_y = (here - field[v - nz] if iy > 0 else 0.0) + (here - field[v + nz] if iy < ny - 1 else 0.0)
                along_z = (here - field[v - 1] if iz > 0 else 0.0) + (here - field[v + 1] if iz < nz - 1 else 0.0)
                result[v] = loss[v] * here + coupling * (along_x + along_y + along_z)


def refuse_negative(error: type[SimulationError], where: str, **numbers: Array | float) -> None:
    """Raise `error` when one of the named numbers or fields is negative or not finite."""
    for name, given in numbers.items():
        fine = sound(given.ravel()) if isinstance(given, np.ndarray) else 0.0 <= given < math.inf
        if not fine:
            raise error(f"{name} is negative or not finite", where=where, expected="expected at least 0")


@inlined
def sound(values: Array) -> bool:
    """Tell whether all values are finite and none is negative; in one look without exits, several at once."""
    faults = 0
    for i in range(values.size):
        faults += not 0.0 <= values[i] < np.inf
    return faults == 0


def refuse_layout(where: str, shape: tuple[int, ...], **fields: Array) -> None:
    """Raise ContractError when one of the named fields is not float64 of this shape in C order."""
    for name, given in fields.items():
        if given.shape != shape or given.dtype != np.float64 or not given.flags.c_contiguous:
            raise ContractError(
                f"{name} is {given.dtype} {given.shape}", where=where, expected=f"expected float64 {shape} in C order"
            )
