"""Whether a column holds anything at all: asked of so many columns in each tick that it must cost next to nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.engine.kernel import inlined

#: values looked at before the answer is asked for: within a stretch the compiler works on several at once
STRETCH = 256


@inlined
def present(values: NDArray[Any]) -> bool:
    """Tell whether any value is not 0, as `values.any()` does; a value that is not a number is there.

    values    n    any    one-dimensional
    """
    first = 0
    while first < values.size:
        past, found = min(first + STRETCH, values.size), 0
        for i in range(np.uint64(first), np.uint64(past)):  # unsigned: see engine/neighbours.py
            found += int(bool(values[i]))
        if found:
            return True
        first = past
    return False
