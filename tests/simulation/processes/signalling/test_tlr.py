"""Toll-like receptors: at once or after uptake, by the adapter that is there.

Mechanisms: M10.
"""

from __future__ import annotations

import numpy as np
import pytest

from simulation.processes.signalling.icam1_expression import ICAM1Expression
from simulation.processes.signalling.nfkb import NFkB
from simulation.processes.signalling.tlr import TLR
from tests.worlds import make_world


def after(hours, *processes, **columns):
    world, plan = make_world(
        {"c": {"icam1_translation": np.full(1, 3e4)} | columns}, processes or [TLR()], tick="10 min"
    )
    world.settle(plan)
    for _ in range(round(hours * 6)):
        world.step(plan)
    return {name: world.sites[0].cells[name][0] for name in ("tlr", "tlr3", "nfkb", "icam1")}


def test_bacterial_products_are_seen_at_once_and_rna_after_its_uptake():
    assert after(1 / 6, pamp_here=1.0)["tlr"] == pytest.approx(0.5)
    for hours in (1 / 6, 0.5, 2.0):
        assert after(hours, dsrna_here=3.0)["tlr"] == pytest.approx(0.75 * (1 - np.exp(-hours / 0.5)))


def test_both_together_are_less_than_their_sum():
    both = after(10, pamp_here=1.0, dsrna_here=1.0)["tlr"]
    assert both == pytest.approx(0.75) and after(10, TLR(weight=0.4), pamp_here=1.0)["tlr"] == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("process", "rna", "bacteria"),
    [
        (TLR(tlr3=0.0), 0.0, 0.5),
        (TLR(trif=0.0), 0.0, 0.5),
        (TLR(myd88=0.0), 0.5, 0.0),
        (TLR(tlr3_adapter="myd88", trif=0.0), 0.5, 0.5),
        (TLR(tlr3_adapter="myd88", myd88=0.0), 0.0, 0.0),
    ],
)
def test_each_goes_by_its_adapter(process, rna, bacteria):
    assert after(20, process, dsrna_here=1.0)["tlr"] == pytest.approx(rna)
    assert after(20, process, pamp_here=1.0)["tlr"] == pytest.approx(bacteria)


def test_without_tlr3_rna_no_longer_raises_icam1_while_tnf_does():
    """M10: double-stranded RNA needs TLR3, TNF does not."""

    def fold(tlr, **columns):
        chain = [tlr, NFkB(), ICAM1Expression()]
        return after(12, *chain, **columns)["icam1"] / after(0, *chain)["icam1"]

    assert fold(TLR(), dsrna_here=10.0) > 2.0
    assert fold(TLR(tlr3=0.0), dsrna_here=10.0) == pytest.approx(1.0)
    assert fold(TLR(tlr3=0.0), tnf_here=10.0) == fold(TLR(), tnf_here=10.0) > 2.0


def test_nothing_there_leaves_nothing():
    seen = after(1)
    assert seen["tlr"] == seen["tlr3"] == 0.0
    world, plan = make_world({"c": {"tlr": np.full(2, 0.5), "tlr3": 0.5}}, [TLR()], tick="10 min")
    for _ in range(300):
        world.step(plan)
    assert world.sites[0].cells["tlr"].max() < 1e-9
