"""A process touches only what it declares (the second law)."""

import numpy as np
import pytest

from simulation.engine.column import Column
from simulation.engine.errors import ContractError
from simulation.engine.rows import Rows
from simulation.engine.table import Table


@pytest.fixture
def rows() -> Rows:
    table = Table("cells", [Column(n, "1", n) for n in ("emt", "stat3", "icam1")], rows=4)
    return Rows(table, "a_process", frozenset({"stat3", "emt"}), frozenset({"emt"}), slice(1, 3))


def test_a_read_column_is_a_read_only_view(rows: Rows) -> None:
    with pytest.raises(ValueError, match="read-only"):
        rows.stat3[0] = 1.0


def test_a_written_column_reaches_the_table_in_its_rows_only(rows: Rows) -> None:
    rows.emt[:] = 5.0
    assert rows._table["emt"].tolist() == [0, 5, 5, 0]
    assert rows.n == len(rows) == 2


def test_an_undeclared_column_says_what_to_declare(rows: Rows) -> None:
    with pytest.raises(ContractError, match="a_process: uses column 'icam1' without declaring it; add 'icam1'"):
        rows.icam1  # noqa: B018


def test_an_unknown_column_lists_the_known(rows: Rows) -> None:
    with pytest.raises(ContractError, match="no column 'icam2'.*icam1"):
        rows.icam2  # noqa: B018


def test_a_column_cannot_be_replaced(rows: Rows) -> None:
    with pytest.raises(ContractError, match=r"cells.emt\[:\] = ..."):
        rows.emt = np.zeros(2)


def test_several_columns_come_together_and_anew_when_rows_come() -> None:
    table = Table("cells", [Column(n, "1", n) for n in ("emt", "stat3", "icam1")], rows=2)
    rows = Rows(table, "a_process", frozenset({"stat3", "emt"}), frozenset({"emt"}))
    emt, stat3 = rows.all_of("emt stat3")
    assert emt is rows.emt and stat3 is rows.stat3 and rows.all_of("emt stat3")[0] is emt
    table.append(1, {"stat3": 7.0})
    rows.renew()
    assert rows.all_of("emt stat3")[1].tolist() == [0.0, 0.0, 7.0]
    with pytest.raises(ContractError, match="without declaring it; add 'icam1'"):
        rows.all_of("emt icam1")


def test_no_rows_is_fine() -> None:
    table = Table("cells", [Column("emt", "1", "emt")])
    assert Rows(table, "p", frozenset({"emt"}), frozenset()).emt.shape == (0,)
