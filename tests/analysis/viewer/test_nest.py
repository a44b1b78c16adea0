"""Where live runs come from: what is imported beforehand starts no threads, and a forked run is the run itself."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import threading

import numpy as np
import pytest

from analysis.viewer.experiment import Choices, scenario_of
from analysis.viewer.frame import Frame, frame_of
from analysis.viewer.live_run import LiveRun
from analysis.viewer.nest import nest
from simulation import MetastasisModel
from tests.analysis.commands import ROOT

FORKS = "forkserver" in multiprocessing.get_all_start_methods()


def test_runs_are_forked_where_that_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    assert nest().get_start_method() == ("forkserver" if FORKS else "spawn")
    monkeypatch.setattr(multiprocessing, "get_all_start_methods", lambda: ["spawn"])
    assert nest().get_start_method() == "spawn"


@pytest.mark.skipif(not FORKS, reason="this system starts every process anew")
def test_what_is_imported_beforehand_starts_no_pool_of_threads() -> None:
    """A pool of threads does not survive a fork: the first compiled loop of a run would end it."""
    code = (
        "import sys, threading\n"
        "import analysis.viewer.hatching, numba\n"
        "assert threading.active_count() == 1, threading.enumerate()\n"
        "assert 'simulation.model' in sys.modules and numba.config.NUMBA_NUM_THREADS == 1\n"
        "try:\n    print(numba.threading_layer())\nexcept ValueError:\n    print('none')\n"
    )
    environment = {k: v for k, v in os.environ.items() if k != "NUMBA_NUM_THREADS"} | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "none", done.stderr


def test_a_forked_run_is_the_run_itself() -> None:
    worlds = [("quick_look", Choices(seed=7)), ("quick_look", Choices(seed=8))]
    seen: list[list[Frame]] = [[], []]
    came = [threading.Event(), threading.Event()]

    def keep(k: int, frame: Frame) -> None:
        seen[k].append(frame)
        came[k].set()

    runs = [LiveRun(lambda frame, k=k: keep(k, frame), lambda: None) for k in range(2)]
    try:
        for run, world in zip(runs, worlds, strict=True):
            run.start(*world)
            run.credit()
        assert all(event.wait(60.0) for event in came)
    finally:
        for run in runs:
            run.end()
    for frames, world in zip(seen, worlds, strict=True):
        wanted = frame_of(MetastasisModel(scenario_of(*world)).world)
        assert all(np.array_equal(frames[0].cells[n], v, equal_nan=True) for n, v in wanted.cells.items() if n != "age")
    assert not np.array_equal(seen[0][0].cells["x"], seen[1][0].cells["x"])
