"""Recruitment: vessel wall lets leukocytes in, where tissue calls, blood is slow, and selectins and integrins hold.

    entries ~ Poisson(passing * r * call * touch * (o + (1 - o) P d) * (1 - enclosure) * dt)     for each kind

    call  = min(1, resident r_0 + w_x cxcl / (cxcl + cxcl_half) + w_c ccl2 / (ccl2 + ccl2_half)
                   + decoy_call * sicam1 / (sicam1 + sicam1_half))
    touch = eff(G) + (1 - eff(G)) roll,   eff(G) = 1 - exp(-lam max(0, 5 pi / (6 G) - t_min))
    roll  = s (1 - (1 - T_E) (1 - T_P))                             tethers by E- and P-selectin
    P     = 1 - exp(-<n>(5 s))                                      firm hold, all pairs together:
    <n>   = LFA-1/ICAM-1 by its three states + Mac-1/ICAM-1 + VLA-4/VCAM-1      (simulation/engine/bond.py)
    d     = q h phi / (q h phi + letting_go),  h = icam1 / (icam1 + icam1_half)     crossing before letting go
    o     = other_venule * venule + other_sinusoid * (1 - venule)   share that needs no ICAM-1
    s     = selectins * (venule + selectins_sinusoid (1 - venule))

r, r_0, w_x, w_c     1        how many pass, over T cells; weights: vocabulary/leukocytes.py
G      shear_rate    1/s      cells with none line no vessel and let nobody in
P, T   rho           um^-2    the leukocyte's copies over its area, primed mix of states; the wall's over wall_area
q      diapedesis    1/min    crossing by a held cell at saturating ICAM-1
phi    1             1        free share of what holds in the end: Mac-1 where the cell has it, LFA-1 where it has none
                     blockades on the wall's own row stand for those that a passing cell meets there
                     one agent stands for as many cells as the agents around it, so no count is scaled

In the first half minute LFA-1 and Mac-1 hold a neutrophil alike, from two minutes on Mac-1 alone does. In sinusoids
leukocytes are held by narrowness and by other molecules: ICAM-1 antibody leaves their adhesion as it is, and takes two
thirds of that in venules; selectins do nothing there.

Mechanisms: M06, M16, M17, M30, M47b, M54, M67. Sources: arrest, LFA-1 and Mac-1: Blood 1998;92:1626; segments: Vollmar
1995 (venules 679 to 217, sinusoids unchanged); the rest as given with each parameter.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.engine.arithmetic import chance_within, hill
from simulation.engine.bond import (
    COLLISION,
    Kinetics,
    arrest_efficiency,
    contact_bonds,
    density,
    firm_bonds,
    tether_chance,
)
from simulation.engine.chance import poisson, uniform
from simulation.engine.kernel import inlined, kernel
from simulation.engine.longer import longer
from simulation.engine.parameter import parameter
from simulation.engine.process import SiteProcess, Stage
from simulation.vocabulary.leukocytes import LEUKOCYTES, Leukocyte
from simulation.vocabulary.molecules import LFA1_ICAM1
from simulation.vocabulary.pairs import WallPairs, wall_pairs

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.site import SiteView

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

#: rows whose luck is drawn before it is looked at: the compiler then draws for several at once
STRETCH = 256


class Wall(NamedTuple):
    """The vessel wall: the columns of these names."""

    lineage: NDArray[np.uint64]
    shear_rate: Floats
    venule: Floats
    enclosure: Floats
    icam1: Floats
    vcam1: Floats
    e_selectin: Floats
    p_selectin: Floats
    icam1_blocked: Floats
    vcam1_blocked: Floats
    e_selectin_blocked: Floats
    p_selectin_blocked: Floats
    lfa1_blocked: Floats
    mac1_blocked: Floats
    vla4_blocked: Floats
    selectin_ligand_blocked: Floats


class Law(NamedTuple):
    """The numbers of touching, holding and crossing; named and measured as the parameters of `Recruitment`."""

    lam: float
    t_min: float
    selectins: float
    selectins_sinusoid: float
    pull: float
    wait: float
    probe: float
    wall_area: float
    diapedesis: float
    letting_go: float
    icam1_half: float
    other_venule: float
    other_sinusoid: float


class Kind(NamedTuple):
    """A leukocyte in the blood, as `Leukocyte` of the vocabulary has it."""

    lfa1: float
    mac1: float
    vla4: float
    selectin_ligand: float
    intermediate: float
    opened: float
    area: float


@dataclass(frozen=True)
class Recruitment(SiteProcess):
    """Vessel wall lets leukocytes in."""

    stage, every = Stage.DECIDE, "10 min"
    reads = frozenset(set(Wall._fields) - {"lineage"} | {"cxcl_here", "ccl2_here", "sicam1_here"})
    adds = frozenset({"t_cells_entering", "nk_cells_entering", "macrophages_entering", "neutrophils_entering"})
    mechanisms = frozenset({"M06", "M16", "M17", "M30", "M47b", "M54", "M67"})

    passing: float = parameter(
        0.1, "1/h", "T cells that would recognise the tumour, passing a wall cell; 0 = no leukocyte enters",
        source="computed: 1e6 T cells/mL at 0.2 mm/s in a 7 um sinusoid are 28 1/h; 0.4 % specific assumed",
        bounds=(0, 1e4),
    )  # fmt: skip
    nk_cells: float = parameter(
        0.5, "1", "natural killer cells that pass, over these T cells", source="assumed", bounds=(0, 1e4)
    )
    monocytes: float = parameter(
        0.25, "1", "monocytes that pass and would stay, over these T cells",
        source="computed: make up for the Kupffer cells that die in a liver at rest", bounds=(0, 1e4),
    )  # fmt: skip
    neutrophils: float = parameter(
        1.0, "1", "neutrophils that pass and would stay, over these T cells",
        source="computed: few in a liver at rest", bounds=(0, 1e4),
    )  # fmt: skip
    resident: float = parameter(0.01, "1", "call of tissue without chemokine", source="assumed", bounds=(0, 1))
    cxcl_half: float = parameter(
        30.0, "ng/mL", "CXC chemokine of half effect", source="assumed: nM class", bounds=(1e-9, 1e6)
    )
    ccl2_half: float = parameter(30.0, "ng/mL", "CCL2 of half effect", source="assumed: nM class", bounds=(1e-9, 1e6))
    decoy_call: float = parameter(0.2, "1", "call by soluble ICAM-1 at saturation", source="assumed", bounds=(0, 1))
    sicam1_half: float = parameter(
        200.0, "ng/mL", "soluble ICAM-1 of half effect", source="Benedicto 2017, BMC Cancer 17:827", bounds=(1e-9, 1e6)
    )
    lam: float = parameter(
        12.0, "1/s", "arrests per time of contact", bounds=(0, 1e3),
        source="computed: efficiency 0.2 at 100 1/s, Blood 1998;92:1626",
    )  # fmt: skip
    t_min: float = parameter(0.0065, "s", "shortest contact", source="Blood 1998;92:1626", bounds=(0, 1))
    selectins: float = parameter(
        1.0, "1", "weight of rolling on selectins; 0 = collisions alone", source="assumed", bounds=(0, 1)
    )
    selectins_sinusoid: float = parameter(
        0.0, "1", "the same in sinusoids, over venules", source="assumed: sinusoids hold without selectins",
        bounds=(0, 1),
    )  # fmt: skip
    pull: float = parameter(
        0.5, "pN*s", "pull on a tether over shear rate", bounds=(0, 100),
        source="computed: drag on a sphere of 8 um at a wall, 32 viscosity radius^2",
    )  # fmt: skip
    wait: float = parameter(0.1, "s", "time until the next tether may form", source="assumed", bounds=(0, 60))
    probe: float = parameter(5.0, "s", "contact in which firm hold forms", source="assumed", bounds=(0, 600))
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
        """Draw how many leukocytes of each kind every wall cell lets in."""
        c, key, tick = site.cells, site.chance.key, site.chance.tick
        shares = (1.0, self.nk_cells, self.monocytes, self.neutrophils)
        passing = tuple(self.passing * share * dt.hours for share in shares)
        rows, draws, most = lucky(
            c.lineage, c.shear_rate, c.cxcl_here, c.ccl2_here, c.sicam1_here, WEIGHTS, passing, self.resident,
            self.cxcl_half, self.ccl2_half, self.decoy_call, self.sicam1_half, key, tick,
        )  # fmt: skip
        if rows.size > 0:
            wall = Wall(*(c[name] for name in Wall._fields))
            entering = (c.t_cells_entering, c.nk_cells_entering, c.macrophages_entering, c.neutrophils_entering)
            let_in(rows, draws, most, wall, self.law, self.pairs, KINDS, key, tick, entering)

    @cached_property
    def law(self) -> Law:
        """The parameters as kernels take them."""
        return Law(*(float(getattr(self, name)) for name in Law._fields))

    @cached_property
    def pairs(self) -> WallPairs:
        """Kinetics of the pairs, as kernels take them."""
        acka, known = self.acka_closed, LFA1_ICAM1
        lfa1 = Kinetics(
            acka, acka * known.intermediate_ratio, acka * known.open_ratio,
            known.off_closed, known.off_intermediate, known.off_open,
        )  # fmt: skip
        return wall_pairs(lfa1)


def kind_of(leukocyte: Leukocyte) -> Kind:
    """Return what kernels need to know of a leukocyte."""
    return Kind(*(float(getattr(leukocyte, name)) for name in Kind._fields))


#: in the order of their draws
ORDER = tuple(LEUKOCYTES[name] for name in ("t_cell", "nk_cell", "macrophage", "neutrophil"))
KINDS = tuple(kind_of(leukocyte) for leukocyte in ORDER)
#: how much tissue at rest, CXC chemokine and CCL2 call each kind
WEIGHTS = np.array([(leukocyte.resident, leukocyte.cxcl, leukocyte.ccl2) for leukocyte in ORDER])


@inlined
def rolls(wall: Wall, i: int, kind: Kind, law: Law, pairs: WallPairs) -> float:
    """Chance that selectins of wall row `i` tether a cell that its collision alone would not arrest."""
    weight = law.selectins * (wall.venule[i] + law.selectins_sinusoid * (1.0 - wall.venule[i]))
    if weight <= 0.0 or kind.selectin_ligand <= 0.0:
        return 0.0
    seconds, force = COLLISION / wall.shear_rate[i], law.pull * wall.shear_rate[i]
    ligands = density(kind.selectin_ligand, kind.area)
    covered = wall.selectin_ligand_blocked[i]
    e = density(wall.e_selectin[i], law.wall_area)
    p = density(wall.p_selectin[i], law.wall_area)
    by_e = tether_chance(pairs.e_selectin, e, ligands, wall.e_selectin_blocked[i] + covered, seconds, force, law.wait)
    by_p = tether_chance(pairs.p_selectin, p, ligands, wall.p_selectin_blocked[i] + covered, seconds, force, law.wait)
    return weight * (1.0 - (1.0 - by_e) * (1.0 - by_p))


@inlined
def firm(wall: Wall, i: int, kind: Kind, law: Law, pairs: WallPairs) -> float:
    """Bonds of all pairs after the first contact with wall row `i`."""
    mix_i, mix_o = kind.intermediate, kind.opened
    ligands = density(wall.icam1[i], law.wall_area)
    free = 1.0 / (1.0 + wall.icam1_blocked[i] + wall.lfa1_blocked[i])
    bonds = contact_bonds(pairs.lfa1, density(kind.lfa1, kind.area) * free, mix_i, mix_o, ligands, law.probe)
    if kind.mac1 > 0.0:
        covered = wall.icam1_blocked[i] + wall.mac1_blocked[i]
        bonds += firm_bonds(pairs.mac1, density(kind.mac1, kind.area), ligands, covered, mix_i, mix_o, law.probe)
    if kind.vla4 > 0.0 and wall.vcam1[i] > 0.0:
        covered = wall.vcam1_blocked[i] + wall.vla4_blocked[i]
        others = density(wall.vcam1[i], law.wall_area)
        bonds += firm_bonds(pairs.vla4, density(kind.vla4, kind.area), others, covered, mix_i, mix_o, law.probe)
    return bonds


@inlined
def entry(wall: Wall, i: int, kind: Kind, law: Law, pairs: WallPairs) -> float:
    """Chance that a leukocyte that passes wall row `i`, where tissue calls, enters."""
    sticks = chance_within(firm(wall, i, kind, law, pairs))
    in_the_end = wall.mac1_blocked[i] if kind.mac1 > 0.0 else wall.lfa1_blocked[i]
    icam1 = wall.icam1[i]
    crossing = law.diapedesis * icam1 / (icam1 + law.icam1_half) * (1.0 / (1.0 + wall.icam1_blocked[i] + in_the_end))
    other = law.other_venule * wall.venule[i] + law.other_sinusoid * (1.0 - wall.venule[i])
    held = other + (1.0 - other) * sticks * crossing / (crossing + law.letting_go)
    touch = arrest_efficiency(wall.shear_rate[i], law.lam, law.t_min)
    return (touch + (1.0 - touch) * rolls(wall, i, kind, law, pairs)) * held


@kernel
def lucky(
    lineage: NDArray[np.uint64],
    shear_rate: Floats,
    cxcl_here: Floats,
    ccl2_here: Floats,
    sicam1_here: Floats,
    weights: Floats,
    passing: tuple[float, ...],
    resident: float,
    cxcl_half: float,
    ccl2_half: float,
    decoy_call: float,
    sicam1_half: float,
    key: np.uint64,
    tick: int,
) -> tuple[Counts, Counts, Floats]:
    """Return by whom somebody would enter if all that are called did: nobody enters by others.

    weights    kinds, 3   1    of tissue at rest, CXC chemokine and CCL2
    passing    kinds      1    cells that pass a wall cell within the step

    Returns rows, kinds, and how many of the kind pass and are called.
    """
    rows, draws, most, n = np.empty(16, np.int64), np.empty(16, np.int64), np.empty(16), 0
    luck = np.empty(STRETCH)
    for first in range(0, lineage.size, STRETCH):
        size, lined = min(STRETCH, lineage.size - first), 0
        for i in range(size):
            lined += int(shear_rate[first + i] > 0.0)
        if lined == 0:
            continue
        for draw in range(len(passing)):
            if passing[draw] <= 0.0:
                continue
            for i in range(size):
                luck[i] = uniform(key, tick, lineage[first + i], draw)
            # no entry but for a draw above 1 - mean: exp(-mean) > 1 - mean, and no mean is larger than what is called
            nobody = 1.0 - 1.000001 * passing[draw]
            for i in range(size):
                row = first + i
                if luck[i] < nobody or shear_rate[row] <= 0.0:
                    continue
                call = resident * weights[draw, 0] + weights[draw, 1] * hill(cxcl_here[row], cxcl_half, 1.0)
                call += weights[draw, 2] * hill(ccl2_here[row], ccl2_half, 1.0)
                called = passing[draw] * min(1.0, call + decoy_call * hill(sicam1_here[row], sicam1_half, 1.0))
                if luck[i] < 1.0 - 1.000001 * called - 1e-12:
                    continue
                if n == rows.size:
                    rows, draws, most = longer(rows, 2 * n), longer(draws, 2 * n), longer(most, 2 * n)
                rows[n], draws[n], most[n] = row, draw, called
                n += 1
    return rows[:n], draws[:n], most[:n]


@kernel
def let_in(
    rows: Counts,
    draws: Counts,
    most: Floats,
    wall: Wall,
    law: Law,
    pairs: WallPairs,
    kinds: tuple[Kind, ...],
    key: np.uint64,
    tick: int,
    entering: tuple[Floats, ...],
) -> None:
    """Add drawn entries.

    rows, draws, most    k         from `lucky`
    entering             n    1    by kind: added to
    """
    for k in range(rows.size):
        i, draw = rows[k], draws[k]
        mean = most[k] * entry(wall, i, kinds[draw], law, pairs) * (1.0 - wall.enclosure[i])
        entering[draw][i] += poisson(mean, key, tick, wall.lineage[i], draw)
