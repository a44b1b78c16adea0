"""Hepatocyte injury: causes, healing, the loop through TNF, the map of injured parenchyma."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.engine.turnover import turn_over
from simulation.processes.liver.hepatocyte_injury import Causes, HepatocyteInjury, injured_to
from tests.worlds import make_world, shuffle

CAUSES = Causes(0.8, 5.0, 0.8, 1.0, 5.0, 0.5, 20.0, 60.0)
DAILY = {"tick": "6 h", "periods": {"hepatocyte_injury": "6 h"}}


def hurt(days, process=None, others=None, **cells):
    """Let hepatocytes be for some days under constant conditions; return the world."""
    values = {"hepatocyte": 1.0, "o2_here": 38.0, "radius": 12.0, "x": np.array([30.0]), "y": 30.0, **cells}
    world, plan = make_world(
        {"hepatocyte": values, "oval_cell": others or {"x": 190.0, "y": 190.0}}, [process or HepatocyteInjury()],
        shape=(10, 10, 1), **DAILY,
    )  # fmt: skip
    for _ in range(round(days * 4)):
        world.step(plan)
    return world


@pytest.mark.parametrize(
    ("tnf", "o2", "pressure", "expected"),
    [(0, 38, 0, 0), (5, 38, 0, 0.4), (1e9, 38, 0, 0.8), (0, 0, 0, 0.8), (0, 3, 0, 0.4), (0, 38, 40, 0.25),
     (0, 38, 60, 0.5), (1e9, 0, 60, 1 - 0.2 * 0.2 * 0.5)],
)  # fmt: skip
def test_what_injures(tnf: float, o2: float, pressure: float, expected: float) -> None:
    assert injured_to(float(tnf), float(o2), float(pressure), CAUSES) == pytest.approx(expected)


@given(tnf=st.floats(0, 1e9), o2=st.floats(0, 200), pressure=st.floats(0, 1e9), more=st.floats(0, 1e3))
def test_injury_is_bounded_and_grows_with_each_cause(tnf: float, o2: float, pressure: float, more: float) -> None:
    base = injured_to(tnf, o2, pressure, CAUSES)
    assert 0.0 <= base <= 1.0
    for worse in ((tnf + more, o2, pressure), (tnf, max(o2 - more, 0.0), pressure), (tnf, o2, pressure + more)):
        assert injured_to(*worse, CAUSES) >= base - 1e-12


def test_injury_sets_in_and_heals() -> None:
    assert hurt(1, tnf_here=5.0).site("liver").cells["injury"][0] == pytest.approx(0.4 * (1 - math.exp(-2)))
    assert hurt(1, injury=0.9).site("liver").cells["injury"][0] == pytest.approx(0.9 * math.exp(-0.5))


def test_step_length_does_not_matter() -> None:
    found = []
    for tick in ("10 min", "6 h"):
        world, plan = make_world(
            {"hepatocyte": {"hepatocyte": 1.0, "o2_here": 38.0, "tnf_here": 5.0}}, [HepatocyteInjury()],
            tick=tick, periods={"hepatocyte_injury": tick},
        )  # fmt: skip
        for _ in range({"10 min": 144, "6 h": 4}[tick]):
            world.step(plan)
        found.append(world.site("liver").cells["injury"][0])
    assert found[0] == pytest.approx(found[1], rel=1e-12)


def test_the_injured_secrete_tnf_and_die_sooner() -> None:
    cells = hurt(0.25, injury=np.array([0.0, 1.0]), tnf_here=0.0).site("liver").cells
    left = math.exp(-0.125)
    assert cells["tnf_output"][:2] == pytest.approx([0.0, 0.001 * left])
    assert cells["apoptosis_factor"][:2] == pytest.approx([1.0, 1 + 20 * left])


def test_other_cells_are_neither_injured_nor_scaled() -> None:
    cells = hurt(1, others={"o2_here": 0.0, "tnf_here": 1e6, "x": 30.0, "y": np.array([30.0])}).site("liver").cells
    assert cells["injury"].tolist() == [0.0, 0.0]
    assert cells["tnf_output"].tolist() == [0.0, 0.0]
    assert cells["apoptosis_factor"].tolist() == [1.0, 1.0]


def test_loop_through_tnf_does_not_sustain_itself() -> None:
    """A closed layer of hepatocytes, all injured, alone with the TNF they make: they heal.

    23 um apart, 0.89 per voxel of 8000 um^3; TNF decays at 0.0275 1/min and is in balance with its source.
    """
    p = HepatocyteInjury()
    per_output = 0.89 * 1e6 / 8000.0 / 0.0275
    assert per_output * p.danger_tnf == pytest.approx(4.0, rel=0.02)
    injury = 1.0
    for _ in range(200):
        target = injured_to(per_output * p.danger_tnf * injury, 38.0, 0.0, CAUSES)
        injury = target + (injury - target) * math.exp(-(p.injuring if target > injury else p.healing) * 0.1)
    assert injury < 0.01


def test_voxels_hold_the_mean_over_the_bodies_that_reach_into_them() -> None:
    cells = {
        "x": np.array([30.0, 50.0, 175.0]),
        "y": np.array([30.0, 30.0, 175.0]),
        "injury": np.array([0.8, 0.2, 0.4]),
    }
    world = hurt(0.25, HepatocyteInjury(healing=0.0), **cells)
    v = world.site("liver").voxels["injury"].reshape(10, 10)
    assert (v[1, 1], v[2, 1]) == (0.5, 0.5)  # each reaches 2 um into the other's voxel
    assert v[0, 1] == 0.8  # only the first reaches here
    assert v[3, 1] == 0.2
    assert v[0, 0] == 0.0  # corners are out of reach: 10 * sqrt(2) > 12
    assert v[8, 8] == 0.4
    assert v[5, 5] == 0.0


def test_every_cell_knows_the_injury_around_it() -> None:
    """Also one in a voxel that holds no hepatocyte's centre."""
    others = {"x": np.array([15.0, 150.0]), "y": 30.0}
    cells = hurt(0.25, HepatocyteInjury(healing=0.0), others, injury=0.6).site("liver").cells
    assert cells["injury_here"].tolist() == [0.6, 0.6, 0.0]


