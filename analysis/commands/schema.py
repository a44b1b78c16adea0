"""`icam schema`: the shape of a scenario or study as JSON Schema, by which an editor completes and explains words."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer


def schema(
    study: Annotated[bool, typer.Option("--study", help="Of studies, as `icam compare` takes them.")] = False,
) -> int:
    """Print the JSON Schema of scenarios, or of studies."""
    import simulation

    if study:
        from analysis.study.schema import study_schema as schema_of
    else:
        schema_of = simulation.scenario_schema
    sys.stdout.write(json.dumps(schema_of(), indent=2, ensure_ascii=False) + "\n")
    return 0
