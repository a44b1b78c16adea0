"""Agent-based model of ICAM-1 in tumour growth, immune evasion and metastasis: the front door.

    from simulation import load_scenario, run
    result = run(load_scenario("quick_look"))

What stands behind these names is loaded when it is first asked for, so that `import simulation` costs nothing.
"""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulation.description import describe
    from simulation.engine.errors import ContractError, InputError, NumericalError, SimulationError, StorageError
    from simulation.model import MetastasisModel
    from simulation.runs import Run, Status, resume, run
    from simulation.runs.advance import Progress
    from simulation.runs.folder import read_events, read_summary
    from simulation.scenario import Scenario, load_scenario
    from simulation.scenario.schema import scenario_schema

    __version__: str

_HOMES = {
    "load_scenario": "simulation.scenario",
    "Scenario": "simulation.scenario",
    "MetastasisModel": "simulation.model",
    "run": "simulation.runs",
    "resume": "simulation.runs",
    "Run": "simulation.runs",
    "Status": "simulation.runs",
    "Progress": "simulation.runs.advance",
    "describe": "simulation.description",
    "scenario_schema": "simulation.scenario.schema",
    "read_events": "simulation.runs.folder",
    "read_summary": "simulation.runs.folder",
    "SimulationError": "simulation.engine.errors",
    "InputError": "simulation.engine.errors",
    "ContractError": "simulation.engine.errors",
    "StorageError": "simulation.engine.errors",
    "NumericalError": "simulation.engine.errors",
}

__all__ = [
    "ContractError",
    "InputError",
    "MetastasisModel",
    "NumericalError",
    "Progress",
    "Run",
    "Scenario",
    "SimulationError",
    "Status",
    "StorageError",
    "describe",
    "load_scenario",
    "read_events",
    "read_summary",
    "resume",
    "run",
    "scenario_schema",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from simulation.runs.provenance import version

        return version()
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*__all__, *vars(sys.modules[__name__]), "__version__"})
