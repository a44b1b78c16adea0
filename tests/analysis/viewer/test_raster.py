from __future__ import annotations

from io import BytesIO, StringIO
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from analysis.viewer import colouring, exports, raster, vector
from analysis.viewer.frame import Frame
from analysis.viewer.packing import pack
from tests.analysis.viewer.worlds import frame


def one_cell() -> Frame:
    """A tissue of 100 x 100 um with one T cell, up on the right."""
    some = frame(1)
    cells = {name: values.copy() for name, values in some.cells.items()}
    cells["cell_type"][:] = 2
    for name, value in (("x", 75.0), ("y", 75.0), ("radius", 10.0)):
        cells[name][:] = value
    return Frame(2.0, "liver", cells, some.types, {}, None, (100.0, 100.0, 20.0), 20.0)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_cell_is_painted_where_it_is(theme: str) -> None:
    picture = np.asarray(raster.draw(one_cell(), 200, colour_by="type", theme=theme, plain=True), dtype=int)
    colour = colouring.rgb(colouring.type_colours(("t_cell",), theme)["t_cell"])
    assert picture.shape == (200, 200, 3)
    assert np.abs(picture[50, 150] - colour).max() < 12  # y points up
    assert np.abs(picture[150, 50] - colour).max() > 40
    share = (np.abs(picture - colour).max(axis=2) < 60).mean()
    assert share == pytest.approx(np.pi * 10**2 / 100**2, rel=0.25)


def test_marked_cells_stand_out() -> None:
    some = one_cell()
    plain, marked = (
        np.asarray(raster.paint(pack(some, "type", marked=marks), 200, plain=True), dtype=int)
        for marks in (None, some.cells["lineage"])
    )
    changed = np.abs(plain - marked).max(axis=2) > 40
    assert 0.005 < changed.mean() < 0.1


def test_a_picture_with_words_has_the_asked_size() -> None:
    assert raster.draw(frame(), 640, 352, field="tnf").size == (640, 352)
    assert raster.draw(frame(0), 320).size[0] == 320


def test_svg_has_a_circle_for_every_cell() -> None:
    packed = pack(frame(40), "icam1", "tnf", title="<b>&")
    root = ElementTree.fromstring(vector.draw(packed))
    space = "{http://www.w3.org/2000/svg}"
    cells = next(g for g in root.iter(f"{space}g") if g.get("id") == "cells")
    assert sum(1 for _ in cells.iter(f"{space}circle")) == 40
    assert {i.get("id") for i in root.iter(f"{space}image")} == {"field", "capsule"}
    words = [t.text for t in root.iter(f"{space}text")]
    assert "<b>&" in words and "Day 1.00" in words
    assert raster.heading(packed)[:2] == ("<b>&", "day 1.00")


def test_exports_hold_what_is_shown() -> None:
    some = frame(40)
    packed = pack(some, "type")
    with Image.open(BytesIO(exports.picture(packed, 320))) as picture:
        assert picture.size[0] == 320 and picture.format == "PNG"
    assert exports.drawing(packed).startswith(b"<svg")
    table = pd.read_csv(StringIO(exports.cells(some).decode()), dtype={"lineage": "uint64"})
    assert len(table) == 40 and table["lineage"].tolist() == some.cells["lineage"].tolist()
    assert table["cell_type"].tolist() == [some.types[c] for c in some.cells["cell_type"]]
    assert table["icam1"].isna().sum() == np.isnan(some.cells["icam1"]).sum()
    both = pd.read_csv(StringIO(exports.two_courses(np.array([0.0, 1.0]), {"a": np.array([1.0, 2.0])}).decode()))
    assert both["a"].tolist() == [1.0, 2.0]


@pytest.mark.parametrize("odd", ["../../etc/passwd", "a b/ü", "x\0y", ""])
def test_file_names_are_harmless(odd: str) -> None:
    name = exports.file_name(odd, "day1.00")
    assert "/" not in name and "\0" not in name and name.isascii()
