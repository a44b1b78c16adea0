"""A comparison: its question, what the primary endpoints answer, figures, and every pair of worlds a click away."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import solara
import solara.lab

from analysis.figures.canvas import number
from analysis.viewer import cards, exports, parts, shelf
from analysis.viewer.library import STUDY, Entry
from analysis.viewer.outcome import Outcome, outcome_of

if TYPE_CHECKING:
    from analysis.comparison_report.sentences import Verdict

STYLE = Path(__file__).parent.parent / "views.css"
#: figures: name -> heading, in this order; others follow under their own names
HEADINGS = {
    "primary": "Effects on the primary endpoints", "times": "When it happened", "doses": "Dose and effect",
    "organs": "Where tumour cells arrive", "secondary": "Effects on the other endpoints",
}  # fmt: skip
Go = Callable[..., None]


@solara.component
def View(query: dict[str, str], go: Go, theme: str = "light") -> None:
    """Show the comparison that the address names, or the newest one."""
    from analysis.viewer.page import Notice

    solara.Style(STYLE)
    entry = shelf.asked_for(query.get("study"), STUDY)
    if entry is None:
        Notice(
            "No comparison to show",
            "There is no such comparison below the results folder." if query.get("study")
            else "Make one with `icam compare icam1_knockdown`.",
        )  # fmt: skip
        return
    if not entry.openable:
        Notice(entry.title, f"This comparison cannot be shown: {entry.trouble}.")
        return
    if entry.state == "RUNNING":
        Notice(entry.title, f"It is still being made: {entry.line}.", busy=True)
        return
    _Opening(entry, go, theme).key(f"{entry.key}:{entry.stamp}")


@solara.component
def _Opening(entry: Entry, go: Go, theme: str) -> None:
    from analysis.viewer.page import Notice

    def read() -> Outcome:
        outcome = outcome_of(entry.path, entry.stamp)
        _ = outcome.figures, outcome.verdicts
        return outcome

    task = solara.lab.use_task(read, dependencies=[])
    if task.error:
        assert task.exception is not None
        Notice(entry.title, f"This comparison cannot be shown: {cards.without_place(task.exception, entry.path)}.")
    elif task.value is None:
        Notice("Reading the comparison", "Effects are estimated from all pairs; that takes some seconds.", busy=True)
    else:
        Answer(entry, task.value, go, theme)


@solara.component
def Answer(entry: Entry, outcome: Outcome, go: Go, theme: str) -> None:
    """Show what came of a comparison."""
    study = outcome.study
    with solara.Div(classes=["icam-watch", "icam-study"]):
        with solara.Div(classes=["w-head"]):
            others = {e.key: e.title for e in shelf.library().stored() if e.kind == STUDY and e.openable}
            if len(others) > 1:
                parts.Choice("comparison", others, entry.key, lambda key: go("study", study=key), "340px")
            solara.HTML(tag="h1", unsafe_innerHTML=escape(study.title))
            solara.v.Spacer()
            _Save(outcome, entry)
        with solara.Div(classes=["w-scroll"]):
            told = f"{study.question} " if study.question else ""
            done = int((outcome.runs["status"] == "DONE").sum())
            counted = f"{done} of {len(outcome.runs)} runs done, {study.replicates} pairs per arm"
            line = f"Arms build on {study.base}. {counted}."
            solara.HTML(tag="p", unsafe_innerHTML=escape(told + line), classes=["w-question", "icam-quiet"])
            if not outcome.figures:
                solara.HTML(
                    tag="p", unsafe_innerHTML="No run of the control is complete, so nothing can be compared yet."
                )
            with solara.Div(classes=["w-answers"]):
                for title, verdicts in outcome.verdicts:
                    with solara.Div(classes=["icam-panel", "w-answer"]):
                        solara.HTML(tag="h2", unsafe_innerHTML=escape(title))
                        solara.HTML(tag="table", unsafe_innerHTML=_verdicts(outcome, verdicts))
            with solara.Div(classes=["icam-panel", "w-pairs"]):
                _Pairs(outcome, go)
            order = [*HEADINGS, *(n for n in outcome.figures if n not in HEADINGS)]
            for name in (n for n in order if n in outcome.figures):
                with solara.Div(classes=["icam-panel", "w-figure"]):
                    solara.HTML(tag="h2", unsafe_innerHTML=escape(HEADINGS.get(name, name)))
                    solara.HTML(tag="div", unsafe_innerHTML=outcome.figures[name])


def _verdicts(outcome: Outcome, verdicts: list[Verdict]) -> str:
    """Write what every arm did, as rows of a table."""
    colours = {arm.label: outcome.colours()[arm.name] for arm in outcome.study.arms}
    return "".join(
        f'<tr class="w-{escape(v.mood)}">'
        f'<td><i style="background:{colours.get(v.arm, "#888")}"></i>{escape(v.arm)}</td>'
        f"<td><b>{escape(v.said)}</b></td><td>{escape(v.between)}</td><td>{escape(v.sure)}</td></tr>"
        for v in verdicts
    )


@solara.component
def _Pairs(outcome: Outcome, go: Go) -> None:
    """Table of replicates: a row per world, a column per arm; a click opens it beside its control."""
    study = outcome.study
    endpoints = [*study.primary, *study.secondary]
    chosen, choose = solara.use_state(endpoints[0].name if endpoints else "")
    label = {e.name: e.meaning for e in endpoints}
    replicates = sorted({int(k) for k in outcome.runs["replicate"]})
    colours = outcome.colours()

    def open_pair(arm: str, replicate: int) -> None:
        control = outcome.run_folder(study.controls.get(arm, study.control.name), replicate)
        treated = outcome.run_folder(arm, replicate)
        pair = [shelf.library().run_at(folder) for folder in (control, treated) if folder is not None]
        keys = [run.key for run in pair if run is not None]
        if len(keys) == 2 and keys[0] != keys[1]:
            go("compare", run=keys[0], **{"with": keys[1]})
        elif keys:
            go("replay", run=keys[-1])

    with solara.Div(classes=["w-head"]):
        solara.HTML(tag="h2", unsafe_innerHTML="Pairs of worlds <span>click one to see it beside its control</span>")
        solara.v.Spacer()
        if endpoints:
            parts.Choice("value shown", label, chosen, choose, "330px")
    columns = f"grid-template-columns: 64px repeat({len(study.arms)}, minmax(86px, 1fr))"
    with solara.Div(classes=["w-grid"], style=columns):
        solara.HTML(tag="div", unsafe_innerHTML="world")
        for arm in study.arms:
            head = f'<i style="background:{colours[arm.name]}"></i>{escape(arm.label)}'
            solara.HTML(tag="div", unsafe_innerHTML=head, classes=["w-arm"])
        for replicate in replicates:
            solara.HTML(tag="div", unsafe_innerHTML=str(replicate), classes=["icam-quiet"])
            for arm in study.arms:
                value = outcome.value(chosen, arm.name, replicate)
                solara.Button(
                    "–" if value is None else number(value), text=True, small=True, disabled=value is None,
                    on_click=lambda arm=arm.name, replicate=replicate: open_pair(arm, replicate),
                )  # fmt: skip


@solara.component
def _Save(outcome: Outcome, entry: Entry) -> None:
    with parts.Menu("Save"):
        runs = outcome.runs
        parts.Save("Runs, CSV", f"{exports.file_name(entry.name)}_runs.csv", lambda: exports.courses(runs), "text/csv")
        parts.Save(
            "Courses, CSV",
            f"{exports.file_name(entry.name)}_courses.csv",
            lambda: exports.courses(outcome.courses),
            "text/csv",
        )
        for name in outcome.figures:
            file = f"{exports.file_name(entry.name, name)}.svg"
            parts.Save(
                f"{HEADINGS.get(name, name)}, SVG",
                file,
                partial(drawing, outcome.figures[name]),
                "image/svg+xml",
            )


def drawing(svg: str) -> bytes:
    """Return a figure that lay in the page as one that stands alone, on light ground."""
    from analysis.comparison_report.drawings import THEMED

    for colour, name in THEMED.items():
        svg = svg.replace(f"var({name})", colour)
    return svg.replace(
        "<svg ", '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ', 1
    ).encode()
