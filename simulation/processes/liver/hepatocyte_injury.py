"""Hepatocyte injury: TNF, hypoxia, pressure and oxidants injure hepatocytes; injured ones secrete TNF and die sooner.

    target   = 1 - (1 - tnf_weight * tnf^2 / (tnf_half^2 + tnf^2)) * (1 - hypoxia) * (1 - crush)
                   * (1 - oxidant)
    hypoxia  = o2_weight * (1 - ramp(o2, o2_full, o2_onset))
    crush    = pressure_weight * ramp(P, pressure_onset, pressure_full)
    d i/dt   = injuring * (target - i)  where target > i,  healing * (target - i)  else

    tnf_output       += danger_tnf * i
    apoptosis_factor *= 1 + frailty * i

i    injury      1         0 healthy ... 1 dying               P   pressure   pN/um^2
     oxidant     1         by neutrophils: liver/neutrophil_burst, 0 without
tnf  tnf_here    ng/mL                                         o2  o2_here    mmHg

Of each voxel: injury = the mean over the hepatocytes whose bodies reach into it, or what is left of what was there
(half is forgotten in memory_half), so that the place of a dead hepatocyte stays injured for a while. Every cell takes
its own voxel's value as injury_here.

The loop TNF -> injury -> TNF is bounded, since injury is at most 1, and does not sustain itself: with the exponent of 2
that takes hepatocytes whose full injury keeps TNF above 2 tnf_half / tnf_weight = 12.5 ng/mL; 0.001 fg/min from each,
packed 23 um apart, with TNF decaying at 0.0275 1/min, makes 4 ng/mL (computed).

Mechanisms: M42, M20. Sources: seed 1 for the direction; all numbers assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.engine.arithmetic import LOG_2, exp, hill, lapse, relaxed_over
from simulation.engine.kernel import inlined, kernel
from simulation.engine.lattice import index_along
from simulation.engine.neighbours import CellList
from simulation.engine.overlap import gap_along
from simulation.engine.parameter import parameter
from simulation.engine.presence import present
from simulation.engine.process import SiteProcess, Stage
from simulation.engine.ramp import ramp

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.site import SiteView

Floats = NDArray[np.float64]


class Causes(NamedTuple):
    """The numbers of what injures, as kernels take them; meanings as the parameters of the same names."""

    tnf_weight: float
    tnf_half: float
    o2_weight: float
    o2_full: float
    o2_onset: float
    pressure_weight: float
    pressure_onset: float
    pressure_full: float


@dataclass(frozen=True)
class HepatocyteInjury(SiteProcess):
    """Injury of hepatocytes and of parenchyma."""

    stage, every = Stage.SIGNAL, "10 min"
    reads = frozenset({"hepatocyte", "oxidant", "tnf_here", "o2_here", "pressure", "radius", "x", "y", "z"})
    adds = frozenset({"tnf_output"})
    scales = frozenset({"apoptosis_factor"})
    writes = frozenset({"injury", "injury_here", "voxel.injury"})
    mechanisms = frozenset({"M20", "M42"})

    tnf_weight: float = parameter(0.8, "1", "injury by saturating TNF", source="assumed", bounds=(0, 1))
    tnf_half: float = parameter(5.0, "ng/mL", "TNF of half effect", source="assumed", bounds=(1e-6, 1e6))
    o2_weight: float = parameter(0.8, "1", "injury by complete hypoxia", source="assumed", bounds=(0, 1))
    o2_onset: float = parameter(5.0, "mmHg", "oxygen below which injury begins", source="assumed", bounds=(0, 200))
    o2_full: float = parameter(1.0, "mmHg", "oxygen of complete hypoxia", source="assumed", bounds=(0, 200))
    pressure_weight: float = parameter(0.5, "1", "injury by crushing", source="assumed", bounds=(0, 1))
    pressure_onset: float = parameter(
        20.0, "pN/um^2", "pressure above which injury begins", source="assumed", bounds=(0, 1e9)
    )
    pressure_full: float = parameter(60.0, "pN/um^2", "pressure that crushes", source="assumed", bounds=(0, 1e9))
    injuring: float = parameter(2.0, "1/day", "how fast injury sets in", source="assumed", bounds=(0, 1e3))
    healing: float = parameter(0.5, "1/day", "how fast injury heals", source="assumed", bounds=(0, 1e3))
    danger_tnf: float = parameter(
        0.001, "fg/min", "TNF that full injury brings forth, Kupffer cells included", source="assumed", bounds=(0, 1e3)
    )
    frailty: float = parameter(20.0, "1", "gain in death rate by full injury", source="assumed", bounds=(0, 1e4))
    memory_half: float = parameter(
        2.0, "day", "time in which a place forgets half of its injury", source="assumed", bounds=(1e-3, 1e4)
    )

    def apply(self, site: SiteView, dt: Duration) -> None:
        """Advance injury of cells and voxels."""
        c, lattice = site.cells, site.lattice
        if not (present(c.hepatocyte) or present(site.voxels.injury)):
            c.injury_here.fill(0.0)
            return
        hurt(
            c.injury, c.tnf_output, c.apoptosis_factor, c.hepatocyte, c.tnf_here, c.o2_here, c.pressure, c.oxidant,
            self.causes, self.injuring * dt.days, self.healing * dt.days, self.danger_tnf, self.frailty,
        )  # fmt: skip
        kept = float(exp(-LOG_2 * dt.days / self.memory_half))
        remember(
            site.by_voxel, c.hepatocyte, c.injury, c.radius, lattice.side, lattice.shape, kept,
            site.voxels.injury, c.injury_here,
        )  # fmt: skip

    @cached_property
    def causes(self) -> Causes:
        """The numbers of what injures as the kernel takes them."""
        return Causes(*(float(getattr(self, name)) for name in Causes._fields))


@inlined
def injured_to(tnf: float, o2: float, pressure: float, causes: Causes) -> float:
    """Injury (1) to which TNF (ng/mL), oxygen (mmHg) and pressure (pN/um^2) lead in the long run."""
    spared = 1.0 - causes.tnf_weight * hill(tnf, causes.tnf_half, 2.0)
    spared *= 1.0 - causes.o2_weight * (1.0 - ramp(o2, causes.o2_full, causes.o2_onset))
    spared *= 1.0 - causes.pressure_weight * ramp(pressure, causes.pressure_onset, causes.pressure_full)
    return 1.0 - spared


@kernel
def hurt(
    injury: Floats,
    tnf_output: Floats,
    apoptosis_factor: Floats,
    hepatocyte: Floats,
    tnf: Floats,
    o2: Floats,
    pressure: Floats,
    oxidant: Floats,
    causes: Causes,
    injuring: float,
    healing: float,
    danger_tnf: float,
    frailty: float,
) -> None:
    """Advance the injury of hepatocytes; other rows are left alone.

    injury               n   1         advanced
    tnf_output           n   fg/min    added to
    apoptosis_factor     n   1         multiplied
    oxidant              n   1         injury by neutrophils
    injuring, healing        1         rate times duration
    """
    worse, better = lapse(injuring), lapse(healing)
    for i in range(injury.size):
        if hepatocyte[i] > 0.0:
            target = injured_to(tnf[i], o2[i], pressure[i], causes)
            target += (1.0 - target) * oxidant[i]
            injury[i] = relaxed_over(injury[i], target, worse if target > injury[i] else better)
            tnf_output[i] += danger_tnf * injury[i]
            apoptosis_factor[i] *= 1.0 + frailty * injury[i]


@kernel
def remember(
    cells: CellList,
    hepatocyte: Floats,
    injury: Floats,
    radius: Floats,
    side: float,
    shape: tuple[int, int, int],
    kept: float,
    voxel_injury: Floats,
    injury_here: Floats,
) -> None:
    """Average injury over the hepatocytes that reach into each voxel, and let every cell know its voxel's.

    cells                      binned by voxel: sums run over voxels, then lineages
    hepatocyte    n       1    above 0 for hepatocytes
    injury        n       1    by table row
    radius        n       um   by table row
    kept                  1    share of a voxel's former injury that is not forgotten
    voxel_injury  voxels  1    advanced
    injury_here   n       1    written for every row
    """
    nx, ny, nz = shape
    total, count = np.zeros(voxel_injury.size), np.zeros(voxel_injury.size)
    for slot in range(cells.rows.size):
        row = cells.rows[slot]
        if hepatocyte[row] <= 0.0:
            continue
        x, y, z, r = cells.x[slot], cells.y[slot], cells.z[slot], radius[row]
        for ix in range(index_along(x - r, side, nx), index_along(x + r, side, nx) + 1):
            gx = gap_along(x, ix, side, nx)
            for iy in range(index_along(y - r, side, ny), index_along(y + r, side, ny) + 1):
                gy = gap_along(y, iy, side, ny)
                for iz in range(index_along(z - r, side, nz), index_along(z + r, side, nz) + 1):
                    gz = gap_along(z, iz, side, nz)
                    if gx * gx + gy * gy + gz * gz <= r * r:
                        v = (ix * ny + iy) * nz + iz
                        total[v] += injury[row]
                        count[v] += 1.0
    for v in range(voxel_injury.size):
        now = total[v] / count[v] if count[v] > 0.0 else 0.0
        voxel_injury[v] = max(now, voxel_injury[v] * kept)
    for row in range(injury_here.size):
        injury_here[row] = voxel_injury[cells.bin_of[row]]
