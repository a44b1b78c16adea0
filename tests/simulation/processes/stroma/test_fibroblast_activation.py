"""Fibroblast activation: rates, no way back, whom it concerns."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulation.engine.chance import process_key, uniform
from simulation.processes.stroma.fibroblast_activation import FibroblastActivation, activate
from simulation.vocabulary import traits
from tests.worlds import make_world, shuffle

SLOW_CLOCK = {"tick": "6 h", "periods": {"fibroblast_activation": "6 h"}}


def activated(days: float, n: int = 4000, process: FibroblastActivation | None = None, **cells: float) -> float:
    world, plan = make_world(
        {"fibroblast": {"caf": np.zeros(n), "fibroblast": 1.0, **cells}},
        [process or FibroblastActivation(k_caf=0.2)],
        **SLOW_CLOCK,
    )
    for _ in range(round(days * 4)):
        world.step(plan)
    caf = world.site("liver").cells["caf"]
    assert set(caf.tolist()) <= {0.0, 1.0}
    return float(caf.mean())


@pytest.mark.parametrize(("tgfb", "tnf", "hazard"), [(0, 0, 0), (1, 0, 0.1), (0, 1, 0.1), (1, 1, 0.2), (1e6, 1e6, 0.4)])
def test_share_activated(tgfb: float, tnf: float, hazard: float) -> None:
    """M38: 1 - exp(-hazard t): half of k_caf from each signal at its half concentration."""
    share = activated(3.0, tgfb_here=float(tgfb), tnf_here=float(tnf))
    assert share == pytest.approx(1 - math.exp(-3 * hazard), abs=0.025 if hazard else 0.0)


def test_there_is_no_way_back() -> None:
    assert activated(2.0, caf=1.0) == 1.0


def test_kernel_against_plain_python() -> None:
    rng = np.random.default_rng(2)
    n, key = 400, process_key(1, "fibroblast_activation")
    tgfb, tnf = rng.exponential(1, n), rng.exponential(1, n)
    lineage = rng.integers(1, 2**63, n).astype(np.uint64)
    caf = np.zeros(n)
    activate(caf, tgfb, tnf, lineage, key, 4, 0.7, 1.0, 2.0, 0.8)
    for i in range(n):
        hazard = 0.7 * (tgfb[i] / (tgfb[i] + 1) + tnf[i] / (tnf[i] + 2))
        assert caf[i] == (uniform(key, 4, lineage[i], 0) < 1 - math.exp(-hazard * 0.8))
    assert 40 < caf.sum() < 360


def test_only_fibroblasts_change_and_order_of_rows_does_not_matter() -> None:
    others = tuple(c for n, c in traits.ALL.items() if n not in {"caf", "fibroblast"})
    digests = []
    for mixed in (False, True):
        world, plan = make_world(
            {"tumour_cell": {"tnf_here": np.full(30, 1e6)}, "fibroblast": {"tnf_here": np.full(30, 1e6)}},
            [FibroblastActivation(k_caf=0.3)],
            columns={"tumour_cell": others},
            **SLOW_CLOCK,
        )
        if mixed:
            shuffle(world)
        for _ in range(8):
            world.step(plan)
        digests.append(world.digest())
        cells = world.site("liver").cells
        assert (cells["caf"][cells["cell_type"] == 0] == 0).all()
        assert 0 < cells["caf"].sum() < 30
    assert digests[0] == digests[1]
