"""What is told of vessels, travellers and colonies."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulation.engine.lineage import founders, name_key
from simulation.observables.blood import blood
from simulation.observables.vessels import vessels
from tests.worlds import make_world


def test_density_openness_and_permeability() -> None:
    wall = {"o2_exchange": np.array([20.0, 20.0, 20.0, 0.0]), "permeability": np.array([0.0, 0.5, 1.0, 0.9])}
    wall |= {"maturity": np.array([1.0, 0.5, 1.0, 0.5]), "tumour_endothelium": np.array([0.3, 0.0, 0.0, 1.0])}
    world, _ = make_world({"vessel": wall}, sites=("liver", "lung"))
    told = {q.name: q.value for q in vessels(world)}
    assert told["vessel_density_liver"] == pytest.approx(3 / 0.16)
    assert told["mean_permeability_liver"] == pytest.approx(0.5)
    assert told["mean_ps_liver"] == pytest.approx(10 * 0.77 * (1 + 5.69 * 0.5))
    assert told["sprouts"] == 1
    assert told["mean_tumour_endothelium"] == pytest.approx(0.1)
    assert told["vessel_density_lung"] == 0
    assert math.isnan(told["mean_permeability_lung"])


def test_company_in_blood() -> None:
    """A single one, a cluster, one with a lymphocyte, one with a neutrophil, one with both."""
    world, _ = make_world({"tumour_cell": {}, "t_cell": {}})
    names = founders(name_key("blood", "x"), 10)
    convoy = names[np.array([0, 1, 1, 3, 3, 5, 5, 7, 7, 7])]
    kind = np.array([0, 0, 0, 0, 1, 0, 1, 0, 1, 1])
    neutrophil = np.array([0, 0, 0, 0, 0, 0, 1, 0, 1, 0])
    values = {"lineage": names, "convoy": convoy, "cell_type": kind, "neutrophil": neutrophil, "in_blood": 6.0 + kind}
    world.travellers.append(10, values | {"parcel": 1})
    told = {q.name: q.value for q in blood(world)}
    wanted = {"singles": 1, "clusters": 1, "with_lymphocytes": 2, "with_neutrophils": 2}
    assert {name: told[f"blood_{name}"] for name in wanted} == wanted
    assert told["mean_time_in_blood"] == pytest.approx(6.0)
