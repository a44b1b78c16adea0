"""The list of what happened: follows the clock, and a click on a line moves the clock there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from analysis.viewer.happenings import KINDS, Happening


class EventList(anywidget.AnyWidget):
    """A list in the browser.

    show(rows)    what happened; the browser keeps it until it is shown anew
    day           where the clock stands: the last line before it is marked and kept in sight
    on_pick       called with the Happening of a clicked line
    on_kinds      called with the kinds that are to be listed, when someone changes them
    """

    _esm = Path(__file__).with_name("event_list.js")
    _css = Path(__file__).with_name("event_list.css")

    #: [day, label of the kind, words, colour]
    rows: Any = traitlets.List([]).tag(sync=True)
    #: [kind, label, count, colour], and which of them are listed
    kinds: Any = traitlets.List([]).tag(sync=True)
    chosen: Any = traitlets.List([]).tag(sync=True)
    day = traitlets.Float(0.0).tag(sync=True)
    #: place of the clicked line, and a count, so that each click is a change
    picked = traitlets.List([-1, 0]).tag(sync=True)
    note = traitlets.Unicode("").tag(sync=True)
    theme = traitlets.Unicode("light").tag(sync=True)

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._shown: Sequence[Happening] = ()
        self.on_pick: Callable[[Happening], None] | None = None
        self.on_kinds: Callable[[list[str]], None] | None = None
        self.observe(self._picked, "picked")
        self.observe(self._chosen, "chosen")

    def elsewhere(self, day: float) -> bool:
        """Tell whether only a part is listed, and the clock has left it."""
        return bool(self.note and self._shown) and not self._shown[0].day <= day <= self._shown[-1].day

    def show(self, rows: Sequence[Happening], note: str = "") -> None:
        """List these."""
        self._shown = rows
        with self.hold_sync():
            self.rows = [[round(h.day, 4), KINDS[h.kind][0], h.words, KINDS[h.kind][2]] for h in rows]
            self.note = note

    def _picked(self, change: Any) -> None:
        place = change["new"][0] if change["new"] else -1
        if isinstance(place, int) and 0 <= place < len(self._shown) and self.on_pick is not None:
            self.on_pick(self._shown[place])

    def _chosen(self, change: Any) -> None:
        if self.on_kinds is not None:
            self.on_kinds([kind for kind in change["new"] if kind in KINDS])
