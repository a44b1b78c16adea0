"""The canvas' Python side: never two frames under way, and answers to what a browser asks, whatever it asks."""

from __future__ import annotations

import pytest

from analysis.viewer.canvas import TissueCanvas, number, told_of
from analysis.viewer.packing import pack
from tests.analysis.viewer.worlds import frame


@pytest.fixture
def canvas():
    made = TissueCanvas()
    yield made
    made.close()


def test_a_frame_is_sent_only_after_the_last_was_painted(canvas) -> None:
    frames = [pack(frame(day=float(d))) for d in range(4)]
    canvas.show(frames[0])
    assert canvas.seq == 1 and canvas.shown is frames[0]
    canvas.show(frames[1])
    canvas.show(frames[2])
    assert canvas.seq == 1 and not canvas.ready
    canvas.ack = 1
    assert canvas.seq == 2 and canvas.shown is frames[2]  # the one in between was overtaken
    canvas.ack = 2
    assert canvas.ready
    canvas.show(frames[3])
    assert canvas.seq == 3


def test_painting_is_told(canvas) -> None:
    told = []
    canvas.on_painted = lambda seconds: told.append(canvas.painted)
    canvas.show(pack(frame()))
    canvas.ack = 1
    assert told == [1]


def test_a_click_follows_a_cell(canvas) -> None:
    packed, chosen = pack(frame()), []
    canvas.on_select = chosen.append
    canvas.show(packed)
    canvas.clicked = {"seq": 1, "index": 5, "n": 1}
    lineage = int(packed.frame.cells["lineage"][packed.rows[5]])
    assert canvas.selected == str(lineage) and chosen == [lineage]
    assert canvas.geometry[4] == 5
    canvas.ack = 1
    later = pack(frame(12, seed=3))  # the cell may stand elsewhere in the next frame, or be gone
    canvas.show(later)
    there = [int(later.frame.cells["lineage"][r]) for r in later.rows]
    assert canvas.geometry[4] == (there.index(lineage) if lineage in there else -1)
    canvas.clicked = {"seq": 2, "index": -1, "n": 2}
    assert canvas.selected == "" and chosen[-1] == 0


def test_a_question_about_the_frame_before_is_answered(canvas) -> None:
    first = pack(frame(seed=1))
    canvas.show(first)
    canvas.ack = 1
    canvas.show(pack(frame(seed=2)))
    canvas.pointed = {"seq": 1, "index": 0}
    assert canvas.answer["seq"] == 1
    assert canvas.answer["lines"] == told_of(first.frame.about(int(first.rows[0])))


@pytest.mark.parametrize(
    "asked",
    [
        {}, {"seq": 1}, {"seq": 1, "index": 10**9}, {"seq": 1, "index": -2}, {"seq": 77, "index": 0},
        {"seq": "1", "index": "0"}, {"seq": None, "index": None}, {"seq": 1, "index": 1.5}, {"seq": [], "index": {}},
    ],
)  # fmt: skip
def test_nonsense_from_a_browser_does_nothing(canvas, asked) -> None:
    canvas.show(pack(frame()))
    canvas.pointed = asked
    assert canvas.answer == {}
    canvas.clicked = asked
    assert canvas.selected == ""


@pytest.mark.parametrize("text", ["-1", "abc", "1e5", "9" * 30, "²", " 1", "18446744073709551616"])
def test_a_name_that_is_none_is_refused(canvas, text) -> None:
    canvas.show(pack(frame()))
    canvas.selected = text
    assert canvas.selected == ""


def test_keys(canvas) -> None:
    pressed = []
    canvas.on_key = pressed.append
    canvas.key = ["space", 1]
    canvas.key = ["space", 2]
    canvas.key = ["format the disk", 3]
    canvas.key = []
    assert pressed == ["space", "space"]


def test_what_is_told_of_a_cell() -> None:
    told = dict(told_of(frame().about(0) | {"cell_type": "tumour_cell", "partner": "123456789", "damage": 0.0}))
    assert told["cell"] == "tumour cell" and told["holds on to"] == "cell …456789"
    assert "damage" not in told and told["stands for"] == "3 cells"


def test_numbers() -> None:
    assert [number(v) for v in (0.01234, 1.0, 123456.7)] == ["0.0123", "1", "123,457"]
