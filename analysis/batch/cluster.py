"""Where runs are made: processes on this machine, a scheduler that is running somewhere, or this very process."""

from __future__ import annotations

import asyncio
import importlib.util
import logging
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from distributed import Client

#: one run, one thread: as many runs at a time as there are cores, and none waits for another's threads
ENVIRONMENT = dict.fromkeys(
    ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)
PATIENCE = "5 s"  # for a scheduler to answer


def cores() -> int:
    """Count the cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not everywhere
        return os.cpu_count() or 1


@contextmanager
def client_of(workers: int, scheduler: str | None) -> Iterator[Client]:
    """Give a client of a scheduler with workers, and close what was opened for it.

    workers      processes on this machine
    scheduler    address of a running scheduler, in place of those
    raises       InputError where no scheduler answers
    """
    require_distributed()
    import dask
    import distributed

    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    settings = {
        # A run is long, so none waits at a busy worker; a worker that computes for minutes is not dead.
        "distributed.scheduler.worker-saturation": 1.0,
        "distributed.scheduler.worker-ttl": None,
        "distributed.nanny.pre-spawn-environ": ENVIRONMENT,
        "distributed.worker.memory.spill": False,
        # What it remembers of tasks that are gone.
        "distributed.admin.low-level-log-length": 100,
    }
    with dask.config.set(settings), _own_environment():
        if scheduler is not None:
            with _reached(scheduler) as client:
                yield client
            return
        with _deaf_to_interrupts():
            cluster = distributed.LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                processes=True,
                dashboard_address=None,
                silence_logs=logging.CRITICAL,
                env=ENVIRONMENT,
            )
        with cluster, distributed.Client(cluster, set_as_default=False) as client:
            yield client


@contextmanager
def _own_environment() -> Iterator[None]:
    """Give this process its environment back: whoever starts a worker sets the worker's in its own process too."""
    before = {name: os.environ.get(name) for name in ENVIRONMENT}
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Start workers that do not hear Ctrl-C, which reaches all processes of a terminal; this one hears it afterwards.

    What is started meanwhile keeps the mask, and so does what it starts in turn, as a worker in place of a killed one.
    """
    resource_tracker.ensure_running()  # whoever starts it hears again, so it is started first
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _reached(scheduler: str) -> Iterator[Client]:
    import distributed

    # Asked first, for a client that never reached its scheduler takes long to be rid of.
    require_answer(scheduler)
    with distributed.Client(scheduler, timeout=PATIENCE, set_as_default=False) as client:
        yield client


def require_distributed() -> None:
    """Make sure that runs can be handed out; raises InputError."""
    from simulation import InputError

    if importlib.util.find_spec("distributed") is None:
        raise InputError(
            "Dask is not installed",
            where="icam compare",
            expected="expected the package distributed",
            remedy="install it with pip install 'icam-metastasis[analysis]', or use --workers 0",
        )


def require_answer(scheduler: str) -> None:
    """Make sure that somebody answers at an address; raises InputError."""
    from simulation import InputError

    require_distributed()
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    try:
        asyncio.run(_ask(scheduler))
    except (OSError, ValueError, TypeError) as fault:
        raise InputError(
            f"no scheduler answers at {scheduler[:200]!r}",
            where="--scheduler",
            expected="expected the address of a running one, as tcp://host:8786",
            remedy="start one with `dask scheduler`, or leave --scheduler out",
        ) from fault


async def _ask(scheduler: str) -> None:
    """See whether anybody answers; raises OSError, ValueError or TypeError."""
    from distributed.core import connect

    line = await connect(scheduler, timeout=PATIENCE)
    await line.close()
