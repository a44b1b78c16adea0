"""Kills by cytotoxic T cells: how many a day, and more than twice as likely with two. Target: C12. Mechanisms: M52."""

from __future__ import annotations

from tests.simulation.processes.immunity.test_killing import kills_per_day, lysis
from tests.statistics.target import Target

TARGET = Target(
    "C12",
    "cytotoxic T cells in vivo",
    "2-16 kills per cell and day; death more likely when more than two T cells touch",
    "Halle 2016, Immunity 44:233",
    {
        "kills per T cell and day at 1e5 ICAM-1": (2, 16),
        "lysis within 40 min by two T cells over that by one": (2.0, 20.0),
    },
    "Stations of T cells that hold tumour cells: 400 and more, one day, by binding and killing as in every run.",
)


def simulate(**changed: float) -> dict[str, float]:
    """Carry out the experiment."""
    kills = kills_per_day(attach_rate=0.2, icam1=1e5, **changed)
    together = lysis(2, 40, icam1=1e6) / lysis(1, 40, icam1=1e6)
    return dict(zip(TARGET.tolerance, (kills, together), strict=True))


def test_within_tolerance():
    assert TARGET.missed(simulate()) == []


def test_a_tenth_of_the_efficacy_is_seen():
    """Planted defect: kills fall below what was measured."""
    assert TARGET.missed({**simulate(), "kills per T cell and day at 1e5 ICAM-1": kills_per_day(0.1)})
