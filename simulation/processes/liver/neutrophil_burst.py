"""Neutrophil burst: neutrophils whose Mac-1 holds a hepatocyte's ICAM-1 pour oxidants over it.

    oxidant = burst * (1 - exp(-sum_j (1 - exp(-n_j))))          over the neutrophils j within `sight`
    n_j     = rho_j rho A (f_c + f_i a_i + f_o a_o) / (1 + blocked)      bonds of a long contact, engine/bond.py

oxidant    1        what injures the hepatocyte, share of the most; injury by liver/hepatocyte_injury
n_j        1        Mac-1/ICAM-1 bonds of one neutrophil with this hepatocyte, which also come of a mean contact
rho_j      um^-2    Mac-1 of the neutrophil             f    1    its integrins' conformations, those of LFA-1
rho        um^-2    ICAM-1 of the hepatocyte
blocked    1        antibody to ICAM-1 on the hepatocyte and to Mac-1 on the neutrophil

A neutrophil beside a healthy hepatocyte, which is all but without ICAM-1, does nothing: the burst takes adhesion. So
antibody to ICAM-1 spares the liver although as many neutrophils are in it.

Mechanisms: M06, M34. Sources: injury halved with infiltration unchanged: Farhood 1995, PMID 7884306; AST -65 % with
sinusoidal leukocytes unchanged: Vollmar 1995, PMID 7846625; that the burst takes Mac-1 on the hepatocyte: assumed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.engine.arithmetic import chance_within
from simulation.engine.bond import PairKinetics, density, firm_density, mean_affinity
from simulation.engine.kernel import inlined, kernel
from simulation.engine.neighbours import CellList, home, require, run, runs
from simulation.engine.parameter import parameter
from simulation.engine.presence import present
from simulation.engine.process import SiteProcess, Stage
from simulation.vocabulary.molecules import PAIRS

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.site import SiteView

Floats = NDArray[np.float64]


class Membranes(NamedTuple):
    """What decides how neutrophils hold hepatocytes: the columns of these names."""

    radius: Floats
    mac1: Floats
    mac1_blocked: Floats
    lfa1_intermediate: Floats
    lfa1_open: Floats
    icam1: Floats
    icam1_blocked: Floats


@dataclass(frozen=True)
class NeutrophilBurst(SiteProcess):
    """Neutrophils that hold hepatocytes injure them."""

    stage, every = Stage.SIGNAL, "10 min"
    reads = frozenset({"neutrophil", "hepatocyte", "x", "y", "z", *Membranes._fields})
    writes = frozenset({"oxidant"})
    mechanisms = frozenset({"M06", "M34"})

    burst: float = parameter(
        0.8, "1", "injury by many neutrophils that hold fast; 0 = none", bounds=(0, 1),
        source="assumed: as much as saturating TNF or complete hypoxia",
    )  # fmt: skip
    sight: float = parameter(
        25.0, "um", "distance of a neutrophil in touch, no more than cells of the site touch",
        source="computed: both radii and a half", bounds=(0, 200),
    )  # fmt: skip

    def apply(self, site: SiteView, dt: Duration) -> None:
        """Set the oxidant of every hepatocyte; 0 where no neutrophil is."""
        c = site.cells
        if self.burst == 0.0 or not present(c.neutrophil):
            c.oxidant.fill(0.0)
            return
        sight, cells = min(self.sight, site.reach), site.neighbours
        require(cells, sight)
        membranes = Membranes(*(c[name] for name in Membranes._fields))
        pour(
            cells, c.neutrophil, c.hepatocyte, membranes, PAIRS["mac1_icam1"].kinetics, sight,
            self.burst, c.oxidant,
        )  # fmt: skip


@inlined
def sphere(radius: float) -> float:
    """Surface of a ball in um^2."""
    return 4.0 * math.pi * radius * radius


@inlined
def held(who: int, target: int, m: Membranes, law: PairKinetics) -> float:
    """Chance that neutrophil row `who` holds hepatocyte row `target` by Mac-1 on ICAM-1."""
    receptors, ligands = density(m.mac1[who], sphere(m.radius[who])), density(m.icam1[target], sphere(m.radius[target]))
    affinity = mean_affinity(law, m.lfa1_intermediate[who], m.lfa1_open[who])
    return chance_within(firm_density(receptors, ligands, m.icam1_blocked[target] + m.mac1_blocked[who], affinity))


@kernel
def pour(
    cells: CellList,
    neutrophil: Floats,
    hepatocyte: Floats,
    membranes: Membranes,
    law: PairKinetics,
    sight: float,
    burst: float,
    oxidant: Floats,
) -> None:
    """Write `oxidant` of every row; neutrophils in the order of slots.

    neutrophil, hepatocyte    n    1    above 0 for these
    """
    around = runs(cells)
    rows, x, y, z = cells.rows, cells.x, cells.y, cells.z
    grip = np.zeros(rows.size)
    for slot in range(rows.size):  # from the neutrophils, since they are few; each hepatocyte meets them in one order
        who = rows[slot]
        if neutrophil[who] <= 0.0:
            continue
        place = home(cells, slot)
        for r in range(around):
            first, last = run(cells, place, r)
            for other in range(np.uint64(first), np.uint64(last)):
                row = rows[other]
                dx, dy, dz = x[other] - x[slot], y[other] - y[slot], z[other] - z[slot]
                if hepatocyte[row] > 0.0 and dx * dx + dy * dy + dz * dz < sight * sight:
                    grip[row] += held(who, row, membranes, law)
    for row in range(rows.size):
        oxidant[row] = burst * chance_within(grip[row]) if hepatocyte[row] > 0.0 else 0.0
