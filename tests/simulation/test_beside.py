"""What is done beside a run is done in order, not without end, and its faults are told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from threading import Event

import pytest

from simulation.engine.errors import StorageError
from simulation.runs.beside import WAITING, Beside, at_once


def failing() -> None:
    raise StorageError("the disk is full", where="here")


def test_tasks_are_done_elsewhere_one_after_another_in_the_order_of_asking() -> None:
    done: list[int] = []
    threads: set[int] = set()

    def task(n: int) -> Callable[[], int]:
        def act() -> int:
            threads.add(threading.get_ident())
            done.append(n)
            return n * n

        return act

    with Beside() as beside:
        asked = [beside.do(task(n)) for n in range(50)]
        beside.wait()
        assert done == list(range(50))
        assert [a.result() for a in asked] == [n * n for n in range(50)]
    assert len(threads) == 1
    assert threading.get_ident() not in threads


def test_who_asks_goes_on_meanwhile() -> None:
    go = Event()
    with Beside() as beside:
        held = beside.do(go.wait)
        assert not held.done()
        go.set()
        beside.wait()
        assert held.done()


def test_who_asks_for_more_than_may_wait_waits() -> None:
    go, asked = Event(), []

    def ask() -> None:
        with Beside() as beside:
            for _ in range(WAITING + 3):
                asked.append(beside.do(go.wait))

    asking = threading.Thread(target=ask)
    asking.start()
    asking.join(0.3)
    assert len(asked) == WAITING
    go.set()
    asking.join(10)
    assert len(asked) == WAITING + 3
    assert all(a.done() for a in asked)


@pytest.mark.parametrize("ask", [Beside.wait, lambda beside: [beside.do(int) for _ in range(WAITING + 1)]])
def test_a_fault_comes_to_who_asks_next_and_nothing_is_done_after_it(ask: Callable[[Beside], object]) -> None:
    done: list[int] = []
    with Beside() as beside:
        go = Event()
        beside.do(go.wait)
        beside.do(failing)
        later = beside.do(lambda: done.append(1))
        go.set()
        with pytest.raises(StorageError, match="here: the disk is full"):
            ask(beside)
        with pytest.raises(StorageError):
            later.result()
    assert done == []


def test_a_run_that_fails_by_itself_says_so_when_what_it_asked_for_is_done() -> None:
    done: list[int] = []
    with pytest.raises(ZeroDivisionError), Beside() as beside:
        beside.do(lambda: done.append(1))
        beside.do(failing)
        raise ZeroDivisionError
    assert done == [1]


def test_at_once() -> None:
    future: Future[int] = at_once(lambda: 7)
    assert future.result() == 7
    with pytest.raises(StorageError):
        at_once(failing)
