from __future__ import annotations

import pytest

from analysis.viewer import happenings
from analysis.viewer.event_list import EventList
from analysis.viewer.happenings import Happening, company, counts
from analysis.viewer.recording import Recording
from tests.analysis.recorded import write_run


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return Recording(write_run(tmp_path_factory.mktemp("run") / "seed-000001"))


def test_who_travels_together_is_one_line(run: Recording) -> None:
    told = [(h.day, h.words) for h in happenings.happenings(run, ["departed"])]
    assert told == [
        (0.6, "a tumour cell enters the blood"),
        (0.7, "a cluster of 2 tumour cells enters the blood"),
        (0.9, "a tumour cell with a T cell enters the blood"),
    ]


def test_places_and_cells_can_be_gone_to(run: Recording) -> None:
    (arrival,) = happenings.happenings(run, ["arrived"])
    assert (arrival.site, arrival.lineage) == ("lung", 11)
    assert arrival.words == "a tumour cell leaves the blood into the lung"
    (breach,) = happenings.happenings(run, ["capsule_breached"])
    assert (breach.lineage, breach.day) == (0, 0.5)


def test_kinds_are_counted_in_their_order(run: Recording) -> None:
    assert counts(run) == {"capsule_breached": 1, "departed": 5, "arrived": 1}
    assert happenings.happenings(run, ["nonsense"]) == []


def test_of_too_many_those_nearest_to_the_clock_are_listed(run: Recording, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(happenings, "MOST", 2)
    first = happenings.happenings(run, ["departed", "arrived"])
    last = happenings.happenings(run, ["departed", "arrived"], around=1.2)
    assert first[0].day == 0.6 and last[-1].day == 1.2 and len(last) <= 2


@pytest.mark.parametrize(
    ("types", "said"),
    [
        (["tumour_cell"], "a tumour cell"),
        (["tumour_cell"] * 3, "a cluster of 3 tumour cells"),
        (["tumour_cell", "neutrophil"], "a tumour cell with a neutrophil"),
        (["tumour_cell", "nk_cell", "nk_cell"], "a tumour cell with 2 NK cells"),
        (["t_cell"], "a T cell"),
        ([], "a cell"),
    ],
)
def test_company(types: list[str], said: str) -> None:
    assert company(types) == said


def test_a_click_gives_the_happening_and_nonsense_gives_nothing() -> None:
    rows = [Happening(float(k), "departed", f"number {k}", "liver", 0.0, 0.0, k) for k in range(3)]
    picked: list[Happening] = []
    listed = EventList()
    listed.on_pick = picked.append
    listed.show(rows)
    for place in (1, 7, -4, "x", None):
        listed.picked = [place, 1]
    listed.picked = []
    assert picked == [rows[1]]
    kinds: list[list[str]] = []
    listed.on_kinds = kinds.append
    listed.chosen = ["departed", "../etc"]
    assert kinds == [["departed"]]
