"""Cells as Mesa agents: handles that are made when asked for and read and write the columns of their row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, NoReturn

import mesa
import numpy as np

from simulation.engine.cell_type import CellType, Start
from simulation.engine.column import Column
from simulation.engine.errors import ContractError, InputError
from simulation.engine.mesa_roll import NOWHERE, Place, check_bounds


class NoColumnError(ContractError, AttributeError):
    """A cell has no such attribute; an AttributeError, so that `hasattr` and Mesa's `handle_missing` understand it."""


class DeadCellError(ContractError):
    """A handle was used whose cell is gone."""


class ColumnarAgent(mesa.Agent):
    """Base of every cell type: one cell, wherever it is now, in a site or in the blood.

    A handle holds no state of its own. Its attributes are the columns of its class, it finds its row by lineage, and
    two handles of one cell are equal (`==`, never `is`). What is to change must be declared as a Column.

    columns      tuple of Column    what a cell of this type has
    starts       mapping            starting values that differ from the columns' own, with source
    enters_by    str                request column through which vessel wall lets this type in from the blood
    ontology     str                Cell Ontology term
    """

    __slots__ = ("_lineage", "_model", "_place", "_row")
    _lineage: int
    _model: Any
    _place: Place
    _row: int

    columns: ClassVar[tuple[Column, ...]] = ()
    starts: ClassVar[Mapping[str, Start]] = {}
    enters_by: ClassVar[str] = ""
    ontology: ClassVar[str] = ""
    #: Mesa 4 looks for it on every agent, whoever made it
    current_action: ClassVar[None] = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for column in cls.columns:
            known = getattr(cls, column.name, None)
            if known is None:
                setattr(cls, column.name, _attribute(column))
            elif hasattr(ColumnarAgent, column.name):
                raise ContractError(
                    f"column {column.name!r} would hide what every agent has under this name",
                    where=cls.__qualname__,
                    remedy="rename the column",
                )

    def __init__(self, *_: Any, **__: Any) -> None:
        self.create_agents()

    @classmethod
    def create_agents(cls, *_: Any, **__: Any) -> NoReturn:
        """Refuse: cells come into being in the world, not by a call."""
        raise ContractError(
            f"{cls.__name__}(...) makes no cell",
            expected="cells come from a scenario's tissue, by division, or from the blood",
            remedy="name it in the scenario, or set its division request; get agents from model.agents",
        )

    @classmethod
    def cell_type(cls, code: int, starts: Mapping[str, Start]) -> CellType:
        """Return the engine's description of this type, with the starting values of a scenario."""
        return CellType(cls.__module__.rpartition(".")[2], cls.columns, starts, cls.enters_by, code)

    # ---- which cell, and where ----

    @property
    def model(self) -> Any:
        """The model it lives in."""
        return self._model

    @property
    def unique_id(self) -> int:
        """Its lineage: the same in every run and every counterfactual world."""
        return self._lineage

    lineage = unique_id

    @property
    def alive(self) -> bool:
        """Whether the cell still exists; a handle outlives its cell."""
        return self._model.whereabouts(self._lineage) is not None

    @property
    def site(self) -> str:
        """Name of the site it is in, or "blood"."""
        return self._at().name

    @property
    def births(self) -> int:
        """How many lineages came from this one."""
        return int(self._at().table["births"][self._row])

    @property
    def parcel(self) -> int:
        """How many cells this agent stands for."""
        return int(self._at().table["parcel"][self._row])

    @property
    def pos(self) -> tuple[float, ...] | None:
        """Position in um: (x, y) in a slice of tissue, (x, y, z) in a block, None in the blood."""
        place = self._at()
        if place.site is None:
            return None
        return tuple(place.table[axis].item(self._row) for axis in _axes(place))

    @pos.setter
    def pos(self, position: Any) -> None:
        place = self._at()
        if place.site is None:
            raise ContractError(f"{self!r} is in the blood, it has no position there")
        axes = _axes(place)
        if len(position) != len(axes):
            raise InputError(
                f"{tuple(position)} is no position in {place.name}", expected=f"expected {', '.join(axes)}"
            )
        for axis, value in zip(axes, position, strict=True):  # all are good before one is written
            check_bounds(f"{type(self).__name__}.{axis}", value, *place.bounds(Column(axis, "um", "")), "um")
        for axis, value in zip(axes, position, strict=True):
            setattr(self, axis, value)

    position = pos  # the name in mesa.experimental.continuous_space

    def _at(self) -> Place:
        """Return the place it is in, with `_row` brought up to date; raises DeadCellError when it is gone."""
        place = self._place
        if place.table.version != place.version:
            found = self._model.whereabouts(self._lineage)
            if found is None:
                raise DeadCellError(
                    f"{type(self).__name__} {self._lineage} is gone: it died, or its parcel left",
                    remedy="ask `agent.alive` first, or ask model.agents anew",
                )
            place, row = found
            _set_place(self, place)
            _set_row(self, row)
        return place

    def remove(self) -> None:
        """Let the cell die now, between ticks, booked as a death; nothing happens when it is dead already.

        One by one this moves the whole table each time: remove many with `agents.do("remove")`.
        """
        self._model.bury(np.array([self._lineage], dtype=np.uint64))

    # ---- attributes ----

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        place = self._at()
        if place.has_of_its_own(name):
            return place.table[name].item(self._row)
        raise NoColumnError(
            f"{type(self).__name__} has no attribute {name!r}",
            remedy=f'declare Column("{name}", unit, meaning) and add it to {type(self).__name__}.columns',
        )

    def __setattr__(self, name: str, value: Any) -> None:
        if hasattr(getattr(type(self), name, None), "__set__"):
            object.__setattr__(self, name, value)
            return
        place = self._at()
        if not place.has_of_its_own(name):
            raise NoColumnError(
                f"{type(self).__name__}.{name} cannot be set: a handle holds nothing",
                remedy=f'declare Column("{name}", unit, meaning) and add it to {type(self).__name__}.columns',
            )
        write(place, name, self._row, value, type(self).__name__)

    # ---- one cell, many handles ----

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ColumnarAgent) and self._lineage == other._lineage and self._model is other._model

    def __hash__(self) -> int:
        return self._lineage

    def __repr__(self) -> str:
        found = self._model.whereabouts(self._lineage)
        return f"<{type(self).__name__} {self._lineage} {'in ' + found[0].name if found else 'dead'}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return handle, (type(self), self._model, self._lineage)

    def __copy__(self) -> ColumnarAgent:
        return handle(type(self), self._model, self._lineage)

    def __deepcopy__(self, memo: dict[int, Any]) -> ColumnarAgent:
        # a copied handle means the same cell; it follows its model only when the model itself is being copied
        return handle(type(self), memo.get(id(self._model), self._model), self._lineage)


