"""Live runs: a process of its own, the same run whether or not anybody looks, and an end when nobody does."""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from analysis.viewer import settings as viewer_settings
from analysis.viewer.experiment import Choices, scenario_of
from analysis.viewer.frame import Frame
from analysis.viewer.live_run import LiveRun
from analysis.viewer.simulating import Limits, Serving
from simulation import MetastasisModel


class Ears:
    """The parent's end of a pipe, without a process: what was sent, and what is to be heard."""

    def __init__(self) -> None:
        self.sent: list[Any] = []
        self.to_hear: list[Any] = []

    def poll(self, timeout: float = 0.0) -> bool:
        return bool(self.to_hear)

    def recv(self) -> Any:
        return self.to_hear.pop(0)

    def send(self, words: Any) -> None:
        self.sent.append(words)


def advanced(ticks: int, *, looks: bool) -> tuple[str, Ears]:
    """Run some ticks in this process, with or without frames; the digest at the end."""
    ears = Ears()
    serving = Serving(ears, Limits())  # type: ignore[arg-type]
    serving.heard = time.monotonic()
    ears.to_hear = [("start", "quick_look", Choices(seed=5, tumour=0.5)), ("run",)]
    serving._obey()
    assert serving.model is not None
    while serving.model.world.clock.tick < ticks:
        if looks:
            serving.credit, serving.sent = True, 0.0
        serving._advance()
        serving._show()
    return serving.model.world.digest(), ears


def test_looking_does_not_change_the_run() -> None:
    """Frames, events and measurements at every tick, none at all, or a plain model: the same digest."""
    plain = MetastasisModel(scenario_of("quick_look", Choices(seed=5, tumour=0.5)))
    for _ in range(12):
        plain.step()
    seen, ears = advanced(12, looks=True)
    unseen, silent = advanced(12, looks=False)
    assert seen == unseen == plain.world.digest()
    assert sum(words[0] == "frame" for words in ears.sent) == 12
    assert not any(words[0] == "frame" for words in silent.sent)


def test_no_credit_no_frame() -> None:
    _, ears = advanced(2, looks=False)
    assert [words[0] for words in ears.sent].count("frame") == 0


def test_too_many_cells_are_refused() -> None:
    ears = Ears()
    serving = Serving(ears, Limits(cells=10))  # type: ignore[arg-type]
    serving.heard = time.monotonic()
    ears.to_hear = [("start", "quick_look", Choices())]
    serving._obey()
    assert serving.model is None
    assert ears.sent[-1][0] == "fault" and "the server allows 10" in ears.sent[-1][1]


def test_time_runs_out() -> None:
    ears = Ears()
    serving = Serving(ears, Limits(seconds=0.0))  # type: ignore[arg-type]
    serving.heard = time.monotonic()
    ears.to_hear = [("start", "quick_look", Choices()), ("step", 2.0)]
    serving._obey()
    serving._advance()
    assert serving.model is None and "used the time" in ears.sent[-1][1]


def test_nobody_looks() -> None:
    ears = Ears()
    serving = Serving(ears, Limits(idle=5.0))  # type: ignore[arg-type]
    serving.heard = time.monotonic() - 6.0
    with pytest.raises(EOFError):
        serving._obey()
    assert "Nobody was looking" in ears.sent[-1][1]


# ---- with a process ----


def waited(what: Callable[[], Any], seconds: float = 60.0) -> Any:
    """Wait until something is true."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if value := what():
            return value
        time.sleep(0.02)
    raise AssertionError("it did not happen")


@pytest.fixture
def live() -> Iterator[Callable[[], tuple[LiveRun, list[Frame]]]]:
    made: list[LiveRun] = []

    def make() -> tuple[LiveRun, list[Frame]]:
        frames: list[Frame] = []
        made.append(LiveRun(frames.append, lambda: None))
        return made[-1], frames

    yield make
    for run in made:
        run.end()
    waited(lambda: not any(run.alive for run in made), 10.0)


def test_a_process_is_commanded_and_ended(live: Any) -> None:
    run, frames = live()
    run.start("quick_look", Choices(seed=2))
    run.credit()
    waited(lambda: frames)
    assert frames[0].day == 0.0 and run.told.state == "paused" and run.told.about["seed"] == 2
    run.run()
    assert run.told.state == "running"  # at once, whatever the process is doing
    run.pause()
    assert run.told.state == "paused"
    run.start("quick_look", Choices(seed=2))
    run.credit()
    waited(lambda: run.told.state == "paused" and run.told.frame is not None)
    frames[:-1] = []
    run.step(4.0)
    run.credit()
    waited(lambda: len(frames) > 1)
    run.credit()
    waited(lambda: run.told.state == "paused" and frames[-1].day == pytest.approx(4.0 / 1440.0))
    run.start("icam1_knockdown", Choices(tumour=2.0))  # out of bounds, brought within
    assert run.told.frame is None
    run.end()
    waited(lambda: not run.alive, 10.0)
    assert run.told.fault == ""


def test_a_killed_process_is_told(live: Any) -> None:
    run, _ = live()
    waited(lambda: run.told.phase == "ready")
    run._process.kill()
    waited(lambda: run.told.fault)
    assert "ended unexpectedly" in run.told.fault and run.told.state == "ended"


def test_a_scenario_that_cannot_be_is_told(live: Any) -> None:
    run, _ = live()
    run.start("no_such_scenario", Choices())
    waited(lambda: run.told.fault)
    assert "no_such_scenario" in run.told.fault and run.alive


def test_limits_come_from_the_settings(live: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viewer_settings, "_current", viewer_settings.Settings(max_cells=5))
    run, _ = live()
    run.start("quick_look", Choices())
    waited(lambda: "server allows 5" in run.told.fault)


def test_the_pipe_is_not_closed_under_who_reads_it(live: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader may be in the middle of a message when the process is buried: it closes the pipe itself."""
    go_on, read = threading.Event(), LiveRun._read

    def slowly(run: LiveRun, pipe: Any) -> None:
        go_on.wait(30.0)
        read(run, pipe)

    monkeypatch.setattr(LiveRun, "_read", slowly)
    run, _ = live()
    run.end()
    waited(lambda: not run.alive, 10.0)
    waited(lambda: not [t for t in threading.enumerate() if t.name == "icam live end"], 10.0)
    assert not run._pipe.closed
    go_on.set()
    run._reader.join(10.0)
    assert not run._reader.is_alive() and run._pipe.closed


def test_no_process_is_left() -> None:
    assert not [p for p in multiprocessing.active_children() if p.name == "icam live run"]
    assert not [t for t in threading.enumerate() if t.name == "icam live end"]
