"""Everything that can be opened: comparisons, runs and shipped scenarios, a card each with one line and a picture."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path

import solara
import solara.lab

from analysis.viewer import shelf
from analysis.viewer.library import DAMAGED, RUN, SCENARIO, STUDY, Entry

STYLE = Path(__file__).parent.parent / "views.css"
#: cards of a section that are shown at first, and pictures drawn before the page is told
FEW, BATCH = 12, 4
SECTIONS = (
    (STUDY, "Comparisons", "Arms with and without, on paired worlds."),
    (RUN, "Runs", "Stored runs below the results folder, the newest first."),
    (SCENARIO, "Ready to run", "Scenarios that come with the model."),
)
#: state -> what the card says of it
STATES = {
    "DONE": "done", "RUNNING": "running", "FAILED": "failed", "INTERRUPTED": "not finished", DAMAGED: "damaged",
    "SHIPPED": "",
}  # fmt: skip

BAD = (DAMAGED, "FAILED")
#: shipped scenarios that come first
FIRST = ("quick_look", "hcc_baseline", "quick_tissue", "block_3d", "icam1_knockdown")

Go = Callable[..., None]


@solara.component
def View(query: dict[str, str], go: Go, theme: str = "light") -> None:
    """Show the cards."""
    from analysis.viewer.page import Notice

    solara.Style(STYLE)
    words, set_words = solara.use_state("")
    again = solara.use_reactive(0)
    task = solara.lab.use_task(shelf.library().entries, dependencies=[again.value])
    if task.error:
        Notice("The results cannot be listed", type(task.exception).__name__)
        return
    entries = task.value if task.value is not None else task.latest
    if entries is None:
        Notice("Looking through the results", busy=True)
        return
    found = [entry for entry in entries if _meant(entry, words)]
    with solara.Div(classes=["icam-watch", "w-gallery"]):
        with solara.Div(classes=["w-head"]):
            solara.v.TextField(
                label="find", v_model=words, on_v_model=lambda v: set_words(v or ""), dense=True, outlined=True,
                hide_details=True, clearable=True, style_="max-width: 320px",
            )  # fmt: skip
            solara.Button("Look again", icon_name="mdi-refresh", text=True, on_click=lambda: again.set(again.value + 1))
            if shelf.library().left_out:
                solara.Text(f"{shelf.library().left_out:,} more are not listed", classes=["icam-quiet"])
        with solara.Div(classes=["icam-cards"]):
            for kind, title, told in SECTIONS:
                own = [e for e in found if e.kind == kind and not (kind == RUN and e.study and not words)]
                own.sort(key=lambda e: (e.state in BAD, FIRST.index(e.name) if e.name in FIRST else len(FIRST)))
                if own or kind == RUN:
                    _Section(title, told, own, go, bool(words)).key(f"{kind}:{words}")


def _meant(entry: Entry, words: str) -> bool:
    """Tell whether a card is looked for."""
    text = f"{entry.title} {entry.line} {entry.name} {entry.arm} {STATES.get(entry.state, '')}".lower()
    return all(word in text for word in words.lower().split())


@solara.component
def _Section(title: str, told: str, entries: Sequence[Entry], go: Go, searching: bool) -> None:
    many, set_many = solara.use_state(FEW)
    shown = list(entries[:many])
    pictures: solara.Reactive[dict[str, str]] = solara.use_reactive({})

    def draw() -> None:
        known = dict(pictures.value)
        for k, entry in enumerate(shown, 1):
            if entry.key not in known:
                picture = shelf.library().picture(entry.key) if entry.openable else None
                known[entry.key] = (
                    "" if picture is None else "data:image/png;base64," + b64encode(picture).decode("ascii")
                )
            if k % BATCH == 0 or k == len(shown):
                pictures.value = dict(known)

    solara.lab.use_task(draw, dependencies=[tuple((e.key, e.stamp) for e in shown)])
    with solara.Div(classes=["w-section"]):
        solara.HTML(tag="h2", unsafe_innerHTML=f"{escape(title)} <span>{escape(told)}</span>")
        if not entries:
            words = "Nothing matches." if searching else (
                "Nothing has been run yet. Start one below, or in a terminal: <code>icam run quick_look</code>"
            )  # fmt: skip
            solara.HTML(tag="p", unsafe_innerHTML=words, classes=["icam-quiet"])
        with solara.Div(classes=["w-cards"]):
            for entry in shown:
                Card(entry, pictures.value.get(entry.key), go).key(entry.key)
        if len(entries) > many:
            solara.Button(f"{len(entries) - many:,} more", text=True, on_click=lambda: set_many(many + 4 * FEW))


@solara.component
def Card(entry: Entry, picture: str | None, go: Go) -> None:
    """One card.

    picture    str or None    address of the picture; "" = there is none, None = not drawn yet
    """
    classes = ["w-card", "icam-panel"] + (["w-bad"] if entry.state in BAD else [])
    classes += ["w-study"] if entry.kind == STUDY and entry.openable else []
    with solara.Div(classes=classes):
        solara.HTML(tag="div", classes=["w-picture"], unsafe_innerHTML=_picture(entry, picture))
        with solara.Div(classes=["w-told"]):
            title = f"{entry.arm} · {entry.title}" if entry.arm else entry.title
            solara.HTML(
                tag="div", classes=["w-title"], unsafe_innerHTML=f"<b title='{escape(title)}'>{escape(title)}</b>"
            )
            solara.HTML(tag="div", classes=["w-line"], unsafe_innerHTML=_line(entry))
            with solara.Div(classes=["w-acts"]):
                if entry.kind == STUDY and entry.openable:
                    _act("Open", lambda: go("study", study=entry.key))
                elif entry.kind == RUN and entry.openable and entry.state != "FAILED":
                    _act("Replay", lambda: go("replay", run=entry.key))
                    _act("Compare with …", lambda: go("compare", run=entry.key))
                elif entry.kind == SCENARIO and entry.openable:
                    _act("Run live", lambda: go("live", run=entry.name))


def _act(words: str, act: Callable[[], None]) -> None:
    solara.Button(words, text=True, small=True, color="primary", on_click=act)


def _picture(entry: Entry, picture: str | None) -> str:
    if picture:
        return f'<img alt="" src="{picture}">'
    if picture is None and entry.openable:
        return '<span class="w-waits"></span>'
    return f"<span>{'no picture' if entry.state not in (DAMAGED, 'FAILED') else '⚠'}</span>"


def _line(entry: Entry) -> str:
    state = STATES.get(entry.state, entry.state.lower())
    chip = f'<i class="w-state w-{entry.state.lower()}">{escape(state)}</i>' if state else ""
    told = escape(entry.line) if entry.line else escape(entry.name)
    trouble = f'<div class="w-trouble">{escape(entry.trouble)}</div>' if entry.trouble else ""
    return f"{chip}{told}{trouble}"
