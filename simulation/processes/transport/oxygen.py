"""Oxygen: spreads, is taken up by cells and comes out of vessels, all faster than a step, so solved at once.

    dp/dt = D lap p - (decay + uptake) p + (exchange + perfusion) (vessel - p)

p          voxel.o2      mmHg     partial pressure
uptake     o2_uptake     1/min    sum over the voxel's cells of rate * cell volume / voxel volume
exchange   o2_exchange   1/min    sum over the voxel's stretches of vessel
perfusion                1/min    vessels too fine, or too far outside the picture, to be cells of their own

Backward Euler: at rates of 10 /min a step of 10 min lands on the steady state, which is also where it starts.

Sources: D, decay, uptake of 10 /min, 38 mmHg in tissue: PhysiCell 1.14.2 sample projects; the rest assumed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.engine.errors import InputError
from simulation.engine.implicit_diffusion import ImplicitDiffusion
from simulation.engine.kernel import kernel
from simulation.engine.lattice import Lattice
from simulation.engine.parameter import parameter
from simulation.engine.process import SiteProcess, Stage
from simulation.vocabulary.cytokines import SUBSTANCES, Substance

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.site import SiteView

Floats = NDArray[np.float64]
Indices = NDArray[np.int32]

SPHERE = 4.0 * math.pi / 3.0
TOLERANCE = 1e-6  # of the right-hand side: some 1e-5 mmHg, far below what any cell could tell


@dataclass(frozen=True)
class Oxygen(SiteProcess):
    """Solve oxygen against uptake and vessels.

    substances    tuple of Substance    must hold "o2": its D and decay, a scenario's or those of the vocabulary
    """

    stage, every = Stage.TRANSPORT, "10 min"
    reads = frozenset({"o2_uptake", "radius", "o2_exchange"})
    writes = frozenset({"voxel.o2"})

    vessel: float = parameter(
        50.0, "mmHg", "oxygen inside vessels", bounds=(0, 160),
        source="assumed: sinusoidal blood, between 60 where it enters and 38 in tissue",
    )  # fmt: skip
    perfusion: float = parameter(
        0.3, "1/min", "exchange with vessels that are not cells of their own", bounds=(0, 1e3),
        source="assumed: keeps tissue without cells at 38 mmHg; below 2 mmHg where cells are dense",
    )  # fmt: skip
    substances: tuple[Substance, ...] = tuple(SUBSTANCES.values())

    def __post_init__(self) -> None:
        super().__post_init__()
        if "o2" not in {s.name for s in self.substances}:
            raise InputError("nothing is known of o2", where="Oxygen.substances", expected="expected it among them")

    def apply(self, site: SiteView, dt: Duration) -> None:
        """Move the field of one site on by one step."""
        uptake, exchange = self.losses(site)
        self.solver(site).step(site.voxels.o2, dt.minutes, uptake=uptake, exchange=exchange, vessel=self.vessel)

    def settle(self, site: SiteView) -> None:
        """Begin at the steady state; where nothing is lost anywhere, every field is one."""
        uptake, exchange = self.losses(site)
        solver = self.solver(site)
        if solver.decay + uptake.max() + exchange.max() > 0.0:
            solver.steady(site.voxels.o2, uptake=uptake, exchange=exchange, vessel=self.vessel)

    def losses(self, site: SiteView) -> tuple[Floats, Floats]:
        """Return uptake and exchange of each voxel, 1/min."""
        cells, by_voxel = site.cells, site.by_voxel
        uptake, exchange = np.empty(site.lattice.n_voxels), np.empty(site.lattice.n_voxels)
        collect_losses(
            by_voxel.start, by_voxel.rows, cells.o2_uptake, cells.radius, cells.o2_exchange,
            site.lattice.voxel_volume, self.perfusion, uptake, exchange,
        )  # fmt: skip
        return uptake, exchange

    def solver(self, site: SiteView) -> ImplicitDiffusion:
        """Return the solver for this site's box and oxygen's numbers."""
        return solver(site.lattice, *self.numbers)

    @cached_property
    def numbers(self) -> tuple[float, float]:
        """Diffusion coefficient and decay rate of oxygen."""
        o2 = next(s for s in self.substances if s.name == "o2")
        return o2.diffusion, o2.decay


@lru_cache(maxsize=16)
def solver(lattice: Lattice, coefficient: float, decay: float) -> ImplicitDiffusion:
    """Return the solver for these numbers: derived from them alone, so that keeping it is no state."""
    return ImplicitDiffusion(lattice, coefficient, decay, tolerance=TOLERANCE)


@kernel
def collect_losses(
    start: Indices,
    rows: Indices,
    rate: Floats,
    radius: Floats,
    vessels: Floats,
    voxel_volume: float,
    perfusion: float,
    uptake: Floats,
    exchange: Floats,
) -> None:
    """Add up what the cells of each voxel take up and what its vessels exchange.

    start, rows     n_voxels + 1, n   1        cells by voxel, within one in the order of lineage
    rate            n                 1/min    uptake inside a cell
    radius          n                 um       of each cell, a sphere
    vessels         n                 1/min    exchange of each cell's stretch of vessel
    voxel_volume                      um^3
    perfusion                         1/min    exchange there is anyway
    uptake          n_voxels          1/min    result
    exchange        n_voxels          1/min    result
    """
    for v in range(len(uptake)):
        taken, given = 0.0, perfusion
        for slot in range(start[v], start[v + 1]):
            i = rows[slot]
            taken += rate[i] * (SPHERE * (radius[i] * radius[i] * radius[i])) / voxel_volume
            given += vessels[i]
        uptake[v], exchange[v] = taken, given
