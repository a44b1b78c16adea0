"""Neutrophils of the blood hold on to tumour cells in flow, travel with them, and hold them to vessel wall."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulation.agents.neutrophil import Neutrophil
from simulation.engine.arithmetic import chance_within
from simulation.engine.bond import arrest_efficiency
from simulation.engine.lineage import founders, name_key
from simulation.observables.blood import blood
from simulation.processes.spread.arrest import Arrest
from simulation.processes.spread.circulation import Circulation
from simulation.processes.spread.neutrophil_pairing import NeutrophilPairing
from simulation.vocabulary.leukocytes import LEUKOCYTES
from simulation.vocabulary.molecules import LFA1_ICAM1, PAIRS
from simulation.vocabulary.organs import ORGANS
from tests.worlds import make_world, shuffle

FLOW = Circulation(half_life=1e9, held_death=0.0, clearance=0.0)


def flowing(n: int, *processes: object, wall: float = 0.0, **columns: object):
    """Make a world with n tumour cells in the blood of the lung, each on its own, and no other traveller."""
    cells = {
        "tumour_cell": {"x": np.zeros(0)},
        "neutrophil": {"x": np.zeros(0)},
        "vessel": {"o2_exchange": 20.0, "venule": 1.0, "icam1": wall, "x": np.linspace(5, 395, 10)},
    }
    world, plan = make_world(
        cells, processes, sites=("lung",), enters={"neutrophil": Neutrophil.enters_by},
        starts={"neutrophil": Neutrophil.starts},
    )  # fmt: skip
    world.pools["sicam1"][:] = 0.0
    lineage = founders(name_key("blood", "tumour"), n)
    values = {"lineage": lineage, "convoy": lineage, "invasive": 1.0, "radius": 9.0, "icam1": 1e5, "in_blood": 6.0}
    world.travellers.append(n, values | {"parcel": 1} | columns)  # type: ignore[arg-type]
    world.open_accounts()
    return world, plan


def paired(world: object) -> int:
    """Neutrophils in the blood."""
    return int((world.travellers["neutrophil"] > 0.0).sum())  # type: ignore[attr-defined]


def expected(process: NeutrophilPairing, icam1: float = 1e5, on_lfa1: float = 0.0, on_mac1: float = 0.0) -> float:
    """Chance that a tumour cell is joined within 2 min."""
    kind, ligands = LEUKOCYTES["neutrophil"], icam1 / (4 * math.pi * 81)
    closed = 1 - kind.intermediate - kind.opened
    n = 0.0
    for f, acka, off in (
        (closed, 1.0, LFA1_ICAM1.off_closed), (kind.intermediate, 30.0, LFA1_ICAM1.off_intermediate),
        (kind.opened, 8000.0, LFA1_ICAM1.off_open),
    ):  # fmt: skip
        n += kind.lfa1 / kind.area * ligands * f * 1e-7 * acka * (1 - math.exp(-off)) / (1 + on_lfa1)
    mac1 = PAIRS["mac1_icam1"]
    affinity = mac1.acka * (closed + kind.intermediate * mac1.intermediate + kind.opened * mac1.opened)
    n += kind.mac1 / kind.area * ligands * affinity * (1 - math.exp(-mac1.off)) / (1 + on_mac1)
    lasting = arrest_efficiency(process.shear_rate, process.strength, process.shortest_contact / 1e3)
    return chance_within(2.0 * process.collisions * lasting * chance_within(n))


@pytest.mark.parametrize(
    ("icam1", "pools", "on_lfa1", "on_mac1"),
    [
        (1e5, {}, 0.0, 0.0), (1e6, {}, 0.0, 0.0), (1e6, {"anti_icam1": 0.1}, 1.0, 1.0),
        (1e6, {"anti_mac1": 0.2}, 0.0, 2.0), (1e6, {"anti_lfa1": 0.3}, 3.0, 0.0), (1e6, {"sicam1": 720.0}, 1.0, 0.0),
    ],
)  # fmt: skip
def test_pairs_form_by_both_integrins_on_icam1(
    icam1: float, pools: dict[str, float], on_lfa1: float, on_mac1: float
) -> None:
    """M55: the documented rate, and what antibody and soluble ICAM-1 leave of it."""
    n, process = 4000, NeutrophilPairing(collisions=5.0)
    world, plan = flowing(n, process, icam1=icam1)
    for name, value in pools.items():
        world.pools[name][:] = value
    world.step(plan)
    p = expected(process, icam1, on_lfa1, on_mac1)
    assert abs(paired(world) - n * p) < 4.5 * math.sqrt(n * p * (1 - p))
    assert 0.02 < p < 0.98


@pytest.mark.parametrize(
    ("columns", "pools"),
    [
        ({"icam1": 0.0}, {}), ({"arrested": 1.0}, {}), ({"invasive": 0.0}, {}), ({}, {"anti_icam1": 1e9}),
        ({}, {"anti_lfa1": 1e9, "anti_mac1": 1e9}),
    ],
    ids=str,
)  # fmt: skip
def test_who_is_not_joined(columns: dict[str, float], pools: dict[str, float]) -> None:
    world, plan = flowing(40, NeutrophilPairing(collisions=1e4), **columns)
    for name, value in pools.items():
        world.pools[name][:] = value
    world.step(plan)
    assert paired(world) == 0


def test_zero_switches_off() -> None:
    world, plan = flowing(40, NeutrophilPairing(collisions=0.0), icam1=1e8)
    before = world.digest()
    world.step(plan)
    world.clock.tick = 0
    assert world.digest() == before


def test_one_for_each_tumour_cell_in_its_convoy_and_all_are_booked() -> None:
    """Twenty singles and a cluster of ten; told apart from lymphocyte pairs, one of which is there."""
    world, plan = flowing(31, NeutrophilPairing(collisions=1e6), FLOW)
    t = world.travellers
    t["convoy"][20:30] = t["lineage"][20]
    t["invasive"][30], t["convoy"][30], t["lfa1"][30], t["cell_type"][30] = 0.0, t["lineage"][0], 1e5, 2
    world.listening = True
    for _ in range(4):
        world.step(plan)
    assert paired(world) == 30
    assert world.accounts["arrived"][-1] == 30
    assert sum(len(h["lineage"]) for h in world.happenings if h["kind"] == "joined") == 30
    joined = t["neutrophil"] > 0.0
    assert (t["cell_type"][joined] == 1).all()
    assert len(np.unique(t["lineage"])) == 61
    tumour, company = (np.unique(t["convoy"][rows], return_counts=True) for rows in (t["invasive"] > 0, joined))
    assert (tumour[0] == company[0]).all()
    assert (tumour[1] == company[1]).all()
    for name in np.unique(t["convoy"]):
        assert len(np.unique(t["site"][t["convoy"] == name])) == 1, "a convoy is in one place"
    told = {q.name: q.value for q in blood(world)}
    assert told["blood_with_neutrophils"] == 21
    assert told["blood_with_lymphocytes"] == 1


def held(n: int, *processes: object, antibody: float = 0.0) -> float:
    """Share of tumour cells that inflamed venules of an organ hold in ten passages, none being held by size."""
    organ = {"lung": ORGANS["lung"].__class__(**{**ORGANS["lung"].__dict__, "mechanical_arrest": 0.0})}
    world, plan = flowing(n, *processes, FLOW, Arrest(organs=organ, adhesive_release=0.0), wall=1e6)
    world.pools["anti_icam1"][:] = antibody
    for _ in range(10):
        world.step(plan)
    t = world.travellers
    return float((t["arrested"][t["invasive"] > 0] > 0).mean())


def test_a_neutrophil_of_the_convoy_helps_it_arrest() -> None:
    """M55: tumour cells without integrins are held by those of their neutrophil; antibody to ICAM-1 undoes it."""
    alone, with_them = held(400), held(400, NeutrophilPairing(collisions=100.0))
    assert alone == 0.0
    assert with_them > 0.2
    assert held(400, NeutrophilPairing(collisions=100.0), antibody=1e4) < 0.02


def test_order_of_rows() -> None:
    digests = []
    for mixed in (False, True):
        world, plan = flowing(60, NeutrophilPairing(collisions=3.0), FLOW, icam1=1e6)
        for step in range(4):
            if mixed:
                shuffle(world, step)
            world.step(plan)
        digests.append(world.digest())
    assert digests[0] == digests[1]
    assert 0 < paired(world) <= 60
