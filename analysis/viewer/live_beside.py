"""What stands beside the tissue of a live run: how far it is, courses in time, the body, what happened."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara

from analysis.viewer.live_desk import LiveDesk
from analysis.viewer.page import Notice, escaped

PANELS = ("Courses", "Body", "Events")


@solara.component
def Beside(desk: LiveDesk, beat: int, theme: str, panel: str, set_panel: Callable[[str], None]) -> None:
    """Numbers, and below them courses, body or events."""
    Numbers(desk, beat)
    with solara.Div(classes=["icam-choice"]):
        for name in PANELS:
            chosen = ["icam-choice-on"] if name == panel else []
            solara.Button(name, text=True, small=True, classes=chosen, on_click=lambda name=name: set_panel(name))
    with solara.Div(classes=["icam-beside"]):
        Courses(desk, beat, theme, panel == "Courses")
        if panel != "Courses":
            {"Body": Body, "Events": Events}[panel](desk, beat, theme)


@solara.component
def Numbers(desk: LiveDesk, beat: int) -> None:
    """How far it is, and the counts that matter."""
    told, frame = desk.told, desk.frame
    until = float(told.about.get("until", 0.0)) or 1.0
    day = frame.day if frame is not None else 0.0
    organs = list(frame.organs.values()) if frame is not None else []
    blood = frame.blood if frame is not None else {}
    own = organs[0] if organs else {}
    lymphocytes = sum(own.get(n, 0.0) for n in ("t_cell", "nk_cell"))
    told_of = [
        ("primary", own.get("tumour_cell", 0.0) - own.get("arrived", 0.0)),
        ("lymphocytes", lymphocytes),
        ("in the blood", blood.get("tumour_cells", 0.0)),
        ("in colonies", sum(o.get("arrived", 0.0) for o in organs)),
    ]
    so_far = f"of {until:g} · {escaped(_state(told))}"
    if "seed" in told.about:
        so_far += f" · seed {told.about['seed']}"
    cells = "".join(f"<div><b>{value:,.0f}</b><span>{words}</span></div>" for words, value in told_of)
    solara.HTML(
        tag="div", classes=["icam-numbers"],
        unsafe_innerHTML=(
            f'<div class="icam-day"><b>Day {day:.2f}</b><span>{so_far}</span></div>'
            f'<div class="icam-progress"><i style="width:{min(100.0, 100 * day / until):.2f}%"></i></div>'
            f'<div class="icam-counts">{cells}</div>'
        ),
    )  # fmt: skip


def _state(told: Any) -> str:
    if told.fault:
        return "ended"
    return (
        told.phase
        if told.phase in ("starting", "building", "compiling") and told.state != "paused"
        else told.state or "at rest"
    )


@solara.component
def Courses(desk: LiveDesk, beat: int, theme: str, shown: bool) -> None:
    """Courses in time, as they grow; stays in the page when it is not shown, since a chart bears no sudden end."""
    from analysis.spread import Milestones, milestones, shedding
    from analysis.viewer.charts import figure, panels
    from analysis.viewer.figure_widget import Growing
    from analysis.viewer.live_events import LiveRecord

    told = desk.told
    known = len(told.rows) > 1
    last = solara.use_ref(None)
    if told.rows and (last.current is None or shown):
        record = LiveRecord(list(told.rows), list(told.events))
        marks: Any = milestones(record.events, record.summary) if known else Milestones(None, None, None, None)
        what = panels(record.summary, shedding(record.events))
        last.current = figure(what, marks, theme, end=float(told.about.get("until", 1.0)), across=1)
    hidden = [] if shown and known else ["icam-hidden"]
    # One box, and the chart always first in it: where it moves in the page it is made anew, with all its lines.
    with solara.Div(classes=["icam-grown"]):
        with solara.Div(classes=["icam-kept", *hidden]), solara.Div(classes=["icam-courses"]):
            if last.current is not None:
                Growing(last.current)
        if shown and not known:
            Notice("No courses yet", "They grow as time passes: press Run.")


@solara.component
def Body(desk: LiveDesk, beat: int, theme: str) -> None:
    """Organs and blood, and the tumour cells on their way."""
    from analysis.viewer.body import body_of
    from analysis.viewer.body_view import draw

    if desk.frame is None:
        Notice("Nothing yet")
        return
    solara.HTML(tag="div", classes=["icam-body"], unsafe_innerHTML=draw(body_of(desk.frame), theme))


@solara.component
def Events(desk: LiveDesk, beat: int, theme: str) -> None:
    """What happened, the latest first; a click follows the cell."""
    from analysis.viewer.happenings import KINDS, UNASKED, happenings
    from analysis.viewer.live_events import LiveRecord

    told = desk.told
    found = happenings(LiveRecord(list(told.rows), list(told.events)), UNASKED) if len(told.rows) > 1 else []  # type: ignore[arg-type]
    if not found:
        Notice(
            "Nothing happened yet",
            "Breach of the capsule, cells that enter the blood and arrive, and metastases are listed here.",
        )
        return

    def follow(lineage: int) -> None:
        desk.canvas.selected = str(lineage) if lineage else ""

    with solara.Div(classes=["icam-events"]):
        for each in reversed(found[-200:]):
            dot = f'<i style="background:{KINDS[each.kind][2]}"></i>'
            words = f"{dot}<span>day {each.day:.2f}</span> {escaped(each.words)}"
            with solara.Button(
                text=True, on_click=lambda lineage=each.lineage: follow(lineage), classes=["icam-event"]
            ):
                solara.HTML(tag="span", unsafe_innerHTML=words)
