"""Room for more: what was there stays, in its dtype."""

import numpy as np
import pytest

from simulation.engine.longer import longer


@pytest.mark.parametrize("dtype", ["int32", "int64", "float64"])
def test_what_was_there_stays_in_front(dtype: str) -> None:
    values = np.arange(5, dtype=dtype)
    more = longer(values, 12)
    assert more.dtype == values.dtype
    assert len(more) == 12
    assert more[:5].tolist() == values.tolist()
    more[0] = 7
    assert values[0] == 0, "the result must not share memory with what it was made of"
