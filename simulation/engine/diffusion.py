"""Substances that spread on a lattice whose walls let nothing through, any number of them in one step.

    dc/dt = D lap c - decay c + source

In cosine space every mode is alone: c <- c exp(-r dt) + source (1 - exp(-r dt)) / r with r = D mode + decay. That is
exact in time while sources are held, so one transform pair replaces hundreds of small steps, for any step.
Where loss differs from place to place: `ImplicitDiffusion`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.fft import dctn, idctn

from simulation.engine.arithmetic import chunked_sum, exp, expm1
from simulation.engine.errors import InputError, NumericalError
from simulation.engine.implicit_diffusion import ImplicitDiffusion
from simulation.engine.kernel import kernel
from simulation.engine.laplacian import laplacian_modes, refuse_layout, refuse_negative
from simulation.engine.lattice import Lattice

__all__ = ["ImplicitDiffusion", "SpectralDiffusion"]

Array = NDArray[np.float64]
Rows = NDArray[np.int64]

# A transform pair leaves rounding of about 1e-16 of the largest value; what exceeds these is not rounding.
NEGATIVE_ROUNDING = 1e-12
MASS_ROUNDING = 1e-9
# Below this a total is treated as gone: quotients of subnormal numbers say nothing.
SMALLEST_TOTAL = 1e-280


class SpectralDiffusion:
    """Step any number of substances at once, exactly in time when sources are held over the step.

    lattice       Lattice                 box with no-flux walls
    diffusion     (S,)      um^2/min      coefficient of each substance; 0 for one that stays in place
    decay         (S,)      1/min         first-order loss
    dt_minutes    float     min           length of a step
    workers       int       1             threads of the transforms; the bits do not depend on it

    errors        InputError when a number is negative or not finite, or the lengths differ
    """

    def __init__(
        self, lattice: Lattice, diffusion: Array, decay: Array, dt_minutes: float, *, workers: int = 1
    ) -> None:
        self.lattice, self.dt_minutes, self.workers = lattice, float(dt_minutes), workers
        self.diffusion, self.decay = np.array(diffusion, dtype=np.float64), np.array(decay, dtype=np.float64)
        if self.diffusion.ndim != 1 or self.diffusion.shape != self.decay.shape:
            raise InputError(
                f"{self.diffusion.shape} diffusion coefficients and {self.decay.shape} decay rates do not match",
                where="SpectralDiffusion",
                expected="expected one of each per substance",
            )
        numbers: dict[str, Array | float] = {"diffusion": self.diffusion, "decay": self.decay, "dt": self.dt_minutes}
        refuse_negative(InputError, "SpectralDiffusion", **numbers)
        # Without neighbours or without diffusion every voxel is alone: no transform, no rounding spread over the box.
        self._spreads = (self.diffusion > 0.0) & (lattice.dimension > 0)
        self._kept, self._gained = _propagators(
            laplacian_modes(lattice).ravel(), self.diffusion, self.decay, self.dt_minutes
        )

    def step(self, concentrations: Array, sources: Array) -> None:
        """Move all substances on by one step, in place.

        concentrations    (S, n_voxels)   any       at least 0; C order, float64
        sources           (S, n_voxels)   any/min   at least 0, held over the step

        errors            NumericalError when a value is negative or not finite beyond rounding
        """
        shape = (len(self.diffusion), self.lattice.n_voxels)
        refuse_layout("SpectralDiffusion.step", shape, concentrations=concentrations, sources=sources)
        present = _rows_in_use(concentrations)
        fed = _rows_in_use(sources)
        rows = np.flatnonzero((present | fed) & self._spreads)
        totals = _expected_totals(concentrations, sources, rows, self._kept, self._gained)
        alone = np.flatnonzero((present | fed) & ~self._spreads)
        fault = _stay(alone, concentrations, sources, self._kept, self._gained)
        if len(rows):
            modes = self._transform(concentrations, rows)
            feeding = np.flatnonzero(fed & self._spreads)
            source_modes = self._transform(sources, feeding) if len(feeding) else modes
            _advance(modes, rows, source_modes, feeding, self._kept, self._gained)
            boxes = modes.reshape(-1, *self.lattice.shape)
            fresh = idctn(boxes, axes=self._axes, overwrite_x=True, workers=self.workers).reshape(modes.shape)
            fault = max(fault, _settle(fresh, totals, rows, concentrations))
        if fault >= 0:
            raise NumericalError(
                "a concentration is negative or not finite beyond rounding",
                where=f"diffusion of substance {fault}",
                expected="expected concentrations and sources of at least 0",
                remedy="write a sink as a decay or an uptake rate, not as a negative source",
            )

    @property
    def _axes(self) -> tuple[int, ...]:
        return tuple(axis + 1 for axis in self.lattice.axes)

    def _transform(self, fields: Array, rows: Rows) -> Array:
        chosen = fields if len(rows) == len(fields) else fields[rows]
        modes: Array = dctn(chosen.reshape(-1, *self.lattice.shape), axes=self._axes, workers=self.workers)
        return modes.reshape(len(rows), -1)


@kernel
def _propagators(modes: Array, diffusion: Array, decay: Array, dt: float) -> tuple[Array, Array]:
    """What a step keeps of each mode, and what it makes of a unit source: exp(-r dt) and (1 - exp(-r dt)) / r."""
    kept, gained = np.empty((len(decay), len(modes))), np.empty((len(decay), len(modes)))
    for s in range(len(decay)):
        for k in range(len(modes)):
            rate = diffusion[s] * modes[k] + decay[s]
            kept[s, k] = exp(-rate * dt)
            gained[s, k] = -expm1(-rate * dt) / rate if rate * dt > 1e-300 else dt
    return kept, gained


@kernel
def _rows_in_use(fields: Array) -> NDArray[np.bool_]:
    used = np.zeros(fields.shape[0], dtype=np.bool_)
    for s in range(fields.shape[0]):
        for value in fields[s]:
            if value != 0.0:
                used[s] = True
                break
    return used


@kernel
def _expected_totals(concentrations: Array, sources: Array, rows: Rows, kept: Array, gained: Array) -> Array:
    """Total of each substance after the step, from the mean's mode alone."""
    totals = np.empty(len(rows))
    for i in range(len(rows)):
        s = rows[i]
        totals[i] = chunked_sum(concentrations[s]) * kept[s, 0] + chunked_sum(sources[s]) * gained[s, 0]
    return totals


