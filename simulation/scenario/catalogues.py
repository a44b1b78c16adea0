"""Everything a scenario may name: tissues, cell types, processes, interventions, substances and organs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from simulation.engine.parameter import Parameter, parameters_of
from simulation.engine.process import Process
from simulation.engine.tissue import Tissue
from simulation.vocabulary.cytokines import SUBSTANCES, Substance
from simulation.vocabulary.organs import ORGANS, Organ


@dataclass(frozen=True)
class Catalogues:
    """What there is, by name.

    tissues          classes    of `Tissue`
    agents           classes    with `columns` and `starts`
    processes        classes    of `Process`
    interventions    classes    of `Process`
    substances       instances
    organs           instances
    """

    tissues: Mapping[str, type[Tissue]]
    agents: Mapping[str, Any]
    processes: Mapping[str, type[Process]]
    interventions: Mapping[str, type[Process]]
    substances: Mapping[str, Substance]
    organs: Mapping[str, Organ]

    def section_of(self, word: str) -> str:
        """Name the section in which a word is at home, or nothing."""
        for section in ("processes", "interventions", "cells", "substances", "organs", "tissue"):
            if word in self.in_section(section):
                return section
        return ""

    def in_section(self, section: str) -> Mapping[str, Any]:
        """Return what may be named in one section of a scenario."""
        own: dict[str, Mapping[str, Any]] = {
            "tissue": self.tissues,
            "cells": self.agents,
            "processes": self.processes,
            "interventions": self.interventions,
            "substances": self.substances,
            "organs": self.organs,
        }
        return own[section]


@cache
def catalogues() -> Catalogues:
    """Return what this installation has; imported when first asked for."""
    from simulation.engine.catalogue import catalogue
    from simulation.engine.mesa_agents import ColumnarAgent

    return Catalogues(
        tissues=catalogue("simulation.tissues", Tissue),
        agents=catalogue("simulation.agents", ColumnarAgent),
        processes=catalogue("simulation.processes", Process),
        interventions=catalogue("simulation.interventions", Process),
        substances=SUBSTANCES,
        organs=ORGANS,
    )


def settings_of(owner: Any) -> dict[str, Parameter]:
    """List what a scenario may set of a class or instance, with units and defaults of the instance itself.

    A substance's `initial` is in the substance's own unit, whatever that is.
    """
    known = parameters_of(owner)
    if isinstance(owner, type):
        return known
    own = {}
    for name, p in known.items():
        unit = owner.unit if isinstance(owner, Substance) and name == "initial" else p.unit
        own[name] = Parameter(name, getattr(owner, name), unit, p.meaning, p.source, p.bounds, p.choices)
    return own
