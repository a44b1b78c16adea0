"""LFA-1 by conformation: how long a bond lives and how strong its affinity is. Target: C05. Mechanisms: M02, M03."""

from __future__ import annotations

import numpy as np

from simulation.processes.adhesion.icam1_binding import ICAM1Binding
from tests.statistics.target import Target
from tests.worlds import make_world

TARGET = Target(
    "C05",
    "LFA-1 held in one conformation, on ICAM-1",
    "bonds live 25 s open, below 1 s closed; two-dimensional affinity open 8000, intermediate 30 times closed",
    "Sarantos et al., LFA-1-mediated adhesion stability; J Biol Chem 2005;280:42207",
    {
        "life of an open bond (s)": (24.9, 25.1),
        "life of a closed bond (s)": (0.0, 1.0),
        "bonds with open over closed LFA-1": (7999, 8001),
        "bonds with intermediate over closed LFA-1": (29.9, 30.1),
    },
    "A lymphocyte that holds a cell, its LFA-1 in one conformation, until its bonds stand; off-rates of the process.",
)


def bonds(opened: float, intermediate: float, process: ICAM1Binding) -> float:
    """Bonds of a long conjugate by LFA-1 in one conformation."""
    shared = {"radius": np.full(1, 5.0), "x": 100.0, "y": 100.0}
    t = {**shared, "lfa1": 1e4, "lfa1_open": opened, "lfa1_intermediate": intermediate}
    target = {**shared, "x": 109.0, "icam1": 1e4, "antigenicity": 1.0}
    world, plan = make_world({"target": target, "t": t}, [process])
    for _ in range(60):
        world.step(plan)
    cells = world.sites[0].cells
    return float(sum(cells[f"bonds_{s}"][1] for s in ("closed", "intermediate", "open")))


def simulate(process: ICAM1Binding | None = None) -> dict[str, float]:
    """Carry out the experiment."""
    process = process or ICAM1Binding(attach_rate=100.0, mean_contact=1e4)
    closed, middle, opened = (bonds(o, i, process) for o, i in ((0, 0), (0, 1), (1, 0)))
    kinetics = process.kinetics
    values = (1 / kinetics.off_open, 1 / kinetics.off_closed, opened / closed, middle / closed)
    return dict(zip(TARGET.tolerance, values, strict=True))


def test_within_tolerance():
    assert TARGET.missed(simulate()) == []


def test_another_affinity_or_off_rate_is_seen():
    """Planted defects."""
    weak = ICAM1Binding(attach_rate=100.0, mean_contact=1e4, open_ratio=800.0, off_open=0.4)
    assert len(TARGET.missed(simulate(weak))) == 2
