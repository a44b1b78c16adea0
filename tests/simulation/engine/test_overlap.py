"""Overlap of a ball with voxels: distances to intervals, and a whole count against brute force."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.engine.overlap import gap_along


@pytest.mark.parametrize(
    ("position", "i", "expected"), [(25.0, 1, 0.0), (15.0, 1, 5.0), (47.0, 1, 7.0), (20.0, 1, 0.0), (40.0, 1, 0.0)]
)
def test_distance_to_a_voxel(position: float, i: int, expected: float) -> None:
    assert gap_along(position, i, 20.0, 3) == expected


def test_an_inert_axis_never_separates() -> None:
    assert gap_along(1e6, 0, 20.0, 1) == 0.0


def test_ball_touches_the_voxels_that_have_a_point_in_it() -> None:
    """Against a fine grid of points in every voxel; the radius is off the grid's distances."""
    x, y, r, side, n = 33.3, 51.7, 23.0, 20.0, 6
    fine = (np.arange(0, n * 200) + 0.5) * 0.1
    inside = (fine[:, None] - x) ** 2 + (fine[None, :] - y) ** 2 <= r * r
    expected = inside.reshape(n, 200, n, 200).any(axis=(1, 3))
    found = [
        [gap_along(x, i, side, n) ** 2 + gap_along(y, j, side, n) ** 2 <= r * r for j in range(n)] for i in range(n)
    ]
    assert (np.array(found) == expected).all()
    assert 4 < expected.sum() < 16
