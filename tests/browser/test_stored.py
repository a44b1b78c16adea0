"""Stored runs in a browser: gallery, replay, following an event, two worlds side by side, a study, saving."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from analysis.viewer.library import RUN, STUDY, Library, key_of
from tests.analysis.viewer.shelves import write_comparison, write_shelf

Serve, Visit = Callable[..., Any], Callable[..., Any]
CANVAS = ".tissue[data-seq]"
#: the widgets' loader complains when a library takes long on a busy machine; what it loads works nevertheless
SLOW = "[anywidget] Failed to initialize model"


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stored")
    write_comparison(folder)
    return write_shelf(folder)


@pytest.fixture(scope="module")
def served(serve: Serve, results: Path) -> Any:
    return serve(results)


@pytest.fixture
def look(visit: Visit) -> Any:
    """Visits that do not mind a busy machine."""
    made = []

    def make(**settings: Any) -> Any:
        made.append(visit(**settings))
        return made[-1]

    yield make
    for each in made:
        each.troubles[:] = [trouble for trouble in each.troubles if SLOW not in trouble]


def seq(page: Any) -> int:
    return int(page.get_attribute(".tissue", "data-seq") or 0)


def test_the_gallery_shows_what_is_there_and_what_is_wrong(served: Any, look: Any) -> None:
    page = look().open(served.url(view="gallery"), ".w-picture img")
    words = page.inner_text(".icam-cards")
    assert "Does a small thing differ?" in words and "2 arms × 2 replicates" in words
    assert "there is no run.json in it" in words and "damaged" in words
    assert "Traceback" not in words
    page.click(".w-card:has-text('A small nodule'):has-text('done') >> text=Replay")
    page.wait_for_selector(CANVAS)
    assert "view=replay" in page.url and "/tmp" not in page.url


@pytest.mark.parametrize(("width", "dark"), [(390, False), (1280, True), (1920, False)])
def test_no_card_clips_its_words(served: Any, look: Any, results: Path, width: int, dark: bool) -> None:
    (results / f"of_{'one_long_word_' * 6}" / "0123abcd" / "seed-000001").mkdir(parents=True, exist_ok=True)
    page = look(width=width, height=900, dark=dark).open(
        served.url(view="gallery"), f".icam-{'dark' if dark else 'light'}"
    )
    page.wait_for_selector(".w-bad:has-text('one_long_word')")
    beyond = page.evaluate("""() => [...document.querySelectorAll('.w-card')].flatMap((card) => {
        const edge = card.getBoundingClientRect(), text = document.createRange();
        return [...card.querySelectorAll('.w-title, .w-line, .w-trouble, .w-acts')].filter((part) => {
            text.selectNodeContents(part);
            return [...text.getClientRects()].some((line) => line.left < edge.left || line.right > edge.right);
        }).map((part) => part.textContent);
    })""")
    assert beyond == []
    inside = "(e) => e.getBoundingClientRect().right <= innerWidth"
    assert page.locator(".icam-theme").evaluate(inside) and page.locator(".w-card").last.evaluate(inside)


def test_a_run_is_played_and_an_event_is_followed(served: Any, look: Any, results: Path) -> None:
    key = key_of(RUN, "small/0123abcd/seed-000001")
    page = look().open(served.url(view="replay", run=key), CANVAS)
    page.wait_for_selector(".events .line")
    assert "day 0.00" in page.inner_text(".tissue .caption")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(".tissue .caption:has-text('day 1.00')")
    page.keyboard.press("Space")
    page.wait_for_selector(".tissue .caption:has-text('day 2.00')")  # the last one: it stops there

    page.click(".events .line:has-text('leaves the blood into the lung')")
    page.wait_for_selector(".tissue .caption:has-text('lung')")
    page.wait_for_selector(".w-day:has-text('1.20')")
    page.wait_for_selector(".events .line.now:has-text('1.20')")
    page.wait_for_function("Number(document.querySelector('.tissue').dataset.zoom || 5) >= 1")

    page.wait_for_selector(".w-chart .js-plotly-plot .main-svg")
    with page.expect_download() as saved:
        page.click(".w-save")
        page.click(".w-menu >> text=Picture, PNG")
    with Image.open(BytesIO(Path(saved.value.path()).read_bytes())) as picture:
        assert picture.format == "PNG" and picture.width > 1000
    assert "/" not in saved.value.suggested_filename


def test_two_worlds_share_clock_and_view(served: Any, look: Any, results: Path) -> None:
    library = Library(results)
    run = next(e for e in library.stored() if e.arm == "Knockdown")
    page = look().open(served.url(view="compare", run=run.key), CANVAS)
    page.wait_for_function("document.querySelectorAll('.tissue[data-seq]').length == 2")
    labels = page.inner_text(".w-two")
    assert "Control" in labels and "Knockdown" in labels and "only here" in labels
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "[...document.querySelectorAll('.tissue .caption')].every((c) => c.textContent.includes('day 0.01'))"
    )
    page.locator(".tissue .tools button[title='zoom in']").first.click()
    page.wait_for_function("[...document.querySelectorAll('.tissue')].some((t) => Number(t.dataset.zoom) > 1.2)")


def test_a_pair_is_opened_from_its_study(served: Any, look: Any) -> None:
    page = look().open(served.url(view="study", study=key_of(STUDY, "pair")), ".w-figure svg")
    words = page.inner_text(".icam-study")
    assert "Does a small thing differ?" in words and "Pairs of worlds" in words
    page.locator(".w-grid .v-btn").nth(1).click()
    page.wait_for_function("document.querySelectorAll('.tissue[data-seq]').length == 2")
    assert "view=compare" in page.url


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"view": "replay", "run": key_of(RUN, "small/0123abcd/seed-000003")}, "summary.parquet cannot be read"),
        ({"view": "replay", "run": "../../../etc/passwd"}, "There is no such run"),
        ({"view": "compare", "run": "0" * 12}, "There is no such run"),
        ({"view": "study", "study": "0" * 12}, "There is no such comparison"),
    ],
)
def test_what_cannot_be_shown_says_why(served: Any, look: Any, query: dict[str, str], said: str) -> None:
    page = look().open(served.url(**query), ".icam-notice h2")
    assert said in page.inner_text(".icam-notice")
    assert "Traceback" not in page.inner_text("body")
