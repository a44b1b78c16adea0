"""Where live runs come from: a process that has imported the simulation, and forks one for every visitor.

What the simulation imports takes a second or two, which is thus spent once, while the browser still loads the page.
The process forks before it has any thread of its own: compiled loops that run on several threads are loaded by the run
itself, since a pool of threads does not survive a fork. Where systems cannot fork, every run imports for itself.
"""

from __future__ import annotations

import multiprocessing
import sys
from multiprocessing.context import BaseContext

#: imported before the first visitor comes
BEFOREHAND = "analysis.viewer.hatching"


def nest() -> BaseContext:
    """Return where processes of live runs are started."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([BEFOREHAND])
    return context


def build_nest() -> None:
    """Start the process from which runs are forked; returns at once, while it still imports."""
    if nest().get_start_method() == "forkserver" and sys.platform != "win32":
        from multiprocessing import forkserver

        forkserver.ensure_running()
