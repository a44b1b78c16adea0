"""The simulation as a Mesa model: what runs in SolaraViz, batch_run, a notebook or any code that knows Mesa.

model = MetastasisModel("icam1_knockdown", rng=5)
model.run_until(days=2)
model.agents_by_type[TumourCell].agg("icam1", np.mean)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from simulation.build import build
from simulation.engine.catalogue import catalogue
from simulation.engine.errors import InputError
from simulation.engine.lineage import name_key
from simulation.engine.mesa_agents import ColumnarAgent
from simulation.engine.mesa_data_collector import ColumnarDataCollector
from simulation.engine.mesa_model import ColumnarModel
from simulation.engine.parameter import parameters_of
from simulation.observables import observe
from simulation.scenario import Scenario, load_scenario
from simulation.scenario.catalogues import settings_of
from simulation.scenario.header import KEYS

Experiment = Scenario | Mapping[str, Any] | str | Path


class MetastasisModel(ColumnarModel):
    """One scenario as a Mesa model: one step is one tick, agents are cells.

    experiment    Scenario, mapping, path or shipped name
    rng           seed: whole number or several, SeedSequence or Generator; None = the scenario's seed, *not* entropy
    seed          the same under Mesa's older name
    settings      settings of the scenario, laid over it:
                    until="3 day", cells_per_agent=10                  single values at its top
                    processes__nfkb__every="20 min"                    any setting, dots written as "__"
                    knockdown=0.9, antibody={"dose": "5 ug/mL"}        an intervention: its first number, or several
                    nodule_radius="300 um"                             a setting of its tissue

    `model.experiment` is the scenario as it stands after all this (`model.scenario` belongs to Mesa). Observables are
    measured every `record.every` and at the end; `datacollector` keeps a row for each step, which repeats the last
    measurement, since Mesa's batch_run looks rows up by step. Same scenario and seed give the same run on every Mesa.
    """

    def __init__(
        self,
        experiment: Experiment = "hcc_baseline",
        *,
        rng: Any = None,
        seed: Any = None,
        **settings: Any,
    ) -> None:
        settings.pop("scenario", None)  # SolaraViz hands over Mesa's own Scenario, which only repeats the seed
        if rng is not None and seed is not None:
            raise InputError("rng and seed are both given", expected="expected one of them")
        self.experiment = configured(experiment, rng if seed is None else seed, settings)
        world, plan = build(self.experiment)
        super().__init__(world, plan, catalogue("simulation.agents", ColumnarAgent), self.experiment.ticks)
        self._every = world.clock.ticks_in(self.experiment.record.every, "record.every")
        self._measured: dict[str, float] = {}
        self._measure()
        reporters = {name: partial(measured, name) for name in self._measured}
        self.datacollector = ColumnarDataCollector(reporters)
        self.datacollector.collect(self)

    @property
    def space(self) -> Any:
        """The first site as a space of Mesa, for its drawing components."""
        from simulation.engine.mesa_space import TissueSpace  # costs an import that a run has no use for

        return TissueSpace(self)

    def step(self) -> None:
        """Advance by one tick, measure if due, and collect."""
        super().step()
        if self.world.clock.tick % self._every == 0 or not self.running:
            self._measure()
        self.datacollector.collect(self)

    def _measure(self) -> None:
        self._measured = {"day": self.days} | observe(self.world)


def measured(name: str, model: MetastasisModel) -> float | None:
    """Return an observable as it was measured last; None when there is no such number now."""
    return model._measured.get(name)


def configured(experiment: Experiment, rng: Any, settings: Mapping[str, Any]) -> Scenario:
    """Make the scenario of an experiment with a seed and settings laid over it; arguments as of `MetastasisModel`."""
    if isinstance(experiment, Scenario):
        scenario = experiment
    elif isinstance(experiment, Mapping):
        scenario = Scenario.from_mapping(experiment)
    elif isinstance(experiment, str | Path):
        scenario = load_scenario(experiment)
    else:
        raise InputError(
            f"{type(experiment).__name__} is no experiment",
            expected="expected a Scenario, a mapping, a path or the name of a shipped scenario",
        )
    options, treatments = [], {}
    of_tissue = settings_of(scenario.tissue)
    for name, value in settings.items():
        if name in scenario.catalogues.interventions:
            treatments[name] = value
        elif name in of_tissue and name not in KEYS:
            tissue = next(iter(scenario.resolved()["tissue"]))
            options.append(f"tissue.{tissue}.{name}={_text(value)}")
        else:
            options.append(f"{name.replace('__', '.')}={_text(value)}")
    if rng is not None:
        options.append(f"seed={seed_of(rng)}")
    if options:
        scenario = scenario.changed(*options)
    return _treated(scenario, treatments) if treatments else scenario


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool | np.bool_) else str(value)


def _treated(scenario: Scenario, treatments: Mapping[str, Any]) -> Scenario:
    """Set interventions: those the scenario has are changed, others are added after them."""
    told = scenario.resolved()
    given: list[dict[str, Any]] = told["interventions"]
    for name, value in treatments.items():
        kind = scenario.catalogues.interventions[name]
        first = next(n for n, p in parameters_of(kind).items() if isinstance(p.default, float))
        wanted = dict(value) if isinstance(value, Mapping) else {first: value}
        present = [entry for entry in given if name in entry]
        if len(present) > 1:
            raise InputError(
                f"the scenario has {len(present)} of {name}: which one?",
                remedy=f'write interventions__0__{name}__{first}="..." for the first in the list',
            )
        if present:
            present[0][name] = present[0][name] | wanted
        else:
            given.append({name: wanted})
    return replace(Scenario.from_mapping(told, known=scenario.catalogues), path=scenario.path)


def seed_of(rng: Any) -> int:
    """Make one whole number of whatever Mesa's users give as `rng`."""
    if hasattr(rng, "integers"):  # a numpy Generator
        return int(rng.integers(2**63))
    if hasattr(rng, "generate_state"):  # a SeedSequence
        return int(rng.generate_state(1, np.uint64)[0])
    if isinstance(rng, list | tuple):
        return name_key("seed", *(str(int(word)) for word in rng))
    try:
        number = int(rng)
        if number == float(rng):
            return number
    except (TypeError, ValueError, OverflowError):
        pass
    raise InputError(f"rng = {rng!r} is no seed", expected="expected a whole number, a SeedSequence or a Generator")
