"""What every test shares: no screen, the same hypothesis examples each time, one line on what could not be tested."""

from __future__ import annotations

import os
from typing import Any

from hypothesis import settings

from tests.browser.chromium import missing

os.environ.setdefault("MPLBACKEND", "Agg")
# Workers of a parallel run are told how wide the terminal is; tables in tests are as in a pipe.
os.environ.pop("COLUMNS", None)

# The first example may compile a kernel, so no deadline; derandomised, so that a red run is red for everybody.
settings.register_profile("project", deadline=None, derandomize=True)
settings.load_profile("project")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say how many tests of the page were skipped for want of a browser, and what to install."""
    skipped = [r for r in terminalreporter.stats.get("skipped", []) if r.nodeid.startswith("tests/browser/")]
    if skipped and (lacking := missing()):
        terminalreporter.write_line(f"Browser tests skipped ({len(skipped)}). {lacking}", yellow=True)
