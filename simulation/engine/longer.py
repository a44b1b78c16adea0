"""Room for more: what a kernel does when the list it is making is full."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.engine.kernel import inlined


@inlined
def longer(values: NDArray[Any], room: int) -> NDArray[Any]:
    """Return the values with room for more behind them; what is there is not set.

    values    n    any    one-dimensional
    room      1           size of the result, at least n

    An array put into part of another, or `np.concatenate`, would do the same, and take ten times as long to compile.
    """
    result = np.empty(room, values.dtype)
    for i in range(values.size):
        result[i] = values[i]
    return result
