"""Macrophage cytokines: by polarisation and alarm, and nothing from other cells."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.processes.immunity.macrophage_cytokines import MacrophageCytokines
from tests.worlds import make_world


def test_by_polarisation() -> None:
    """M1 at rest, alarmed M1, M2, half-way and alarmed, and a cell that is no macrophage."""
    world, plan = make_world(
        {
            "cell": {
                "macrophage": np.array([1.0, 1, 1, 1, 0]), "m2": np.array([0, 0, 1, 0.5, 0.5]),
                "nfkb": np.array([0, 1.0, 1, 0.4, 1]),
            }
        },
        [MacrophageCytokines()],
    )  # fmt: skip
    world.step(plan)
    c = world.sites[0].cells
    assert c["tnf_output"] == pytest.approx([0, 1e-3, 0, 2e-4, 0])
    assert c["il1b_output"] == pytest.approx([0, 5e-4, 0, 1e-4, 0])
    assert c["ccl2_output"] == pytest.approx([2e-3, 2e-3, 0, 1e-3, 0])
    assert c["tgfb_output"] == pytest.approx([0, 0, 2e-3, 1e-3, 0])
    assert c["vegf_output"] == pytest.approx([0, 0, 0.005, 0.0025, 0])
