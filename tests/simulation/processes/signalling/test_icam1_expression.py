"""ICAM-1 expression: the numbers it was fitted to, a reference solver, and books that balance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from simulation.agents.fibroblast import Fibroblast
from simulation.engine.column import Kind
from simulation.engine.process import CellProcess, Stage
from simulation.interventions.knockdown import Knockdown
from simulation.processes.signalling.icam1_expression import FG_PER_COPY, ICAM1Expression, express
from simulation.processes.signalling.nfkb import NFkB
from tests.worlds import make_world

BOOKS = ("icam1_made", "icam1_shed", "icam1_degraded")
T1 = ICAM1Expression()  # the set fitted to the published course


@dataclass(frozen=True)
class Treatment(CellProcess):
    """Stands in for a drug."""

    stage = Stage.TREAT
    scales = frozenset({"nfkb_import", "icam1_transcription_factor", "icam1_shedding_factor"})
    imported: float = 1.0
    transcribed: float = 1.0
    shed: float = 1.0

    def apply(self, cells, dt):
        cells.nfkb_import[:] *= self.imported
        cells.icam1_transcription_factor[:] *= self.transcribed
        cells.icam1_shedding_factor[:] *= self.shed


def grown(*extra, tick="10 min", expression=T1, **columns):
    """A settled world of cells whose books are open, with NF-kB and expression at work."""
    cells = {"icam1_translation": np.full(1, 3e4)} | columns
    world, plan = make_world(
        {"tumour_cell": cells}, [NFkB(), expression, *extra], tick=tick,
        periods={p: tick for p in ("nfkb", "icam1_expression")},
    )  # fmt: skip
    world.settle(plan)
    return world, plan


def follow(world, plan, hours):
    """Fold of mRNA and protein over the start, by hour."""
    cells = world.sites[0].cells
    start = cells["icam1_mrna"].copy(), cells["icam1"].copy()
    m, i = {}, {}
    for _ in range(round(hours * 60 / float(world.clock.tick_minutes))):
        world.step(plan)
        h = round(world.clock.minutes / 60, 4)
        m[h], i[h] = cells["icam1_mrna"] / start[0], cells["icam1"] / start[1]
    return m, i


def balanced(cells, tolerance=1e-9):
    made, shed, degraded = (cells[name] for name in BOOKS)
    return np.allclose(made - shed - degraded, cells["icam1"], rtol=tolerance, atol=0)


# ---- the fitted numbers, in the plan, with its period of 10 min ----


def test_time_course_at_10_ng_per_ml_tnf():
    """M12: the continuous solution gives 23.8x at 2.65 h, 6.82x; 3.55x, 6.21x, 6.67x."""
    m, i = follow(*grown(tnf_here=10.0), 24)
    peak = max(m, key=lambda h: m[h][0])
    assert m[peak][0] == pytest.approx(23.8, rel=0.005) and peak == pytest.approx(2.65, abs=0.2)
    assert m[24][0] == pytest.approx(6.82, rel=0.005)
    assert i[4][0] == pytest.approx(3.55, rel=0.02)
    assert i[12][0] == pytest.approx(6.21, rel=0.005)
    assert i[24][0] == pytest.approx(6.67, rel=0.005)
    assert i[12][0] / i[24][0] == pytest.approx(0.93, abs=0.005)


def test_dose_response_after_a_day():
    _, i = follow(*grown(tnf_here=np.array([0.01, 0.1, 1.0, 10.0, 100.0]), icam1_translation=3e4), 24)
    assert i[24].round(1).tolist() == [1.0, 1.3, 4.5, 6.7, 7.0]


def test_without_feedback_it_is_27_fold():
    world, plan = make_world(
        {"c": {"icam1_translation": np.full(1, 3e4), "tnf_here": 10.0}}, [NFkB(induction=0.0), T1], tick="10 min"
    )
    world.settle(plan)
    _, i = follow(world, plan, 24)
    assert i[24][0] == pytest.approx(27.1, abs=0.1)


@pytest.mark.parametrize(("effect", "fold"), [(0.5, 3.1), (0.8, 1.4), (0.95, 1.0), (1.0, 1.0)])
def test_inhibiting_nfkb(effect, fold):
    """M07, M14: without nuclear NF-kB nothing is induced, and what is suppressed lowers ICAM-1."""
    _, i = follow(*grown(Treatment(imported=1.0 - effect), tnf_here=10.0), 24)
    assert i[24][0] == pytest.approx(fold, abs=0.05)


def test_it_falls_slowly_after_tnf_is_withdrawn():
    world, plan = grown(tnf_here=10.0)
    follow(world, plan, 8)
    world.sites[0].cells["tnf_here"][:] = 0.0
    _, left = follow(world, plan, 16)
    assert left[16][0] > 0.70


def test_endothelium_responds_more_because_its_rest_is_lower():
    _, i = follow(*grown(tnf_here=10.0, icam1_basal=np.array([0.01, 0.004]), icam1_translation=3e4), 24)
    assert i[24] == pytest.approx([24, 58], rel=0.02)


def test_tnf_raises_mrna_and_protein_of_fibroblasts_through_nfkb():
    """M41: both levels, 20-fold mRNA at its peak; nothing once nuclear import is shut."""
    begin = {k: Fibroblast.starts[k].value for k in ("icam1_basal", "icam1_translation")}
    m, i = follow(*grown(tnf_here=10.0, **begin), 24)
    assert max(fold[0] for fold in m.values()) > 20.0
    assert m[24][0] > 5.0 and i[24][0] > 5.0
    m, i = follow(*grown(Treatment(imported=0.0), tnf_here=10.0, **begin), 24)
    assert m[24][0] == pytest.approx(1.0) and i[24][0] == pytest.approx(1.0)


def test_a_period_of_two_minutes_changes_a_day_by_less_than_a_thousandth():
    _, coarse = follow(*grown(tnf_here=10.0), 24)
    _, fine = follow(*grown(tick="2 min", tnf_here=10.0), 24)
    assert coarse[24][0] == pytest.approx(fine[24][0], rel=1e-3)
    assert coarse[4][0] == pytest.approx(fine[4][0], rel=0.015)


# ---- the linear part is exact ----


def test_exact_while_drive_is_held():
    """Any period lands on the reference, also where both rates are alike."""
    for degradation in (0.03, 0.492, 5.0):
        k = ICAM1Expression(degradation=degradation)
        columns = {"nfkb": 0.4, "ifng_here": 3.0, "tnf_here": 2.0, "mmp_here": 20.0}
        world, plan = make_world(
            {"c": {"icam1_translation": np.full(1, 3e4)} | columns}, [k],
            tick="180 min", periods={"icam1_expression": "180 min"},
        )  # fmt: skip
        world.settle(plan)
        c = world.sites[0].cells
        shedding = min(degradation + 0.008, 0.008 * (1 + 2 * (2 / 2.5 + 20 / 70)))
        kept = degradation + 0.008 - shedding
        synthesis = 0.04 + 2 * 0.4**4 / (0.35**4 + 0.4**4) + 3 / 8

        def slope(t, y, loss=shedding, lost=kept, made=synthesis):
            m, i, shed = y
            return [made - 0.5 * m, 3e4 * m - (lost + loss) * i, loss * i]

        solved = solve_ivp(slope, (0, 9), (c["icam1_mrna"][0], c["icam1"][0], 0.0), "LSODA", rtol=1e-11, atol=1e-6)
        for _ in range(3):
            world.step(plan)
        assert c["icam1_mrna"][0] == pytest.approx(solved.y[0, -1], rel=1e-8)
        assert c["icam1"][0] == pytest.approx(solved.y[1, -1], rel=1e-8)
        assert c["icam1_shed"][0] == pytest.approx(solved.y[2, -1], rel=1e-8)
        assert balanced(c)


def test_rest_stays_at_rest():
    world, plan = grown(icam1_translation=np.array([3e4, 0.0, 1e6]), icam1_basal=np.array([0.04, 0.1, 0.0]))
    before = world.sites[0].cells["icam1"].copy()
    assert before[0] == pytest.approx(3e4 * 0.08 / 0.038) and not before[1:].any()
    for _ in range(100):
        world.step(plan)
    assert world.sites[0].cells["icam1"] == pytest.approx(before, rel=1e-12)


def test_interferon_raises_it_without_nfkb_and_adds_to_tnf():
    """M11: beside NF-kB and on top of it."""
    _, i = follow(
        *grown(
            icam1_translation=3e4, ifng_here=np.array([0.0, 50.0, 0.0, 50.0]), tnf_here=np.array([0.0, 0.0, 1.0, 1.0])
        ),
        24,
    )
    rest, ifng, tnf, both = i[24]
    assert rest == pytest.approx(1.0) and ifng > 1.5 and both > max(ifng, tnf)


# ---- shedding ----


def test_output_is_the_mass_of_what_was_shed():
    """M01, M18: copies that leave are 90 kDa a piece."""
    assert pytest.approx(90e3 / 6.02214076e23 * 1e15) == FG_PER_COPY  # 90 kDa in g/mol; 1 g = 1e15 fg
    world, plan = grown(expression=ICAM1Expression(), tnf_here=10.0)
    cells, mass = world.sites[0].cells, 0.0
    for _ in range(30):
        world.step(plan)
        mass += cells["sicam1_output"][0] * 10.0  # fg/min held for 10 min
    assert mass == pytest.approx(cells["icam1_shed"][0] * FG_PER_COPY, rel=1e-12)


def test_shedding_at_rest_and_its_induction():
    """M18: by TNF and by MMP."""
    world, plan = grown(expression=ICAM1Expression(), icam1_translation=3e4, tnf_here=np.array([0.0, 1e6]))
    cells = world.sites[0].cells
    before = cells["icam1"].copy()
    world.step(plan)
    rate = cells["icam1_shed"] / before * 6
    assert rate[0] == pytest.approx(0.008, rel=1e-6)
    assert rate[1] == pytest.approx(0.024, rel=0.01)


def test_tnf_with_induced_shedding():
    """TNF leaves the measured 6.7-fold on the membrane, and nearly three times as much of it is shed."""
    results = {}
    for induction in (0.0, 2.0):
        world, plan = grown(expression=ICAM1Expression(shedding_induction=induction), tnf_here=10.0)
        _, i = follow(world, plan, 24)
        results[induction] = i[24][0], world.sites[0].cells["icam1_shed"][0]
    assert results[2.0][0] == pytest.approx(results[0.0][0], rel=1e-12)
    assert results[2.0][1] == pytest.approx(results[0.0][1] * (1 + 2 * 10 / 10.5), rel=1e-6)


def test_stopping_shedding_keeps_it_on_the_membrane():
    world, plan = grown(Treatment(shed=0.0), tnf_here=10.0)
    follow(world, plan, 5)
    assert not world.sites[0].cells["icam1_shed"].any() and balanced(world.sites[0].cells)


def test_stopping_transcription_stops_everything():
    world, plan = grown(Treatment(transcribed=0.0), tnf_here=10.0)
    for _ in range(12):
        world.step(plan)
    assert not world.sites[0].cells["icam1"].any()


# ---- books ----


@dataclass(frozen=True)
class Division(CellProcess):
    """Every cell wants to divide once in a while."""

    stage, adds = Stage.TURN_OVER, frozenset({"divides"})
    every = "200 min"

    def apply(self, cells, dt):
        cells.divides[:] += 1.0


def test_books_balance_through_divisions():
    world, plan = grown(Division(), expression=ICAM1Expression(), tnf_here=10.0, ifng_here=1.0, mmp_here=3.0)
    cells = world.sites[0].cells
    for _ in range(90):
        world.step(plan)
        assert balanced(cells)
    assert len(cells) == 32
    assert {cells.columns[name].at_birth.value for name in (*BOOKS, "icam1")} == {"halve"}


def test_a_division_shares_the_copies_out():
    world, plan = grown(Division())
    before = world.sites[0].cells["icam1"][0]
    world.step(plan)
    assert world.sites[0].cells["icam1"].sum() == pytest.approx(before, rel=1e-12)


def test_a_cell_that_comes_in_later_begins_at_rest_with_open_books():
    world, plan = grown(tnf_here=0.0)
    cells = world.sites[0].cells
    cells.append(1, {"lineage": 77, "cell_type": 0, "icam1_translation": 3e4, "x": 1.0})
    world.open_accounts()
    world.step(plan)
    assert cells["icam1"] == pytest.approx(np.full(2, 3e4 * 0.08 / 0.038)) and balanced(cells)


def test_a_complete_knockdown_still_answers_with_mrna_and_recovers_slowly():
    """Its books are open, empty as they are: it is not taken for a cell that has just come in."""
    world, plan = grown(Knockdown(fraction=1.0, end=3 / 24), tnf_here=10.0)
    cells = world.sites[0].cells
    start = cells["icam1_mrna"][0]
    for _ in range(18):
        world.step(plan)
    assert cells["icam1_mrna"][0] > 20 * start and not cells["icam1"].any()
    world.step(plan)
    assert 0.0 < cells["icam1"][0] < 1e4 and cells["icam1_mrna"][0] > 20 * start and balanced(cells)


@settings(max_examples=60, deadline=None)
@given(
    m=st.floats(1e-6, 1e3),
    i=st.floats(0, 1e8),
    translation=st.floats(0, 1e6),
    nfkb=st.floats(0, 1),
    field=st.floats(0, 1e4),
    degradation=st.floats(1e-6, 100),
    shedding=st.floats(0, 100),
    hours=st.floats(1e-3, 100),
)
def test_books_balance_whatever_the_numbers(m, i, translation, nfkb, field, degradation, shedding, hours):
    k = ICAM1Expression(degradation=degradation, shedding=shedding).kinetics
    values = (m, i, i, 0.0, 0.0, 0.0, nfkb, field, field, field, 0.04, 1.0, translation, 1.0, 1.0, 1.0)
    names = "mrna icam1 made shed degraded output nfkb ifng tnf mmp basal f_b translation f_tr f_tl f_sh".split()
    c = {name: np.array([value]) for name, value in zip(names, values, strict=True)}
    express(*c.values(), k, hours, FG_PER_COPY)
    assert all(np.isfinite(a[0]) and a[0] >= 0.0 for a in c.values())
    difference = c["made"][0] - c["shed"][0] - c["degraded"][0] - c["icam1"][0]
    assert abs(difference) <= 1e-9 * c["made"][0] + 1e-290


def test_beside_cells_that_lose_otherwise_each_is_as_alone_to_the_bit():
    """What is worked out for one rate of loss serves those of that rate only: here they come in turns."""
    chance = np.random.default_rng(4)
    columns = list(chance.uniform(0.1, 5.0, (16, 24)))
    columns[-1][:] = [1.0, 0.5, 0.5, 0.0] * 6  # what a drug leaves of shedding
    alone = [[column[i : i + 1].copy() for column in columns] for i in range(24)]
    express(*columns, T1.kinetics, 0.5, FG_PER_COPY)
    for cell in alone:
        express(*cell, T1.kinetics, 0.5, FG_PER_COPY)
    assert [np.concatenate(them).tolist() for them in zip(*alone, strict=True)] == [c.tolist() for c in columns]
    assert len(set(columns[3].tolist())) == 24


def test_columns_are_states_and_output_is_a_sum():
    world, _ = grown()
    kinds = world.columns()
    assert kinds["sicam1_output"].kind is Kind.SUM and kinds["icam1"].kind is Kind.STATE
