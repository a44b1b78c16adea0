"""Founding fills a box evenly, and more cells keep the names of the fewer."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial import cKDTree

from simulation.engine.lattice import Lattice
from simulation.engine.site import Site
from simulation.engine.tissue import Founding
from simulation.vocabulary import voxel
from tests.worlds import make_world


def founding(shape: tuple[int, int, int], seed: int = 1) -> Founding:
    types = make_world({"a": {"radius": np.zeros(0)}, "b": {"radius": np.zeros(0)}})[0].types
    return Founding(Site("liver", 0, Lattice(shape, 20.0), types, voxel.COLUMNS, 30.0), seed, 5)


@pytest.mark.parametrize(("shape", "neighbours"), [((20, 20, 1), 6), ((10, 10, 10), 12)])
def test_spots_are_packed_as_closely_as_spheres_are(shape: tuple[int, int, int], neighbours: int) -> None:
    made = founding(shape)
    spots = made.spots(18.0)
    inside = ((spots > 40) & (spots.max(axis=1)[:, None] - spots > 40))[: 2 if shape[2] == 1 else 3].all(axis=0)
    tree = cKDTree(spots.T)
    assert tree.query(spots.T, k=2)[0][:, 1].min() == pytest.approx(18.0, abs=0.2)
    counts = [len(near) - 1 for near in tree.query_ball_point(spots[:, inside].T, 18.4)]
    assert counts and np.median(counts) == neighbours
    assert (spots >= 0).all() and (spots <= np.array(made.site.lattice.extent)[:, None]).all()


def test_jitter_belongs_to_the_seed() -> None:
    one, same, other = (founding((20, 20, 1), seed).spots(18.0, jitter=0.2) for seed in (1, 1, 2))
    assert (one == same).all() and (one != other).any()


def test_more_cells_keep_the_names_of_the_fewer() -> None:
    few, many = founding((20, 20, 1)), founding((20, 20, 1))
    spots = many.spots(18.0)
    few.place("a", spots[:, :10])
    many.place("b", spots[:, 90:95])
    many.place("a", spots[:, :4])
    many.place("a", spots[:, 4:30])
    names = many.site.cells["lineage"][many.site.cells["cell_type"] == 0]
    assert set(few.site.cells["lineage"].tolist()) <= set(names.tolist())
    assert (many.site.cells["parcel"] == 5).all()
    assert len(set(many.site.cells["lineage"].tolist())) == 35
