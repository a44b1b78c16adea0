"""Comparators: the table is there, says what was verified, and names columns that exist."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulation.engine.errors import InputError
from simulation.vocabulary import comparators as c
from simulation.vocabulary import traits

ROWS = c.comparators()


def test_all_four_tables_are_there() -> None:
    assert [sum(r.table == t for r in ROWS) for t in (1, 2, 3, 4)] == [4, 6, 3, 5]
    assert len({(r.molecule, r.cancer, r.prognosis) for r in ROWS}) == len(ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda r: f"{r.molecule} {r.cancer}")
def test_a_row_has_a_source_and_a_column_that_exists(row: c.Comparator) -> None:
    assert row.source and row.molecule
    assert not row.column or row.column in traits.ALL
    assert row.column or row.molecule.startswith("s")
    assert (row.metastatic is None) == (row.reference_group is None) == (not row.unit)
    assert not row.verified or "seed 2" not in row.source


def test_what_was_not_found_is_marked() -> None:
    """547, 106.2 and 68.2 ng/mL and the ratios 2.22 and 3.44 stand in the seed alone."""
    assert not any(r.verified for r in ROWS if r.metastatic in (547.0, 106.2, 68.2))
    assert {r.hazard_ratio for r in ROWS if r.verified} == {None, 1.6, 2.82}


@pytest.mark.parametrize(("wrong", "what"), [("perhaps,x", "neither yes nor no"), ("yes,x", "could not convert")])
def test_a_faulty_row_is_refused_with_its_line(
    wrong: str, what: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    head = "table,molecule,column,cancer,in_metastasis,correlation,prognosis,unit,source,metastatic"
    (tmp_path / c.FILE).write_text(
        f"{head},reference_group,hazard_ratio,p_value,verified,\n1,,,,,,,,,many,,,,{wrong}\n", encoding="utf-8"
    )
    monkeypatch.setattr(c, "files", lambda _: tmp_path)
    with pytest.raises(InputError, match=what) as fault:
        c.comparators()
    assert "line 2" in str(fault.value)
