"""Flow through each stretch of vessel lies within its range, and organs take theirs from it."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.tissues.organ import OrganBed
from simulation.vocabulary.haemodynamics import CAPILLARY, FLOWS, SEGMENTS, VENULE, flow
from simulation.vocabulary.organs import ORGANS, Organ


@pytest.mark.parametrize("name", FLOWS)
def test_values_lie_within_their_ranges(name: str) -> None:
    f = FLOWS[name]
    for value, (low, high) in (
        (f.shear_stress, f.stress_range),
        (f.shear_rate, f.rate_range),
        (f.diameter, f.diameter_range),
    ):
        assert low <= value <= high, (name, value, low, high)
    assert f.source
    assert f.meaning


@pytest.mark.parametrize("name", ORGANS)
def test_organs_have_two_segments(name: str) -> None:
    """Capillaries are narrower than venules, and nothing can be held in an artery."""
    organ, narrow, wide = ORGANS[name], *(flow(name, s) for s in SEGMENTS)
    assert (organ.shear_rate, organ.shear_stress) == (narrow.shear_rate, narrow.shear_stress)
    assert (organ.venule_shear_rate, organ.venule_diameter) == (wide.shear_rate, wide.diameter)
    assert narrow.diameter < wide.diameter
    assert f"{name}_{CAPILLARY}" in FLOWS
    assert f"{name}_{VENULE}" in FLOWS
    assert FLOWS["artery_artery"].shear_rate > 403


def test_an_organ_that_is_not_listed_is_an_average_one() -> None:
    assert flow("spleen", CAPILLARY).shear_rate == Organ("spleen", "", "").shear_rate
    assert flow("spleen", VENULE).shear_rate == Organ("spleen", "", "").venule_shear_rate


def test_an_organ_bed_has_venules_among_its_vessels() -> None:
    placed = []

    class Ground:
        def spots(self, spacing, jitter, purpose):
            return np.zeros((3, 400))

        def luck(self, n, purpose):
            return np.arange(n) / n

        def place(self, kind, spots, values=None):
            if kind == "endothelial_cell":
                placed.append((spots.shape[1], values))

    OrganBed(organ=ORGANS["lung"]).populate(Ground())  # type: ignore[arg-type]
    assert [n for n, _ in placed] == [340, 60]
    assert placed[0][1] == {"venule": 0.0, "shear_rate": 300.0, "vessel_diameter": 6.0}
    assert placed[1][1] == {"venule": 1.0, "shear_rate": 200.0, "vessel_diameter": 30.0}
