"""NF-kB: the adaptive response, against a stiff reference solver and the numbers it was fitted to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from simulation.engine.process import CellProcess, Stage
from simulation.processes.signalling.nfkb import NFkB, respond
from tests.worlds import make_world


def reference(hours, tnf=10.0, il1b=0.0, import_factor=1.0, k_in=6.0, k_out=3.0, k_half=0.1, k_a=0.3, d_a=0.1):
    """Integrate the equations of the module's docstring with scipy."""
    s = 1.0 - (1.0 - tnf / (0.5 + tnf)) * (1.0 - il1b / (0.2 + il1b))

    def slope(t, y):
        n, a = y
        return [k_in * import_factor * s / (1 + a / k_half) * (1 - n) - k_out * n, k_a * n - d_a * a]

    solved = solve_ivp(slope, (0, max(hours)), (0.0, 0.0), "LSODA", hours, rtol=1e-10, atol=1e-12)
    return solved.y


def trajectory(process, hours, period="10 min", **columns):
    """Let one cell respond, in the plan; NF-kB and inhibitor at the end of every tick."""
    cells = {"cell": {"radius": np.ones(1)} | columns}
    world, plan = make_world(cells, [process], tick=period, periods={"nfkb": period})
    world.settle(plan)
    cells, seen = world.sites[0].cells, []
    for _ in range(round(hours * 60 / float(world.clock.tick_minutes))):
        world.step(plan)
        seen.append((world.clock.minutes / 60, cells["nfkb"][0], cells["nfkb_inhibitor"][0]))
    return np.array(seen).T


@pytest.mark.parametrize("columns", [{"tnf_here": 10.0}, {"tnf_here": 0.1}, {"tnf_here": 1.0, "il1b_here": 0.3}])
def test_against_a_reference_solver(columns):
    hours, n, a = trajectory(NFkB(), 24, **columns)
    expected = reference(hours, columns["tnf_here"], columns.get("il1b_here", 0.0))
    assert n == pytest.approx(expected[0], abs=2e-5)
    assert a == pytest.approx(expected[1], abs=2e-5)


def test_half_the_step_gives_the_same():
    """Of the steps inside a period as of the period itself: cytokines held, nothing else is discretised."""
    coarse, fine = trajectory(NFkB(), 6, tnf_here=10.0), trajectory(NFkB(), 6, "5 min", tnf_here=10.0)
    assert coarse[1] == pytest.approx(fine[1][1::2], abs=1e-5)
    process = NFkB()
    ends = []
    for steps in (process.steps(1 / 6), 2 * process.steps(1 / 6)):
        n, a, one = np.zeros(1), np.zeros(1), np.ones(1)
        respond(n, a, 10 * one, 0 * one, 0 * one, one, process.rates, 0.5, 0.2, 1.0, 1.0, 1 / 6, steps)
        ends.append(n[0])
    assert ends[0] == pytest.approx(ends[1], abs=2e-5) and ends[0] != ends[1]


def test_it_peaks_within_half_an_hour_and_adapts():
    """M08: by its own feedback."""
    hours, n, _ = trajectory(NFkB(), 24, tnf_here=10.0)
    assert n.max() == pytest.approx(0.563, abs=0.003)
    assert 0.2 < hours[n.argmax()] <= 0.5
    assert n[-1] / n.max() == pytest.approx(0.37, abs=0.02)  # "about 40 %"


def test_without_feedback_it_stays():
    _, n, a = trajectory(NFkB(induction=0.0), 24, tnf_here=10.0)
    assert n[-1] == pytest.approx(0.6557, abs=1e-4) and not a.any()


def test_without_stimulus_nothing_moves():
    _, n, a = trajectory(NFkB(), 5)
    assert not n.any() and not a.any()


def test_settling_is_rest():
    world, plan = make_world({"cell": {"nfkb": np.full(3, 0.4), "nfkb_inhibitor": 0.2}}, [NFkB()])
    world.settle(plan)
    assert not world.sites[0].cells["nfkb"].any() and not world.sites[0].cells["nfkb_inhibitor"].any()