@kernel
def _advance(modes: Array, rows: Rows, source_modes: Array, feeding: Rows, kept: Array, gained: Array) -> None:
    """Step all modes in place; `feeding` is the part of `rows` that has a source, in the same order."""
    f = 0
    for i in range(len(rows)):
        s = rows[i]
        if f < len(feeding) and feeding[f] == s:
            for k in range(modes.shape[1]):
                modes[i, k] = modes[i, k] * kept[s, k] + source_modes[f, k] * gained[s, k]
            f += 1
        else:
            for k in range(modes.shape[1]):
                modes[i, k] *= kept[s, k]


@kernel
def _settle(fresh: Array, totals: Array, rows: Rows, concentrations: Array) -> int:
    """Write results back without the rounding: nothing below 0, the total as it must be. Give the faulty row or -1."""
    for i in range(len(rows)):
        s = rows[i]
        largest = 0.0
        for value in fresh[i]:
            largest = max(largest, value)
        lowest = -NEGATIVE_ROUNDING * largest
        for v in range(fresh.shape[1]):
            value = fresh[i, v]
            if not value >= lowest:
                return int(s)
            concentrations[s, v] = max(value, 0.0)
        total = chunked_sum(concentrations[s])
        if total > SMALLEST_TOTAL:
            scale = totals[i] / total
            if not abs(scale - 1.0) <= MASS_ROUNDING:
                return int(s)
            for v in range(fresh.shape[1]):
                concentrations[s, v] *= scale
    return -1


@kernel
def _stay(rows: Rows, concentrations: Array, sources: Array, kept: Array, gained: Array) -> int:
    """Step the substances that do not spread, voxel by voxel. Give a faulty row or -1."""
    fault = -1
    for s in rows:
        for v in range(concentrations.shape[1]):
            value = concentrations[s, v] * kept[s, 0] + sources[s, v] * gained[s, 0]
            concentrations[s, v] = value
            if not 0.0 <= value < np.inf:
                fault = max(fault, int(s))
    return fault
