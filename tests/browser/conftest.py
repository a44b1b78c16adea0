"""A browser and a server for the tests of the page; without a browser they are skipped (tests/conftest.py says so)."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.chromium import SWITCHES, chromium_path, missing

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A running browser without a window."""
    if lacking := missing():
        pytest.skip(lacking)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=chromium_path(), args=list(SWITCHES))
        yield browser
        browser.close()


class Served:
    """`icam watch` as a process of its own.

    address    str     of the page, ends with "/"
    """

    def __init__(self, results: Path, *options: str) -> None:
        command = [sys.executable, "-m", "analysis.cli", "watch", str(results), "--port", "0", "--no-browser", *options]
        environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment, cwd=ROOT
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        words = [word for word in line.split() if word.startswith("http")]
        assert words, f"the server did not start: {line}{self.process.stdout.read() if self.process.poll() else ''}"
        self.address = words[0]

    def url(self, **query: str) -> str:
        """Return the address of a view."""
        return self.address + "?" + "&".join(f"{name}={value}" for name, value in query.items())

    def close(self) -> None:
        """End it."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture(scope="session")
def serve(chromium: Any) -> Iterator[Callable[..., Served]]:
    """Start servers: serve(results, "--max-visitors", "1")."""
    running: list[Served] = []

    def start(results: Path, *options: str) -> Served:
        running.append(Served(results, *options))
        return running[-1]

    yield start
    for server in running:
        server.close()


class Visit:
    """One visitor's page, and everything that went wrong on it.

    page       playwright Page
    troubles   list of str    console errors, failed requests, requests to other hosts
    """

    def __init__(self, browser: Any, width: int = 1280, height: int = 800, *, dark: bool = False) -> None:
        self.context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light"
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(120_000)
        self.troubles: list[str] = []
        self.page.on("console", self._console)
        self.page.on("pageerror", self._script)
        self.page.on("requestfailed", self._failed)
        self.page.on("response", lambda r: self.troubles.append(f"{r.status} {r.url}") if r.status >= 400 else None)
        self.page.on("request", self._foreign)
        self.leaving = False

    def _console(self, message: Any) -> None:
        if message.type == "error" and not self.leaving:
            self.troubles.append(f"console: {message.text}")

    def _script(self, fault: Any) -> None:
        if not self.leaving:
            self.troubles.append(f"script: {fault}")

    def _failed(self, request: Any) -> None:
        if not self.leaving:
            self.troubles.append(f"failed: {request.url} {request.failure}")

    def _foreign(self, request: Any) -> None:
        if not request.url.startswith(("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:")):
            self.troubles.append(f"foreign: {request.url}")

    def open(self, url: str, wait_for: str) -> Any:
        """Go to an address, and wait for something to be there."""
        self.page.goto(url)
        self.page.wait_for_selector(wait_for)
        return self.page

    def close(self) -> None:
        """Leave."""
        self.leaving = True
        self.context.close()


@pytest.fixture
def visit(chromium: Any) -> Iterator[Callable[..., Visit]]:
    """Make visits; at the end none of them may have had any trouble."""
    made: list[Visit] = []

    def make(**settings: Any) -> Visit:
        made.append(Visit(chromium, **settings))
        return made[-1]

    yield make
    for each in made:
        each.close()
    troubles = [trouble for each in made for trouble in each.troubles]
    assert not troubles, "\n".join(["", *troubles])
