"""A liver fibroblast, which may become a cancer-associated fibroblast."""

from __future__ import annotations

from typing import ClassVar

from simulation.engine.cell_type import Start
from simulation.engine.mesa_agents import ColumnarAgent
from simulation.vocabulary import molecules
from simulation.vocabulary import traits as t


class Fibroblast(ColumnarAgent):
    """Fibroblast; `caf` is 1 once it is activated."""

    ontology = "CL:0000057"
    mechanisms = frozenset({"M41"})
    columns = (
        *t.BODY, *t.SURROUNDINGS, *t.METABOLISM, *t.ICAM1_EXPRESSION, *t.LIFE, *t.FIBROBLAST,
    )  # fmt: skip
    starts: ClassVar[dict[str, Start]] = {
        **molecules.starts("fibroblast"),
        "fibroblast": Start(1.0, "by definition"),
        "radius": Start(7.0, "assumed: volume of a spindle 60 um long"),
        "mobility": Start(2e-5, "assumed: an overlap relaxes within a quarter of an hour"),
        "o2_uptake": Start(5.0, "assumed"),
        "icam1_basal": Start(0.01, "computed: 20-fold induction by TNF"),
        "icam1_translation": Start(1.9e4, "computed: 1e4 copies at rest"),
    }
