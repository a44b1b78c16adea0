"""One run of a scenario, from its folder to its answers; and going on with one that was cut.

run(load_scenario("hcc_baseline"), seed=17)
resume("results/hcc_baseline/1a2b3c4d/seed-000017")
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from simulation.build import build
from simulation.engine.clock import Clock
from simulation.engine.errors import InputError, SimulationError, StorageError
from simulation.engine.memory import give_back
from simulation.engine.plan import Plan
from simulation.engine.storage import read_json
from simulation.engine.world import World
from simulation.runs import provenance
from simulation.runs.advance import Progress, Tell, Teller, advance, kept
from simulation.runs.beside import Beside
from simulation.runs.earlier import place_of
from simulation.runs.endpoints import READ, endpoints
from simulation.runs.folder import RunFolder, Status, read_events, read_summary, shown, status_of
from simulation.runs.interruption import Asked, listening
from simulation.runs.records import Recorder, Recording
from simulation.scenario import Scenario, load_scenario

if TYPE_CHECKING:
    import pandas as pd

CHECKPOINT_EVERY = "7 day"

__all__ = ["Progress", "Run", "Status", "resume", "run"]


@dataclass(frozen=True)
class Run:
    """What a run left.

    folder       Path
    status       Status      DONE or INTERRUPTED
    digest       str         SHA-256 of the world at the end
    endpoints    dict        as in endpoints.json
    seconds      float s     wall time of this run or resumption
    profile      dict        share of time per process, largest first; empty without `profile`
    said         str         what a person should know, as "an earlier checkpoint was taken"
    signal       int         the signal that stopped it, 0 for none
    """

    folder: Path
    status: Status
    digest: str
    endpoints: dict[str, Any]
    seconds: float = 0.0
    profile: dict[str, float] = field(default_factory=dict)
    said: str = ""
    signal: int = 0

    @property
    def exit_code(self) -> int:
        """What a command returns: 0, or 130 and 143 after SIGINT and SIGTERM."""
        return 128 + self.signal if self.signal else 0

    @cached_property
    def summary(self) -> pd.DataFrame:
        """One row per kept time."""
        return read_summary(self.folder)

    @cached_property
    def events(self) -> pd.DataFrame:
        """One row for each thing that happened to a cell."""
        return read_events(self.folder)


def run(
    scenario: Scenario,
    *,
    out: str | Path = "results",
    seed: int | None = None,
    until: str | None = None,
    threads: int | None = None,
    progress: Tell | None = None,
    stop: Callable[[], bool] | None = None,
    checkpoint_every: str = CHECKPOINT_EVERY,
    profile: bool = False,
) -> Run:
    """Run a scenario into `out`/<scenario>/<hash8>/seed-NNNNNN, replacing what a finished run left there.

    scenario            Scenario
    out                 folder for all results
    seed, until         in place of the scenario's, as 17 and "10 day"
    threads             numba threads; the result does not depend on it
    progress            function of Progress, called a few times per second
    stop                function, asked after every tick whether to stop; SIGINT and SIGTERM also stop
    checkpoint_every    span of simulated time
    profile             measure how long each process takes
    raises              InputError, StorageError, NumericalError
    """
    changes = [f"{key}={value}" for key, value in (("seed", seed), ("until", until)) if value is not None]
    scenario = scenario.changed(*changes) if changes else scenario
    Clock(scenario.tick).ticks_in(checkpoint_every, "checkpoint_every")  # told before anything is made
    place = place_of(scenario, out)
    about = {
        "scenario": Path(scenario.path).stem or "scenario",
        "title": scenario.title,
        "identity": scenario.identity(),
        "seed": scenario.seed,
        "until": scenario.until,
        "checkpoint_every": checkpoint_every,
    }
    texts = {"scenario.yaml": scenario.to_text()}
    options = Options(threads, progress, stop, profile)
    return carry_out(place, lambda: _built(scenario, checkpoint_every), about, options, texts)


def resume(
    folder: str | Path,
    *,
    threads: int | None = None,
    progress: Tell | None = None,
    stop: Callable[[], bool] | None = None,
    profile: bool = False,
) -> Run:
    """Go on with a run that was interrupted, killed or failed; its records become those of a run never cut.

    folder    a run's folder, as .../seed-000017
    other arguments and errors as in `run`; a run that is done is returned as it is
    """
    place = Path(folder)
    beside = place.with_name(f".{place.name}.new")
    found = beside if beside.exists() else place
    if status_of(found) is None:
        raise StorageError("there is no run here", where=shown(place), remedy="name a folder such as .../seed-000017")
    about = read_json(found / "run.json")
    if status_of(found) is Status.DONE:
        return Run(found, Status.DONE, about["digest"], read_json(found / "endpoints.json"))
    scenario = load_scenario(found / "scenario.yaml")
    if scenario.identity() != about["identity"]:
        raise StorageError(
            "this program reads the run's scenario in another way than the one that wrote it",
            where=shown(place),
            remedy="resume with the version that wrote it, or run it anew",
        )
    every = about["checkpoint_every"]
    return carry_out(place, lambda: _built(scenario, every), about, Options(threads, progress, stop, profile), None)


@dataclass(frozen=True)
class Built:
    """A world at its beginning, and how it is to be advanced and recorded.

    until    ticks
    """

    world: World
    plan: Plan
    until: int
    recording: Recording


@dataclass(frozen=True)
class Options:
    """How a run is carried out; nothing here changes its result. As in `run`."""

    threads: int | None = None
    progress: Tell | None = None
    stop: Callable[[], bool] | None = None
    profile: bool = False


def _built(scenario: Scenario, checkpoint_every: str) -> Built:
    world, plan = build(scenario)
    record = scenario.record
    recording = Recording.of(world.clock, record.every, record.cells or "", record.fields or "", checkpoint_every)
    return Built(world, plan, world.clock.ticks_in(scenario.until, "until"), recording)


def carry_out(
    place: Path,
    make: Callable[[], Built],
    about: dict[str, Any],
    options: Options,
    texts: dict[str, str] | None,
) -> Run:
    """Carry out a run in its folder, from the beginning or from its last checkpoint.

    place     Path               where the result will stand
    make      function           makes the world at its beginning
    about     dict               what run.json says besides what is found here
    texts     dict or None       files to write at the beginning; None = go on with what is there
    """
    began = perf_counter()
    anew = texts is not None
    with _threads(options.threads) as used, RunFolder(place) as folder:
        if anew:
            folder.start_anew()
        else:
            folder.go_on()
        about = {k: v for k, v in about.items() if k not in ("digest", "finished", "seconds", "profile")}
        about |= {"started" if anew else "resumed": provenance.now(), "threads": used}
        about |= {"code": provenance.code(), "machine": provenance.machine()}
        for name, text in (texts or {}).items():
            folder.write_text(name, text)
        folder.write_json("run.json", about)
        folder.write_status(Status.RUNNING)
        try:
            with listening(options.stop) as asked:
                end = _carry_on(folder, make, about, options, asked, anew=anew)
                return _close(folder, end, about=about, began=began, caught=asked.signal)
        except BaseException as fault:
            with suppress(StorageError):
                folder.write_text("error.txt", _told(fault))
                folder.write_status(Status.INTERRUPTED if isinstance(fault, KeyboardInterrupt) else Status.FAILED)
            raise


def _carry_on(
    folder: RunFolder,
    make: Callable[[], Built],
    about: dict[str, Any],
    options: Options,
    asked: Asked,
    *,
    anew: bool,
) -> Ending:
    if options.progress:
        options.progress(Progress("building"))
    built = make()
    world = built.world
    saved, said = (None, "") if anew else folder.load()
    with Beside() as beside:
        recorder = Recorder(folder.path, world, built.recording, beside.do)

        def save(tree: dict[str, Any]) -> None:
            beside.do(lambda: folder.save(tree))

        if saved:
            world.restore(saved["world"])
            if world.digest() != saved["digest"]:
                raise StorageError(
                    "the checkpoint does not give back the world it was made of", where=shown(folder.place)
                )
            recorder.restore(saved["recorder"])
        else:
            recorder.begin()
            save(kept(world, recorder))
        teller = Teller(options.progress, perf_counter, world, built.plan, built.until)
        done = advance(
            world, built.plan, built.until, recorder, save, teller=teller, stop=asked, profile=options.profile
        )
        beside.wait()
    about["columns"] = {
        f.name: {k.decode(): v.decode() for k, v in f.metadata.items()} for f in recorder.summary().schema
    }
    teller.say("done" if done else "interrupted", recorder.n_events, always=True)
    sites, types = tuple(s.name for s in world.sites), tuple(t.name for t in world.types)
    world.let_go()
    return Ending(done, said, recorder.digest(), world.clock.days, sites, types, world.seconds)


@dataclass(frozen=True)
class Ending:
    """What is told of a world that came to its end or was stopped; the world itself is not needed any more.

    done       bool
    said       str      what a person should know
    digest     str
    days       day
    sites      names, the primary's first
    types      names of the cell types
    seconds    dict     time spent per process, where that was measured
    """

    done: bool
    said: str
    digest: str
    days: float
    sites: tuple[str, ...]
    types: tuple[str, ...]
    seconds: dict[str, float]


def _close(folder: RunFolder, end: Ending, *, about: dict[str, Any], began: float, caught: int) -> Run:
    """Write what is known only at the end; the status last."""
    give_back()  # the world is gone, and what comes now, pictures among it, needs memory of its own
    answers = endpoints(read_events(folder.path, READ), read_summary(folder.path), sites=end.sites, types=end.types)
    folder.write_json("endpoints.json", answers)
    status = Status.DONE if end.done else Status.INTERRUPTED
    seconds = perf_counter() - began
    total = sum(end.seconds.values())
    shares = {n: s / total for n, s in sorted(end.seconds.items(), key=lambda item: -item[1])} if total else {}
    about |= {"finished": provenance.now(), "seconds": round(seconds, 3), "digest": end.digest}
    about |= {"status": status.value, "days": end.days, "profile": shares}
    folder.write_json("run.json", about)
    folder.write_status(status)
    if end.done:
        folder.settle()
    return Run(folder.path, status, end.digest, answers, seconds, shares, end.said, 0 if end.done else caught)


def _told(fault: BaseException) -> str:
    """Tell a fault for a file that others may read: the project's own places, none of the machine's."""
    lines = [f"{type(fault).__name__}: {fault}"]
    if not isinstance(fault, SimulationError):
        for frame in traceback.extract_tb(fault.__traceback__):
            lines.append(f"  {'/'.join(Path(frame.filename).parts[-3:])}:{frame.lineno} in {frame.name}")
    return "\n".join(lines) + "\n"


@contextmanager
def _threads(wanted: int | None) -> Iterator[int]:
    """Let numba use so many threads; gives how many it uses."""
    import numba

    most = int(numba.config.NUMBA_NUM_THREADS)
    if wanted is not None and not 1 <= wanted <= most:
        raise InputError(f"{wanted} threads cannot be used", where="threads", expected=f"expected 1 ... {most} here")
    before = numba.get_num_threads()
    numba.set_num_threads(wanted or before)
    try:
        yield wanted or before
    finally:
        numba.set_num_threads(before)
