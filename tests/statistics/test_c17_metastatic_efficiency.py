"""How many disseminated cells it takes to make a metastasis, stage by stage. Target: C17. Mechanisms: M60b, M61."""

from __future__ import annotations

from dataclasses import replace

from simulation.engine.arithmetic import chance_within
from simulation.processes.spread.colonisation import Colonisation
from simulation.processes.spread.extravasation import GAMMA_4_3, Extravasation
from simulation.reference.metastatic_funnel import Funnel
from tests.statistics.target import Target

TARGET = Target(
    "C17",
    "breast cancer in patients; melanoma cells in mice",
    "one metastasis per 60 million disseminated cells; more than 80 % of cells out of the vessels by 24 h",
    "Coumans 2013, BMC Cancer 13:283; Koop 1995",
    {
        "metastases per disseminated cell": (1 / 6e8, 1 / 6e6),
        "share that has crossed by 24 h": (0.8, 1.0),
        "solitary cells in the liver that found a colony of ten": (0.01, 0.05),
    },
    "The chances of every stage from shedding to a colony of ten, from the processes' own parameters, times the viable "
    "share and the share that grows on.",
)


def simulate(funnel: Funnel = Funnel()) -> dict[str, float]:  # noqa: B008 - frozen
    """Carry out the experiment."""
    crossed = float(chance_within((24.0 * GAMMA_4_3 / funnel.extravasation.mean_time) ** 3))
    values = (funnel.efficiency(), crossed, float(funnel.founding(1.0)[1]))
    return dict(zip(TARGET.tolerance, values, strict=True))


def test_within_tolerance():
    assert TARGET.missed(simulate()) == []


def test_defects_are_found():
    """Planted: crossing in a day and a half; cells that all wake."""
    assert TARGET.missed(simulate(replace(Funnel(), extravasation=Extravasation(mean_time=36.0))))
    assert len(TARGET.missed(simulate(replace(Funnel(), colonisation=Colonisation(wake=1.0))))) == 2
