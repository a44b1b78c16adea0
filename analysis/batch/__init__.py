"""Many runs: each in its own folder, on as many workers as there are; what one of them does harms no other.

A run that is done is not made again, one that was cut goes on from its checkpoint, one that failed is kept and listed
until it is to be tried again. A worker that is killed costs time only.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from time import monotonic
from typing import TYPE_CHECKING, Any

from analysis.batch.cluster import client_of, cores
from analysis.batch.job import FAILED, INTERRUPTED, REFUSED, Job, Outcome, carry_out, one_line
from analysis.batch.ledger import Ledger

if TYPE_CHECKING:
    from distributed import Client

#: jobs handed to the scheduler at a time: enough for every worker to find one, few enough to forget
LEAST_AHEAD = 8
MOST_INTERRUPTIONS = 20
KILLED = "the process that made it was killed each time; is there enough memory?"


@dataclass(frozen=True)
class Tally:
    """How far a batch is.

    total      int             runs asked for
    reused     int             of these were done before
    done       int             made now
    failed     int             now or before
    workers    int             at work; 0 while none has come yet
    elapsed    float s         since the first was handed out
    left       float s|None    that are still needed; None while it cannot be told
    """

    total: int
    reused: int
    done: int = 0
    failed: int = 0
    workers: int = 0
    elapsed: float = 0.0
    left: float | None = None


Tell = Callable[[Tally], None]


def run_all(
    jobs: Sequence[Job],
    ledger: Ledger,
    *,
    before: Tally | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    tell: Tell | None = None,
    run: Callable[[Job], Outcome] = carry_out,
) -> Tally:
    """Make all runs; those that fail are noted in the ledger.

    jobs         those that are not done yet, each key once
    before       Tally    with what need not be made, done or failed before
    workers      processes on this machine, one thread each; None = one per core, 0 = in this process, one by one
    scheduler    address of a running Dask scheduler whose workers see the same disk, in place of processes here
    tell         function of Tally, called whenever a run ends
    run          function of Job, importable by the workers
    raises       InputError where no scheduler answers, or its workers have another version of the model
    """
    counter = _Counter(before or Tally(len(jobs), 0), tell)
    if not jobs:
        counter.say()
        return counter.tally
    if workers == 0 and scheduler is None:
        counter.workers = 1
        return _collect((run(job) for job in jobs), counter, ledger)
    most = cores() if workers is None else workers
    with client_of(min(most, len(jobs)), scheduler) as client:
        counter.workers = _workers(client)
        return _collect(_outcomes(client, jobs, run, counter), counter, ledger)


def _workers(client: Client) -> int:
    return len(client.scheduler_info(n_workers=-1)["workers"])


def _collect(outcomes: Iterator[Outcome], counter: _Counter, ledger: Ledger) -> Tally:
    counter.say()
    for outcome in outcomes:
        if outcome.status == REFUSED:
            from simulation import InputError

            raise InputError(
                "a worker has another version of the model",
                where="icam compare",
                expected="expected the one this command began with",
                remedy="install it for all workers, change no file of it, and start again: done runs are kept",
            )
        if outcome.status == FAILED:
            ledger.add(outcome.key, outcome.reason)
        else:
            ledger.forget([outcome.key])
        counter.count(outcome)
    return counter.tally


def _outcomes(
    client: Client, jobs: Sequence[Job], run: Callable[[Job], Outcome], counter: _Counter
) -> Iterator[Outcome]:
    """Hand out jobs, a few ahead of the workers, and give what became of each as it ends."""
    from distributed import as_completed

    waiting, handed = deque(jobs), as_completed(loop=client.loop)
    attempts: dict[str, int] = {}
    by_key: dict[str, Job] = {}

    def hand_out() -> None:
        counter.workers = _workers(client)
        ahead = max(LEAST_AHEAD, 2 * counter.workers)
        for job in list(islice(waiting, max(0, ahead - len(by_key)))):
            waiting.popleft()
            attempt = attempts.get(job.key, 0)
            name = f"icam-{job.key}" + (f"-{attempt}" if attempt else "")
            by_key[name] = job
            handed.add(client.submit(run, job, key=name, retries=1, pure=False))

    hand_out()
    while by_key:
        future = next(handed)
        if future.status in ("pending", "lost"):  # its worker was killed before the answer was fetched
            handed.add(future)
            continue
        job = by_key.pop(future.key)
        outcome = _outcome_of(future, job)
        future.release()
        if outcome.status == INTERRUPTED and attempts.get(job.key, 0) < MOST_INTERRUPTIONS:
            attempts[job.key] = attempts.get(job.key, 0) + 1  # its worker had to leave; another goes on
            waiting.append(job)
        else:
            yield outcome
        hand_out()


def _outcome_of(future: Any, job: Job) -> Outcome:
    """Fetch what became of a run."""
    from distributed.scheduler import KilledWorker

    from simulation import StorageError

    try:
        found: Outcome = future.result()
        return found
    except Exception as fault:
        if future.status != "error":
            raise StorageError(
                "the scheduler went away",
                where="--scheduler",
                remedy="start it and this command again: what is done is kept",
            ) from fault
        return Outcome(job.key, FAILED, KILLED if isinstance(fault, KilledWorker) else one_line(fault))


class _Counter:
    """Counts what became of runs, and tells it."""

    def __init__(self, before: Tally, tell: Tell | None) -> None:
        self.before, self.tell = before, tell
        self.done = self.failed = self.workers = 0
        self.began = monotonic()

    @property
    def tally(self) -> Tally:
        elapsed, ended = monotonic() - self.began, self.done + self.failed
        before = self.before
        waiting = before.total - before.reused - before.failed - ended
        left = elapsed / ended * waiting if ended else None
        failed = before.failed + self.failed
        return Tally(before.total, before.reused, self.done, failed, self.workers, elapsed, left)

    def count(self, outcome: Outcome) -> None:
        self.done += outcome.status != FAILED
        self.failed += outcome.status == FAILED
        self.say()

    def say(self) -> None:
        if self.tell:
            self.tell(self.tally)
