"""Receptor blocking: antibodies sit on their molecules, soluble ICAM-1 on LFA-1.

    M_blocked     = C_anti_M / K_mab                                          every molecule M but LFA-1
    lfa1_blocked  = decoy * C_sicam1 / M / K_decoy + C_anti_lfa1 / K_mab
    C_sicam1      = sicam1_here + access * serum

    free share of a receptor = 1 / (1 + blocked)

{molecule}_blocked                       1        concentration over dissociation constant, summed over blockers
C_anti_*        pool.anti_*              ug/mL    antibody in blood, which reaches tissue unhindered
serum           pool.sicam1              ng/mL    soluble ICAM-1 in serum
sicam1_here                              ng/mL    soluble ICAM-1 shed nearby
M               90 kDa                   kg/mol   1000 ng/mL = 11.1 nmol/L

With the dimer's 8 nmol/L a healthy serum of 318 ng/mL leaves 0.69 of LFA-1 free and 1000 ng/mL leaves 0.42; with the
published 60 or 133 nmol/L of monomer nearly all stays free, so that the decoy's weight hangs on this one constant.

Mechanisms: M04, M53.
Sources: dimer 8 nmol/L: The LFA-1 I-domain: a transient low affinity binding module for ICAM-1, 1996; 60 nmol/L:
Molecular comparison of sICAM-1 and sICAM-3 binding to LFA-1, 1998; 133 nmol/L: Molecular regulation of the
interaction between LFA-1 and soluble ICAM-1 by divalent metal cations, 1998; antibody constant assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.engine.kernel import kernel
from simulation.engine.parameter import parameter, parameters_of
from simulation.engine.process import BodyProcess, Stage
from simulation.vocabulary.molecules import BLOCKABLE, LFA1_ICAM1, MOLECULES

if TYPE_CHECKING:
    from simulation.engine.clock import Duration
    from simulation.engine.site import BodyView

Floats = NDArray[np.float64]

KNOWN = parameters_of(LFA1_ICAM1)
KILODALTON = MOLECULES["icam1"].mass  # ng/mL over kDa is nmol/L
UNDECOYED = tuple(name for name in BLOCKABLE if name != "lfa1")
BLOCKED = " ".join(f"{name}_blocked" for name in UNDECOYED)
ANTIBODIES = " ".join(f"anti_{name}" for name in UNDECOYED)


@dataclass(frozen=True)
class ReceptorBlocking(BodyProcess):
    """Tell every cell how far its molecules are occupied."""

    stage, every = Stage.SIGNAL, "10 min"
    reads = frozenset({"pool.sicam1", "sicam1_here", *(f"pool.anti_{name}" for name in BLOCKABLE)})
    writes = frozenset(f"{name}_blocked" for name in BLOCKABLE)
    mechanisms = frozenset({"M04", "M53"})

    decoy: float = parameter(
        1.0, "1", "how far soluble ICAM-1 occupies LFA-1; 0 = not at all", source="by definition", bounds=(0, 1)
    )
    decoy_constant: float = parameter(
        LFA1_ICAM1.decoy_constant, "nmol/L", KNOWN["decoy_constant"].meaning,
        source=KNOWN["decoy_constant"].source, bounds=KNOWN["decoy_constant"].bounds,
    )  # fmt: skip
    antibody_constant: float = parameter(
        LFA1_ICAM1.antibody_constant, "ug/mL", KNOWN["antibody_constant"].meaning,
        source=KNOWN["antibody_constant"].source, bounds=KNOWN["antibody_constant"].bounds,
    )  # fmt: skip
    serum_access: float = parameter(
        1.0, "1", "share of serum soluble ICAM-1 that reaches tissue",
        source="assumed: sinusoids are fenestrated; below 1 elsewhere", bounds=(0, 1),
    )  # fmt: skip

    def apply(self, body: BodyView, dt: Duration) -> None:
        """Set the columns in every site."""
        self.settle(body)

    def settle(self, body: BodyView) -> None:
        """Begin with what is in the blood then."""
        pools = body.pools
        half = KILODALTON * self.decoy_constant
        serum = self.serum_access * pools.sicam1[0]
        on_lfa1 = pools.anti_lfa1[0] / self.antibody_constant
        on_others = np.concatenate(pools.all_of(ANTIBODIES)) / self.antibody_constant
        for site in body.sites:
            cells = site.cells
            block(cells.lfa1_blocked, cells.sicam1_here, serum, half, self.decoy, on_lfa1)
            hold(cells.all_of(BLOCKED), on_others)


@kernel
def block(blocked: Floats, here: Floats, serum: float, half: float, decoy: float, antibody: float) -> None:
    """Set blocked = decoy (here + serum) / half + antibody; here, serum and half in ng/mL."""
    for i in range(len(blocked)):
        blocked[i] = decoy * ((here[i] + serum) / half) + antibody


@kernel
def hold(columns: tuple[Floats, ...], values: Floats) -> None:
    """Fill each column with its value; those that hold it already, as nearly always, are only read."""
    for m in range(len(columns)):
        column, value, others = columns[m], values[m], 0
        for i in range(np.uint64(column.size)):
            others += int(column[i] != value)
        if others:
            column[:] = value
