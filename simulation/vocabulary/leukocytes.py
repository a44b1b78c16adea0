"""Leukocytes as they come in the blood: what each kind carries, what calls it, and by which request it enters.

A further kind is one entry here, one request column of the vessel wall, one line of `immunity/recruitment` and one
file in `agents/`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Leukocyte:
    """One kind of leukocyte in the blood, primed as it is when it touches the wall.

    name               str         cell type that it is in tissue
    enters_by          str         request column of the vessel wall
    resident           1           call of tissue without chemokine, over that for T cells
    cxcl, ccl2         1           weight of each chemoattractant in the call, 0 ... 1
    lfa1, mac1, vla4, selectin_ligand    1    copies per cell
    intermediate       1           share of its integrins in the intermediate state
    opened             1           share of its integrins in the open state
    area               um^2        surface
    source             str         of the numbers
    """

    name: str
    enters_by: str
    resident: float
    cxcl: float
    ccl2: float
    lfa1: float
    mac1: float
    vla4: float
    selectin_ligand: float
    intermediate: float
    opened: float
    area: float
    source: str


COPIES = "copies: recalled class values of leukocyte adhesion molecules and assumed; areas and shares assumed"

LEUKOCYTES: dict[str, Leukocyte] = {
    k.name: k
    for k in (
        Leukocyte(
            "t_cell", "t_cells_entering", 1.0, 1.0, 0.0, 5e4, 0.0, 2e4, 5e4, 0.3, 0.1, 200.0,
            f"effector; LFA-1 doubles in the liver: McNamara 2017 Sci Immunol; {COPIES}",
        ),
        Leukocyte("nk_cell", "nk_cells_entering", 2.0, 0.5, 0.0, 5e4, 2e4, 2e4, 2e4, 0.3, 0.1, 200.0, COPIES),
        Leukocyte(
            "macrophage", "macrophages_entering", 1.0, 0.0, 1.0, 5e4, 1e5, 2e4, 2e4, 0.3, 0.1, 450.0,
            f"a monocyte on its way to a macrophage; {COPIES}",
        ),
        Leukocyte(
            "neutrophil", "neutrophils_entering", 0.5, 1.0, 0.1, 4e4, 6e4, 0.0, 2e4, 0.3, 0.1, 300.0,
            f"computed: Mac-1 on its way from 2e4 to 1.5e5 holds like LFA-1, Blood 1998;92:1626; {COPIES}",
        ),
    )
}  # fmt: skip
