"""Where no ICAM-1 is made there is none, from the first moment on, and nothing is done by it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from simulation.build import build
from simulation.engine.world import World
from simulation.scenario import Scenario
from tests.busy import busy

TICKS = 90
EVERYBODY = [
    "tumour_cell", "t_cell", "nk_cell", "macrophage", "neutrophil", "endothelial_cell", "fibroblast", "hepatocyte",
    "oval_cell",
]  # fmt: skip
# without ICAM-1 cells are held by the floor alone; scanning would hold those without antigen, by ICAM-1
MORE_CONTACTS = (
    "processes.icam1_binding.floor=0.9",
    "processes.icam1_binding.scanning=1",
    "processes.icam1_binding.other_pairs=0",  # VLA-4 holds without ICAM-1
)


def without_icam1(*cells: str) -> Scenario:
    mapping = busy(*MORE_CONTACTS).resolved()
    return Scenario.from_mapping(mapping | {"interventions": [{"knockdown": {"fraction": 1.0, "cells": list(cells)}}]})


def moments(scenario: Scenario, ticks: int) -> Iterator[World]:
    """Give the world before the first tick and after each."""
    world, plan = build(scenario)
    world.listening = True
    yield world
    for _ in range(ticks):
        world.step(plan)
        yield world


def codes(world: World, *names: str) -> list[int]:
    return [t.code for t in world.types if t.name in names]


def test_every_cell_type_is_among_them() -> None:
    world, _ = build(busy())
    assert sorted(t.name for t in world.types) == sorted(EVERYBODY)


def test_without_any_icam1_there_is_no_bond_anywhere_ever() -> None:
    conjugates = entered = 0
    for world in moments(without_icam1(*EVERYBODY), TICKS):
        for site in world.sites:
            for column in ("icam1", "bonds", "icam1_bonds", "bonds_closed", "bonds_intermediate", "bonds_open"):
                assert not site.cells[column].any(), f"{column} in the {site.name}, tick {world.clock.tick}"
        assert not world.travellers["icam1"].any()
        conjugates += int((world.sites[0].cells["partner"] > 0).sum())
        entered += sum(len(h["lineage"]) for h in world.happenings if h["kind"] == "entered")
        world.happenings.clear()
    assert conjugates > 20, "no conjugate, so the test shows nothing"
    assert entered > 0, "nobody who came later was looked at"


def test_without_icam1_tumour_cells_bear_no_bond_and_others_do() -> None:
    held = others = 0
    for world in moments(without_icam1("tumour_cell"), TICKS):
        for site in world.sites:
            c = site.cells
            tumour = np.isin(c["cell_type"], codes(world, "tumour_cell"))
            assert not c["icam1"][tumour].any(), f"{site.name}, tick {world.clock.tick}"
            assert not c["icam1_made"][tumour & (c["icam1_made"] > 1e-200)].any()
            assert not c["icam1_bonds"][tumour].any()
            holds_tumour = np.isin(c["partner"], c["lineage"][tumour])
            assert not c["bonds"][holds_tumour].any()
            held += int(holds_tumour.sum())
            others += int((c["icam1_bonds"][~tumour] > 0).sum())
            assert c["icam1"][np.isin(c["cell_type"], codes(world, "endothelial_cell"))].all()
        t = world.travellers
        assert not t["icam1"][np.isin(t["cell_type"], codes(world, "tumour_cell"))].any()
    assert held > 20, "no tumour cell was held, so the test shows nothing"
    assert others > 0, "no other cell was held by ICAM-1"


@pytest.mark.parametrize("fraction", [0.0, 0.999])
def test_with_a_little_icam1_there_are_bonds(fraction: float) -> None:
    """The columns looked at above are those that fill as soon as there is ICAM-1."""
    mapping = busy(*MORE_CONTACTS).resolved()
    some = {"knockdown": {"fraction": fraction, "cells": EVERYBODY}}
    bonds = [w.sites[0].cells["bonds"].sum() for w in moments(
        Scenario.from_mapping(mapping | {"interventions": [some]}), 20)]  # fmt: skip
    assert max(bonds) > 0
