"""What holds for every process and intervention, those of today and those still to be written.

Each is run alone, in a world with every cell type, two sites and travellers in the blood, on columns filled with values
from all over their bounds.
"""

from __future__ import annotations

import math
import re
from dataclasses import is_dataclass

import numpy as np
import pytest

from simulation.build import TOUCH
from simulation.engine.catalogue import catalogue
from simulation.engine.clock import Clock, minutes_in
from simulation.engine.column import Column, Kind
from simulation.engine.lattice import Lattice
from simulation.engine.lineage import founders, name_key
from simulation.engine.mesa_agents import ColumnarAgent
from simulation.engine.parameter import parameters_of
from simulation.engine.plan import Plan
from simulation.engine.process import Process, Stage
from simulation.engine.quantity import read_quantity
from simulation.engine.site import Site
from simulation.engine.table import Table
from simulation.engine.world import World
from simulation.vocabulary import voxel
from simulation.vocabulary.blood import POOL_COLUMNS, TRAVELLER_COLUMNS
from tests.worlds import shuffle

AGENTS = catalogue("simulation.agents", ColumnarAgent)
PROCESSES = {
    **catalogue("simulation.processes", Process),
    **catalogue("simulation.interventions", Process),
}
each = pytest.mark.parametrize("name", sorted(PROCESSES))

#: columns whose values belong together, or are names rather than amounts
NAMES = {"lineage", "cell_type", "births", "partner", "convoy", "colony", "site", "origin"}


def any_value(column: Column, n: int, luck: np.random.Generator) -> np.ndarray:
    """Draw values that a column may have: its resting value now and then, else up to a plausible size."""
    low, high = column.bounds
    if (low, high) == (0.0, 1.0):
        return luck.choice([0.0, 1.0, 0.3, 0.7], n) if column.dtype == "float64" else luck.integers(0, 2, n)
    top = min(high, max(3.0 * abs(column.start), 1.0) * 10.0)
    drawn = luck.uniform(max(low, 0.0), top, n)
    drawn[luck.random(n) < 0.2] = max(low, min(column.start, high))
    return drawn


def populated(per_type: int, seed: int = 1) -> World:
    """Make a world of every cell type in two sites, with travellers in the blood."""
    luck = np.random.default_rng(seed)
    types = [a.cell_type(code, dict(a.starts)) for code, a in enumerate(AGENTS.values())]
    lattice = Lattice((12, 12, 1), 20.0)
    sites = [Site(n, i, lattice, types, voxel.COLUMNS, 2 * TOUCH * 15.0) for i, n in enumerate(("liver", "lung"))]
    world = World(1, Clock("2 min"), sites, types, TRAVELLER_COLUMNS, POOL_COLUMNS)
    for site in sites:
        for kind in types:
            fill(site.cells, kind.name, kind.names, kind.starts, per_type, luck, site.name, kind.code)
        site.cells.regroup()
        marry(site.cells, luck)
        for name, column in site.voxels.columns.items():
            if name not in NAMES:
                site.voxels[name][:] = any_value(column, site.voxels.n, luck)
    t = world.travellers
    tumour = next(k for k in types if k.name == "tumour_cell")
    fill(t, "traveller", frozenset(t.columns), tumour.starts, 2 * per_type, luck, "blood", tumour.code)
    t["site"][:] = luck.integers(0, 2, t.n)
    t["convoy"][:] = t["lineage"]
    t["convoy"][1::3] = t["lineage"][0::3][: len(t["convoy"][1::3])]
    t["arrested"][:] = luck.integers(0, 3, t.n)
    t["parcel"][:] = 1
    world.open_accounts()
    return world


def fill(
    table: Table,
    kind: str,
    own: frozenset[str],
    starts: object,
    n: int,
    luck: np.random.Generator,
    place: str,
    code: int,
) -> None:
    """Append `n` rows with values from all over the bounds of their columns."""
    values: dict[str, np.ndarray | float] = {
        name: any_value(table.columns[name], n, luck)
        for name in sorted(own)
        if name in table and name not in NAMES and table.columns[name].kind is Kind.STATE
    }
    for name in ("radius", "mobility", "speed", "division_rate", "apoptosis_rate", "o2_uptake", "vessel_diameter"):
        if name in values:  # geometry and rates stay those of the type
            values[name] = starts[name].value if name in starts else table.columns[name].start  # type: ignore[index, operator]
    x, y = luck.uniform(0, 240.0, (2, n))
    table.append(
        n,
        values
        | {
            "x": x,
            "y": y,
            "z": np.full(n, 10.0),
            "lineage": founders(name_key(place, kind), n),
            "cell_type": float(code),
        }
        | {"parcel": luck.integers(1, 5, n).astype(float)},
    )


def marry(cells: Table, luck: np.random.Generator) -> None:
    """Conjugate some lymphocytes with tumour cells, which are put beside them."""
    lymphocytes, targets = np.flatnonzero(cells["lfa1"] > 0), np.flatnonzero(cells["antigenicity"] > 0)
    k = min(len(lymphocytes), len(targets)) // 2
    cells["partner"][lymphocytes[:k]] = cells["lineage"][targets[:k]]
    for axis in "xy":
        cells[axis][lymphocytes[:k]] = np.clip(cells[axis][targets[:k]] + luck.uniform(-6, 6, k), 0, 240)


