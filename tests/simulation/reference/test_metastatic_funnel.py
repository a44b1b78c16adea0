"""The funnel agrees with what the processes do, and with chances worked out by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from simulation.processes.spread.circulation import Circulation
from simulation.processes.spread.colonisation import Colonisation
from simulation.reference.metastatic_funnel import Funnel
from simulation.vocabulary.organs import ORGANS
from tests.statistics.test_metastatic_funnel import expected


def test_crossing_is_that_against_which_the_processes_are_tested() -> None:
    _, shares = expected()
    found = Funnel(circulation=Circulation(shear_death=0.0)).crossing(1, mortal=True)
    assert [found[name] for name in ORGANS] == pytest.approx(shares.tolist(), rel=1e-3)


def test_who_cannot_die_crosses_somewhere() -> None:
    assert sum(Funnel().crossing(3, mortal=False).values()) == pytest.approx(1.0, abs=1e-3)


def test_founding_without_company_is_birth_and_death() -> None:
    """wake / (wake + death) times the gambler's chance (1 - q) / (1 - q^10)."""
    quiet = Colonisation(company_gain=0.0, fragility=0.0)
    funnel = Funnel(colonisation=quiet)
    birth, death = math.log(2) * 0.25 * 3.0, 0.145
    q = death / birth
    expected_one = 0.006 / 0.0786 * (1 - q) / (1 - q**10)
    assert funnel.founding(1.0)[1] == pytest.approx(expected_one, rel=1e-6)


def test_founding_against_many_colonies() -> None:
    """The same chain, step by step by chance."""
    funnel, c, luck = Funnel(), Colonisation(), np.random.default_rng(1)
    n, won = 4000, 0
    for _ in range(n):
        d, a = 3, 0
        while 0 < d + a < 10:
            m = min(d + a - 1, 6)
            company = 1 + c.company_gain * m
            rates = np.array(
                [
                    d * c.wake * company, d * c.dormant_death / company, a * math.log(2) * 0.25 * c.vigour,
                    a * (0.145 + c.fragility * 2 / (2 + m)),
                ]
            )  # fmt: skip
            way = luck.choice(4, p=rates / rates.sum())
            d, a = ((d - 1, a + 1), (d - 1, a), (d, a + 1), (d, a - 1))[way]
        won += d + a >= 10
    p = funnel.founding(1.0)[3]
    assert abs(won - n * p) < 4.5 * math.sqrt(n * p * (1 - p))


def test_stages_multiply() -> None:
    funnel = Funnel()
    assert funnel.efficiency() == pytest.approx(funnel.viable * funnel.grows_on * funnel.seeds(1))
    assert replace(funnel, viable=0.0).efficiency() == 0.0


def test_more_company_seeds_more() -> None:
    seeds = [Funnel().seeds(k) for k in (1, 2, 3, 5)]
    assert seeds == sorted(seeds)
    alone = Funnel().without_company()
    assert alone.seeds(3) < 4 * alone.seeds(1)
