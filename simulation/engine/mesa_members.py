"""Who is in a set of cells: live sets of all cells of some types, and fixed sets of certain cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from simulation.engine.errors import ContractError
from simulation.engine.mesa_agents import ColumnarAgent, handle
from simulation.engine.mesa_roll import NOWHERE, Roll

if TYPE_CHECKING:
    from simulation.engine.mesa_model import ColumnarModel

try:  # Mesa 3.4 moved the sets into a module of their own and gave them an abstract base
    from mesa.agentset import AbstractAgentSet as _Base
except ImportError:
    from mesa.agent import AgentSet as _Base

_CHUNK = 8192  # handles are made this many at a time, so that a million of them need no list of a million


class Members(_Base):
    """Who is in a set of cells, and in which order; `ColumnarAgentSet` adds what can be done with them.

    agents    iterable of ColumnarAgent    members; they must share one model
    model     ColumnarModel                may be left out when there are members
    """

    def __init__(self, agents: Iterable[Any] = (), random: Any = None, *, model: ColumnarModel | None = None) -> None:
        members = list(agents)
        if model is None:
            if not members:
                raise ContractError("an empty set of cells belongs to no model", remedy="pass model=...")
            model = members[0].model
        self._model: ColumnarModel = model
        self._codes: tuple[int, ...] | None = None
        self._fixed: Roll | None = self._called(members)

    @classmethod
    def live(cls, model: ColumnarModel, codes: Sequence[int]) -> Self:
        """Make the set of all cells of some types, now and later."""
        made = cls.__new__(cls)
        made._model, made._codes, made._fixed = model, tuple(codes), None
        return made

    @classmethod
    def fixed(cls, model: ColumnarModel, roll: Roll) -> Self:
        """Make the set of certain cells."""
        made = cls.__new__(cls)
        made._model, made._codes, made._fixed = model, None, roll
        return made

    # ---- members ----

    def roll(self) -> Roll:
        """Return the members with the rows where they are now."""
        places = self._model.places()
        if self._codes is not None:
            return self._model.roll_of(self._codes)
        roll = self._fixed
        if roll is None or not roll.current:
            names = roll.names if roll is not None else np.empty(0, dtype=np.uint64)
            roll = self._fixed = Roll.of_names(names, places)
        return roll

    def _called(self, agents: Iterable[Any]) -> Roll:
        names = dict.fromkeys(agent.unique_id for agent in agents)
        return Roll.of_names(np.fromiter(names, dtype=np.uint64, count=len(names)), self._model.places())

    def _update(self, agents: Iterable[Any] | Roll) -> Self:
        """Become the fixed set of these members."""
        self._codes, self._fixed = None, agents if isinstance(agents, Roll) else self._called(agents)
        return self

    def _with(self, roll: Roll, inplace: bool) -> Self:
        return self._update(roll) if inplace else type(self).fixed(self._model, roll)

    def _from_iterable(self, agents: Iterable[Any]) -> Self:
        return type(self)(agents, model=self._model)

    @property
    def random(self) -> Any:
        """Return the model's random numbers as Mesa's sets do; shuffles here draw from `model.rng`."""
        return self._model.random

    @property
    def _agents(self) -> dict[Any, None]:
        return dict.fromkeys(self)

    def __len__(self) -> int:
        if self._codes is not None:
            return sum(place.count(self._codes) for place in self._model.places())
        return len(self.roll())

    def __iter__(self) -> Iterator[Any]:
        return self._handles(self.roll())

    def _handles(self, roll: Roll) -> Iterator[Any]:
        """Make handles one after another; cells that die meanwhile are passed over."""
        return self._made(roll, roll.codes())  # codes at once: rows may move while somebody iterates

    def _made(self, roll: Roll, codes: np.ndarray) -> Iterator[Any]:
        model, places, classes = self._model, roll.places, self._model.agent_types
        for first in range(0, len(roll), _CHUNK):
            chunk = slice(first, first + _CHUNK)
            of = map(classes.__getitem__, codes[chunk].tolist())
            at = map(places.__getitem__, roll.numbers[chunk].tolist())
            names, rows = roll.names[chunk].tolist(), roll.rows[chunk].tolist()
            for cls, name, place, row in zip(of, names, at, rows, strict=True):
                if name in model.dying or (place.version != place.table.version and model.whereabouts(name) is None):
                    continue
                yield handle(cls, model, name, place, row)

    def __contains__(self, agent: object) -> bool:
        if not isinstance(agent, ColumnarAgent) or agent.model is not self._model or not agent.alive:
            return False
        if self._codes is not None:
            return self._model.agent_types.index(type(agent)) in self._codes
        return bool((self.roll().names == np.uint64(agent.unique_id)).any())

    def __getitem__(self, item: int | slice) -> Any:
        roll = self.roll()
        if isinstance(item, slice):
            return list(self._handles(roll.take(item)))
        if not -len(roll) <= item < len(roll):
            raise IndexError(f"agent {item} of {len(roll)}")
        at = item % len(roll)
        return next(self._handles(roll.take(slice(at, at + 1))))

    def to_list(self) -> list[Any]:
        """Return the members as a list of handles."""
        return list(self)

    def copy(self) -> Self:
        """Return the fixed set of the present members."""
        return type(self).fixed(self._model, self.roll())

    __copy__ = copy

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        again: Self = _again(type(self), memo.get(id(self._model), self._model), self._codes, self.roll().names)
        return again

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (type(self), self._model, self._codes, self.roll().names)

    def add(self, agent: Any) -> None:
        """Add a cell to a fixed set."""
        self._refuse_if_live("add")
        if agent not in self:
            self._update(Roll.of_names(np.append(self.roll().names, np.uint64(agent.unique_id)), self._model.places()))

    def discard(self, agent: Any) -> None:
        """Take a cell out of a fixed set, if it is there; the cell lives on."""
        self._refuse_if_live("discard")
        roll = self.roll()
        self._update(roll.take(np.flatnonzero(roll.names != np.uint64(agent.unique_id))))

    def remove(self, agent: Any) -> None:
        """Take a cell out of a fixed set; the cell lives on."""
        if agent not in self:
            raise KeyError(agent)
        self.discard(agent)

    def _refuse_if_live(self, what: str) -> None:
        if self._codes is not None:
            raise ContractError(
                f"cannot {what}: this set always holds all cells of its types",
                remedy="work on a copy(); cells themselves go with agent.remove()",
            )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Members):
            return NotImplemented
        mine, theirs = self.roll().names, other.roll().names
        return self._model is other._model and np.array_equal(np.sort(mine), np.sort(theirs))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        kind = "live" if self._codes is not None else "fixed"
        return f"<{type(self).__name__} of {len(self)} cells, {kind}>"


def _again(of: type[Members], model: Any, codes: tuple[int, ...] | None, names: np.ndarray) -> Any:
    """Make a set anew from what a pickle holds; a model that is just being read is not asked anything."""
    if codes is not None:
        return of.live(model, codes)
    return of.fixed(model, Roll(names, np.zeros(len(names), np.uint8), np.full(len(names), -1), [NOWHERE]))
