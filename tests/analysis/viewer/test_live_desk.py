"""Between run and canvas: a credit for every painted frame, and a page that is told in time but not too often."""

from __future__ import annotations

import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from analysis.viewer import live_desk
from analysis.viewer.experiment import Choices
from analysis.viewer.live_desk import LiveDesk
from analysis.viewer.live_run import Told
from tests.analysis.viewer.worlds import frame


class Run:
    """A live run without a process: notes what it is told."""

    def __init__(self, on_frame: Any, on_change: Any) -> None:
        self.on_frame, self.on_change = on_frame, on_change
        self.told, self.alive, self.heard = Told(), True, []

    def __getattr__(self, word: str) -> Any:
        return lambda *more: self.heard.append((word, *more))


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[LiveDesk]:
    monkeypatch.setattr(live_desk, "LiveRun", Run)
    made = LiveDesk(lambda: None)
    made.open("quick_look", Choices())
    yield made
    made.close()


def heard(desk: LiveDesk) -> list[str]:
    return [words[0] for words in desk.run.heard]


def test_a_painted_frame_is_the_credit_for_the_next(desk: LiveDesk) -> None:
    assert heard(desk) == ["start", "pace", "credit"]
    desk.run.on_frame(frame(day=1.0))
    assert heard(desk).count("credit") == 1
    desk.canvas.ack = desk.canvas.seq
    assert heard(desk).count("credit") == 2


def test_keys_run_pause_and_step(desk: LiveDesk) -> None:
    for state, key, word in (("paused", "space", "run"), ("running", "space", "pause"), ("paused", "right", "step")):
        desk.run.told.state = state
        desk.key(key)
        assert heard(desk)[-1] == word
    desk.key("left")
    assert heard(desk)[-1] == "step"


def test_at_the_end_it_begins_anew(desk: LiveDesk) -> None:
    desk.run.told.state = "done"
    desk.toggle()
    assert heard(desk)[-4:] == ["start", "pace", "credit", "run"]


def test_a_run_at_rest_is_painted_anew_in_other_colours(desk: LiveDesk) -> None:
    desk.run.on_frame(frame())
    desk.canvas.ack = 1
    desk.look("nfkb", "tnf", "dark")
    assert desk.canvas.seq == 2 and desk.canvas.bar["label"].startswith("NF") and desk.canvas.theme == "dark"
    desk.look("nfkb", "tnf", "dark")
    desk.canvas.ack = 2
    assert desk.canvas.seq == 2


def test_stop_keeps_what_was_seen(desk: LiveDesk) -> None:
    desk.run.on_frame(frame())
    desk.run.told.rows = [{"day": 0.0}]
    run = desk.run
    desk.stop()
    assert run.heard[-1] == ("end",) and desk.run is None
    assert desk.told.state == "stopped" and desk.told.rows and desk.frame is not None
    desk.toggle()
    desk.step()  # nothing to command, nothing happens


def test_the_page_is_told_at_once_of_a_change_and_seldom_of_news(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_desk, "LiveRun", Run)
    monkeypatch.setattr(live_desk, "BEAT", 0.2)
    beats: list[float] = []
    desk = LiveDesk(lambda: beats.append(time.monotonic()))
    desk.open("quick_look", Choices())
    before = len(beats)
    desk.run.told.phase = "compiling"
    desk.run.on_change()
    assert len(beats) == before + 1
    for _ in range(50):
        desk.run.on_change()
    time.sleep(0.5)
    assert before + 1 < len(beats) <= before + 3
    desk.close()
    after = len(beats)
    desk.run.on_change()
    time.sleep(0.3)
    assert len(beats) == after


def test_a_closed_desk_ends_its_run(desk: LiveDesk) -> None:
    desk.close()
    desk.close()
    assert heard(desk).count("end") == 1


def test_a_slow_browser_is_told_less_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a second of news, by a clock of its own: beats that are put off are not made up for here."""
    now = [100.0]
    monkeypatch.setattr(live_desk, "LiveRun", Run)
    monkeypatch.setattr(live_desk, "BEAT", 0.05)
    monkeypatch.setattr(live_desk.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(live_desk.threading, "Timer", lambda *_: SimpleNamespace(start=lambda: None))
    counts = []
    for seconds in (0.0, 0.2):
        beats: list[int] = []
        desk = LiveDesk(lambda beats=beats: beats.append(1))
        desk.open("quick_look", Choices())
        desk._painted(seconds)
        beats.clear()
        for _ in range(50):
            now[0] += 0.01
            desk._changed()
        counts.append(len(beats))
        desk.close()
    assert counts[0] >= 8
    assert counts[1] <= 3
