"""Molecules: one entry makes the columns; copies reach the cell types; a made-up molecule joins by itself."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from simulation.engine.catalogue import catalogue
from simulation.engine.cell_type import Start
from simulation.engine.column import Kind
from simulation.engine.mesa_agents import ColumnarAgent
from simulation.engine.parameter import parameters_of
from simulation.processes.signalling.icam1_expression import ICAM1Expression, at_rest
from simulation.vocabulary import blood, molecules, traits
from simulation.vocabulary.molecules import EXPRESSED, LFA1_ICAM1, MAKING, MOLECULES

AGENTS = catalogue("simulation.agents", ColumnarAgent)
ROOT = Path(__file__).parents[3]
ACCESSION = re.compile(r"[OPQ][0-9][A-Z0-9]{3}[0-9]")

CONTRACT = set(
    "icam1 lfa1 mac1 vcam1 vla4 e_selectin p_selectin l_selectin selectin_ligand ecadherin n_cadherin p_cadherin "
    "integrin_avb3 integrin_a3 integrin_a5b1 integrin_b1 integrin_b4 mhc1 egfr".split()
)


@pytest.mark.parametrize("name", sorted(MOLECULES))
def test_an_entry_is_complete(name: str) -> None:
    m = MOLECULES[name]
    assert m.name == name and m.label and m.source and ACCESSION.fullmatch(m.uniprot)
    assert m.mass == 0.0 or m.source != molecules.NOT_SHED
    assert all(isinstance(s, Start) and s.source and 0 < s.value <= 1e8 for s in m.copies.values())
    assert all(p.unit for p in parameters_of(m).values())


def test_the_table_holds_every_molecule_once() -> None:
    assert set(MOLECULES) == CONTRACT
    assert len({m.uniprot for m in MOLECULES.values()}) == len({m.label for m in MOLECULES.values()}) == len(MOLECULES)
    assert set(EXPRESSED) == CONTRACT - {"icam1", "mhc1"}


@pytest.mark.parametrize("name", sorted(MAKING))
def test_an_entry_makes_its_columns(name: str) -> None:
    pools = {c.name for c in blood.POOL_COLUMNS}
    assert {f"anti_{name}", f"anti_{name}_input"} <= pools
    assert traits.ALL[name].kind is Kind.STATE and traits.ALL[f"{name}_blocked"].kind is Kind.STATE
    assert traits.ALL[MAKING[name]].kind is Kind.PRODUCT
    assert name == "icam1" or traits.ALL[f"{name}_rest"].kind is Kind.STATE


@pytest.mark.parametrize("agent", sorted(AGENTS))
def test_cells_begin_with_the_copies_of_the_table(agent: str) -> None:
    begins = AGENTS[agent].starts  # type: ignore[attr-defined]
    for name in EXPRESSED:
        assert begins.get(name) == MOLECULES[name].copies.get(agent), f"{agent}.{name}"


@pytest.mark.parametrize("agent", sorted(set(AGENTS) & set(MOLECULES["icam1"].copies)))
def test_icam1_at_rest_is_what_the_table_says(agent: str) -> None:
    begins = AGENTS[agent].starts  # type: ignore[attr-defined]
    kinetics = ICAM1Expression().kinetics
    copies = at_rest(begins["icam1_basal"].value, begins["icam1_translation"].value, 1.0, kinetics)[1]
    assert copies == pytest.approx(MOLECULES["icam1"].copies[agent].value, rel=0.02)


MADE_UP = '''
import sys
import types

import numpy as np

from simulation.engine.cell_type import Start
from simulation.vocabulary import pairs

pairs.PAIRS["glue_lime"] = pairs.Pair("glue", "lime", "firm", "made up", off=0.1, acka=1e-5)
# before the table is read, it gains two entries
source = open(pairs.__file__.replace("pairs.py", "molecules.py"), encoding="utf-8").read()
entry = """
        Molecule("glue", "Glue", "P00001", copies={"t_cell": _assumed(4e4)}),
        Molecule("lime", "Lime", "P00002", copies={"tumour_cell": _assumed(6e4)}, induction=3.0),
        Molecule("mhc1","""
assert source.count('\\n        Molecule("mhc1",') == 1
source = source.replace('\\n        Molecule("mhc1",', entry)
module = types.ModuleType("simulation.vocabulary.molecules")
sys.modules[module.__name__] = module
exec(compile(source, "molecules.py", "exec"), module.__dict__)
import simulation.vocabulary
simulation.vocabulary.molecules = module

from simulation.agents.t_cell import TCell
from simulation.interventions.antibody import Antibody
from simulation.interventions.knockdown import Knockdown
from simulation.observables import observe
from simulation.processes.adhesion.icam1_binding import ICAM1Binding
from simulation.processes.signalling.molecule_expression import MoleculeExpression
from simulation.processes.signalling.receptor_blocking import ReceptorBlocking
from simulation.processes.spread.blood_pools import BloodPools
from tests.worlds import make_world

assert TCell.starts["glue"] == Start(4e4, "assumed")  # begun with

place = {"x": np.array([100.0]), "y": np.array([100.0])}
cells = {
    "tumour_cell": {"radius": 9.0, "antigenicity": 1.0, "lime": 6e4, **place},
    "t_cell": {"radius": 4.0, "glue": 4e4, "lfa1_open": 0.1, "x": place["x"] + 13.0, "y": place["y"]},
}
def run(*more, hours=1):
    binding = ICAM1Binding(attach_rate=100.0, mean_contact=1e4)
    processes = [MoleculeExpression(), ReceptorBlocking(), BloodPools(), binding, *more]
    world, plan = make_world(cells, processes)
    world.settle(plan)
    for _ in range(30 * hours):
        world.step(plan)
    return world.sites[0].cells, observe(world)

c, seen = run()
assert c["glue"].tolist() == c["glue_rest"].tolist() == [0.0, 4e4]
bound = 4e4 / (4 * np.pi * 16) * 6e4 / (4 * np.pi * 81) * 1e-5
assert abs(c["bonds_other"][1] - bound) < 1e-9 * bound and c["icam1_bonds"][0] == 0.0  # bound
c, less = run(Knockdown(molecule="glue", fraction=0.75, cells=("t_cell",)))
assert c["glue"][1] == 1e4 and abs(c["bonds_other"][1] - bound / 4) < 1e-9  # knocked down
c, blocked = run(Antibody(target="lime", dose=10.0))
assert 90.0 < c["lime_blocked"][0] < 100.0 and c["bonds_other"][1] < bound / 90  # blocked
assert 9.0 < blocked["serum_anti_lime"] < 10.0  # recorded

from simulation.build import build
from simulation.scenario import load_scenario

seen = observe(build(load_scenario("scenarios/quick_look.yaml"))[0])
assert seen["lime_tumour_cell"] == 6e4 and "lime_t_cell" not in seen  # recorded
print("joined")
'''


def test_a_made_up_molecule_is_bound_knocked_down_blocked_and_recorded_by_itself() -> None:
    """Two entries and a pair are all that is added; a process of its own, since columns are made on import."""
    done = subprocess.run([sys.executable, "-c", MADE_UP], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout == "joined\n", done.stderr


def test_soluble_icam1_at_its_constant_and_antibody_at_its_take_lfa1_once_each() -> None:
    bond = LFA1_ICAM1
    serum = bond.decoy_constant * MOLECULES["icam1"].mass  # nmol/L times kDa is ng/mL
    assert bond.taken_in_blood(0.0, 0.0, 1.0) == 0.0
    assert bond.taken_in_blood(serum, 0.0, 1.0) == pytest.approx(1.0)
    assert bond.taken_in_blood(serum, bond.antibody_constant, 0.5) == pytest.approx(1.5)
