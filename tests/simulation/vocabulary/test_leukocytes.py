"""Leukocytes of the blood: each is a cell type that enters by the request it names, and carries what can hold it."""

from __future__ import annotations

import pytest

from simulation.engine.catalogue import catalogue
from simulation.engine.column import Effect
from simulation.engine.mesa_agents import ColumnarAgent
from simulation.processes.immunity.recruitment import Recruitment
from simulation.vocabulary import traits
from simulation.vocabulary.leukocytes import LEUKOCYTES

AGENTS = catalogue("simulation.agents", ColumnarAgent)


@pytest.mark.parametrize("name", sorted(LEUKOCYTES))
def test_it_is_a_cell_type_that_enters_by_its_request(name: str) -> None:
    kind = LEUKOCYTES[name]
    assert AGENTS[name].enters_by == kind.enters_by
    assert next(c for c in traits.ENDOTHELIUM if c.name == kind.enters_by).effect is Effect.ENTRY
    assert kind.enters_by in Recruitment.adds
    assert kind.source
    assert kind.lfa1 + kind.mac1 + kind.vla4 > 0 and kind.area > 0
    assert 0 <= kind.intermediate + kind.opened <= 1
    assert max(kind.cxcl, kind.ccl2) <= 1


def test_every_cell_type_that_enters_is_a_leukocyte() -> None:
    assert {name for name, agent in AGENTS.items() if agent.enters_by} == set(LEUKOCYTES)
