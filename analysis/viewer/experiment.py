"""What a visitor may set of a run, and the scenario that comes of it.

Only shipped scenarios and stored runs are run, and only these few settings can be changed: nothing that a browser sends
is read as a path or as the text of a scenario.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulation import Scenario

TUMOUR, ENDOTHELIUM = "tumour_cell", "endothelial_cell"
TARGETS = ("icam1", "lfa1")


@dataclass(frozen=True)
class Choices:
    """Settings laid over a scenario.

    seed              1        which world
    tumour            1        share of ICAM-1 translation taken away in tumour cells
    endothelium       1        the same in endothelial cells
    dose              ug/mL    of an antibody, injected on day 0; 0 = none
    target            str      what the antibody binds
    immunity          bool     False switches it off
    context           str      kind of tumour; "" = the scenario's
    """

    seed: int = 1
    tumour: float = 0.0
    endothelium: float = 0.0
    dose: float = 0.0
    target: str = "icam1"
    immunity: bool = True
    context: str = ""

    def within_bounds(self) -> Choices:
        """Return the same with every number where it may be, whatever a browser sent."""
        return Choices(
            seed=min(max(int(self.seed), 0), 2**63 - 1),
            tumour=min(max(float(self.tumour), 0.0), 1.0),
            endothelium=min(max(float(self.endothelium), 0.0), 1.0),
            dose=min(max(float(self.dose), 0.0), 1000.0),
            target=self.target if self.target in TARGETS else TARGETS[0],
            immunity=bool(self.immunity),
            context=self.context if self.context in contexts() else "",
        )


@cache
def contexts() -> tuple[str, ...]:
    """Name the kinds of tumour that scenarios know; none where they know but one."""
    from simulation import catalogues

    known = tuple(getattr(catalogues(), "contexts", ()))
    return known if len(known) > 1 else ()


@cache
def knows_immunity() -> bool:
    """Tell whether scenarios have a switch for immunity."""
    from simulation import catalogues

    return bool(getattr(getattr(catalogues(), "immunity", None), "off", ()))


def chosen_by(scenario: Scenario) -> Choices:
    """Return what a scenario itself says about the settings."""
    told = scenario.resolved()
    found = Choices(seed=scenario.seed, context=str(told.get("context", "")), immunity=told.get("immunity") != "off")
    for entry in told.get("interventions", []):
        for kind, values in entry.items():
            if kind == "knockdown" and _is_icam1(values):
                if values.get("cells") == [TUMOUR]:
                    found = replace(found, tumour=_number(values["fraction"]))
                if values.get("cells") == [ENDOTHELIUM]:
                    found = replace(found, endothelium=_number(values["fraction"]))
            if kind == "antibody":
                found = replace(found, dose=_number(values["dose"]), target=values.get("target", "icam1"))
    return found


def scenario_of(source: str | Path, choices: Choices) -> Scenario:
    """Make the scenario that is run.

    source     name of a shipped scenario, or path of a stored one, from the catalogue
    choices    Choices
    raises     InputError    when the scenario does not allow it
    """
    from simulation import Scenario, load_scenario

    choices = choices.within_bounds()
    options = [f"seed={choices.seed}"]
    scenario = load_scenario(source)
    said = chosen_by(scenario)
    if choices.context and choices.context != said.context:
        options.append(f"context={choices.context}")
    if knows_immunity() and choices.immunity != said.immunity:
        options.append(f"immunity={'on' if choices.immunity else 'off'}")
    scenario = load_scenario(source, options)
    if (choices.tumour, choices.endothelium, choices.dose) == (said.tumour, said.endothelium, said.dose) and (
        choices.target == said.target or not choices.dose
    ):
        return scenario
    told = scenario.resolved()
    told["interventions"] = _treatments(told.get("interventions", []), choices)
    return Scenario.from_mapping(told, known=scenario.catalogues)


def _treatments(given: list[dict[str, Any]], choices: Choices) -> list[dict[str, Any]]:
    """Change those interventions that are set here, in place; add what is missing, drop what is set to nothing."""
    wanted: list[tuple[str, dict[str, Any], bool]] = [
        ("knockdown", {"molecule": "icam1", "cells": [TUMOUR], "fraction": choices.tumour}, choices.tumour > 0),
        (
            "knockdown",
            {"molecule": "icam1", "cells": [ENDOTHELIUM], "fraction": choices.endothelium},
            choices.endothelium > 0,
        ),
        ("antibody", {"target": choices.target, "dose": f"{choices.dose!r} ug/mL"}, choices.dose > 0),
    ]
    kept = [dict(entry) for entry in given]
    for kind, values, there in wanted:
        at = next((i for i, entry in enumerate(kept) if kind in entry and _same(kind, entry[kind], values)), None)
        if at is None:
            kept += [{kind: values}] if there else []
        elif there:
            kept[at] = {kind: kept[at][kind] | values}
        else:
            del kept[at]
    return kept


def _same(kind: str, given: dict[str, Any], wanted: dict[str, Any]) -> bool:
    return kind == "antibody" or (_is_icam1(given) and given.get("cells") == wanted["cells"])


def _is_icam1(values: dict[str, Any]) -> bool:
    return values.get("molecule", "icam1") == "icam1"


def _number(value: Any) -> float:
    """Read a number that may stand with its unit, as in "5 ug/mL" or "90 %"."""
    words = str(value).split()
    return float(words[0]) / (100.0 if words[-1] == "%" else 1.0)
