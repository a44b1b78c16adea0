"""An oval cell, the liver's progenitor at the portal tract."""

from __future__ import annotations

from typing import ClassVar

from simulation.engine.cell_type import Start
from simulation.engine.mesa_agents import ColumnarAgent
from simulation.vocabulary import molecules
from simulation.vocabulary import traits as t


class OvalCell(ColumnarAgent):
    """Oval cell: wakes when hepatocytes are injured, multiplies, and migrates by ICAM-1."""

    ontology = ""
    columns = (
        *t.BODY, *t.SURROUNDINGS, *t.MIGRATION, *t.METABOLISM, *t.ICAM1_EXPRESSION, *t.LIFE, *t.OVAL,
    )  # fmt: skip
    starts: ClassVar[dict[str, Start]] = {
        **molecules.starts("oval_cell"),
        "radius": Start(5.0, "assumed: 10 um across"),
        "mobility": Start(5e-5, "assumed: an overlap relaxes within a quarter of an hour"),
        "o2_uptake": Start(10.0, "PhysiCell 1.14.2 sample projects: 10 1/min"),
        "icam1_basal": Start(0.004, "computed: 58-fold induction"),
        "icam1_translation": Start(4.75e3, "computed: 1e3 copies at rest, seed 1: low while quiescent"),
        "speed": Start(0.2, "assumed"),
        "persistence": Start(30.0, "assumed"),
        "chemotaxis": Start(0.8, "assumed: largest bias"),
        "division_rate": Start(0.3, "assumed: once active"),
        "apoptosis_rate": Start(0.0, "assumed"),
    }
