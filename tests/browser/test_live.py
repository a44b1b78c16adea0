"""The live page in a browser: a run is started, watched, changed, started anew; two visitors are strangers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Serve, Visit = Callable[..., Any], Callable[..., Any]
CANVAS = ".tissue[data-seq]"


@pytest.fixture(scope="module")
def served(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> Any:
    return serve(tmp_path_factory.mktemp("results"), "--idle", "1")


def seq(page: Any) -> int:
    return int(page.get_attribute(".tissue", "data-seq") or 0)


def pixels(page: Any) -> str:
    """What is painted, as the browser's own digest of the canvas."""
    return str(
        page.evaluate("""() => new Promise((done) => requestAnimationFrame(() => {
        const from = document.querySelector('.tissue canvas'), to = document.createElement('canvas');
        to.width = 120; to.height = 120;
        document.querySelector('.tissue .tools button').click();
        requestAnimationFrame(() => { to.getContext('2d').drawImage(from, 0, 0, 120, 120); done(to.toDataURL()); });
    }))""")
    )


def settled(page: Any) -> int:
    """Wait until no new frame comes, and return the number of the last."""
    last = -1
    for _ in range(40):
        now = seq(page)
        if now == last:
            return now
        last = now
        page.wait_for_timeout(400)
    raise AssertionError("frames keep coming")


def test_a_run_from_first_picture_to_a_new_start(served: Any, visit: Visit) -> None:
    page = visit().open(served.url(view="live", run="quick_look"), CANVAS)
    assert page.get_attribute(".tissue", "data-renderer") == "webgl2"
    assert "day 0.00" in page.inner_text(".tissue .caption")

    page.click(".icam-run")
    page.wait_for_function("Number(document.querySelector('.tissue').dataset.seq) > 5", timeout=120_000)
    page.keyboard.press("Space")
    page.wait_for_selector(".icam-run:has-text('Run')")
    paused = settled(page)
    day = page.inner_text(".tissue .caption")
    assert "day 0.00" not in day

    page.keyboard.press("ArrowRight")
    page.wait_for_function(f"Number(document.querySelector('.tissue').dataset.seq) > {paused}")
    settled(page)

    box = page.locator(".tissue").bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(*middle)
    page.wait_for_selector(".tissue .tip.on:has-text('ICAM-1')")

    page.mouse.click(*middle)
    page.mouse.wheel(0, -600)
    page.wait_for_function("Number(document.querySelector('.tissue').dataset.zoom || 1) > 1.5")

    page.click(".icam-share-tumour .v-slider", position={"x": 180, "y": 14})
    page.wait_for_function("parseInt(document.querySelector('.icam-share-tumour b').textContent) > 50")
    page.click(".icam-apply button")
    page.wait_for_function("document.querySelector('.tissue .caption').textContent.includes('day 0.00')")


def test_charts_come_and_go_in_silence(served: Any, visit: Visit) -> None:
    page = visit().open(served.url(view="live", run="quick_look"), CANVAS)
    chart = ".icam-kept:not(.icam-hidden) .js-plotly-plot .main-svg"
    page.click(".icam-run")
    page.wait_for_selector(chart)
    assert page.locator(chart).first.bounding_box()["height"] > 800  # of its box, though it began unseen
    page.click(".icam-choice >> text=Body")
    page.wait_for_selector(".icam-body svg")
    page.click(".icam-apply button")  # what has grown is taken back
    page.click(".icam-choice >> text=Courses")
    page.wait_for_selector(chart)
    page.click(".icam-tab >> text=Gallery")
    page.wait_for_selector(".w-card")
    page.click(".icam-tab >> text=Live")
    page.wait_for_selector(CANVAS)


def test_types_can_be_hidden(served: Any, visit: Visit) -> None:
    page = visit().open(served.url(view="live", run="quick_look"), ".tissue .legend button")
    before = pixels(page)
    page.click(".tissue .legend button:has-text('hepatocyte')")
    page.wait_for_selector(".tissue .legend button.off")
    assert pixels(page) != before


def test_two_visitors_are_strangers(served: Any, visit: Visit) -> None:
    one = visit().open(served.url(view="live", run="quick_look"), CANVAS)
    other = visit().open(served.url(view="live", run="quick_look"), CANVAS)
    one.click(".tissue .legend button:has-text('hepatocyte')")
    before = seq(other)
    one.keyboard.press("ArrowRight")
    one.wait_for_function("Number(document.querySelector('.tissue').dataset.seq) > 1", timeout=120_000)
    settled(one)
    assert seq(other) == before and "day 0.00" in other.inner_text(".tissue .caption")
    assert other.locator(".tissue .legend button.off").count() == 0


def test_visitors_who_come_together_see_their_own_worlds(served: Any, visit: Visit) -> None:
    pages = [visit().page for _ in range(3)]
    for seed, page in enumerate(pages, start=41):
        page.goto(served.url(view="live", run="quick_look", seed=str(seed)), wait_until="commit")
    painted = []
    for seed, page in enumerate(pages, start=41):
        page.wait_for_selector(CANVAS)
        page.wait_for_selector(f".icam-day:has-text('seed {seed}')")
        painted.append(pixels(page))
    assert len(set(painted)) == 3


def test_an_unknown_run_is_told_so(served: Any, visit: Visit) -> None:
    page = visit().open(served.url(view="live", run="..%2F..%2Fetc%2Fpasswd"), ".icam-notice")
    assert "no such run" in page.inner_text(".icam-notice").lower()


def test_a_visitor_too_many_is_asked_to_wait(serve: Serve, visit: Visit, tmp_path: Path) -> None:
    small = serve(tmp_path, "--max-visitors", "1")
    visit().open(small.url(view="gallery"), ".icam-tabs")
    second = visit().open(small.url(view="gallery"), ".icam-notice")
    assert "seat is taken" in second.inner_text(".icam-notice")
