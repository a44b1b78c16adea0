"""NF-kB in single cells: a robust period, and fewer responding cells at lower dose. Target: C01.

Mechanisms: M08, M09.
"""

from __future__ import annotations

import numpy as np
import pytest

from simulation.processes.signalling.nfkb import NFkB
from simulation.reference.nfkb_oscillator import NormalisedOscillator, Oscillator, period
from tests.statistics.target import Target
from tests.worlds import make_world

TARGET = Target(
    "C01",
    "single cells under TNF",
    "oscillations of about 100 min over a wide range of doses; less TNF, fewer cells answer",
    "Turner 2010, J Cell Sci 123:2834",
    {
        "period of the oscillator (min)": (80, 130),
        "its period at IKK 0.5, with dimensions (min)": (80, 130),
        "smallest rise of the share of responders per tenfold TNF": (0.01, 1),
    },
    "The reference oscillator integrated for 50 h; 2000 cells with gated NF-kB under 0.001 to 10 ng/mL TNF.",
)
DOSES = (0.001, 0.01, 0.1, 1.0, 10.0)


def responders(tnf: float, process: NFkB, n: int = 2000) -> float:
    """Share of cells with NF-kB in the nucleus after half an hour."""
    world, plan = make_world({"cell": {"tnf_here": np.full(n, tnf)}}, [process], tick="10 min")
    world.settle(plan)
    for _ in range(3):
        world.step(plan)
    return float((world.sites[0].cells["nfkb"] > 0).mean())


def simulate(process: NFkB = NFkB(gated=True)) -> dict[str, float]:  # noqa: B008 - frozen
    """Carry out the experiment."""
    times, y = NormalisedOscillator().course(3000)
    times_d, y_d = Oscillator(0.5).course(3000)
    shares = [responders(dose, process) for dose in DOSES]
    values = (period(times, y[0]), period(times_d, y_d[0]), float(np.diff(shares).min()))
    return dict(zip(TARGET.tolerance, values, strict=True))


def test_within_tolerance():
    assert TARGET.missed(simulate()) == []


def test_without_the_gate_every_cell_answers_to_every_dose():
    """Planted defect: the shares no longer rise."""
    assert len(TARGET.missed(simulate(NFkB(gated=False)))) == 1


@pytest.mark.parametrize("defect", [{"degradation": 2.1}, {"transcription": 4.0}])
def test_another_rate_is_another_period(defect):
    """Planted defect: a period beyond the tolerance is seen."""
    times, y = Oscillator(0.5, **defect).course(3000)
    assert not 80 <= period(times, y[0]) <= 130
