"""How soon the page shows a run, what a frame costs the server, and whether ten visitors get along.

python -m benchmarks.watch
"""

from __future__ import annotations

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


def first_frame(browser: Any, folder: str) -> float:
    """Seconds from the command to the first picture of a live run."""
    began = time.perf_counter()
    process, address = start(folder)
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(address + "?view=live&run=quick_look")
    page.wait_for_selector(".tissue[data-seq]", timeout=120_000)
    took = time.perf_counter() - began
    page.close()
    process.terminate()
    process.wait(15)
    return took


def visitors(browser: Any, folder: str, count: int) -> dict[str, float]:
    """Many live runs at once: how long an interaction takes, and how much memory the server holds."""
    process, address = start(folder)
    pages = []
    for _ in range(count):
        page = browser.new_context(viewport={"width": 900, "height": 700}).new_page()
        page.goto(address + "?view=live&run=quick_look")
        page.wait_for_selector(".tissue[data-seq]", timeout=240_000)
        page.click(".icam-run")
        pages.append(page)
    took = []
    for page in pages:
        before = page.inner_text(".icam-day b")
        began = time.perf_counter()
        page.click(".icam-choice button:has-text('Events')")
        page.wait_for_selector(".icam-choice button.icam-choice-on:has-text('Events')", timeout=60_000)
        took.append(time.perf_counter() - began)
        assert before
    held = int(
        next(
            line.split()[1] for line in Path(f"/proc/{process.pid}/status").read_text().splitlines() if "VmRSS" in line
        )
    )
    shown = [int(page.get_attribute(".tissue", "data-seq") or 0) for page in pages]
    for page in pages:
        page.context.close()
    process.terminate()
    process.wait(15)
    return {"worst ms": 1000 * max(took), "server MB": held / 1024, "fewest frames": min(shown)}


def main() -> None:
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import SWITCHES, chromium_path

    with sync_playwright() as player, tempfile.TemporaryDirectory() as folder:
        browser = player.chromium.launch(executable_path=chromium_path(), args=list(SWITCHES))
        rows = frames(browser)
        targets = [
            Target("server, 1e4 cells", rows[0]["server ms"], 5.0, "ms"),
            Target("server, 2e5 cells", rows[-1]["server ms"], 15.0, "ms"),
        ]
        how = "Chromium with software rendering; `server` is packing and handing to the socket, `painted` a round trip."
        publish("watch", "Frames of the page", how, rows, targets)
        soon = min(first_frame(browser, folder) for _ in range(2))
        many = visitors(browser, folder, VISITORS)
        browser.close()
    told = {"command to first frame, s": soon} | {f"{VISITORS} visitors: {name}": v for name, v in many.items()}
    publish(
        "watch_visitors",
        "Visitors of the page",
        "Shipped scenario quick_look; each visitor with a run and a browser page of its own.",
        [{"what": name, "measured": value} for name, value in told.items()],
        [Target("command to first frame", soon, 8.0, "s")],
    )


if __name__ == "__main__":
    main()
