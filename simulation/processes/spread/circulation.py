"""Circulation: where the blood carries a cell, one organ passage per step, and whether it survives there.

A cell shed in the liver goes first
    by portal branches back into the liver, by lymph into the lymph node   (portal_share, lymph_share of these organs)
    else through the hepatic vein into the lung.
Behind the lung the left heart spreads it by flow_share, by default renormalised over the organs in the world; else the
flow to all other organs (site -1: no vessels that hold it) returns to the lung, as does the flow of every organ.
Without a lung in the world the passage through it goes unseen. Blood circulates in about a minute, so a step of 2 min
stands for one passage. Draws are keyed by the convoy, so that its cells stay together. A cell held in an organ stays.

    rate of death = (flow, or held_death while held, + clearance * clearance_weight * h) * protection
    flow = ln 2 / half_life / blood_survival * max(0, 1 + shear_death * (stress / stress_ref - 1))
    h    = icam1 / (icam1 + half)

stress is that of the capillaries just passed; elsewhere it is stress_ref.
protection is below 1 for cells in a cluster, for cells with a lymphocyte and for cells with a neutrophil, and all
multiply. Clearance is by NK
cells and neutrophils that grip ICAM-1 and concerns invasive cells. The half-life is that of death in flow: the
half-life in blood of a patient's or mouse's cells (25 min - 2.4 h) also contains arrest, so it is an upper bound of
the rate.

It moves things, hence its stage; `traveller.arrested` is that of the step before.

Mechanisms: M48, M55, M57, M62.
Sources: half-life 25-30 min: recalled, Aceto 2014; 1-2.4 h: recalled, Meng 2004 Clin Cancer Res; clearance_weight per
cancer: assumed, ordinal; flow through organs: vocabulary/organs.py; graph of sites in the spirit of Newton 2012 PLoS
One 7:e34637.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.engine.arithmetic import LOG_2, chance_within
from simulation.engine.chance import happens, uniform
from simulation.engine.errors import InputError
from simulation.engine.kernel import inlined, kernel
from simulation.engine.parameter import parameter
from simulation.engine.process import BodyProcess, Stage
from simulation.vocabulary.organs import ORGANS, Organ, organ_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulation.engine.clock import Duration
    from simulation.engine.site import BodyView

Floats = NDArray[np.float64]
Lineages = NDArray[np.uint64]
Counts = NDArray[np.int64]

LIVER, LUNG = "liver", "lung"  # the two organs whose place in the circulation is their own
ELSEWHERE = -1  # in vessels of organs that are not in the world
ROUTE, DEATH = 0, 1  # which draw is for what


@dataclass(frozen=True)
class Circulation(BodyProcess):
    """Blood carries cells from organ to organ; some die in it.

    organs    mapping of str to Organ    by site's name; a site that is not among them is an average organ
    """

    stage, every = Stage.MOVE, "2 min"
    of_travellers = True
    reads = frozenset(
        f"traveller.{name}"
        for name in ("lineage", "convoy", "origin", "arrested", "icam1", "invasive", "lfa1", "neutrophil")
    ) | {"pool.blood_survival"}
    adds = frozenset({"traveller.dies_in_blood"})
    writes = frozenset({"traveller.site", "traveller.in_blood"})
    mechanisms = frozenset({"M48", "M55", "M57", "M62"})

    organs: Mapping[str, Organ] = field(default_factory=lambda: ORGANS, hash=False, repr=False)
    renormalise: bool = parameter(
        True, "", "whether organs in the world also receive the flow of those that are not: more cells to see in them",
        source="assumed",
    )  # fmt: skip
    half_life: float = parameter(
        30.0, "min", "time in which half of flowing single cells die (anoikis, shear)",
        source="recalled: Aceto 2014, 25-30 min single cells", bounds=(1, 1e9),
    )  # fmt: skip
    held_death: float = parameter(
        0.01, "1/h", "rate of death while held in a capillary",
        source="computed: 80 % of B16 cells survive to leave, recalled: Luzzi 1998 Am J Pathol 153:865",
        bounds=(0, 10),
    )  # fmt: skip
    clearance: float = parameter(
        0.05, "1/h", "rate at which immune cells clear a cell of saturating ICAM-1, at weight 1",
        source="assumed: halves what a cell of weight 1 makes of being held for 18 h", bounds=(0, 100),
    )  # fmt: skip
    clearance_weight: float = parameter(
        0.2, "1", "immune clearance of ICAM-1-positive cells; luminal B 1, melanoma 0", source="assumed: HCC context",
        bounds=(0, 10),
    )  # fmt: skip
    icam1_half: float = parameter(5e4, "1", "ICAM-1 copies of half effect", source="assumed", bounds=(1, 1e8))
    cluster_protection: float = parameter(
        0.3, "1", "death rate in a cluster over that alone; 1 = no protection", source="assumed", bounds=(0, 1)
    )
    escort_protection: float = parameter(
        0.5, "1", "death rate with a lymphocyte over that without; 1 = no protection", source="assumed", bounds=(0, 1)
    )
    neutrophil_protection: float = parameter(
        0.5, "1", "death rate with a neutrophil over that without; 1 = no protection", source="assumed", bounds=(0, 1)
    )
    shear_death: float = parameter(
        0.3, "1", "share of death in flow that grows with shear stress; 0 = none", source="assumed", bounds=(0, 10)
    )
    stress_ref: float = parameter(
        3.0, "dyn/cm^2", "shear stress to which the half-life applies", source="assumed: mean of the organs passed",
        bounds=(0.01, 1e3),
    )  # fmt: skip

    def apply(self, body: BodyView, dt: Duration) -> None:
        """Carry every flowing cell through one organ; request the deaths."""
        t = body.travellers
        if t.n == 0:
            return
        first, systemic, liver, lung, flow_death = course(self, tuple(site.name for site in body.sites))
        circulate(
            np.lexsort((t.lineage, t.convoy)), t.lineage, t.convoy, t.origin, t.arrested, t.icam1, t.invasive, t.lfa1,
            t.neutrophil, first, systemic, liver, lung, flow_death / float(body.pools.blood_survival[0]) * dt.minutes,
            self.held_death * dt.hours, self.clearance * self.clearance_weight * dt.hours, self.icam1_half,
            self.cluster_protection, self.escort_protection, self.neutrophil_protection, dt.minutes, body.chance.key,
            body.chance.tick, t.site, t.in_blood, t.dies_in_blood,
        )  # fmt: skip

    def flow_death(self, names: Sequence[str]) -> Floats:
        """Return the rate of death in flow, 1/min, in each site, and last elsewhere."""
        organs = [organ_of(self.organs, name) for name in names]
        over = np.array([*(o.shear_stress / self.stress_ref for o in organs), 1.0]) - 1.0
        return LOG_2 / self.half_life * np.maximum(0.0, 1.0 + self.shear_death * over)

    def flows(self, names: Sequence[str]) -> tuple[Floats, Floats, int, int]:
        """Return the shares of blood, and which sites are special.

        names       n        sites in the world's order
        returns     n, n     share of cells shed in the liver that come first into each site; share of left-heart
                             output through each; numbers of liver and lung, -1 where there is none
        errors      InputError when shares sum to more than 1
        """
        organs = [organ_of(self.organs, name) for name in names]
        first = np.array([o.portal_share + o.lymph_share for o in organs])
        systemic = np.array([o.flow_share for o in organs])
        if self.renormalise and systemic.sum() > 0.0:
            systemic /= systemic.sum()
        for what, shares in (("portal_share and lymph_share", first), ("flow_share", systemic)):
            if float(shares.sum()) > 1.0 + 1e-9:
                raise InputError(f"{what} of {', '.join(names)} sum to {shares.sum():g}", expected="expected up to 1")
        liver = names.index(LIVER) if LIVER in names else -1
        lung = names.index(LUNG) if LUNG in names else -1
        return first, systemic, liver, lung


@lru_cache(maxsize=16)
def course(process: Circulation, names: tuple[str, ...]) -> tuple[Floats, Floats, int, int, Floats]:
    """Return `Circulation.flows` and `flow_death`, which stay what they are through a run."""
    return *process.flows(names), process.flow_death(names)


@inlined
def pick(u: float, shares: Floats) -> tuple[int, float]:
    """Choose by shares of a whole: the index, or -1 and what is left of u, again uniform, beyond them all."""
    below = 0.0
    for k in range(shares.size):
        if u < below + shares[k]:
            return k, 0.0
        below += shares[k]
    return -1, (u - below) / (1.0 - below) if below < 1.0 else 0.0


@inlined
def passage(
    u: float, fresh: bool, here: int, origin: int, first: Floats, systemic: Floats, liver: int, lung: int
) -> int:
    """Next site of a flowing cell: see module; `fresh` for one that has just left tissue."""
    if fresh and origin == liver and liver >= 0:
        k, u = pick(u, first)
        if k >= 0:
            return k
        here = liver
    if lung >= 0 and here != lung:
        return lung
    k, _ = pick(u, systemic)
    return k


@kernel
def circulate(
    order: Counts,
    lineage: Lineages,
    convoy: Lineages,
    origin: Counts,
    arrested: Floats,
    icam1: Floats,
    invasive: Floats,
    lfa1: Floats,
    neutrophil: Floats,
    first: Floats,
    systemic: Floats,
    liver: int,
    lung: int,
    flow_death: Floats,
    held_death: float,
    clearance: float,
    icam1_half: float,
    cluster_protection: float,
    escort_protection: float,
    neutrophil_protection: float,
    minutes: float,
    key: np.uint64,
    tick: int,
    site: Counts,
    in_blood: Floats,
    dies: Floats,
) -> None:
    """Take every flowing cell to the next site, and decide who dies on the way: one call, since few travel.

    first, systemic, liver, lung        see `Circulation.flows`; other arguments as in `die`
    site        n   1      changed: number of the site, -1 elsewhere
    in_blood    n   min    added to
    """
    for i in range(site.size):
        if arrested[i] == 0.0:
            u = uniform(key, tick, convoy[i], ROUTE)
            site[i] = passage(u, in_blood[i] == 0.0, site[i], origin[i], first, systemic, liver, lung)
        in_blood[i] += minutes
    die(
        order, lineage, convoy, site, arrested, icam1, invasive, lfa1, neutrophil, flow_death, held_death, clearance,
        icam1_half, cluster_protection, escort_protection, neutrophil_protection, key, tick, dies,
    )  # fmt: skip


@kernel
def die(
    order: Counts,
    lineage: Lineages,
    convoy: Lineages,
    site: Counts,
    arrested: Floats,
    icam1: Floats,
    invasive: Floats,
    lfa1: Floats,
    neutrophil: Floats,
    flow_death: Floats,
    held_death: float,
    clearance: float,
    icam1_half: float,
    cluster_protection: float,
    escort_protection: float,
    neutrophil_protection: float,
    key: np.uint64,
    tick: int,
    dies: Floats,
) -> None:
    """Decide who dies in this step.

    order                               n   1   rows sorted by convoy
    flow_death                  sites + 1   1   rate times step in flow, by site, last elsewhere
    held_death, clearance                   1   rates times step
    dies                                n   1   added to
    """
    start = 0
    while start < order.size:
        stop, tumour, escorts, docked = start, 0, 0, 0
        while stop < order.size and convoy[order[stop]] == convoy[order[start]]:
            row = order[stop]
            if invasive[row] > 0.0:
                tumour += 1
            elif neutrophil[row] > 0.0:
                docked += 1
            elif lfa1[row] > 0.0:
                escorts += 1
            stop += 1
        protection = (cluster_protection if tumour > 1 else 1.0) * (escort_protection if escorts > 0 else 1.0)
        if docked > 0:
            protection *= neutrophil_protection
        for place in range(start, stop):
            row = order[place]
            rate = flow_death[site[row]] if arrested[row] == 0.0 else held_death  # site -1 is the last
            if invasive[row] > 0.0:
                rate = (rate + clearance * icam1[row] / (icam1[row] + icam1_half)) * protection
            if happens(chance_within(rate), key, tick, lineage[row], DEATH):
                dies[row] += 1.0
        start = stop
