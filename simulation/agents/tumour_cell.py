"""A hepatocellular carcinoma cell."""

from __future__ import annotations

from typing import ClassVar

from simulation.engine.cell_type import Start
from simulation.engine.mesa_agents import ColumnarAgent
from simulation.vocabulary import molecules
from simulation.vocabulary import traits as t


class TumourCell(ColumnarAgent):
    """Tumour cell: grows, is hunted, tears loose, travels."""

    ontology = "CL:0001064"
    columns = (
        *t.BODY, *t.SURROUNDINGS, *t.MIGRATION, *t.METABOLISM, *t.ICAM1_EXPRESSION, *t.LIFE, *t.TARGET, *t.SPREAD,
    )  # fmt: skip
    starts: ClassVar[dict[str, Start]] = {
        **molecules.starts("tumour_cell"),
        "radius": Start(9.0, "assumed: HCC cell 18 um across, 14-25 um", 0.05),
        "mobility": Start(5e-5, "assumed: an overlap relaxes within a quarter of an hour"),
        "o2_uptake": Start(10.0, "PhysiCell 1.14.2 sample projects: 10 1/min"),
        "icam1_basal": Start(0.04, "computed: expression set T1", 0.5),
        "stage": Start(6.0, "assumed: HCC III, for which the copies at rest are given"),
        "stage_of_basal": Start(6.0, "by definition"),
        "icam1_translation": Start(4.75e4, "computed: 1e5 copies at rest, HCC context"),
        "speed": Start(0.1, "assumed: 0.1 um/min epithelial"),
        "persistence": Start(15.0, "assumed"),
        "division_rate": Start(0.25, "computed: a cycle of four days, 3-5 d"),
        "apoptosis_rate": Start(0.145, "computed: leaves the volume doubling times of HCC, 76-164 d, Gut 2021;70:401"),
        "invasive": Start(1.0, "by definition"),
        "antigenicity": Start(0.5, "assumed: HCC context"),
        "mhc1": Start(1.0, "assumed"),
        "egfr_gain": Start(0.3, "assumed: HCC context"),
        "tnf_secretion": Start(2e-5, "assumed: keeps tissue TNF below 1 ng/mL"),
        "il6_secretion": Start(1e-5, "assumed"),
        "cxcl_secretion": Start(2e-5, "assumed"),
        "ccl2_secretion": Start(2e-5, "assumed: as CXC chemokines"),
        "vegf_secretion": Start(2e-6, "assumed"),
        "tgfb_secretion": Start(2e-5, "assumed"),
    }