def test_a_place_remembers_its_dead_for_a_while() -> None:
    world, plan = make_world(
        {"hepatocyte": {"hepatocyte": 1.0, "o2_here": 38.0, "x": np.array([30.0]), "y": 30.0}}, [HepatocyteInjury()],
        shape=(10, 10, 1), **DAILY,
    )  # fmt: skip
    site = world.site("liver")
    site.voxels["injury"][:] = 0.8
    site.cells["apoptosis"][:] = 1.0
    turn_over(world, ["apoptosis"])
    for _ in range(8):
        world.step(plan)
    assert len(site.cells) == 0
    assert site.voxels["injury"] == pytest.approx(0.4)


def test_where_neither_hepatocytes_nor_their_traces_are_a_newcomer_is_told_so() -> None:
    world, plan = make_world({"oval_cell": {"injury_here": np.array([0.3])}}, [HepatocyteInjury()], **DAILY)
    world.step(plan)
    assert world.site("liver").cells["injury_here"].tolist() == [0.0]
    assert not world.site("liver").voxels["injury"].any()


def test_order_of_rows_changes_nothing() -> None:
    digests = []
    rng = np.random.default_rng(3)
    values = {"hepatocyte": 1.0, "o2_here": rng.uniform(0, 10, 80), "injury": rng.random(80), "radius": 12.0}
    for mixed in (False, True):
        world, plan = make_world(
            {"hepatocyte": values, "oval_cell": {"radius": np.full(20, 5.0)}},
            [HepatocyteInjury()],
            shape=(6, 6, 1),
            **DAILY,
        )
        if mixed:
            shuffle(world)
        for _ in range(3):
            world.step(plan)
        digests.append(world.digest())
    assert digests[0] == digests[1]


def test_in_a_block_bodies_reach_voxels_above_and_below() -> None:
    world, plan = make_world(
        {"hepatocyte": {"hepatocyte": 1.0, "o2_here": 38.0, "injury": 0.5, "radius": 12.0,
                        "x": np.array([50.0]), "y": 50.0, "z": 50.0}},
        [HepatocyteInjury(healing=0.0)], shape=(5, 5, 5), **DAILY,
    )  # fmt: skip
    world.step(plan)
    v = world.site("liver").voxels["injury"].reshape(5, 5, 5)
    assert v[2, 2, 1] == v[2, 2, 3] == v[1, 2, 2] == 0.5
    assert np.count_nonzero(v) == 7
