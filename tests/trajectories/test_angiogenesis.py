"""A nodule whose vessels stand too far apart: hypoxia, VEGF, sprouts, oxygen; and without sprouts none of the last."""

from __future__ import annotations

import pytest

from simulation.build import build
from simulation.engine.arithmetic import chunked_sum
from simulation.observables import observe
from simulation.scenario import load_scenario

DAY = 720  # ticks
#: of the baseline the liver alone, smaller, with vessels 400 um apart
SPARSE = (
    "tissue.liver_nodule.width=1100 um",
    "tissue.liver_nodule.nodule_radius=400 um",
    "tissue.liver_nodule.capsule_thickness=50 um",
    "tissue.liver_nodule.sprout_spacing=400 um",
    "tissue.liver_nodule.oval_cells=10",
    *(f"organs.{name}=off" for name in ("lung", "lymph_node", "bone", "adrenal", "brain")),
)


def course(*more: str) -> list[dict[str, float]]:
    """Observe the nodule at the start and after each of three days, its VEGF included."""
    world, plan = build(load_scenario("hcc_baseline", [*SPARSE, *more]))
    voxels, seen = world.sites[0].voxels, []
    inside = voxels["enclosing"] >= 0
    for day in range(4):
        for _ in range(DAY if day else 0):
            world.step(plan)
        vegf = voxels["vegf"][inside]
        seen.append(observe(world) | {"vegf": float(chunked_sum(vegf)) / vegf.size, "vegf_most": float(vegf.max())})
    return seen


@pytest.mark.slow
def test_a_tumour_that_outgrows_its_vessels_calls_for_more() -> None:
    """M59: a fifth is hypoxic; VEGF is some ng/mL, tens at most; a fifth more wall in three days; then less hypoxia."""
    sprouting, off = course(), course("arms.angiogenesis=off")
    assert 0.1 < sprouting[0]["tumour_hypoxic"] == off[0]["tumour_hypoxic"] < 0.4
    for day in (1, 2, 3):
        assert 1.0 < sprouting[day]["vegf"] < sprouting[day]["vegf_most"] < 100.0
        assert off[day]["sprouts"] == 0
        assert off[day]["vessel_density_liver"] == off[0]["vessel_density_liver"]
    assert sprouting[3]["sprouts"] > 40
    assert sprouting[3]["vessel_density_liver"] > 1.1 * off[3]["vessel_density_liver"]
    assert sprouting[3]["tumour_hypoxic"] < 0.93 * off[3]["tumour_hypoxic"]
    assert sprouting[3]["vegf"] < 0.85 * off[3]["vegf"]


@pytest.mark.slow
def test_the_nodule_of_the_baseline_starts_hypoxic_in_its_gaps() -> None:
    """Some of it, and nobody so far that he dies of it."""
    world, _ = build(load_scenario("hcc_baseline"))
    told, c = observe(world), world.sites[0].cells
    assert 0.05 < told["tumour_hypoxic"] < 0.35
    assert c["o2_here"][c["o2_uptake"] > 0.0].min() > 5.0
