"""Fields over time: what is written is read, by moment, and later moments can be taken back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import zarr

from simulation.engine.field_series import FieldSeries

SHAPE = (3, 2, 4)
UNITS = {"o2": "mmHg", "tnf": "ng/mL"}


def moment(n: int) -> np.ndarray:
    return np.arange(2 * 3 * 2 * 4, dtype=np.float32).reshape(2, *SHAPE) + 100 * n


def written(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_moments_are_read_back_with_their_axes(tmp_path: Path) -> None:
    series = FieldSeries(tmp_path / "f", UNITS, SHAPE, 20.0)
    for n in range(3):
        series.append(0.5 * n, moment(n))
    group = zarr.open_group(str(tmp_path / "f"), mode="r")
    value = group["value"]
    assert group.attrs["n_complete"] == 3
    assert np.array_equal(np.asarray(value), np.stack([moment(n) for n in range(3)]))  # type: ignore[arg-type]
    assert np.asarray(group["time_day"]).tolist() == [0.0, 0.5, 1.0]
    assert value.metadata.dimension_names == ("t", "substance", "x", "y", "z")  # type: ignore[union-attr]
    assert dict(value.attrs) == {"substance": ["o2", "tnf"], "unit": ["mmHg", "ng/mL"], "voxel_um": 20.0}


def test_a_series_that_was_cut_and_continued_has_the_same_bytes(tmp_path: Path) -> None:
    for folder, cut in ((tmp_path / "whole", False), (tmp_path / "cut", True)):
        series = FieldSeries(folder, UNITS, SHAPE, 20.0)
        for n in range(2):
            series.append(float(n), moment(n))
        if cut:
            for n in range(2, 6):
                series.append(float(n), moment(n + 1))
            series = FieldSeries(folder, UNITS, SHAPE, 20.0, [0.0, 1.0])
            assert zarr.open_group(str(folder), mode="r").attrs["n_complete"] == 2
        for n in range(2, 4):
            series.append(float(n), moment(n))
    assert written(tmp_path / "whole") == written(tmp_path / "cut")


def test_a_folder_of_more_moments_than_one_digit(tmp_path: Path) -> None:
    series = FieldSeries(tmp_path, UNITS, (1, 1, 1), 20.0)
    for n in range(12):
        series.append(float(n), np.full((2, 1, 1, 1), n, dtype=np.float32))
    FieldSeries(tmp_path, UNITS, (1, 1, 1), 20.0, series.times[:10])
    kept = np.asarray(zarr.open_group(str(tmp_path), mode="r")["value"])[:, 0, 0, 0, 0]
    assert kept.tolist() == list(range(10))
