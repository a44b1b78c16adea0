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
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from simulation.engine.diffusion import SpectralDiffusion
from simulation.engine.errors import InputError
from simulation.engine.lattice import Lattice
from simulation.engine.presence import present
from simulation.engine.process import SiteProcess, Stage
from simulation.vocabulary.cytokines import SLOW, SUBSTANCES, Substance

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.site import SiteView


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
        voxels, by_name = site.voxels, {s.name: s for s in self.substances}
        there = tuple(s for s in SLOW if present(voxels[s]) or present(voxels[f"{s}_source"]))  # nothing stays nothing
        if not there:
            return
        fields = np.stack([voxels[s] for s in there])
        sources = np.stack([voxels[f"{s}_source"] for s in there])
        spread, loss = tuple(by_name[s].diffusion for s in there), tuple(by_name[s].decay for s in there)
        solver(site.lattice, spread, loss, dt.minutes).step(fields, sources)
        for field, s in zip(fields, there, strict=True):
            voxels[s][:] = field


@lru_cache(maxsize=16)
def solver(
    lattice: Lattice, diffusion: tuple[float, ...], decay: tuple[float, ...], minutes: float
) -> SpectralDiffusion:
    """Return the propagators for these numbers: derived from them alone, so that keeping them is no state."""
    return SpectralDiffusion(lattice, np.array(diffusion), np.array(decay), minutes)
