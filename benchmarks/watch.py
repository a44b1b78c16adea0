"""How soon the page shows a run, what a frame costs the server, and whether ten visitors get along.

python -m benchmarks.watch
python -m benchmarks.watch frames first visitors        # or some of these
"""

from __future__ import annotations

import contextlib
import math
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from benchmarks.record import ROOT, Target, publish

SIZES = [10_000, 50_000, 200_000]
VISITORS = int(os.environ.get("ICAM_VISITORS", "10"))
#: s; nothing more is waited for then, so that the whole part about visitors takes less than 150 s
PATIENCE = 110.0
PARTS = [part for part in ("frames", "first", "visitors") if part in sys.argv[1:]] or ["frames", "first", "visitors"]
FRAMES_ARE = """Chromium with software rendering. `server`: processor time of the server, all its threads, from having
the frame to the last byte handed to the socket, medians; `pack` is the part of it spent on packing. Wall times of the
same, other work included: `handed` until the last byte was handed over, `painted` until the browser had painted it."""
#: says so whenever a frame was drawn
TELL = """
new MutationObserver((seen) => {
  for (const each of seen) if (each.target.classList.contains("tissue")) console.debug("frame drawn");
}).observe(document, { subtree: true, attributes: true, attributeFilter: ["data-seq"] });
"""


