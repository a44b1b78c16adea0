"""What the blood carries: cells on their way, and what is dissolved."""

from __future__ import annotations

from simulation.engine.column import Column, Effect, request, total

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
    Column("anti_icam1", "ug/mL", "antibody against ICAM-1", bounds=(0, 1e6)),
    Column("anti_lfa1", "ug/mL", "antibody against LFA-1", bounds=(0, 1e6)),
    total("anti_icam1_input", "ug/mL/h", "infusion of antibody against ICAM-1", bounds=(0, 1e6)),
    total("anti_lfa1_input", "ug/mL/h", "infusion of antibody against LFA-1", bounds=(0, 1e6)),
)
