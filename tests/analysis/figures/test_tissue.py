"""The picture of the tissue has one disc per cell, at its true radius, and a key to all of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from matplotlib.collections import EllipseCollection

from analysis.figures import palette, tissue
from analysis.figures.tissue import Moment


def a_moment(depth: int = 1, **more: object) -> Moment:
    cells = {
        "x": np.array([50.0, 150.0, 100.0, 30.0, 170.0]),
        "y": np.array([50.0, 60.0, 150.0, 170.0, 120.0]),
        "z": np.full(5, depth * 10.0),
        "radius": np.array([9.0, 10.0, 4.0, 5.0, 8.0]),
        "icam1": np.array([2e4, 2e5, 0.0, 0.0, 0.0]),
        "cell_type": np.array(["tumour_cell", "tumour_cell", "t_cell", "endothelial_cell", "a_new_type"]),
    }
    wall = np.zeros((10, 10, depth))
    wall[2, 2:8] = 1.0
    fields = {"capsule": 0.5 * wall, "capsule_wall": wall, "breached": wall * (np.arange(10) < 4)[None, :, None]}
    arguments: dict[str, object] = {"organs": {"liver": (3, 1), "lung": (0, 0)}, "parcel": 7} | more
    return Moment(3.2 * 1440, (200.0, 200.0, depth * 20.0), 20.0, cells, fields, **arguments)  # type: ignore[arg-type]


def discs(figure: object) -> np.ndarray:
    """Return the diameters of all discs that stand for cells, in um."""
    found = [c for c in figure.axes[0].collections if isinstance(c, EllipseCollection) and c.get_gid() == "cells"]  # type: ignore[attr-defined]
    assert all(c._units == "xy" for c in found)
    return np.sort(np.concatenate([c.get_widths() for c in found]))


def words(figure: object) -> str:
    from matplotlib.text import Text

    return " | ".join(t.get_text() for t in figure.findobj(Text))  # type: ignore[attr-defined]


def test_one_disc_per_cell_at_its_true_radius() -> None:
    figure = tissue.draw(a_moment(), "the start", icam1=(1e4, 3e5))
    np.testing.assert_allclose(discs(figure), [8.0, 10.0, 16.0, 18.0, 20.0])


def test_day_event_counts_and_organs_are_told() -> None:
    told = words(tissue.draw(a_moment(), "the capsule gives way", icam1=(1e4, 3e5)))
    for part in ("Day 3.2", "the capsule gives way", "tumour cell  2", "T cell  1", "a new type  1", "3  (1 colony)"):
        assert part in told, part
    assert "stands for 7" in told
    assert "50 µm" in told


def test_a_block_is_cut_in_its_middle() -> None:
    moment = a_moment(depth=5)
    moment.cells["z"][:] = [50.0, 53.0, 54.5, 40.0, 50.0]
    section = moment.section()
    np.testing.assert_allclose(section["radius"], [9.0, np.sqrt(100 - 9), 8.0])
    figure = tissue.draw(moment, "a section", icam1=(1e4, 3e5))
    assert len(discs(figure)) == 3
    assert "section" in words(figure)


def test_shade_says_how_much_icam1() -> None:
    figure = tissue.draw(a_moment(), "x", icam1=(2e4, 2e5))
    tumour = [c for c in figure.axes[0].collections if c.get_gid() == "cells" and len(c.get_facecolors()) == 2]
    light, dark = tumour[0].get_facecolors()[:, :3].sum(axis=1)
    assert light > dark + 1.0


def test_the_range_of_shades_suits_several_pictures() -> None:
    low, high = tissue.icam1_range(a_moment(), a_moment()) or (0.0, 0.0)
    assert 2e4 <= low < high <= 2e5
    nobody = a_moment()
    nobody.cells["icam1"][:] = 0.0
    assert tissue.icam1_range(nobody) is None


@pytest.mark.parametrize("n", [0, 1])
def test_hardly_any_cells(n: int, tmp_path: Path) -> None:
    full = a_moment()
    few = Moment(0.0, full.extent, 20.0, {k: v[:n] for k, v in full.cells.items()}, {}, {}, 1)
    tissue.save(tissue.draw(few, "empty", icam1=tissue.icam1_range(few)), tmp_path / "x.png")
    assert (tmp_path / "x.png").stat().st_size > 1000


def test_same_picture_same_bytes_and_width(tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        tissue.save(tissue.draw(a_moment(), "x", icam1=(1e4, 3e5)), tmp_path / name)
    data = (tmp_path / "a.png").read_bytes()
    assert data == (tmp_path / "b.png").read_bytes()
    assert int.from_bytes(data[16:20], "big") == tissue.PIXELS


def test_colours_differ_also_for_those_with_deuteranopia() -> None:
    """Machado, Oliveira & Fernandes 2009, matrix for complete deuteranopia, in linear light."""
    machado = np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    )

    def seen(colour: str) -> np.ndarray:
        rgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255.0
        return np.asarray(machado @ rgb**2.2).clip(0, 1) ** (1 / 2.2)

    here = ["hepatocyte", "tumour_cell", "endothelial_cell", "fibroblast", "oval_cell", "t_cell"]
    for views in (lambda c: np.array([int(c[i : i + 2], 16) / 255 for i in (1, 3, 5)]), seen):
        colours = [views(palette.CELL_TYPES[name]) for name in here]
        for i, a in enumerate(colours):
            for j, b in enumerate(colours[:i]):
                assert np.linalg.norm(a - b) > 0.18, (here[i], here[j])


def test_a_new_type_gets_a_colour_of_its_own() -> None:
    colours = palette.of_cell_types(["t_cell", "zeta", "alpha"])
    assert len(set(colours.values())) == 3
    assert colours == palette.of_cell_types(["alpha", "zeta", "t_cell"])
