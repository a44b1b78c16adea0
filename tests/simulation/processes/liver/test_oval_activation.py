"""Oval cells: waking by injury and TNF, what being awake changes, ICAM-1 and direction."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulation.engine.chance import process_key, uniform
from simulation.processes.liver.hepatocyte_injury import HepatocyteInjury
from simulation.processes.liver.oval_activation import OvalActivation, wake
from simulation.vocabulary import traits
from tests.worlds import make_world, shuffle

SLOW_CLOCK = {"tick": "6 h", "periods": {"oval_activation": "6 h", "hepatocyte_injury": "6 h"}}


def awake(days: float, process: OvalActivation | None = None, n: int = 3000, **cells: float) -> float:
    world, plan = make_world(
        {"oval_cell": {"icam1": np.zeros(n), **cells}}, [process or OvalActivation()], **SLOW_CLOCK
    )
    for _ in range(round(days * 4)):
        world.step(plan)
    return float(world.site("liver").cells["oval_active"].mean())


@pytest.mark.parametrize(
    ("injury", "tnf", "hazard"), [(0, 1e6, 0), (1, 0, 0.1), (0.5, 0, 0.05), (1, 1, 0.2), (1, 1e6, 0.3)]
)
def test_share_awake(injury: float, tnf: float, hazard: float) -> None:
    """M42: injury and TNF."""
    share = awake(4.0, injury_here=float(injury), tnf_here=float(tnf))
    assert share == pytest.approx(1 - math.exp(-4 * hazard), abs=0.03 if hazard else 0.0)


def test_without_tnf_receptor_fewer_wake() -> None:
    """A receptor knockout feels only the injury; with it, TNF in excess makes the hazard threefold."""
    knockout = awake(2.0, OvalActivation(tnf_gain=0.0), injury_here=1.0, tnf_here=1e6)
    intact = awake(2.0, injury_here=1.0, tnf_here=1e6)
    assert math.log(1 - intact) / math.log(1 - knockout) == pytest.approx(3.0, rel=0.2)


def test_proliferating_hepatocytes_spare_oval_cells_the_work() -> None:
    assert awake(4.0, OvalActivation(blocked_proliferation=0.0), injury_here=1.0) == 0.0


def test_awake_cells_divide_move_and_follow_by_icam1() -> None:
    """M44: the bias goes with ICAM-1."""
    cells = {"oval_active": np.array([0.0, 1.0, 1.0, 1.0]), "icam1": np.array([5e4, 0.0, 5e4, 1.5e5])}
    world, plan = make_world({"oval_cell": cells}, [OvalActivation()])
    for _ in range(7):  # products begin anew with each period
        world.step(plan)
    c = world.site("liver").cells
    assert c["division_factor"].tolist() == [0.0, 1.0, 1.0, 1.0]
    assert c["motility_factor"].tolist() == [0.0, 1.0, 1.0, 1.0]
    assert c["chemotaxis_factor"] == pytest.approx([0.0, 0.0, 0.5, 0.75])


def test_other_types_keep_their_pace() -> None:
    others = tuple(c for n, c in traits.ALL.items() if n != "oval_active")
    world, plan = make_world({"tumour_cell": {}, "oval_cell": {}}, [OvalActivation()], columns={"tumour_cell": others})
    world.step(plan)
    cells = world.site("liver").cells
    for name in ("division_factor", "motility_factor", "chemotaxis_factor"):
        assert cells[name].tolist() == [1.0, 0.0]


def test_kernel_against_plain_python() -> None:
    rng = np.random.default_rng(6)
    n, key = 400, process_key(2, "oval_activation")
    injury, tnf, icam1 = rng.random(n), rng.exponential(1, n), rng.uniform(0, 2e5, n)
    active, division = np.zeros(n), np.full(n, 1.5)
    motility, following = np.ones(n), np.ones(n)
    lineage = rng.integers(1, 2**63, n).astype(np.uint64)
    wake(active, division, motility, following, injury, tnf, icam1, lineage, key, 9, 0.5, 2.0, 1.0, 5e4, 1.0)
    for i in range(n):
        hazard = 0.5 * injury[i] * (1 + 2 * tnf[i] / (1 + tnf[i]))
        up = uniform(key, 9, lineage[i], 0) < 1 - math.exp(-hazard)
        assert (active[i], division[i], motility[i]) == (up, 1.5 * up, up)
        assert following[i] == pytest.approx(up * icam1[i] / (icam1[i] + 5e4))
    assert 40 < active.sum() < 360


def test_injured_hepatocytes_wake_the_oval_cells_beside_them() -> None:
    """Both processes in one plan: only the oval cells near the injury wake, whatever the order of rows."""
    digests = []
    for mixed in (False, True):
        near = np.arange(100) < 50
        hepatocytes = {"hepatocyte": 1.0, "radius": 12.0, "x": np.array([30.0, 350.0]), "y": 30.0,
                       "o2_here": np.array([0.0, 38.0])}  # fmt: skip
        world, plan = make_world(
            {"hepatocyte": hepatocytes, "oval_cell": {"x": np.where(near, 40.0, 350.0), "y": 30.0, "o2_here": 38.0}},
            [OvalActivation(k_ovc=1.0), HepatocyteInjury()],
            columns={"hepatocyte": tuple(c for n, c in traits.ALL.items() if n != "oval_active")},
            **SLOW_CLOCK,
        )
        if mixed:
            shuffle(world)
        for _ in range(12):
            world.step(plan)
        cells = world.site("liver").cells
        up = cells["oval_active"] > 0
        assert (cells["x"][up] == 40.0).all()
        assert 25 < up.sum() <= 50
        digests.append(world.digest())
    assert digests[0] == digests[1]
