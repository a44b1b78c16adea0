"""Degrees of malignant transformation, and what each makes of basal ICAM-1 synthesis."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Stage:
    """One degree on the way from normal hepatocyte to metastasis.

    name       str      as in a table
    icam1      float    basal ICAM-1 synthesis, dysplastic tissue = 1
    """

    name: str
    icam1: float


#: in rising order: the column `stage` holds the place in this table
STAGES: tuple[Stage, ...] = (
    Stage("normal", 0.02),
    Stage("hepatitis", 0.3),
    Stage("cirrhosis", 0.6),
    Stage("dysplasia", 1.0),
    Stage("HCC I", 1.5),
    Stage("HCC II", 2.0),
    Stage("HCC III", 3.0),
    Stage("HCC IV", 4.0),
    Stage("metastatic", 5.0),
)
SOURCE = "computed: tissue ratios normal : peritumour : HCC and non-metastatic : metastatic of Sun 1999, PMID 10037274"
NUMBER: dict[str, int] = {stage.name: number for number, stage in enumerate(STAGES)}
