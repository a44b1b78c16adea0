"""Tables grow, shrink, regroup and digest without losing track of who is who."""

import copy
import hashlib
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.engine.column import AtBirth, Column, Effect, request, total
from simulation.engine.errors import ContractError, StorageError
from simulation.engine.table import Table

COLUMNS = (
    Column("lineage", "1", "name", dtype="uint64"),
    Column("cell_type", "1", "group", dtype="uint8"),
    Column("size", "um", "size", start=2.0),
    total("force", "pN", "force"),
)


def filled(names: list[int], groups: list[int] | None = None) -> Table:
    table = Table("cells", COLUMNS, key="lineage", group="cell_type")
    names_array = np.array(names, dtype=np.uint64)
    table.append(len(names), {"lineage": names_array, "size": names_array * 1.5, "cell_type": np.array(groups or [0])})
    table.regroup()
    return table


def digest(table: Table) -> str:
    into = hashlib.sha256()
    table.digest(into)
    return into.hexdigest()


def test_growth_keeps_rows() -> None:
    table = Table("cells", COLUMNS, key="lineage")
    for i in range(100):
        table.append(1, {"lineage": np.array([i], dtype=np.uint64)})
    assert table["lineage"].tolist() == list(range(100))
    assert (table["size"] == 2.0).all()


@given(st.lists(st.integers(0, 2**64 - 1), unique=True, min_size=1, max_size=40), st.randoms())
def test_digest_and_lookup_do_not_depend_on_row_order(names: list[int], order: object) -> None:
    table, other = filled(names), filled(names)
    permutation = list(range(len(names)))
    order.shuffle(permutation)  # type: ignore[attr-defined]
    other.reorder(np.array(permutation))
    assert digest(table) == digest(other)
    rows = other.rows_of(np.array(names, dtype=np.uint64))
    assert (other["lineage"][rows] == np.array(names, dtype=np.uint64)).all()


def test_digest_sees_every_state_bit_and_no_sum() -> None:
    table = filled([1, 2, 3])
    before = digest(table)
    table["force"][1] = 7.0
    assert digest(table) == before
    table["size"][1] = np.nextafter(table["size"][1], 9)
    assert digest(table) != before


def test_unknown_names_are_not_found() -> None:
    assert filled([5, 9]).rows_of(np.array([9, 7, 0], dtype=np.uint64)).tolist() == [1, -1, -1]
    assert Table("none", COLUMNS, key="lineage").rows_of(np.array([1], dtype=np.uint64)).tolist() == [-1]


def test_groups_become_contiguous_slices() -> None:
    table = filled([1, 2, 3, 4, 5], [2, 0, 2, 0, 1])
    assert table["cell_type"].tolist() == [0, 0, 1, 2, 2]
    assert [table.span(g) for g in range(4)] == [slice(0, 2), slice(2, 3), slice(3, 5), slice(5, 5)]
    assert sorted(table["lineage"][:2].tolist()) == [2, 4]
    assert sorted(table["lineage"][3:].tolist()) == [1, 3]


@given(st.lists(st.tuples(st.integers(0, 4), st.booleans()), max_size=60))
def test_keep_drops_the_dead_groups_the_rest_and_leaves_what_stands_right(rows: list[tuple[int, bool]]) -> None:
    table = Table("cells", COLUMNS, key="lineage", group="cell_type")
    groups, alive = np.array([g for g, _ in rows], dtype=np.uint8), np.array([a for _, a in rows], dtype=bool)
    names = np.arange(1, len(rows) + 1, dtype=np.uint64)
    table.append(len(rows), {"lineage": names, "cell_type": groups, "size": names * 1.5})
    version = table.version
    table.keep(alive)
    assert sorted(table["lineage"].tolist()) == names[alive].tolist()
    assert table["cell_type"].tolist() == sorted(groups[alive].tolist())
    assert (table["size"] == table["lineage"] * 1.5).all()
    assert (table["cell_type"] == groups[table["lineage"].astype(int) - 1]).all()
    again = table.version
    assert again > version or (alive.all() and (np.diff(groups.astype(int)) >= 0).all())
    table.regroup()
    assert table.version == again


