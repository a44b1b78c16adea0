"""`make screenshots`: the pictures of `icam watch` in docs/pictures, taken anew with Chromium.

    python -m docs.take_screenshots                                       makes small runs of its own first
    python -m docs.take_screenshots --results results --replay hcc_baseline --study icam1_knockdown replay body study

A run or a study is named by the beginning of its place below the results folder; of several, the newest is taken.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.viewer.library import RUN, STUDY, Entry, Library
from tests.browser.chromium import SWITCHES, chromium_path, missing
from tests.browser.conftest import Served

INTO = Path(__file__).with_name("pictures")
#: a study that takes a minute, for those who have none
SMALL = """\
title: Does taking away ICAM-1 change what leaves a nodule?
base: quick_tissue
seed: 1
replicates: 2
control: control
primary: [cells_in_blood, colonies]
secondary: [capsule_integrity, tumour_cells, lymphocytes_entered]
arms:
  control: {label: Control}
  tumour_90pct:
    label: Knockdown in tumour cells, 90 %
    interventions:
      - knockdown: {molecule: icam1, cells: [tumour_cell], fraction: 90 %}
"""


@dataclass(frozen=True)
class Shot:
    """A picture.

    query    of the address
    until    a selector that is there when the page is complete
    act      what is done before the picture is taken
    """

    query: dict[str, str]
    until: str
    act: Callable[[Any], None] = lambda page: None
    width: int = 1280
    height: int = 800
    dark: bool = False


def live_until(moment: str, *clicks: str) -> Callable[[Any], None]:
    """Run until the caption says so (a regular expression), pause, and click on these."""

    def act(page: Any) -> None:
        page.click(".icam-run")
        page.wait_for_function(
            f"/{moment}/.test(document.querySelector('.icam-day b').textContent)", timeout=1_800_000, polling=200
        )
        page.click(".icam-run")
        for each in clicks:
            page.click(each)

    return act


def at_share(share: float) -> Callable[[Any], None]:
    """Move the clock of a stored run there."""

    def act(page: Any) -> None:
        box = page.locator(".w-slider .v-slider").bounding_box()
        page.mouse.click(box["x"] + share * box["width"], box["y"] + box["height"] / 2)
        page.mouse.move(2, 2)

    return act


def shots(replay: Entry | None, other: Entry | None, study: Entry | None) -> dict[str, Shot]:
    """Say what is taken, by the name of its file; what shows a run or a study needs one."""
    canvas, chart = ".tissue[data-seq]", ".w-chart .js-plotly-plot .main-svg"
    taken = {
        "live": Shot({"view": "live", "run": "quick_look"}, canvas, live_until(r"Day (0\.[3-9]|[1-9])")),
        "live_dark": Shot(
            {"view": "live", "run": "quick_look"}, canvas,
            live_until(r"Day (0\.[5-9]|[1-9])", ".icam-choice >> text=Body"), dark=True,
        ),
        "live_baseline": Shot(
            {"view": "live", "run": "hcc_baseline"}, canvas, live_until(r"Day ([2-9]|\d\d)\."), 1440, 810, True
        ),
        "live_block": Shot(
            {"view": "live", "run": "block_3d"}, ".k3d-target canvas", live_until(r"Day (0\.[1-9]|[1-9])")
        ),
        "gallery": Shot({"view": "gallery"}, ".w-picture img", lambda page: page.wait_for_timeout(8000)),
    }  # fmt: skip
    if replay is not None:
        taken["replay"] = Shot({"view": "replay", "run": replay.key}, chart, at_share(0.93))
        taken["body"] = Shot({"view": "replay", "run": replay.key, "main": "body"}, ".w-body-box svg", at_share(0.93))
    if other is not None:
        second = ".w-world:nth-child(2) .tissue[data-seq]"
        taken["side_by_side"] = Shot({"view": "compare", "run": other.key}, second, at_share(0.93))
    if study is not None:
        taken["study"] = Shot({"view": "study", "study": study.key}, ".w-figure svg", height=900)
    return taken


def prepare(results: Path) -> None:
    """Make a run of each small scenario, and a small study."""
    study = results / "small.yaml"
    study.write_text(SMALL, encoding="utf-8")
    for command in (["run", "quick_look"], ["run", "quick_tissue"], ["compare", str(study), "--workers", "0"]):
        subprocess.run([sys.executable, "-m", "analysis.cli", *command, "--out", str(results), "--quiet"], check=True)


def newest(entries: list[Entry], results: Path, begin: str) -> Entry | None:
    """Return the newest entry whose place begins so."""
    found = [e for e in entries if e.openable and e.path.relative_to(results).as_posix().startswith(begin)]
    return max(found, key=lambda e: e.stamp, default=None)


def take(browser: Any, server: Served, shot: Shot, file: Path) -> None:
    """Open, wait, act, and write the picture."""
    context = browser.new_context(
        viewport={"width": shot.width, "height": shot.height}, color_scheme="dark" if shot.dark else "light"
    )
    page = context.new_page()
    page.set_default_timeout(180_000)
    page.goto(server.url(**shot.query))
    page.wait_for_selector(shot.until)
    shot.act(page)
    page.wait_for_timeout(2500)  # charts settle
    page.screenshot(path=file)
    context.close()


def main() -> None:
    """Take them."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("names", nargs="*", help="which pictures; all if none is named")
    asked.add_argument("--results", type=Path, help="a folder with runs and a study; made anew if not given")
    asked.add_argument("--replay", default="quick_tissue", help="the run of replay and body")
    asked.add_argument("--study", default="", help="the study")
    asked.add_argument("--into", type=Path, default=INTO)
    given = asked.parse_args()
    if lacking := missing():
        sys.exit(lacking)
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as made, sync_playwright() as player:
        results = (given.results or Path(made)).resolve()
        if given.results is None:
            prepare(results)
        library = Library(results)
        entries = list(library.entries())
        runs = [e for e in entries if e.kind == RUN]
        replay = newest([e for e in runs if not e.study], results, given.replay)
        study = newest([e for e in entries if e.kind == STUDY], results, given.study)
        other = next((e for e in runs if e.openable and library.control_of(e) is not None), None)
        known = shots(replay, other, study)
        if unknown := set(given.names) - set(known):
            sys.exit(f"cannot be taken: {', '.join(sorted(unknown))}; of these results there are {', '.join(known)}")
        browser = player.chromium.launch(executable_path=chromium_path(), args=list(SWITCHES))
        server = Served(results)
        try:
            for name in given.names or known:
                take(browser, server, known[name], given.into / f"watch_{name}.png")
                sys.stdout.write(f"watch_{name}.png\n")
                sys.stdout.flush()
        finally:
            server.close()
            browser.close()


if __name__ == "__main__":
    main()
