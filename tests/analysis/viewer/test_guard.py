"""The gate: foreign names, foreign origins, files from elsewhere, and too many connections are refused."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from analysis.viewer.guard import FETCHED, Guard


async def page(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        await asyncio.sleep(scope.get("linger", 0))
        return
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"the page"})


def ask(guard: Guard, path: str = "/", kind: str = "http", **headers: str) -> list[dict[str, Any]]:
    """Send one request; the answers."""
    return asyncio.run(asked(guard, path, kind, **headers))


async def asked(
    guard: Guard, path: str = "/", kind: str = "http", linger: float = 0.0, **headers: str
) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": f"{kind}.connect"}

    async def send(message: Any) -> None:
        told.append(dict(message))

    lines = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()]
    await guard({"type": kind, "path": path, "headers": lines, "linger": linger}, receive, send)
    return told


@pytest.fixture
def guard(tmp_path: Path) -> Guard:
    (tmp_path / "cdn" / "@widgetti").mkdir(parents=True)
    (tmp_path / "cdn" / "@widgetti" / "app.js").write_text("1")
    (tmp_path / "secret.txt").write_text("1")
    return Guard(page, "127.0.0.1", [tmp_path / "cdn"], most=1)


@pytest.mark.parametrize("host", ["127.0.0.1:8765", "localhost:8765", "localhost", "[::1]:80", "LOCALHOST:1"])
def test_own_names_are_served(guard: Guard, host: str) -> None:
    told = ask(guard, host=host, origin=f"http://{host.lower()}")
    assert told[0]["status"] == 200 and told[1]["body"] == b"the page"


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"}, {"host": "evil.example:8765"}, {"host": "127.0.0.1.evil.example"}, {}, {"host": ""},
        {"host": "127.0.0.1@evil.example"}, {"host": "[::1"}, {"host": "192.168.1.7:8765"},
        {"host": "127.0.0.1:8765", "origin": "http://evil.example"}, {"host": "127.0.0.1:8765", "origin": "null"},
        {"host": "127.0.0.1:8765", "origin": "http://127.0.0.1:9999"}, {"host": "localhost:1", "origin": "file://localhost:1"},
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_strangers_are_refused(guard: Guard, kind: str, headers: dict[str, str]) -> None:
    (first, *_) = ask(guard, kind=kind, **headers)
    if kind == "http":
        assert first["status"] == 403
    else:
        assert first["type"] == "websocket.close" and first["code"] == 1008


def test_two_hosts_are_no_host(guard: Guard) -> None:
    scope = {"type": "http", "path": "/", "headers": [(b"host", b"localhost"), (b"host", b"evil.example")]}
    assert guard.why_not(scope)


@pytest.mark.parametrize("path", ["@widgetti/app.js"])
def test_files_that_are_here_are_served(guard: Guard, path: str) -> None:
    assert ask(guard, FETCHED + path, host="localhost")[0]["status"] == 200


@pytest.mark.parametrize(
    "path",
    [
        "@widgetti/other.js",
        "../secret.txt",
        "@widgetti/../../secret.txt",
        "",
        "/etc/passwd",
        "a\0b",
        "..\\secret.txt",
        "@widgetti",
    ],
)
def test_nothing_is_fetched_and_nothing_above_is_read(guard: Guard, path: str) -> None:
    assert ask(guard, FETCHED + path, host="localhost")[0]["status"] == 404


def test_what_goes_on_in_the_server_is_nobodys_business(guard: Guard) -> None:
    assert ask(guard, "/resourcez", host="localhost")[0]["status"] == 404


def test_browsers_are_told_to_load_nothing_from_elsewhere(guard: Guard) -> None:
    headers = dict(ask(guard, host="localhost:8765")[0]["headers"])
    policy = headers[b"content-security-policy"].decode()
    assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy and "https:" not in policy
    assert headers[b"x-frame-options"] == b"DENY"


def test_one_connection_too_many(guard: Guard) -> None:
    async def both() -> list[list[dict[str, Any]]]:
        first = asyncio.create_task(asked(guard, kind="websocket", linger=0.05, host="localhost"))
        await asyncio.sleep(0.01)
        second = await asked(guard, kind="websocket", host="localhost")
        return [await first, second, await asked(guard, kind="websocket", host="localhost")]

    first, second, third = asyncio.run(both())
    assert first[0]["type"] == "websocket.accept"
    assert second[0]["type"] == "websocket.close" and second[0]["reason"] == "too many connections"
    assert third[0]["type"] == "websocket.accept"  # the place is free again


def test_everywhere_means_addresses_and_own_names_only() -> None:
    guard = Guard(page, "0.0.0.0", [], most=1)
    assert ask(guard, host="192.168.1.7:8765")[0]["status"] == 200
    assert ask(guard, host="evil.example:8765")[0]["status"] == 403


@pytest.mark.parametrize(("client", "compressed"), [("127.0.0.1", False), ("::1", False), ("192.0.2.7", True)])
def test_only_browsers_elsewhere_get_compressed_files(tmp_path: Path, client: str, compressed: bool) -> None:
    seen: list[bool] = []

    async def page(scope: Any, receive: Any, send: Any) -> None:
        seen.append(any(name == b"accept-encoding" for name, _ in scope["headers"]))

    async def nothing(*_: Any) -> Any:
        return {}

    headers = [(b"host", b"localhost"), (b"Accept-Encoding".lower(), b"gzip")]
    scope = {"type": "http", "path": "/", "headers": headers, "client": (client, 1)}
    asyncio.run(Guard(page, "127.0.0.1", [tmp_path], most=1)(scope, nothing, nothing))
    assert seen == [compressed]


def test_an_origin_told_twice_is_refused(guard: Guard) -> None:
    ours = (b"origin", b"http://127.0.0.1:8765")
    headers = [(b"host", b"127.0.0.1:8765"), ours]
    assert guard.why_not({"type": "http", "path": "/", "headers": headers}) == ""
    for second in (ours, (b"origin", b"http://evil.example")):
        assert "refused" in guard.why_not({"type": "http", "path": "/", "headers": [*headers, second]})
