"""What every test shares: a place for compiled kernels, no screen, the same hypothesis examples each time."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from hypothesis import settings

# Before anything imports numba: kernels are kept beside their source, or elsewhere when that cannot be written.
if not os.access(Path(__file__).parent.parent / "simulation" / "engine", os.W_OK):
    os.environ.setdefault("NUMBA_CACHE_DIR", os.path.join(tempfile.gettempdir(), f"icam-kernels-{os.getuid()}"))

os.environ.setdefault("MPLBACKEND", "Agg")

# The first example may compile a kernel, so no deadline; derandomised, so that a red run is red for everybody.
settings.register_profile("project", deadline=None, derandomize=True)
settings.load_profile("project")
