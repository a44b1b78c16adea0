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
    from simulation.engine.parameter import Parameter
    from simulation.engine.quantity import read_quantity
    from simulation.engine.storage import Lock, make_folder, write_bytes, write_json, write_table, write_text
    from simulation.model import MetastasisModel
    from simulation.runs import Run, Status, resume, run
    from simulation.runs.advance import Progress
    from simulation.runs.earlier import earlier, place_of, source_digest
    from simulation.runs.folder import read_events, read_summary
    from simulation.scenario import Scenario, Variation, load_scenario, load_varied
    from simulation.scenario.catalogues import catalogues
    from simulation.scenario.faults import Faults, Place
    from simulation.scenario.file import Node, Scalar, Section, Series, read_file
    from simulation.scenario.layers import shipped_names, shipped_studies
    from simulation.scenario.reading import MISSING, Reading
    from simulation.scenario.schema import scenario_schema
    from simulation.vocabulary.arms import ARMS
    from simulation.vocabulary.cancers import CONTEXTS

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
    "place_of": "simulation.runs.earlier",
    "earlier": "simulation.runs.earlier",
    "source_digest": "simulation.runs.earlier",
    "read_events": "simulation.runs.folder",
    "read_summary": "simulation.runs.folder",
    "SimulationError": "simulation.engine.errors",
    "InputError": "simulation.engine.errors",
    "ContractError": "simulation.engine.errors",
    "StorageError": "simulation.engine.errors",
    "NumericalError": "simulation.engine.errors",
    # For other texts that are read as scenarios are, with every fault in its place.
    "read_file": "simulation.scenario.file",
    "Node": "simulation.scenario.file",
    "Scalar": "simulation.scenario.file",
    "Section": "simulation.scenario.file",
    "Series": "simulation.scenario.file",
    "Faults": "simulation.scenario.faults",
    "Place": "simulation.scenario.faults",
    "Reading": "simulation.scenario.reading",
    "MISSING": "simulation.scenario.reading",
    "Variation": "simulation.scenario",
    "load_varied": "simulation.scenario",
    "catalogues": "simulation.scenario.catalogues",
    # What there is by design; `catalogues()` has what is there to be set.
    "ARMS": "simulation.vocabulary.arms",
    "CONTEXTS": "simulation.vocabulary.cancers",
    "shipped_names": "simulation.scenario.layers",
    "shipped_studies": "simulation.scenario.layers",
    "Parameter": "simulation.engine.parameter",
    "read_quantity": "simulation.engine.quantity",
    # For other files that are written whole or not at all.
    "Lock": "simulation.engine.storage",
    "make_folder": "simulation.engine.storage",
    "write_bytes": "simulation.engine.storage",
    "write_json": "simulation.engine.storage",
    "write_table": "simulation.engine.storage",
    "write_text": "simulation.engine.storage",
}

__all__ = [
    "ARMS",
    "CONTEXTS",
    "MISSING",
    "ContractError",
    "Faults",
    "InputError",
    "Lock",
    "MetastasisModel",
    "Node",
    "NumericalError",
    "Parameter",
    "Place",
    "Progress",
    "Reading",
    "Run",
    "Scalar",
    "Scenario",
    "Section",
    "Series",
    "SimulationError",
    "Status",
    "StorageError",
    "Variation",
    "catalogues",
    "describe",
    "earlier",
    "load_scenario",
    "load_varied",
    "make_folder",
    "place_of",
    "read_events",
    "read_file",
    "read_quantity",
    "read_summary",
    "resume",
    "run",
    "scenario_schema",
    "shipped_names",
    "shipped_studies",
    "source_digest",
    "write_bytes",
    "write_json",
    "write_table",
    "write_text",
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