def test_both_cytokines_do_at_least_as_much_as_either():
    """M09: TNF and IL-1 beta."""
    peak = {(t, i): trajectory(NFkB(), 1, tnf_here=t, il1b_here=i)[1].max() for t in (0.0, 0.2) for i in (0.0, 0.1)}
    assert peak[0.0, 0.0] == 0 < min(peak[0.2, 0.0], peak[0.0, 0.1])
    assert peak[0.2, 0.1] > max(peak[0.2, 0.0], peak[0.0, 0.1])


def test_a_weight_of_zero_switches_a_cytokine_off():
    assert not trajectory(NFkB(tnf_weight=0.0), 1, tnf_here=10.0)[1].any()
    assert not trajectory(NFkB(il1b_weight=0.0), 1, il1b_here=10.0)[1].any()


@dataclass(frozen=True)
class Drug(CellProcess):
    """Stands in for a drug that leaves a share of import."""

    stage, scales = Stage.TREAT, frozenset({"nfkb_import"})
    left: float = 1.0

    def apply(self, cells, dt):
        cells.nfkb_import[:] *= self.left


def test_inhibiting_import_lowers_it_down_to_nothing():
    """M14: in step with the inhibition."""
    peaks = []
    for left in (1.0, 0.5, 0.0):
        world, plan = make_world({"cell": {"tnf_here": np.array([10.0])}}, [Drug(left), NFkB()], tick="10 min")
        world.settle(plan)
        peak = 0.0
        for _ in range(6):
            world.step(plan)
            peak = max(peak, world.sites[0].cells["nfkb"][0])
        peaks.append(peak)
    assert peaks[0] > peaks[1] > peaks[2] == 0.0


@settings(max_examples=50, deadline=None)
@given(
    tnf=st.floats(0, 1e6),
    il1b=st.floats(0, 1e6),
    n=st.floats(0, 1),
    a=st.floats(0, 100),
    k_in=st.floats(0, 100),
    k_out=st.floats(0, 100),
    k_a=st.floats(0, 100),
    half=st.floats(1e-3, 1e3),
)
def test_it_stays_a_share_whatever_the_parameters(tnf, il1b, n, a, k_in, k_out, k_a, half):
    process = NFkB(import_rate=k_in, export_rate=k_out, induction=k_a, inhibition=half)
    nfkb, inhibitor = np.array([n]), np.array([a])
    one = np.ones(1)
    hours = 1 / 6
    respond(
        nfkb, inhibitor, tnf * one, il1b * one, 0 * one, one, process.rates, 0.5, 0.2, 1.0, 1.0, hours,
        process.steps(hours),
    )  # fmt: skip
    assert 0.0 <= nfkb[0] <= 1.0
    assert 0.0 <= inhibitor[0] < np.inf


def test_gated_cells_answer_all_or_none_and_more_of_them_to_more_tnf():
    """Fewer cells at less TNF; those that answer, answer as much as in the ungated form. Target: C01."""
    n, shares = 2000, []
    for tnf in (0.001, 0.01, 0.05, 0.3, 10.0):
        world, plan = make_world({"cell": {"tnf_here": np.full(n, tnf)}}, [NFkB(gated=True)], tick="10 min")
        world.settle(plan)
        for _ in range(3):
            world.step(plan)
        seen = world.sites[0].cells["nfkb"]
        answer = trajectory(NFkB(), 0.5, tnf_here=tnf)[1][-1]
        assert set(np.unique(seen)) <= {0.0, answer}
        shares.append((seen > 0).mean())
        expected = tnf**0.7 / (tnf**0.7 + 0.05**0.7)
        assert shares[-1] == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / n))
    assert shares == sorted(shares) and shares[0] < 0.1 < 0.9 < shares[-1]


def test_a_gated_cell_keeps_its_threshold():
    world, plan = make_world({"cell": {"tnf_here": np.full(200, 0.05)}}, [NFkB(gated=True)], tick="10 min")
    world.settle(plan)
    world.step(plan)
    first = world.sites[0].cells["nfkb"] > 0
    world.step(plan)
    assert np.array_equal(first, world.sites[0].cells["nfkb"] > 0) and 0 < first.sum() < 200
