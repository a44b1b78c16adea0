"""CAF support: activated fibroblasts in touch speed their neighbours' division and motion, normal ones slow division.

    n_caf = sum over neighbours j in touch of caf_j              n_normal = sum of fibroblast_j * (1 - caf_j)

    division_factor *= (1 + min(support * n_caf, support_cap)) * (1 - restraint * min(n_normal, 1))
    motility_factor *= 1 + min(motility_support * n_caf, support_cap)

In touch: nearer than touch * (r_i + r_j). Fibroblasts themselves are neither supported nor restrained.

fibroblast   1    1 for fibroblasts       caf   1   1 once activated       radius r   um

Fibroblasts push all who can divide, tumour cells and progenitors alike: their growth factors ask no one for a name.
Mechanisms: M38, M39. Sources: seed 1 for the directions; conditioned medium of fibroblasts and migration: Mueller 2007,
Am J Pathol; support 0.3 per neighbour to a gain of 1 at most, restraint 0.3: assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.engine.kernel import kernel
from simulation.engine.neighbours import CellList, home, require, run, runs
from simulation.engine.parameter import parameter
from simulation.engine.presence import present
from simulation.engine.process import SiteProcess, Stage

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.site import SiteView

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class CafSupport(SiteProcess):
    """Fibroblasts in touch change the pace of division and motion."""

    stage, every = Stage.DECIDE, "10 min"
    reads = frozenset({"caf", "fibroblast", "radius", "x", "y", "z"})
    scales = frozenset({"division_factor", "motility_factor"})
    mechanisms = frozenset({"M38", "M39"})

    support: float = parameter(0.3, "1", "gain in division rate per CAF in touch", source="assumed", bounds=(0, 10))
    motility_support: float = parameter(0.3, "1", "gain in speed per CAF in touch", source="assumed", bounds=(0, 10))
    support_cap: float = parameter(1.0, "1", "largest gain", source="assumed", bounds=(0, 100))
    restraint: float = parameter(
        0.3, "1", "loss of division rate by a normal fibroblast in touch", source="assumed", bounds=(0, 1)
    )
    touch: float = parameter(
        1.25, "1", "farthest contact, over the sum of radii", source="assumed: as far as bonds hold", bounds=(0.5, 2)
    )

    def apply(self, site: SiteView, dt: Duration) -> None:
        """Scale by this moment's neighbours; the length of the step plays no part."""
        c = site.cells
        if c.n == 0 or not present(c.fibroblast):
            return
        require(site.neighbours, self.touch * 2.0 * float(c.radius.max()))
        scale(
            site.neighbours, c.radius, c.caf, c.fibroblast, c.division_factor, c.motility_factor,
            self.support, self.motility_support, self.support_cap, self.restraint, self.touch,
        )  # fmt: skip


@kernel
def scale(
    cells: CellList,
    radius: Floats,
    caf: Floats,
    fibroblast: Floats,
    division_factor: Floats,
    motility_factor: Floats,
    support: float,
    motility_support: float,
    support_cap: float,
    restraint: float,
    touch: float,
) -> None:
    """Multiply each cell's factors by what the fibroblasts around it make of them.

    cells                    in bins at least touch * 2 * the largest radius wide
    radius             n     um    by table row, as all that follows
    caf, fibroblast    n     1
    division_factor    n     1     multiplied
    motility_factor    n     1     multiplied
    """
    around = runs(cells)
    rows, x, y, z = cells.rows, cells.x, cells.y, cells.z
    n_caf, n_normal = np.zeros(rows.size), np.zeros(rows.size)
    for slot in range(rows.size):  # from the fibroblasts, since most cells are none; each cell meets them in one order
        near = rows[slot]
        if fibroblast[near] <= 0.0:
            continue
        activated, normal = caf[near], fibroblast[near] * (1.0 - caf[near])
        own, x_i, y_i, z_i = radius[near], x[slot], y[slot], z[slot]
        place = home(cells, slot)
        for r in range(around):
            first, last = run(cells, place, r)
            for other in range(np.uint64(first), np.uint64(last)):
                row = rows[other]
                far = touch * (radius[row] + own)
                dx, dy, dz = x[other] - x_i, y[other] - y_i, z[other] - z_i
                if dx * dx + dy * dy + dz * dz < far * far:
                    n_caf[row] += activated
                    n_normal[row] += normal
    for row in range(rows.size):
        if fibroblast[row] <= 0.0:
            gain = min(support * n_caf[row], support_cap)
            division_factor[row] *= (1.0 + gain) * (1.0 - restraint * min(n_normal[row], 1.0))
            motility_factor[row] *= 1.0 + min(motility_support * n_caf[row], support_cap)
