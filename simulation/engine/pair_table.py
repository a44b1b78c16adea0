"""Several pairs of receptor and ligand at once, as a kernel takes them: whose copies, how far blocked, with which law.

    n = rho_L rho_R A (f_c + f_i a_i + f_o a_o) / (1 + blocked_L + blocked_R),    at most the copies there are

Symbols as in simulation/engine/bond.py. A table of no pairs is as good as none: kernels loop over what is there.

Sources: as in simulation/engine/bond.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.engine.bond import PairKinetics, density, firm_density, mean_affinity
from simulation.engine.kernel import inlined

Floats = NDArray[np.float64]


class PairTable(NamedTuple):
    """Pairs that matter now: p of them, over n rows.

    receptors, ligands                    p, n   1    copies by row
    receptors_blocked, ligands_blocked    p, n   1    concentration over dissociation constant
    laws                                  p, 7        fields of PairKinetics, in their order
    """

    receptors: Floats
    ligands: Floats
    receptors_blocked: Floats
    ligands_blocked: Floats
    laws: Floats


def pair_table(
    receptors: Sequence[Floats],
    ligands: Sequence[Floats],
    receptors_blocked: Sequence[Floats],
    ligands_blocked: Sequence[Floats],
    laws: Sequence[PairKinetics],
) -> PairTable:
    """Gather pairs into one table; all sequences are as long as there are pairs, which may be none."""
    columns = (receptors, ligands, receptors_blocked, ligands_blocked, laws)
    return PairTable(*(np.array(c, dtype=np.float64) if len(c) else np.zeros((0, 0)) for c in columns))


@inlined
def pair_law(table: PairTable, p: int) -> PairKinetics:
    """Kinetics of pair `p`."""
    k = table.laws[p]
    return PairKinetics(k[0], k[1], k[2], k[3], k[4], k[5], k[6])


@inlined
def resting_pair(
    table: PairTable, p: int, i: int, j: int, area_i: float, area_j: float, intermediate: float, opened: float
) -> float:
    """Bonds at rest of pair `p` between the receptors of row `i` and the ligands of row `j`.

    area_i, area_j          um^2    surfaces
    intermediate, opened    1       shares of row i's receptors in those conformations
    """
    receptors: float = table.receptors[p, i]
    ligands: float = table.ligands[p, j]
    if receptors == 0.0 or ligands == 0.0:
        return 0.0
    blocked = table.receptors_blocked[p, i] + table.ligands_blocked[p, j]
    acka = mean_affinity(pair_law(table, p), intermediate, opened)
    bonds = firm_density(density(receptors, area_i), density(ligands, area_j), blocked, acka)
    return min(bonds, receptors, ligands)
