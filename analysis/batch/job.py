"""One run of a batch: what is to be done, doing it wherever a worker is, and what became of it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulation import Scenario

DONE, FAILED, INTERRUPTED, REFUSED = "DONE", "FAILED", "INTERRUPTED", "REFUSED"
LONGEST_REASON = 300
#: two runs in one process would share numba's threads, which not every thread layer allows
_ONE_AT_A_TIME = Lock()


@dataclass(frozen=True)
class Job:
    """One run that is to be made.

    key         str     identity of the run: all that can change its result
    text        str     file with the arm's complete scenario, on a disk every worker sees
    name        str     of the scenario
    seed        int
    out         str     folder for the runs, on a disk every worker sees
    code        str     digest of the model's source that is to run
    identity    str     of the scenario without its seed
    retry       bool    make it again if it failed before
    anew        bool    make it again whatever there is
    """

    key: str
    text: str
    name: str
    seed: int
    out: str
    code: str
    identity: str
    retry: bool = False
    anew: bool = False

    @property
    def scenario(self) -> Scenario:
        """Return what is to be run."""
        return replace(_scenario(self.text, self.identity), path=self.name, seed=self.seed)


@dataclass(frozen=True)
class Outcome:
    """What became of a job.

    key       str
    status    str    DONE, FAILED, INTERRUPTED, or REFUSED where the worker has another version of the model
    reason    str    why it failed, one line
    """

    key: str
    status: str
    reason: str = ""


def carry_out(job: Job) -> Outcome:
    """Make a run, or go on with one that was cut; what is done already stays as it is. Raises nothing of the run's."""
    import simulation

    if simulation.source_digest() != job.code:
        return Outcome(job.key, REFUSED)
    with _ONE_AT_A_TIME:
        try:
            return _made(job)
        except Exception as fault:  # noqa: BLE001 whatever happens in one run must not end the others
            return Outcome(job.key, FAILED, one_line(fault))


def _made(job: Job) -> Outcome:
    from simulation import Status, StorageError, earlier, place_of, resume, run

    scenario = job.scenario
    before = None if job.anew else earlier(scenario, job.out)
    if before is Status.DONE:
        return Outcome(job.key, DONE)
    if before is Status.FAILED and not job.retry:
        return Outcome(job.key, FAILED, _kept_reason(place_of(scenario, job.out)))
    made = None
    if before in (Status.RUNNING, Status.INTERRUPTED):
        with suppress(StorageError):  # a checkpoint that cannot be used costs time only
            made = resume(place_of(scenario, job.out), threads=1, stop=_leaving())
    if made is None:
        made = run(scenario, out=job.out, threads=1, stop=_leaving())
    return Outcome(job.key, DONE if made.status is Status.DONE else INTERRUPTED)


@lru_cache(maxsize=64)
def _scenario(text: str, identity: str) -> Scenario:
    """Read an arm's scenario, once per process and text."""
    from simulation import StorageError, load_scenario

    found = load_scenario(text)
    if found.identity(any_seed=True) != identity:
        raise StorageError("this is not the scenario of its arm", where=text, remedy="start the comparison again")
    return found


def _leaving() -> Callable[[], bool] | None:
    """Return a function that tells whether the worker this is called in is asked to leave; None outside of workers."""
    if "distributed" not in sys.modules:
        return None
    from distributed import Status, get_worker

    try:
        worker = get_worker()
    except ValueError:
        return None
    return lambda: worker.status not in (Status.running, Status.paused)


def _kept_reason(place: Path) -> str:
    """Read why a run failed from its folder."""
    for folder in (place.with_name(f".{place.name}.new"), place):
        with suppress(OSError, UnicodeDecodeError, IndexError):
            return (folder / "error.txt").read_text(encoding="utf-8").splitlines()[0][:LONGEST_REASON]
    return "it failed in an earlier attempt"


def one_line(fault: BaseException) -> str:
    """Write a fault as one short line."""
    return " ".join(f"{type(fault).__name__}: {fault}".split())[:LONGEST_REASON]
