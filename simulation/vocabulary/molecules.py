"""Surface molecules: how many a cell has, what induces them, and who binds whom. A new molecule is one entry here.

From the entry come its columns of cells and of the blood, so that it is expressed, knocked down, bound by antibody and
recorded by itself:

M            1        copies on the membrane                        STATE
M_rest       1        copies at rest; 0 = not noted yet             STATE
M_factor     1        what knockdown leaves of its making           PRODUCT
M_blocked    1        antibody over its dissociation constant       STATE
anti_M       ug/mL    antibody in the blood, and anti_M_input       pool

Of ICAM-1 only `icam1_blocked` and the antibody are made here: its columns belong to its own cascade. MHC class I is a
share, without copies, knockdown or antibody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from simulation.engine.bond import Kinetics
from simulation.engine.cell_type import Start
from simulation.engine.column import Column, factor, total
from simulation.engine.parameter import Parametrised, parameter
from simulation.vocabulary.pairs import PAIRS as PAIRS
from simulation.vocabulary.pairs import Pair as Pair

NOT_SHED = "not shed here"


@dataclass(frozen=True)
class Molecule(Parametrised):
    """One surface molecule.

    name       str      column of cells that counts it
    label      str      as written in a figure
    uniprot    str      accession, human; of a heterodimer the chain that names it
    mass       float    kDa of the soluble form, 0 where it is not shed
    source     str      of mass and kinetics
    copies     mapping  cell type -> Start: copies at rest, in cells that nothing stimulates
    own        bool     False where another part of the model makes it
    """

    name: str
    label: str
    uniprot: str
    mass: float = 0.0
    source: str = NOT_SHED
    copies: Mapping[str, Start] = field(default_factory=dict, hash=False)
    own: bool = True
    induction: float = parameter(
        0.0, "1", "copies that full NF-kB adds, over those at rest", source="by molecule", bounds=(0, 1e6)
    )
    nfkb_half: float = parameter(0.25, "1", "NF-kB of half induction", source="by molecule", bounds=(1e-3, 10))
    steepness: float = parameter(4.0, "1", "Hill exponent of NF-kB", source="by molecule", bounds=(0.5, 20))
    turnover: float = parameter(0.05, "1/h", "loss from the membrane", source="by molecule", bounds=(1e-6, 100))
    emt: float = parameter(
        0.0, "1", "copies that full EMT adds, over those at rest", source="by molecule", bounds=(0, 1e6)
    )
    traction: float = parameter(
        0.0, "1", "weight in the grip by which cells move on matrix", source="assumed", bounds=(0, 1)
    )


def _assumed(value: float, why: str = "", spread: float = 0.0) -> Start:
    return Start(value, f"assumed: {why}" if why else "assumed", spread)


_LEUKOCYTE = "recalled: class value of leukocyte adhesion molecules"

MOLECULES: dict[str, Molecule] = {
    m.name: m
    for m in (
        Molecule(
            "icam1", "ICAM-1", "P05362", 90.0, "Hepatology 1995;22:525: serum form 90 kDa", own=False,
            copies={
                "hepatocyte": _assumed(42.0, "healthy, below what staining shows"),
                "tumour_cell": _assumed(1e5, "HCC III-IV"),
                "endothelial_cell": Start(5e4, "recalled: Dustin & Springer 1988 J Cell Biol"),
                "fibroblast": _assumed(1e4),
                "oval_cell": _assumed(1e3, "quiescent"),
                "t_cell": _assumed(5e4, "effector"),
                "nk_cell": _assumed(1e4),
                "neutrophil": Start(5e3, _LEUKOCYTE),
                "macrophage": _assumed(5e4, "M2 and at rest; 2e5 and more where TNF makes M1"),
            },
        ),
        Molecule(
            "lfa1", "LFA-1", "P20701",
            copies={
                "t_cell": _assumed(
                    1e5, "effector, twice resting; up-regulation in liver: McNamara 2017 Sci Immunol", 0.2
                ),
                "nk_cell": _assumed(5e4, spread=0.2),
                "neutrophil": Start(4e4, _LEUKOCYTE, 0.2),
                "macrophage": _assumed(5e4, spread=0.2),
            },
        ),
        Molecule(
            "mac1", "Mac-1", "P11215",
            copies={
                "nk_cell": _assumed(2e4, spread=0.2),
                "neutrophil": Start(1.5e5, _LEUKOCYTE + "; granules released, as in tissue; 2e4 before", 0.2),
                "macrophage": _assumed(1e5, spread=0.2),
            },
        ),
        Molecule(
            "vcam1", "VCAM-1", "P19320",
            source="computed: 5e5 copies with TNF, recalled as a class value; fast loss once TNF is neutralised: "
            "Nakada 1998",
            induction=100.0, nfkb_half=0.25, turnover=0.1,
            copies={"endothelial_cell": _assumed(1.5e4), "fibroblast": _assumed(1e3)},
        ),
        Molecule(
            "vla4", "VLA-4", "P13612",
            copies={"t_cell": _assumed(3e4), "nk_cell": _assumed(2e4), "macrophage": _assumed(3e4)},
        ),
        Molecule(
            "e_selectin", "E-selectin", "P16581",
            source="computed: peak at 4-6 h of TNF, 1e5-1e6 copies, recalled as class values; fast loss: Nakada 1998",
            induction=500.0, nfkb_half=0.24, steepness=8.0, turnover=0.3,
            copies={"endothelial_cell": _assumed(1e3, "nearly none at rest")},
        ),
        Molecule(
            "p_selectin", "P-selectin", "P16109",
            source="assumed: Weibel-Palade bodies empty with inflammation, and the membrane takes it back within "
            "the hour; histamine and thrombin are not in the model",
            induction=50.0, nfkb_half=0.35, turnover=1.5,
            copies={"endothelial_cell": _assumed(1e3, "the rest is stored in Weibel-Palade bodies")},
        ),
        Molecule(
            "l_selectin", "L-selectin", "P14151",
            copies={
                "t_cell": _assumed(5e3, "effectors have shed most of 7e4"),
                "nk_cell": _assumed(1e4),
                "neutrophil": Start(5e4, _LEUKOCYTE),
                "macrophage": _assumed(1e4),
            },
        ),
        Molecule(
            "selectin_ligand", "sLex/PSGL-1", "Q14242",
            copies={
                "tumour_cell": _assumed(1e4, "sLex-like", 0.2),
                "t_cell": _assumed(5e4),
                "nk_cell": _assumed(2e4),
                "neutrophil": Start(2e4, _LEUKOCYTE),
                "macrophage": _assumed(2e4),
            },
        ),
        Molecule(
            "ecadherin", "E-cadherin", "P12830",
            copies={
                "tumour_cell": _assumed(1e5, spread=0.2), "hepatocyte": _assumed(1e5), "oval_cell": _assumed(5e4),
            },
        ),
        Molecule(
            "n_cadherin", "N-cadherin", "P19022", source="assumed: cadherin switch to a fibroblast's copies",
            emt=24.0, turnover=0.2, traction=0.1,
            copies={"tumour_cell": _assumed(2e3, "epithelial", 0.2), "fibroblast": _assumed(5e4)},
        ),
        Molecule(
            "p_cadherin", "P-cadherin", "P22223", traction=0.05, copies={"tumour_cell": _assumed(1e3, spread=0.2)}
        ),
        Molecule(
            "integrin_avb3", "integrin aVb3", "P06756", traction=0.1,
            copies={"tumour_cell": _assumed(5e3, spread=0.2), "endothelial_cell": _assumed(2e4)},
        ),
        Molecule(
            "integrin_a3", "integrin a3", "P26006", traction=0.1, copies={"tumour_cell": _assumed(2e4, spread=0.2)}
        ),
        Molecule(
            "integrin_a5b1", "integrin a5b1", "P08648", traction=0.35,
            copies={"tumour_cell": _assumed(5e4, spread=0.2), "fibroblast": _assumed(1e5)},
        ),
        Molecule(
            "integrin_b1", "integrin b1", "P05556", traction=0.3,
            copies={"tumour_cell": _assumed(1e5, spread=0.2), "fibroblast": _assumed(2e5)},
        ),
        Molecule(
            "integrin_b4", "integrin b4", "P16144", source="assumed: no part in motility, as negative control",
            traction=0.0, copies={"tumour_cell": _assumed(2e4, spread=0.2)},
        ),
        Molecule("mhc1", "MHC class I", "P04439", own=False),
        Molecule(
            "egfr", "EGFR", "P00533", copies={"tumour_cell": _assumed(5e4, spread=0.2), "hepatocyte": _assumed(1e5)}
        ),
    )
}  # fmt: skip

#: molecules whose copies `molecule_expression` makes
EXPRESSED = tuple(name for name, m in MOLECULES.items() if m.own)

#: what a knockdown scales, by molecule
MAKING = {"icam1": "icam1_translation_factor", **{name: f"{name}_factor" for name in EXPRESSED}}

#: column of copies -> label, of the molecules that have copies and may meet an antibody
BLOCKABLE = {name: MOLECULES[name].label for name in MAKING}

COPIES = (0.0, 1e8)

SURFACE_COLUMNS = tuple(
    column
    for name in EXPRESSED
    for column in (
        Column(name, "1", f"{MOLECULES[name].label} copies on the membrane", bounds=COPIES),
        Column(f"{name}_rest", "1", f"{MOLECULES[name].label} copies at rest, 0 = not noted yet", bounds=COPIES),
        factor(f"{name}_factor", f"what knockdown leaves of {MOLECULES[name].label}"),
        Column(
            f"{name}_blocked",
            "1",
            f"antibody and decoys on {MOLECULES[name].label}, as concentration over dissociation constant",
            bounds=(0.0, 1e12),
        ),
    )
)

ANTIBODY_COLUMNS = tuple(
    column
    for name, label in BLOCKABLE.items()
    for column in (
        Column(f"anti_{name}", "ug/mL", f"antibody against {label}", bounds=(0, 1e6)),
        total(f"anti_{name}_input", "ug/mL/h", f"infusion of antibody against {label}", bounds=(0, 1e6)),
    )
)


def starts(cell_type: str) -> dict[str, Start]:
    """Return the copies with which cells of a type begin, by column; those of ICAM-1 follow from its cascade."""
    return {name: MOLECULES[name].copies[cell_type] for name in EXPRESSED if cell_type in MOLECULES[name].copies}


@dataclass(frozen=True)
class Bond(Parametrised):
    """LFA-1 with ICAM-1 in two dimensions, by affinity state of LFA-1; AcKa is contact area times 2-D affinity."""

    acka_closed: float = parameter(1e-7, "um^4", "AcKa of closed LFA-1", source="assumed anchor", bounds=(0, 1))
    intermediate_ratio: float = parameter(
        30.0, "1", "AcKa of intermediate over closed", source="J Biol Chem 2005;280:42207", bounds=(1, 1e6)
    )
    open_ratio: float = parameter(
        8000.0, "1", "AcKa of open over closed", source="J Biol Chem 2005;280:42207", bounds=(1, 1e6)
    )
    off_closed: float = parameter(
        5.0, "1/s", "off-rate of closed LFA-1", source="assumed: lifetime below 1 s (Sarantos et al.)", bounds=(0, 1e3)
    )
    off_intermediate: float = parameter(0.3, "1/s", "off-rate of intermediate LFA-1", source="assumed", bounds=(0, 1e3))
    off_open: float = parameter(
        0.04, "1/s", "off-rate of open LFA-1", source="Sarantos et al.: lifetime 25 s", bounds=(0, 1e3)
    )
    decoy_constant: float = parameter(
        8.0,
        "nmol/L",
        "soluble ICAM-1 that occupies half of LFA-1",
        source="1996, the LFA-1 I-domain: dimeric form 8 nM; 60, 133 and 500 nM also published",
        bounds=(1e-3, 1e6),
    )
    antibody_constant: float = parameter(
        0.1, "ug/mL", "antibody that occupies half of its target", source="assumed: nM-class IgG", bounds=(1e-6, 1e6)
    )

    @property
    def kinetics(self) -> Kinetics:
        """The numbers as kernels take them."""
        acka = self.acka_closed
        return Kinetics(
            acka, acka * self.intermediate_ratio, acka * self.open_ratio,
            self.off_closed, self.off_intermediate, self.off_open,
        )  # fmt: skip

    def taken_in_blood(self, sicam1: float, antibody: float, decoy: float) -> float:
        """How far LFA-1 is taken: sum of concentration over dissociation constant.

        sicam1      ng/mL    soluble ICAM-1 in serum
        antibody    ug/mL    against LFA-1
        decoy       1        weight of soluble ICAM-1
        """
        nanomolar = sicam1 / MOLECULES["icam1"].mass  # ng/mL over kDa
        return decoy * nanomolar / self.decoy_constant + antibody / self.antibody_constant


LFA1_ICAM1 = Bond()
