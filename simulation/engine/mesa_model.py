"""A world and a plan as a Mesa model: its cells are its agents, one step is one tick."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

import mesa
import numpy as np

from simulation.engine.errors import ContractError
from simulation.engine.mesa_agent_set import ColumnarAgentSet
from simulation.engine.mesa_agents import ColumnarAgent, handle
from simulation.engine.mesa_roll import Place, Roll
from simulation.engine.plan import Plan
from simulation.engine.world import World


class ColumnarModel(mesa.Model):
    """One world, advanced by one plan.

    world      World                        everything that changes
    plan       Plan                         how it changes in a tick
    classes    name -> ColumnarAgent class  for every cell type of the world
    ticks      int or None                  `running` ends after so many ticks of the world's clock

    `model.rng` and `model.random` serve what users add; the world's own chance depends on its seed alone.
    """

    def __init__(
        self, world: World, plan: Plan, classes: Mapping[str, type[ColumnarAgent]], ticks: int | None = None
    ) -> None:
        super().__init__(rng=int(world.seed))
        missing = [kind.name for kind in world.types if kind.name not in classes]
        if missing:
            raise ContractError(f"no agent class for {', '.join(missing)}", expected=f"known: {', '.join(classes)}")
        self.world, self.plan, self._ticks = world, plan, ticks
        self._classes = [classes[kind.name] for kind in world.types]
        self.dying: dict[int, None] = {}  # lineages removed while a `do` is under way
        self._postponing = False
        self._places: list[Place] | None = None
        self._rolls: dict[tuple[int, ...], Roll] = {}
        self._tell_whether_running()

    # ---- time ----

    def step(self) -> None:
        """Advance the world by one tick."""
        self.flush()
        self.world.step(self.plan)
        self._tell_whether_running()

    def _tell_whether_running(self) -> None:
        self.running = self._ticks is None or self.world.clock.tick < self._ticks

    @property
    def days(self) -> float:
        """Simulated time in days."""
        return self.world.clock.days

    def run_until(self, end_time: float | None = None, *, days: float | None = None) -> None:
        """Step until a time, or until `running` ends.

        end_time    1      in steps, as Mesa counts
        days        day    simulated time
        """
        if (end_time is None) == (days is None):
            raise ContractError("run_until needs an end", expected="expected either end_time or days")
        while self.running and (self.steps < end_time if end_time is not None else self.days < days):  # type: ignore[operator]
            self.step()

    # ---- agents ----

    @property
    def agents(self) -> ColumnarAgentSet:
        """All cells in all sites and in the blood, always up to date."""
        return ColumnarAgentSet.live(self, range(len(self._classes)))

    @agents.setter
    def agents(self, agents: Any) -> NoReturn:
        raise AttributeError("model.agents belongs to Mesa; choose another name")

    @property
    def agents_by_type(self) -> AgentsByType:
        """All cells by class."""
        return AgentsByType(self)

    @property
    def agent_types(self) -> list[type]:
        """Classes of the world's cell types, by code, whether or not there is a cell of them."""
        return list(self._classes)

    def agent(self, unique_id: int) -> ColumnarAgent | None:
        """Return the agent of this lineage, or None when there is none."""
        found = self.whereabouts(unique_id)
        if found is None:
            return None
        place, row = found
        return handle(self._classes[int(place.table["cell_type"][row])], self, unique_id, place, row)

    def register_agent(self, agent: Any) -> NoReturn:
        """Refuse agents that are no cells: their state would be in no table, checkpoint or digest."""
        raise ContractError(
            f"{type(agent).__name__} cannot join: it is no row of a table",
            remedy="derive it from ColumnarAgent, declare its columns, and name it in the scenario",
        )

    def deregister_agent(self, agent: Any) -> None:
        """Let a cell die now."""
        self.bury(np.array([agent.unique_id], dtype=np.uint64))

    def remove_all_agents(self) -> None:
        """Let all cells die now."""
        self.bury(self.agents.values("unique_id"))
        if hasattr(self, "data_registry"):  # Mesa 3.5: without it the model is never freed
            self.data_registry.close()

    # ---- deaths between ticks ----

    def bury(self, names: np.ndarray) -> None:
        """Take cells out of the world, booked as deaths; those already gone are passed over.

        names    (k,) uint64    lineages
        """
        if self._postponing:
            self.dying |= dict.fromkeys(names.tolist())
            return
        for place in self.places():
            rows = place.rows_of(np.unique(names))  # sorted by lineage, as the event log is
            rows = rows[rows >= 0]
            if len(rows):
                table = place.table
                self.world.accounts["deaths"][place.number] += table["parcel"][rows].sum()
                self.world.log("removed", place.name, table, rows, 0.0)
                alive = np.ones(len(table), dtype=bool)
                alive[rows] = False
                table.keep(alive)

    @contextmanager
    def burying_later(self) -> Iterator[None]:
        """Gather deaths and carry them out together at the end: each one alone moves the whole table."""
        if self._postponing:
            yield
            return
        self._postponing = True
        try:
            yield
        finally:
            self._postponing = False
            self.flush()

    def flush(self) -> None:
        """Carry out gathered deaths now."""
        if self.dying:
            names = np.fromiter(self.dying, dtype=np.uint64, count=len(self.dying))
            self.dying.clear()
            postponing, self._postponing = self._postponing, False
            try:
                self.bury(names)
            finally:
                self._postponing = postponing

    # ---- where cells are ----

    def places(self) -> list[Place]:
        """Return the sites and the blood as they are now."""
        self.flush()
        return self._current_places()

    def _current_places(self) -> list[Place]:
        if self._places is None:
            self._places = Place.all_in(self.world)
        elif any(place.version != place.table.version for place in self._places):
            fresh = Place.all_in(self.world)
            self._places = [
                old if old.version == new.version and old.table is new.table else new
                for old, new in zip(self._places, fresh, strict=True)
            ]
            self._rolls.clear()
        return self._places

    def whereabouts(self, name: int) -> tuple[Place, int] | None:
        """Return place and row of a lineage, or None when it is gone."""
        if name in self.dying:
            return None
        for place in self._current_places():
            row = place.row_of(name)
            if row >= 0:
                return place, row
        return None

    def roll_of(self, codes: Sequence[int]) -> Roll:
        """Return all cells of some types; made once for each state of the tables."""
        places = self.places()
        key = tuple(codes)
        if key not in self._rolls:
            self._rolls[key] = Roll.of_types(key, places)
        return self._rolls[key]

    # ---- copies ----

    def __getstate__(self) -> dict[str, Any]:
        self.flush()
        for site in self.world.sites:
            site._lists.clear()
        return self.__dict__ | {"_places": None, "_rolls": {}}


class AgentsByType(Mapping[type, ColumnarAgentSet]):
    """All cells by class: `model.agents_by_type[TumourCell]` is live."""

    def __init__(self, model: ColumnarModel) -> None:
        self._model = model

    def __getitem__(self, kind: type) -> ColumnarAgentSet:
        types = self._model.agent_types
        if kind not in types:
            raise KeyError(kind)
        return ColumnarAgentSet.live(self._model, (types.index(kind),))

    def __iter__(self) -> Iterator[type]:
        return iter(self._model.agent_types)

    def __len__(self) -> int:
        return len(self._model.agent_types)
