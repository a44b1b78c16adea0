"""Efferocytosis: bodies of dead cells fall apart or are eaten by macrophages.

    dD/dt = - (1 / clearing + K) D,   K = sum of k_i over macrophages that touch the voxel,   D += 1 for each new body
    k_i   = uptake * max(0, 1 + sign * brake * icam1_effect * h_i),   h_i = icam1_i / (icam1_i + icam1_half)
    eaten_i += k_i / (1 / clearing + K) * (what D lost)
    dF_i/dt = what is eaten per time - F_i / digestion

D        voxel.debris    1    apoptotic bodies, in cells; new ones are what voxel.bodies has gained
h_i      1               ICAM-1 signal of macrophage i
F_i      digesting       1    bodies in digestion, which tell the macrophage to become M2
touch    no farther from the voxel, centre to edge, than the macrophage's radius + reach; voxels next to its own at most
sign     1               -1: ICAM-1 blocks efferocytosis, +1: ICAM-1 is its receptor; both are published

D is solved exactly over a step, so that bodies made = fallen apart + eaten + still there; what is eaten in a step is
counted into F at its end. A macrophage eats from every voxel that it touches at the same rate, and never has enough.

Mechanisms: M56.
Sources: sign -1: Yang 2015, Cell Death Dis 6:e1780; sign +1: Wiesolek 2020, Am J Pathol 190; uptake: PhysiCell 1.14.2
sample projects, 0.01-0.05 1/min; clearing: PhysiCell 1.14.2, apoptosis takes 8.6 h.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.engine.arithmetic import exp, hill, lapse, relaxed_over
from simulation.engine.kernel import inlined, kernel
from simulation.engine.neighbours import CellList, home_of_bin, run, runs
from simulation.engine.parameter import parameter
from simulation.engine.presence import present
from simulation.engine.process import SiteProcess, Stage
from simulation.engine.selection import Selection, select

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.site import SiteView

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Efferocytosis(SiteProcess):
    """Macrophages eat what the dead leave."""

    stage, every = Stage.SPREAD, "10 min"
    reads = frozenset({"macrophage", "icam1", "radius", "voxel.bodies", "x", "y", "z"})
    writes = frozenset({"eaten", "digesting", "voxel.debris", "voxel.bodies_seen"})
    mechanisms = frozenset({"M56"})

    uptake: float = parameter(
        0.01, "1/min", "uptake of a body by a macrophage that touches its voxel, without ICAM-1",
        source="PhysiCell 1.14.2 sample projects: 0.01-0.05 1/min", bounds=(0, 10),
    )  # fmt: skip
    brake: float = parameter(
        0.3, "1", "weight of ICAM-1 in efferocytosis; 0 = none", source="assumed: HCC context", bounds=(0, 2)
    )
    icam_efferocytosis_sign: float = parameter(
        -1.0, "1", "-1: ICAM-1 blocks efferocytosis; +1: ICAM-1 is its receptor", bounds=(-1, 1),
        source="Yang 2015, Cell Death Dis 6:e1780 (-1); contradicted by Wiesolek 2020, Am J Pathol 190 (+1)",
    )  # fmt: skip
    icam1_effect: float = parameter(
        0.6, "1", "effect of saturating ICAM-1 at full weight", source="assumed", bounds=(0, 1)
    )
    icam1_half: float = parameter(5e4, "1", "ICAM-1 copies of half effect", source="assumed", bounds=(1, 1e8))
    clearing: float = parameter(
        516.0, "min", "time in which a body falls apart uneaten", bounds=(1, 1e6),
        source="PhysiCell 1.14.2: apoptosis takes 8.6 h",
    )  # fmt: skip
    reach: float = parameter(
        5.0, "um", "how far beyond its radius a macrophage takes hold; negative: its own voxel alone",
        source="assumed: half a Kupffer cell is 9 um long, its radius 7", bounds=(-1e3, 50),
    )  # fmt: skip
    digestion: float = parameter(
        360.0, "min", "time in which a macrophage digests a body", source="assumed", bounds=(1, 1e6)
    )

    def apply(self, site: SiteView, dt: Duration) -> None:
        """Take over new bodies, let all fall apart, and let macrophages eat."""
        c, v = site.cells, site.voxels
        if not (present(v.debris) or present(c.digesting) or (v.bodies > v.bodies_seen).any()):
            return
        effect = self.icam_efferocytosis_sign * self.brake * self.icam1_effect
        eat(
            site.by_voxel, select(site.by_voxel, c.macrophage > 0.0), c.radius, c.icam1, self.reach, self.uptake,
            effect, self.icam1_half, 1.0 / self.clearing, dt.minutes, float(exp(-dt.minutes / self.digestion)),
            v.bodies, v.bodies_seen, v.debris, c.eaten, c.digesting,
        )  # fmt: skip


@inlined
def appetite(uptake: float, effect: float, icam1: float, icam1_half: float) -> float:
    """Uptake (1/min) by a macrophage with `icam1` copies; `effect` is sign times weight of saturating ICAM-1."""
    return uptake * max(0.0, 1.0 + effect * hill(icam1, icam1_half, 1.0))


@inlined
def beyond(at: float, index: int, width: float) -> float:
    """Distance along one axis from `at` to the bin of this index; 0 within it."""
    return max(0.0, index * width - at, at - (index + 1) * width)


@inlined
def touches(cells: CellList, slot: int, voxel: int, far: float) -> bool:
    """True where a macrophage is in the voxel, or no farther than `far` (um) from it."""
    if cells.bins[slot] == voxel:
        return True
    line = voxel // cells.nz
    dx = beyond(cells.x[slot], line // cells.ny, cells.wx)
    dy = beyond(cells.y[slot], line % cells.ny, cells.wy)
    dz = beyond(cells.z[slot], voxel % cells.nz, cells.wz)
    return far > 0.0 and dx * dx + dy * dy + dz * dz < far * far


@kernel
def eat(
    cells: CellList,
    macrophages: Selection,
    radius: Floats,
    icam1: Floats,
    reach: float,
    uptake: float,
    effect: float,
    icam1_half: float,
    clearing: float,
    minutes: float,
    kept: float,
    bodies: Floats,
    bodies_seen: Floats,
    debris: Floats,
    eaten: Floats,
    digesting: Floats,
) -> None:
    """Advance debris, voxel by voxel, and what macrophages took of it.

    cells               binned by voxel: sums run in the order of bins and lineage
    radius       n  um  by table row
    reach           um  beyond the radius
    clearing        1/min   falling apart
    kept            1   share of what is in digestion that a step leaves
    bodies, bodies_seen   voxels  1   all that there were, now and when it was last looked; the second is advanced
    debris       voxels  1   advanced
    eaten, digesting   n   1   advanced for macrophages
    """
    around, alone = runs(cells), lapse(clearing * minutes)
    for k in range(macrophages.slots.size):
        digesting[cells.rows[macrophages.slots[k]]] *= kept
    for v in range(debris.size):
        there = debris[v] + max(bodies[v] - bodies_seen[v], 0.0)
        bodies_seen[v] = bodies[v]
        if there <= 0.0:
            continue
        place = home_of_bin(cells, v)
        hunger = 0.0
        for r in range(around):
            first, last = run(cells, place, r)
            for k in range(macrophages.before[first], macrophages.before[last]):
                row = cells.rows[macrophages.slots[k]]
                if touches(cells, macrophages.slots[k], v, radius[row] + reach):
                    hunger += appetite(uptake, effect, icam1[row], icam1_half)
        loss = clearing + hunger
        left = relaxed_over(there, 0.0, lapse(loss * minutes) if hunger > 0.0 else alone)
        debris[v] = left if left > 1e-9 else 0.0
        if hunger <= 0.0:
            continue
        for r in range(around):
            first, last = run(cells, place, r)
            for k in range(macrophages.before[first], macrophages.before[last]):
                row = cells.rows[macrophages.slots[k]]
                if touches(cells, macrophages.slots[k], v, radius[row] + reach):
                    took = (there - left) * appetite(uptake, effect, icam1[row], icam1_half) / loss
                    eaten[row] += took
                    digesting[row] += took
