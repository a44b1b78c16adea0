"""What every test shares: no screen, the same hypothesis examples each time."""

from __future__ import annotations

import os

from hypothesis import settings

os.environ.setdefault("MPLBACKEND", "Agg")
# Workers of a parallel run are told how wide the terminal is; tables in tests are as in a pipe.
os.environ.pop("COLUMNS", None)

# The first example may compile a kernel, so no deadline; derandomised, so that a red run is red for everybody.
settings.register_profile("project", deadline=None, derandomize=True)
settings.load_profile("project")
