"""Clusters seed many times as often as single cells. Target: C18. Mechanisms: M57, M61."""

from __future__ import annotations

from dataclasses import replace

import pytest

from simulation.processes.spread.circulation import Circulation
from simulation.reference.metastatic_funnel import Funnel
from tests.statistics.target import Target

TARGET = Target(
    "C18",
    "circulating tumour cells, single or in clusters",
    "clusters seed metastases 23-50 times as often as single cells",
    "Aceto 2014",
    {"seeding by a cluster of three over a single cell": (15, 80), "by a cluster of five": (15, 80)},
    "Survival, arrest and crossing of convoys, and founding by the cells of one that live, from the processes' own "
    "parameters; no factor for clusters.",
)


def simulate(funnel: Funnel = Funnel()) -> dict[str, float]:  # noqa: B008 - frozen
    """Carry out the experiment."""
    single = funnel.seeds(1)
    return dict(zip(TARGET.tolerance, (funnel.seeds(3) / single, funnel.seeds(5) / single), strict=True))


def test_within_tolerance():
    assert TARGET.missed(simulate()) == []


def test_without_company_a_cluster_is_but_its_cells():
    """Planted defect: three cells seed at most some four times as often as one."""
    ratios = simulate(Funnel().without_company())
    assert len(TARGET.missed(ratios)) == 2
    assert list(ratios.values()) == pytest.approx([3.0, 5.0], rel=0.25)


def test_protection_in_blood_is_part_of_it():
    bare = simulate(replace(Funnel(), circulation=Circulation(cluster_protection=1.0)))
    assert all(a < b for a, b in zip(bare.values(), simulate().values(), strict=True))
