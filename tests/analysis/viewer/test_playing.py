"""Tests of the clock of stored runs: it steps, plays to the end and anew, and waits for the picture."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest
import solara

from analysis.viewer.playing import Playing, use_playing

DAYS = (0.0, 0.5, 2.0)


def clock(days: tuple[float, ...] = DAYS, speed: int = 10_000) -> Playing:
    begin = days[0] if days else 0.0
    return Playing(days, solara.reactive((0, begin)), solara.reactive(False), solara.reactive(speed))


def stands(playing: Playing) -> tuple[int, float, bool]:
    return playing.moment, playing.day, playing.on.value


def test_it_stays_among_the_moments() -> None:
    playing = clock()
    playing.to(7)
    assert stands(playing) == (2, 2.0, False)
    playing.to(-3)
    assert stands(playing) == (0, 0.0, False)
    nothing = clock(())
    nothing.to(1)
    assert stands(nothing) == (0, 0.0, False)


def test_keys_step_and_pause() -> None:
    playing = clock()
    playing.pressed("space")
    assert playing.on.value
    playing.pressed("right")
    assert stands(playing) == (1, 0.5, False)
    playing.pressed("left")
    playing.pressed("left")
    assert stands(playing) == (0, 0.0, False)


def test_it_stops_between_two_moments_where_something_happened() -> None:
    playing = clock()
    playing.toggle()
    playing.stop_at(0.7, 1)
    assert stands(playing) == (1, 0.7, False)
    playing.to(1)
    assert stands(playing) == (1, 0.5, False)


def test_it_plays_to_the_end_and_from_there_from_the_beginning() -> None:
    playing, seen = clock(), list[int]()
    playing.at.subscribe(lambda at: seen.append(at[0]))  # each step once: a picture is made for each change
    for _ in range(2):
        playing.toggle()
        asyncio.run(playing.play(lambda: True))
        assert stands(playing) == (2, 2.0, False)
    assert seen == [1, 2, 0, 1, 2]


def test_it_waits_for_the_picture() -> None:
    playing, asked = clock(), []

    def ready() -> bool:
        asked.append(playing.moment)
        return len(asked) > 3

    playing.toggle()
    asyncio.run(playing.play(ready))
    assert asked == [0, 0, 0, 0, 1, 2]


def test_a_pause_ends_it_at_once() -> None:
    playing = clock()

    def ready() -> bool:
        playing.pressed("right")
        return True

    playing.toggle()
    asyncio.run(playing.play(ready))
    assert stands(playing) == (1, 0.5, False)


@pytest.mark.filterwarnings("ignore")
def test_a_component_plays_while_it_is_on() -> None:
    made: list[Playing] = []
    painted = threading.Event()

    @solara.component
    def page() -> None:
        made.append(use_playing(DAYS, lambda: True))
        solara.Text(f"{made[-1].day}")
        if made[-1].day == DAYS[-1]:
            painted.set()

    _, rendered = solara.render(page(), handle_error=False)
    made[0].speed.value = 1000
    made[0].toggle()
    assert painted.wait(10)
    until = time.monotonic() + 10
    while made[-1].on.value and time.monotonic() < until:
        time.sleep(0.01)
    assert stands(made[-1]) == (2, 2.0, False)
    rendered.close()
