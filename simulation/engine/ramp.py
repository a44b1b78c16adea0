"""A ramp: a response that is exactly 0 below one value, exactly 1 above another, and smooth between them.

    s = (x - low) / (high - low), kept in 0 ... 1;    ramp = s^2 (3 - 2 s)

Unlike a Hill function it leaves nothing over in the normal range, so that a threshold (hypoxia, yield, crowding)
switches off what it guards to the bit. Only + - * / are used, so it is the same on every processor.

Source: the cubic Hermite step (computed).
"""

from __future__ import annotations

from simulation.engine.kernel import inlined


@inlined
def ramp(x: float, low: float, high: float) -> float:
    """Rise from 0 at `low` to 1 at `high` without a kink; a jump at `low` where the two are equal.

    x            any     what is responded to
    low, high    as x    end of no response, beginning of full response; low <= high
    returns      1       0 ... 1, never decreasing in x
    """
    if x <= low:
        return 0.0
    if x >= high:
        return 1.0
    s = (x - low) / (high - low)
    return s * s * (3.0 - 2.0 * s)
