"""A stored run, watched: tissue or body on the left, courses and events on the right, the clock below.

A click on an event, or on a course, moves the clock; a click on an event also brings its cell into the middle.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import solara
import solara.lab

from analysis.figures import palette
from analysis.spread import shedding
from analysis.viewer import cards, charts, colouring, exports, happenings, parts, shelf
from analysis.viewer.canvas import TissueCanvas
from analysis.viewer.event_list import EventList
from analysis.viewer.happenings import KINDS, Happening
from analysis.viewer.library import RUN, Entry
from analysis.viewer.packing import Packed, Scale, pack
from analysis.viewer.playing import use_playing
from analysis.viewer.recording import Recording, opened

STYLE = Path(__file__).parent.parent / "views.css"
CLOSE_UP = 5.0


@solara.component
def View(query: dict[str, str], go: Callable[..., None], theme: str = "light") -> None:
    """Show the run that the address names, or the newest one."""
    from analysis.viewer.page import Notice

    solara.Style(STYLE)
    entry = shelf.asked_for(query.get("run"))
    if entry is None:
        words = "There is no such run below the results folder." if query.get("run") else (
            "Nothing has been run yet. Begin with `icam run quick_look`, or with the Live tab."
        )  # fmt: skip
        Notice("No run to show", words)
        return
    if not entry.openable:
        Notice(entry.title, f"This run cannot be shown: {entry.trouble}.")
        return
    _Opening(entry, go, theme, query.get("main", "tissue")).key(f"{entry.key}:{entry.stamp}")


@solara.component
def _Opening(entry: Entry, go: Callable[..., None], theme: str, main: str) -> None:
    from analysis.viewer.page import Notice

    def read() -> Recording:
        recording = opened(entry.path, entry.stamp)
        _ = recording.summary, recording.milestones
        if recording.has_cells:
            recording.frame(float(recording.days[0]))
        return recording

    task = solara.lab.use_task(read, dependencies=[])
    if task.error:
        assert task.exception is not None
        Notice(entry.title, f"This run cannot be shown: {cards.without_place(task.exception, entry.path)}.")
    elif task.value is None:
        Notice("Opening the run", entry.title, busy=True)
    elif not len(task.value.days):
        Notice(entry.title, "Nothing was recorded yet.")
    else:
        Player(entry, task.value, go, theme, main)


@solara.component
def Player(entry: Entry, recording: Recording, go: Callable[..., None], theme: str, main: str = "tissue") -> None:
    """Play a run.

    main    str    "tissue" or "body": what stands on the left
    """
    days = recording.days
    site = solara.use_reactive(recording.sites[0] if recording.sites else "")
    colour_by, field = solara.use_reactive(colouring.DEFAULT), solara.use_reactive("")
    shown = solara.use_reactive("body" if main == "body" or not recording.has_cells else "tissue")
    canvas: TissueCanvas = solara.use_memo(lambda: TissueCanvas(theme=theme), [])
    events: EventList = solara.use_memo(lambda: _event_list(recording), [])
    scale: Scale = solara.use_memo(Scale, [])
    playing = use_playing(days, lambda: shown.value != "tissue" or not recording.has_cells or canvas.ready)

    def packed() -> Packed:
        frame = recording.frame(float(days[playing.moment]), site.value)
        under = field.value if field.value in frame.fields else ""
        return pack(frame, colour_by.value, under, theme, scale=scale, title=_title(entry, site.value, recording))

    def show() -> None:
        if recording.has_cells:
            canvas.show(packed())
        events.day, events.theme = playing.day, theme
        if events.elsewhere(playing.day):
            _list(events, recording, list(events.chosen), playing.day)

    solara.use_effect(show, [playing.at.value, site.value, colour_by.value, field.value, theme])

    def to_site(name: str) -> None:
        site.value = name
        width, height, _ = recording.frame(float(days[playing.moment]), name).extent
        canvas.selected = ""
        canvas.view = {"x": width / 2, "y": height / 2, "zoom": 1.0}

    def to_event(what: Happening) -> None:
        place = what.site or site.value
        at = where_seen(recording, what, place)
        if place in recording.sites:
            site.value = place
        playing.stop_at(what.day, at)
        if recording.has_cells and math.isfinite(what.x) and what.site in recording.sites:
            shown.value = "tissue"
            row = recording.frame(float(days[at]), place).row_of(what.lineage) if what.lineage else -1
            canvas.selected = str(what.lineage) if row >= 0 else ""
            canvas.view = {"x": what.x, "y": what.y, "zoom": max(float(canvas.view.get("zoom", 1.0)), CLOSE_UP)}

    def listen() -> None:
        canvas.on_key, events.on_pick = playing.pressed, to_event
        events.on_kinds = lambda kinds: _list(events, recording, kinds, playing.day)

    solara.use_effect(listen, [])

    with solara.Div(classes=["icam-watch"]):
        with solara.Div(classes=["w-head"]):
            _RunMenu(entry, go)
            if recording.has_cells:
                parts.Choice("show", {"tissue": "tissue", "body": "organs and blood"}, shown.value, shown.set, "186px")
            if shown.value == "tissue":
                if len(recording.sites) > 1:
                    parts.Choice("in the", {s: palette.words(s) for s in recording.sites}, site.value, to_site, "138px")
                fields = (
                    list(recording.run.fields.names)
                    if recording.run.fields and site.value == recording.sites[0]
                    else []
                )
                parts.Shading(colour_by, field, fields)
            solara.v.Spacer()
            _Save(entry, recording, packed, playing.day, shown.value, theme, colour_by.value, field.value, site.value)
        with solara.Div(classes=["w-two", "w-wide"] if shown.value == "body" else ["w-two"]):
            with solara.Div(classes=["w-stage", "icam-panel"]):
                solara.Div(children=[canvas], classes=["w-fill"] if shown.value == "tissue" else ["w-gone"])
                if shown.value == "body":
                    parts.BodyPicture(recording.body(playing.day), theme, not playing.on.value)
            with solara.Div(classes=["w-side"]):
                with solara.Div(classes=["icam-panel", "w-charts"]):
                    _Courses(recording, playing.day, theme, lambda to: playing.to(recording.moment(to)))
                solara.Div(children=[events], classes=["icam-panel", "w-events"])
        parts.Transport(
            playing.day, playing.moment, len(days), playing.on.value, playing.speed.value, on_moment=playing.to,
            on_play=playing.toggle, on_speed=playing.speed.set,
        )  # fmt: skip


def where_seen(recording: Recording, what: Happening, site: str) -> int:
    """Return the kept moment nearest to a happening at which its cell is in the tissue; without one, the nearest."""
    nearest = recording.moment(what.day)
    if not what.lineage or not recording.has_cells or site not in recording.sites:
        return nearest
    around = sorted(
        range(max(nearest - 2, 0), min(nearest + 3, len(recording.days))),
        key=lambda k: abs(float(recording.days[k]) - what.day),
    )
    return next(
        (k for k in around if recording.frame(float(recording.days[k]), site).row_of(what.lineage) >= 0), nearest
    )


def _title(entry: Entry, site: str, recording: Recording) -> str:
    return palette.words(site) if recording.sites and site != recording.sites[0] else ""


def _event_list(recording: Recording) -> EventList:
    known = happenings.counts(recording)
    chosen = [kind for kind in happenings.UNASKED if kind in known] or list(known)[:1]
    listed = EventList(
        kinds=[[kind, KINDS[kind][0], count, KINDS[kind][2]] for kind, count in known.items()], chosen=chosen
    )
    _list(listed, recording, chosen, None)
    return listed


def _list(events: EventList, recording: Recording, kinds: list[str], around: float | None) -> None:
    rows = happenings.happenings(recording, kinds, around)
    known = happenings.counts(recording)
    many = sum(known.get(kind, 0) for kind in kinds)
    part = "only those nearest to the clock are listed" if many > happenings.MOST else ""
    events.show(rows, part)


@solara.component
def _RunMenu(entry: Entry, go: Callable[..., None]) -> None:
    others = [e for e in shelf.library().stored() if e.kind == RUN and (e.openable or e.key == entry.key)]
    words = shelf.words_for(others)
    parts.Choice("run", {entry.key: shelf.label(entry)} | words, entry.key, lambda key: go("replay", run=key), "270px")


@solara.component
def _Courses(recording: Recording, day: float, theme: str, on_day: Callable[[float], None]) -> None:
    def make() -> Any:
        what = charts.panels(recording.summary, shedding(recording.events))
        return charts.figure(what, recording.milestones, theme, day=day, end=recording.end)

    if len(recording.summary) > 1:
        with solara.Div(classes=["w-above"]):
            parts.Chart(make, [id(recording), theme], day, on_day=on_day)
        parts.Marks(recording.milestones, theme, on_day)
    else:
        solara.HTML(tag="p", unsafe_innerHTML="no courses yet", classes=["icam-quiet"])


@solara.component
def _Save(
    entry: Entry, recording: Recording, packed: Callable[[], Packed], day: float, shown: str, theme: str,
    colour_by: str, field: str, site: str,
) -> None:  # fmt: skip
    """Menu of what can be saved."""
    name = exports.file_name(shelf.label(entry).replace(" · ", "_"), f"day{day:.2f}", shown)
    with parts.Menu("Save"):
        if shown == "tissue":
            parts.Save("Picture, PNG", f"{name}.png", lambda: exports.picture(packed()), "image/png")
            parts.Save("Drawing, SVG", f"{name}.svg", lambda: exports.drawing(packed()), "image/svg+xml")
            parts.Save("Cells shown, CSV", f"{name}.csv", lambda: exports.cells(packed().frame), "text/csv")
        else:
            parts.Save("Drawing, SVG", f"{name}.svg", lambda: exports.body(recording.body(day), theme), "image/svg+xml")
        parts.Save("Courses, CSV", f"{name}_courses.csv", lambda: exports.courses(recording.summary), "text/csv")
        if recording.has_cells:
            _Movie(entry, recording, theme, colour_by, field, site)


@solara.component
def _Movie(entry: Entry, recording: Recording, theme: str, colour_by: str, field: str, site: str) -> None:
    """Make a movie in the background; when it is there, a button to save it."""
    asked = solara.use_reactive(0)
    done = solara.use_reactive(0)

    def make() -> bytes | None:
        if not asked.value:
            return None
        from analysis.viewer.exports import movie

        return movie(recording, theme=theme, colour_by=colour_by, field=field, site=site, tell=lambda k, _: done.set(k))

    task = solara.lab.use_task(make, dependencies=[asked.value, theme, colour_by, field, site])
    if task.error:
        solara.HTML(tag="div", classes=["icam-quiet"], unsafe_innerHTML=_said(task.exception))
    elif task.pending and asked.value:
        solara.Button(f"Movie: {done.value} of {len(recording.days)}", small=True, outlined=True, disabled=True)
    elif task.value:
        made = task.value
        parts.Save("Movie, MP4: save", f"{exports.file_name(entry.name)}.mp4", lambda: made, "video/mp4")
    else:
        solara.Button("Movie, MP4 …", small=True, outlined=True, on_click=lambda: asked.set(asked.value + 1))


def _said(fault: BaseException | None) -> str:
    from html import escape

    return escape(str(fault))
