"""A natural killer cell."""

from __future__ import annotations

from typing import ClassVar

from simulation.engine.cell_type import Start
from simulation.engine.mesa_agents import ColumnarAgent
from simulation.vocabulary import molecules
from simulation.vocabulary import traits as t


class NkCell(ColumnarAgent):
    """Natural killer cell of the sinusoids: kills without MHC class I, and with less need of ICAM-1 than a T cell."""

    ontology = "CL:0000623"
    enters_by = "nk_cells_entering"
    columns = (
        *t.BODY, *t.SURROUNDINGS, *t.MIGRATION, *t.METABOLISM, *t.ICAM1_EXPRESSION, *t.LIFE, *t.LYMPHOCYTE,
    )  # fmt: skip
    starts: ClassVar[dict[str, Start]] = {
        **molecules.starts("nk_cell"),
        "radius": Start(4.0, "recalled: lymphocyte 8 um across"),
        "mobility": Start(1e-4, "assumed: an overlap relaxes within a quarter of an hour"),
        "o2_uptake": Start(10.0, "PhysiCell 1.14.2 sample projects: 10 1/min"),
        "icam1_basal": Start(0.04, "computed: expression set T1"),
        "icam1_translation": Start(4.75e3, "computed: 1e4 copies at rest"),
        "speed": Start(3.0, "recalled: lymphocytes 1-6 um/min in tumours", 0.2),
        "persistence": Start(7.0, "PhysiCell 1.14.2 sample projects: 5-10 min"),
        "chemotaxis": Start(0.3, "PhysiCell 1.14.2 sample projects: bias 0.25-0.75"),
        "mhc_restriction": Start(0.0, "seed 1: natural killer cells need no MHC class I"),
        "cytotoxicity": Start(0.1, "assumed: half a T cell's; most are held back by inhibitory receptors", 0.8),
        "lifespan_rate": Start(0.15, "assumed: a week in tissue"),
    }
