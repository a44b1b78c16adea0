"""Macrophages without ICAM-1: more M2 where ICAM-1 blocks efferocytosis, fewer where it is its receptor."""

from __future__ import annotations

import pytest

from simulation.build import build
from simulation.observables import observe
from simulation.scenario import Scenario
from tests.busy import busy

TICKS = 360  # half a day
MANY = ("tissue.liver_nodule.tumour_macrophages=300 1/mm^2", "processes.efferocytosis.brake=1")


def fed(sign: int, knockdown: float) -> dict[str, float]:
    """Run a busy tissue and observe it."""
    mapping = busy(*MANY, f"processes.efferocytosis.icam_efferocytosis_sign={sign}").resolved()
    treated = {"interventions": [{"knockdown": {"fraction": knockdown, "cells": ["macrophage"]}}]}
    world, plan = build(Scenario.from_mapping(mapping | treated))
    for _ in range(TICKS):
        world.step(plan)
    return observe(world)


@pytest.mark.slow
def test_without_icam1_macrophages_become_m2_or_the_reverse() -> None:
    """M56 and Q8: which of two published signs holds decides what a host without ICAM-1 is like (0.12, 0.18, 0.21)."""
    blocked, without, helped = fed(-1, 0.0), fed(-1, 1.0), fed(1, 0.0)
    assert blocked["bodies_eaten"] * 1.15 < without["bodies_eaten"] < helped["bodies_eaten"] / 1.05
    assert blocked["m2_share"] < without["m2_share"] < helped["m2_share"]
    assert blocked["debris"] > without["debris"] > helped["debris"]
