"""Cells as Mesa agents at 1e5: reading, selecting and reducing, beside as many plain Mesa agents.

python -m benchmarks.agents
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mesa
import numpy as np

from benchmarks.record import Target, best, publish
from simulation import MetastasisModel


class Plain(mesa.Agent):
    """An agent with one number."""

    def __init__(self, model: mesa.Model, icam1: float) -> None:
        super().__init__(model)
        self.icam1 = icam1


def main() -> None:
    model = MetastasisModel("hcc_baseline", width="6325 um", nodule_radius="1900 um")
    n = len(model.agents)
    other = mesa.Model(rng=1)
    for value in np.random.default_rng(1).random(n):
        Plain(other, float(value))
    cells = model.world.sites[0].cells

    def afresh() -> None:
        cells.version += 1  # as after a tick in which cells were born or died
        model.agents.agg("parcel", np.mean)

    def timed(ours: Callable[[], Any], theirs: Callable[[], Any], what: str) -> dict[str, Any]:
        a, b = best(0.5, ours) / n * 1e9, best(0.5, theirs) / n * 1e9
        return {"work": what, "columns, ns/agent": a, "plain Mesa, ns/agent": b, "plain / columns": b / a}

    mine, plain = model.agents, other.agents
    rows = [
        timed(lambda: mine.agg("parcel", np.mean), lambda: plain.agg("icam1", np.mean), "agg, mean"),
        timed(afresh, lambda: plain.agg("icam1", np.mean), "agg, the first after births"),
        timed(
            lambda: len(mine.select(where=lambda c: c.x > 1000.0)),
            lambda: len(plain.select(lambda a: a.icam1 > 0.5)),
            "select",
        ),
        timed(lambda: mine.values("x"), lambda: plain.get("icam1"), "get"),
    ]
    how = f"""{n} cells of the baseline's liver, widened, beside as many plain Mesa agents with one attribute, in one
        process."""
    target = Target("agg at 1e5 agents", rows[0]["columns, ns/agent"], 5.0, "ns/agent")
    publish("agents", "Cells as Mesa agents", how, rows, [target])


if __name__ == "__main__":
    main()
