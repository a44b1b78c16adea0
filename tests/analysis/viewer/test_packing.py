"""Frames as bytes: places, colours, order, and ranges that hold."""

from __future__ import annotations

import copy
import dataclasses

import numpy as np
import pytest

from analysis.viewer import colouring
from analysis.viewer.packing import BOUND, CELL, MARKED, VESSEL, Scale, pack, painted
from tests.analysis.viewer.worlds import TYPES, frame


def unpacked(packed) -> np.ndarray:
    return np.frombuffer(packed.cells, dtype=CELL)


def test_eight_bytes_a_cell_and_places_to_a_hundredth() -> None:
    seen = frame()
    packed = pack(seen)
    cells = unpacked(packed)
    assert len(packed.cells) == 8 * len(seen)
    assert np.allclose(cells["x"] / 65535 * 400, seen.cells["x"][packed.rows], atol=0.01)
    assert np.allclose(cells["y"] / 65535 * 200, seen.cells["y"][packed.rows], atol=0.01)
    assert np.allclose(cells["radius"] * 0.25, seen.cells["radius"][packed.rows], atol=0.13)
    assert np.array_equal(cells["type"], seen.cells["cell_type"][packed.rows])
    assert sorted(packed.rows) == list(range(len(seen)))


def test_small_and_mobile_cells_are_painted_last() -> None:
    layers = [{"hepatocyte": 0, "tumour_cell": 1}.get(TYPES[t], 2) for t in unpacked(pack(frame()))["type"]]
    assert layers == sorted(layers) and len(set(layers)) == 3


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colours_by_type_are_those_of_the_legend(theme: str) -> None:
    packed = pack(frame(), "type", theme=theme)
    table = np.frombuffer(packed.palette, np.uint8).reshape(256, 4)
    for entry in packed.legend:
        assert "#" + "".join(f"{v:02x}" for v in table[entry["code"], :3]) == entry["colour"]
    assert packed.bar == {} and (table[:, 3] == 255).all()
    assert sum(e["count"] for e in packed.legend) == 3 * 40


def test_a_shade_is_told_by_its_bar() -> None:
    seen = frame(400)
    packed = pack(seen, "icam1")
    cells, low, high = unpacked(packed), packed.bar["low"], packed.bar["high"]
    values = seen.cells["icam1"][packed.rows]
    known = np.isfinite(values)
    assert (cells["colour"][~known] < colouring.RAMP).all() and (cells["colour"][known] >= colouring.RAMP).all()
    share = np.clip((values[known] - low) / (high - low), 0, 1)
    steps = cells["colour"][known] - float(colouring.RAMP)
    assert np.allclose(steps, share * (colouring.RAMP_STEPS - 1), atol=0.51)


def test_only_tumour_cells_are_shaded_by_default() -> None:
    cells = unpacked(pack(frame(400)))
    shaded = cells["colour"] >= colouring.RAMP
    assert {TYPES[t] for t in cells["type"][shaded]} == {"tumour_cell"}
    assert shaded.sum() == (cells["type"] == TYPES.index("tumour_cell")).sum()


def test_every_way_of_colouring_works_with_what_is_known() -> None:
    for colour_by in colouring.COLOUR_BY:
        packed = pack(frame(), colour_by)
        assert bool(packed.bar) == (colour_by in ("tumour_icam1", "icam1", "nfkb"))


def test_flags() -> None:
    seen = frame()
    seen.cells["partner"][4] = 9
    packed = pack(seen, marked=np.array([3, 8], np.uint64))
    flags = dict(zip(packed.rows.tolist(), unpacked(packed)["flags"].tolist(), strict=True))
    assert {row for row, f in flags.items() if f & MARKED} == {2, 7}
    assert {row for row, f in flags.items() if f & BOUND} == {4}
    vessel = set(np.flatnonzero(seen.cells["cell_type"] == TYPES.index("endothelial_cell")).tolist())
    assert {row for row, f in flags.items() if f & VESSEL} == vessel


def test_fields_and_capsule_stand_in_rows_from_below() -> None:
    seen = frame()
    packed = pack(seen, field="tnf")
    plane = np.frombuffer(packed.field, np.uint8).reshape(10, 20)
    assert packed.grid == (20, 10)
    high = packed.field_bar["high"]
    assert np.allclose(plane.T / 255 * high, seen.fields["tnf"], atol=high / 200)
    capsule = np.frombuffer(packed.capsule, np.uint8).reshape(10, 20).T
    assert np.array_equal(capsule > 0, np.isfinite(seen.capsule)) and capsule.max() == 128
    assert pack(seen, field="nonsense").field == b""


def test_colours_in_depth_stand_in_the_order_of_the_frame() -> None:
    """`painted` sorts by type inside, and must give every colour back to its own row."""
    seen = frame(400)
    seen.cells["cell_type"] = np.random.default_rng(4).permutation(seen.cells["cell_type"])
    colours, _ = painted(seen, "type", "light", Scale())
    known = colouring.type_colours(seen.types, "light")
    for code, colour in zip(seen.cells["cell_type"], colours, strict=True):
        assert np.array_equal(colour, colouring.rgb(known[seen.types[code]]))


def test_types_may_stand_in_any_order() -> None:
    seen = frame(400)
    seen.cells["cell_type"] = np.random.default_rng(4).permutation(seen.cells["cell_type"])
    packed = pack(seen, "type")
    cells = unpacked(packed)
    assert np.array_equal(cells["type"], seen.cells["cell_type"][packed.rows])
    assert np.allclose(cells["x"] / 65535 * 400, seen.cells["x"][packed.rows], atol=0.01)
    for entry in packed.legend:
        own = seen.cells["cell_type"] == entry["code"]
        assert entry["count"] == seen.cells["parcel"][own].sum()


def test_ranges_only_widen() -> None:
    scale = Scale()
    assert scale.of("a", 1.0, 2.0) == (1.0, 2.0)
    assert scale.of("a", 1.5, 1.6) == (1.0, 2.0)
    low, high = scale.of("a", 0.5, 3.0)
    assert low <= 0.5 and high >= 3.0 and low >= 0.0
    assert scale.of("a", 0.5, 3.0) == (low, high)
    assert scale.of("b", 0.0, 9.0) == (0.0, 9.0)


def test_nothing_to_be_seen() -> None:
    packed = pack(frame(0))
    assert packed.cells == b"" and packed.legend == [] and len(packed.rows) == 0


def test_packing_changes_nothing_of_the_frame() -> None:
    """Frames are kept and packed again, with other colours."""
    seen = dataclasses.replace(frame(), lines=np.array([[10.0, 20.0, 30.0, 40.0]], np.float32))
    before = copy.deepcopy(seen)
    first, again = pack(seen, "icam1", "tnf"), pack(seen, "icam1", "tnf")
    assert len(first.lines) == 8
    assert (first.cells, first.lines, first.field, first.capsule) == (
        again.cells,
        again.lines,
        again.field,
        again.capsule,
    )
    np.testing.assert_array_equal(seen.lines, before.lines)
    np.testing.assert_array_equal(seen.capsule, before.capsule)
    np.testing.assert_array_equal(seen.fields["tnf"], before.fields["tnf"])
    for name, values in seen.cells.items():
        np.testing.assert_array_equal(values, before.cells[name], err_msg=name)
