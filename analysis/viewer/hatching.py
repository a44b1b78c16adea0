"""Imported by the process from which live runs are forked, and by no other: whatever takes long and is alike for all.

Nothing here may start a thread or call a loop that is spread over threads.
"""

from __future__ import annotations

import contextlib
import gc
import os

# A live run has one processor; the libraries ask for the number when they are imported.
os.environ.setdefault("NUMBA_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pandas
import typer

import simulation
from analysis.viewer import frame, live_events, simulating
from analysis.viewer.experiment import Choices, scenario_of

#: typer: every process looks at the main module again, which is the command's
READY = (pandas, typer, frame, live_events, simulating, simulation.MetastasisModel)

with contextlib.suppress(Exception):  # a faulty scenario is told by the run that needs it, with its line
    scenario_of("quick_look", Choices())  # reads the catalogue of everything that a scenario may set

# What is there now stays: a run that counts references of it would need memory of its own for it.
gc.collect()
gc.freeze()
