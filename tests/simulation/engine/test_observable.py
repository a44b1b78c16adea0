"""Observables are found by their mark, measure without changing, and do not depend on the order of rows."""

from __future__ import annotations

import math
import sys
from pathlib import Path

import numpy as np
import pytest

from simulation.engine.errors import ContractError
from simulation.engine.observable import Quantity, mean_of, measure, observable, observables, rows_of_type
from simulation.observables import observe, quantities
from simulation.vocabulary.organs import ORGANS
from tests.worlds import make_world, shuffle

CELLS = {
    "tumour_cell": {"radius": np.full(50, 9.0), "icam1": np.linspace(1, 1e5, 50) / 3, "parcel": np.arange(50) + 1},
    "t_cell": {"lfa1": np.full(20, 1e5), "partner": np.arange(20, dtype=np.uint64) % 3},
}


def write(folder: Path, name: str, *functions: str) -> str:
    package = folder / name
    package.mkdir()
    (package / "__init__.py").write_text("")
    text = "from simulation.engine.observable import Quantity, observable\n"
    for f in functions:
        text += f"@observable\ndef {f}(world): return [Quantity('{f[0]}', 1.0, '1', '')]\n"
    (package / "a.py").write_text(text + "def other(world): return []\n")
    return name


def test_the_marked_function_of_each_module_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    found = observables(write(tmp_path, "looks_once", "size"))
    assert [f.__name__ for f in found] == ["size"]
    for functions in ((), ("size", "mass")):
        with pytest.raises(ContractError, match=rf"a.py: defines {len(functions)} observables"):
            observables(write(tmp_path, f"looks_{len(functions)}", *functions))
    sys.modules.pop("looks_once", None)


def test_two_quantities_of_one_name_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    package = write(tmp_path, "looks_same", "size")
    (tmp_path / package / "b.py").write_text((tmp_path / package / "a.py").read_text())
    world, _ = make_world(CELLS)
    with pytest.raises(ContractError, match="'s'"):
        measure(world, package)


def test_a_mean_counts_the_cells_that_an_agent_stands_for() -> None:
    world, _ = make_world({"a": {"icam1": np.array([10.0, 40.0]), "parcel": np.array([1, 3])}})
    cells = world.sites[0].cells
    assert mean_of(cells, np.arange(2), "icam1") == (10 + 3 * 40) / 4
    assert math.isnan(mean_of(cells, np.arange(0), "icam1"))
    assert rows_of_type(world, cells, "b").tolist() == []


def test_the_rows_of_a_type_are_all_its_cells_in_the_order_of_lineage() -> None:
    world, _ = make_world(CELLS)
    cells = world.sites[0].cells
    for seed in range(3):
        shuffle(world, seed)
        for kind in world.types:
            rows = rows_of_type(world, cells, kind.name)
            assert set(rows.tolist()) == set(np.flatnonzero(cells["cell_type"] == kind.code).tolist())
            assert (np.diff(cells["lineage"][rows]) > 0).all()


def test_looking_changes_nothing_and_the_order_of_rows_leaves_no_trace() -> None:
    world, _ = make_world(CELLS, sites=tuple(ORGANS))
    before, first = world.digest(), observe(world)
    for seed in range(5):
        shuffle(world, seed)
        again = observe(world)
        assert list(again) == list(first)
        assert np.array_equal(list(again.values()), list(first.values()), equal_nan=True)
    assert world.digest() == before


def test_every_quantity_has_a_unit_that_is_known_and_a_meaning() -> None:
    from simulation.engine.quantity import read_quantity  # the reader of scenarios knows all units there are

    world, _ = make_world(CELLS, sites=tuple(ORGANS))
    for q in quantities(world):
        assert q.name == q.name.lower()
        assert q.name.isidentifier()
        assert q.meaning
        assert q.unit == "1" or read_quantity(f"1 {q.unit}", q.unit) == 1.0


def test_a_mark_leaves_the_function_as_it_is() -> None:
    def look(world: object) -> list[Quantity]:
        return []

    assert observable(look) is look
