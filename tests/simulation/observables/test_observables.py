"""Each observable against numbers counted by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulation.build import build
from simulation.engine.observable import rows_of_type
from simulation.engine.world import World
from simulation.observables import observe
from simulation.scenario import load_scenario
from tests.worlds import make_world

NAMED = {
    "tumour_cell": {
        "x": np.array([10.0, 11, 30, 50, 70]),
        "y": 10.0,
        "radius": 9.0,
        "parcel": np.array([2, 1, 1, 1, 1]),
        "icam1": np.array([100.0, 200, 300, 400, 1e6]),
        "o2_here": np.array([5.0, 15, 15, 9.9, 0]),
        "emt": np.array([0.4, 0.5, 0.6, 0, 1]),
        "detached": np.array([0.0, 0, 1, 0, 0]),
        "colony": np.array([0, 0, 0, 0, 77], dtype=np.uint64),
    },
    "t_cell": {
        "x": np.array([10.0, 390]),
        "y": 10.0,
        "lfa1": 1e5,
        "partner": np.array([5, 0], dtype=np.uint64),
        "bonds": np.array([12.0, 0]),
    },
}


def world_of() -> World:
    world, _ = make_world(NAMED, sites=("liver", "lung"))
    return world


def test_cells_are_counted_by_type_and_site() -> None:
    seen = observe(world_of())
    assert seen["n_tumour_cell_liver"] == 6
    assert seen["n_t_cell_liver"] == 2
    assert seen["n_tumour_cell_lung"] == 0
    assert seen["n_agents_liver"] == 7
    assert seen["n_cells"] == 8
    assert seen["births"] == seen["deaths"] == 0


def test_the_primary_is_what_belongs_to_no_colony() -> None:
    seen = observe(world_of())
    assert seen["tumour_cells"] == 5
    assert seen["tumour_agents"] == 4
    assert seen["tumour_icam1"] == (2 * 100 + 200 + 300 + 400) / 5
    assert seen["tumour_hypoxic"] == 3 / 5
    assert seen["tumour_mesenchymal"] == 2 / 5
    assert seen["tumour_detached"] == 1 / 5
    # three voxels of 20 um: the first two cells share one
    assert seen["tumour_diameter"] == pytest.approx(2 * math.sqrt(3 * 400 / math.pi))


def test_a_ball_of_voxels_has_the_diameter_of_the_ball() -> None:
    side, n = 20.0, 21
    centre = (np.indices((n, n, n)).reshape(3, -1).T + 0.5) * side
    inside = centre[((centre - n * side / 2) ** 2).sum(axis=1) < 150.0**2]
    cells = {"tumour_cell": {axis: inside[:, k] for k, axis in enumerate("xyz")}}
    world, _ = make_world(cells, shape=(n, n, n), side=side)
    assert observe(world)["tumour_diameter"] == pytest.approx(300, rel=0.03)


def test_nobody_there_is_zero_or_not_a_number() -> None:
    world, _ = make_world({"tumour_cell": {"x": np.zeros(0)}, "t_cell": {"x": np.zeros(0)}})
    seen = observe(world)
    assert seen["tumour_cells"] == seen["tumour_diameter"] == seen["conjugates"] == 0
    assert math.isnan(seen["tumour_icam1"])
    assert math.isnan(seen["tumour_hypoxic"])
    assert math.isnan(seen["capsule_integrity"])
    assert seen["capsule_breached"] == 0


def test_the_capsule_is_where_it_was_laid_down() -> None:
    world = world_of()
    voxels = world.sites[0].voxels
    voxels["capsule_wall"][:4] = 1
    voxels["capsule"][:5] = [1.0, 0.5, 0.1, 0.2, 0.9]
    voxels["breached"][2] = 1
    seen = observe(world)
    assert seen["capsule_integrity"] == pytest.approx(0.45)
    assert seen["capsule_weakest"] == 0.1
    assert seen["capsule_breached_share"] == 0.25
    assert seen["capsule_breached"] == 1


def test_lymphocytes_are_those_that_bear_lfa1() -> None:
    world = world_of()
    world.sites[0].voxels["enclosing"][0] = 7  # holds the T cell at (10, 10)
    seen = observe(world)
    assert seen["lymphocytes"] == 2
    assert seen["lymphocytes_in_nodule"] == 1
    assert seen["conjugates"] == 1
    assert seen["conjugate_bonds"] == 12


def test_the_blood_is_sorted_by_company() -> None:
    world = world_of()
    tumour, lymphocyte = 0, 1
    convoys = {1: [tumour], 2: [tumour, tumour], 3: [tumour, lymphocyte], 4: [lymphocyte]}
    members = [(name, kind) for name, kinds in convoys.items() for kind in kinds]
    world.travellers.append(
        len(members),
        {
            "convoy": np.array([m[0] for m in members], dtype=np.uint64),
            "cell_type": np.array([m[1] for m in members]),
            "lineage": np.arange(len(members)) + 1,
            "arrested": np.array([0.0, 1, 2, 0, 1, 1]),
        },
    )
    world.pools["sicam1"][:] = 640.0
    seen = observe(world)
    assert seen["blood_tumour_cells"] == 4
    assert seen["blood_singles"] == seen["blood_clusters"] == seen["blood_with_lymphocytes"] == 1
    assert seen["blood_arrested"] == 2
    assert seen["serum_sicam1"] == 640
    assert "serum_anti_icam1_input" not in seen


@pytest.mark.parametrize(("cells", "metastases"), [(9, 0), (10, 1)])
def test_a_metastasis_has_ten_living_cells(cells: int, metastases: int) -> None:
    world = world_of()
    colony = np.array([7] * cells + [8, 8, 0], dtype=np.uint64)
    values = {"lineage": np.arange(len(colony)) + 1, "cell_type": 0, "colony": colony}
    world.sites[1].cells.append(len(colony), {**values, "dormant": (colony == 8).astype(float)})
    seen = observe(world)
    assert seen["colony_cells_lung"] == cells + 2
    assert seen["dormant_cells_lung"] == 2
    assert seen["colonies_lung"] == 2
    assert seen["metastases_lung"] == seen["metastases"] == metastases
    assert seen["colonies_liver"] == 1
    assert seen["colonies"] == 3


def test_macrophages_are_counted_and_their_polarisation_measured() -> None:
    world, _ = make_world(
        {
            "macrophage": {
                "x": np.array([10.0, 390]), "y": 10.0, "macrophage": 1.0, "lfa1": 5e4, "recognition": 0.0,
                "m2": np.array([0.8, 0.2]), "eaten": np.array([4.0, 0.0]), "parcel": np.array([3, 1]),
            },
            "t_cell": {"lfa1": 1e5},
        },
        sites=("liver", "lung"),
    )  # fmt: skip
    voxels = world.sites[0].voxels
    voxels["enclosing"][0] = 7
    voxels["debris"][:3] = [0.5, 1.0, 0.25]
    seen = observe(world)
    assert seen["lymphocytes"] == 1
    assert seen["macrophages_in_nodule"] == 3
    assert seen["m2_share"] == pytest.approx((3 * 0.8 + 0.2) / 4)
    assert seen["m2_share_in_nodule"] == pytest.approx(0.8)
    assert seen["bodies_eaten"] == 3.0
    assert seen["debris"] == 1.75


def test_molecules_are_averaged_over_the_cells_of_types_that_begin_with_them() -> None:
    """An agent counts as the cells it stands for; a molecule that a type does not carry is not recorded of it."""
    world, _ = build(load_scenario("scenarios/quick_look.yaml"))
    cells = world.sites[0].cells
    rows = rows_of_type(world, cells, "tumour_cell")
    cells["egfr"][rows] = 0.0
    cells["egfr"][rows[0]] = 1e6
    seen = observe(world)
    share = cells["parcel"][rows[0]] / cells["parcel"][rows].sum()
    assert seen["egfr_tumour_cell"] == pytest.approx(1e6 * share)
    assert seen["icam1_tumour_cell"] > 0.0 and seen["e_selectin_endothelial_cell"] == 1e3
    assert not {"lfa1_tumour_cell", "mac1_t_cell", "e_selectin_hepatocyte", "mhc1_tumour_cell"} & seen.keys()
    assert math.isnan(seen["lfa1_t_cell"]) or seen["lfa1_t_cell"] > 0.0
