"""What holds for every scenario that is shipped, and for the schema that stands beside them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulation import scenario_schema
from simulation.build import build
from simulation.engine.table import Table
from simulation.engine.world import World
from simulation.scenario import Scenario, load_scenario, shipped_names
from simulation.scenario.catalogues import catalogues
from simulation.scenario.counterfactual import switched_off

FOLDER = Path(__file__).parents[2] / "scenarios"
SCHEMA = FOLDER / "scenario.schema.json"
SHIPPED = shipped_names()
each = pytest.mark.parametrize("name", sorted(SHIPPED))
#: what stands in a folder changes some values of the baseline, which a smaller tissue shows as well
SMALLER = ("tissue.liver_nodule.width=700 um", "tissue.liver_nodule.nodule_radius=150 um")


def loaded(name: str) -> Scenario:
    """Load a shipped scenario, in a smaller tissue where it is one of many."""
    return load_scenario(name, SMALLER if "/" in name else ())


def everything(world: World) -> Iterator[Table]:
    """Every table of a world that has columns with bounds."""
    yield from (table for site in world.sites for table in (site.cells, site.voxels))
    yield from (world.travellers, world.pools)


def faults(world: World) -> list[str]:
    """Columns that leave their bounds or are not finite, positions outside the box, and empty agents."""
    found = []
    for table in everything(world):
        for name, column in table.columns.items():
            values = table[name]
            low, high = column.bounds
            if not np.isfinite(values.astype(float)).all():
                found.append(f"{table.name}.{name} is not finite")
            elif len(values) and not (low <= values.min() and values.max() <= high):
                found.append(f"{table.name}.{name} leaves {low:g} ... {high:g}: {values.min():g} ... {values.max():g}")
    for site in world.sites:
        for axis, wall in zip("xyz", site.lattice.extent, strict=True):
            place = site.cells[axis]
            if len(place) and not (place.min() >= 0 and place.max() <= wall):
                found.append(f"{site.name} cells leave the box along {axis}")
        if not (site.cells["parcel"] >= 1).all():
            found.append(f"{site.name} has agents that stand for nobody")
        if len(np.unique(site.cells["lineage"])) != len(site.cells):
            found.append(f"two cells of the {site.name} share a name")
    return found


def test_all_in_the_folder_are_shipped() -> None:
    assert {p.stem for p in FOLDER.glob("*.yaml")} == {name for name in SHIPPED if "/" not in name}
    assert {"hcc_baseline", "icam1_knockdown", "quick_look"} <= SHIPPED.keys()


def test_every_context_and_every_arm_has_its_scenario() -> None:
    known = catalogues()
    for name in known.contexts:
        assert load_scenario(name).context == name
    for name in known.arms:
        assert switched_off(load_scenario(f"without_{name}")) == [name]
    contexts, arms = (sum(n.startswith(f"{folder}/") for n in SHIPPED) for folder in ("contexts", "arms"))
    assert (contexts, arms) == (len(known.contexts), len(known.arms))


def test_a_host_without_icam1_keeps_the_tumours_own() -> None:
    world, _ = build(load_scenario("host_knockout", SMALLER))
    cells = world.sites[0].cells
    for kind in world.types:
        copies = cells["icam1"][cells["cell_type"] == kind.code]
        assert len(copies), kind.name
        assert (copies.max() > 0) == (kind.name == "tumour_cell"), kind.name


@each
def test_its_first_line_leads_an_editor_to_the_schema(name: str) -> None:
    path = SHIPPED[name]
    mark, _, address = path.read_text(encoding="utf-8").splitlines()[0].partition("$schema=")
    assert mark == "# yaml-language-server: "
    assert (path.parent / address).resolve() == SCHEMA


@each
def test_it_says_what_it_asks_and_reads_back_as_itself(name: str) -> None:
    scenario = load_scenario(name)
    assert scenario.title
    assert scenario.ticks > 0
    assert Scenario.from_mapping(scenario.resolved()).identity() == scenario.identity()


@each
def test_it_can_be_built_and_its_first_ticks_keep_every_bound(name: str) -> None:
    world, plan = build(loaded(name))
    assert faults(world) == []
    assert any(t.name == "tumour_cell" and (world.sites[0].cells["cell_type"] == t.code).any() for t in world.types)
    for _ in range(3):
        world.step(plan)
        assert faults(world) == [], f"after tick {world.clock.tick}"


def test_two_days_of_the_quick_look_keep_every_bound() -> None:
    world, plan = build(load_scenario("quick_look", ["cells_per_agent=20", "tissue.liver_nodule.width=600 um",
                                                     "tissue.liver_nodule.nodule_radius=100 um"]))  # fmt: skip
    for tick in range(2 * 720):
        world.step(plan)
        if tick % 10 == 9:
            assert faults(world) == [], f"after tick {world.clock.tick}"


@pytest.mark.slow
@each
def test_a_day_of_it_keeps_every_bound(name: str) -> None:
    world, plan = build(loaded(name))
    for tick in range(720):
        world.step(plan)
        if tick % 10 == 9:
            assert faults(world) == [], f"after tick {world.clock.tick}"


def test_a_bound_that_is_left_is_found() -> None:
    world, _ = build(load_scenario("quick_look"))
    cells, voxels = world.sites[0].cells, world.sites[1].voxels
    cells["emt"][3] = 1.5
    cells["x"][0] = -1.0
    cells["parcel"][5] = 0
    voxels["o2"][7] = np.nan
    assert len(faults(world)) >= 4
    assert "lung voxels.o2 is not finite" in faults(world)


# ---- the schema ----


def test_the_schema_stands_beside_the_scenarios_and_is_of_today() -> None:
    assert SCHEMA.is_file(), "write it with: make schema"
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == json.loads(json.dumps(scenario_schema())), "make schema"


def plain(path: Path) -> Any:
    """Read a file as an editor does, by a common YAML reader."""
    from ruamel.yaml import YAML

    return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))


def validator() -> Any:
    """Make a validator of the schema as it stands in its file."""
    from jsonschema import Draft202012Validator

    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@each
def test_an_editor_finds_nothing_wrong_with_it(name: str) -> None:
    complaints = [
        f"{'.'.join(map(str, e.path))}: {e.message[:200]}" for e in validator().iter_errors(plain(SHIPPED[name]))
    ]
    assert complaints == []


@each
def test_an_editor_finds_nothing_wrong_with_all_of_it_spelt_out(name: str) -> None:
    told = json.loads(json.dumps(load_scenario(name).resolved()))
    assert [f"{'.'.join(map(str, e.path))}: {e.message[:200]}" for e in validator().iter_errors(told)] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"sed": 1},
        {"seed": -1},
        {"cells_per_agent": "many"},
        {"until": "tomorrow"},
        {"tissue": {"liver_nodule": {"widht": "1 mm"}}},
        {"processes": {"nfkb": {"every": []}}},
        {"interventions": [{"knockdwon": {}}]},
        {"interventions": [{"knockdown": {"molecule": "icam2"}}]},
    ],
)
def test_an_editor_finds_what_is_wrong(wrong: dict[str, Any]) -> None:
    assert not validator().is_valid(plain(SHIPPED["quick_look"]) | wrong)
