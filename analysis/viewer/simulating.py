"""The process in which a live run takes place: obeys commands that come through a pipe, and sends frames.

    to it      ("start", source, choices) ("run",) ("pause",) ("step", minutes) ("credit",) ("pace", ticks/s) ("stop",)
    from it    ("phase", words) ("state", word) ("about", dict) ("frame", Frame, rows, events) ("fault", words)

A frame is sent for a credit, and a credit comes with every frame that a browser has painted. Looking changes nothing:
frames are copies, and the same scenario ends in the same digest with and without anybody who looks.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.viewer.experiment import Choices
    from simulation import MetastasisModel

#: wall seconds between two frames, at least
FRAME_EVERY = 0.04
#: so many events go with a frame at most; a run that is watched rarely would flood the page otherwise
MOST_EVENTS = 20_000
#: added to the niceness of a run that goes: ten of them must not keep a page from answering
POLITENESS = 10
TUMOUR_CELL = "tumour_cell"


@dataclass
class Limits:
    """What a visitor may use.

    cells       1      agents
    seconds     s      wall time while it runs
    idle        s      wall time without a credit or a command
    """

    cells: int = 250_000
    seconds: float = 14_400.0
    idle: float = 600.0


def simulate(pipe: Connection, limits: Limits, threads: int = 1) -> None:
    """Serve one visitor until the pipe is closed; the main function of the process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which closes the pipe
    os.environ.setdefault("NUMBA_NUM_THREADS", str(threads))
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        Serving(pipe, limits, courteous=True).serve()


