"""What is done beside a run while its next ticks go on: hashing, packing and writing.

One thing after another, in the order in which they were asked for, so that the disk passes through the states it would
pass through without this: a checkpoint is there only when the records before it are. Where one fails, nothing that was
asked for after it is done, and the fault comes to whoever asks next.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

#: tasks that may wait; a run that is faster than its disk waits too, and does not fill the memory
WAITING = 4

T = TypeVar("T")


class Beside:
    """Carries out tasks in a thread of its own; to be closed, best by `with`."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="icam-beside")
        self._asked: deque[Future[Any]] = deque()
        self._fault: BaseException | None = None

    def do(self, task: Callable[[], T]) -> Future[T]:
        """Ask for a task, which may look at nothing that changes later; raises what an earlier task raised."""
        while self._asked and (self._asked[0].done() or len(self._asked) >= WAITING):
            self._asked.popleft().result()
        future = self._thread.submit(self._carry_out, task)
        self._asked.append(future)
        return future

    def wait(self) -> None:
        """Wait until all is done; raises what a task raised."""
        while self._asked:
            self._asked.popleft().result()

    def _carry_out(self, task: Callable[[], T]) -> T:
        if self._fault is not None:
            raise self._fault
        try:
            return task()
        except BaseException as fault:
            self._fault = fault
            raise

    def __enter__(self) -> Beside:
        return self

    def __exit__(self, *_: object) -> None:
        """Finish what was asked for; a fault of the run itself is not replaced by another."""
        self._thread.shutdown(wait=True)


def at_once(task: Callable[[], T]) -> Future[T]:
    """Carry out a task here and now, for those who have nothing to go on with."""
    future: Future[T] = Future()
    future.set_result(task())
    return future
