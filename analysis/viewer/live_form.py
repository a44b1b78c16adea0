"""What a visitor sets of a live run, and how it is steered and looked at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import solara

from analysis.figures import palette
from analysis.viewer import colouring
from analysis.viewer.experiment import TARGETS, Choices, contexts, knows_immunity
from analysis.viewer.frame import Frame
from analysis.viewer.live_desk import LiveDesk
from analysis.viewer.page import escaped

STEPS = {"2 min": 2.0, "10 min": 10.0, "1 hour": 60.0, "6 hours": 360.0, "1 day": 1440.0}
PACES = {"as fast as it can": 0.0, "100 ticks/s": 100.0, "30 ticks/s": 30.0, "10 ticks/s": 10.0, "2 ticks/s": 2.0}
NO_FIELD = "none"
KEYS = (
    "<kbd>space</kbd> run or pause &nbsp; <kbd>→</kbd> one step<br>point at a cell for its values, click to follow it"
)


@solara.component
def Settings(
    name: str,
    title: str,
    choices: Choices,
    set_choices: Callable[[Choices], None],
    shown: Choices,
    desk: LiveDesk,
    go: Callable[..., None],
) -> None:
    """The scenario and what may be changed of it."""
    from simulation import shipped_names

    def change(**values: Any) -> None:
        set_choices(replace(choices, **values).within_bounds())

    shipped = list(shipped_names())

    def choose(wanted: str) -> None:
        if wanted in shipped:
            go("live", run=wanted)

    values = shipped if name in shipped else [name, *shipped]
    solara.Select("Scenario", values=values, value=name, on_value=choose, dense=True)
    solara.HTML(tag="p", unsafe_innerHTML=escaped(title), classes=["icam-quiet", "icam-title"])
    solara.InputInt("Seed: which world", value=choices.seed, on_value=lambda v: change(seed=v or 0), dense=True)
    if contexts():
        context = choices.context if choices.context in contexts() else contexts()[0]
        solara.Select(
            "Kind of tumour", values=list(contexts()), value=context, on_value=lambda v: change(context=v), dense=True
        )
    _Share("Knockdown, tumour", choices.tumour, lambda v: change(tumour=v), "tumour")
    _Share("Knockdown, vessels", choices.endothelium, lambda v: change(endothelium=v), "endothelium")
    with solara.Div(classes=["icam-pair"]):
        labels = {f"anti-{palette.words(t)}": t for t in TARGETS}
        label = next(words for words, t in labels.items() if t == choices.target)
        solara.Select(
            "Antibody", values=list(labels), value=label, on_value=lambda v: change(target=labels[v]), dense=True
        )
        solara.InputFloat("Dose, µg/mL", value=choices.dose, on_value=lambda v: change(dose=v or 0.0), dense=True)
    if knows_immunity():
        solara.Switch(label="Immunity", value=choices.immunity, on_value=lambda v: change(immunity=v))
    same = choices == shown
    with solara.Div(classes=["icam-apply"]):
        solara.Button(
            "Start anew" if same else "Start with these", on_click=lambda: desk.restart(choices),
            color="primary", outlined=same, icon_name="mdi-restart", block=True,
        )  # fmt: skip
    solara.HTML(
        tag="p", classes=["icam-quiet", "icam-keys"],
        unsafe_innerHTML=KEYS,
    )  # fmt: skip


@solara.component
def _Share(label: str, value: float, on_value: Callable[[float], None], name: str) -> None:
    with solara.Div(classes=["icam-share", f"icam-share-{name}"]):
        solara.HTML(tag="span", unsafe_innerHTML=f"{escaped(label)} <b>{100 * value:.0f} %</b>")
        solara.SliderInt(
            "",
            value=round(100 * value),
            min=0,
            max=100,
            step=5,
            thumb_label=False,
            on_value=lambda v: on_value(v / 100.0),
        )


@solara.component
def Controls(
    desk: LiveDesk,
    state: str,
    alive: bool,
    known: tuple[tuple[str, ...], tuple[str, ...]],
    colour_by: str,
    set_colour_by: Callable[[str], None],
    field: str,
    set_field: Callable[[str], None],
) -> None:
    """Run, pause, step, stop; how fast; what colours mean."""
    step, set_step = solara.use_state("10 min")
    pace, set_pace = solara.use_state("as fast as it can")
    going = state in ("running", "stepping")

    def choose_step(words: str) -> None:
        set_step(words)
        desk.step_minutes = STEPS[words]

    def choose_pace(words: str) -> None:
        set_pace(words)
        desk.pace(PACES[words])

    fields = {NO_FIELD: "", **{colouring.field_label(n)[0]: n for n in known[1]}}
    shades = {colouring.label_of(n): n for n in known[0]}
    shown = next((w for w, n in fields.items() if n == field), NO_FIELD)
    with solara.Div(classes=["icam-controls", "icam-panel"]):
        solara.Button(
            "Pause" if going else ("Run again" if state in ("done", "ended") else "Run"),
            on_click=desk.toggle, color="primary", icon_name="mdi-pause" if going else "mdi-play", classes=["icam-run"],
            disabled=not alive,
        )  # fmt: skip
        solara.Button("Step", on_click=desk.step, icon_name="mdi-skip-next", outlined=True, disabled=not alive or going)
        if not alive:
            solara.Button(
                "Start", on_click=lambda: desk.open(desk.source, desk.choices), icon_name="mdi-restart", outlined=True
            )
        else:
            solara.Button("Stop", on_click=desk.stop, icon_name="mdi-stop", outlined=True)
        solara.Select("Step", values=list(STEPS), value=step, on_value=choose_step, dense=True)
        solara.Select("Pace", values=list(PACES), value=pace, on_value=choose_pace, dense=True)
        solara.Select(
            "Colour cells by", values=list(shades), value=colouring.label_of(colour_by),
            on_value=lambda w: set_colour_by(shades[w]), dense=True,
        )  # fmt: skip
        solara.Select(
            "Field below", values=list(fields), value=shown, on_value=lambda w: set_field(fields[w]), dense=True
        )


def what_there_is(frame: Frame | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return ways of colouring and fields that a frame has."""
    if frame is None:
        return colouring.COLOUR_BY, ()
    shades = tuple(n for n in colouring.COLOUR_BY if n == "type" or colouring.SHADES[n].trait in frame.cells)
    return shades, tuple(sorted(frame.fields))
