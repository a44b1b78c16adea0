"""Who binds whom: pairs of surface molecules, their kinetics, what the bond is for. A new pair is one entry here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from simulation.engine.bond import Kinetics, PairKinetics
from simulation.engine.parameter import Parametrised, parameter

STAGES = ("tether", "firm", "homotypic", "matrix")

#: ligand of the pairs that grip matrix rather than a cell
MATRIX = "ecm"


@dataclass(frozen=True)
class Pair(Parametrised):
    """One pair.

    receptor    str             molecule; where LFA-1 and Mac-1 sit, the leukocyte's
    ligand      str             molecule of the other cell, or "ecm"
    stage       str             "tether" from flow, "firm" hold, "homotypic" between cells of a kind, "matrix"
    source      str             of the off-rate and bond length; what is not named there is assumed
    kon         float or None   1/(mol/L)/s   on-rate in solution, None where none is known
    kd          float or None   nmol/L        dissociation constant in solution, None where none is known
    """

    receptor: str
    ligand: str
    stage: str
    source: str
    off: float = parameter(1.0, "1/s", "off-rate without force, slip path", source="by pair", bounds=(1e-6, 1e3))
    length: float = parameter(0.0, "nm", "Bell's bond length", source="by pair", bounds=(0, 10))
    acka: float = parameter(
        1e-7, "um^4", "contact area times affinity, closed receptor", source="assumed", bounds=(0, 1)
    )
    intermediate: float = parameter(
        1.0, "1", "affinity of the intermediate over the closed receptor", source="assumed", bounds=(1, 1e6)
    )
    opened: float = parameter(
        1.0, "1", "affinity of the open over the closed receptor", source="assumed", bounds=(1, 1e6)
    )
    catch_off: float = parameter(
        0.0, "1/s", "off-rate without force, catch path; 0 = only slips", source="assumed", bounds=(0, 1e3)
    )
    catch_length: float = parameter(0.0, "nm", "how force closes the catch path", source="assumed", bounds=(0, 10))
    kon: float | None = None
    kd: float | None = None

    @property
    def name(self) -> str:
        """Name of the pair: both molecules."""
        return f"{self.receptor}_{self.ligand}"

    @property
    def kinetics(self) -> PairKinetics:
        """The numbers as kernels take them."""
        return PairKinetics(
            self.acka, self.intermediate, self.opened, self.off, self.length, self.catch_off, self.catch_length
        )


PAIRS: dict[str, Pair] = {
    p.name: p
    for p in (
        Pair(
            "lfa1", "icam1", "firm",
            "off-rate of open LFA-1: Sarantos et al.; length and catch: recalled: Zhang 2002 Biophys J, Chen 2010 J "
            "Biol Chem; ratios: J Biol Chem 2005;280:42207; kon and kd: LFA-1 with soluble ICAM-1, 1998",
            off=0.04, length=0.21, acka=1e-7, intermediate=30.0, opened=8000.0, catch_off=1.0, catch_length=1.0,
            kon=2.24e5, kd=133.0,
        ),
        Pair(
            "mac1", "icam1", "firm",
            "assumed; on-rate 0.3 of LFA-1's with a like off-rate: direction in J Immunol 2013;190:4371",
            off=0.1, length=0.21, acka=3e-8, intermediate=30.0, opened=8000.0,
        ),
        Pair(
            "vla4", "vcam1", "firm",
            "recalled: Zhang 2004 J Cell Biol, Alon 1995 J Cell Biol: 0.1-1 1/s at rest, 0.01-0.1 activated",
            off=0.1, length=0.3, acka=1e-6, intermediate=10.0, opened=100.0,
        ),
        Pair(
            "p_selectin", "selectin_ligand", "tether",
            "recalled: Smith 1999 Biophys J: 0.93-2.4 1/s, 0.04 nm; catch: PMC3103268, its size assumed",
            off=1.0, length=0.04, acka=2e-4, catch_off=5.0, catch_length=0.5,
        ),
        Pair(
            "e_selectin", "selectin_ligand", "tether",
            "recalled: Smith 1999 Biophys J: 0.7-2.6 1/s, 0.03 nm", off=1.0, length=0.03, acka=2e-4,
        ),
        Pair(
            "l_selectin", "selectin_ligand", "tether",
            "recalled: Alon 1997 J Cell Biol: 7 1/s; 7-10 times E and P: PMC2136756; size of catch: assumed",
            off=7.0, length=0.04, acka=1e-4, catch_off=20.0, catch_length=0.5,
        ),
        Pair(
            "ecadherin", "ecadherin", "homotypic",
            "recalled: Panorchan 2006 J Cell Sci: 1.1 1/s, 0.32 nm", off=1.1, length=0.32, acka=1e-6,
        ),
        Pair(
            "n_cadherin", "n_cadherin", "homotypic",
            "recalled: Panorchan 2006 J Cell Sci: 0.98 1/s, 0.77 nm", off=0.98, length=0.77, acka=1e-6,
        ),
        Pair("p_cadherin", "p_cadherin", "homotypic", "assumed: as E-cadherin", off=1.1, length=0.32, acka=1e-6),
        Pair("icam1", "icam1", "homotypic", "assumed; that it binds itself: Taftaf 2021, Nat Commun", acka=1e-9),
        Pair(
            "integrin_a5b1", MATRIX, "matrix",
            "recalled: Li 2003 Biophys J: 0.13 1/s, 0.41 nm; catch: Kong 2009 J Cell Biol, its size assumed",
            off=0.13, length=0.41, acka=1e-6, catch_off=2.0, catch_length=0.5,
        ),
        Pair("integrin_avb3", MATRIX, "matrix", "assumed: as a5b1", off=0.13, length=0.41, acka=1e-6),
        Pair("integrin_a3", MATRIX, "matrix", "assumed: as a5b1", off=0.13, length=0.41, acka=1e-6),
        Pair("integrin_b1", MATRIX, "matrix", "assumed: as a5b1", off=0.13, length=0.41, acka=1e-6),
        Pair("integrin_b4", MATRIX, "matrix", "assumed: as a5b1", off=0.13, length=0.41, acka=1e-6),
    )
}  # fmt: skip


def pairs_of(stage: str) -> tuple[Pair, ...]:
    """List the pairs of one stage: "tether", "firm", "homotypic" or "matrix"."""
    return tuple(p for p in PAIRS.values() if p.stage == stage)


class WallPairs(NamedTuple):
    """Kinetics of the pairs by which cells in the blood hold to the wall of a vessel, as kernels take them."""

    lfa1: Kinetics
    mac1: PairKinetics
    vla4: PairKinetics
    e_selectin: PairKinetics
    p_selectin: PairKinetics


def wall_pairs(lfa1: Kinetics) -> WallPairs:
    """Return the pairs of a vessel wall, LFA-1 with ICAM-1 by the numbers given."""
    names = ("mac1_icam1", "vla4_vcam1", "e_selectin_selectin_ligand", "p_selectin_selectin_ligand")
    return WallPairs(lfa1, *(PAIRS[name].kinetics for name in names))
