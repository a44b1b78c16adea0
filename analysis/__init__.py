"""Reading runs: command line, comparison, figures, report and viewer.

    from analysis import compare
    comparison = compare("icam1_knockdown", replicates=4)
    comparison.runs       # one row per run, with every endpoint
    comparison.courses    # quantities over time

What stands behind these names is loaded when it is first asked for.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.comparison import Comparison, compare, open_comparison
    from analysis.endpoint import Endpoint, endpoints
    from analysis.load import open_run
    from analysis.study import Arm, Study, load_study

_HOMES = {
    "compare": "analysis.comparison",
    "Comparison": "analysis.comparison",
    "open_comparison": "analysis.comparison",
    "Endpoint": "analysis.endpoint",
    "endpoints": "analysis.endpoint",
    "open_run": "analysis.load",
    "Arm": "analysis.study",
    "Study": "analysis.study",
    "load_study": "analysis.study",
}

__all__ = [
    "Arm",
    "Comparison",
    "Endpoint",
    "Study",
    "compare",
    "endpoints",
    "load_study",
    "open_comparison",
    "open_run",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