def median(values: list[float]) -> float:
    """The first ones warm up."""
    kept = sorted(values[5:] or values)
    return kept[len(kept) // 2] if kept else float("nan")


def frames(browser: Any) -> list[dict[str, Any]]:
    """What a frame costs a server within this process; see `benchmarks.watch_page` for what counts."""
    import uvicorn
    from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

    from analysis.viewer import launch

    application = launch.prepare("127.0.0.1", 4, app="benchmarks.watch_page")
    from benchmarks import watch_page

    class Connection(WebSocketsSansIOProtocol):
        """What uvicorn uses anyway; its transport is remembered."""

        def connection_made(self, transport: Any) -> None:
            watch_page.transports.append(transport)
            super().connection_made(transport)

    listener = launch.bound("127.0.0.1", 0)
    server = uvicorn.Server(
        uvicorn.Config(
            application, log_level="error", ws=Connection, ws_per_message_deflate=False, timeout_graceful_shutdown=1
        )
    )
    threading.Thread(target=lambda: server.run(sockets=[listener]), daemon=True).start()
    while not server.started:
        time.sleep(0.05)
    watch_page.sizes[:] = SIZES
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(f"http://127.0.0.1:{listener.getsockname()[1]}/")
    watch_page.finished.wait(400)
    page.close()
    server.should_exit = True
    return [
        {"what": f"{n} cells"} | {f"{name} ms": median(values) for name, values in took.items()}
        for n, took in watch_page.measured.items()
    ]


def start(folder: str) -> tuple[subprocess.Popen[str], str]:
    """Start `icam watch`; its process and address."""
    command = [sys.executable, "-m", "analysis.cli", "watch", folder, "--port", "0", "--no-browser"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    return process, next(word for word in process.stdout.readline().split() if word.startswith("http"))


def end(process: subprocess.Popen[str]) -> None:
    """End it, and what it has started."""
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(5)


def first_frame(browser: Any, folder: str) -> float:
    """Seconds from the command to the first picture of a live run, drawn."""
    began = time.perf_counter()
    process, address = start(folder)
    try:
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(address + "?view=live&run=quick_tissue", wait_until="commit")
        page.wait_for_selector(".tissue[data-seq]", timeout=120_000)
        took = time.perf_counter() - began
        page.close()
    finally:
        end(process)
    return took


class Visitor:
    """One visitor of many: a browser context, a scenario and a seed of its own; every wait has an end.

    first      s      from the request to the first frame drawn; nan = none came
    frames     1      frames drawn so far
    own        int    frames from its own world at its beginning
    others     int    frames from the beginning of another visitor's world
    """

    def __init__(self, browser: Any, scenario: str, seed: int) -> None:
        self.scenario, self.seed = scenario, seed
        self.first, self.frames, self.own, self.others = math.nan, 0, 0, 0
        self.context = browser.new_context(viewport={"width": 640, "height": 480})
        self.page = self.context.new_page()
        self.page.add_init_script(TELL)
        self.page.on("console", self._told)
        self.page.on("websocket", lambda socket: socket.on("framereceived", self._received))
        self.began = 0.0
        self.worlds: dict[tuple[str, int], bytes] = {}

    def come(self, address: str) -> None:
        """Ask for the page, and wait for nothing."""
        self.began = time.perf_counter()
        self.page.goto(f"{address}?view=live&run={self.scenario}&seed={self.seed}", wait_until="commit", timeout=20_000)

    def _told(self, message: Any) -> None:
        if message.text == "frame drawn":
            self.frames += 1
            if self.frames == 1:
                self.first = time.perf_counter() - self.began

    def _received(self, payload: Any) -> None:
        if isinstance(payload, bytes):
            for world, cells in self.worlds.items():
                if cells in payload:
                    mine = world == (self.scenario, self.seed)
                    self.own, self.others = self.own + mine, self.others + (not mine)


def processor_seconds(pid: int) -> float:
    """Processor time of a process so far; what it has started is not counted."""
    told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def beginning(scenario: str, seed: int) -> bytes:
    """The cells of a world as they are sent at its beginning."""
    from analysis.viewer.experiment import Choices, scenario_of
    from analysis.viewer.frame import frame_of
    from analysis.viewer.packing import pack
    from simulation import MetastasisModel

    return pack(frame_of(MetastasisModel(scenario_of(scenario, Choices(seed=seed))).world)).cells


def visitors(browser: Any, folder: str, count: int) -> tuple[list[dict[str, Any]], dict[str, float]]:
    """Many live runs at once: who got frames and when, whose, and how long an interaction takes.

    returns    a row per visitor, and what holds for all; after `PATIENCE` seconds whatever is there is told
    """
    wanted = [("quick_look", "quick_tissue")[k % 2] for k in range(count)]
    worlds = {(scenario, 101 + k): beginning(scenario, 101 + k) for k, scenario in enumerate(wanted)}
    until = time.perf_counter() + PATIENCE

    def left(most: float) -> float:
        return 1000.0 * max(0.1, min(most, until - time.perf_counter()))

    process, address = start(folder)
    came = [Visitor(browser, scenario, 101 + k) for k, scenario in enumerate(wanted)]
    try:
        for each in came:
            each.worlds = worlds
            each.come(address)
        here = came[0].page
        while any(v.frames == 0 for v in came) and time.perf_counter() < until - 40.0:
            here.wait_for_timeout(100)
        there = [v for v in came if v.frames]
        for each in there:
            with contextlib.suppress(Exception):  # told by the number of its frames
                each.page.dispatch_event(".icam-run", "click", timeout=left(5.0))
        before, began, spent = {v: v.frames for v in came}, time.perf_counter(), processor_seconds(process.pid)
        here.wait_for_timeout(left(15.0))
        ran = time.perf_counter() - began
        busy = (processor_seconds(process.pid) - spent) / ran
        rows = []
        for each in came:
            frames = each.frames - before[each]
            asked, shown = time.perf_counter(), math.nan
            with contextlib.suppress(Exception):  # told as nan
                each.page.dispatch_event(".icam-choice button:has-text('Events')", "click", timeout=left(4.0))
                each.page.wait_for_selector(".icam-choice-on:has-text('Events')", timeout=left(4.0), state="attached")
                shown = 1000.0 * (time.perf_counter() - asked)
            rows.append(
                {
                    "scenario": each.scenario, "seed": each.seed, "first frame s": each.first,
                    "frames per s": frames / ran, "answer ms": shown, "own world": each.own > 0,
                    "of others": each.others,
                }
            )  # fmt: skip
        status = Path(f"/proc/{process.pid}/status").read_text().splitlines()
        held = int(next(line.split()[1] for line in status if "VmRSS" in line)) / 1024
    finally:
        end(process)
        for each in came:
            with contextlib.suppress(Exception):
                each.context.close()
    return rows, {
        "with their own world": float(sum(r["own world"] for r in rows)),
        "frames of another's world": float(sum(r["of others"] for r in rows)),
        "slowest first frame, s": max((v.first for v in came if v.frames), default=math.nan),
        "slowest answer, ms": max((r["answer ms"] for r in rows if r["answer ms"] == r["answer ms"]), default=math.nan),
        "server MB": held,
        "server processors": busy,
    }


def main() -> None:
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import SWITCHES, chromium_path

    with sync_playwright() as player, tempfile.TemporaryDirectory() as folder:
        browser = player.chromium.launch(executable_path=chromium_path(), args=list(SWITCHES))
        if "frames" in PARTS:
            rows = frames(browser)
            targets = [
                Target("server, 1e4 cells", rows[0]["server ms"], 5.0, "ms"),
                Target("server, 2e5 cells", rows[-1]["server ms"], 15.0, "ms"),
            ]
            publish("watch", "Frames of the page", FRAMES_ARE, rows, targets)
        if "first" in PARTS:
            first_frame(browser, folder)  # fills caches
            took = sorted(first_frame(browser, folder) for _ in range(5))
            publish(
                "watch_first",
                "The page's first frame",
                "From the command `icam watch` with filled caches to the first frame of a live quick_tissue drawn in a "
                "browser that runs already, five times; other work on the machine only adds time.",
                [{"best s": took[0], "median s": took[2], "worst s": took[-1]}],
                [Target("command to first frame", took[0], 8.0, "s")],
            )
        if "visitors" in PARTS:
            rows, told = visitors(browser, folder, VISITORS)
            for row in rows:
                row["own world"] = "yes" if row["own world"] else "no"
            rows.append(
                {
                    "scenario": f"all {VISITORS}", "seed": "", "first frame s": told["slowest first frame, s"],
                    "frames per s": sum(r["frames per s"] for r in rows), "answer ms": told["slowest answer, ms"],
                    "own world": f"{told['with their own world']:.0f}",
                    "of others": int(told["frames of another's world"]),
                }
            )  # fmt: skip
            how = (
                "All come at once, each with a browser context, scenario and seed of its own, in one browser without "
                "a graphics card that shares the processors with ten simulations and the server. A world is known by "
                "the bytes of its first frame. The last row: slowest, sums. `nan`: no answer within 8 s. "
                f"While all ten ran, the server held {told['server MB']:.0f} MB and used "
                f"{told['server processors']:.2f} of a processor: the rest went to simulations and the browser."
            )
            publish("watch_visitors", f"{VISITORS} visitors at once", how, rows, [
                Target("visitors who see their own world", told["with their own world"], VISITORS, "", at_least=True),
                Target("frames of another visitor's world", told["frames of another's world"], 0, ""),
            ])  # fmt: skip
        browser.close()


if __name__ == "__main__":
    main()
