"""Malignancy: basal ICAM-1 follows the degree of transformation.

Mechanisms: M13.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr

from simulation.processes.signalling.icam1_expression import ICAM1Expression
from simulation.processes.signalling.malignancy import FACTORS, Malignancy, between
from simulation.vocabulary.stages import NUMBER, STAGES
from tests.worlds import make_world


def copies(process=None, hours=0, **columns):
    """ICAM-1 copies at rest, or some time later."""
    cells = {"icam1_translation": np.full(len(STAGES), 3e4), "stage": np.arange(9.0), "stage_of_basal": 3.0} | columns
    world, plan = make_world({"c": cells}, [process or Malignancy(), ICAM1Expression()], tick="10 min")
    world.settle(plan)
    for _ in range(6 * hours):
        world.step(plan)
    return world.sites[0].cells["icam1"].copy(), world.sites[0].cells["stage"].copy()


def test_copies_rise_with_the_stage_by_the_table():
    """M13: ICAM-1 follows the degree of transformation."""
    icam1, _ = copies()
    assert icam1 / icam1[3] == pytest.approx([s.icam1 for s in STAGES])
    assert spearmanr(icam1, np.arange(9)).statistic > 0.9
    assert 2.0 <= icam1[NUMBER["metastatic"]] / icam1[NUMBER["HCC II"]] <= 3.5  # metastatic over not: 8.24 / 3.03


def test_the_stage_of_the_given_basal_rate_changes_nothing():
    usual = copies(stage_of_basal=np.arange(9.0))[0]
    assert np.all(usual == usual[0])
    assert np.array_equal(copies(Malignancy(weight=0.0))[0], usual)


def test_cells_of_a_colony_are_metastatic_and_rise_to_it():
    colony = np.zeros(9, dtype=np.uint64)
    colony[6] = 77
    at_rest, stage = copies(stage=6.0, stage_of_basal=6.0, colony=colony)
    assert stage.tolist() == [6.0] * 6 + [8.0] + [6.0] * 2
    assert at_rest[6] / at_rest[0] == pytest.approx(5.0 / 3.0)


def test_factors_are_those_of_numpy_to_the_bit():
    stages = np.concatenate((np.linspace(-1.0, 10.0, 221), np.random.default_rng(1).uniform(0.0, 8.0, 200)))
    expected = np.interp(stages, np.arange(FACTORS.size, dtype=float), FACTORS)
    assert [between(float(s), FACTORS) for s in stages] == expected.tolist()


def test_between_two_stages_it_is_linear():
    icam1, _ = copies(stage=6.5, stage_of_basal=6.0)
    assert icam1[0] / copies(stage=6.0, stage_of_basal=6.0)[0][0] == pytest.approx(3.5 / 3.0)
