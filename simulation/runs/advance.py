"""The loop over ticks: advance, record, save, tell how far it is, and stop when asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from simulation.engine.plan import Plan, label
from simulation.engine.world import World
from simulation.runs.records import Recorder

TELL_EVERY = 0.25  # wall seconds between two calls of `progress`
PUBLISH_EVERY = 5.0  # wall seconds between two versions of the summary on disk


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is.

    phase           str             "building", "compiling" (the first ticks), "running", "done" or "interrupted"
    doing           str             process at work while compiling, else ""
    day             float           simulated
    until_day       float
    cells           int             in all sites and the blood
    agents          int             that stand for them
    events          int             so far
    elapsed         s               wall time since the start
    left            s or None       wall time that is still needed; None while it cannot be told
    """

    phase: str
    doing: str = ""
    day: float = 0.0
    until_day: float = 0.0
    cells: int = 0
    agents: int = 0
    events: int = 0
    elapsed: float = 0.0
    left: float | None = None


Tell = Callable[[Progress], None]


class Teller:
    """Makes progress reports, not more often than anybody can read.

    tell     function or None
    now      function            a clock that only goes forward, s
    world    World, Plan
    until    ticks
    """

    def __init__(self, tell: Tell | None, now: Callable[[], float], world: World, plan: Plan, until: int) -> None:
        self.tell, self.now, self.world, self.plan, self.until = tell, now, world, plan, until
        self.began = self.told = now()
        self.steady: tuple[int, float] | None = None  # tick and time since when nothing needs compiling

    def say(self, phase: str, events: int, doing: str = "", *, always: bool = False) -> None:
        """Report, if it is time."""
        now = self.now()
        if self.tell is None or not (always or now - self.told >= TELL_EVERY):
            return
        self.told = now
        world = self.world
        left = None
        if self.steady and world.clock.tick > self.steady[0]:
            left = (now - self.steady[1]) / (world.clock.tick - self.steady[0]) * (self.until - world.clock.tick)
        tables = [*(s.cells for s in world.sites), world.travellers]
        cells, agents = sum(int(t["parcel"].sum()) for t in tables), sum(len(t) for t in tables)
        until_day = float(self.until * world.clock.tick_minutes / 1440)
        self.tell(Progress(phase, doing, world.clock.days, until_day, cells, agents, events, now - self.began, left))

    def name_each(self, recorder: Recorder) -> Callable[[], float]:
        """Return a stopwatch that, asked at the beginning and end of each process, tells which one is beginning."""
        due = [label(d.process) for d in self.plan.due if self.world.clock.tick % d.ticks == 0]
        asked = 0

        def stopwatch() -> float:
            nonlocal asked
            if asked % 2 == 0 and asked // 2 < len(due):
                self.say("compiling", recorder.n_events, due[asked // 2], always=True)
            asked += 1
            return self.now()

        return stopwatch


def advance(
    world: World,
    plan: Plan,
    until: int,
    recorder: Recorder,
    save: Callable[[dict[str, Any]], None],
    *,
    teller: Teller,
    stop: Callable[[], bool],
    profile: bool = False,
) -> bool:
    """Advance to tick `until`, or to the end of the tick in which `stop` first says so.

    save       function    writes a checkpoint, at once or later, after the records before it
    returns    bool        True when it came to the end
    """
    every = recorder.recording.checkpoint
    first, published = world.clock.tick, teller.now()
    # Compilation of a process takes place in the first tick in which it is due.
    warm = first + max((d.ticks for d in plan.due), default=1)
    while world.clock.tick < until:
        if stop():
            recorder.pause()
            save(kept(world, recorder))
            return False
        compiling = world.clock.tick == first and teller.tell is not None
        world.stopwatch = teller.name_each(recorder) if compiling else teller.now if profile else None
        world.step(plan)
        world.stopwatch = None
        if compiling and world.clock.tick < until:
            world.seconds.clear()  # compiling is no part of a profile
        recorder.after_tick()
        tick = world.clock.tick
        if every and tick % every == 0 and tick < until:
            save(kept(world, recorder))
        if teller.steady is None and tick >= min(warm, until - 1):
            teller.steady = (tick, teller.now())
        if teller.now() - published >= PUBLISH_EVERY:
            recorder.publish()
            published = teller.now()
        teller.say("running" if teller.steady else "compiling", recorder.n_events)
    recorder.finish()
    save(kept(world, recorder))
    return True


def kept(world: World, recorder: Recorder) -> dict[str, Any]:
    """Return all that is needed to go on from this moment."""
    return {"world": world.snapshot(), "recorder": recorder.snapshot(), "digest": recorder.digest()}
