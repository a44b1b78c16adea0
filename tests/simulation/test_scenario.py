"""A scenario: defaults, merging, options, canonical form, identity, schema; and the real vocabulary."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.engine.cell_type import Start
from simulation.engine.errors import InputError
from simulation.engine.parameter import Parameter
from simulation.engine.quantity import dimension, read_quantity
from simulation.scenario import Scenario, load_scenario, shipped, shipped_names
from simulation.scenario import layers as scenario_layers
from simulation.scenario.catalogues import catalogues, settings_of
from simulation.scenario.faults import Faults
from simulation.scenario.file import Source, read_value, scalar_value
from simulation.scenario.schema import scenario_schema
from tests.toy_vocabulary import TOYS, Killing, Knockdown, LiverNodule, Monolayer, Nfkb

SMALL = {"tissue": {"monolayer": {}}}


def small(*options: str, **more: Any) -> Scenario:
    return Scenario.from_mapping({**SMALL, **more}, options, known=TOYS)


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


# ---- reading ----


def test_everything_that_is_not_said_is_filled_in() -> None:
    s = small()
    assert (s.title, s.seed, s.until, s.tick, s.cells_per_agent, s.voxel) == ("", 1, "42 day", "2 min", 1, 20.0)
    assert s.until_minutes == 60480.0
    assert s.ticks == 30240
    assert s.tissue == Monolayer()
    assert s.processes == (Killing(), Nfkb())
    assert s.periods == {"killing": "2 min", "nfkb": "10 min"}
    assert s.cells == {"t_cell": {"lfa1": Start(1e5, "seed 1")}, "tumour_cell": {"icam1": Start(5e4, "assumed", 0.5)}}
    assert (s.record.every, s.record.cells, s.record.fields) == ("6 h", "1 day", "1 day")
    assert list(s.organs) == ["brain", "lung"]
    assert s.interventions == ()


def test_a_file_says_what_is_different(tmp_path: Path) -> None:
    text = """\
# yaml-language-server: $schema=./scenario.schema.json
title: one
seed: 18446744073709551615
until: 1 week
voxel: 0.01 mm
tissue: {liver_nodule: {width: 1.6 mm, oval_cells: 5}}
cells:
  tumour_cell:
    icam1: 7e4
    radius: {spread: 0.1}
    icam1_basal: {value: 0.48 1/day, spread: 0.5, source: "seed 2"}
substances: {tnf: {initial: 1 ug/L}, o2: {initial: 4 kPa}}
organs: {brain: off, lung: {flow_share: 30 %}}
processes: {killing: off, nfkb: {k_in: 0.1 1/min, every: 1200 s}}
interventions:
  - resection
  - knockdown: {cells: [tumour_cell], fraction: 90%, start: 1 week}
  - knockdown: {fraction: 0.5}
record: {every: 1 h, cells: off, fields: 2 day}
"""
    s = load_scenario(write(tmp_path, "a.yaml", text), known=TOYS)
    assert (s.title, s.seed, s.until, s.voxel) == ("one", 2**64 - 1, "7 day", 10.0)
    assert s.tissue == LiverNodule(width=1600.0, oval_cells=5)
    assert s.cells["tumour_cell"] == {
        "icam1": Start(7e4, "chosen in the scenario", 0.5),
        "radius": Start(9.0, "chosen in the scenario", 0.1),
        "icam1_basal": Start(0.02, "seed 2", 0.5),
    }
    assert s.substances["tnf"].initial == 1.0
    assert s.substances["o2"].initial == 30.0024630338263
    assert s.organs.keys() == {"lung"}
    assert s.organs["lung"].flow_share == 0.3
    assert s.processes == (Nfkb(k_in=6.0),)
    assert s.periods == {"nfkb": "20 min"}
    assert s.interventions[1:] == (Knockdown(cells=("tumour_cell",), start=7.0), Knockdown(fraction=0.5))
    assert [getattr(i, "label", i.name()) for i in s.interventions] == ["resection", "knockdown", "knockdown_2"]
    assert (s.record.every, s.record.cells, s.record.fields) == ("1 h", None, "2 day")


def test_it_is_frozen_and_travels_between_processes() -> None:
    s = small()
    with pytest.raises(FrozenInstanceError):
        s.seed = 2  # type: ignore[misc]
    assert pickle.loads(pickle.dumps(s)) == s


@pytest.mark.parametrize("text", ["off", "false", "False", "OFF"])
def test_switches(tmp_path: Path, text: str) -> None:
    path = write(tmp_path, "a.yaml", f"tissue: {{monolayer: }}\nprocesses: {{killing: {text}}}\n")
    assert load_scenario(path, known=TOYS).processes == (Nfkb(),)
    path.write_text("tissue: {monolayer: }\nprocesses: {killing: on, nfkb: true}\n")
    assert load_scenario(path, known=TOYS).processes == (Killing(), Nfkb())


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-3", 0.001), ("012", 12), ("0o17", 15), ("0x1F", 31), ("-7", -7), ("+.5", 0.5), ("1.", 1.0), ("no", "no"),
        ("NO", "NO"), ("yes", "yes"), ("1:30", "1:30"), ("1_000", "1_000"), ("~", None), ("", None), ("Null", None),
        ("True", True), ("tRUE", "tRUE"), (".inf", float("inf")), ("-.INF", float("-inf")),
        ("2001-01-01", "2001-01-01"),
        ("9" * 40, 1e40), ("=", "="),
    ],
)  # fmt: skip
def test_words_are_read_by_yaml_1_2(text: str, value: object) -> None:
    """Not as PyYAML does: there 1e-3 is a word, NO is false and 1:30 is 90."""
    found = scalar_value(text)
    assert found == value
    assert type(found) is type(value)


def test_a_quoted_number_is_a_word() -> None:
    node = read_value(b"'12'", Source("x"), Faults())
    assert node is not None
    assert node.value == "12"  # type: ignore[union-attr]


# ---- layers ----


def test_sections_merge_and_lists_replace(tmp_path: Path) -> None:
    write(
        tmp_path,
        "base.yaml",
        """\
