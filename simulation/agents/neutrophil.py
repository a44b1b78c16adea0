"""A neutrophil."""

from __future__ import annotations

from typing import ClassVar

from simulation.engine.cell_type import Start
from simulation.engine.mesa_agents import ColumnarAgent
from simulation.vocabulary import molecules
from simulation.vocabulary import traits as t


class Neutrophil(ColumnarAgent):
    """Neutrophil: comes fast by Mac-1 on ICAM-1, stays a day, and holds no tissue cell."""

    ontology = "CL:0000775"
    enters_by = "neutrophils_entering"
    columns = (
        *t.BODY, *t.SURROUNDINGS, *t.MIGRATION, *t.METABOLISM, *t.ICAM1_EXPRESSION, *t.LIFE, *t.LYMPHOCYTE,
        *t.NEUTROPHIL,
    )  # fmt: skip
    starts: ClassVar[dict[str, Start]] = {
        **molecules.starts("neutrophil"),
        "neutrophil": Start(1.0, "by definition"),
        "radius": Start(5.0, "recalled: 10 um across"),
        "mobility": Start(1e-4, "assumed: an overlap relaxes within a quarter of an hour"),
        "o2_uptake": Start(5.0, "assumed: lives by glycolysis"),
        "icam1_basal": Start(0.04, "computed: expression set T1"),
        "icam1_translation": Start(2.4e3, "computed: 5e3 copies at rest"),
        "recognition": Start(0.0, "assumed: does not hold tissue cells"),
        "cytotoxicity": Start(0.0, "assumed: kills no living cell"),
        "speed": Start(5.0, "assumed: the fastest of leukocytes", 0.2),
        "persistence": Start(5.0, "assumed"),
        "chemotaxis": Start(0.5, "PhysiCell 1.14.2 sample projects: bias 0.25-0.75"),
        "lifespan_rate": Start(1.0, "assumed: a day in tissue"),
    }
