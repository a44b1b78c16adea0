"""The record of validation holds every target, as its experiment states it, and the checks behind it can fail."""

from __future__ import annotations

import math

import pytest

from tests.statistics.target import Target, experiments
from tests.statistics.validation import RECORD, bounds, rows

EXPERIMENTS = list(experiments())
WANTED = "C01 C02 C03 C04 C05 C06 C10 C12 C17 C18 C19 C20".split()


def test_every_target_has_an_experiment():
    assert [m.TARGET.number for m in EXPERIMENTS] == WANTED


@pytest.mark.parametrize("module", EXPERIMENTS, ids=lambda m: m.TARGET.number)
def test_the_record_states_each_target_as_its_experiment_does(module):
    record = RECORD.read_text()
    for name, (low, high) in module.TARGET.tolerance.items():
        assert f"| {name} | {bounds(low, high)} |" in record, "run `make validation`"
    assert module.TARGET.experiment in record and module.TARGET.number in module.__doc__


def test_a_missed_target_is_told():
    target = Target("C99", "s", "m", "src", {"a": (0.0, 1.0), "b": (2.0, math.inf)}, "e")
    assert target.missed({"a": 0.5, "b": 3.0}) == []
    assert target.missed({"a": 1.5, "b": 3.0}) == ["C99: a is 1.5, expected 0 to 1"]
    assert target.missed({"a": 0.5}) == ["C99: b is nan, expected 2 to inf"]
    assert rows(target, {"a": 1.5, "b": 3.0})[0].endswith("| 0 to 1 | 1.5 | **no** |")
