"""Between a live run and its canvas: frames go straight from the one to the other, everything else at a page's pace.

The browser's acknowledgement of a frame is the run's credit for the next one, so a slow browser slows nothing but
itself, and a hidden tab costs nothing.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from analysis.viewer import colouring
from analysis.viewer.canvas import TissueCanvas
from analysis.viewer.experiment import Choices
from analysis.viewer.frame import Frame
from analysis.viewer.live_run import LiveRun, Told
from analysis.viewer.packing import Scale, pack
from analysis.viewer.volume import EVERY, BlockView

#: seconds between two renewals of charts and counts, at least and at most
BEAT, SLOWEST_BEAT = 1.0, 10.0
#: of the time that a browser takes to paint a frame: so long charts wait for one another, since they cost it more
PATIENCE = 4.0


class LiveDesk:
    """One visitor's live run and how it is looked at.

    canvas      TissueCanvas
    on_beat     called when the page should look at `told` again; often only once per `BEAT`
    """

    def __init__(self, on_beat: Callable[[], None]) -> None:
        self._on_beat = on_beat
        self.canvas = TissueCanvas()
        self.canvas.on_painted = self._painted
        self.canvas.on_key = self.key
        self.run: LiveRun | None = None
        self.colour_by, self.field, self.theme, self.step_minutes = colouring.DEFAULT, "", "light", 10.0
        self.choices = Choices()
        self.source: str | Path = ""
        self.volume: BlockView | None = None
        self._pace = 0.0
        self._scale = Scale()
        self._frame: Frame | None = None
        self._told = Told()
        self._beaten, self._due = 0.0, False
        self._painting = 0.0
        self._last: tuple[Any, ...] = ()
        self._guard = threading.RLock()
        self._closed = False
        self.push_ms = 0.0

    @property
    def told(self) -> Told:
        """What the run has told."""
        return self.run.told if self.run is not None else self._told

    @property
    def frame(self) -> Frame | None:
        """The last frame."""
        return self._frame

    # ---- commands ----

    def open(self, source: str | Path, choices: Choices, *, running: bool = False) -> None:
        """Build a world and show it; a process is started if there is none, or the old one is busy or gone."""
        if source != self.source:
            self._scale = Scale()  # of the same source, shades keep their meaning: a knockdown is seen as one
        self.source, self.choices = source, choices
        old = self.run
        if old is not None and (not old.alive or old.told.phase == "compiling"):
            old.end()
            old = None
        self._frame = None
        self.canvas.selected = ""
        if old is None:
            self.run = LiveRun(self._arrived, self._changed)
        assert self.run is not None
        self.run.start(str(source), choices)
        self.run.pace(self._pace)
        self.run.credit()
        if running:
            self.run.run()
        self._beat(now=True)

    def toggle(self) -> None:
        """Run or pause; begin anew at the end."""
        if self.run is None:
            return
        state = self.told.state
        if state in ("running", "stepping"):
            self.run.pause()
        elif state in ("done", "ended"):
            self.open(self.source, self.choices, running=True)
        else:
            self.run.run()

    def step(self) -> None:
        """Advance by a step."""
        if self.run is not None:
            self.run.step(self.step_minutes)

    def restart(self, choices: Choices | None = None) -> None:
        """Begin anew, with other settings if given; goes on running if it was."""
        was = self.told.state in ("running", "stepping")
        self.open(self.source, choices or self.choices, running=was)

    def stop(self) -> None:
        """End the process; the last picture stays."""
        if self.run is not None:
            self._told = Told(
                self.told.phase, "stopped", self.told.about, "", self.told.frame, self.told.rows, self.told.events
            )
            self.run.end()
            self.run = None
            self._beat(now=True)

    def pace(self, ticks_per_second: float) -> None:
        """Go no faster than this; 0 = as fast as it can."""
        self._pace = ticks_per_second
        if self.run is not None:
            self.run.pace(ticks_per_second)

    def key(self, name: str) -> None:
        """Obey the keyboard."""
        if name == "space":
            self.toggle()
        elif name == "right":
            self.step()

    def look(self, colour_by: str, field: str, theme: str) -> None:
        """Choose what is shown; a run that rests is painted anew."""
        if (colour_by, field, theme) != (self.colour_by, self.field, self.theme):
            self.colour_by, self.field, self.theme = colour_by, field, theme
            self.canvas.theme = theme
            if self._frame is not None:
                self._show(self._frame)

    def close(self) -> None:
        """End everything."""
        if self._closed:
            return
        self._closed = True
        if self.run is not None:
            self.run.end()
        self.canvas.on_painted = self.canvas.on_key = None
        if self.volume is not None:
            self.volume.close()
        self.canvas.close()

    # ---- news ----

    def _arrived(self, frame: Frame) -> None:
        if not self._closed:
            self._frame = frame
            self._show(frame)

    def _show(self, frame: Frame) -> None:
        if self.volume is not None:
            self._show_block(frame)
            return
        began = time.perf_counter()
        self.canvas.show(pack(frame, self.colour_by, self.field, self.theme, scale=self._scale))
        self.push_ms = 1000.0 * (time.perf_counter() - began)

    def _show_block(self, frame: Frame) -> None:
        """Show a frame in three dimensions; the scene does not tell when it is painted, so its pace is fixed."""
        assert self.volume is not None
        self.volume.show(frame, self.colour_by, self.theme, now=True)
        if self.run is not None:
            timer = threading.Timer(EVERY, self.run.credit)
            timer.daemon = True
            timer.start()

    def in_depth(self, wanted: bool) -> None:
        """Show a block in three dimensions, or by its section."""
        if wanted == (self.volume is not None):
            return
        old, self.volume = self.volume, BlockView() if wanted else None
        if old is not None:
            old.close()
        if self._frame is not None:
            self._show(self._frame)
        if self.run is not None:
            self.run.credit()

    def _painted(self, seconds: float) -> None:
        self._painting = seconds
        if self.run is not None:
            self.run.credit()

    def _changed(self) -> None:
        told = self.told
        state = (told.phase, told.state, told.fault, bool(told.about), told.frame is None)
        changed, self._last = state != self._last, state
        self._beat(now=changed)

    def _beat(self, *, now: bool = False) -> None:
        """Let the page look: at once, or when the beat comes; never twice within one, and later for a slow browser."""
        if self._closed:
            return
        with self._guard:
            pause = max(BEAT, min(PATIENCE * self._painting, SLOWEST_BEAT))
            wait = self._beaten + pause - time.monotonic()
            if not now and wait > 0:
                if not self._due:
                    self._due = True
                    timer = threading.Timer(wait, self._late)
                    timer.daemon = True
                    timer.start()
                return
            self._beaten = time.monotonic()
        self._on_beat()

    def _late(self) -> None:
        with self._guard:
            self._due = False
        self._beat(now=True)
