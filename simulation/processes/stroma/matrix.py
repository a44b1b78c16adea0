"""Matrix: activated fibroblasts lay down collagen, MMP dissolves it.

    d ecm/dt = deposition * n_caf * (1 - ecm) - degradation * (mmp / mmp_unit) * ecm

ecm      1       density of interstitial matrix in the voxel, 1 = dense collagen
n_caf    1       activated fibroblasts in the voxel
mmp      ng/mL   active MMP in the voxel

Solved exactly over a period (n_caf and mmp held), so any period is stable and ecm stays in 0 ... 1.
Mechanisms: M38, M47c. Sources: all rates assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.engine.arithmetic import relaxed
from simulation.engine.kernel import kernel
from simulation.engine.parameter import parameter
from simulation.engine.presence import present
from simulation.engine.process import SiteProcess, Stage

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.site import SiteView

Floats = NDArray[np.float64]
Indices = NDArray[np.int32]


@dataclass(frozen=True)
class Matrix(SiteProcess):
    """Interstitial matrix of each voxel."""

    stage, every = Stage.SPREAD, "10 min"
    reads = frozenset({"caf", "voxel.mmp"})
    writes = frozenset({"voxel.ecm"})
    mechanisms = frozenset({"M38", "M47c"})

    deposition: float = parameter(0.02, "1/day", "deposition by one CAF", source="assumed", bounds=(0, 100))
    degradation: float = parameter(0.05, "1/day", "degradation by one unit of MMP", source="assumed", bounds=(0, 100))
    mmp_unit: float = parameter(80.0, "ng/mL", "one unit of MMP", source="assumed", bounds=(1e-6, 1e9))

    def apply(self, site: SiteView, dt: Duration) -> None:
        """Advance the matrix of every voxel."""
        v, caf = site.voxels, site.cells.caf
        if not present(caf) and not present(v.mmp):
            return
        by_voxel = site.by_voxel  # made anew since cells have moved: worth not to be asked for
        remodel(
            by_voxel.start, by_voxel.rows, caf, v.mmp, v.ecm,
            self.deposition, self.degradation / self.mmp_unit, dt.days,
        )  # fmt: skip


@kernel
def remodel(
    start: Indices,
    rows: Indices,
    caf: Floats,
    mmp: Floats,
    ecm: Floats,
    deposition: float,
    degradation: float,
    days: float,
) -> None:
    """Advance `ecm` by `days`.

    start, rows    voxels + 1, n   cells by voxel
    caf            n       1       by table row
    mmp            voxels  ng/mL
    ecm            voxels  1       advanced
    deposition     1/day           per CAF
    degradation    mL/(ng day)
    """
    for v in range(ecm.size):
        gain = 0.0
        for slot in range(start[v], start[v + 1]):
            gain += caf[rows[slot]]
        gain *= deposition
        rate = gain + degradation * mmp[v]
        if rate > 0.0:
            ecm[v] = relaxed(ecm[v], gain / rate, rate * days)
