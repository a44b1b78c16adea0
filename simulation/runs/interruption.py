"""Being asked to stop: by the caller's function, or by SIGINT and SIGTERM."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Asked:
    """Whether somebody asked to stop: the caller's function, or a signal.

    signal    int    the signal that came, 0 for none
    """

    def __init__(self, stop: Callable[[], bool] | None) -> None:
        self.stop, self.signal = stop, 0

    def __call__(self) -> bool:
        """Say so."""
        return self.signal != 0 or (self.stop is not None and self.stop())


@contextmanager
def listening(stop: Callable[[], bool] | None) -> Iterator[Asked]:
    """Let the first SIGINT or SIGTERM stop at the end of a tick; a second one acts as it would without this."""
    asked = Asked(stop)
    if threading.current_thread() is not threading.main_thread():  # only the main thread may listen to signals
        yield asked
        return
    before = {int(number): signal.getsignal(number) for number in SIGNALS}

    def note(number: int, _: FrameType | None) -> None:
        asked.signal = number
        signal.signal(number, before[number])

    for number in before:
        signal.signal(number, note)
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
