"""Run every experiment that has a published target and write docs/validation.md.

python -m tests.statistics.validation
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.statistics.target import Target, experiments

RECORD = Path(__file__).parents[2] / "docs" / "validation.md"

HEAD = """# What the model reproduces

Published outcomes, how far the simulation may be off, and what it gives. This page is made by `make validation`, which
runs each experiment of `tests/statistics/test_c*.py`; nothing in it is typed by hand. "Recalled" and "assumed" numbers
behind the experiments are marked where they stand: `icam describe --parameters`.

Targets that the parameters were fitted to are calibration, not prediction.

| target | system | measured | quantity | tolerance | simulated | met |
|---|---|---|---|---|---|---|
"""


def bounds(low: float, high: float) -> str:
    """Write a tolerance."""
    if math.isinf(high):
        return f">= {low:g}"
    if math.isinf(low):
        return f"<= {high:g}"
    return f"{low:g} to {high:g}"


def rows(target: Target, simulated: Mapping[str, float]) -> list[str]:
    """Write one line per quantity."""
    lines = []
    for place, (name, (low, high)) in enumerate(target.tolerance.items()):
        value = simulated.get(name, float("nan"))
        met = "yes" if low <= value <= high else "**no**"
        told = f"{target.number} | {target.system} | {target.measured} ({target.source})" if not place else "| |"
        lines.append(f"| {told} | {name} | {bounds(low, high)} | {value:.4g} | {met} |")
    return lines


def main() -> int:
    """Write the record; 1 when a target is missed."""
    table, methods, missed = [], [], 0
    for module in experiments():
        target: Target = module.TARGET
        simulated = module.simulate()
        table += rows(target, simulated)
        methods.append(f"- **{target.number}** {target.experiment} (`tests/statistics/{module.__name__}.py`)")
        missed += bool(target.missed(simulated))
        print(f"{target.number}: {'; '.join(target.missed(simulated)) or 'met'}", flush=True)
    RECORD.write_text(HEAD + "\n".join(table) + "\n\n## How each was simulated\n\n" + "\n".join(methods) + "\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
