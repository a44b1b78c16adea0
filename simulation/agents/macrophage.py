"""A macrophage: a Kupffer cell of the sinusoids, or one that a monocyte from the blood became."""

from __future__ import annotations

from typing import ClassVar

from simulation.engine.cell_type import Start
from simulation.engine.mesa_agents import ColumnarAgent
from simulation.vocabulary import molecules
from simulation.vocabulary import traits as t


class Macrophage(ColumnarAgent):
    """Macrophage: eats apoptotic bodies, becomes M2 by it, secretes, and holds killers back; kills no living cell."""

    ontology = "CL:0000235"
    enters_by = "macrophages_entering"
    columns = (
        *t.BODY, *t.SURROUNDINGS, *t.MIGRATION, *t.METABOLISM, *t.ICAM1_EXPRESSION, *t.LIFE, *t.LYMPHOCYTE,
        *t.MACROPHAGE,
    )  # fmt: skip
    starts: ClassVar[dict[str, Start]] = {
        **molecules.starts("macrophage"),
        "macrophage": Start(1.0, "by definition"),
        "radius": Start(7.0, "assumed: volume of a Kupffer cell 18 um long"),
        "mobility": Start(5e-5, "assumed: an overlap relaxes within a quarter of an hour"),
        "o2_uptake": Start(10.0, "PhysiCell 1.14.2 sample projects: 10 1/min"),
        "icam1_basal": Start(0.04, "computed: expression set T1"),
        "icam1_translation": Start(2.4e4, "computed: 5e4 copies at rest and in M2; 2e5 and more under TNF"),
        "recognition": Start(0.0, "assumed: does not hold living cells"),
        "cytotoxicity": Start(0.0, "assumed: kills no living cell"),
        "speed": Start(0.5, "assumed: monocyte-derived, slower than lymphocytes", 0.2),
        "persistence": Start(15.0, "assumed"),
        "chemotaxis": Start(0.5, "PhysiCell 1.14.2 sample projects: bias 0.25-0.75"),
        "cxcl_following": Start(0.0, "assumed: follows CCL2"),
        "ccl2_following": Start(1.0, "by the name of CCL2, monocyte chemoattractant"),
        "lifespan_rate": Start(0.1, "assumed: monocyte-derived ones live ten days; Kupffer cells longer"),
    }
