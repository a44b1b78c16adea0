"""High-fat diet: serum, secretion, wall and life in blood rise by their factors while it lasts."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.engine.errors import InputError
from simulation.engine.lineage import founders
from simulation.interventions.high_fat_diet import HighFatDiet
from simulation.processes.signalling.cytokine_output import CytokineOutput
from simulation.processes.signalling.icam1_expression import ICAM1Expression
from simulation.processes.spread.blood_pools import BloodPools
from simulation.processes.spread.circulation import Circulation
from simulation.processes.spread.interleukin16 import Interleukin16
from tests.worlds import make_world

REST = (CytokineOutput(), ICAM1Expression(), BloodPools(), Interleukin16(), Circulation(shear_death=0.0))


def fed(*diet, days=0.0, shed=0, half_life=30.0):
    """A world of a wall cell and a tumour cell, and flowing cells, after some days."""
    cell = {"tnf_secretion": np.full(1, 2.0), "vegf_secretion": 2.0, "icam1_translation": 3e4}
    world, plan = make_world(
        {"wall": cell | {"o2_exchange": 20.0}, "tumour_cell": cell},
        [*REST, *diet],
        tick="10 min",
        periods={"circulation": "10 min"},
    )
    if shed:
        names = founders(5, shed)
        values = {"lineage": names, "convoy": names, "invasive": 1.0, "radius": 9.0, "parcel": 1, "site": 0}
        world.travellers.append(shed, values)
    world.open_accounts()
    world.settle(plan)
    for _ in range(max(1, round(days * 144))):
        world.step(plan)
    return world


def test_serum_secretion_and_wall_rise_by_their_factors():
    """M51: soluble ICAM-1 1.4-fold, IL-16 twofold, TNF 1.5-fold, VEGF and the tumour's ICAM-1 as before."""
    usual, fat = fed(days=20), fed(HighFatDiet(), days=20)
    assert fat.pools["sicam1"][0] / usual.pools["sicam1"][0] == pytest.approx(1.4, rel=1e-3)
    assert fat.pools["il16"][0] / usual.pools["il16"][0] == pytest.approx(2.0, rel=1e-6)
    a, b = usual.sites[0].cells, fat.sites[0].cells
    assert (b["tnf_output"] / a["tnf_output"]).tolist() == [1.5, 1.5]
    assert np.array_equal(b["vegf_output"], a["vegf_output"])
    assert b["icam1"] / a["icam1"] == pytest.approx([1.5, 1.0])


def test_flowing_cells_live_longer():
    """After one step, of 20,000: 4 standard errors."""
    n = 20_000
    for diet, life in (((), 1.0), ((HighFatDiet(),), 1.2)):
        alive = len(fed(*diet, shed=n).travellers) / n
        expected = 0.5 ** (10.0 / 30.0 / life)
        assert alive == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / n))


def test_without_weight_or_before_its_time_nothing_changes_to_the_bit():
    assert fed().digest() == fed(HighFatDiet(weight=0.0)).digest() == fed(HighFatDiet(start=5.0)).digest()


def test_it_cannot_end_before_it_begins():
    with pytest.raises(InputError, match="before it begins"):
        HighFatDiet(start=3.0, end=2.0)
