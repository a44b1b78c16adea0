"""What diffuses: every substance with its numbers. Adding one here makes it diffuse, be sensed and be recorded."""

from __future__ import annotations

from dataclasses import dataclass

from simulation.engine.column import Column, total
from simulation.engine.parameter import Parametrised, parameter


@dataclass(frozen=True)
class Substance(Parametrised):
    """One diffusing substance.

    unit      str    of its concentration
    prompt    bool   True when uptake and vessel exchange are fast against a step, so that it is solved implicitly
    """

    name: str
    meaning: str
    unit: str = "ng/mL"
    prompt: bool = False
    diffusion: float = parameter(1000.0, "um^2/min", "diffusion coefficient", source="assumed", bounds=(0, 1e7))
    decay: float = parameter(0.01, "1/min", "decay and wash-out", source="assumed", bounds=(0, 100))
    initial: float = parameter(
        0.0, "1", "concentration at the start, in the substance's unit", source="assumed", bounds=(0, 1e6)
    )
    sources: str = ""


SUBSTANCES: dict[str, Substance] = {
    s.name: s
    for s in (
        Substance(
            "o2",
            "oxygen, as partial pressure",
            "mmHg",
            True,
            1e5,
            0.1,
            38.0,
            sources="PhysiCell 1.14.2 sample projects: 1e5 um^2/min, 0.1 1/min, 38 mmHg",
        ),
        Substance(
            "tnf",
            "tumour necrosis factor alpha",
            diffusion=1200.0,
            decay=0.0275,
            sources="PhysiBoSS TNF spheroid settings: 1200 um^2/min, 0.0275 1/min",
        ),
        Substance("il1b", "interleukin 1 beta", diffusion=1000.0, decay=0.0275, sources="assumed: 17 kDa, like TNF"),
        Substance("il6", "interleukin 6", diffusion=900.0, decay=0.01, sources="assumed"),
        Substance("ifng", "interferon gamma", diffusion=900.0, decay=0.008, sources="assumed"),
        Substance(
            "tgfb",
            "active transforming growth factor beta",
            diffusion=300.0,
            decay=0.035,
            sources="assumed: matrix bound, half-life about 20 min",
        ),
        Substance(
            "vegf",
            "vascular endothelial growth factor",
            diffusion=600.0,
            decay=0.011,
            sources="assumed: half-life about 1 h",
        ),
        Substance(
            "cxcl",
            "CXC chemokines (CXCL8 to CXCL12) together",
            diffusion=555.6,
            decay=0.0102,
            sources="PhysiCell immune subgroup settings: 555.6 um^2/min, 0.0102 1/min",
        ),
        Substance(
            "ccl2",
            "monocyte chemoattractant CCL2",
            diffusion=555.6,
            decay=0.0102,
            sources="PhysiCell immune subgroup settings: 555.6 um^2/min, 0.0102 1/min, as other chemokines",
        ),
        Substance("mmp", "active matrix metalloproteinases", diffusion=300.0, decay=0.005, sources="assumed"),
        Substance(
            "pamp",
            "products of bacteria that TLR2, 4 and 9 know; 1 = half effect",
            "1",
            diffusion=1000.0,
            decay=0.0,
            sources="assumed; 0 unless a scenario brings it in",
        ),
        Substance(
            "dsrna",
            "double-stranded RNA that TLR3 knows; 1 = half effect",
            "1",
            diffusion=100.0,
            decay=0.0,
            sources="assumed; 0 unless a scenario brings it in",
        ),
        Substance(
            "sicam1",
            "soluble ICAM-1 in the tissue; its decay is wash-out into blood",
            diffusion=500.0,
            decay=0.01,
            sources="assumed: 90 kDa",
        ),
    )
}

#: substances advanced by the exact spectral step
SLOW = tuple(name for name, s in SUBSTANCES.items() if not s.prompt)

VOXEL_COLUMNS = tuple(Column(n, s.unit, s.meaning, start=s.initial, bounds=(0, 1e9)) for n, s in SUBSTANCES.items())
SOURCE_COLUMNS = tuple(
    Column(f"{n}_source", f"{SUBSTANCES[n].unit}/min", f"what cells secrete of {n} here", bounds=(0, 1e12))
    for n in SLOW
)
SECRETION_COLUMNS = tuple(
    Column(f"{n}_secretion", "fg/min", f"what a resting cell of this type secretes of {n}", bounds=(0, 1e6))
    for n in SLOW
)
OUTPUT_COLUMNS = tuple(
    total(f"{n}_output", "fg/min", f"what this cell secretes of {n}", bounds=(0, 1e12)) for n in SLOW
)
HERE_COLUMNS = tuple(
    Column(f"{n}_here", s.unit, f"concentration of {n} where the cell is", start=s.initial, bounds=(0, 1e9))
    for n, s in SUBSTANCES.items()
)
