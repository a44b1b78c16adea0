"""What is recorded: pure functions of a world that is only looked at, one concept per file."""

from __future__ import annotations

from simulation.engine.observable import Quantity, measure
from simulation.engine.world import World


def quantities(world: World) -> list[Quantity]:
    """Measure everything, with unit and meaning of each number."""
    return measure(world, __name__)


def observe(world: World) -> dict[str, float]:
    """Measure everything: one row of the summary, column -> number."""
    return {q.name: q.value for q in quantities(world)}
