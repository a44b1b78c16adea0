"""Blood pools: soluble ICAM-1 and antibodies in plasma, made or given, and cleared at first order.

    dC/dt  = production + inflow - k C,    k = ln 2 / half-life
    production = k * baseline * m * (isoforms + (1 - isoforms) * f)
    inflow = cells_per_agent * sum over sites and voxels of (decay * c * voxel volume) / plasma volume
    dA/dt  = input - k_A A

C       pool.sicam1                        ng/mL     soluble ICAM-1; the host alone keeps it at the baseline
c       voxel.sicam1                       ng/mL     soluble ICAM-1 in tissue, whose decay is wash-out into blood
m       pool.sicam1_making                 1         what diet makes of it
f       icam1_translation_factor           1         mean over wall cells: what knockdown leaves of the host's ICAM-1
A       pool.anti_{molecule}               ug/mL     antibodies; input from treatments in ug/mL/h

Solved exactly over a step with inflow held. `cells_per_agent` says how many cells of the patient's tumour each
simulated cell speaks for in blood; 1 leaves the tumour invisible, as a nodule of thousands of cells is.

Vessel wall stands for the host: where its ICAM-1 is knocked out, serum keeps what other isoforms make of it.

Known answers: 1e9 cells that carry 1e5 copies and shed 0.008 /h add 1.4 ng/mL; after a resection the excess halves in
24 h.

Mechanisms: M64, M65.
Sources: baseline 318 ng/mL: circulating ICAM-1 in chronic liver diseases and HCC, PMID 10462824 (healthy controls);
isoforms: serum 70 % lower with 95 % less on membranes in ICAM-1-/- mice, PMID 9212746; half-life and plasma volume:
assumed; antibody half-life: assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.engine.arithmetic import LOG_2, chunked_sum, relaxed
from simulation.engine.kernel import kernel
from simulation.engine.parameter import parameter
from simulation.engine.process import BodyProcess, Stage
from simulation.vocabulary.cytokines import SUBSTANCES
from simulation.vocabulary.molecules import BLOCKABLE

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.site import BodyView

Floats = NDArray[np.float64]

ML_PER_UM3 = 1e-12
#: each antibody's pool, and what goes into it
ANTIBODIES = tuple((f"anti_{name}", f"anti_{name}_input") for name in BLOCKABLE)


@dataclass(frozen=True)
class BloodPools(BodyProcess):
    """What is dissolved in plasma is made, comes in and is cleared."""

    stage, every = Stage.SPREAD, "10 min"
    reads = frozenset(
        {
            "voxel.sicam1",
            "pool.sicam1_making",
            "o2_exchange",
            "icam1_translation_factor",
            *(f"pool.{given}" for _, given in ANTIBODIES),
        }
    )
    writes = frozenset({"pool.sicam1", *(f"pool.{name}" for name, _ in ANTIBODIES)})
    mechanisms = frozenset({"M64", "M65"})

    baseline: float = parameter(
        318.0, "ng/mL", "soluble ICAM-1 that the host keeps up without tumour",
        source="PMID 10462824: controls 318, chronic hepatitis 488, cirrhosis 593", bounds=(0, 1e5),
    )  # fmt: skip
    isoforms: float = parameter(
        0.263, "1", "share of it that knockout of ICAM-1 leaves",
        source="computed: serum 30 % at 5 % of membrane ICAM-1, PMID 9212746", bounds=(0, 1),
    )  # fmt: skip
    half_life: float = parameter(
        24.0, "h", "half-life of soluble ICAM-1 in plasma", source="assumed", bounds=(0.01, 1e5)
    )
    plasma: float = parameter(3000.0, "mL", "plasma volume", source="assumed: adult", bounds=(0.1, 1e5))
    washout: float = parameter(
        SUBSTANCES["sicam1"].decay, "1/min", "wash-out of soluble ICAM-1 from tissue: its decay there",
        source="assumed", bounds=(0, 100),
    )  # fmt: skip
    cells_per_agent: float = parameter(
        1.0, "1", "cells of the patient's tumour for which a simulated cell sheds into blood", source="assumed",
        bounds=(0, 1e12),
    )  # fmt: skip
    antibody_half_life: float = parameter(
        10.0, "day", "half-life of antibodies in plasma", source="assumed: IgG", bounds=(0.01, 1e3)
    )

    def apply(self, body: BodyView, dt: Duration) -> None:
        """Advance the pools by one step."""
        pool = body.pools
        clearance = LOG_2 / self.half_life * dt.hours
        host = self.isoforms + (1.0 - self.isoforms) * self.left_in_host(body)
        steady = self.baseline * pool.sicam1_making[0] * host + self.inflow(body) * self.half_life / LOG_2
        pool.sicam1[0] = relaxed(pool.sicam1[0], steady, clearance)
        per_hour = LOG_2 / (self.antibody_half_life * 24.0)
        for name, by in ANTIBODIES:
            antibody, given = pool[name], pool[by]
            if antibody[0] != 0.0 or given[0] != 0.0:
                antibody[0] = relaxed(antibody[0], given[0] / per_hour, per_hour * dt.hours)

    def left_in_host(self, body: BodyView) -> float:
        """Return what treatments leave of ICAM-1 translation in vessel wall, on average; 1 without any wall."""
        factors, walls = 0.0, 0
        for site in body.sites:
            c = site.cells
            size, alike, left = lining(c.o2_exchange, c.icam1_translation_factor)
            walls += size
            factors += left * size if alike else float(chunked_sum(c.icam1_translation_factor[c.o2_exchange > 0.0]))
        return factors / walls if walls else 1.0

    def inflow(self, body: BodyView) -> float:
        """Return what tissue adds, ng/mL/h."""
        total = 0.0
        for site in body.sites:
            volume = site.lattice.side**3 * ML_PER_UM3
            total += float(chunked_sum(site.voxels.sicam1)) * volume * self.washout * 60.0
        return total * self.cells_per_agent / self.plasma


@kernel
def lining(o2_exchange: Floats, factor: Floats) -> tuple[int, bool, float]:
    """Return how many rows are vessel wall, whether all of them have the same factor, and that of the first."""
    size, alike, first = 0, True, 0.0
    for row in range(factor.size):
        if o2_exchange[row] > 0.0:
            if size == 0:
                first = factor[row]
            alike &= factor[row] == first
            size += 1
    return size, alike, first
