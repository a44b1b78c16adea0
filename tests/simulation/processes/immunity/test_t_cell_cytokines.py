"""T cell cytokines: only in contact, by cytotoxicity, added to what others secrete."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.processes.immunity.t_cell_cytokines import TCellCytokines
from tests.worlds import make_world


def test_secretes_only_while_it_holds_somebody() -> None:
    """M32: interferon gamma and TNF in proportion to cytotoxicity; nothing without a partner."""
    world, plan = make_world(
        {"t_cell": {"partner": np.array([0, 5, 5, 5], np.uint64), "cytotoxicity": np.array([1.0, 1.0, 0.5, 0.0])}},
        [TCellCytokines()],
    )
    world.step(plan)
    c = world.sites[0].cells
    assert c["ifng_output"] == pytest.approx([0.0, 0.01, 0.005, 0.0])
    assert c["tnf_output"] == pytest.approx([0.0, 0.003, 0.0015, 0.0])


def test_output_does_not_pile_up() -> None:
    """The sum begins anew every 10 min and holds its value in between."""
    world, plan = make_world({"t_cell": {"partner": np.array([5], np.uint64), "cytotoxicity": 1.0}}, [TCellCytokines()])
    for _ in range(12):
        world.step(plan)
        assert world.sites[0].cells["ifng_output"].tolist() == [0.01]
    world.sites[0].cells["partner"][:] = 0
    for _ in range(5):
        world.step(plan)
    assert world.sites[0].cells["ifng_output"].tolist() == [0.0]
