"""The page: a bar with its views, and the view that the address asks for.

    /?view=live&run=quick_look        view and what it shows are told by the address; runs and scenarios by identifier

A view is a module in `analysis.viewer.views` with a component `View(query, go, theme)`:

    query    dict            the rest of the address: {"run": "3fa4c1"}
    go       function        go("replay", run="3fa4c1") changes the address, and with it the view
    theme    str             "light" or "dark"
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import solara
import solara.lab

from analysis.viewer.beforehand import wait_for_imports
from analysis.viewer.theme_switch import ThemeSwitch
from analysis.viewer.visitors import admitted

HERE = Path(__file__).parent
#: name in the address -> module, words on the tab
VIEWS: dict[str, tuple[str, str]] = {
    "gallery": ("gallery", "Gallery"),
    "live": ("live", "Live"),
    "replay": ("replay", "Replay"),
    "compare": ("side_by_side", "Side by side"),
    "study": ("study", "Study"),
}
FIRST = "gallery"

Go = Callable[..., None]


def read_address(search: str | None) -> tuple[str, dict[str, str]]:
    """Read view and query from what follows the question mark; an unknown view is the first one."""
    query = dict(parse_qsl(search or "", max_num_fields=20)) if len(search or "") < 2000 else {}
    view = query.pop("view", FIRST)
    return (view if view in VIEWS else FIRST), query


def write_address(view: str, query: dict[str, str]) -> str:
    """Write the address of a view; the inverse of `read_address`."""
    return "/?" + urlencode({"view": view, **query})


@solara.component
def Page() -> None:
    """Show the view that the address asks for, or ask a visitor too many to wait."""
    solara.Title("ICAM-1 metastasis")
    solara.Style(HERE / "page.css")
    router = solara.use_router()
    view, query = read_address(router.search)
    theme, set_theme = solara.use_state("light")
    place = solara.use_memo(admitted, [])

    def choose(theme: str) -> None:
        solara.lab.theme.dark = theme == "dark"  # what Vuetify draws follows
        set_theme(theme)

    def go(view: str, **query: str) -> None:
        router.push(write_address(view, query))

    with solara.Column(gap="0px", classes=["icam-page", f"icam-{theme}"]):
        _Bar(view, go, theme, choose)
        with solara.Div(classes=["icam-view"]):
            if place:
                _Shown(view, query, go, theme).key(view)
            else:
                Notice(
                    "Everybody's seat is taken",
                    "Too many pages are open on this server. Please try again in a few minutes.",
                )


@solara.component
def _Bar(view: str, go: Go, theme: str, choose: Callable[[str], None]) -> None:
    with solara.Div(classes=["icam-bar"]):
        solara.HTML(tag="span", unsafe_innerHTML="ICAM-1 <b>metastasis</b>", classes=["icam-name"])
        with solara.Div(classes=["icam-tabs"]):
            for name, (_, words) in VIEWS.items():
                chosen = ["icam-tab", "icam-tab-on"] if name == view else ["icam-tab"]
                solara.Button(words, text=True, classes=chosen, on_click=lambda name=name: go(name))
        ThemeSwitch.element(theme=theme, on_theme=choose)


@solara.component
def _Shown(view: str, query: dict[str, str], go: Go, theme: str) -> None:
    name = f"analysis.viewer.views.{VIEWS[view][0]}"
    fault, clear = solara.use_exception()
    if fault is not None:
        ErrorNotice(fault)
        solara.Button("Try again", on_click=clear, outlined=True)
        return
    if importlib.util.find_spec(name) is None:
        Notice("Not there", f"This installation has no view '{VIEWS[view][1]}'.")
        return
    wait_for_imports()
    importlib.import_module(name).View(query=query, go=go, theme=theme)


@solara.component
def Notice(title: str, words: str = "", *, busy: bool = False, children: list[Any] | None = None) -> None:
    """Say why there is nothing to be seen: empty, busy, or refused."""
    with solara.Div(classes=["icam-notice"]):
        if busy:
            solara.HTML(tag="div", classes=["icam-spinner"])
        solara.HTML(tag="h2", unsafe_innerHTML=escaped(title))
        if words:
            solara.HTML(tag="p", unsafe_innerHTML=escaped(words))
        for child in children or []:
            solara.display(child)


@solara.component
def ErrorNotice(fault: BaseException) -> None:
    """Say what went wrong, in the words of the fault; never a traceback."""
    Notice("This did not work", f"{type(fault).__name__}: {fault}" if not _ours(fault) else str(fault))


def _ours(fault: BaseException) -> bool:
    from simulation import SimulationError

    return isinstance(fault, SimulationError)


def escaped(words: str) -> str:
    """Make text fit to stand in HTML."""
    from html import escape

    return escape(words)


@solara.component
def Layout(children: list[Any]) -> None:
    """Leave the whole window to the page: solara's own bar is not used."""
    with solara.Div(classes=["icam-root"], children=children):
        pass
