"""Playing: a clock over kept moments that goes on by itself, steps by keys, and waits for the picture."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import solara
import solara.lab
from numpy.typing import NDArray

Days = Sequence[float] | NDArray[Any]


@dataclass(frozen=True)
class Playing:
    """The clock of a view.

    days        of all kept moments, in order
    at          reactive            (moment that is shown, day); together, so that each step is one change
    on          reactive bool       whether it goes by itself
    speed       reactive int        moments per second, at most
    """

    days: Days
    at: solara.Reactive[tuple[int, float]]
    on: solara.Reactive[bool]
    speed: solara.Reactive[int]

    @property
    def moment(self) -> int:
        """The moment that is shown."""
        return self.at.value[0]

    @property
    def day(self) -> float:
        """Where the clock stands: at this moment, or near it where something happened."""
        return self.at.value[1]

    @property
    def last(self) -> int:
        """The last moment; 0 where there is none."""
        return max(len(self.days) - 1, 0)

    def to(self, moment: int) -> None:
        """Move the clock, to the nearest moment that there is."""
        moment = max(min(moment, self.last), 0)
        self.at.value = moment, float(self.days[moment]) if len(self.days) else 0.0

    def stop_at(self, day: float, moment: int) -> None:
        """Pause at a day, and show this moment."""
        self.on.value = False
        self.at.value = moment, day

    def toggle(self) -> None:
        """Play or pause."""
        self.on.value = not self.on.value

    def pressed(self, key: str) -> None:
        """Obey the keyboard: "space" plays and pauses, "left" and "right" go by one moment and pause."""
        if key == "space":
            self.toggle()
        else:
            self.on.value = False
            self.to(self.moment + (1 if key == "right" else -1))

    async def play(self, ready: Callable[[], bool]) -> None:
        """Go on until paused or at the end, from the beginning where it stood at the end.

        ready    tells whether what was shown last is painted; the clock waits for it
        """
        if self.on.value and self.moment >= self.last:
            self.to(0)
        while self.on.value:
            await asyncio.sleep(1.0 / self.speed.value)
            if not ready():
                continue
            if self.moment >= self.last:
                self.on.value = False
            elif self.on.value:
                self.to(self.moment + 1)


def use_playing(days: Days, ready: Callable[[], bool]) -> Playing:
    """Return the clock of this component; it plays whenever it is on."""
    first = float(days[0]) if len(days) else 0.0
    playing = Playing(days, solara.use_reactive((0, first)), solara.use_reactive(False), solara.use_reactive(4))

    async def play() -> None:
        await playing.play(ready)

    solara.lab.use_task(play, dependencies=[playing.on.value])
    return playing
