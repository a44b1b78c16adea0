"""Permeability: bonds on a wall cell's ICAM-1 open its junctions, which close again by themselves.

    dp/dt = k n_s (1 - p) - p / closing
    n     = tonic * I / I_0 + leukocytes * sum over those that touch <n> + travellers * held / wall cells
    n_s   = min(n, tonic) + signalling * max(0, n - tonic)

p       permeability                  1       openness of junctions, 0 shut ... 1
k       opening                       1/min   per bond
I       icam1 / (1 + icam1_blocked)   1       copies free to bind; I_0 those of a quiet venule
<n>                                   1       bonds at rest of a leukocyte's LFA-1 and Mac-1 with them (engine/bond.py)
held                                  1       cells in the blood that adhesion holds in this site, over its wall cells
signalling                            1       what is left of the signal of bonds beyond the tonic ones, by way of Src

`tonic` are the bonds that the leukocytes of quiet blood hold in passing, too short to be agents. Solved exactly over a
period with n held. TNF opens junctions by way of ICAM-1: tenfold copies double a venule's permeability, and an
inhibitor of Src (signalling = 0) undoes that, not what is there at rest. vocabulary/junctions.py turns p into cm/s.

Mechanisms: M60b.
Sources: closing 60 min: assumed; tonic * opening * closing = 0.484: computed from ICAM-1 and microvessel permeability,
PMC2544502, whose Src inhibitor is `signalling`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.engine.arithmetic import relaxed
from simulation.engine.bond import PairKinetics, density, firm_density, mean_affinity
from simulation.engine.kernel import inlined, kernel
from simulation.engine.neighbours import CellList, home, run, runs
from simulation.engine.parameter import parameter
from simulation.engine.process import BodyProcess, Stage
from simulation.engine.selection import Selection
from simulation.vocabulary.blood import BY_ADHESION
from simulation.vocabulary.junctions import TONE
from simulation.vocabulary.molecules import PAIRS

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.site import BodyView

Floats = NDArray[np.float64]


class Cells(NamedTuple):
    """The columns that the kernel reads, by table row."""

    radius: Floats
    o2_exchange: Floats
    icam1: Floats
    icam1_blocked: Floats
    lfa1: Floats
    lfa1_open: Floats
    lfa1_intermediate: Floats
    lfa1_blocked: Floats
    mac1: Floats
    mac1_blocked: Floats


class JunctionLaw(NamedTuple):
    """The numbers of `Permeability`, `opening` per min."""

    opening: float
    closing: float
    tonic: float
    icam1_quiet: float
    leukocytes: float
    signalling: float
    wall_area: float
    touch: float


@dataclass(frozen=True)
class Permeability(BodyProcess):
    """Junctions of the vessel wall open under ICAM-1 bonds."""

    stage, every = Stage.BIND, "10 min"
    reads = frozenset({*Cells._fields, "x", "y", "z", "traveller.site", "traveller.arrested"})
    writes = frozenset({"permeability"})
    mechanisms = frozenset({"M60b"})

    opening: float = parameter(
        TONE / 60.0, "1/min", "rate at which one bond opens junctions; 0 = they stay shut",
        source="computed: with tonic and closing, 0.77 to 2.2e-6 cm/s in venules, PMC2544502", bounds=(0, 10),
    )  # fmt: skip
    closing: float = parameter(60.0, "min", "time in which junctions close", source="assumed", bounds=(0.1, 1e4))
    tonic: float = parameter(
        1.0, "1", "bonds that passing leukocytes hold on a wall cell of a quiet venule", source="by definition",
        bounds=(0, 1e4),
    )  # fmt: skip
    icam1_quiet: float = parameter(
        5e4, "1", "ICAM-1 copies of a wall cell in a quiet venule", bounds=(1, 1e8),
        source="recalled: Dustin & Springer 1988 J Cell Biol",
    )  # fmt: skip
    leukocytes: float = parameter(
        1.0, "1", "weight of leukocytes in touch; 0 leaves them out", source="by definition", bounds=(0, 100)
    )
    travellers: float = parameter(
        10.0, "1", "bonds of a cell that the wall holds out of the blood; 0 leaves them out", source="assumed",
        bounds=(0, 1e4),
    )  # fmt: skip
    signalling: float = parameter(
        1.0, "1", "signal beyond that at rest; 0 under an inhibitor of Src",
        source="ICAM-1 and microvessel permeability, PMC2544502", bounds=(0, 1),
    )  # fmt: skip
    wall_area: float = parameter(
        1500.0, "um^2", "surface an endothelial cell turns to the blood", source="assumed: 1000-2000", bounds=(1, 1e5)
    )
    touch: float = parameter(1.25, "1", "farthest touch, over the sum of radii", source="assumed", bounds=(1, 2))

    def apply(self, body: BodyView, dt: Duration) -> None:
        """Open and close the junctions of every site."""
        lfa1, mac1 = PAIRS["lfa1_icam1"].kinetics, PAIRS["mac1_icam1"].kinetics
        for site, held in zip(body.sites, self.held(body), strict=True):
            c = site.cells
            open_junctions(
                site.neighbours,
                Cells(
                    c.radius, c.o2_exchange, c.icam1, c.icam1_blocked, c.lfa1, c.lfa1_open, c.lfa1_intermediate,
                    c.lfa1_blocked, c.mac1, c.mac1_blocked,
                ),
                self.law, held, lfa1, mac1, dt.minutes, c.permeability,
            )  # fmt: skip

    def settle(self, body: BodyView) -> None:
        """Begin where opening and closing balance under tonic bonds."""
        for site in body.sites:
            c = site.cells
            bonds = self.tonic * c.icam1 / self.icam1_quiet / (1.0 + c.icam1_blocked)
            heard = np.minimum(bonds, self.tonic) + self.signalling * np.maximum(0.0, bonds - self.tonic)
            pull = self.opening * self.closing * heard
            c.permeability[:] = np.where(c.o2_exchange > 0.0, pull / (1.0 + pull), c.permeability)

    def held(self, body: BodyView) -> list[float]:
        """Bonds of the cells that adhesion holds out of the blood in each site, altogether."""
        t = body.travellers
        place = t.site[t.arrested == BY_ADHESION]
        return [self.travellers * float(np.count_nonzero(place == site.number)) for site in body.sites]

    @cached_property
    def law(self) -> JunctionLaw:
        """The parameters as the kernel takes them."""
        return JunctionLaw(
            self.opening, self.closing, self.tonic, self.icam1_quiet, self.leukocytes, self.signalling, self.wall_area,
            min(self.touch, 2.0),
        )  # fmt: skip


@inlined
def opened(p: float, bonds: float, law: JunctionLaw, minutes: float) -> float:
    """Openness of junctions after `minutes` under a number of bonds."""
    heard = min(bonds, law.tonic) + law.signalling * max(0.0, bonds - law.tonic)
    rate = law.opening * heard
    whole = rate + 1.0 / law.closing
    return relaxed(p, rate / whole, whole * minutes)


@inlined
def held_by(row: int, wall: int, cells: Cells, law: JunctionLaw, lfa1: PairKinetics, mac1: PairKinetics) -> float:
    """Bonds at rest of the leukocyte in one row with ICAM-1 of the wall cell in another."""
    area = 4.0 * math.pi * cells.radius[row] * cells.radius[row]
    ligands = density(cells.icam1[wall], law.wall_area)
    some, full = cells.lfa1_intermediate[row], cells.lfa1_open[row]
    covered = cells.icam1_blocked[wall]
    bonds = firm_density(
        density(cells.lfa1[row], area), ligands, covered + cells.lfa1_blocked[row], mean_affinity(lfa1, some, full)
    )
    return bonds + firm_density(
        density(cells.mac1[row], area), ligands, covered + cells.mac1_blocked[row], mean_affinity(mac1, some, full)
    )


@kernel
def leukocytes(list_: CellList, lfa1: Floats, mac1: Floats) -> Selection:
    """Choose the cells that can hold on to a wall, few among those around it; columns by table row."""
    rows, n, k = list_.rows, list_.rows.size, 0
    before, slots = np.empty(n + 1, np.int32), np.empty(n + 1, np.int32)
    for slot in range(n):
        before[slot], slots[k] = k, slot
        k += int((lfa1[rows[slot]] > 0.0) | (mac1[rows[slot]] > 0.0))
    before[n] = k
    return Selection(before, slots)


@kernel
def open_junctions(
    list_: CellList,
    cells: Cells,
    law: JunctionLaw,
    held: float,
    lfa1: PairKinetics,
    mac1: PairKinetics,
    minutes: float,
    permeability: Floats,
) -> None:
    """Move every wall cell's junctions on by `minutes`; `permeability` (n, 1) is changed, of wall cells only.

    held    1    bonds of travellers, shared by all wall cells
    """
    around, chosen = runs(list_), leukocytes(list_, cells.lfa1, cells.mac1)
    rows, x, y, z, radius = list_.rows, list_.x, list_.y, list_.z, cells.radius
    if held > 0.0:
        walls = 0
        for exchange in cells.o2_exchange:
            walls += int(exchange > 0.0)
        held /= max(walls, 1)
    for slot in range(rows.size):
        row = rows[slot]
        if cells.o2_exchange[row] <= 0.0:
            continue
        bonds = law.tonic * cells.icam1[row] / law.icam1_quiet / (1.0 + cells.icam1_blocked[row]) + held
        if law.leukocytes > 0.0:
            place, own, x_i, y_i, z_i = home(list_, slot), radius[row], x[slot], y[slot], z[slot]
            for r in range(around):
                first, last = run(list_, place, r)
                for k in range(chosen.before[first], chosen.before[last]):
                    other = chosen.slots[k]
                    its = rows[other]
                    far = law.touch * (own + radius[its])
                    dx, dy, dz = x[other] - x_i, y[other] - y_i, z[other] - z_i
                    if its != row and dx * dx + dy * dy + dz * dz < far * far:
                        bonds += law.leukocytes * held_by(its, row, cells, law, lfa1, mac1)
        permeability[row] = opened(permeability[row], bonds, law, minutes)
