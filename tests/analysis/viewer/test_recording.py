from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analysis.viewer import recording as recordings
from analysis.viewer.recording import Recording, opened
from simulation import StorageError
from tests.analysis.recorded import LIVER, LUNG_COLONY, write_run


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return Recording(write_run(tmp_path_factory.mktemp("run") / "seed-000001"))


def test_what_there_is(run: Recording) -> None:
    assert run.days.tolist() == [0.0, 1.0, 2.0]
    assert run.sites == ("liver", "lung")
    assert (run.title, run.end, run.has_cells) == ("A small nodule", 2.0, True)
    assert run.milestones.breach == 0.5


def test_frames_are_those_that_were_kept(run: Recording) -> None:
    frame = run.frame(0.8)
    assert frame.day == 1.0 and len(frame) == sum(LIVER.values())
    assert run.frame(1.1) is frame
    assert len(run.frame(1.0, "lung")) == LUNG_COLONY


def test_memory_is_bounded(run: Recording, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recordings, "FRAMES", 2)
    for day in (0, 1, 2, 0, 1, 2):
        run.frame(day)
    assert len(run._frames) == 2


def test_the_body_counts_what_had_happened_by_then(run: Recording) -> None:
    before, between, after = (run.body(day) for day in (0.55, 0.8, 2.0))
    assert before.shed == 0
    assert between.shed == 3  # a single cell, and a cluster of two
    assert after.shed == 4  # the T cell that came along is no tumour cell
    assert after.extravasated == 1 and between.extravasated == 0
    assert after.organs["lung"].colonies == 2.0
    assert after.organs["lung"].growing == 20.0  # nothing is kept of dormancy: all of it grows
    assert after.serum["sicam1"] == (320.0, "ng/mL")
    assert after.primary == "liver" and after.primary_cells == 1200.0


def test_a_run_without_cells_has_a_clock_and_a_body(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "seed-000001")
    for part in (folder / "cells").iterdir():
        part.unlink()
    run = Recording(folder)
    assert not run.has_cells and len(run.days) == 9
    assert run.body(1.0).shed == 4
    with pytest.raises(StorageError, match="no cells were kept"):
        run.frame(0.0)


def test_a_folder_that_changed_is_opened_anew(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "seed-000001")
    first = opened(folder, 1.0)
    assert opened(folder, 1.0) is first
    assert opened(folder, 2.0) is not first


def test_damaged_cells_are_one_line(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "seed-000001")
    (folder / "cells" / "part-000001.parquet").write_bytes(b"PAR1")
    with pytest.raises(StorageError, match="cannot be read"):
        opened(folder, 1.0)


def test_zeros_of_types_that_lack_a_trait_are_not_shown_as_values(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    folder = write_run(tmp_path / "seed-000001")
    file = folder / "cells" / "part-000000.parquet"
    table = pq.read_table(file)
    kinds = np.array(table["cell_type"].to_pylist())
    emt = np.where(kinds == "tumour_cell", 0.4, 0.0).astype(np.float32)
    pq.write_table(table.append_column("emt", [emt]), file)
    frame = Recording(folder).frame(0.0)
    names = np.array(frame.types)[frame.cells["cell_type"]]
    assert np.isnan(frame.cells["emt"][names == "hepatocyte"]).all()
    assert (frame.cells["emt"][names == "tumour_cell"] > 0).all()
