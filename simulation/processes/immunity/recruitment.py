"""Recruitment: vessel wall lets T cells in, where tissue calls, blood is slow and ICAM-1 holds.

    entries ~ Poisson(passing * call * eff(G) * (o + (1 - o) P d) * (1 - enclosure) * dt)

    call = min(1, resident + cxcl / (cxcl + cxcl_half) + decoy_call * sicam1 / (sicam1 + sicam1_half))
    eff(G) = 1 - exp(-lam max(0, 5 pi / (6 G) - t_min))             arrest of what collides at shear rate G
    P = 1 - exp(-<n>(5 s))                                          firm hold on ICAM-1 (simulation/engine/bond.py)
    d = q h phi / (q h phi + letting_go),  h = icam1 / (icam1 + icam1_half)     crossing before letting go
    phi = 1 / (1 + icam1_blocked + lfa1_blocked)
    o = other_venule * venule + other_sinusoid * (1 - venule)       share that needs no ICAM-1

G      shear_rate    1/s      cells with none line no vessel and let nobody in
P      rho           um^-2    T cell: lfa1 copies over lymphocyte_area, primed mix of states; wall: icam1 over wall_area
q      diapedesis    1/min    crossing by a held cell at saturating ICAM-1
                     lfa1_blocked of the wall's own row stands for the blockade that a passing T cell meets there
                     one T cell agent stands for as many cells as the agents around it, so no count is scaled

In sinusoids leukocytes are held by narrowness and by other molecules: ICAM-1 antibody leaves their adhesion as it is,
and takes two thirds of that in venules.

Mechanisms: M06, M16, M17, M47b, M67. Sources: arrest: Blood 1998;92:1626; segments: Vollmar 1995 (venules 679 to 217,
sinusoids unchanged); the rest as given with each parameter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.engine.arithmetic import hill
from simulation.engine.bond import Kinetics, arrest_efficiency, contact_chance, density
from simulation.engine.chance import poisson
from simulation.engine.kernel import inlined, kernel
from simulation.engine.parameter import parameter
from simulation.engine.process import SiteProcess, Stage
from simulation.vocabulary.molecules import LFA1_ICAM1

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.site import SiteView

Floats = NDArray[np.float64]


class Law(NamedTuple):
    """The numbers of arrest and crossing; named and measured as the parameters of `Recruitment`."""

    lam: float
    t_min: float
    probe: float
    lfa1: float
    intermediate: float
    opened: float
    lymphocyte_area: float
    wall_area: float
    diapedesis: float
    letting_go: float
    icam1_half: float
    other_venule: float
    other_sinusoid: float


@dataclass(frozen=True)
class Recruitment(SiteProcess):
    """Vessel wall lets T cells in."""

    stage, every = Stage.DECIDE, "10 min"
    reads = frozenset(
        {"icam1", "icam1_blocked", "lfa1_blocked", "shear_rate", "venule", "cxcl_here", "sicam1_here", "enclosure"}
    )
    adds = frozenset({"t_cells_entering"})
    mechanisms = frozenset({"M06", "M16", "M17", "M47b", "M67"})

    passing: float = parameter(
        0.1, "1/h", "T cells that would recognise the tumour, passing a wall cell", bounds=(0, 1e4),
        source="computed: 1e6 T cells/mL at 0.2 mm/s in a 7 um sinusoid are 28 1/h; 0.4 % specific assumed",
    )  # fmt: skip
    resident: float = parameter(0.01, "1", "call of tissue without chemokine", source="assumed", bounds=(0, 1))
    cxcl_half: float = parameter(
        30.0, "ng/mL", "chemokine of half effect", source="assumed: nM class", bounds=(1e-9, 1e6)
    )
    decoy_call: float = parameter(0.2, "1", "call by soluble ICAM-1 at saturation", source="assumed", bounds=(0, 1))
    sicam1_half: float = parameter(
        200.0, "ng/mL", "soluble ICAM-1 of half effect", source="Benedicto 2017, BMC Cancer 17:827", bounds=(1e-9, 1e6)
    )
    lam: float = parameter(
        12.0, "1/s", "arrests per time of contact", bounds=(0, 1e3),
        source="computed: efficiency 0.2 at 100 1/s, Blood 1998;92:1626",
    )  # fmt: skip
    t_min: float = parameter(0.0065, "s", "shortest contact", source="Blood 1998;92:1626", bounds=(0, 1))
    probe: float = parameter(5.0, "s", "contact in which firm hold forms", source="assumed", bounds=(0, 600))
    lfa1: float = parameter(1e5, "1", "LFA-1 copies of a T cell in blood", source="assumed", bounds=(0, 1e8))
    intermediate: float = parameter(0.3, "1", "its share of intermediate LFA-1", source="assumed", bounds=(0, 1))
    opened: float = parameter(0.1, "1", "its share of open LFA-1, primed", source="assumed", bounds=(0, 1))
    lymphocyte_area: float = parameter(200.0, "um^2", "surface of a T cell", source="assumed", bounds=(1, 1e5))
    wall_area: float = parameter(
        1500.0, "um^2", "luminal face of a wall cell", source="assumed: 1000-2000 um^2", bounds=(1, 1e6)
    )
    diapedesis: float = parameter(0.1, "1/min", "crossing at saturating ICAM-1", source="assumed", bounds=(0, 100))
    letting_go: float = parameter(0.05, "1/min", "loss of a held cell to blood", source="assumed", bounds=(1e-9, 100))
    icam1_half: float = parameter(5e4, "1", "ICAM-1 copies of half effect", source="assumed", bounds=(1, 1e8))
    other_venule: float = parameter(
        0.2, "1", "share in venules that needs no ICAM-1", bounds=(0, 1),
        source="computed: antibody leaves 217 of 679 cells, Vollmar 1995",
    )  # fmt: skip
    other_sinusoid: float = parameter(
        0.9, "1", "share in sinusoids that needs no ICAM-1", bounds=(0, 1),
        source="computed: antibody changes nothing, Vollmar 1995",
    )  # fmt: skip
    acka_closed: float = parameter(
        LFA1_ICAM1.acka_closed, "um^4", "contact area times affinity of closed LFA-1",
        source="assumed anchor", bounds=(0, 1),
    )  # fmt: skip

    def apply(self, site: SiteView, dt: Duration) -> None:
        """Draw how many T cells each wall cell lets in."""
        c = site.cells
        law = Law(*(float(getattr(self, name)) for name in Law._fields))
        acka, known = self.acka_closed, LFA1_ICAM1
        kinetics = Kinetics(
            acka, acka * known.intermediate_ratio, acka * known.open_ratio,
            known.off_closed, known.off_intermediate, known.off_open,
        )  # fmt: skip
        let_in(
            c.lineage, c.icam1, c.icam1_blocked, c.lfa1_blocked, c.shear_rate, c.venule, c.cxcl_here, c.sicam1_here,
            c.enclosure, law, kinetics, self.passing * dt.hours, self.resident, self.cxcl_half, self.decoy_call,
            self.sicam1_half, site.chance.key, site.chance.tick, c.t_cells_entering,
        )  # fmt: skip


@inlined
def entry(law: Law, kinetics: Kinetics, icam1: float, free: float, shear_rate: float, venule: float) -> float:
    """Chance that a T cell that passes where tissue calls enters it.

    icam1         1      copies of the wall cell
    free          1      share of pairs that nothing blocks
    shear_rate    1/s    at the wall
    venule        1      1 venule ... 0 sinusoid
    """
    receptors = density(law.lfa1, law.lymphocyte_area) * free
    sticks = contact_chance(kinetics, receptors, law.intermediate, law.opened, density(icam1, law.wall_area), law.probe)
    crossing = law.diapedesis * icam1 / (icam1 + law.icam1_half) * free
    other = law.other_venule * venule + law.other_sinusoid * (1.0 - venule)
    held = other + (1.0 - other) * sticks * crossing / (crossing + law.letting_go)
    return arrest_efficiency(shear_rate, law.lam, law.t_min) * held


@kernel
def let_in(
    lineage: NDArray[np.uint64],
    icam1: Floats,
    icam1_blocked: Floats,
    lfa1_blocked: Floats,
    shear_rate: Floats,
    venule: Floats,
    cxcl: Floats,
    sicam1: Floats,
    enclosure: Floats,
    law: Law,
    kinetics: Kinetics,
    passing: float,
    resident: float,
    cxcl_half: float,
    decoy_call: float,
    sicam1_half: float,
    key: np.uint64,
    tick: int,
    entering: Floats,
) -> None:
    """Add drawn entries, row by row; columns by their names, `passing` T cells per step."""
    for i in range(lineage.size):
        if shear_rate[i] <= 0.0:
            continue
        call = resident + hill(cxcl[i], cxcl_half, 1.0) + decoy_call * hill(sicam1[i], sicam1_half, 1.0)
        free = 1.0 / (1.0 + icam1_blocked[i] + lfa1_blocked[i])
        chance = entry(law, kinetics, icam1[i], free, shear_rate[i], venule[i])
        mean = passing * min(1.0, call) * chance * (1.0 - enclosure[i])
        entering[i] += poisson(mean, key, tick, lineage[i], 0)
