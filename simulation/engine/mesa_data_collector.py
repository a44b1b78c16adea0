"""Mesa's DataCollector, keeping agent reporters as columns: 1e5 cells are two array copies, not 1e5 tuples."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

import mesa
import numpy as np
import pandas as pd

from simulation.engine.mesa_agent_set import ColumnarAgentSet


class AgentRecords:
    """What was collected of the agents at one time; iterates as Mesa's tuples (time, unique_id, value, ...).

    time       int or float     Mesa's key: steps, or time where Mesa has it
    names      (n,) uint64      unique_id
    columns    str -> (n,)      reporter -> values
    """

    __slots__ = ("columns", "names", "time")

    def __init__(self, time: float, names: np.ndarray, columns: dict[str, np.ndarray]) -> None:
        self.time, self.names, self.columns = time, names, columns

    def __len__(self) -> int:
        return len(self.names)

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        columns = [column.tolist() for column in self.columns.values()]
        return zip(itertools.repeat(self.time, len(self)), self.names.tolist(), *columns, strict=True)


class ColumnarDataCollector(mesa.DataCollector):
    """Drop-in for mesa.DataCollector on a ColumnarModel.

    A reporter given as the name of a column costs nanoseconds per cell; cells whose type lacks the column get nan. One
    given as a function is called for each cell, as in Mesa.
    """

    agent_reporters: dict[str, Any]
    agenttype_reporters: dict[type, dict[str, Any]]

    def __init__(
        self,
        model_reporters: Mapping[str, Any] | None = None,
        agent_reporters: Mapping[str, Any] | None = None,
        agenttype_reporters: Mapping[type, Mapping[str, Any]] | None = None,
        tables: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(model_reporters, agent_reporters, agenttype_reporters, tables)
        # Mesa wraps names into functions of an agent; the names themselves are what makes whole columns possible
        self._asked = dict(agent_reporters or {})
        self._asked_of = {kind: dict(of) for kind, of in (agenttype_reporters or {}).items()}

    def collect(self, model: Any) -> None:
        """Collect everything once, from the model as it is now."""
        of_agents, of_types = self.agent_reporters, self.agenttype_reporters
        self.agent_reporters, self.agenttype_reporters = {}, {}  # these are ours; Mesa does the rest
        try:
            super().collect(model)
        finally:
            self.agent_reporters, self.agenttype_reporters = of_agents, of_types
        time = model.time if hasattr(model, "time") else model.steps
        if not self.model_reporters and hasattr(self, "_collection_steps"):
            self._collection_steps.append(time)  # Mesa 3.5 forgets it then, and batch_run returns nothing
        if of_agents:
            self._agent_records[time] = _records(time, model.agents, self._asked)
        if of_types:
            self._agenttype_records[time] = {
                kind: _records(time, model.agents.select(agent_type=kind), asked)
                for kind, asked in self._asked_of.items()
            }

    def get_agent_vars_dataframe(self) -> pd.DataFrame:
        """Return what was collected of the agents, by Step and AgentID."""
        if not self.agent_reporters:
            return super().get_agent_vars_dataframe()
        return _frame(list(self._agent_records.values()), list(self.agent_reporters))

    def get_agenttype_vars_dataframe(self, agent_type: type) -> pd.DataFrame:
        """Return what was collected of one type of agent, by Step and AgentID."""
        if agent_type not in self.agenttype_reporters:
            return super().get_agenttype_vars_dataframe(agent_type)
        records = [of[agent_type] for of in self._agenttype_records.values() if agent_type in of]
        return _frame(records, list(self.agenttype_reporters[agent_type]))


def _records(time: float, agents: ColumnarAgentSet, asked: Mapping[str, Any]) -> AgentRecords:
    columns = {name: _reported(agents, reporter) for name, reporter in asked.items()}
    return AgentRecords(time, agents.values("unique_id"), columns)


def _reported(agents: ColumnarAgentSet, reporter: Any) -> np.ndarray:
    if isinstance(reporter, str):
        return agents.values(reporter, missing=np.nan)
    if isinstance(reporter, list):
        function, arguments = reporter
        found = [function(agent, *arguments) for agent in agents]
    else:
        found = [reporter(agent) for agent in agents]
    kept = np.empty(len(found), dtype=object)  # whatever a function returns stays as it is
    kept[:] = found
    return kept


def _frame(records: list[AgentRecords], reporters: list[str]) -> pd.DataFrame:
    if not records:
        index = pd.MultiIndex.from_arrays([[], []], names=["Step", "AgentID"])
        return pd.DataFrame(columns=reporters, index=index)
    times = np.repeat([r.time for r in records], [len(r) for r in records])
    names = np.concatenate([r.names for r in records])
    index = pd.MultiIndex.from_arrays([times, names], names=["Step", "AgentID"])
    columns = {name: np.concatenate([r.columns[name] for r in records]) for name in reporters}
    return pd.DataFrame(columns, index=index).infer_objects()
