"""CAF secretion: what, how much, and by whom."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.processes.stroma.caf_secretion import CafSecretion
from tests.worlds import make_world


def test_amounts_per_cell() -> None:
    """Full NF-kB makes it fivefold where it acts; nothing without activation."""
    cells = {"caf": np.array([0.0, 1.0, 1.0]), "nfkb": np.array([1.0, 0.0, 1.0])}
    world, plan = make_world({"fibroblast": cells}, [CafSecretion()])
    for _ in range(9):  # sums begin anew with each period
        world.step(plan)
    c = world.site("liver").cells
    assert c["il6_output"] == pytest.approx([0, 0.01, 0.05])
    assert c["vegf_output"] == pytest.approx([0, 0.005, 0.025])
    assert c["cxcl_output"] == pytest.approx([0, 0.005, 0.025])
    assert c["tgfb_output"] == pytest.approx([0, 0.01, 0.01])
    assert c["mmp_output"] == pytest.approx([0, 0.02, 0.02])


def test_a_substance_can_be_switched_off() -> None:
    world, plan = make_world({"fibroblast": {"caf": np.ones(3)}}, [CafSecretion(il6=0.0)])
    world.step(plan)
    assert (world.site("liver").cells["il6_output"] == 0).all()
    assert (world.site("liver").cells["tgfb_output"] > 0).all()
