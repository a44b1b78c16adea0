"""What the first page needs of this process, imported while the browser still loads its own part.

Views wait for it: two threads that import the same modules in different orders may each see the other's half done.
"""

from __future__ import annotations

import contextlib
import threading

#: s; nobody waits longer than this
PATIENCE = 60.0
_done = threading.Event()
_done.set()  # where nothing is imported beforehand there is nothing to wait for


def ahead_of_visitors() -> None:
    """Let views wait from now on, until `import_beforehand` is through."""
    _done.clear()


def import_beforehand() -> None:
    """Import and read it, then let views go on."""
    try:
        with contextlib.suppress(Exception):  # whatever is wrong is told by the page that needs it
            from analysis.spread import Milestones
            from analysis.viewer import charts
            from analysis.viewer.experiment import chosen_by, contexts, knows_immunity
            from analysis.viewer.views import live
            from simulation import load_scenario

            chosen_by(load_scenario(live.FIRST))
            contexts(), knows_immunity()
            charts.figure([], Milestones(None, None, None, None), "light", end=1.0, across=1)
    finally:
        _done.set()


def wait_for_imports() -> None:
    """Return once nothing is being imported beforehand any more."""
    _done.wait(PATIENCE)
