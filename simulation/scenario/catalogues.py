"""Everything a scenario may name: tissues, cell types, processes, interventions, substances, organs, arms, contexts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from simulation.engine.errors import ContractError
from simulation.engine.parameter import Parameter, parameters_of
from simulation.engine.process import Process
from simulation.engine.tissue import Tissue
from simulation.vocabulary.arms import ARMS, IMMUNITY, Arm
from simulation.vocabulary.cancers import CONTEXTS, Context
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
    arms             instances
    contexts         instances
    immunity         Arm        all of immunity at once
    """

    tissues: Mapping[str, type[Tissue]]
    agents: Mapping[str, Any]
    processes: Mapping[str, type[Process]]
    interventions: Mapping[str, type[Process]]
    substances: Mapping[str, Substance]
    organs: Mapping[str, Organ]
    arms: Mapping[str, Arm] = field(default_factory=dict)
    contexts: Mapping[str, Context] = field(default_factory=dict)
    immunity: Arm = Arm("immunity", "", frozenset(), {})

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
            "arms": self.arms,
            "contexts": self.contexts,
        }
        return own[section]

    def at(self, path: str) -> Parameter | None:
        """Find the parameter at a path such as "processes.killing.hit_rate" or "cells.t_cell.lfa1", if any."""
        section, _, rest = path.partition(".")
        name, _, last = rest.partition(".")
        owner = self.in_section(section).get(name)
        if owner is None:
            return None
        if section != "cells":
            return settings_of(owner).get(last)
        columns = {c.name: c for c in owner.columns}
        if last not in columns:
            return None
        c = columns[last]
        usual = owner.starts[last].value if last in owner.starts else float(c.start)
        return Parameter(last, usual, c.unit, c.meaning, "", c.bounds)


@cache
def catalogues() -> Catalogues:
    """Return what this installation has; imported when first asked for."""
    from simulation.engine.catalogue import catalogue
    from simulation.engine.mesa_agents import ColumnarAgent

    whole = Catalogues(
        tissues=catalogue("simulation.tissues", Tissue),
        agents=catalogue("simulation.agents", ColumnarAgent),
        processes=catalogue("simulation.processes", Process),
        interventions=catalogue("simulation.interventions", Process),
        substances=SUBSTANCES,
        organs=ORGANS,
    )
    for path in (p for named in (*ARMS.values(), IMMUNITY) for p in named.off):
        _must_exist(path, whole)
    for path in (p for context in CONTEXTS.values() for p in context.values):
        _must_exist(path, whole)
    return replace(whole, arms=ARMS, contexts=CONTEXTS, immunity=IMMUNITY)


def _must_exist(path: str, known: Catalogues) -> None:
    """Refuse a path of an arm or a context that names no parameter: it is a misprint."""
    if known.at(path) is None:
        raise ContractError(
            f"there is no {path}",
            where="simulation/vocabulary/arms.py, cancers.py",
            expected="expected paths of parameters",
            remedy="correct the path",
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
