from __future__ import annotations

import json
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest

from analysis.viewer.outcome import Outcome
from analysis.viewer.views.study import drawing
from simulation import StorageError
from tests.analysis.viewer.shelves import write_comparison


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_comparison(tmp_path_factory.mktemp("compared"))


def test_a_comparison_is_read_from_its_tables(folder: Path) -> None:
    outcome = Outcome(folder)
    study = outcome.study
    assert [arm.label for arm in study.arms] == ["Control", "Knockdown"]
    assert study.control.name == "control" and study.controls == {"treated": "control"}
    assert [e.name for e in study.primary] == ["tumour_cells"]
    run = outcome.run_folder("treated", 2)
    assert run is not None and (run / "endpoints.json").is_file()
    kept = json.loads((run / "endpoints.json").read_text())
    assert outcome.value("tumour_cells", "treated", 2) == kept["tumour_cells"]
    assert outcome.value("tumour_cells", "treated", 99) is None and outcome.run_folder("nobody", 1) is None


def test_figures_take_the_colours_of_the_page_and_stand_alone_when_saved(folder: Path) -> None:
    outcome = Outcome(folder)
    assert "primary" in outcome.figures and "var(--ink)" in outcome.figures["primary"]
    assert outcome.verdicts[0][0] == "Tumour cells"
    alone = drawing(outcome.figures["primary"])
    assert b"var(--" not in alone
    ElementTree.fromstring(alone)


@pytest.mark.parametrize(
    ("file", "said"),
    [("runs.parquet", "runs.parquet"), ("courses.parquet", "courses.parquet"), ("study.json", "study.json")],
)
@pytest.mark.parametrize("how", ["cut", "gone"])
def test_what_is_damaged_is_one_sentence(folder: Path, tmp_path: Path, file: str, said: str, how: str) -> None:
    copy = tmp_path / "pair"
    copy.mkdir()
    for name in ("runs.parquet", "courses.parquet", "study.json"):
        shutil.copy(folder / name, copy / name)
    if how == "gone":
        (copy / file).unlink()
    else:
        (copy / file).write_bytes((copy / file).read_bytes()[:40])
    with pytest.raises(StorageError, match=said):
        Outcome(copy)
