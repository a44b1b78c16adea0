"""Molecule expression: rest to the bit, courses under TNF, knockdown, and cells that come in later."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.engine.presence import STRETCH
from simulation.interventions.knockdown import Knockdown
from simulation.processes.signalling.icam1_expression import ICAM1Expression
from simulation.processes.signalling.molecule_expression import MoleculeExpression
from simulation.processes.signalling.nfkb import NFkB
from simulation.vocabulary.molecules import EXPRESSED, MOLECULES
from tests.worlds import make_world

INDUCED = [name for name in EXPRESSED if MOLECULES[name].induction > 0.0]


def course(hours, until=1e9, tnf=10.0):
    """Copies of every molecule over those at rest, each hour of a stay in TNF; ICAM-1 as fitted (set T1)."""
    cells = {name: np.full(1, 1e3) for name in EXPRESSED} | {"icam1_basal": 0.04, "icam1_translation": 3e4}
    world, plan = make_world({"cell": cells}, [NFkB(), ICAM1Expression(), MoleculeExpression()], tick="10 min")
    world.settle(plan)
    c = world.sites[0].cells
    rest = {name: c[name][0] for name in (*EXPRESSED, "icam1")}
    seen = {name: [1.0] for name in rest}
    for hour in range(hours):
        c["tnf_here"][:] = tnf if hour < until else 0.0
        for _ in range(6):
            world.step(plan)
        for name, begun in rest.items():
            seen[name].append(c[name][0] / begun)
    return {name: np.array(values) for name, values in seen.items()}


@pytest.fixture(scope="module")
def steady():
    return course(24)


@pytest.fixture(scope="module")
def withdrawn():
    return course(24, until=8)


def test_without_stimulus_copies_stay_to_the_bit():
    assert all((values == 1.0).all() for name, values in course(24, tnf=0.0).items() if name in EXPRESSED)


def test_what_is_lost_after_tnf_is_neutralised(withdrawn):
    """C03: ICAM-1 keeps more than 0.7 from 8 to 24 h, VCAM-1 less than 0.4, E-selectin still less."""
    kept = {name: values[24] / values[8] for name, values in withdrawn.items()}
    assert kept["icam1"] > 0.7
    assert kept["vcam1"] < 0.4
    assert kept["e_selectin"] < 0.5 * kept["vcam1"]


def test_e_selectin_peaks_between_4_and_6_hours_and_falls(steady):
    values = steady["e_selectin"]
    assert 4 <= values.argmax() <= 6
    assert values[24] < 0.5 * values.max()
    assert 1e5 <= 1e3 * values.max() <= 1e6  # copies, from the 1e3 of endothelium at rest


def test_vcam1_and_p_selectin_rise(steady):
    assert steady["vcam1"][24] * MOLECULES["vcam1"].copies["endothelial_cell"].value == pytest.approx(5e5, rel=0.2)
    assert steady["p_selectin"].argmax() <= 3 < steady["p_selectin"].max()


def test_other_molecules_do_not_care_for_nfkb(steady):
    assert all((steady[name] == 1.0).all() for name in EXPRESSED if name not in INDUCED)
    assert set(INDUCED) == {"vcam1", "e_selectin", "p_selectin"}


@pytest.mark.parametrize(
    ("nfkb", "emt", "factor"), [(0.3, 0.0, 1.0), (0.0, 0.5, 1.0), (0.5, 1.0, 0.2), (0.0, 0.0, 0.0)]
)
def test_one_period_by_hand(nfkb, emt, factor):
    """M(t) = M* + (M - M*) exp(-k t) for every molecule."""
    cells = {name: np.full(2, 100.0) for name in EXPRESSED} | {f"{n}_rest": 400.0 for n in EXPRESSED}
    world, plan = make_world({"cell": cells | {"nfkb": nfkb, "emt": emt}}, [MoleculeExpression()], tick="10 min")
    c = world.sites[0].cells
    for name in EXPRESSED:
        c[f"{name}_factor"][:] = factor
    world.step(plan)
    for name in EXPRESSED:
        m = MOLECULES[name]
        hill = nfkb**m.steepness / (nfkb**m.steepness + m.nfkb_half**m.steepness)
        end = 400.0 * factor * (1.0 + m.induction * hill + m.emt * emt)
        expected = end + (100.0 - end) * np.exp(-m.turnover / 6.0)
        assert c[name] == pytest.approx([expected, expected], rel=1e-12), name


def test_of_many_cells_each_is_as_one_of_a_few_to_the_bit():
    """Stretches without a molecule, at rest, or with one cell that is not, at their edges too."""
    n, chance = 3 * STRETCH, np.random.default_rng(2)
    at = np.array([0, 5, STRETCH - 1, STRETCH, 2 * STRETCH - 1, 2 * STRETCH, n - 1])
    cells = {"nfkb": chance.uniform(0.0, 1.0, n), "emt": chance.uniform(0.0, 1.0, n)}
    for k, name in enumerate(EXPRESSED):
        rest = np.where(np.arange(n) < k * 40, 300.0, 0.0)  # of some cells, those of the first types
        cells |= {name: rest.copy(), f"{name}_rest": rest}
        cells[name][at] = chance.choice([0.0, 50.0, 300.0], at.size)
    found = []
    for rows in (np.arange(n), at):
        some = {name: values[rows] for name, values in cells.items()}
        world, plan = make_world({"cell": some}, [MoleculeExpression()], tick="10 min")
        for name in EXPRESSED:
            world.sites[0].cells[f"{name}_factor"][rows == STRETCH] = 0.5
        world.step(plan)
        found.append({c: world.sites[0].cells[c].copy() for m in EXPRESSED for c in (m, f"{m}_rest")})
    many, few = found
    assert all(many[name][at].tolist() == few[name].tolist() for name in few)
    assert any(few[name][1] not in (0.0, 50.0, 300.0) for name in EXPRESSED if name not in INDUCED)


def test_a_knockdown_of_one_cell_among_many_at_rest():
    world, plan = make_world({"cell": {"lfa1": np.full(400, 10.0)}}, [MoleculeExpression()], tick="10 min")
    world.settle(plan)
    c = world.sites[0].cells
    c["lfa1_factor"][200] = 0.5
    world.step(plan)
    assert np.flatnonzero(c["lfa1"] != 10.0).tolist() == [200]
    assert c["lfa1"][200] == pytest.approx(5.0 + 5.0 * np.exp(-MOLECULES["lfa1"].turnover / 6.0))


def test_weights_of_zero_switch_induction_and_transition_off():
    cells = {name: np.full(1, 50.0) for name in EXPRESSED} | {"nfkb": 1.0, "emt": 1.0}
    world, plan = make_world({"cell": cells}, [MoleculeExpression(induction=0.0, transition=0.0)], tick="10 min")
    for _ in range(6):
        world.step(plan)
    assert all(world.sites[0].cells[name][0] == 50.0 for name in EXPRESSED)


def test_a_cell_rests_on_the_copies_it_came_with_and_none_stay_none():
    world, plan = make_world({"cell": {"lfa1": np.array([0.0, 7e4])}}, [MoleculeExpression()], tick="10 min")
    world.settle(plan)
    world.step(plan)
    c = world.sites[0].cells
    assert c["lfa1"].tolist() == c["lfa1_rest"].tolist() == [0.0, 7e4]


def test_a_cell_that_comes_in_is_as_one_that_was_there():
    """Also where a knockdown stands."""
    processes = [Knockdown(molecule="lfa1", fraction=0.8, cells=("cell",)), MoleculeExpression()]
    world, plan = make_world({"cell": {"lfa1": np.full(1, 1e5)}}, processes, tick="10 min")
    world.settle(plan)
    world.sites[0].cells.append(1, {"lineage": 77, "cell_type": 0, "lfa1": 1e5})
    world.open_accounts()
    world.step(plan)
    assert world.sites[0].cells["lfa1"] == pytest.approx([2e4, 2e4], rel=1e-12)
