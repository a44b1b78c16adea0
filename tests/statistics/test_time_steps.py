"""The step of time does not matter: with every period halved, the same tumour comes out.

A small nodule crowded with T cells, 2 days, each seed with the usual periods (tick 2 min; 2 and 10 min) and with halved
ones (tick 1 min; 1 and 5 min). Random numbers are keyed by the tick, so both runs of a seed share their founding cells
and nothing else. Compared are means over the hours of a run, and over seeds.

Two bounds for each number: the difference is less than 6 of its standard errors (Student's t of 9 degrees: a false
alarm in 1 of 400 draws of luck for all numbers together), and, so that noise cannot hide a bias, difference and 2
standard errors together stay below a share of the number that is written beside it.

Measured, halved against usual periods, with the standard error of the difference:

tumour_cells       -0.8 +- 0.6 %     tumour_o2_here      0.3 +- 0.2 %     conjugate_bonds   -4 +- 2 %
tumour_icam1       -0.8 +- 1.9 %     capsule_integrity  -0.1 +- 0.1 %     kills            -17 +- 34 %
tumour_nfkb        -1.1 +- 1.6 %     lymphocytes        -2.6 +- 1.7 %     deaths             6 +- 5 %
tumour_emt         -0.2 +- 0.2 %     conjugates          3.1 +- 3.2 %     births             2 +- 5 %
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulation.build import build
from simulation.observables import observe
from simulation.scenario import Scenario, load_scenario

SEEDS, DAYS, SIGMAS = range(1, 11), 2, 6.0
NODULE = (
    "cells_per_agent=10",
    "tissue.liver_nodule.width=600 um",
    "tissue.liver_nodule.nodule_radius=150 um",
    "tissue.liver_nodule.capsule_thickness=50 um",
    "tissue.liver_nodule.infiltration=200 1/mm^2",
    "tissue.liver_nodule.t_cells=100 1/mm^2",
)
#: what is compared -> largest difference with 2 standard errors, as a share; counted events come in parcels of 10
LARGEST = {
    "tumour_cells": 0.05,
    "tumour_icam1": 0.10,
    "tumour_nfkb": 0.10,
    "tumour_emt": 0.05,
    "tumour_o2_here": 0.02,
    "capsule_integrity": 0.01,
    "lymphocytes": 0.10,
    "conjugates": 0.20,
    "conjugate_bonds": 0.20,
    "kills": 2.0,
    "deaths": 0.30,
    "births": 0.20,
}
COUNTED = {"kills": "killed", "births": "born"}
PARCEL = 10


def scenario_of(seed: int, share: int) -> Scenario:
    """Return the nodule with every period divided by `share`."""
    usual = load_scenario("quick_look", [*NODULE, f"seed={seed}", "tick=1 min"])
    assert set(usual.periods.values()) <= {"2 min", "10 min"}, "another period: say here how it is halved"
    minutes = {name: int(period.split()[0]) // share for name, period in usual.periods.items()}
    return usual.changed(*(f"processes.{n}.every={m} min" for n, m in minutes.items()), f"tick={2 // share} min")


def means(seed: int, share: int) -> dict[str, float]:
    """Run the nodule; return the mean of every number over the hours, and the sums of what is counted."""
    world, plan = build(scenario_of(seed, share))
    world.listening = True
    seen, counts = [], dict.fromkeys(COUNTED, 0)
    hour = 60 // int(world.clock.tick_minutes)
    for tick in range(1, DAYS * 24 * hour + 1):
        world.step(plan)
        for h in world.happenings:
            for name, kind in COUNTED.items():
                counts[name] += int(h["parcel"].sum()) if h["kind"] == kind else 0
        world.happenings.clear()
        if tick % hour == 0:
            seen.append(observe(world))
    found = {name: float(np.nanmean([o[name] for o in seen])) for name in LARGEST if name in seen[-1]}
    return found | {"deaths": float(seen[-1]["deaths"])} | counts


def compared(usual: list[dict[str, float]], halved: list[dict[str, float]]) -> dict[str, tuple[float, float, float]]:
    """Return for every number: mean, difference, and standard error of the difference."""
    found = {}
    for name in LARGEST:
        a, b = (np.array([run[name] for run in runs]) for runs in (usual, halved))
        error = (b - a).std(ddof=1) / math.sqrt(len(a))
        if name in ("kills", "deaths", "births"):  # events are at least as uncertain as agents drawn one by one
            error = max(error, math.sqrt(PARCEL * (a.sum() + b.sum())) / len(a))
        found[name] = (float(a.mean()), float((b - a).mean()), float(error))
    return found


def verdict(found: dict[str, tuple[float, float, float]]) -> tuple[list[str], str]:
    """Return which numbers differ too much, and all of them as a table."""
    wrong, table = [], [""]
    for name, (mean, difference, error) in found.items():
        table.append(f"{name:20s} {mean:12.5g}  {difference / mean:+8.2%} +- {error / mean:.2%}")
        if abs(difference) > SIGMAS * error or abs(difference) + 2.0 * error > LARGEST[name] * mean:
            wrong.append(name)
    return wrong, "\n".join(table)


@pytest.mark.slow
def test_halving_every_period_gives_the_same_tumour() -> None:
    usual, halved = ([means(seed, share) for seed in SEEDS] for share in (1, 2))
    wrong, table = verdict(compared(usual, halved))
    assert min(run["births"] for run in usual) > 0
    assert sum(run["kills"] for run in usual) > 0, table
    assert not wrong, f"{', '.join(wrong)}:{table}"
    print(table)


def test_a_bias_is_found() -> None:
    """With as much noise as was measured, a forgotten factor of the step is outside the bounds."""
    luck = np.random.default_rng(1)
    noise = {name: 0.1 * largest for name, largest in LARGEST.items()}

    def runs(factor: float) -> list[dict[str, float]]:
        return [{n: 1e4 * factor * (1 + noise[n] * luck.normal()) for n in LARGEST} for _ in SEEDS]

    assert verdict(compared(runs(1.0), runs(1.0)))[0] == []
    assert set(verdict(compared(runs(1.0), runs(2.0)))[0]) == set(LARGEST)
    assert {"tumour_icam1", "capsule_integrity"} <= set(verdict(compared(runs(1.0), runs(0.85)))[0])