def test_few_rows_move() -> None:
    table = filled(list(range(1, 101)), [0] * 50 + [1] * 50)
    before = table["lineage"].copy()
    table.append(1, {"lineage": np.array([999], dtype=np.uint64), "cell_type": 0})
    alive = np.ones(101, dtype=bool)
    alive[[10, 70]] = False
    table.keep(alive)
    assert (table["lineage"] != before[: len(table)]).sum() <= 3


def test_snapshot_restores_every_bit_and_is_a_copy() -> None:
    table = filled([1, 2, 3])
    saved, before = table.snapshot(), digest(table)
    table["size"][:] = 0.0
    table.append(2, {"lineage": np.array([8, 9], dtype=np.uint64)})
    table.restore(saved)
    assert digest(table) == before
    table["size"][:] = 1.0
    assert (saved["size"] != 1.0).all()


def test_a_foreign_snapshot_is_refused() -> None:
    saved = filled([1]).snapshot()
    saved["other"] = saved.pop("size")
    with pytest.raises(StorageError, match="other, size"):
        filled([1]).restore(saved)


def test_unknown_columns_and_double_declarations_are_refused() -> None:
    with pytest.raises(ContractError, match="no column 'mass'"):
        filled([1])["mass"]
    with pytest.raises(ContractError, match="declared twice"):
        Table("cells", (*COLUMNS, Column("size", "mm", "size")))


def test_a_daughter_shares_with_her_mother_as_each_column_says() -> None:
    columns = (
        *COLUMNS,
        Column("copies", "1", "molecules", start=9.0, at_birth=AtBirth.HALVE),
        Column("age", "h", "since birth", start=0.5, at_birth=AtBirth.START),
        request("asks", "a wish", Effect.DEATH),
    )
    table = Table("cells", columns, key="lineage", group="cell_type")
    table.append(3, {"lineage": np.arange(1, 4, dtype=np.uint64), "size": np.array([1.5, 3.0, 4.5])})
    for name in ("force", "copies", "age", "asks"):
        table[name][:] = 7.0
    made = table.divide(np.array([2, 0]))
    assert made == slice(3, 5)
    assert table["lineage"].tolist() == [1, 2, 3, 3, 1]
    assert table["size"].tolist() == [1.5, 3.0, 4.5, 4.5, 1.5]
    assert table["copies"].tolist() == [3.5, 7.0, 3.5, 3.5, 3.5]
    assert table["age"].tolist() == [0.5, 7.0, 0.5, 0.5, 0.5]
    assert table["force"].tolist() == table["asks"].tolist() == [7.0, 7.0, 7.0, 0.0, 0.0]


def test_state_is_copied_without_sums() -> None:
    table = filled([1, 2, 3])
    state = table.state(np.array([2, 0]))
    assert set(state) == {"lineage", "cell_type", "size"}
    assert state["lineage"].tolist() == [3, 1] and state["size"].tolist() == [4.5, 1.5]
    state["size"][:] = 0.0
    assert table["size"].tolist() == [1.5, 3.0, 4.5]


def test_who_asks_for_what() -> None:
    columns = (*COLUMNS, request("dies", "a wish", Effect.DEATH), request("goes", "a wish", Effect.DEPARTURE))
    table = Table("cells", columns, key="lineage", group="cell_type")
    assert table.asked(("dies", "goes")) == {}
    table.append(700, {"lineage": np.arange(700, dtype=np.uint64)})
    assert table.asked(("dies", "goes")) == {}
    table["goes"][[0, 256, 699]] = 2.0, 1.0, 0.5
    asked = table.asked(("dies", "force", "goes"))
    assert {name: rows.tolist() for name, rows in asked.items()} == {"goes": [0, 256, 699]}
    table["dies"][:] = 1.0
    asked = table.asked(("dies", "goes"))
    assert {name: len(rows) for name, rows in asked.items()} == {"dies": 700, "goes": 3}
    assert set(table.asked(("goes",))) == {"goes"}


def test_a_copy_shares_nothing_and_is_whole() -> None:
    """Views of columns must not be copied as arrays of their own, which would part from the rows."""
    table = filled([1, 2, 3])
    _ = table["size"], table.locked("size")
    for twin in (copy.deepcopy(table), pickle.loads(pickle.dumps(table))):
        assert digest(twin) == digest(table)
        twin["size"][0] = 9.0
        assert table["size"][0] == 1.5
        twin.reorder(np.array([2, 0]))
        assert twin["size"].tolist() == [4.5, 9.0]
        assert twin.locked("size").tolist() == [4.5, 9.0]
