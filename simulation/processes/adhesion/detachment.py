"""Detachment: a lymphocyte that holds a tumour cell pulls, and either its own grip or the cell's hold on others gives.

    e = rim * cadherin_bonds (1 - emt) (1 - separation h a)    cadherin bonds that bear the pull at a time
    h = icam1 / (icam1 + icam1_half),  a = 1 - exp(-icam1_bonds)
    k_e = 1 / T(e; F),  k_b = 1 / T(b; F)                       ruptures per second of either cluster
    p = k_e / (k_e + k_b) * (1 - exp(-(k_e + k_b) duration))    chance that a pull tears the cell loose
    hazard of detachment = pulls * p                            by each lymphocyte that holds it

T   s    mean time until a cluster that shares the force F is open, with rebinding (simulation/engine/bond.py)
b   1    LFA-1/ICAM-1 bonds of the lymphocyte with the cell; without any there is no pull

Both ruptures count as exponential with their mean. A cell torn loose stays so while a lymphocyte grips it, and finds
hold again at the rate `readhesion` when none does. Thousands of cadherin bonds would never give way together: a contact
peels from its rim, so only a share bears the pull. Beyond `largest` bonds a cluster counts as that many, whose mean
life is longer than any run.

Mechanisms: M48 (leukocyte pulls the cell off), M49 (engaged ICAM-1 loosens it from its neighbours). Sources: seed 1;
cadherin kinetics recalled: Panorchan 2006 J Cell Sci; LFA-1 bond length recalled: Zhang 2002 Biophys J; the law:
Erdmann and Schwarz 2004, Phys Rev Lett 92:108102, recalled.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.engine.arithmetic import chance_within
from simulation.engine.bond import adhesion_chance, rupture_time
from simulation.engine.chance import happens, uniform
from simulation.engine.kernel import inlined, kernel
from simulation.engine.naming import Couples
from simulation.engine.neighbours import CellList
from simulation.engine.parameter import parameter
from simulation.engine.presence import present
from simulation.engine.process import SiteProcess, Stage
from simulation.vocabulary.molecules import LFA1_ICAM1

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.site import SiteView

Floats = NDArray[np.float64]

TEAR, REATTACH = 0, 1  # draws, of the lymphocyte and of the cell it pulls


class Law(NamedTuple):
    """The numbers of a pull.

    force               pN      on either cluster
    duration            s       of a pull
    pulls               1/h     by each lymphocyte that holds a cell
    rim                 1       share of the cadherin bonds that bears a pull
    separation          1       share of them that fully engaged ICAM-1 takes
    icam1_half          1       ICAM-1 copies of half effect
    cadherin_off        1/s     off-rate, and length of a bond
    cadherin_length     nm
    integrin_off        1/s     the same of LFA-1/ICAM-1
    integrin_length     nm
    rebinding           1       rate at which open bonds close again, over the off-rate
    largest             1       clusters count as at most this many
    readhesion          1/h     rate at which a loose cell finds hold again
    """

    force: float
    duration: float
    pulls: float
    rim: float
    separation: float
    icam1_half: float
    cadherin_off: float
    cadherin_length: float
    integrin_off: float
    integrin_length: float
    rebinding: float
    largest: int
    readhesion: float


@dataclass(frozen=True)
class Detachment(SiteProcess):
    """Lymphocytes pull cells off their neighbours."""

    stage, every = Stage.BIND, "2 min"
    reads = frozenset({"partner", "bonds", "icam1_bonds", "icam1", "cadherin_bonds", "emt", "x", "y", "z"})
    writes = frozenset({"detached"})
    mechanisms = frozenset({"M48", "M49"})

    force: float = parameter(50.0, "pN", "pull of a lymphocyte", source="assumed: 20-200 pN", bounds=(0, 1e4))
    duration: float = parameter(300.0, "s", "length of a pull", source="assumed", bounds=(0, 1e5))
    pulls: float = parameter(
        2.0, "1/h", "pulls by each lymphocyte that holds a cell", source="assumed", bounds=(0, 1e3)
    )
    rim: float = parameter(0.01, "1", "share of the cadherin bonds that bears a pull", source="assumed", bounds=(0, 1))
    separation: float = parameter(
        0.5, "1", "share of them that fully engaged ICAM-1 takes", source="assumed", bounds=(0, 1)
    )
    icam1_half: float = parameter(5e4, "1", "ICAM-1 copies of half effect", source="assumed", bounds=(1, 1e8))
    cadherin_off: float = parameter(
        1.1, "1/s", "off-rate of E-cadherin", source="recalled: Panorchan 2006 J Cell Sci", bounds=(1e-6, 1e3)
    )
    cadherin_length: float = parameter(
        0.32, "nm", "bond length of E-cadherin", source="recalled: Panorchan 2006 J Cell Sci", bounds=(0, 10)
    )
    integrin_off: float = parameter(
        LFA1_ICAM1.off_open,
        "1/s",
        "off-rate of LFA-1/ICAM-1",
        source="Sarantos et al.: lifetime 25 s",
        bounds=(1e-6, 1e3),
    )
    integrin_length: float = parameter(
        0.21, "nm", "bond length of LFA-1/ICAM-1", source="recalled: Zhang 2002 Biophys J", bounds=(0, 10)
    )
    rebinding: float = parameter(1.0, "1", "closing over opening of bonds", source="assumed", bounds=(0, 10))
    largest: int = parameter(60, "1", "clusters count as at most this many bonds", source="assumed", bounds=(1, 200))
    readhesion: float = parameter(
        1.0, "1/h", "rate at which a loose cell finds hold again", source="assumed", bounds=(0, 100)
    )

    def apply(self, site: SiteView, dt: Duration) -> None:
        """Let every lymphocyte with a grip pull, and loose cells settle."""
        c = site.cells
        if not (present(c.partner) or present(c.detached)):
            return
        torn = pull(
            site.neighbours, site.couples("partner"), self.law, c.bonds, c.icam1, c.icam1_bonds,
            c.cadherin_bonds, c.emt, c.detached, c.lineage, site.spans_with("detached"), dt.hours,
            site.chance.key, site.chance.tick,
        )  # fmt: skip
        site.report("detached", torn, c.icam1_bonds[torn])

    @cached_property
    def law(self) -> Law:
        """The parameters as the kernel takes them."""
        return Law(*(getattr(self, name) for name in Law._fields))


@inlined
def bearing(law: Law, cadherin_bonds: float, emt: float, icam1: float, icam1_bonds: float) -> float:
    """Cadherin bonds that bear a pull: the rim's, less what mesenchymal state and engaged ICAM-1 take."""
    engaged = icam1 / (icam1 + law.icam1_half) * adhesion_chance(icam1_bonds)
    return law.rim * cadherin_bonds * (1.0 - emt) * (1.0 - law.separation * engaged)


