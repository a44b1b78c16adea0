"""Space as a box of equal cubic voxels: where a position falls, and how a field slopes there.

The box spans 0 ... shape * side on every axis; a field's value sits at a voxel's centre. A slab is a box one voxel
thick, a block is thicker: an axis with a single voxel is inert (no slope, no travel), so both share one code path.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation.engine.errors import InputError
from simulation.engine.kernel import inlined, kernel

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Lattice:
    """A box of cubic voxels; flat index = (ix * ny + iy) * nz + iz, as numpy's C order.

    shape    (int, int, int)   1    voxels along x, y, z
    side     float             um   edge of a voxel; also the depth of a slab

    errors   InputError when a count is below 1 or the side is not a positive finite length
    """

    shape: tuple[int, int, int]
    side: float

    def __post_init__(self) -> None:
        if len(self.shape) != 3 or any(isinstance(n, bool) or int(n) != n or n < 1 for n in self.shape):
            raise InputError(
                f"{self.shape} is not a box of voxels",
                where="Lattice.shape",
                expected="expected three whole numbers of at least 1",
            )
        if not (math.isfinite(self.side) and self.side > 0):
            raise InputError(
                f"{self.side} is not the side of a voxel", where="Lattice.side", expected="expected a length above 0 um"
            )
        object.__setattr__(self, "shape", tuple(int(n) for n in self.shape))
        object.__setattr__(self, "side", float(self.side))

    @property
    def n_voxels(self) -> int:
        """Number of voxels."""
        return math.prod(self.shape)

    @property
    def axes(self) -> tuple[int, ...]:
        """Axes along which something can change: those with more than one voxel."""
        return tuple(axis for axis in range(3) if self.shape[axis] > 1)

    @property
    def dimension(self) -> int:
        """0 for a single voxel, 1 for a line, 2 for a slab, 3 for a block."""
        return len(self.axes)

    @property
    def extent(self) -> tuple[float, float, float]:
        """Length of the box along x, y, z, um."""
        nx, ny, nz = self.shape
        return nx * self.side, ny * self.side, nz * self.side

    @property
    def voxel_volume(self) -> float:
        """Volume of a voxel, um^3."""
        return self.side * self.side * self.side

    def centres(self) -> tuple[Array, Array, Array]:
        """Give the centres of all voxels in flat order.

        returns    3 x (n_voxels,)   um    x, y, z
        """
        ix, iy, iz = np.indices(self.shape, dtype=np.float64)
        return (ix.ravel() + 0.5) * self.side, (iy.ravel() + 0.5) * self.side, (iz.ravel() + 0.5) * self.side

    def voxels(self, x: Array, y: Array, z: Array) -> NDArray[np.int64]:
        """Give the flat index of the voxel that holds each position; outside the box, of the nearest one.

        x, y, z    (n,)   um    positions
        returns    (n,)   1     flat indices
        """
        found = np.empty(len(x), dtype=np.int64)
        _locate(x, y, z, self.side, *self.shape, found)
        return found

    def clamp(self, x: Array, y: Array, z: Array) -> None:
        """Bring positions back into the box, in place; on an inert axis, onto its middle.

        x, y, z    (n,)   um    positions; one that is not a number stays so, to be found by the caller's checks
        """
        _confine(x, y, z, self.side, *self.shape)


@inlined
def index_along(position: float, side: float, n: int) -> int:
    """Give the voxel that holds a coordinate, clamped to 0 ... n - 1 (0 when it is not a number)."""
    if n == 1 or not position > 0.0:  # a slab's third axis need not be divided
        return 0
    if position >= n * side:  # also keeps infinity away from the conversion to an integer
        return n - 1
    return min(int(position / side), n - 1)


@inlined
def voxel_of(x: float, y: float, z: float, side: float, nx: int, ny: int, nz: int) -> int:
    """Give the flat index of the voxel that holds a position, clamped into the box.

    x, y, z       float   um   position
    side          float   um   edge of a voxel
    nx, ny, nz    int     1    shape of the lattice
    """
    return (index_along(x, side, nx) * ny + index_along(y, side, ny)) * nz + index_along(z, side, nz)


@inlined
def clamped(position: float, side: float, n: int) -> float:
    """Bring one coordinate into 0 ... n * side; onto the middle when the axis is inert."""
    if n == 1:
        return 0.5 * side
    if position < 0.0:
        return 0.0
    if position > n * side:
        return n * side
    return position


@inlined
def slope_along(field: Array, voxel: int, i: int, n: int, stride: int, side: float) -> float:
    """Differentiate a field along one axis: central inside, one-sided at a wall, 0 on an inert axis.

    field      (n_voxels,)   any   values at the voxels' centres
    voxel      int           1     flat index
    i, n       int           1     the voxel's place along the axis, and the axis' number of voxels
    stride     int           1     distance in flat index to the next voxel along the axis
    """
    if n == 1:
        return 0.0
    if i == 0:
        return float((field[voxel + stride] - field[voxel]) / side)
    if i == n - 1:
        return float((field[voxel] - field[voxel - stride]) / side)
    return float((field[voxel + stride] - field[voxel - stride]) / (2.0 * side))


@inlined
def gradient_at(field: Array, voxel: int, side: float, nx: int, ny: int, nz: int) -> tuple[float, float, float]:
    """Give the gradient of a field at a voxel's centre.

    field         (n_voxels,)   any        values at the voxels' centres
    voxel         int           1          flat index
    returns       3 floats      any/um     slopes along x, y, z (second order inside, first order at a wall)
    """
    column = voxel // nz
    return gradient_in(field, column // ny, column % ny, voxel % nz, side, nx, ny, nz)


@inlined
def gradient_in(
    field: Array, ix: int, iy: int, iz: int, side: float, nx: int, ny: int, nz: int
) -> tuple[float, float, float]:
    """Give the gradient at the centre of a voxel known by its three places: divisions are what a gradient costs."""
    voxel = (ix * ny + iy) * nz + iz
    gx = slope_along(field, voxel, ix, nx, ny * nz, side)
    gy = slope_along(field, voxel, iy, ny, nz, side)
    gz = slope_along(field, voxel, iz, nz, 1, side)
    return gx, gy, gz


@kernel
def _locate(x: Array, y: Array, z: Array, side: float, nx: int, ny: int, nz: int, found: NDArray[np.int64]) -> None:
    for i in range(len(found)):
        found[i] = voxel_of(x[i], y[i], z[i], side, nx, ny, nz)


@kernel
def _confine(x: Array, y: Array, z: Array, side: float, nx: int, ny: int, nz: int) -> None:
    for i in range(len(x)):
        x[i] = clamped(x[i], side, nx)
        y[i] = clamped(y[i], side, ny)
        z[i] = clamped(z[i], side, nz)
