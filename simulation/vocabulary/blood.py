"""What the blood carries: cells on their way, and what is dissolved."""

from __future__ import annotations

from simulation.engine.column import Column, Effect, factor, request
from simulation.vocabulary.molecules import ANTIBODY_COLUMNS

#: values of the column `arrested`
FLOWING, BY_SIZE, BY_ADHESION = 0.0, 1.0, 2.0

#: of each cell in the blood, besides the columns it brings along
TRAVELLER_COLUMNS = (
    Column("in_blood", "min", "time since it entered the blood", bounds=(0, 1e7)),
    Column("arrested", "1", "0 flowing; 1 held by size; 2 held by adhesion", bounds=(0, 2)),
    Column("arrest_time", "min", "how long it has been held", bounds=(0, 1e7)),
    request("dies_in_blood", "is lost in the blood", Effect.DEATH),
    request("extravasates", "enters the tissue of the site it is in", Effect.ARRIVAL),
)

#: dissolved in the blood, one row
POOL_COLUMNS = (
    Column("sicam1", "ng/mL", "soluble ICAM-1 in serum", start=318.0, bounds=(0, 1e7)),
    Column("il16", "ng/mL", "interleukin 16 in serum", start=0.1, bounds=(0, 1e6)),
    Column("alt", "U/L", "alanine aminotransferase in serum", start=25.0, bounds=(0, 1e7)),
    Column("ast", "U/L", "aspartate aminotransferase in serum", start=25.0, bounds=(0, 1e7)),
    factor("sicam1_making", "what diet makes of the soluble ICAM-1 that the host keeps up"),
    factor("il16_making", "what diet makes of the interleukin 16 that the host keeps up"),
    factor("blood_survival", "what diet makes of the life of flowing tumour cells"),
    *ANTIBODY_COLUMNS,
)
