"""The box of voxels against plain Python and linear fields."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.engine.errors import InputError
from simulation.engine.kernel import kernel
from simulation.engine.lattice import Lattice, gradient_at, voxel_of

SHAPES = st.tuples(*[st.integers(1, 7)] * 3)


@kernel
def all_gradients(field, side, nx, ny, nz, gx, gy, gz):
    for voxel in range(len(field)):
        gx[voxel], gy[voxel], gz[voxel] = gradient_at(field, voxel, side, nx, ny, nz)


def gradients(lattice, field):
    slopes = np.full((3, lattice.n_voxels), np.nan)
    all_gradients(field, lattice.side, *lattice.shape, *slopes)
    return slopes


@pytest.mark.parametrize(
    ("shape", "dimension"), [((1, 1, 1), 0), ((9, 1, 1), 1), ((1, 1, 4), 1), ((5, 4, 1), 2), ((5, 4, 3), 3)]
)
def test_dimension_counts_axes_that_are_not_inert(shape, dimension):
    assert Lattice(shape, 20.0).dimension == dimension


def test_sizes():
    box = Lattice((5, 4, 3), 20.0)
    assert (box.n_voxels, box.extent, box.voxel_volume) == (60, (100.0, 80.0, 60.0), 8000.0)


def test_centres_follow_the_flat_order():
    box = Lattice((4, 3, 2), 10.0)
    x, y, z = box.centres()
    for ix in range(4):
        for iy in range(3):
            for iz in range(2):
                voxel = (ix * 3 + iy) * 2 + iz
                assert (x[voxel], y[voxel], z[voxel]) == (10 * ix + 5, 10 * iy + 5, 10 * iz + 5)


@settings(deadline=None)  # the first example compiles
@given(SHAPES, st.sampled_from([0.1, 1.0, 7.3, 20.0]))
def test_every_centre_lies_in_its_own_voxel(shape, side):
    box = Lattice(shape, side)
    assert np.array_equal(box.voxels(*box.centres()), np.arange(box.n_voxels))


@settings(deadline=None)  # the first example compiles
@given(SHAPES, st.sampled_from([0.1, 7.3, 20.0]), st.lists(st.floats(), min_size=3, max_size=3))
def test_any_position_has_a_voxel(shape, side, position):
    assert 0 <= voxel_of(*position, side, *shape) < math.prod(shape)


@settings(deadline=None)  # the first example compiles
@given(SHAPES, st.lists(st.floats(-200, 200), min_size=3, max_size=3))
def test_voxel_equals_plain_python(shape, position):
    place = [min(max(math.floor(p / 20.0), 0), n - 1) for p, n in zip(position, shape, strict=True)]
    assert voxel_of(*position, 20.0, *shape) == np.ravel_multi_index(place, shape)


def test_a_wall_between_voxels_belongs_to_the_upper_one_and_the_end_to_the_last():
    assert [voxel_of(x, 0.0, 0.0, 10.0, 3, 1, 1) for x in (0.0, 9.999, 10.0, 30.0, 31.0, -1.0)] == [0, 0, 1, 2, 2, 0]


@settings(deadline=None)  # the first example compiles
@given(st.lists(st.floats(-1e3, 1e3), min_size=3, max_size=3))
def test_clamp_keeps_positions_inside_and_leaves_inner_ones_alone(position):
    slab = Lattice((6, 4, 1), 20.0)
    x, y, z = (np.array([p]) for p in position)
    slab.clamp(x, y, z)
    assert x[0] == min(max(position[0], 0.0), 120.0)
    assert y[0] == min(max(position[1], 0.0), 80.0)
    assert z[0] == 10.0


def test_clamp_does_not_hide_what_is_not_a_number():
    x, y, z = np.array([math.nan]), np.array([5.0]), np.array([5.0])
    Lattice((6, 4, 2), 20.0).clamp(x, y, z)
    assert math.isnan(x[0])


@settings(deadline=None)  # the first example compiles
@given(SHAPES)
def test_gradient_of_a_plane_is_exact_and_zero_on_inert_axes(shape):
    box = Lattice(shape, 4.0)
    x, y, z = box.centres()
    slopes = gradients(box, 2.0 * x - 3.0 * y + 5.0 * z)
    for found, slope, n in zip(slopes, (2.0, -3.0, 5.0), shape, strict=True):
        assert np.allclose(found, slope if n > 1 else 0.0, rtol=0, atol=1e-12)


def test_gradient_is_central_inside_and_one_sided_at_walls():
    line = Lattice((4, 1, 1), 2.0)
    gx, _, _ = gradients(line, np.array([0.0, 1.0, 4.0, 9.0]))
    assert gx.tolist() == [0.5, 1.0, 2.0, 2.5]


@pytest.mark.parametrize("shape", [(0, 3, 3), (3, 3), (3, 2.5, 1), (-1, 1, 1)])
def test_impossible_shapes_are_refused(shape):
    with pytest.raises(InputError, match="whole numbers"):
        Lattice(shape, 20.0)


@pytest.mark.parametrize("side", [0.0, -1.0, math.inf, math.nan])
def test_impossible_sides_are_refused(side):
    with pytest.raises(InputError, match="above 0 um"):
        Lattice((3, 3, 1), side)
