"""The reference oscillator: its published period, and where it stops being a dose response.

Mechanisms: M08.   Target: C01.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulation.reference.nfkb_oscillator import NormalisedOscillator, Oscillator, period


def test_the_normalised_form_has_a_period_of_two_hours():
    times, y = NormalisedOscillator().course(3000)
    assert period(times, y[0]) == pytest.approx(122, abs=5)
    later = y[0][len(times) // 2 :]
    assert later.max() > 5 * later.mean()  # spikes


@pytest.mark.parametrize(("ikk", "expected"), [(0.1, 155.0), (0.5, 117.0), (1.0, 34.0)])
def test_periods_by_ikk_are_pinned(ikk, expected):
    times, y = Oscillator(ikk).course(4000)
    assert period(times, y[0]) == pytest.approx(expected, rel=0.02)


def test_its_mean_falls_before_it_rises():
    def mean(ikk):
        times, y = Oscillator(ikk).course(4000)
        return y[0][len(times) // 2 :].mean()

    assert mean(0.05) > mean(0.2) < mean(0.5) < mean(1.0) < mean(2.0)


def test_full_ikk_ends_the_oscillation():
    times, y = Oscillator(4.0).course(4000)
    assert math.isnan(period(times, y[0]))


def test_nf_kb_is_conserved_between_its_bounds():
    _, y = Oscillator(0.5).course(1000)
    assert y.min() >= -1e-9 and y[0].max() <= 1.0


def test_period_of_a_known_wave():
    times = np.arange(0.0, 1000.0, 0.5)
    assert period(times, 1.0 + np.sin(2 * np.pi * times / 90.0)) == pytest.approx(90.0, rel=1e-4)
    assert math.isnan(period(times, np.ones_like(times)))
