"""Groups of cells, and reductions of whole columns."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

import numpy as np

try:  # Mesa 3.4 moved the sets and their groups into a module of their own
    from mesa.agentset import GroupBy
except ImportError:
    from mesa.agent import GroupBy

#: Python's own reductions would walk an array one boxed number at a time
VECTORISED: dict[Any, Callable[..., Any]] = {sum: np.sum, min: np.min, max: np.max, any: np.any, all: np.all}


def reduced(values: np.ndarray, func: Callable[..., Any]) -> Any:
    """Reduce an array by a function; a number comes back as Python's own."""
    result = VECTORISED.get(func, func)(values)
    return result.item() if isinstance(result, np.generic) else result


def rows_by_key(keys: Any) -> dict[Any, np.ndarray]:
    """Return the places of each key, keys in the order in which they first appear.

    keys       (n,) array or list of hashables
    returns    key -> (k,) int64, rising
    """
    if not isinstance(keys, np.ndarray) or keys.ndim != 1 or keys.dtype == object:
        places: dict[Any, list[int]] = {}
        for i, key in enumerate(keys):
            places.setdefault(key, []).append(i)
        return {k: np.array(v, dtype=np.int64) for k, v in places.items()}
    if not len(keys):
        return {}
    found, first, inverse, count = np.unique(keys, return_index=True, return_inverse=True, return_counts=True)
    runs = np.split(np.argsort(inverse, kind="stable"), np.cumsum(count)[:-1])
    return {found[i].item(): runs[i] for i in np.argsort(first)}


class ColumnarGroupBy(GroupBy):
    """Groups of cells; `count`, `map`, `do` and iteration as in Mesa, `agg` on whole columns."""

    def agg(self, attr_name: str, func: Callable[..., Any]) -> dict[Hashable, Any]:
        """Reduce one attribute of each group."""
        return {key: _of(group, attr_name, func) for key, group in self.groups.items()}


def _of(group: Any, name: str, func: Callable[..., Any]) -> Any:
    if hasattr(group, "agg"):
        return group.agg(name, func)
    return reduced(np.array([getattr(agent, name) for agent in group]), func)
