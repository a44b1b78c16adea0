"""Diffusion: substances spread, decay and are fed, all of them in one exact step.

    dc/dt = D lap c - decay c + source          no flux through the walls

c        voxel.{s}          ng/mL        concentration
source   voxel.{s}_source   ng/mL/min    what the voxel's cells put out, held over the step

Exact in time for any period while sources are held (`simulation.engine.diffusion`).

Mechanisms: M09, M15, M18, M38, M40 (the paths of their signals).
Sources: D and decay of each substance stand with it in simulation.vocabulary.cytokines.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.engine.diffusion import SpectralDiffusion
from simulation.engine.errors import InputError
from simulation.engine.kernel import kernel
from simulation.engine.lattice import Lattice
from simulation.engine.presence import present
from simulation.engine.process import SiteProcess, Stage
from simulation.vocabulary.cytokines import SLOW, SUBSTANCES, Substance

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.site import SiteView

Floats = NDArray[np.float64]

SOURCES = tuple(f"{s}_source" for s in SLOW)


@dataclass(frozen=True)
class Diffusion(SiteProcess):
    """Spread every substance whose loss is slow against the step.

    substances    tuple of Substance    D and decay of each; a scenario's values, or those of the vocabulary
    """

    stage, every = Stage.TRANSPORT, "10 min"
    reads = frozenset(f"voxel.{s}_source" for s in SLOW)
    writes = frozenset(f"voxel.{s}" for s in SLOW)
    mechanisms = frozenset({"M09", "M15", "M18", "M38", "M40"})

    substances: tuple[Substance, ...] = tuple(SUBSTANCES.values())

    def __post_init__(self) -> None:
        super().__post_init__()
        missing = sorted(set(SLOW) - {s.name for s in self.substances})
        if missing:
            raise InputError(
                f"nothing is known of {', '.join(missing)}", where="Diffusion.substances", expected="expected every one"
            )

    def apply(self, site: SiteView, dt: Duration) -> None:
        """Move the fields of one site on by one step."""
        voxels = site.voxels
        fields, sources = tuple([voxels[s] for s in SLOW]), tuple([voxels[s] for s in SOURCES])
        there = np.flatnonzero(anywhere(fields, sources)).tolist()  # nothing stays nothing
        if not there:
            return
        shape = len(there), site.lattice.n_voxels
        lines = np.concatenate([fields[i] for i in there] + [sources[i] for i in there]).reshape(2, *shape)
        spread, loss = self.numbers
        solver(site.lattice, tuple([spread[i] for i in there]), tuple([loss[i] for i in there]), dt.minutes).step(
            lines[0], lines[1]
        )
        for field, i in zip(lines[0], there, strict=True):
            fields[i][:] = field

    @cached_property
    def numbers(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Diffusion coefficients and decay rates, in the order of `SLOW`."""
        by_name = {s.name: s for s in self.substances}
        return tuple(by_name[s].diffusion for s in SLOW), tuple(by_name[s].decay for s in SLOW)


@kernel
def anywhere(fields: tuple[Floats, ...], sources: tuple[Floats, ...]) -> NDArray[np.bool_]:
    """Tell of which substances there is anything in any voxel, or will be; a pair of arrays for each of them."""
    found = np.empty(len(fields), np.bool_)
    for s in range(len(fields)):
        found[s] = present(fields[s]) or present(sources[s])
    return found


@lru_cache(maxsize=16)
def solver(
    lattice: Lattice, diffusion: tuple[float, ...], decay: tuple[float, ...], minutes: float
) -> SpectralDiffusion:
    """Return the propagators for these numbers: derived from them alone, so that keeping them is no state."""
    return SpectralDiffusion(lattice, np.array(diffusion), np.array(decay), minutes)
