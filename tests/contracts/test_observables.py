"""What holds for every observable, those of today and those still to be written."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

import simulation.observables as package
from simulation.build import build
from simulation.engine.observable import Observable, Quantity, observables
from simulation.engine.quantity import read_quantity
from simulation.engine.world import World
from tests.busy import busy
from tests.worlds import EVERYTHING, make_world, shuffle

OBSERVABLES = {f"{look.__module__.rpartition('.')[2]}.{look.__name__}": look for look in observables(package.__name__)}
each = pytest.mark.parametrize("look", OBSERVABLES.values(), ids=list(OBSERVABLES))

#: what is nan when there is nothing of which it could be a mean or a share; all else is a number always
MEANS_OF = re.compile(r"mean|share|weakest|integrity")


@pytest.fixture(scope="module")
def grown() -> World:
    """A busy tumour after some hours: conjugates, travellers and colonies are there."""
    world, plan = build(busy())
    for _ in range(120):
        world.step(plan)
    assert len(world.travellers)
    assert any((s.cells["colony"] > 0).any() for s in world.sites[1:])
    assert (world.sites[0].cells["partner"] > 0).any()
    return world


def told(quantities: list[Quantity]) -> list[tuple[str, str]]:
    """Names and values to the bit; nan equals nan."""
    return [(q.name, float(q.value).hex()) for q in quantities]


def test_there_are_some() -> None:
    assert len(OBSERVABLES) >= 6


@each
def test_every_quantity_has_name_unit_and_meaning(look: Observable, grown: World) -> None:
    measured = look(grown)
    assert measured
    for q in measured:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", q.name), q.name
        assert q.meaning and q.meaning == q.meaning.strip() and not q.meaning.endswith("."), q.name
        read_quantity("1" if q.unit == "1" else f"1 {q.unit}", q.unit)
    assert len({q.name for q in measured}) == len(measured)


@each
def test_every_quantity_is_finite_in_a_living_world(look: Observable, grown: World) -> None:
    assert [q.name for q in look(grown) if not math.isfinite(q.value)] == []


@each
def test_row_order_does_not_matter(look: Observable, grown: World) -> None:
    before = told(look(grown))
    for order in range(5):
        shuffle(grown, order)
        assert told(look(grown)) == before


@each
def test_looking_changes_nothing(look: Observable, grown: World) -> None:
    before, versions = grown.digest(), [t.version for t in grown.tables().values()]
    waiting = len(grown.happenings)
    look(grown)
    look(grown)
    assert grown.digest() == before
    assert [t.version for t in grown.tables().values()] == versions
    assert len(grown.happenings) == waiting


def without(kind: str) -> World:
    """A world of every type but with 0 cells of one of them."""
    names = ("tumour_cell", "t_cell", "endothelial_cell", "fibroblast")
    some = {
        n: {"x": np.zeros(0) if n == kind else np.array([30.0, 50.0, 70.0]), "lfa1": float(n == "t_cell")}
        for n in names
    }
    return make_world(some, columns=dict.fromkeys(names, EVERYTHING), sites=("liver", "lung"))[0]


@each
@pytest.mark.parametrize("kind", ["tumour_cell", "t_cell", "endothelial_cell", "fibroblast"])
def test_it_works_without_cells_of_a_type(look: Observable, kind: str) -> None:
    names = [q.name for q in look(without("nobody"))]
    for q in look(without(kind)):
        assert not math.isinf(q.value), q.name
        assert not math.isnan(q.value) or MEANS_OF.search(q.meaning), f"{q.name} is nan where 0 could be told"
        assert q.name in names


@each
def test_it_works_without_any_cell(look: Observable) -> None:
    world, _ = make_world({"tumour_cell": {"x": np.zeros(0)}})
    for q in look(world):
        assert math.isfinite(q.value) or MEANS_OF.search(q.meaning), q.name


def test_the_summary_has_the_same_columns_in_the_same_order_whatever_happens(grown: World) -> None:
    """Columns come from what a world can have, not from what it has now: else records could not be joined."""
    start, _ = build(busy())
    assert [q.name for q in package.quantities(start)] == [q.name for q in package.quantities(grown)]
    assert list(package.observe(grown)) == [q.name for q in package.quantities(grown)]
