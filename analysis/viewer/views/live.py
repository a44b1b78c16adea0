"""Live: a run in a process of its own, watched while it goes, started anew with other settings at will.

/?view=live&run=quick_look&seed=7        seed: which world, where it shall not be the scenario's own
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import solara
import solara.server.kernel_context as kernels

from analysis.viewer import colouring
from analysis.viewer.experiment import Choices, chosen_by
from analysis.viewer.live_beside import PANELS, Beside
from analysis.viewer.live_desk import LiveDesk
from analysis.viewer.live_form import Controls, Settings, what_there_is
from analysis.viewer.page import Notice, escaped
from analysis.viewer.shelf import library

STYLE = Path(__file__).with_name("live.css")
FIRST = "quick_look"


def source_of(query: dict[str, str]) -> tuple[str | Path, str]:
    """Find what the address asks for: a shipped scenario by name, or an entry of the catalogue by identifier.

    returns    source, name    ("", "") where there is no such thing
    """
    from simulation import shipped_names

    wanted = query.get("run", FIRST)
    if wanted in shipped_names():
        return wanted, wanted
    entry = library().find(wanted)
    if entry is None or entry.kind not in ("run", "scenario"):
        return "", ""
    if entry.kind == "scenario":
        return entry.name, entry.name
    stored = entry.path / "scenario.yaml"
    return (stored, entry.title) if stored.is_file() else ("", "")


def seed_of(query: dict[str, str]) -> int | None:
    """Read the seed in the address; None where there is none, or no number."""
    words = query.get("seed", "")
    return min(int(words), 2**63 - 1) if words.isascii() and words.isdigit() and len(words) < 20 else None


@solara.component
def View(query: dict[str, str], go: Callable[..., None], theme: str) -> None:
    """Show the run that the address names, or say that there is none."""
    source, name = solara.use_memo(lambda: source_of(query), [query.get("run")])
    if not source:
        Notice("There is no such run", "The address names neither a shipped scenario nor a stored run.")
        solara.Button("To the gallery", on_click=lambda: go("gallery"), outlined=True)
        return
    seed = seed_of(query)
    Bench(source, name, go, theme, seed).key(f"{source} {seed}")


@solara.component
def Bench(source: str | Path, name: str, go: Callable[..., None], theme: str, seed: int | None = None) -> None:
    """Everything around one live run."""
    solara.Style(STYLE)
    beat, set_beat = solara.use_state(0)
    count = solara.use_ref(0)

    def look() -> None:
        count.current += 1
        set_beat(count.current)

    desk: LiveDesk = solara.use_memo(lambda: LiveDesk(look), [])
    begin: Any = solara.use_memo(lambda: _begin(source, seed), [])
    choices, set_choices = solara.use_state(begin if isinstance(begin, Choices) else Choices())
    colour_by, set_colour_by = solara.use_state(colouring.DEFAULT)
    field, set_field = solara.use_state("")
    panel, set_panel = solara.use_state(PANELS[0])
    desk.look(colour_by, field, theme)

    def started() -> Callable[[], None]:
        if isinstance(begin, Choices):
            desk.open(source, begin)
        if kernels.has_current_context():
            kernels.get_current_context().on_close(desk.close)
        return desk.close

    solara.use_effect(started, [])
    if not isinstance(begin, Choices):
        Notice("This scenario cannot be run", str(begin))
        return
    told = desk.told
    wide = ["icam-live-wide"] if panel == "Body" else []  # the body is a picture that needs room
    with solara.Div(classes=["icam-live", *wide]):
        with solara.Div(classes=["icam-side", "icam-panel"]):
            Settings(name, str(told.about.get("title", "")), choices, set_choices, desk.choices, desk, go)
        with solara.Div(classes=["icam-middle"]):
            with solara.Div(classes=["icam-stage"]):
                Stage(desk, bool(told.about.get("block")))
                Over(desk, told.phase, told.state, told.fault, told.frame is None)
            Controls(
                desk,
                told.state,
                desk.run is not None,
                what_there_is(desk.frame),
                colour_by,
                set_colour_by,
                field,
                set_field,
            )
        with solara.Div(classes=["icam-right", "icam-panel"]):
            Beside(desk, beat, theme, panel, set_panel)


def _begin(source: str | Path, seed: int | None) -> Choices | str:
    """Return what a scenario says about the settings, or why it cannot be read."""
    from simulation import SimulationError, load_scenario

    try:
        said = chosen_by(load_scenario(source))
    except SimulationError as fault:
        return str(fault)
    return said if seed is None else replace(said, seed=seed)


@solara.component
def Stage(desk: LiveDesk, block: bool) -> None:
    """The canvas, or for tissue with depth a scene in three dimensions, as one likes."""
    depth, set_depth = solara.use_state(True)

    def choose() -> None:
        desk.in_depth(block and depth)
        again(lambda n: n + 1)

    _, again = solara.use_state(0)
    solara.use_effect(choose, [block, depth])
    if desk.volume is not None:
        solara.Div(children=[desk.volume.widget], classes=["icam-canvas"])
    # The canvas hears the keyboard, so it stays in the page.
    solara.Div(children=[desk.canvas], classes=["icam-canvas"] if desk.volume is None else ["icam-unseen"])
    if block:
        with solara.Div(classes=["icam-depth"]):
            solara.Button("Section" if depth else "3-D", on_click=lambda: set_depth(not depth), small=True)


@solara.component
def Over(desk: LiveDesk, phase: str, state: str, fault: str, empty: bool) -> None:
    """What lies over the canvas while there is nothing else to be seen, or when something went wrong."""
    title, words, busy = "", "", False
    if fault:
        title, words = "The run has ended", fault
    elif state == "stopped" and empty:
        title, words = "Stopped", "Start it again with the button below."
    elif empty:
        starting = {"starting": "Starting a process for this run ...", "ready": "Starting ..."}
        laying = "Laying out the tissue: a second or two, a minute the very first time."
        title, words, busy = "One moment", starting.get(phase, laying), True
    # Shown and hidden rather than put in and taken out: a widget that goes while it is being drawn complains.
    with solara.Div(classes=["icam-over"] if title else ["icam-unseen"]):
        spinner = '<div class="icam-spinner"></div>' if busy else ""
        told = f"{spinner}<h2>{escaped(title)}</h2><p>{escaped(words)}</p>"
        solara.HTML(tag="div", classes=["icam-notice"], unsafe_innerHTML=told)
        again = [] if fault else ["icam-unseen"]
        solara.Button("Start it again", on_click=lambda: desk.restart(), outlined=True, color="primary", classes=again)
    with solara.Div(classes=["icam-badge"] if phase == "compiling" and not title else ["icam-unseen"]):
        preparing = "Preparing the first step: a few seconds, a minute the very first time"
        solara.HTML(tag="span", unsafe_innerHTML=preparing)
