"""CAF support: counts of neighbours against brute force, caps, and who is spared."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.engine.errors import ContractError
from simulation.processes.stroma.caf_support import CafSupport
from tests.worlds import make_world, shuffle


def supported(fibroblasts: dict, tumour: dict | None = None, process: CafSupport | None = None, mixed: bool = False):
    world, plan = make_world(
        {"tumour_cell": tumour or {"x": np.array([100.0]), "y": 100.0, "radius": 9.0},
         "fibroblast": {"fibroblast": 1.0, "radius": 7.0, **fibroblasts}},
        [process or CafSupport()],
    )  # fmt: skip
    if mixed:
        shuffle(world)
    world.step(plan)
    return world


def factors(*args, **kwargs):
    cells = supported(*args, **kwargs).site("liver").cells
    first = cells["cell_type"] == 0
    return cells["division_factor"][first][0], cells["motility_factor"][first][0]


def ring(n: int, distance: float, **more):
    turn = 2 * np.pi * np.arange(n) / n
    return {"x": 100 + distance * np.cos(turn), "y": 100 + distance * np.sin(turn), **more}


@pytest.mark.parametrize(("n", "gain"), [(1, 1.3), (2, 1.6), (3, 1.9), (4, 2.0), (6, 2.0)])
def test_each_caf_adds_up_to_a_cap(n: int, gain: float) -> None:
    """M38: division and motion."""
    assert factors(ring(n, 15.0, caf=1.0)) == pytest.approx((gain, gain))


def test_normal_fibroblasts_slow_division_and_leave_motion() -> None:
    """M39: the opposite of CAF."""
    for n in (1, 3):
        assert factors(ring(n, 15.0, caf=0.0)) == pytest.approx((0.7, 1.0))


def test_both_kinds_together() -> None:
    assert factors(ring(2, 15.0, caf=np.array([0.0, 1.0]))) == pytest.approx((1.3 * 0.7, 1.3))


def test_touch_ends_at_1_25_sums_of_radii() -> None:
    assert factors(ring(1, 19.9, caf=1.0))[0] == pytest.approx(1.3)
    assert factors(ring(1, 20.1, caf=1.0)) == (1.0, 1.0)


def test_fibroblasts_do_not_act_on_each_other() -> None:
    cells = supported(ring(6, 3.0, caf=1.0)).site("liver").cells
    assert (cells["division_factor"][cells["fibroblast"] > 0] == 1).all()


def test_against_brute_force_in_any_order_of_rows() -> None:
    rng = np.random.default_rng(4)
    n = 150
    tumour = {"x": rng.uniform(0, 400, n), "y": rng.uniform(0, 400, n), "radius": rng.uniform(7, 11, n)}
    stroma = {"x": rng.uniform(0, 400, n), "y": rng.uniform(0, 400, n), "caf": (rng.random(n) < 0.5) * 1.0}
    worlds = [supported(stroma, tumour, mixed=m) for m in (False, True)]
    assert worlds[0].digest() == worlds[1].digest()
    c = worlds[0].site("liver").cells
    for i in range(n):
        d = np.hypot(stroma["x"] - c["x"][i], stroma["y"] - c["y"][i])
        near = d < 1.25 * (c["radius"][i] + 7.0)
        caf = stroma["caf"][near].sum()
        normal = near.sum() - caf
        assert c["division_factor"][i] == pytest.approx((1 + min(0.3 * caf, 1)) * (1 - 0.3 * min(normal, 1)))
        assert c["motility_factor"][i] == pytest.approx(1 + min(0.3 * caf, 1))
    assert len(np.unique(c["division_factor"][:n])) > 4


def test_no_strength_is_exactly_no_effect() -> None:
    off = CafSupport(support=0.0, motility_support=0.0, restraint=0.0)
    assert factors(ring(3, 15.0, caf=np.array([0.0, 1.0, 1.0])), process=off) == (1.0, 1.0)


def test_cells_too_large_for_the_search_are_refused() -> None:
    with pytest.raises(ContractError, match="search within"):
        supported(ring(1, 15.0), {"x": np.array([100.0]), "y": 100.0, "radius": 20.0})


@settings(max_examples=25)
@given(
    n=st.integers(1, 8), caf=st.floats(0, 1), support=st.floats(0, 10), cap=st.floats(0, 5), restraint=st.floats(0, 1)
)
def test_factors_stay_in_bounds(n: int, caf: float, support: float, cap: float, restraint: float) -> None:
    process = CafSupport(support=support, motility_support=support, support_cap=cap, restraint=restraint)
    division, motility = factors(ring(n, 12.0, caf=caf), process=process)
    assert 0.0 <= division <= 1.0 + cap
    assert 1.0 <= motility <= 1.0 + cap
