"""A substance whose loss is fast against the step and differs from place to place: oxygen.

    dc/dt = D lap c - (decay + uptake) c + exchange (vessel - c) + source

Splitting uptake off would be wrong at 10 /min, so each step solves the whole of it at once:
    (1/dt + decay + uptake + exchange - D lap) c1 = c0 / dt + exchange vessel + source
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.fft import dctn, idctn

from simulation.engine.arithmetic import chunked_dot, chunked_sum
from simulation.engine.errors import InputError, NumericalError
from simulation.engine.kernel import kernel
from simulation.engine.laplacian import apply_operator, laplacian_modes, refuse_layout, refuse_negative
from simulation.engine.lattice import Lattice

Array = NDArray[np.float64]


class ImplicitDiffusion:
    """Step one substance whose loss is fast against the step and differs from place to place, as oxygen's.

    Backward Euler (first order in time, stable for any step) or the steady state itself, by conjugate gradients;
    the preconditioner is the same equation with the mean coefficient, solved in cosine space. The matrix has
    non-positive neighbours and dominant diagonal, so its exact solution is not negative; what the tolerance leaves
    below 0 is set to 0.

    lattice           Lattice              box with no-flux walls
    diffusion         float     um^2/min   coefficient
    decay             float     1/min      first-order loss everywhere
    tolerance         float     1          residual at which to stop, relative to the right-hand side
    max_iterations    int       1          iterations after which to give up
    workers           int       1          threads of the transforms; the bits do not depend on it

    errors            InputError when a number is negative or not finite
    """

    def __init__(
        self,
        lattice: Lattice,
        diffusion: float,
        decay: float,
        *,
        tolerance: float = 1e-8,
        max_iterations: int = 200,
        workers: int = 1,
    ) -> None:
        refuse_negative(InputError, "ImplicitDiffusion", diffusion=diffusion, decay=decay, tolerance=tolerance)
        self.lattice, self.diffusion, self.decay = lattice, float(diffusion), float(decay)
        self.tolerance, self.max_iterations, self.workers = tolerance, max_iterations, workers
        self._modes = self.diffusion * laplacian_modes(lattice)

    def step(
        self,
        concentration: Array,
        dt_minutes: float,
        *,
        uptake: Array | float = 0.0,
        exchange: Array | float = 0.0,
        vessel: Array | float = 0.0,
        source: Array | float = 0.0,
    ) -> int:
        """Move the substance on by one step, in place.

        concentration    (n_voxels,)             any       at least 0
        dt_minutes       float                   min       length of the step
        uptake           (n_voxels,) or float    1/min     loss to cells
        exchange         (n_voxels,) or float    1/min     rate at which vessels even out the difference
        vessel           (n_voxels,) or float    any       concentration inside the vessels
        source           (n_voxels,) or float    any/min   production
        returns          int                     1         iterations used

        errors           NumericalError when an input is negative or not finite, or the iteration does not converge
        """
        if not dt_minutes > 0.0:
            raise NumericalError(f"a step of {dt_minutes} min", where="diffusion", expected="expected more than 0 min")
        return self._solve(concentration, 1.0 / dt_minutes, uptake, exchange, vessel, source)

    def steady(
        self,
        concentration: Array,
        *,
        uptake: Array | float = 0.0,
        exchange: Array | float = 0.0,
        vessel: Array | float = 0.0,
        source: Array | float = 0.0,
    ) -> int:
        """Replace the concentration, which serves as first guess, by the steady state; arguments as in `step`.

        errors    also NumericalError when nothing is lost anywhere, so that there is no steady state
        """
        return self._solve(concentration, 0.0, uptake, exchange, vessel, source)

    def _solve(
        self,
        concentration: Array,
        rate: float,
        uptake: Array | float,
        exchange: Array | float,
        vessel: Array | float,
        source: Array | float,
    ) -> int:
        refuse_layout("ImplicitDiffusion", (self.lattice.n_voxels,), concentration=concentration)
        given: dict[str, Array | float] = {"uptake": uptake, "exchange": exchange, "vessel": vessel, "source": source}
        refuse_negative(NumericalError, "diffusion", concentration=concentration, **given)
        loss = np.zeros(self.lattice.n_voxels)
        loss += rate + self.decay + (uptake + np.asarray(exchange))
        mean = chunked_sum(loss) / len(loss)
        if mean == 0.0:
            raise NumericalError(
                "there is no steady state", where="diffusion", expected="expected decay, uptake or exchange somewhere"
            )
        target = rate * concentration + np.asarray(exchange) * vessel + source
        scale = float(np.max(target))  # the equation is linear: solved near 1, nothing under- or overflows when squared
        if scale == 0.0:
            concentration[:] = 0.0
            return 0
        solved = concentration / scale
        iterations = self._conjugate_gradients(solved, loss, target / scale, 1.0 / (mean + self._modes))
        np.maximum(scale * solved, 0.0, out=concentration)
        return iterations

    def _conjugate_gradients(self, c: Array, loss: Array, target: Array, inverse: Array) -> int:
        """Solve (loss - D lap) c = target in place; Hestenes and Stiefel 1952, J Res NBS 49:409 (recalled)."""
        coupling = self.diffusion / (self.lattice.side * self.lattice.side)
        goal = self.tolerance * math.sqrt(chunked_dot(target, target))
        applied = np.empty_like(c)
        apply_operator(c, loss, coupling, *self.lattice.shape, applied)
        residual = target - applied
        direction, alignment = np.zeros_like(c), 1.0
        for iteration in range(self.max_iterations + 1):
            size = math.sqrt(chunked_dot(residual, residual))
            if size <= goal:
                return iteration
            corrected = self._precondition(residual, inverse)
            previous, alignment = alignment, chunked_dot(residual, corrected)
            turn(direction, corrected, alignment / previous)
            apply_operator(direction, loss, coupling, *self.lattice.shape, applied)
            length = alignment / chunked_dot(direction, applied)
            go(c, residual, direction, applied, length)
        raise NumericalError(
            f"not converged in {self.max_iterations} iterations (relative residual {size / goal * self.tolerance:.2g})",
            where="diffusion",
            remedy="give a shorter step, a larger tolerance or more iterations",
        )

    def _precondition(self, residual: Array, inverse: Array) -> Array:
        if not self.lattice.axes:
            return residual * inverse.ravel()
        modes = dctn(residual.reshape(self.lattice.shape), axes=self.lattice.axes, workers=self.workers)
        modes *= inverse
        corrected: Array = idctn(modes, axes=self.lattice.axes, overwrite_x=True, workers=self.workers)
        return corrected.ravel()


@kernel
def turn(direction: Array, corrected: Array, kept: float) -> None:
    """Keep so much of the old direction, and add what the corrected residual asks for."""
    for v in range(direction.size):
        direction[v] = direction[v] * kept + corrected[v]


@kernel
def go(c: Array, residual: Array, direction: Array, applied: Array, length: float) -> None:
    """Go along a direction, and let the residual follow."""
    for v in range(c.size):
        c[v] += length * direction[v]
        residual[v] -= length * applied[v]
