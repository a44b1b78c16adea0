"""What holds for every cell type."""

from __future__ import annotations

import pytest

from simulation.engine.catalogue import catalogue
from simulation.engine.mesa_agents import ColumnarAgent
from simulation.engine.quantity import read_quantity
from simulation.vocabulary import traits

AGENTS = catalogue("simulation.agents", ColumnarAgent)
each = pytest.mark.parametrize("name", sorted(AGENTS))
BODILY = {
    c.name for c in (*traits.BODY, *traits.SURROUNDINGS, *traits.METABOLISM, *traits.ICAM1_EXPRESSION, *traits.LIFE)
}


@each
def test_it_has_a_body_and_takes_its_columns_from_the_traits(name: str) -> None:
    columns = {c.name: c for c in AGENTS[name].columns}
    assert columns.keys() >= BODILY, f"{name} lacks {sorted(BODILY - columns.keys())}"
    assert all(traits.ALL[n] == c for n, c in columns.items())


@each
def test_every_start_has_a_source_and_lies_in_bounds(name: str) -> None:
    for column, start in AGENTS[name].starts.items():
        assert start.source, f"{name}.{column}"
    AGENTS[name].cell_type(0, AGENTS[name].starts)


@each
def test_its_name_is_its_file(name: str) -> None:
    assert AGENTS[name].__name__ == "".join(word.capitalize() for word in name.split("_"))
    assert AGENTS[name].__doc__


@pytest.mark.parametrize("column", sorted(traits.ALL))
def test_every_column_has_a_unit_that_is_one(column: str) -> None:
    known = traits.ALL[column]
    assert known.meaning
    read_quantity("1" if known.unit == "1" else f"1 {known.unit}", known.unit)
    low, high = known.bounds
    assert low <= known.resting <= high
