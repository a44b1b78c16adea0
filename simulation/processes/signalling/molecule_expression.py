"""Molecule expression: surface molecules but ICAM-1 go to the copies their cell rests on, to more by NF-kB and EMT.

    dM/dt = k (M* - M),    M* = f R (1 + b N^h / (K^h + N^h) + s e)

M         {molecule}            1      copies on the membrane
R         {molecule}_rest       1      copies at rest; a cell that comes without them rests on the copies it came with
f         {molecule}_factor     1      what knockdown leaves
N         nfkb                  1      nuclear NF-kB
e         emt                   1      0 epithelial ... 1 mesenchymal
k b K h s turnover, induction, nfkb_half, steepness, emt of the molecule (simulation/vocabulary/molecules.py)

Solved exactly over a period, N and e held. At rest copies are R to the bit. Under 10 ng/mL TNF E-selectin peaks after
4 to 6 h; 16 h after TNF has gone VCAM-1 keeps less than 0.4 of its copies and E-selectin less still, ICAM-1 more than
0.7. A knockdown that stands from the beginning is there before the first tick.

Mechanisms: M02, M06, M12. Sources: course of VCAM-1, E-selectin and ICAM-1 after TNF: Nakada 1998, neutralisation of
TNF on endothelium (directions); numbers as given with each molecule.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.engine.arithmetic import exp_array, hill
from simulation.engine.kernel import kernel
from simulation.engine.parameter import parameter
from simulation.engine.presence import STRETCH
from simulation.engine.process import SiteProcess, Stage
from simulation.vocabulary.molecules import EXPRESSED, MOLECULES

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.site import SiteView

Floats = NDArray[np.float64]

MADE = tuple(MOLECULES[name] for name in EXPRESSED)
COPIES = " ".join(EXPRESSED)
RESTS = " ".join(f"{name}_rest" for name in EXPRESSED)
FACTORS = " ".join(f"{name}_factor" for name in EXPRESSED)


@dataclass(frozen=True)
class MoleculeExpression(SiteProcess):
    """Move the copies of every molecule towards what its cell rests on."""

    stage, every = Stage.SIGNAL, "10 min"
    reads = frozenset({"nfkb", "emt", *(f"{name}_factor" for name in EXPRESSED)})
    writes = frozenset({*EXPRESSED, *(f"{name}_rest" for name in EXPRESSED)})
    mechanisms = frozenset({"M02", "M06", "M12"})

    induction: float = parameter(
        1.0, "1", "weight of what NF-kB adds; 0 leaves copies at rest", source="by definition", bounds=(0, 100)
    )
    transition: float = parameter(
        1.0, "1", "weight of what EMT adds; 0 leaves copies at rest", source="by definition", bounds=(0, 100)
    )

    def apply(self, site: SiteView, dt: Duration) -> None:
        """Relax every molecule over one period."""
        self.relax(site, dt.hours)

    def settle(self, site: SiteView) -> None:
        """Note what cells rest on, and begin there, with the knockdowns there are."""
        self.relax(site, 1e9)

    def relax(self, site: SiteView, hours: float) -> None:
        """Advance one site by `hours`."""
        c = site.cells
        if c.n == 0:
            return
        law = laws(self.induction, self.transition, hours)
        express(c.all_of(COPIES), c.all_of(RESTS), c.all_of(FACTORS), c.nfkb, c.emt, law)


@lru_cache(maxsize=16)
def laws(induction: float, transition: float, hours: float) -> Floats:
    """Return a row of numbers for each molecule, see `express`: derived from these alone, so no state."""
    law = np.array(
        [(induction * m.induction, m.nfkb_half, m.steepness, transition * m.emt, -m.turnover * hours) for m in MADE]
    )
    law[:, 4] = exp_array(law[:, 4])
    return law


@kernel
def express(
    copies: tuple[Floats, ...],
    rests: tuple[Floats, ...],
    factors: tuple[Floats, ...],
    nfkb: Floats,
    emt: Floats,
    law: Floats,
) -> None:
    """Relax each molecule's copies in place, and note the copies at rest where they are missing.

    copies, rests, factors   m tuple of n   1
    nfkb, emt                n              1
    law                      m, 5                induction, nfkb_half, steepness, emt, share kept of a deviation
    """
    for m in range(len(copies)):
        now, rest, left = copies[m], rests[m], factors[m]
        induction, half, steepness, switch, kept = law[m]
        answers = induction > 0.0 or switch > 0.0
        first = 0
        while first < now.size:
            # Cells of a type stand together, and few types have a molecule: a stretch without it, or with all of it at
            # rest, is passed over by comparing several cells at once.
            past, busy = min(first + STRETCH, now.size), 0
            for i in range(np.uint64(first), np.uint64(past)):
                busy += int(rest[i] != 0.0) | int(now[i] != 0.0)
            if busy and not answers:
                busy = 0
                for i in range(np.uint64(first), np.uint64(past)):
                    busy += int(now[i] != rest[i] * left[i])
            for i in range(first, past if busy else first):
                if rest[i] == 0.0:
                    if now[i] == 0.0:
                        continue
                    rest[i] = now[i]
                    now[i] *= left[i]  # a cell that comes in is as one that has been there
                more = 1.0
                if induction > 0.0 and nfkb[i] > 0.0:
                    more += induction * hill(nfkb[i], half, steepness)
                if switch > 0.0:
                    more += switch * emt[i]
                target = rest[i] * left[i] * more
                now[i] = target + (now[i] - target) * kept
            first = past
