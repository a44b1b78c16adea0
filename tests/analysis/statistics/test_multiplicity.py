"""Corrected p-values, by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.statistics.multiplicity import BENJAMINI_HOCHBERG, HOLM, adjust, adjusted


def test_holm_by_hand() -> None:
    assert adjusted(np.array([0.01, 0.04, 0.03]), HOLM) == pytest.approx([0.03, 0.06, 0.06])


def test_benjamini_hochberg_by_hand() -> None:
    assert adjusted(np.array([0.01, 0.04, 0.03, 0.5]), BENJAMINI_HOCHBERG) == pytest.approx(
        [0.04, 0.16 / 3, 0.16 / 3, 0.5]
    )


def test_unknown_values_stay_and_do_not_count() -> None:
    found = adjusted(np.array([0.02, np.nan, 0.03]), HOLM)
    assert found[[0, 2]] == pytest.approx([0.04, 0.04]) and np.isnan(found[1])
    assert np.isnan(adjusted(np.array([np.nan]), HOLM)).all()


def test_families_are_apart() -> None:
    effects = pd.DataFrame({"endpoint": ["a", "a", "b", "b", "c"], "p": [0.01, 0.04, 0.01, 0.04, 0.2]})
    table = adjust(effects, ["a"])
    assert table["p_adjusted"].tolist() == pytest.approx([0.02, 0.04, 0.03, 0.06, 0.2])
    assert table["correction"].tolist() == [HOLM, HOLM] + [BENJAMINI_HOCHBERG] * 3
    assert "p_adjusted" not in effects