@dataclass
class Serving:
    """One run at a time, and what its visitor has asked for."""

    pipe: Connection
    limits: Limits
    courteous: bool = False
    model: MetastasisModel | None = None
    running: bool = False
    steps_left: int = 0
    credit: bool = False
    pace: float = 0.0
    news: bool = False
    rows: list[dict[str, float]] = field(default_factory=list)
    events: list[tuple[Any, ...]] = field(default_factory=list)
    shed: int = 0
    died: int = 0
    sent: float = 0.0
    spent: float = 0.0
    heard: float = 0.0
    started: bool = False
    measured: float = -1.0
    state: str = ""

    def serve(self) -> None:
        """Obey, advance, and show, for ever."""
        import simulation

        simulation.MetastasisModel  # noqa: B018 imports what takes long, while the visitor still chooses
        self.pipe.send(("phase", "ready"))
        self.heard = time.monotonic()
        while True:
            self._obey()
            if not self.started:
                self._show()  # what there is at the beginning, since the first step may take a while
            if self.model is not None and (self.running or self.steps_left):
                self._advance()
            self._tell_state()
            self._show()

    # ---- commands ----

    def _obey(self) -> None:
        busy = self.model is not None and (self.running or self.steps_left > 0)
        waiting = 0.0 if busy else (FRAME_EVERY if self.news else 1.0)
        while self.pipe.poll(waiting):
            self.heard, waiting = time.monotonic(), 0.0
            word, *more = self.pipe.recv()
            if word == "start":
                self._start(*more)
            elif word == "credit":
                self.credit = True
            elif word == "run":
                self.running = self.model is not None and self.model.running
                self.state = "?"  # a command is always answered
            elif word == "pause":
                self.running, self.steps_left, self.state = False, 0, "?"
            elif word == "step" and self.model is not None:
                self.running = False
                self.steps_left = max(1, round(float(more[0]) / float(self.model.world.clock.tick_minutes)))
            elif word == "pace":
                self.pace = float(more[0])
            elif word == "stop":
                raise EOFError
        if time.monotonic() - self.heard > self.limits.idle:
            self.pipe.send(("fault", "Nobody was looking, so this run was ended. Start it again when you like."))
            raise EOFError

    def _start(self, source: str, choices: Choices) -> None:
        from analysis.viewer.experiment import scenario_of
        from simulation import MetastasisModel, SimulationError

        self.model, self.running, self.steps_left, self.state = None, False, 0, "?"
        self.rows, self.events, self.shed, self.died = [], [], 0, 0
        self.spent, self.started, self.measured = 0.0, False, -1.0
        self.pipe.send(("phase", "building"))
        try:
            model = MetastasisModel(scenario_of(source, choices))
        except SimulationError as fault:
            self.pipe.send(("fault", str(fault)))
            return
        except MemoryError:
            self.pipe.send(("fault", "There is not enough memory for this scenario."))
            return
        if self._too_large(model):
            return
        model.world.listening = True
        self.model, self.news = model, True
        scenario = model.experiment
        until = scenario.ticks * float(model.world.clock.tick_minutes) / 1440.0
        about = {
            "title": scenario.title, "seed": scenario.seed, "until": until,
            "sites": [s.name for s in model.world.sites], "block": model.world.sites[0].lattice.dimension == 3,
        }  # fmt: skip
        self.pipe.send(("about", about))
        self._measure()

    def _too_large(self, model: MetastasisModel) -> bool:
        agents = sum(len(s.cells) for s in model.world.sites) + len(model.world.travellers)
        if agents <= self.limits.cells:
            return False
        self.running, self.steps_left = False, 0
        said = f"This run has {agents:,} agents and the server allows {self.limits.cells:,}: it was ended."
        self.pipe.send(("fault", said))
        return True

    # ---- advancing ----

    def _advance(self) -> None:
        from simulation import SimulationError

        assert self.model is not None
        began = time.monotonic()
        self._give_way()
        if not self.started:
            self.pipe.send(("phase", "compiling"))
        try:
            self.model.step()
        except SimulationError as fault:
            self.pipe.send(("fault", str(fault)))
            self.model, self.running, self.steps_left = None, False, 0
            return
        self._listen()
        self._measure()
        self.news = True
        if not self.started:
            self.started = True
            self.pipe.send(("phase", "running"))
        self.steps_left = max(0, self.steps_left - 1)
        if not self.model.running:
            self.running, self.steps_left = False, 0
        took = time.monotonic() - began
        self.spent += took
        if self.spent > self.limits.seconds:
            self.running = False
            self.pipe.send(("fault", "This run has used the time that the server gives to one run: it was ended."))
            self.model = None
            return
        if self._too_large(self.model):
            self.model = None
            return
        if self.pace > 0.0 and self.running:
            time.sleep(min(max(0.0, 1.0 / self.pace - took), 0.5))

    def _give_way(self) -> None:
        """Step back behind the page and other visitors' first pictures, once there is something to be seen here."""
        if self.courteous:
            self.courteous = False
            with contextlib.suppress(OSError):
                os.nice(POLITENESS)

    def _listen(self) -> None:
        from analysis.viewer.live_events import as_rows

        assert self.model is not None
        world = self.model.world
        happened, world.happenings = world.happenings, []
        if happened:
            names = tuple(kind.name for kind in world.types)
            rows = as_rows(happened, names, float(world.clock.tick_minutes))
            tumour = [kind for _, _, _, kind, _, cell, *_ in rows if cell == TUMOUR_CELL]
            self.shed += tumour.count("departed")
            self.died += tumour.count("dies_in_blood")
            self.events = (self.events + rows)[-MOST_EVENTS:]

    def _measure(self) -> None:
        """Keep the observables of this moment, if they were measured just now."""
        assert self.model is not None
        columns = self.model.datacollector.model_vars
        day = columns["day"][-1]
        if day != self.measured:
            self.measured = day
            self.rows.append({name: float(v[-1]) for name, v in columns.items() if v[-1] is not None})

    # ---- showing ----

    def _tell_state(self) -> None:
        """Tell at once when the state changes: a frame may be long in coming."""
        if self.model is None:
            state = ""
        elif self.steps_left:
            state = "stepping"
        else:
            state = "running" if self.running else ("paused" if self.model.running else "done")
        if state != self.state and state:
            self.pipe.send(("state", state))
        self.state = state

    def _show(self) -> None:
        if self.model is None or not self.news or not self.credit or time.monotonic() - self.sent < FRAME_EVERY:
            return
        from analysis.viewer.frame import frame_of

        frame = frame_of(self.model.world)
        frame.blood.update(shed=float(self.shed), died=float(self.died))
        self.pipe.send(("frame", frame, self.rows, self.events))
        self.rows, self.events = [], []
        self.news, self.credit, self.sent = False, False, time.monotonic()
