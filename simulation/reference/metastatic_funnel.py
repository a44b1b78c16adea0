"""What becomes of a convoy shed in the liver, as products of chances: the funnel of metastasis without a simulation.

Uses the parameters of the processes themselves, at rest: no immune cells in organs, no neutrophils, quiet walls.

    crossing   an absorbing chain of passages through organs, each of which holds, then lets cross or slip, a convoy
    alive      each cell's chance to live through it, given that the convoy crosses
    founding   an absorbing chain over (asleep, awake) cells of a colony, up to `size` living cells
    seeds(k)   = sum over organs of crossing * sum over j of Binomial(j; k, alive) * founding(j)

    rate           of a colony of d sleeping and a waking cells, m = min(d + a - 1, room) mates each
    d wake * fertility * (1 + gain m)                    a cell wakes
    d dormant_death / (1 + gain m)                       a sleeping cell dies
    a ln 2 division_rate vigour                          a waking cell divides, its daughter awake
    a (apoptosis_rate + fragility half / (half + m))     a waking cell dies

The patients' one metastasis per 6e7 disseminated cells needs two more stages that a run of weeks does not reach:

    efficiency = viable * seeds(1) * grows_on

Known answers: of solitary cells that arrived about 2 % found colonies of ten (micrometastases, Luzzi 1998); clusters
seed 23-50 times as often as single cells (Aceto 2014).

Sources: Luzzi 1998 Am J Pathol 153:865, recalled (grows_on: 0.02 % macroscopic of 2 %); viable: below 0.1 % of shed
cells at 24 h, Mayo CTC teaching slide, its value below that assumed; efficiency: Coumans 2013, BMC Cancer 13:283.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from simulation.engine.arithmetic import LOG_2, exp
from simulation.engine.parameter import Parametrised, parameter
from simulation.processes.spread.arrest import Arrest
from simulation.processes.spread.circulation import Circulation
from simulation.processes.spread.colonisation import Colonisation
from simulation.processes.spread.extravasation import GAMMA_4_3, Extravasation
from simulation.vocabulary.organs import ORGANS

Floats = NDArray[np.float64]

STEP, CROSSING_STEP = 2.0, 10.0  # min, periods of circulation and of extravasation
LONGEST = 40.0  # days for which a hold is followed


def product(factor: float, times: int) -> float:
    """Multiply a factor with itself; 1 for no times."""
    return math.prod([factor] * times)


@dataclass(frozen=True)
class Funnel(Parametrised):
    """Chances of a convoy of tumour cells shed in the liver.

    circulation, arrest, extravasation, colonisation    processes whose parameters it uses
    """

    circulation: Circulation = field(default_factory=Circulation)
    arrest: Arrest = field(default_factory=Arrest)
    extravasation: Extravasation = field(default_factory=Extravasation)
    colonisation: Colonisation = field(default_factory=Colonisation)
    icam1: float = parameter(1e5, "1", "ICAM-1 copies of the tumour cells", source="assumed: HCC", bounds=(0, 1e8))
    division_rate: float = parameter(0.25, "1/day", "of a tumour cell", source="agents/tumour_cell.py", bounds=(0, 10))
    apoptosis_rate: float = parameter(
        0.145, "1/day", "of a tumour cell", source="agents/tumour_cell.py", bounds=(0, 10)
    )
    size: int = parameter(10, "1", "living cells that make a metastasis", source="assumed", bounds=(2, 100))
    room: int = parameter(
        6, "1", "most mates within a cell's sight", source="computed: next neighbours", bounds=(0, 50)
    )
    viable: float = parameter(
        1e-4, "1", "share of disseminated cells that are viable", source="assumed: below 0.1 % at 24 h", bounds=(0, 1)
    )
    grows_on: float = parameter(
        0.01, "1", "share of small metastases that grow on", bounds=(0, 1),
        source="computed: 0.02 % of 2 %, recalled: Luzzi 1998 Am J Pathol 153:865",
    )  # fmt: skip

    def protection(self, cells: int) -> float:
        """Death rate in a convoy of that many cells over that of a single one."""
        return self.circulation.cluster_protection if cells > 1 else 1.0

    def clearance(self) -> float:
        """Rate of clearance by immune cells that grip ICAM-1, 1/min."""
        c = self.circulation
        return c.clearance * c.clearance_weight * self.icam1 / (self.icam1 + c.icam1_half) / 60.0

    def held(self, barrier: float, death: float) -> tuple[float, float]:
        """Chances that a hold by size ends in crossing, or in slipping on; `death` in 1/min."""
        slip_rate, mean = self.arrest.release / 60.0, self.extravasation.mean_time * 60.0
        alive, cross, slip = 1.0, 0.0, 0.0
        steps = round(CROSSING_STEP / STEP)
        for step in range(1, round(LONGEST * 1440.0 / STEP)):
            alive *= float(exp(-death * STEP))
            slipping = alive * (1.0 - float(exp(-slip_rate * STEP)))
            slip, alive = slip + slipping, alive - slipping
            if step % steps == 0:
                now, before = step * STEP, step * STEP - CROSSING_STEP
                work = (now * GAMMA_4_3 / mean) ** 3 - (before * GAMMA_4_3 / mean) ** 3
                crossing = alive * (1.0 - float(exp(-work * barrier)))
                cross, alive = cross + crossing, alive - crossing
            if alive < 1e-9:
                break
        return cross, slip

    def crossing(self, cells: int, *, mortal: bool) -> dict[str, float]:
        """Chance, by organ, that a convoy crosses there; `mortal` for one cell of it that has to live through it."""
        names = list(ORGANS)
        organs = [ORGANS[n] for n in names]
        first, systemic, liver, lung = self.circulation.flows(names)
        shield = self.protection(cells) if mortal else 0.0
        flow = self.circulation.flow_death(names)[:-1] + self.clearance()
        survive = np.array([float(exp(-rate * shield * STEP)) for rate in flow])
        death = (self.circulation.held_death / 60.0 + self.clearance()) * shield
        holds = np.array([self.held(o.barrier, death) for o in organs])
        onward = np.zeros((len(names), len(names)))
        onward[:, lung] = 1.0
        onward[lung] = systemic
        start = first.copy()
        start[lung] += 1.0 - first.sum()
        stuck = 1.0 - np.array([product(1.0 - o.mechanical_arrest, cells) for o in organs])
        passing = 1.0 - stuck + stuck * holds[:, 1]
        visits = np.linalg.solve(np.eye(len(names)) - ((passing[:, None] * onward) * survive).T, start * survive)
        return dict(zip(names, (visits * stuck * holds[:, 0]).tolist(), strict=True))

    def founding(self, fertility: float) -> Floats:
        """Chance that 0, 1, 2 ... sleeping cells beside each other found a metastasis."""
        c, size = self.colonisation, self.size
        states = [(d, a) for d in range(size) for a in range(size - d)]
        place = {s: k for k, s in enumerate(states)}
        matrix, known = np.eye(len(states)), np.zeros(len(states))
        for (d, a), k in place.items():
            if d + a == 0:
                continue
            mates = min(d + a - 1, self.room)
            company = 1.0 + c.company_gain * mates
            ways = {
                (d - 1, a + 1): d * c.wake * fertility * company,
                (d - 1, a): d * c.dormant_death / company,
                (d, a + 1): a * LOG_2 * self.division_rate * c.vigour,
                (d, a - 1): a * (self.apoptosis_rate + c.fragility * c.fragility_half / (c.fragility_half + mates)),
            }
            whole = sum(ways.values())
            for state, rate in ways.items():
                if rate > 0.0 and sum(state) >= size:
                    known[k] += rate / whole
                elif rate > 0.0:
                    matrix[k, place[state]] -= rate / whole
        chance = np.linalg.solve(matrix, known)
        return np.array([chance[place[(d, 0)]] for d in range(size)])

    def seeds(self, cells: int = 1) -> float:
        """Chance that a convoy of that many cells, shed in the liver, founds a metastasis somewhere."""
        together, each = self.crossing(cells, mortal=False), self.crossing(cells, mortal=True)
        total = 0.0
        for name, crosses in together.items():
            if crosses <= 0.0:
                continue
            alive, founding = min(1.0, each[name] / crosses), self.founding(ORGANS[name].fertility)
            for j in range(1, cells + 1):
                share = math.comb(cells, j) * product(alive, j) * product(1.0 - alive, cells - j)
                total += crosses * share * float(founding[j])
        return total

    def efficiency(self) -> float:
        """Metastases per disseminated single cell of a patient."""
        return self.viable * self.seeds(1) * self.grows_on

    def without_company(self) -> Funnel:
        """Return the same where neither company in blood nor in the colony helps."""
        return replace(
            self, circulation=replace(self.circulation, cluster_protection=1.0),
            colonisation=replace(self.colonisation, company_gain=0.0),
        )  # fmt: skip
