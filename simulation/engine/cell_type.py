"""A cell type as the engine knows it: its name, its columns, its starting values, and how it enters from the blood."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from simulation.engine.arithmetic import exp, log1p
from simulation.engine.chance import LAST_DRAW, Chance, normal
from simulation.engine.column import Column
from simulation.engine.errors import InputError
from simulation.engine.kernel import kernel
from simulation.engine.lineage import name_key


@dataclass(frozen=True, slots=True)
class Start:
    """A starting value of one column for one cell type.

    value     float    in the column's unit; the mean where there is spread
    source    str      where the number comes from
    spread    float    coefficient of variation between cells, log-normal; 0 = all alike
    """

    value: float
    source: str
    spread: float = 0.0


@dataclass(frozen=True)
class CellType:
    """One cell type.

    name          str                   as in a scenario
    columns       tuple of Column       what a cell of this type has
    starts        mapping str -> Start  starting values that differ from the column's own
    enters_by     str or ""             request column through which other cells let this type in from the blood
    code          int                   number in the column `cell_type`; also the order of groups in a table
    """

    name: str
    columns: tuple[Column, ...]
    starts: Mapping[str, Start] = field(default_factory=dict)
    enters_by: str = ""
    code: int = 0

    def __post_init__(self) -> None:
        known = {c.name: c for c in self.columns}
        for name, start in self.starts.items():
            if name not in known:
                raise InputError(f"{self.name} has no column {name!r}", expected=f"known: {', '.join(sorted(known))}")
            low, high = known[name].bounds
            if not low <= start.value <= high or start.spread < 0:
                raise InputError(
                    f"{self.name}.{name} = {start.value:g} {known[name].unit} is outside its bounds",
                    expected=f"expected {low:g} ... {high:g} {known[name].unit}",
                )

    @cached_property
    def names(self) -> frozenset[str]:
        """Names of the columns a cell of this type has."""
        return frozenset(c.name for c in self.columns)

    def values(self, lineage: np.ndarray, seed_chance: Chance) -> dict[str, np.ndarray | float]:
        """Draw the starting values of new cells.

        lineage       (k,) uint64    their names
        seed_chance   Chance         random numbers of founding; a cell draws the same in every counterfactual world
        returns       dict           column -> value or (k,) array
        """
        drawn: dict[str, np.ndarray | float] = {"cell_type": float(self.code)}
        drawn |= {name: start.value for name, start in self.starts.items()}
        names, draws, means, variances = self._spread
        if names:
            result = np.empty((len(names), len(lineage)))
            _draw(seed_chance.key, seed_chance.tick, lineage, draws, means, variances, result)
            drawn |= zip(names, result, strict=True)
        return drawn

    @cached_property
    def _spread(self) -> tuple[list[str], np.ndarray, np.ndarray, np.ndarray]:
        """Names of the columns that differ between cells, the draw of each, its mean, and the variance of its log."""
        spread = {name: start for name, start in self.starts.items() if start.spread > 0 and start.value > 0}
        variances = [float(log1p(start.spread * start.spread)) for start in spread.values()]
        draws = np.array([name_key(name) & LAST_DRAW for name in spread], dtype=np.int64)
        return list(spread), draws, np.array([start.value for start in spread.values()]), np.array(variances)


@kernel
def _draw(
    key: np.uint64,
    tick: int,
    lineage: np.ndarray,
    draws: np.ndarray,
    means: np.ndarray,
    variances: np.ndarray,
    result: np.ndarray,
) -> None:
    """Draw log-normal values: a column a line, a cell a place."""
    for k in range(draws.size):
        for i in range(lineage.size):
            z = normal(key, tick, lineage[i], draws[k])
            result[k, i] = means[k] * exp(z * math.sqrt(variances[k]) - 0.5 * variances[k])
