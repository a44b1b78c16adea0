"""The server itself: who is refused, what is not fetched, and how it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.analysis.commands import ROOT

pytest.importorskip("solara", reason="the page needs the extra `watch`")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[subprocess.Popen[str], str]]:
    folder = tmp_path_factory.mktemp("results")
    command = [sys.executable, "-m", "analysis.cli", "watch", str(folder), "--port", "0", "--no-browser"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, cwd=folder
    )
    assert process.stdout is not None and process.stderr is not None
    address = next((w for w in process.stdout.readline().split() if w.startswith("http")), "")
    assert address, process.stderr.read()
    yield process, address
    if process.poll() is None:
        process.kill()
    process.wait(10)
    process.stdout.close()
    process.stderr.close()


def answer(url: str, **headers: str) -> int:
    """Ask for an address; the status."""
    asked = urllib.request.Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with urllib.request.urlopen(asked, timeout=20) as told:
            return int(told.status)
    except urllib.error.HTTPError as fault:
        fault.close()
        return fault.code


def test_the_page_is_served_to_this_machine(server) -> None:
    assert server[1].startswith("http://127.0.0.1:")
    assert answer(server[1]) == 200
    assert answer(server[1] + "?view=live&run=quick_look") == 200


def test_strangers_are_refused(server) -> None:
    assert answer(server[1], host="evil.example") == 403
    assert answer(server[1], origin="http://evil.example") == 403


def test_nothing_is_fetched_from_elsewhere(server) -> None:
    assert answer(server[1] + "_solara/cdn/left-pad@1.0.0/index.js") == 404
    assert answer(server[1] + "_solara/cdn/..%2F..%2F..%2Fetc%2Fpasswd") == 404
    assert answer(server[1] + "resourcez") == 404


@pytest.mark.parametrize("origin", [None, "http://evil.example"])
def test_a_foreign_page_gets_no_connection(server, origin: str | None) -> None:
    from websockets.exceptions import InvalidStatus
    from websockets.sync.client import connect

    url = server[1].replace("http", "ws") + "jupyter/api/kernels/0b1c/channels?session_id=1"
    if origin is None:
        with connect(url, origin=server[1].rstrip("/"), open_timeout=20):
            return
    with pytest.raises(InvalidStatus), connect(url, origin=origin, open_timeout=20):
        pass


def test_results_are_not_files_of_the_page(server, tmp_path: Path) -> None:
    for path in ("static/public/../../../etc/passwd", "static/..%2f..%2f..%2fetc%2fpasswd", "run.json"):
        assert answer(server[1] + path) in (403, 404)


def test_it_ends_when_it_is_interrupted(server) -> None:
    """The last test here: it ends the server."""
    process, _ = server
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 0
    assert process.stderr is not None and "Traceback" not in process.stderr.read()
