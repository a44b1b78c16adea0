"""The page's shell: addresses, places for visitors, and views that are told apart from nonsense."""

from __future__ import annotations

import threading

import pytest

from analysis.viewer import beforehand, page, visitors
from analysis.viewer import settings as viewer_settings
from analysis.viewer.views import live


@pytest.mark.parametrize(
    ("search", "view", "query"),
    [
        (None, "gallery", {}), ("", "gallery", {}), ("view=live&run=abc", "live", {"run": "abc"}),
        ("view=nonsense", "gallery", {}), ("view=replay&run=a%20b&day=3", "replay", {"run": "a b", "day": "3"}),
        ("x" * 5000, "gallery", {}), ("view=..%2F..", "gallery", {}),
    ],
)  # fmt: skip
def test_addresses(search: str | None, view: str, query: dict[str, str]) -> None:
    assert page.read_address(search) == (view, query)


def test_an_address_is_read_as_it_was_written() -> None:
    query = {"run": "3fa4 & <b>", "day": "2"}
    written = page.write_address("replay", query)
    assert written.startswith("/?") and page.read_address(written[2:]) == ("replay", query)


@pytest.mark.parametrize(
    ("words", "seed"),
    [("7", 7), ("0", 0), ("9223372036854775808", 2**63 - 1), ("", None), ("-1", None), ("1e3", None), ("²", None),
     ("9" * 400, None)],
)  # fmt: skip
def test_the_address_may_name_a_world(words: str, seed: int | None) -> None:
    assert live.seed_of({"seed": words}) == seed
    assert live.seed_of({}) is None


def test_text_cannot_be_markup() -> None:
    assert page.escaped("<script>&") == "&lt;script&gt;&amp;"


class Context:
    """A page that is open."""

    def __init__(self, name: str) -> None:
        self.id = name
        self.closing: list = []

    def on_close(self, act) -> None:
        self.closing.append(act)


def test_there_are_so_many_places(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viewer_settings, "_current", viewer_settings.Settings(max_visitors=2))
    monkeypatch.setattr(visitors, "_present", set())
    monkeypatch.setattr(visitors.kernels, "has_current_context", lambda: True)
    pages = [Context(name) for name in "abc"]
    answers = []
    for each in (*pages, pages[0]):
        monkeypatch.setattr(visitors.kernels, "get_current_context", lambda each=each: each)
        answers.append(visitors.admitted())
    assert answers == [True, True, False, True] and visitors.present() == 2
    for leave in pages[0].closing:
        leave()
    assert visitors.present() == 1
    assert visitors.admitted()  # pages[0] comes back


def test_views_wait_for_what_is_imported_beforehand() -> None:
    beforehand.wait_for_imports()  # nothing is on its way: returns at once
    beforehand.ahead_of_visitors()
    waits = threading.Thread(target=beforehand.wait_for_imports, daemon=True)
    waits.start()
    waits.join(0.1)
    assert waits.is_alive()
    beforehand.import_beforehand()
    waits.join(5.0)
    assert not waits.is_alive()
