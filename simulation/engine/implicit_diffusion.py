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
from simulation.engine.laplacian import apply_operator, laplacian_modes, refuse_layout, refuse_negative, sound
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
        self._coupling = self.diffusion / (lattice.side * lattice.side)

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
        n = len(concentration)
        taken, given_off, inside, made = (
            g if isinstance(g, np.ndarray) else np.full(n, float(g)) for g in given.values()
        )
        loss, target, solved, residual = np.empty((4, n))
        mean, scale, size, goal = begin(
            concentration, rate, rate + self.decay, taken, given_off, inside, made,
            self.tolerance, self._coupling, *self.lattice.shape, loss, target, solved, residual,
        )  # fmt: skip
        if not mean >= 0.0:
            refuse_negative(NumericalError, "diffusion", concentration=concentration, **given)
        if mean == 0.0:
            raise NumericalError(
                "there is no steady state", where="diffusion", expected="expected decay, uptake or exchange somewhere"
            )
        if scale == 0.0:
            concentration[:] = 0.0
            return 0
        iterations = 0
        if not size <= goal:
            iterations = self._conjugate_gradients(solved, loss, residual, 1.0 / (mean + self._modes), size, goal)
        solved *= scale
        np.maximum(solved, 0.0, out=concentration)
        return iterations

    def _conjugate_gradients(
        self, c: Array, loss: Array, residual: Array, inverse: Array, size: float, goal: float
    ) -> int:
        """Solve (loss - D lap) c = target in place; Hestenes and Stiefel 1952, J Res NBS 49:409 (recalled)."""
        applied, direction, alignment = np.empty_like(c), np.zeros_like(c), 1.0
        for iteration in range(1, self.max_iterations + 1):
            corrected = self._precondition(residual, inverse)
            alignment, size = advance(
                c, residual, direction, corrected, alignment, loss, self._coupling, *self.lattice.shape, applied
            )
            if size <= goal:
                return iteration
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
def begin(
    concentration: Array,
    rate: float,
    everywhere: float,
    uptake: Array,
    exchange: Array,
    vessel: Array,
    source: Array,
    tolerance: float,
    coupling: float,
    nx: int,
    ny: int,
    nz: int,
    loss: Array,
    target: Array,
    guess: Array,
    residual: Array,
) -> tuple[float, float, float, float]:
    """Set up the equation (loss - D lap) guess = target, divided by the largest of its right-hand side.

    concentration ... source    n_voxels   as in `ImplicitDiffusion.step`
    rate                        1/min      1 / length of the step
    everywhere                  1/min      loss that is the same in all voxels, the rate included
    coupling                    1/min      D / side^2
    loss ... residual           n_voxels   results

    Returns the mean loss (negative when any given number is negative or not finite), the scale, the size of the
    residual and that at which to stop. The equation is linear: solved near 1, nothing under- or overflows when squared.
    """
    fine = sound(concentration) and sound(uptake) and sound(exchange) and sound(vessel) and sound(source)
    if not fine:
        return -1.0, 0.0, 0.0, 0.0
    for v in range(loss.size):
        loss[v] = everywhere + (uptake[v] + exchange[v])
        target[v] = rate * concentration[v] + exchange[v] * vessel[v] + source[v]
    mean = chunked_sum(loss) / loss.size
    scale = target.max()
    if mean == 0.0 or scale == 0.0:
        return mean, scale, 0.0, 0.0
    for v in range(loss.size):
        guess[v] = concentration[v] / scale
        target[v] = target[v] / scale
    apply_operator(guess, loss, coupling, nx, ny, nz, residual)
    for v in range(loss.size):
        residual[v] = target[v] - residual[v]
    goal = tolerance * math.sqrt(chunked_dot(target, target))
    return mean, scale, math.sqrt(chunked_dot(residual, residual)), goal


@kernel
def advance(
    c: Array,
    residual: Array,
    direction: Array,
    corrected: Array,
    alignment: float,
    loss: Array,
    coupling: float,
    nx: int,
    ny: int,
    nz: int,
    applied: Array,
) -> tuple[float, float]:
    """Go along the next direction, and let the residual follow; the rest of an iteration, in one call.

    c, residual, direction    n_voxels   changed
    corrected                 n_voxels   the residual after the preconditioner
    alignment                            of residual and corrected residual, in the iteration before
    loss, coupling            1/min      the operator's, see `apply_operator`
    applied                   n_voxels   room for what the operator makes of the direction

    Returns the alignment, and the size of the residual that is left.
    """
    previous, alignment = alignment, chunked_dot(residual, corrected)
    kept = alignment / previous
    for v in range(c.size):
        direction[v] = direction[v] * kept + corrected[v]
    apply_operator(direction, loss, coupling, nx, ny, nz, applied)
    length = alignment / chunked_dot(direction, applied)
    for v in range(c.size):
        c[v] += length * direction[v]
        residual[v] -= length * applied[v]
    return alignment, math.sqrt(chunked_dot(residual, residual))
