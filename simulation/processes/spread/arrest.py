"""Arrest: a passage through an organ's vessels may hold a convoy, by its size or by LFA-1 on endothelial ICAM-1.

    P = 1 - (1 - p_mech) * (1 - p_adh)
    1 - p_mech = (1 - mechanical_arrest)^m
    p_adh = eff(G) * (1 - exp(-sum of <n>))          <n>, eff(G): engine/bond.py, contact of `contact` seconds

m     1      cells of the convoy that are too wide, which are those that are no lymphocytes
<n>   1      bonds of each cell that has LFA-1 with the mean endothelial cell of the organ, per contact
G     1/s    shear rate in the organ's microvessels

A cell in flow that bears no LFA-1 is held by size alone, unless a lymphocyte of its convoy holds it. Soluble ICAM-1 and
antibody in the blood occupy receptors as in binding within tissue: the free share is 1 / (1 + sum of concentration over
dissociation constant). Selectins are left out (P_sel = 0). A held convoy may come loose, sooner one held by size, since
cells deform. Draws are keyed by the convoy, so that it is held, or let go, as a whole.

Endothelial cells are those with oxygen exchange; an organ without them holds by size alone.

Mechanisms: M60, and M06's arrest efficiency.
Sources: form: seed 2, made quantitative by assumption; eff(G): Blood 1998;92:1626; mechanical_arrest by organ:
vocabulary/organs.py, assumed; contact: computed from a sinusoid of 0.3 mm at 0.15 mm/s.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.engine.arithmetic import chance_within, chunked_sum
from simulation.engine.bond import Bonds, Kinetics, arrest_efficiency, density, relaxed_bonds, resting_bonds, together
from simulation.engine.chance import happens, uniform
from simulation.engine.kernel import inlined, kernel
from simulation.engine.parameter import parameter
from simulation.engine.process import BodyProcess, Stage
from simulation.vocabulary.molecules import LFA1_ICAM1, MOLECULES, Bond
from simulation.vocabulary.organs import ORGANS, Organ

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.rows import Rows
    from simulation.engine.site import BodyView

Floats = NDArray[np.float64]
Lineages = NDArray[np.uint64]
Counts = NDArray[np.int64]

FLOWING, BY_SIZE, BY_ADHESION = 0.0, 1.0, 2.0  # values of the column `arrested`
HOLD, RELEASE = 0, 1  # which draw is for what


@dataclass(frozen=True)
class Arrest(BodyProcess):
    """Vessels hold cells that flow through them, and let some go.

    organs    mapping of str to Organ    by site's name; a site that is not among them is an average organ
    bond      Bond                       LFA-1 with ICAM-1
    """

    stage, every = Stage.SPREAD, "2 min"
    reads = frozenset(
        {
            "icam1", "icam1_blocked", "o2_exchange", "pool.sicam1", "pool.anti_lfa1", "traveller.lineage",
            "traveller.convoy", "traveller.site", "traveller.radius", "traveller.invasive", "traveller.lfa1",
            "traveller.lfa1_open", "traveller.lfa1_intermediate",
        }
    )  # fmt: skip
    writes = frozenset({"traveller.arrested", "traveller.arrest_time"})
    mechanisms = frozenset({"M06", "M60"})

    organs: Mapping[str, Organ] = field(default_factory=lambda: ORGANS, hash=False, repr=False)
    bond: Bond = field(default=LFA1_ICAM1, repr=False)
    decoy: float = parameter(
        1.0, "1", "how far soluble ICAM-1 occupies LFA-1; 0 = not at all", source="by definition", bounds=(0, 1)
    )
    contact: float = parameter(
        2.0, "s", "length of contact with the vessel wall in one passage",
        source="computed: 0.3 mm at 0.15 mm/s in a sinusoid, both assumed", bounds=(0, 600),
    )  # fmt: skip
    endothelial_area: float = parameter(
        1500.0, "um^2", "surface an endothelial cell turns to the blood", source="assumed: 1000-2000", bounds=(1, 1e5)
    )
    strength: float = parameter(
        12.0, "1/s", "arrests per time of contact that counts",
        source="computed: efficiency 0.2 at 100 1/s, Blood 1998;92:1626", bounds=(0, 1e4),
    )  # fmt: skip
    shortest_contact: float = parameter(
        6.5, "ms", "contacts shorter than this do not count", source="Blood 1998;92:1626", bounds=(0, 1e3)
    )
    release: float = parameter(
        0.02, "1/h", "rate at which a convoy held by size slips through", source="assumed", bounds=(0, 100)
    )
    adhesive_release: float = parameter(
        0.005, "1/h", "rate at which one held by adhesion comes loose", source="assumed", bounds=(0, 100)
    )

    def apply(self, body: BodyView, dt: Duration) -> None:
        """Hold and release convoys for one passage; see module."""
        t, pools = body.travellers, body.pools
        if t.n == 0:
            return
        occupied = pools.sicam1[0] / MOLECULES["icam1"].mass / self.bond.decoy_constant  # ng/mL / kDa = nmol/L
        occupied *= self.decoy
        occupied += pools.anti_lfa1[0] / self.bond.antibody_constant
        organs = [self.organs.get(s.name, Organ(s.name, "no organ of the table", "")) for s in body.sites]
        held_by_size = np.array([o.mechanical_arrest for o in organs])
        t_min = self.shortest_contact * 1e-3
        efficiency = np.array([arrest_efficiency(o.shear_rate, self.strength, t_min) for o in organs])
        icam1 = np.array([free_icam1(s.cells, float(occupied)) / self.endothelial_area for s in body.sites])
        b = self.bond
        kinetics = Kinetics(
            b.acka_closed, b.acka_closed * b.intermediate_ratio, b.acka_closed * b.open_ratio,
            b.off_closed, b.off_intermediate, b.off_open,
        )  # fmt: skip
        hold(
            np.lexsort((t.lineage, t.convoy)), t.convoy, t.site, t.radius, t.invasive, t.lfa1, t.lfa1_intermediate,
            t.lfa1_open, held_by_size, efficiency, icam1, kinetics, self.contact, self.release * dt.hours,
            self.adhesive_release * dt.hours, dt.minutes, body.chance.key, body.chance.tick, t.arrested, t.arrest_time,
        )  # fmt: skip
        caught = np.flatnonzero((t.arrested != FLOWING) & (t.arrest_time == 0.0))
        body.report("arrested", caught, t.arrested[caught])


def free_icam1(cells: Rows, occupied: float) -> float:
    """Mean ICAM-1 copies per endothelial cell of a site, those that antibody and occupied LFA-1 leave; 0 without any.

    cells       Rows    all cells of the site
    occupied    1       on LFA-1: sum of concentration over dissociation constant
    """
    rows = np.flatnonzero(cells.o2_exchange > 0.0)
    if rows.size == 0:
        return 0.0
    rows = rows[np.argsort(cells.lineage[rows], kind="stable")]
    shown = cells.icam1[rows] / (1.0 + cells.icam1_blocked[rows] + occupied)
    return float(chunked_sum(shown)) / rows.size


@inlined
def bonds_after(
    law: Kinetics, receptors: float, intermediate: float, opened: float, ligands: float, seconds: float
) -> float:
    """Expected bonds after a contact of given length; densities in um^-2, shares of the receptors."""
    resting = resting_bonds(law, receptors, intermediate, opened, ligands)
    return together(relaxed_bonds(law, Bonds(0.0, 0.0, 0.0), resting, seconds))


@kernel
def hold(
    order: Counts,
    convoy: Lineages,
    site: Counts,
    radius: Floats,
    invasive: Floats,
    lfa1: Floats,
    lfa1_intermediate: Floats,
    lfa1_open: Floats,
    held_by_size: Floats,
    efficiency: Floats,
    icam1: Floats,
    law: Kinetics,
    contact: float,
    release: float,
    adhesive_release: float,
    minutes: float,
    key: np.uint64,
    tick: int,
    arrested: Floats,
    arrest_time: Floats,
) -> None:
    """Decide convoy by convoy.

    order                        n         rows sorted by convoy, then lineage
    convoy ... lfa1_open         n         columns of travellers
    held_by_size                 sites 1   chance that one cell is held
    efficiency                   sites 1   chance that a contact that bonds ends in arrest
    icam1                        sites um^-2   free ICAM-1 on endothelium
    contact                      s         length of contact
    release, adhesive_release    1         rates times step
    minutes                      min       step
    arrested, arrest_time        n         changed
    """
    start = 0
    while start < order.size:
        stop = start + 1
        head = order[start]
        while stop < order.size and convoy[order[stop]] == convoy[head]:
            stop += 1
        state, name, where = arrested[head], convoy[head], site[head]
        if state != FLOWING:
            loose = release if state == BY_SIZE else adhesive_release
            if happens(chance_within(loose), key, tick, name, RELEASE):
                state = FLOWING
        elif where >= 0:
            pass_size, bonds = 1.0, 0.0
            for place in range(start, stop):
                row = order[place]
                if invasive[row] > 0.0 or lfa1[row] == 0.0:
                    pass_size *= 1.0 - held_by_size[where]
                if lfa1[row] > 0.0:
                    receptors = density(lfa1[row], 4.0 * math.pi * radius[row] * radius[row])
                    bonds += bonds_after(law, receptors, lfa1_intermediate[row], lfa1_open[row], icam1[where], contact)
            sticks = efficiency[where] * chance_within(bonds)
            u = uniform(key, tick, name, HOLD)
            if u < sticks:
                state = BY_ADHESION
            elif u < 1.0 - pass_size * (1.0 - sticks):
                state = BY_SIZE
        for place in range(start, stop):
            row = order[place]
            still = state != FLOWING and arrested[row] == state
            arrest_time[row] = arrest_time[row] + minutes if still else 0.0
            arrested[row] = state
        start = stop
