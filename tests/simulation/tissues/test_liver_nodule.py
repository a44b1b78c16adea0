"""The nodule in liver: innate cells stand where and as often as asked for, and leave the rest as it was."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.engine.catalogue import catalogue
from simulation.engine.mesa_agents import ColumnarAgent
from simulation.engine.site import Site
from simulation.engine.tissue import Founding, Tissue
from simulation.tissues.liver_nodule import LiverNodule
from simulation.tissues.organ import OrganBed
from simulation.vocabulary import voxel

NOBODY = {"kupffer_cells": 0.0, "nk_cells": 0.0, "neutrophils": 0.0, "tumour_macrophages": 0.0}


def founded(tissue: Tissue) -> Site:
    agents = catalogue("simulation.agents", ColumnarAgent)
    types = [agent.cell_type(code, dict(agent.starts)) for code, agent in enumerate(agents.values())]
    site = Site("liver", 0, tissue.lattice(25.0), types, voxel.COLUMNS)
    tissue.populate(Founding(site, 1, 1))
    return site


def of(site: Site, name: str, column: str = "lineage") -> np.ndarray:
    return site.cells[column][site.cells.span(next(t.code for t in site.types if t.name == name))]


def distance(site: Site, name: str) -> np.ndarray:
    """Distance of the cells of a type from the middle of the nodule, um."""
    x, y, _ = (length / 2 for length in site.lattice.extent)
    return np.sqrt((of(site, name, "x") - x) ** 2 + (of(site, name, "y") - y) ** 2)


def test_innate_cells_are_as_many_as_asked_for_and_in_their_places() -> None:
    """On 4 mm^2: counts within 4 standard errors, Kupffer and NK cells beside vessels, others in the nodule."""
    site = founded(LiverNodule())
    inside = distance(site, "macrophage") < 600
    for count, wanted in (
        (np.count_nonzero(~inside), 40 * 4),
        (np.count_nonzero(inside), 60 * np.pi * 0.36),
        (len(of(site, "nk_cell")), 20 * 4),
        (len(of(site, "neutrophil")), 2 * 4),
    ):
        assert count == pytest.approx(wanted, abs=4 * np.sqrt(wanted))
    assert (~inside).sum() / len(of(site, "hepatocyte")) == pytest.approx(0.05, abs=0.02)
    vessels = np.stack([of(site, "endothelial_cell", axis) for axis in "xy"])
    for name, who in (("macrophage", ~inside), ("nk_cell", slice(None))):
        here = np.stack([of(site, name, axis)[who] for axis in "xy"])
        gap = np.sqrt(((here[:, :, None] - vessels[:, None]) ** 2).sum(axis=0)).min(axis=1)
        assert gap.max() <= 24.0
    assert (of(site, "macrophage", "m2")[inside] == 0.5).all()
    assert (of(site, "macrophage", "lifespan_rate") == 0.01).all()
    assert (of(site, "macrophage", "speed")[~inside] == 0).all()


def test_none_leave_the_rest_as_it_was() -> None:
    """T cells, stroma and vessels stand where they stood; each macrophage takes the place of one cell."""
    full, bare = founded(LiverNodule()), founded(LiverNodule(**NOBODY))
    for name in ("t_cell", "fibroblast", "endothelial_cell", "oval_cell"):
        assert np.array_equal(np.sort(of(full, name, "x")), np.sort(of(bare, name, "x")))
    for name in ("macrophage", "nk_cell", "neutrophil"):
        assert len(of(bare, name)) == 0
    assert full.cells.n == bare.cells.n


@pytest.mark.parametrize(("density", "count"), [(30.0, 4), (0.0, 0)])
def test_an_organ_has_a_few_macrophages(density: float, count: int) -> None:
    """0.16 mm^2 of tissue."""
    site = founded(OrganBed(macrophages=density))
    assert abs(len(of(site, "macrophage")) - count) <= count / 2


def test_a_stem_like_subset_carries_more_icam1_while_the_mean_stays() -> None:
    """5 % of some 3,800 cells, within 4 standard errors; the rest is alike up to its own spread."""
    alike, mixed = (of(founded(LiverNodule(stem_boost=b)), "tumour_cell", "icam1_basal") for b in (1.0, 10.0))
    ratio = mixed / alike
    stem = ratio > 1.0
    n = len(ratio)
    assert stem.sum() == pytest.approx(0.05 * n, abs=4 * np.sqrt(0.05 * 0.95 * n))
    assert ratio[stem] / ratio[~stem].mean() == pytest.approx(10.0)
    assert mixed.mean() == pytest.approx(alike.mean(), rel=0.12)
    assert len(set(np.round(ratio, 9))) == 2
