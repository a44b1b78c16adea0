"""Pieces that several views are made of: menus, the clock's slider, a chart that keeps still while the clock moves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import anywidget
import solara
import traitlets

from analysis.figures.marks import MARKS
from analysis.spread import Milestones
from analysis.viewer import body_view, charts, colouring
from analysis.viewer.body import Body

#: the steps of the spread, in few words
STEPS = {"breach": "breach", "in_blood": "first in blood", "metastasis": "first metastasis"}


class Fit(anywidget.AnyWidget):
    """Tells charts in its box when the box has another size, also the first one; shows nothing itself.

    ready    bool    it has begun; charts come only then, since their code is large and would keep others waiting
    """

    ready = traitlets.Bool(False).tag(sync=True)

    _esm = """
    function render({ model, el }) {
      el.style.display = "none";
      model.set("ready", true);
      model.save_changes();
      let waiting = 0;
      const tell = () => {
        clearTimeout(waiting);
        waiting = setTimeout(() => window.dispatchEvent(new Event("resize")), 30);
      };
      const sizes = new ResizeObserver(tell), parts = new MutationObserver(tell);
      const begin = () => {
        const box = el.closest(".w-chart");
        if (!box) { waiting = setTimeout(begin, 50); return; }
        sizes.observe(box);
        parts.observe(box, { childList: true, subtree: true });
        tell();
      };
      begin();
      setTimeout(() => parts.disconnect(), 20000);
      return () => { clearTimeout(waiting); sizes.disconnect(); parts.disconnect(); };
    }
    export default { render };
    """


@solara.component
def Choice(
    label: str, options: Mapping[str, str], value: str, on_value: Callable[[str], None], width: str = "190px"
) -> None:
    """A menu: option -> words."""
    items = [{"text": words, "value": key} for key, words in options.items()]
    solara.v.Select(
        label=label, items=items, v_model=value, on_v_model=on_value, dense=True, outlined=True, hide_details=True,
        style_=f"width: {width}; max-width: {width}; flex: none", menu_props={"offsetY": True, "maxHeight": 420},
    )  # fmt: skip


@solara.component
def Shading(colour_by: solara.Reactive[str], field: solara.Reactive[str], fields: list[str]) -> None:
    """Menus for what shades the cells and what is painted under them."""
    with solara.Div(classes=["w-row"]):
        words = {n: colouring.label_of(n) for n in colouring.COLOUR_BY}
        Choice("cells by", words, colour_by.value, colour_by.set, "246px")
        if fields:
            under = {"": "nothing"} | {n: colouring.field_label(n)[0] for n in fields}
            Choice("under them", under, field.value, field.set, "160px")


@solara.component
def Transport(
    day: float,
    moment: int,
    moments: int,
    playing: bool,
    speed: int,
    *,
    on_moment: Callable[[int], None],
    on_play: Callable[[], None],
    on_speed: Callable[[int], None],
) -> None:
    """The clock: first, back, play, on, a slider over the kept moments, the day, and how fast."""
    last = max(moments - 1, 0)
    with solara.Div(classes=["w-transport"]):
        _button("mdi-skip-previous", "first moment", lambda: on_moment(0))
        _button("mdi-chevron-left", "one moment back (left arrow)", lambda: on_moment(max(moment - 1, 0)))
        _button("mdi-pause" if playing else "mdi-play", "play or pause (space)", on_play, big=True)
        _button("mdi-chevron-right", "one moment on (right arrow)", lambda: on_moment(min(moment + 1, last)))
        solara.v.Slider(
            v_model=moment, on_v_model=lambda at: on_moment(int(at)), min=0, max=max(last, 1), step=1,
            hide_details=True,
            dense=True, disabled=last == 0, class_="w-slider",
        )  # fmt: skip
        solara.HTML(tag="div", classes=["w-day"], unsafe_innerHTML=f"day <b>{abs(day):.2f}</b>")
        Choice("moments/s", {str(n): str(n) for n in (2, 4, 8, 16)}, str(speed), lambda n: on_speed(int(n)), "92px")


def _button(icon: str, told: str, act: Callable[[], None], *, big: bool = False) -> Any:
    button = solara.v.Btn(
        icon=True,
        small=not big,
        children=[solara.v.Icon(children=[icon])],
        attributes={"aria-label": told, "title": told},
    )
    solara.v.use_event(button, "click", lambda *_: act())
    return button


@solara.component
def Chart(
    make: Callable[[], Any], key: list[Any], day: float, across: int = 2, on_day: Callable[[float], None] | None = None
) -> None:
    """A chart that is sent once; afterwards only its clock moves.

    make      function     returns a plotly Figure
    key       list         whatever makes it another chart
    day       day          where the clock stands
    on_day    function     called with the day of a clicked point
    """

    ready, set_ready = solara.use_state(False)
    fit = solara.use_memo(Fit, [])
    latest = solara.use_ref(on_day)
    latest.current = on_day

    def built() -> Any:
        if not ready:
            return None
        from analysis.viewer.figure_widget import FigureWidget

        widget = FigureWidget(make())
        widget._config = {**(widget._config or {}), "displayModeBar": False, "responsive": True}

        def picked(_: Any, points: Any, __: Any) -> None:
            if points.xs and latest.current is not None:
                latest.current(float(points.xs[0]))

        for trace in widget.data:
            trace.on_click(picked)
        return widget

    widget = solara.use_memo(built, [ready, *key])

    def heed() -> Callable[[], None]:
        def begun(_: Any) -> None:
            set_ready(True)

        fit.observe(begun, "ready")
        if fit.ready:  # told before anybody listened
            set_ready(True)
        return lambda: fit.unobserve(begun, "ready")

    def move() -> None:
        if widget is not None:
            charts.move_clock(widget, day, across)

    solara.use_effect(heed, [])
    solara.use_effect(move, [widget, day])
    solara.Div(children=[fit] if widget is None else [fit, widget], classes=["w-chart"])


@solara.component
def Marks(marks: Milestones, theme: str, on_day: Callable[[float], None]) -> None:
    """What the dotted lines mean; a click goes there."""
    with solara.Div(classes=["w-marks"]):
        for name, _, colour in MARKS:
            when = getattr(marks, name)
            told = f"{STEPS[name]}, day {when:.3g}" if when is not None else f"{STEPS[name]}: not yet"
            shown = charts.ON_DARK.get(colour, colour) if theme == "dark" else colour
            solara.Button(
                f"┊ {told}", text=True, disabled=when is None, style={"color": shown},
                on_click=lambda when=when: on_day(when),
            )  # fmt: skip


@solara.component
def BodyPicture(body: Body, theme: str, moving: bool = True) -> None:
    """The body, as wide as there is room."""
    solara.HTML(tag="div", classes=["w-body-box"], unsafe_innerHTML=body_view.draw(body, theme, moving=moving))


@solara.component
def Save(label: str, name: str, make: Callable[[], bytes], kind: str = "application/octet-stream") -> None:
    """A button that makes a file when it is pressed."""
    with solara.FileDownload(data=make, filename=name, mime_type=kind):
        solara.Button(label, small=True, outlined=True, classes=["w-save"])


@solara.component
def Menu(words: str, children: list[Any] | None = None) -> None:
    """A button with a menu of what can be saved."""
    open_, set_open = solara.use_state(False)
    button = solara.Button(words, icon_name="mdi-download", v_on="x.on", outlined=True, classes=["w-save"])
    solara.v.Menu(
        v_model=open_, on_v_model=set_open, close_on_content_click=False, offset_y=True, left=True,
        v_slots=[{"name": "activator", "variable": "x", "children": button}],
        children=[solara.Div(classes=["w-menu"], children=children or [])],
    )  # fmt: skip
