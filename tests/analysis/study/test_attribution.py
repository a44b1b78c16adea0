"""A section `attribution` becomes the worlds it needs; its faults are told at their places."""

from __future__ import annotations

from math import comb
from pathlib import Path

import pytest

from analysis import load_study
from analysis.study.attribution import combinations_needed
from simulation import InputError
from tests.analysis.studies import STUDY, write_study

SECTION = """\
attribution:
  treated: tumour_90pct
  arms:
    killing: {processes.killing: off}
    detachment: {processes.detachment: off}
"""


def faults(folder: Path, text: str) -> list[str]:
    with pytest.raises(InputError) as told:
        load_study(write_study(folder, text))
    return str(told.value).splitlines()


def test_two_arms_are_all_their_worlds(tmp_path: Path) -> None:
    study = load_study(write_study(tmp_path, STUDY + SECTION))
    plan = study.attribution
    assert plan is not None and plan.players == ("killing", "detachment") and plan.orders is None
    assert [world.on for world in plan.worlds] == [("killing", "detachment"), ("detachment",), ("killing",), ()]
    assert plan.worlds[0].control == "control" and plan.worlds[0].treated == "tumour_90pct"
    names = [arm.name for arm in plan.extra]
    assert names[:2] == ["control_off_killing", "tumour_90pct_off_killing"] and names[-1] == "tumour_90pct_off_all"
    assert plan.extra[1].label == "Knockdown, 90 %, without killing" and plan.extra[1].dose is None
    without = plan.extra[1].scenario
    assert "killing" not in without.periods and "detachment" in without.periods
    assert [i.fraction for i in without.interventions] == [0.9]  # type: ignore[attr-defined]
    assert len(study.arms) == 5 and len(study.all_arms) == 11
    assert len(list(study.runs())) == 22


def test_names_of_arms_are_settings_of_the_scenario(tmp_path: Path) -> None:
    text = STUDY + "attribution: {treated: tumour_90pct, arms: [killing, detachment]}\n"
    study = load_study(write_study(tmp_path, text))
    assert study.attribution is not None
    identities = {arm.scenario.identity() for arm in study.all_arms}
    assert len(identities) == 5 + 6


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_all_combinations(n: int) -> None:
    found = combinations_needed(n, None)
    assert len(found) == len(set(found)) == 2**n
    assert [sum(len(off) == k for off in found) for k in range(n + 1)] == [comb(n, k) for k in range(n + 1)]


def test_each_alone_and_along_orders() -> None:
    assert combinations_needed(3, ()) == [(), (0,), (1,), (2,)]
    found = combinations_needed(3, [(0, 1, 2)])
    assert found == [(), (0,), (1,), (2,), (1, 2), (0, 1, 2)]


def test_many_arms_are_each_left_out_unless_orders_are_given(tmp_path: Path) -> None:
    names = ("killing", "detachment", "stat3", "intravasation", "recruitment")
    text = STUDY + "attribution:\n  treated: tumour_90pct\n  arms:\n" + "".join(
        f"    {name}: {{processes.{name}: off}}\n" for name in names
    )  # fmt: skip
    alone = load_study(write_study(tmp_path, text)).attribution
    assert alone is not None and alone.orders == () and len(alone.worlds) == 6
    some = load_study(write_study(tmp_path, text + "  orders: 4\n")).attribution
    assert some is not None and some.orders is not None and len(some.orders) == 4
    assert 6 < len(some.worlds) <= 2 + 5 + 4 * 4
    again = load_study(write_study(tmp_path, text + "  orders: 4\n")).attribution
    assert again is not None and again.orders == some.orders
    other = load_study(write_study(tmp_path, text.replace("seed: 7", "seed: 8") + "  orders: 4\n")).attribution
    assert other is not None and other.orders != some.orders
    none = load_study(write_study(tmp_path, STUDY + SECTION + "  orders: 0\n")).attribution
    assert none is not None and none.orders == () and len(none.worlds) == 3


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ("attribution: {treated: tumour_90pct}", "attribution has no arms"),
        ("attribution: {arms: [killing]}", "attribution names no treated arm"),
        ("attribution: {treated: tumour_9pct, arms: [killing]}", "there is no arm 'tumour_9pct'"),
        ("attribution: {treated: control, arms: [killing]}", "control and treated are the same arm"),
        ("attribution: {treated: quiet, arms: [killing, killing]}", "killing is given twice"),
        ("attribution: {treated: quiet, arms: [kiling]}", "'kiling'"),
        ("attribution: {treated: quiet, arms: {killing: {}}}", "killing switches nothing off"),
        ("attribution: {treated: quiet, arms: {nfkb: {processes.nfkb: off}}}", "switching 'nfkb' off changes nothing"),
        ("attribution: {treated: quiet, arms: {a: {processes.killing: off}}, orders: 3}", "need no sampled orders"),
        ("attribution: {treated: quiet, armz: [killing]}", "'armz'"),
        ("attribution: {treated: quiet, arms: {a: {processes.kiling: off}}}", "there is no process 'kiling'"),
    ],
)
def test_faults_are_located(tmp_path: Path, section: str, told: str) -> None:
    where = len(STUDY.splitlines()) + 1
    found = faults(tmp_path, f"{STUDY}{section}\n")
    assert any(told in one and one.startswith(f"{tmp_path / 'small.yaml'}:{where}:") for one in found), found
