"""A live run as its page sees it: a process of its own, commanded over a pipe, and what it has told so far."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any

from analysis.viewer.experiment import Choices
from analysis.viewer.frame import Frame
from analysis.viewer.nest import nest
from analysis.viewer.settings import settings
from analysis.viewer.simulating import Limits, simulate

#: so many events are remembered
REMEMBERED = 20_000
#: what a process is still allowed for after it was asked to end, s
FAREWELL = 1.0


@dataclass
class Told:
    """What a run has told.

    phase     "starting", "ready", "building", "compiling", "running"
    state     "", "running", "stepping", "paused" or "done"
    about     title, seed, until (day), sites, block
    fault     what went wrong; "" = nothing
    rows      observables at the moments at which they were measured
    events    what happened, oldest first
    """

    phase: str = "starting"
    state: str = ""
    about: dict[str, Any] = field(default_factory=dict)
    fault: str = ""
    frame: Frame | None = None
    rows: list[dict[str, float]] = field(default_factory=list)
    events: list[tuple[Any, ...]] = field(default_factory=list)


class LiveRun:
    """One visitor's process.

    on_frame     called with the new frame, from a thread of its own
    on_change    called when phase, state or fault changed, or rows and events came

    A frame comes only after `credit()`; `end()` ends the process, whatever it is doing.
    """

    def __init__(self, on_frame: Callable[[Frame], None], on_change: Callable[[], None]) -> None:
        self.told = Told()
        self._on_frame, self._on_change = on_frame, on_change
        now = settings()
        limits = Limits(now.max_cells, 60.0 * now.max_minutes, 60.0 * now.idle)
        context = nest()
        self._pipe, other = context.Pipe()
        self._sending = threading.Lock()
        self._ended = False
        self._begun = threading.Event()
        self._process = context.Process(  # type: ignore[attr-defined]
            target=simulate, args=(other, limits), daemon=True, name="icam live run"
        )
        self._reader = threading.Thread(target=self._serve, args=(other,), daemon=True, name="icam live reader")
        self._reader.start()

    @property
    def alive(self) -> bool:
        """True while the process lives, or is about to."""
        return not self._begun.is_set() or self._process.is_alive()

    @property
    def pid(self) -> int | None:
        """The process's number, once it has begun."""
        return self._process.pid if self._begun.is_set() else None

    # ---- commands ----

    def start(self, source: str, choices: Choices) -> None:
        """Build a world and show it, at rest; what ran before is forgotten."""
        self.told = Told(phase="building" if self.told.phase != "starting" else "starting")
        self._say("start", source, choices)

    def run(self) -> None:
        """Go on."""
        self._say("run")
        self._expect("running")

    def pause(self) -> None:
        """Stop after this tick."""
        self._say("pause")
        self._expect("paused")

    def step(self, minutes: float) -> None:
        """Advance by so much simulated time, then stop."""
        self._say("step", minutes)
        self._expect("stepping")

    def pace(self, ticks_per_second: float) -> None:
        """Go no faster than this; 0 = as fast as it can."""
        self._say("pace", ticks_per_second)

    def credit(self) -> None:
        """Allow one more frame."""
        self._say("credit")

    def _expect(self, state: str) -> None:
        """Take a command as carried out: the process may be busy, and says so itself when it is not."""
        if self.told.about and not self.told.fault:
            self.told.state = state
            self._on_change()

    def end(self) -> None:
        """End the process."""
        if self._ended:
            return
        self._ended = True
        with contextlib.suppress(OSError, ValueError), self._sending:
            self._pipe.send(("stop",))
        threading.Thread(target=self._bury, daemon=True, name="icam live end").start()

    def _bury(self) -> None:
        self._begun.wait()
        if self._process.pid is None:  # it could not be started
            return
        self._process.join(FAREWELL)
        if self._process.is_alive():
            self._process.kill()
            self._process.join(FAREWELL)

    def _say(self, *words: Any) -> None:
        if self._ended:
            return
        with contextlib.suppress(OSError, ValueError), self._sending:
            self._pipe.send(words)

    # ---- news ----

    def _serve(self, other: Connection) -> None:
        """Start the process, which waits while the place it comes from still imports, and listen to it."""
        try:
            self._process.start()
        except Exception as fault:  # noqa: BLE001 whatever it is, the page must not wait for ever
            self.told.fault = f"No process could be started for this run: {fault}"
        finally:
            self._begun.set()
            other.close()
        self._read(self._pipe)
        with self._sending:  # by whoever reads it: closed under a reader, a pipe reads from nothing
            self._pipe.close()

    def _read(self, pipe: Connection) -> None:
        while True:
            try:
                word, *more = pipe.recv()
            except (EOFError, OSError):
                break
            told = self.told
            if word == "frame":
                frame, rows, events = more
                told.frame = frame
                told.rows += rows
                told.events = (told.events + events)[-REMEMBERED:]
                self._on_frame(frame)
                self._on_change()
                continue
            if word == "phase":
                told.phase = more[0]
            elif word == "state":
                told.state = more[0]
            elif word == "about":
                told.about = more[0]
            elif word == "fault":
                told.fault, told.state = more[0], "ended"
            self._on_change()
        if not self._ended:
            self.told.state = "ended"
            self.told.fault = self.told.fault or "The process of this run has ended unexpectedly. Start it again."
            self._on_change()
