"""Two runs on one clock: one world with and without; cells that only one of them has are ringed, courses compared."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

import solara
import solara.lab

from analysis.figures import palette
from analysis.viewer import cards, charts, colouring, counterfactual, exports, parts, shelf
from analysis.viewer.canvas import TissueCanvas
from analysis.viewer.library import RUN, Entry
from analysis.viewer.packing import Packed, Scale, pack
from analysis.viewer.playing import use_playing
from analysis.viewer.recording import Recording, opened

STYLE = Path(__file__).parent.parent / "views.css"
Go = Callable[..., None]


@solara.component
def View(query: dict[str, str], go: Go, theme: str = "light") -> None:
    """Show the two runs that the address names; of a run of a comparison, beside the control that is its pair."""
    from analysis.viewer.page import Notice

    solara.Style(STYLE)
    one, other = chosen(query)
    if one is None or other is None:
        Notice(
            "Two runs are needed",
            "Make a comparison with `icam compare icam1_knockdown`, or run a scenario twice with different settings."
            if not query.get("run") else "There is no such run, or no second one to set beside it.",
        )  # fmt: skip
        return
    for entry in (one, other):
        if not entry.openable:
            Notice(entry.title, f"This run cannot be shown: {entry.trouble}.")
            return
    _Opening(one, other, go, theme).key(f"{one.key}:{one.stamp}:{other.key}:{other.stamp}")


def chosen(query: dict[str, str]) -> tuple[Entry | None, Entry | None]:
    """Return the runs that are meant: first the control."""
    library = shelf.library()
    known = [e for e in library.stored() if e.kind == RUN and e.openable and e.state != "FAILED"]
    one = shelf.asked_for(query.get("run")) if query.get("run") else None
    other = shelf.asked_for(query.get("with")) if query.get("with") else None
    if query.get("run") and one is None or query.get("with") and other is None:
        return None, None
    if one is None:
        one = next((e for e in known if library.control_of(e) is not None), known[0] if known else None)
    if one is not None and other is None:
        control = library.control_of(one)
        if control is not None:
            return control, one
        same = [e for e in known if e.key != one.key]
        alike = [e for e in same if e.study == one.study and e.path.name == one.path.name]
        other = next(iter(alike or same), None)
    return one, other


@solara.component
def _Opening(one: Entry, other: Entry, go: Go, theme: str) -> None:
    from analysis.viewer.page import Notice

    def read() -> tuple[Recording, Recording]:
        found = opened(one.path, one.stamp), opened(other.path, other.stamp)
        for recording in found:
            _ = recording.summary
            if recording.has_cells:
                recording.frame(float(recording.days[0]))
        return found

    task = solara.lab.use_task(read, dependencies=[])
    if task.error:
        assert task.exception is not None
        Notice("These runs cannot be shown", cards.without_place(task.exception, one.path))
    elif task.value is None:
        Notice("Opening both runs", f"{shelf.label(one)} and {shelf.label(other)}", busy=True)
    elif not all(recording.has_cells for recording in task.value):
        Notice("No cells were kept", 'Both runs need kept moments: run them with --set record.cells="1 day".')
    else:
        Pair((one, other), task.value, go, theme)


@solara.component
def Pair(entries: tuple[Entry, Entry], recordings: tuple[Recording, Recording], go: Go, theme: str) -> None:
    """Show two runs."""
    one, other = recordings
    days = solara.use_memo(lambda: counterfactual.shared_clock(one, other), [])
    sites = [site for site in one.sites if site in other.sites]
    site = solara.use_reactive(sites[0] if sites else "")
    colour_by, field = solara.use_reactive(colouring.DEFAULT), solara.use_reactive("")
    among = solara.use_reactive("tumour")
    courses = solara.use_memo(lambda: counterfactual.comparable(one, other), [])
    course = solara.use_reactive(next(iter(courses), ""))
    alone = solara.use_reactive((0, 0))
    scale: Scale = solara.use_memo(Scale, [])
    canvases: tuple[TissueCanvas, TissueCanvas] = solara.use_memo(
        lambda: (TissueCanvas(theme=theme), TissueCanvas(theme=theme)), []
    )
    playing = use_playing(days, lambda: all(canvas.ready for canvas in canvases))
    day = playing.day

    def packed() -> tuple[Packed, Packed]:
        frames = one.frame(day, site.value), other.frame(day, site.value)
        marks = counterfactual.only_in_one(frames[0], frames[1], among.value)
        alone.value = (len(marks[0]), len(marks[1]))
        both = [
            pack(
                frame, colour_by.value, field.value if field.value in frame.fields else "", theme, scale=scale,
                marked=mark,
            )
            for frame, mark in zip(frames, marks, strict=True)
        ]  # fmt: skip
        return both[0], both[1]

    def show() -> None:
        for canvas, what in zip(canvases, packed(), strict=True):
            canvas.show(what)

    solara.use_effect(show, [playing.at.value, site.value, colour_by.value, field.value, among.value, theme])

    def to_site(name: str) -> None:
        site.value = name
        width, height, _ = one.frame(day, name).extent
        for canvas in canvases:
            canvas.selected = ""
        canvases[0].view = {"x": width / 2, "y": height / 2, "zoom": 1.0}

    def joined() -> Callable[[], None]:
        canvases[0].on_key = playing.pressed  # both hear every key; one of them is enough
        return join(*canvases)

    solara.use_effect(joined, [])

    with solara.Div(classes=["icam-watch"]):
        with solara.Div(classes=["w-head"]):
            if len(sites) > 1:
                parts.Choice("in the", {s: palette.words(s) for s in sites}, site.value, to_site, "138px")
            fields = list(one.run.fields.names) if one.run.fields and site.value == one.sites[0] else []
            parts.Shading(colour_by, field, fields)
            parts.Choice("ring cells of one world", {k: w for k, (w, _) in counterfactual.AMONG.items()}, among.value,
                         among.set, "178px")  # fmt: skip
            solara.v.Spacer()
            _Save(entries, recordings, packed, course.value, day)
        with solara.Div(classes=["w-two", "w-even"]):
            for k, canvas in enumerate(canvases):
                with solara.Div(classes=["w-world"]):
                    _World(entries, k, alone.value[k], among.value, go)
                    with solara.Div(classes=["w-stage", "icam-panel"]):
                        solara.Div(children=[canvas], classes=["w-fill"])
        with solara.Div(classes=["icam-panel", "w-gap"]):
            with solara.Div(classes=["w-which"]):
                parts.Choice("course", courses, course.value, course.set, "300px")
            if course.value:
                _Gap(entries, recordings, course.value, courses[course.value], day, theme,
                     lambda to: playing.to(int(abs(days - to).argmin())))  # fmt: skip
        parts.Transport(
            day, playing.moment, len(days), playing.on.value, playing.speed.value, on_moment=playing.to,
            on_play=playing.toggle, on_speed=playing.speed.set,
        )  # fmt: skip


def join(one: TissueCanvas, other: TissueCanvas) -> Callable[[], None]:
    """Let two canvases share place, zoom, followed cell and hidden types; return what parts them again."""
    shared = ("view", "selected", "hidden")

    def hand_on(to: TissueCanvas) -> Callable[[Any], None]:
        def changed(change: Any) -> None:
            if getattr(to, change["name"]) != change["new"]:
                setattr(to, change["name"], change["new"])

        return changed

    ways = ((one, hand_on(other)), (other, hand_on(one)))
    for canvas, way in ways:
        canvas.observe(way, shared)

    def part() -> None:
        for canvas, way in ways:
            canvas.unobserve(way, shared)

    return part


@solara.component
def _World(entries: tuple[Entry, Entry], k: int, alone: int, among: str, go: Go) -> None:
    """Which run is on this side, and how many cells only it has."""
    known = [e for e in shelf.library().stored() if e.kind == RUN and e.openable and e.state != "FAILED"]
    kin = [e for e in known if e.path.name == entries[1 - k].path.name and e.study == entries[1 - k].study]
    ordered = {e.key: e for e in [entries[k], *kin, *known]}
    words = shelf.words_for(list(ordered.values()))

    def to(key: str) -> None:
        keys = [entry.key for entry in entries]
        keys[k] = key
        go("compare", run=keys[0], **{"with": keys[1]})

    with solara.Div(classes=["w-head"]):
        parts.Choice("first world" if k == 0 else "second world", words, entries[k].key, to, "330px")
        if among != "none":
            what = counterfactual.AMONG[among][0]
            solara.HTML(
                tag="span", classes=["w-alone"], unsafe_innerHTML=f"<i></i><b>{alone:,}</b> {escape(what)} only here"
            )


@solara.component
def _Gap(
    entries: tuple[Entry, Entry], recordings: tuple[Recording, Recording], column: str, meaning: str, day: float,
    theme: str, on_day: Callable[[float], None],
) -> None:  # fmt: skip
    names = names_of(entries)

    def make() -> Any:
        days, first, second = counterfactual.paired_courses(*recordings, column)
        unit = recordings[0].units.get(column, "")
        title = meaning[:1].upper() + meaning[1:]
        return charts.difference(days, first, second, names, title, "" if unit == "1" else unit, theme, day=day)

    parts.Chart(make, [id(recordings[0]), id(recordings[1]), column, theme], day, on_day=on_day)


def names_of(entries: tuple[Entry, Entry]) -> tuple[str, str]:
    """Name two runs by what tells them apart: their arms, else their labels."""
    arms = tuple(entry.arm or shelf.label(entry) for entry in entries)
    if arms[0] == arms[1]:
        arms = tuple(shelf.label(entry) for entry in entries)
    return arms[0], arms[1]


@solara.component
def _Save(
    entries: tuple[Entry, Entry], recordings: tuple[Recording, Recording], packed: Callable[[], tuple[Packed, Packed]],
    course: str, day: float,
) -> None:  # fmt: skip
    name = exports.file_name(f"day{day:.2f}")
    with parts.Menu("Save"):
        for k, entry in enumerate(entries):
            side = exports.file_name(shelf.label(entry).replace(" · ", "_"), name)
            words = "first" if k == 0 else "second"
            picture, drawing = partial(_side, packed, k, exports.picture), partial(_side, packed, k, exports.drawing)
            parts.Save(f"Picture, {words}", f"{side}.png", picture, "image/png")
            parts.Save(f"Drawing, {words}", f"{side}.svg", drawing, "image/svg+xml")
        if course:
            parts.Save(
                "Course and difference, CSV", f"{course}.csv", lambda: _table(entries, recordings, course), "text/csv"
            )


def _side(packed: Callable[[], tuple[Packed, Packed]], k: int, write: Callable[[Packed], bytes]) -> bytes:
    return write(packed()[k])


def _table(entries: tuple[Entry, Entry], recordings: tuple[Recording, Recording], course: str) -> bytes:
    days, first, second = counterfactual.paired_courses(*recordings, course)
    names = names_of(entries)
    return exports.two_courses(
        days, {f"{course}: {names[0]}": first, f"{course}: {names[1]}": second, "difference": second - first}
    )