@inlined
def tearing(law: Law, cadherin: float, integrin: float) -> float:
    """Chance that one pull tears the cell loose.

    cadherin, integrin    1    bonds that bear the pull, to the neighbours and to the lymphocyte
    """
    if integrin <= 0.0:
        return 0.0
    grip = 1.0 / rupture_time(integrin, law.force, law.integrin_off, law.integrin_length, law.rebinding, law.largest)
    if cadherin <= 0.0:
        return 1.0
    hold = 1.0 / rupture_time(cadherin, law.force, law.cadherin_off, law.cadherin_length, law.rebinding, law.largest)
    return hold / (hold + grip) * chance_within((hold + grip) * law.duration)


@kernel
def pull(
    cells: CellList,
    couples: Couples,
    law: Law,
    bonds: Floats,
    icam1: Floats,
    icam1_bonds: Floats,
    cadherin_bonds: Floats,
    emt: Floats,
    detached: Floats,
    lineage: NDArray[np.uint64],
    spans: NDArray[np.int64],
    hours: float,
    key: np.uint64,
    tick: int,
) -> NDArray[np.int64]:
    """Advance every cell that is held or loose by one step; return the rows of those torn loose, ascending.

    couples               lymphocytes, and whom they hold; those without bonds do not pull
    detached    n    1    written: 1 = torn loose
    spans       k, 2      first row, and one past the last, of stretches outside of which nobody is loose
    hours            h    step
    """
    held, torn = np.zeros(detached.size, np.bool_), np.zeros(detached.size, np.bool_)
    # nobody is torn loose by a draw above this, since no pull does more than tear
    surely, some = 1.000001 * chance_within(law.pulls * hours), False
    for k in range(couples.by.size):
        by, row = cells.rows[couples.by[k]], cells.rows[couples.whom[k]]
        if not bonds[by] > 0.0:
            continue
        held[row] = True
        if detached[row] > 0.0:
            continue
        draw = uniform(key, tick, cells.lineage[couples.by[k]], TEAR)
        if draw < surely:
            cadherin = bearing(law, cadherin_bonds[row], emt[row], icam1[row], icam1_bonds[row])
            if draw < chance_within(law.pulls * tearing(law, cadherin, bonds[by]) * hours):
                detached[row] = 1.0
                torn[row] = some = True
    settles = chance_within(law.readhesion * hours)
    for first, last in spans:
        for row in range(first, last):
            if detached[row] > 0.0 and not held[row] and happens(settles, key, tick, lineage[row], REATTACH):
                detached[row] = 0.0
    return np.flatnonzero(torn) if some else np.empty(0, np.int64)
