"""Proteolysis: phenotype and loss of enclosure."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.processes.stroma.proteolysis import Proteolysis
from simulation.vocabulary import traits
from tests.worlds import make_world


def test_known_values() -> None:
    cells = {"emt": np.array([0.0, 1.0, 0.5, 0.0, 1.0, 0.0]), "enclosure": np.array([1.0, 1.0, 0.2, 0.19, 0.0, 0.0])}
    world, plan = make_world({"tumour_cell": cells}, [Proteolysis()])
    for _ in range(9):  # sums begin anew with each period
        world.step(plan)
    assert world.site("liver").cells["mmp_output"] == pytest.approx([0.002, 0.022, 0.012, 0.01, 0.11, 0.01])


def test_rupture_makes_it_fivefold() -> None:
    """M47c: matrix degradation."""
    world, plan = make_world({"tumour_cell": {"emt": 0.3, "enclosure": np.array([0.9, 0.1])}}, [Proteolysis()])
    world.step(plan)
    whole, broken = world.site("liver").cells["mmp_output"]
    assert broken == 5.0 * whole


def test_cells_without_emt_secrete_nothing() -> None:
    world, plan = make_world(
        {"tumour_cell": {}, "fibroblast": {}},
        [Proteolysis()],
        columns={"fibroblast": (*traits.BODY, *traits.SURROUNDINGS, *traits.FIBROBLAST)},
    )
    world.step(plan)
    assert world.site("liver").cells["mmp_output"] == pytest.approx([0.01, 0.0])
