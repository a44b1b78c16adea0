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
from simulation.engine.presence import present

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
        self._axes = tuple(axis + 1 for axis in lattice.axes)
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
        rows, feeding, totals, modes, fault = _begin(concentrations, sources, self._spreads, self._kept, self._gained)
        if len(rows):
            boxes = modes.reshape(-1, *self.lattice.shape)
            dctn(boxes, axes=self._axes, overwrite_x=True, workers=self.workers)
            _advance(modes, rows, feeding, self._kept, self._gained)
            idctn(boxes[: len(rows)], axes=self._axes, overwrite_x=True, workers=self.workers)
            fault = max(fault, _settle(modes, totals, rows, concentrations))
        if fault >= 0:
            raise NumericalError(
                "a concentration is negative or not finite beyond rounding",
                where=f"diffusion of substance {fault}",
                expected="expected concentrations and sources of at least 0",
                remedy="write a sink as a decay or an uptake rate, not as a negative source",
            )


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
def _begin(
    concentrations: Array, sources: Array, spreads: NDArray[np.bool_], kept: Array, gained: Array
) -> tuple[Rows, Rows, Array, Array, int]:
    """Step what does not spread; copy what does into lines to be transformed, one call for concentrations and sources.

    Give the substances that spread, those of them that have a source, the total of each after the step (from the
    mean's mode alone), the lines: concentrations, then sources, and a faulty substance among those that stay, or -1.
    """
    rows, feeding = np.empty(len(spreads), np.int64), np.empty(len(spreads), np.int64)
    m = f = 0
    fault = -1
    for s in range(len(spreads)):
        fed = present(sources[s])
        if not (fed or present(concentrations[s])):
            continue
        if spreads[s]:
            rows[m] = s
            m += 1
            if fed:
                feeding[f] = s
                f += 1
        else:
            fault = max(fault, _stay(s, concentrations[s], sources[s], kept[s, 0], gained[s, 0]))
    rows, feeding = rows[:m], feeding[:f]
    totals, lines = np.empty(m), np.empty((m + f, concentrations.shape[1]))
    for i in range(m):
        s = rows[i]
        for v in range(lines.shape[1]):  # as a whole line it would take ten times as long to compile
            lines[i, v] = concentrations[s, v]
        totals[i] = chunked_sum(concentrations[s]) * kept[s, 0] + chunked_sum(sources[s]) * gained[s, 0]
    for i in range(f):
        for v in range(lines.shape[1]):
            lines[m + i, v] = sources[feeding[i], v]
    return rows, feeding, totals, lines, fault


@kernel
def _advance(modes: Array, rows: Rows, feeding: Rows, kept: Array, gained: Array) -> None:
    """Step all modes in place; those of sources follow those of concentrations, in the order of `feeding`."""
    f = 0
    for i in range(len(rows)):
        s = rows[i]
        if f < len(feeding) and feeding[f] == s:
            source = len(rows) + f
            for k in range(modes.shape[1]):
                modes[i, k] = modes[i, k] * kept[s, k] + modes[source, k] * gained[s, k]
            f += 1
        else:
            for k in range(modes.shape[1]):
                modes[i, k] *= kept[s, k]


@kernel
def _largest(values: Array) -> float:
    """Return the largest value above 0; four at once, since each comparison waits for the one before."""
    a = b = c = d = 0.0
    whole = len(values) // 4 * 4
    for i in range(0, whole, 4):
        a, b = max(a, values[i]), max(b, values[i + 1])
        c, d = max(c, values[i + 2]), max(d, values[i + 3])
    for i in range(whole, len(values)):
        a = max(a, values[i])
    return max(max(a, b), max(c, d))


@kernel
def _settle(fresh: Array, totals: Array, rows: Rows, concentrations: Array) -> int:
    """Write results back without the rounding: nothing below 0, the total as it must be. Give who is faulty or -1."""
    for i in range(len(rows)):
        s = rows[i]
        lowest = -NEGATIVE_ROUNDING * _largest(fresh[i])
        faults = 0
        for v in range(fresh.shape[1]):
            value = fresh[i, v]
            faults += not value >= lowest
            concentrations[s, v] = max(value, 0.0)
        if faults:
            return int(s)
        total = chunked_sum(concentrations[s])
        if total > SMALLEST_TOTAL:
            scale = totals[i] / total
            if not abs(scale - 1.0) <= MASS_ROUNDING:
                return int(s)
            for v in range(fresh.shape[1]):
                concentrations[s, v] *= scale
    return -1


@kernel
def _stay(s: int, concentration: Array, source: Array, kept: float, gained: float) -> int:
    """Step a substance that does not spread, voxel by voxel. Give its number if that goes wrong, or -1."""
    faults = 0
    for v in range(len(concentration)):
        value = concentration[v] * kept + source[v] * gained
        concentration[v] = value
        faults += not 0.0 <= value < np.inf
    return s if faults else -1
