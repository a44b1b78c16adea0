"""A hepatocyte of the parenchyma."""

from __future__ import annotations

from typing import ClassVar

from simulation.engine.cell_type import Start
from simulation.engine.mesa_agents import ColumnarAgent
from simulation.vocabulary import molecules
from simulation.vocabulary import traits as t


class Hepatocyte(ColumnarAgent):
    """Hepatocyte: nearly without ICAM-1 while healthy, injured by TNF, hypoxia and pressure."""

    ontology = "CL:0000182"
    columns = (
        *t.BODY, *t.SURROUNDINGS, *t.METABOLISM, *t.ICAM1_EXPRESSION, *t.LIFE, *t.HEPATOCYTE,
    )  # fmt: skip
    starts: ClassVar[dict[str, Start]] = {
        **molecules.starts("hepatocyte"),
        "hepatocyte": Start(1.0, "by definition"),
        "radius": Start(12.0, "recalled: hepatocyte 20-30 um across", 0.05),
        "mobility": Start(2e-5, "assumed: an overlap relaxes within a quarter of an hour"),
        "o2_uptake": Start(8.0, "assumed: a little below a tumour cell's"),
        "icam1_basal": Start(0.0008, "computed: normal liver 0.02 of dysplastic tissue"),
        "icam1_translation": Start(1e3, "computed: below 100 copies at rest, 1e5 when induced"),
        "apoptosis_rate": Start(0.0035, "assumed: life of a hepatocyte 200 to 300 days"),
    }
