"""Several pairs of receptor and ligand at once, as a kernel takes them: whose copies, how far blocked, with which law.

    n = rho_L rho_R A (f_c + f_i a_i + f_o a_o) / (1 + blocked_L + blocked_R),    at most the copies there are

Symbols as in simulation/engine/bond.py.

Sources: as in simulation/engine/bond.py.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.engine.bond import PairKinetics, density, firm_density, mean_affinity, surface
from simulation.engine.kernel import inlined, kernel

Floats = NDArray[np.float64]
Indices = NDArray[np.int32]
Columns = tuple[Floats, ...]


class PairTable(NamedTuple):
    """Pairs, p of them, over n rows.

    receptors, ligands                    p times n    1    copies by row
    receptors_blocked, ligands_blocked    p times n    1    concentration over dissociation constant
    laws                                  p, 7              fields of PairKinetics, in their order
    apart                                 p                 True for pairs whose bonds are also counted by themselves
    """

    receptors: Columns
    ligands: Columns
    receptors_blocked: Columns
    ligands_blocked: Columns
    laws: Floats
    apart: NDArray[np.bool_]


@inlined
def pair_law(table: PairTable, p: int) -> PairKinetics:
    """Kinetics of pair `p`."""
    k = table.laws[p]
    return PairKinetics(k[0], k[1], k[2], k[3], k[4], k[5], k[6])


@kernel
def resting_pairs(
    table: PairTable,
    rows: Indices,
    begins: Indices,
    near: Indices,
    radius: Floats,
    intermediate: Floats,
    opened: Floats,
) -> Floats:
    """Bonds at rest of each pair (p, m) between the receptors of cells and the ligands of those near them.

    rows                    k          cells with receptors
    begins                  k + 1      place where those near the k-th begin
    near                    m          rows
    radius                  n    um    of round cells
    intermediate, opened    n    1     shares of receptors in those conformations

    Pairs are walked one by one: a column picked from a tuple is counted as in use at each pick, which costs ten bonds.
    """
    bonds = np.zeros((table.laws.shape[0], near.size))
    for p in range(table.laws.shape[0]):
        law, receptors, ligands = pair_law(table, p), table.receptors[p], table.ligands[p]
        receptors_blocked, ligands_blocked = table.receptors_blocked[p], table.ligands_blocked[p]
        for k in range(rows.size):
            i = rows[k]
            if receptors[i] == 0.0:
                continue
            for c in range(begins[k], begins[k + 1]):
                j = near[c]
                if ligands[j] != 0.0:
                    blocked = receptors_blocked[i] + ligands_blocked[j]
                    acka = mean_affinity(law, intermediate[i], opened[i])
                    here = density(receptors[i], surface(radius[i]))
                    there = density(ligands[j], surface(radius[j]))
                    bonds[p, c] = min(firm_density(here, there, blocked, acka), receptors[i], ligands[j])
    return bonds
