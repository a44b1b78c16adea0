"""`icam schema`: the shape of a scenario as JSON Schema, with which an editor completes and explains every word."""

from __future__ import annotations

import json
import sys


def schema() -> int:
    """Print the JSON Schema of scenarios."""
    import simulation

    sys.stdout.write(json.dumps(simulation.scenario_schema(), indent=2, ensure_ascii=False) + "\n")
    return 0
