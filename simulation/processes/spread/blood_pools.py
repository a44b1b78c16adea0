"""Blood pools: soluble ICAM-1 and antibodies in plasma, made or given, and cleared at first order.

    dC/dt  = production + inflow - k C,    k = ln 2 / half-life,    production = k * baseline
    inflow = cells_per_agent * sum over sites and voxels of (decay * c * voxel volume) / plasma volume
    dA/dt  = input - k_A A

C       pool.sicam1                        ng/mL     soluble ICAM-1; the host alone keeps it at the baseline
c       voxel.sicam1                       ng/mL     soluble ICAM-1 in tissue, whose decay is wash-out into blood
A       pool.anti_icam1, pool.anti_lfa1    ug/mL     antibodies; input from treatments in ug/mL/h

Solved exactly over a step with inflow held. `cells_per_agent` says how many cells of the patient's tumour each
simulated cell speaks for in blood; 1 leaves the tumour invisible, as a nodule of thousands of cells is.

Known answers: 1e9 cells that carry 1e5 copies and shed 0.008 /h add 1.4 ng/mL; after a resection the excess halves in
24 h.

Mechanisms: M64, M65.
Sources: baseline 318 ng/mL: circulating ICAM-1 in chronic liver diseases and HCC, PMID 10462824 (healthy controls);
half-life and plasma volume: assumed; antibody half-life: assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulation.engine.arithmetic import LOG_2, chunked_sum, relaxed
from simulation.engine.parameter import parameter
from simulation.engine.process import BodyProcess, Stage
from simulation.vocabulary.cytokines import SUBSTANCES

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.site import BodyView

ML_PER_UM3 = 1e-12


@dataclass(frozen=True)
class BloodPools(BodyProcess):
    """What is dissolved in plasma is made, comes in and is cleared."""

    stage, every = Stage.SPREAD, "10 min"
    reads = frozenset({"voxel.sicam1", "pool.anti_icam1_input", "pool.anti_lfa1_input"})
    writes = frozenset({"pool.sicam1", "pool.anti_icam1", "pool.anti_lfa1"})
    mechanisms = frozenset({"M64", "M65"})

    baseline: float = parameter(
        318.0, "ng/mL", "soluble ICAM-1 that the host keeps up without tumour",
        source="PMID 10462824: controls 318, chronic hepatitis 488, cirrhosis 593", bounds=(0, 1e5),
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
        steady = self.baseline + self.inflow(body) * self.half_life / LOG_2
        pool.sicam1[0] = relaxed(pool.sicam1[0], steady, clearance)
        per_hour = LOG_2 / (self.antibody_half_life * 24.0)
        for antibody, given in ((pool.anti_icam1, pool.anti_icam1_input), (pool.anti_lfa1, pool.anti_lfa1_input)):
            antibody[0] = relaxed(antibody[0], given[0] / per_hour, per_hour * dt.hours)

    def inflow(self, body: BodyView) -> float:
        """Return what tissue adds, ng/mL/h."""
        total = 0.0
        for site in body.sites:
            volume = site.lattice.side**3 * ML_PER_UM3
            total += float(chunked_sum(site.voxels.sicam1)) * volume * self.washout * 60.0
        return total * self.cells_per_agent / self.plasma
