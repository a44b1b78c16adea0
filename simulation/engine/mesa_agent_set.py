"""Sets of cells that behave as Mesa's AgentSet and work on whole columns where they can."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Any, Self

import numpy as np

from simulation.engine.errors import ContractError
from simulation.engine.mesa_agents import ColumnarAgent, NoColumnError
from simulation.engine.mesa_groups import ColumnarGroupBy, reduced, rows_by_key
from simulation.engine.mesa_members import Members
from simulation.engine.mesa_roll import FIXED, Roll
from simulation.engine.site import IDENTITY

_IDENTITY_NAMES = frozenset(c.name for c in IDENTITY)
_ABSENT: Any = object()


class Columns:
    """What a `where` of `select` sees: columns as attributes, one value for each cell of the set."""

    __slots__ = ("_agents",)

    def __init__(self, agents: ColumnarAgentSet) -> None:
        self._agents = agents

    def __getattr__(self, name: str) -> np.ndarray:
        return self._agents.values(name)

    __getitem__ = __getattr__


class ColumnarAgentSet(Members):
    """An ordered set of cells.

    As `model.agents` and `model.agents_by_type[...]` it is live: always all cells of its types. As the result of
    `select`, `shuffle`, `sort`, `copy` or `groupby` it is fixed: those cells, of which the dead drop out.
    Order: by site, then the blood; within these by type, then lineage.

    agents    iterable of ColumnarAgent    members; they must share one model
    model     ColumnarModel                may be left out when there are members
    """

    # ---- columns ----

    def values(self, name: str, missing: Any = _ABSENT) -> np.ndarray:
        """Return one attribute of all members as an array in their order.

        name       str    a column, "unique_id", "site", or any attribute of the agents (that one by one, so slowly)
        missing    any    what to put where a cell type has no such column; an error without it
        returns    (n,)   a copy; write with `set`
        raises     NoColumnError    naming the types that have none
        """
        roll = self.roll()
        if name in ("unique_id", "lineage"):
            return roll.names.copy()
        if name == "site":
            return np.asarray(np.array([place.name for place in roll.places])[roll.numbers])
        if not self._is_column(name):
            if missing is _ABSENT:
                return np.array([getattr(agent, name) for agent in self])
            return np.array([getattr(agent, name, missing) for agent in self])
        lacking = self._lacking(roll, name)
        if lacking is None:
            return roll.gather(name)
        if missing is _ABSENT:
            kinds = [self._model.agent_types[code] for code in np.unique(roll.codes()[lacking])]
            raise NoColumnError(
                f"not all of these {len(roll)} cells have {name!r}",
                where=", ".join(kind.__name__ for kind in kinds),
                remedy="select those that do with agents_by_type or agent_type=..., or pass what to use instead",
            )
        found = roll.gather(name)
        found = found.astype(np.result_type(found.dtype, float) if isinstance(missing, float) else object)
        found[lacking] = missing
        return found

    def _is_column(self, name: str) -> bool:
        return any(name in place.table for place in self._model.places())

    def _lacking(self, roll: Roll, name: str) -> np.ndarray | None:
        """Mark the members that have no such column; None when all have it."""
        if name in _IDENTITY_NAMES:
            return None
        types = self._model.world.types
        lacks = np.array([name not in kind.names for kind in types])
        if self._codes is not None and not lacks[list(self._codes)].any():
            return None
        missing = lacks[roll.codes()]
        for place, where, _ in roll.parts():
            if place.has_of_its_own(name):
                missing[where] = False
        return missing if missing.any() else None

    def get(self, attr_names: Any, handle_missing: str = "error", default_value: Any = None) -> list[Any]:
        """Return one attribute as a list, or several as a list of lists; `values` gives an array."""
        if handle_missing not in ("error", "default"):
            raise ValueError(f"Unknown handle_missing option: {handle_missing}, should be one of 'error' or 'default'")
        default = (default_value,) if handle_missing == "default" else ()
        if not isinstance(attr_names, str):
            each = [self.get(name, handle_missing, default_value) for name in attr_names]
            return [list(row) for row in zip(*each, strict=True)]
        if attr_names not in ("unique_id", "lineage", "site") and not self._is_column(attr_names):
            return [getattr(agent, attr_names, *default) for agent in self]
        return list(self.values(attr_names, *default).tolist())

    def set(self, attr_name: str, value: Any) -> Self:
        """Write one attribute of all members: one value for all, or an array with one for each."""
        if attr_name in FIXED:
            raise ContractError(f"{attr_name!r} cannot be set", expected="only births, deaths and travel change it")
        roll = self.roll()
        if attr_name == "site" or not self._is_column(attr_name):
            for agent in self._handles(roll):  # an attribute some class defines; the agents refuse any other
                setattr(agent, attr_name, value)
            return self
        if self._lacking(roll, attr_name) is not None:
            self.values(attr_name)  # raises, naming who has none
        if isinstance(value, np.ndarray) and value.ndim and len(value) != len(roll):
            raise ContractError(f"{len(value)} values for {len(roll)} cells", where=attr_name)
        roll.scatter(attr_name, value)
        return self

    def agg(self, attribute: str, func: Callable[..., Any] | Iterable[Callable[..., Any]]) -> Any:
        """Reduce one attribute of all members by one function of an array, or by several."""
        values = self.values(attribute)
        if callable(func):
            return reduced(values, func)
        return [reduced(values, f) for f in func]

    def groupby(self, by: Callable[[Any], Hashable] | str, result_type: str = "agentset") -> ColumnarGroupBy:
        """Group members by a column, by `type`, or by what a function of the agent returns.

        result_type    "agentset" or "list"    what each group is
        """
        roll = self.roll()
        if by is type:
            keys: Any = roll.codes()
        elif isinstance(by, str):
            keys = self.values(by)
        else:
            keys = [by(agent) for agent in self._handles(roll)]
        groups = {k: self._with(roll.take(rows), False) for k, rows in rows_by_key(keys).items()}
        if by is type:
            groups = {self._model.agent_types[k]: v for k, v in groups.items()}
        if result_type == "agentset":
            return ColumnarGroupBy(groups)
        return ColumnarGroupBy({k: list(v) for k, v in groups.items()})

    # ---- choosing and ordering ----

    def select(
        self,
        filter_func: Callable[[Any], bool] | None = None,
        at_most: float = float("inf"),
        inplace: bool = False,
        agent_type: type | None = None,
        *,
        where: Callable[[Columns], np.ndarray] | None = None,
    ) -> Self:
        """Choose members.

        filter_func    function of an agent      one by one, about 0.5 us each
        at_most        int, or float up to 1     so many, or this share of all members, the first ones
        inplace        bool                      change this set instead of making one
        agent_type     class                     members of it or of its subclasses
        where          function of Columns       fast: `where=lambda c: (c.icam1 > 1e5) & (c.emt < 0.3)`
        """
        roll = self.roll()
        if isinstance(at_most, float) and at_most <= 1.0:
            at_most = int(len(roll) * at_most)
        if agent_type is not None:
            of_type = np.array([issubclass(kind, agent_type) for kind in self._model.agent_types], dtype=bool)
            roll = roll.take(np.flatnonzero(of_type[roll.codes()]))
        if where is not None:
            mask = np.asarray(where(Columns(type(self).fixed(self._model, roll))))
            if mask.dtype != np.bool_ or mask.shape != (len(roll),):
                raise ContractError(
                    f"`where` gave {mask.dtype} of shape {mask.shape}",
                    expected=f"expected bool of shape ({len(roll)},)",
                )
            roll = roll.take(np.flatnonzero(mask))
        if filter_func is not None:
            chosen: list[int] = []
            for agent in self._handles(roll):
                if len(chosen) >= at_most:
                    break
                if filter_func(agent):
                    chosen.append(agent.unique_id)
            names = np.fromiter(chosen, dtype=np.uint64, count=len(chosen))
            roll = roll.take(np.flatnonzero(np.isin(roll.names, names)))
        if at_most < len(roll):
            roll = roll.take(slice(0, int(at_most)))
        return self._with(roll, inplace)

    def shuffle(self, inplace: bool = False) -> Self:
        """Return the members in an order drawn from `model.rng`, the same for any order of rows."""
        roll = self.roll()
        return self._with(roll.take(self._model.rng.permutation(len(roll))), inplace)

    def sort(self, key: Callable[[Any], Any] | str, ascending: bool = False, inplace: bool = False) -> Self:
        """Return the members ordered by an attribute or a function of the agent; equals keep their order."""
        roll = self.roll()
        keys = self.values(key) if isinstance(key, str) else np.array([key(agent) for agent in self._handles(roll)])
        order = np.argsort(keys, kind="stable")
        if not ascending:
            order = len(keys) - 1 - np.argsort(keys[::-1], kind="stable")[::-1]
        return self._with(roll.take(order), inplace)

    # ---- doing ----

    def do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> Self:
        """Call a method, or a function of the agent, for each member; deaths take effect when all are done."""
        self._each(self.roll(), method, args, kwargs)
        return self

    def shuffle_do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> Self:
        """Do as `do`, in an order drawn from `model.rng`."""
        self._each(self.shuffle().roll(), method, args, kwargs)
        return self

    def map(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Do as `do` and return what each call returned."""
        return self._each(self.roll(), method, args, kwargs)

    def _each(self, roll: Roll, method: str | Callable[..., Any], args: Any, kwargs: Any) -> list[Any]:
        if method == "remove" and all(_plainly_removed(kind) for kind in self._model.agent_types):
            self._model.bury(roll.names)
            return [None] * len(roll)
        with self._model.burying_later():
            if isinstance(method, str):
                return [getattr(agent, method)(*args, **kwargs) for agent in self._handles(roll)]
            return [method(agent, *args, **kwargs) for agent in self._handles(roll)]


def _plainly_removed(kind: Any) -> bool:
    return kind.remove is ColumnarAgent.remove
