"""Comparators: what is known of ICAM-1 and other adhesion molecules in metastasis and prognosis, to compare runs with.

The table is a file of data beside this one. `verified` tells whether a publication was found that states the row; the
others rest on the second seed document alone.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib.resources import files

from simulation.engine.errors import InputError

FILE = "comparators.csv"
NUMBERS = ("metastatic", "reference_group", "hazard_ratio", "p_value")


@dataclass(frozen=True, slots=True)
class Comparator:
    """One row of the table; words are empty and numbers None where nothing is given.

    table              int      of the second seed document: 1 ICAM-1, 2 selectins, 3 cadherins, 4 integrins
    molecule           str      as written there
    column             str      the molecule's column of cells; empty for soluble forms
    cancer             str
    in_metastasis      str      compared with the primary tumour
    correlation        str      with nodes, organs or stage
    prognosis          str      where the molecule is high
    metastatic         float    level in metastatic disease, in `unit`
    reference_group    float    level in the group it is compared with
    unit               str      of both levels
    hazard_ratio       float
    p_value            float
    verified           bool     True when a publication states the row
    source             str
    """

    table: int
    molecule: str
    column: str
    cancer: str
    in_metastasis: str
    correlation: str
    prognosis: str
    metastatic: float | None
    reference_group: float | None
    unit: str
    hazard_ratio: float | None
    p_value: float | None
    verified: bool
    source: str


def comparators() -> tuple[Comparator, ...]:
    """Read the table.

    raises    InputError    when a row is not as it should be
    """
    lines = files(__package__).joinpath(FILE).read_text(encoding="utf-8").splitlines()
    return tuple(_row(number, row) for number, row in enumerate(csv.DictReader(lines), start=2))


def _row(number: int, row: dict[str, str]) -> Comparator:
    if row["verified"] not in ("yes", "no"):
        raise InputError(f"{row['verified']!r} is neither yes nor no", where=f"{FILE}, line {number}")
    try:
        values: dict[str, float | None] = {n: float(row[n]) if row[n] else None for n in NUMBERS}
        table = int(row["table"])
    except ValueError as fault:
        raise InputError(str(fault), where=f"{FILE}, line {number}", expected="expected a number") from None
    words = {n: row[n] for n in row if n not in {*NUMBERS, "table", "verified"}}
    return Comparator(table=table, verified=row["verified"] == "yes", **words, **values)  # type: ignore[arg-type]
