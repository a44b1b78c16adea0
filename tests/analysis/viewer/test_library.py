from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from analysis.viewer import cards
from analysis.viewer.library import DAMAGED, RUN, SCENARIO, STUDY, Library, key_of
from simulation import shipped_names
from tests.analysis.recorded import write_run
from tests.analysis.viewer.shelves import write_comparison, write_shelf


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return Library(write_shelf(tmp_path_factory.mktemp("results")))


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Library:
    results = tmp_path_factory.mktemp("compared")
    write_comparison(results)
    return Library(results)


def test_every_folder_is_listed_with_what_is_wrong(shelf: Library) -> None:
    told = {e.name.rpartition("/")[2]: (e.state, e.trouble) for e in shelf.stored()}
    assert told["seed-000001"] == ("DONE", "")
    assert told["seed-000002"] == ("RUNNING", "")
    assert told["seed-000003"][0] == DAMAGED and "summary.parquet cannot be read" in told["seed-000003"][1]
    assert told["seed-000004"][0] == DAMAGED and told["seed-000004"][1].startswith("run.json: it cannot be read")
    assert told["seed-000005"] == ("FAILED", "NumericalError: icam1: not finite")
    assert told["seed-000006"] == (DAMAGED, "there is no run.json in it")
    assert told["seed-000007"] == (DAMAGED, "nothing was recorded yet: summary.parquet is missing")
    assert len(told) == 7  # what is hidden is not shown


def test_nothing_tells_where_on_this_machine_it_lies(shelf: Library) -> None:
    for entry in shelf.entries():
        shown = f"{entry.key} {entry.title} {entry.line} {entry.trouble} {entry.name} {entry!r}"
        assert str(shelf.results) not in shown


def test_names_are_short_and_stay(shelf: Library, tmp_path: Path) -> None:
    name = "small/0123abcd/seed-000001"
    assert shelf.find(key_of(RUN, name)).name == name  # type: ignore[union-attr]
    moved = Library(write_shelf(tmp_path / "elsewhere"))
    assert {e.key for e in moved.stored()} == {e.key for e in shelf.stored()}
    assert all(len(e.key) == 12 for e in shelf.entries())


@pytest.mark.parametrize(
    "asked", ["", "..", "../..", "/etc/passwd", "small/0123abcd/seed-000001", "%2e%2e", "\x00", "a" * 5000]
)
def test_a_path_is_no_name(shelf: Library, asked: str) -> None:
    assert shelf.find(asked) is None
    assert shelf.picture(asked) is None


def test_links_are_not_followed(tmp_path: Path) -> None:
    write_run(tmp_path / "outside" / "seed-000001")
    (tmp_path / "results").mkdir()
    os.symlink(tmp_path / "outside", tmp_path / "results" / "inside")
    assert Library(tmp_path / "results").stored() == ()


def test_a_run_that_goes_on_is_read_anew(tmp_path: Path) -> None:
    library = Library(tmp_path)
    assert library.stored() == ()
    folder = write_run(tmp_path / "one" / "seed-000001", done=False)
    (entry,) = library.stored()
    assert entry.state == "RUNNING"
    (folder / "status").write_text("DONE\n")
    assert library.stored()[0].state == "DONE"


def test_pictures(shelf: Library) -> None:
    data = shelf.picture(key_of(RUN, "small/0123abcd/seed-000001"))
    assert data is not None
    with Image.open(BytesIO(data)) as picture:
        assert picture.size[0] == cards.WIDTH
    for damaged in ("seed-000003", "seed-000006"):
        assert shelf.picture(key_of(RUN, f"small/0123abcd/{damaged}")) is None


def test_every_shipped_scenario_has_a_small_picture() -> None:
    entries = [e for e in Library("nowhere").entries() if e.kind == SCENARIO]
    assert {e.name for e in entries} == set(shipped_names())
    for entry in entries:
        data = cards.shipped_picture(entry.name)
        assert data is not None, f"{entry.name} has no picture: make gallery"
        assert len(data) <= 60_000


def test_a_study_and_its_pairs(compared: Library) -> None:
    entries = compared.stored()
    (study,) = [e for e in entries if e.kind == STUDY]
    assert (study.title, study.state) == ("Does a small thing differ?", "DONE")
    assert study.line == "2 arms × 2 replicates · 4 of 4 runs done"
    runs = [e for e in entries if e.kind == RUN]
    assert sorted(e.arm for e in runs) == ["Control", "Control", "Knockdown", "Knockdown"]
    assert {e.study for e in runs} == {study.key}
    for run in runs:
        control = compared.control_of(run)
        if run.arm == "Control":
            assert control is None
        else:
            assert control is not None and control.arm == "Control" and control.path.name == run.path.name
    assert compared.picture(study.key)


def test_a_damaged_study_says_so(tmp_path: Path) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "study.json").write_text("{", encoding="utf-8")
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "study.json").write_text('{"title": "t", "arms": [1, 2], "replicates": 3}', encoding="utf-8")
    told = {e.name: (e.state, e.line or e.trouble) for e in Library(tmp_path).stored()}
    assert told["broken"][0] == DAMAGED and "study.json" in told["broken"][1]
    assert told["half"] == ("RUNNING", "2 arms × 3 replicates · 0 of 6 runs done")
