"""Surface molecules and who binds whom with which kinetics. A new molecule is one entry here."""

from __future__ import annotations

from dataclasses import dataclass

from simulation.engine.parameter import Parametrised, parameter


@dataclass(frozen=True)
class Molecule:
    """One surface molecule.

    name       str      column of cells that counts it
    label      str      as written in a figure
    uniprot    str      accession, human
    mass       float    kDa of the soluble form
    source     str      of the mass
    """

    name: str
    label: str
    uniprot: str
    mass: float
    source: str


MOLECULES: dict[str, Molecule] = {
    m.name: m
    for m in (
        Molecule("icam1", "ICAM-1", "P05362", 90.0, "Hepatology 1995;22:525: serum form 90 kDa"),
        Molecule("lfa1", "LFA-1", "P20701", 0.0, "alpha L chain; not shed here"),
        Molecule("ecadherin", "E-cadherin", "P12830", 0.0, "not shed here"),
    )
}


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


LFA1_ICAM1 = Bond()
