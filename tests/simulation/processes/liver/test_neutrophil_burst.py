"""Neutrophil burst: oxidants against pairs counted by hand; nothing without neutrophils, ICAM-1 or free Mac-1."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulation.processes.liver.hepatocyte_injury import HepatocyteInjury
from simulation.processes.liver.neutrophil_burst import NeutrophilBurst
from simulation.vocabulary.molecules import PAIRS
from tests.worlds import make_world, shuffle

PRIMED = {"neutrophil": 1.0, "radius": 5.0, "mac1": 1.5e5, "lfa1_open": 0.1, "lfa1_intermediate": 0.3}
INFLAMED = {"hepatocyte": 1.0, "radius": 12.0, "icam1": 1e5, "o2_here": 38.0}


def grip(icam1: float = 1e5, blocked: float = 0.0) -> float:
    """Chance that a primed neutrophil holds a hepatocyte, written out."""
    p = PAIRS["mac1_icam1"]
    affinity = p.acka * (0.6 + 0.3 * p.intermediate + 0.1 * p.opened)
    bonds = 1.5e5 / (4 * math.pi * 25) * icam1 / (4 * math.pi * 144) * affinity / (1 + blocked)
    return -math.expm1(-bonds)


def oxidant(
    neutrophils: int = 1, away: float = 15.0, rule: dict[str, float] | None = None, **hepatocyte: float
) -> float:
    """Oxidant of a hepatocyte with some neutrophils at a distance."""
    around = {"x": np.full(neutrophils, 100.0 + away), "y": 100.0, **PRIMED}
    if not neutrophils:
        around = {"x": np.array([100.0]), "y": 100.0}
    liver = {"x": np.array([100.0]), "y": 100.0, **INFLAMED, **hepatocyte}
    world, plan = make_world(
        {"hepatocyte": liver, "neutrophil": around}, [NeutrophilBurst(**(rule or {}))], tick="10 min"
    )
    world.sites[0].cells["oxidant"][:] = 0.5  # whatever was before
    world.step(plan)
    return float(world.sites[0].cells["oxidant"][0])


@pytest.mark.parametrize("neutrophils", [1, 3])
@pytest.mark.parametrize("icam1", [42.0, 1e5])
def test_it_grows_with_neutrophils_and_icam1(neutrophils: int, icam1: float) -> None:
    found = oxidant(neutrophils, icam1=icam1)
    assert found == pytest.approx(0.8 * -math.expm1(-neutrophils * grip(icam1)), rel=1e-9)
    assert (found > 0.2) == (icam1 > 1e4)


def test_no_neutrophil_no_icam1_no_burst_no_reach_no_oxidant() -> None:
    assert oxidant(0) == oxidant(icam1=0.0) == oxidant(rule={"burst": 0.0}) == oxidant(away=26.0) == 0.0
    assert oxidant(icam1=42.0) < 1e-3  # healthy


@pytest.mark.parametrize("who", ["icam1", "mac1"])
def test_antibody_spares_the_hepatocyte(who: str) -> None:
    """Ten ug/mL leave a hundredth free; that on Mac-1 counts where it sits, on the neutrophil."""
    world, plan = make_world(
        {"hepatocyte": {"x": np.array([100.0]), "y": 100.0, **INFLAMED},
         "neutrophil": {"x": np.array([110.0]), "y": 100.0, **PRIMED}},
        [NeutrophilBurst()], tick="10 min",
    )  # fmt: skip
    world.sites[0].cells[f"{who}_blocked"][0 if who == "icam1" else 1] = 100.0
    world.step(plan)
    found = float(world.sites[0].cells["oxidant"][0])
    assert found == pytest.approx(0.8 * -math.expm1(-grip(blocked=100.0)), rel=1e-9)
    assert found < 0.05 * oxidant()


def test_others_are_spared() -> None:
    assert oxidant(hepatocyte=0.0) == 0.0


def test_oxidant_injures() -> None:
    """It adds to what TNF leaves whole: 1 - (1 - 0.4)(1 - 0.5) = 0.7; and not at all where it is 0."""
    for oxidants, expected in ((0.0, 0.4), (0.5, 0.7)):
        world, plan = make_world(
            {"hepatocyte": {**INFLAMED, "tnf_here": 5.0, "oxidant": np.array([oxidants])}},
            [HepatocyteInjury(injuring=1e3)], tick="6 h", periods={"hepatocyte_injury": "6 h"},
        )  # fmt: skip
        world.step(plan)
        assert world.sites[0].cells["injury"][0] == pytest.approx(expected)


def test_order_of_rows_changes_nothing() -> None:
    digests = []
    luck = np.random.default_rng(3)
    liver = {**INFLAMED, "icam1": luck.uniform(0, 1e5, 80)}
    others = {**PRIMED, "mac1": luck.uniform(0, 1e5, 40)}
    for mixed in (False, True):
        world, plan = make_world({"hepatocyte": liver, "neutrophil": others}, [NeutrophilBurst()], shape=(6, 6, 1))
        if mixed:
            shuffle(world)
        for _ in range(6):
            world.step(plan)
        assert np.count_nonzero(world.sites[0].cells["oxidant"]) > 20
        digests.append(world.digest())
    assert digests[0] == digests[1]