title: base
tissue: {liver_nodule: {width: 2 mm, oval_cells: 5}}
cells: {tumour_cell: {icam1: {value: 7e4, spread: 0.2}, radius: 8 um}}
processes: {nfkb: {k_in: 5 1/h, dose: 3 ng/mL}, killing: {hits: 9}}
interventions: [resection]
""",
    )
    text = """\
extends: base.yaml
title: top
tissue: {liver_nodule: {width: 3 mm}}
cells: {tumour_cell: {icam1: 6e4, radius: {spread: 0.3}}}
processes: {nfkb: {k_in: 4 1/h}, killing: off}
interventions: [knockdown]
"""
    top = load_scenario(write(tmp_path, "top.yaml", text), known=TOYS)
    assert top.title == "top"
    assert top.tissue == LiverNodule(width=3000.0, oval_cells=5)
    assert top.cells["tumour_cell"]["icam1"] == Start(6e4, "chosen in the scenario", 0.2)
    assert top.cells["tumour_cell"]["radius"] == Start(8.0, "chosen in the scenario", 0.3)
    assert top.processes == (Nfkb(k_in=4.0, dose=3.0),)
    assert top.interventions == (Knockdown(),)
    again = write(tmp_path, "again.yaml", "extends: top.yaml\nprocesses: {nfkb: on, killing: on}\n")
    assert load_scenario(again, known=TOYS).processes == (Killing(), Nfkb(k_in=4.0, dose=3.0))
    other = write(tmp_path, "other.yaml", "extends: top.yaml\ntissue: {monolayer: {}}\n")
    assert load_scenario(other, known=TOYS).tissue == Monolayer()


def test_extends_reaches_below_and_to_what_is_shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "user/parts/base.yaml", "seed: 5\ntissue: {monolayer: }\n")
    assert load_scenario(write(tmp_path, "user/a.yaml", "extends: parts/base.yaml\n"), known=TOYS).seed == 5
    # Shipped: beside the package, as in a checkout.
    write(tmp_path, "wheel/scenarios/hcc.yaml", "seed: 6\ntissue: {monolayer: }\n")
    write(tmp_path, "wheel/scenarios/assays/pull.yml", "seed: 8\nextends: hcc.yaml\n")
    monkeypatch.setattr(scenario_layers.simulation, "__file__", str(tmp_path / "wheel/simulation/__init__.py"))
    assert list(shipped_names()) == ["assays/pull", "hcc"]
    assert load_scenario(write(tmp_path, "user/b.yaml", "extends: hcc.yaml\n"), known=TOYS).seed == 6
    assert load_scenario("hcc", known=TOYS).seed == 6
    assert load_scenario("assays/pull", known=TOYS).seed == 8
    assert small(extends="hcc").seed == 6
    with pytest.raises(InputError, match="did you mean 'hcc'"):
        shipped("hc")
    # In a wheel the folder inside the package comes first.
    write(tmp_path, "wheel/simulation/_scenarios/inside.yaml", "")
    assert list(shipped_names()) == ["inside"]


def test_options_lie_on_top() -> None:
    s = small(
        "processes.nfkb.k_in=5 1/h", "processes.killing={hits: 7, every: 4 min}", "seed=3",
        "tissue.monolayer.cells=[t_cell]", "interventions.0.knockdown.fraction=50 %", "organs.brain=off",
        "cells.t_cell.lfa1=2e5", "record.cells=off",
        interventions=["knockdown"],
    )  # fmt: skip
    assert s.seed == 3
    assert s.processes == (Killing(hits=7), Nfkb(k_in=5.0))
    assert s.periods["killing"] == "4 min"
    assert s.tissue == Monolayer(cells=("t_cell",))
    assert s.interventions == (Knockdown(fraction=0.5),)
    assert list(s.organs) == ["lung"]
    assert s.cells["t_cell"]["lfa1"].value == 2e5
    assert s.record.cells is None
    assert small("seed=3", "seed=4").seed == 4


def test_changed_leaves_the_original_alone() -> None:
    s = small(title="t")
    other = s.changed("processes.nfkb.k_in=5 1/h", "interventions=[resection]")
    assert s == small(title="t")
    assert other.processes[1] == Nfkb(k_in=5.0)
    assert len(other.interventions) == 1
    assert s.changed() == s
    with pytest.raises(InputError, match="did you mean 'k_in'"):
        s.changed("processes.nfkb.k_im=5")


# ---- canonical form ----

VALUES = st.fixed_dictionaries(
    {},
    optional={
        "title": st.text(st.characters(exclude_categories=["C", "Zl", "Zp", "Zs"]), max_size=20),
        "seed": st.integers(0, 2**64 - 1),
        "until": st.integers(1, 10**6).map(lambda k: f"{2 * k} min"),
        "voxel": st.floats(1, 1000),
        "cells": st.fixed_dictionaries({"tumour_cell": st.fixed_dictionaries({"radius": st.floats(0.5, 50)})}),
        "organs": st.sampled_from([{"brain": "off"}, {"brain": False, "lung": {"flow_share": 0.1}}]),
        "processes": st.fixed_dictionaries(
            {
                "nfkb": st.floats(0, 100).map(lambda k: {"k_in": f"{k!r} 1/h", "every": "20 min"}),
                "killing": st.sampled_from(["off", {"serial": "off"}, {"mode": "fas"}]),
            }
        ),
        "interventions": st.lists(st.floats(0, 1).map(lambda f: {"knockdown": {"fraction": f}}), max_size=3),
        "record": st.sampled_from([{"cells": "off"}, {"every": "90 min"}]),
    },
)


@settings(max_examples=50)
@given(VALUES)
def test_what_is_resolved_reads_as_the_same(values: dict[str, Any]) -> None:
    """As plain data, as JSON and as the text of a file."""
    s = small(**values)
    told = s.resolved()
    assert Scenario.from_mapping(told, known=TOYS) == s
    again = Scenario.from_mapping(json.loads(json.dumps(told)), known=TOYS)
    assert again == s
    assert again.resolved() == told
    assert again.identity() == s.identity()


@settings(max_examples=25)
@given(VALUES)
def test_text_reads_as_the_same(values: dict[str, Any]) -> None:
    import tempfile

    s = small(**values)
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder), "scenario.yaml", s.to_text())
        assert load_scenario(path, known=TOYS) == s


def test_the_same_said_otherwise_is_the_same() -> None:
    nfkb = {"k_in": "0.1 1/min", "every": "1200 s"}
    one = small(until="2 day", processes={"nfkb": nfkb, "killing": {"serial": True}})
    two = small(processes={"killing": None, "nfkb": {"every": "20 min", "k_in": 6}}, until="48 h")
    assert one == two
    assert one.identity() == two.identity()
    assert one.resolved() == two.resolved()


@pytest.mark.parametrize(
    "option",
    [
        "seed=2", "until=1 day", "tick=1 min", "voxel=10 um", "cells_per_agent=2", "processes.nfkb.k_in=5",
        "organs.brain=off", "processes.killing=off", "processes.nfkb.every=20 min", "cells.t_cell.lfa1=1",
        "substances.tnf.decay=0.02",
        "interventions=[knockdown]", "record.fields=off", "tissue.monolayer.cells=[t_cell]",
    ],
)  # fmt: skip
def test_identity_changes_with_all_that_matters(option: str) -> None:
    assert small(option).identity() != small().identity()
    assert (small(option).identity(any_seed=True) == small().identity(any_seed=True)) == (option == "seed=2")


def test_identity_does_not_change_with_words_nor_hash_seed() -> None:
    s = small()
    assert small(title="other").identity() == s.identity()
    assert small(cells={"t_cell": {"lfa1": {"source": "somebody"}}}).identity() == s.identity()
    code = (
        "from tests.toy_vocabulary import TOYS; from simulation.scenario import Scenario;"
        "print(Scenario.from_mapping({'tissue': {'monolayer': {}}}, known=TOYS).identity())"
    )
    env = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": str(Path(__file__).parents[2])}
    out = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, env=env)
    assert out.stdout.strip() == s.identity()


# ---- schema ----


def test_schema_says_the_same_as_the_reader() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(json.dumps(scenario_schema(TOYS)))
    jsonschema.Draft202012Validator.check_schema(schema)
    valid = jsonschema.Draft202012Validator(schema).is_valid
    assert valid(SMALL)
    assert valid(small(interventions=["knockdown"], organs={"brain": "off"}).resolved())
    assert valid({**SMALL, "processes": {"nfkb": {"k_in": "6 1/h", "every": "10 min"}, "killing": False}})
    for wrong in (
        {"sede": 1},
        {"seed": -1},
        {"voxel": "wide"},
        {"tissue": {}},
        {"tissue": {"monolayer": {}, "liver_nodule": {}}},
        {"processes": {"nfkb": {"k_im": 1}}},
        {"processes": {"nfkb": 5}},
        {"processes": {"killing": {"mode": "magic"}}},
        {"cells": {"tumour_cell": {"tnf_output": 1}}},
        {"interventions": [{"knockdown": {"cells": ["b_cell"]}}]},
        {"interventions": [{"knockdown": {}, "resection": {}}]},
        {"record": {"every": "off"}},
    ):
        assert not valid({**SMALL, **wrong}), wrong


def test_schema_explains_a_parameter() -> None:
    k_in = small().schema()["properties"]["processes"]["properties"]["nfkb"]["anyOf"][1]["properties"]["k_in"]
    assert k_in["description"] == "nuclear import; unit: 1/h; 0 ... 100; source: assumed"
    assert k_in["default"] == "6 1/h"
    assert (k_in["minimum"], k_in["maximum"]) == (0, 100)


# ---- the real vocabulary ----


def real_settings() -> list[tuple[str, Parameter]]:
    known = catalogues()
    owners = {
        **known.tissues,
        **known.processes,
        **known.interventions,
        **known.substances,
        **known.organs,
    }
    return [(f"{name}.{p.name}", p) for name, owner in owners.items() for p in settings_of(owner).values()]


def test_units_cannot_be_confused() -> None:
    """Every number of the model refuses a quantity of another dimension, and reads its own unit as it stands."""
    numbers = [(name, p) for name, p in real_settings() if type(p.default) in (int, float)]
    columns = [c for agent in catalogues().agents.values() for c in agent.columns]
    numbers += [(c.name, Parameter(c.name, c.start, c.unit, "", "")) for c in columns]
    assert len(numbers) > 20
    for name, p in numbers:
        unit = p.unit or "1"
        assert dimension(unit), f"{name}: nobody knows the unit {unit!r}"
        assert read_quantity(f"{p.default!r} {unit}" if unit != "1" else p.default, unit) == p.default, name
        for other in ("um", "h", "pN", "ng/mL", "mmHg", "mol", "mm^2/s"):
            if dimension(other) != dimension(unit):
                with pytest.raises(InputError, match="expected a"):
                    read_quantity(f"1 {other}", unit)


def test_the_real_vocabulary_resolves_to_itself(tmp_path: Path) -> None:
    tissue = "liver_nodule"
    s = Scenario.from_mapping({"tissue": {tissue: {}}, "interventions": list(catalogues().interventions)})
    assert Scenario.from_mapping(s.resolved()) == s
    assert load_scenario(write(tmp_path, "resolved.yaml", s.to_text())) == s
    assert json.dumps(scenario_schema())


@pytest.mark.parametrize("name", shipped_names())
def test_every_shipped_scenario_is_read(name: str) -> None:
    s = load_scenario(name)
    assert s.title
    assert shipped(name).read_text().startswith("# yaml-language-server: $schema=")
    assert Scenario.from_mapping(s.resolved()) == s