def planned(world: World, process: Process) -> Plan:
    return Plan([process], world.columns(), world.clock)


def through(world: World, process: Process, ticks: int = 6, order: int | None = None) -> list[str]:
    plan = planned(world, process)
    digests = []
    for tick in range(ticks):
        if order is not None:
            shuffle(world, order + tick)
        world.step(plan)
        digests.append(world.digest())
    return digests


@each
def test_it_is_a_frozen_dataclass_with_a_contract(name: str) -> None:
    kind = PROCESSES[name]
    assert is_dataclass(kind) and kind.__dataclass_params__.frozen, "decorate it with @dataclass(frozen=True)"
    assert isinstance(kind.stage, Stage)
    assert minutes_in(kind.every) > 0
    assert kind.adds or kind.scales or kind.writes, "it changes nothing"
    assert kind.name() == name


@each
def test_its_mechanisms_are_rows_of_the_table(name: str) -> None:
    assert all(re.fullmatch(r"M\d\d[bc]?", m) for m in PROCESSES[name].mechanisms)


@each
def test_every_number_has_unit_meaning_source_and_bounds(name: str) -> None:
    for p in parameters_of(PROCESSES[name]).values():
        where = f"{name}.{p.name}"
        assert p.meaning and p.source, where
        if not isinstance(p.default, str | bool | tuple):
            assert p.unit and all(map(math.isfinite, p.bounds)), f"{where} needs a unit and finite bounds"
            assert not p.fault(p.default), where
            read_quantity(f"1 {p.unit}" if p.unit != "1" else "1", p.unit)


@each
def test_an_intervention_only_adds_and_scales(name: str) -> None:
    if PROCESSES[name].__module__.startswith("simulation.interventions"):
        assert not PROCESSES[name].writes
        assert PROCESSES[name].stage is Stage.TREAT


@each
@pytest.mark.parametrize("cells", [0, 1, 40])
def test_it_works_on_any_number_of_rows_and_stays_finite_and_in_bounds(name: str, cells: int) -> None:
    world = populated(cells)
    through(world, PROCESSES[name](), 3)
    for table in (*(t for s in world.sites for t in (s.cells, s.voxels)), world.travellers, world.pools):
        for column in table.columns.values():
            values = table[column.name].astype(float)
            assert np.isfinite(values).all(), f"{column.name} is not finite"
            low, high = column.bounds
            assert ((values >= low) & (values <= high)).all(), f"{column.name} leaves {low} ... {high}"


@each
def test_row_order_does_not_matter(name: str) -> None:
    assert through(populated(40), PROCESSES[name]()) == through(populated(40), PROCESSES[name](), order=5)


@each
def test_it_keeps_no_state_of_its_own(name: str) -> None:
    process = PROCESSES[name]()
    assert through(populated(20), process) == through(populated(20), process)


@each
def test_what_it_contributes_does_not_depend_on_what_others_contributed(name: str) -> None:
    kind = PROCESSES[name]
    contributions = []
    for before in (0.0, 1.0):
        world = populated(30)
        plan = planned(world, kind())
        due = plan.due[0]
        object.__setattr__(due, "fresh", ())  # keep what is there already
        started: dict[str, list[np.ndarray]] = {}
        for full in sorted(set(kind.adds) | set(kind.scales)):
            column = full.rpartition(".")[2]
            for table in world._tables_of(full.rpartition(".")[0]):
                table[column][:] = before if full in kind.adds else 1.0 + before
        world._perform(due, "apply", due.dt)
        for full in sorted(set(kind.adds) | set(kind.scales)):
            column = full.rpartition(".")[2]
            started[full] = [
                table[column] - before if full in kind.adds else table[column] / (1.0 + before)
                for table in world._tables_of(full.rpartition(".")[0])
            ]
        contributions.append(started)
    for full, one in contributions[0].items():
        for a, b in zip(one, contributions[1][full], strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-9, err_msg=full)


#: names under which modules go through the tables of the vocabulary, whose entries are columns
TABLES = ("SLOW", "SUBSTANCES", "TAKEN", "EXPRESSED", "BLOCKABLE", "MAKING", "GRIPPING", "OTHERS")


@each
def test_it_reads_what_it_declares(name: str) -> None:
    """A declaration nobody uses would tie processes together for nothing."""
    import inspect

    kind = PROCESSES[name]
    source = inspect.getsource(inspect.getmodule(kind))  # type: ignore[arg-type]
    for full in sorted(kind.reads | kind.writes | kind.adds | kind.scales):
        column = full.rpartition(".")[2]
        if column in "xyz" and re.search(r"\.(neighbours|by_voxel)\b", source):
            continue  # positions, through the cell list
        cuts = [i for i, letter in enumerate(column) if letter == "_"]
        pieced = any(f"}}{column[i:]}" in source or f"{column[: i + 1]}{{" in source for i in cuts)  # f-strings
        listed = any(re.search(rf"\b{table}\b", source) for table in TABLES)
        assert re.search(rf"\b{column}\b", source) and source.count(column) > 1 or pieced or listed, (
            f"{full} is declared and never used"
        )