_set_lineage, _set_model, _set_place, _set_row = (
    vars(ColumnarAgent)[slot].__set__ for slot in ("_lineage", "_model", "_place", "_row")
)


def handle(
    of: type[ColumnarAgent],
    model: Any,
    lineage: int,
    place: Place = NOWHERE,
    row: int = -1,
    *,
    new: Any = object.__new__,
) -> ColumnarAgent:
    """Make the handle of one cell; without a place it looks for its row at first use."""
    made: ColumnarAgent = new(of)
    # through the slots' own descriptors: `__setattr__` is for the columns, and five times as dear
    _set_lineage(made, lineage)
    _set_model(made, model)
    _set_place(made, place)
    _set_row(made, row)
    return made


def _axes(place: Place) -> str:
    flat = place.site is None or place.site.lattice.shape[2] == 1
    return "xy" if flat else "xyz"


def write(place: Place, name: str, row: int, value: Any, who: str) -> None:
    """Write one value of one cell, within the column's bounds and the site's walls."""
    column = place.table.columns[name]
    low, high = place.bounds(column)
    if not low <= value <= high:  # what is not a number is refused too
        check_bounds(f"{who}.{name}", value, low, high, column.unit)
    place.table[name][row] = value
    place.touched(name)


def _attribute(column: Column) -> property:
    """Make the attribute of a class that reads and writes one column."""
    name = column.name

    def read(agent: ColumnarAgent) -> Any:
        place = agent._place
        if place.table.version != place.version:
            place = agent._at()
        return place.table[name].item(agent._row)  # a Python scalar: Mesa copies anything else deeply

    def put(agent: ColumnarAgent, value: Any) -> None:
        place = agent._at()
        write(place, name, agent._row, value, type(agent).__name__)

    return property(read, put, None, f"{column.meaning}, in {column.unit}")


for _axis in "xyz":
    setattr(ColumnarAgent, _axis, _attribute(Column(_axis, "um", "position")))
