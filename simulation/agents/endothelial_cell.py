"""An endothelial cell of a sinusoid, a capillary or a venule."""

from __future__ import annotations

from typing import ClassVar

from simulation.engine.cell_type import Start
from simulation.engine.mesa_agents import ColumnarAgent
from simulation.vocabulary import molecules
from simulation.vocabulary import traits as t


class EndothelialCell(ColumnarAgent):
    """Vessel wall: brings oxygen, lets lymphocytes in and tumour cells pass."""

    ontology = "CL:0000115"
    columns = (
        *t.BODY, *t.SURROUNDINGS, *t.METABOLISM, *t.ICAM1_EXPRESSION, *t.LIFE, *t.ENDOTHELIUM,
    )  # fmt: skip
    starts: ClassVar[dict[str, Start]] = {
        **molecules.starts("endothelial_cell"),
        "radius": Start(5.0, "assumed: body of a flat cell"),
        "mobility": Start(0.0, "assumed: held by its basement membrane"),
        "icam1_basal": Start(0.01, "computed: 24-fold induction by TNF"),
        "icam1_translation": Start(9.5e4, "computed: 5e4 copies at rest, recalled: Dustin & Springer 1988"),
        "ccl2_secretion": Start(1e-5, "assumed: more under NF-kB"),
        "o2_exchange": Start(20.0, "assumed: a vessel voxel stays near blood oxygen"),
        "shear_rate": Start(100.0, "assumed: sinusoid 50-200 1/s"),
    }
