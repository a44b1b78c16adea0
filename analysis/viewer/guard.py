"""The gate before the page's server: who is refused before anything of the page is reached.

Refused are other hosts' names (a foreign page that has made its own name point here), other origins (a foreign page
that talks to this one), connections beyond the allowed number, and files that would have to be fetched from elsewhere.
Browsers are told to load nothing from any other host.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

LOOPBACK = ("127.0.0.1", "::1", "localhost")
#: of solara: files that it would fetch from the internet when they are not there
FETCHED = "/_solara/cdn/"
#: of solara: what is going on in the server is nobody's business
CLOSED = ("/resourcez",)


class Guard:
    """ASGI application around another one.

    app          the page
    host         address to which the server is bound
    files        folders that hold what the page may ask for under `FETCHED`
    most         websockets open at once
    """

    def __init__(self, app: App, host: str, files: Iterable[Path], most: int) -> None:
        self.app, self.files, self.most, self.open = app, tuple(files), most, 0
        self.everywhere = host in ("0.0.0.0", "::")
        self.names = {*LOOPBACK, host.lower()} if not self.everywhere else {*LOOPBACK, *_own_names()}

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        kind = scope["type"]
        if kind not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        why = self.why_not(scope)
        if kind == "websocket":
            if not why and self.open >= self.most:
                why = "too many connections"
            if why:
                await receive()
                await send({"type": "websocket.close", "code": 1008, "reason": why})
                return
            self.open += 1
            try:
                await self.app(scope, receive, send)
            finally:
                self.open -= 1
            return
        if why:
            await _refuse(send, 404 if why == "not here" else 403, why)
            return
        host = _header(scope, b"host")

        async def closed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], *_headers(host)]}
            await send(message)

        await self.app(_as_it_is(scope), receive, closed)

    def why_not(self, scope: Message) -> str:
        """Say why a request is refused; "" when it is not."""
        host, origin = _header(scope, b"host"), _header(scope, b"origin", "twice")
        name = _name_of(host)
        if not self._is_ours(name):
            return "this server answers to its own name only"
        if origin and (
            urlsplit(origin).scheme not in ("http", "https") or urlsplit(origin).netloc.lower() != host.lower()
        ):
            return "requests from other pages are refused"
        path = scope.get("path", "")
        if path in CLOSED or (path.startswith(FETCHED) and not self._is_here(path.removeprefix(FETCHED))):
            return "not here"
        return ""

    def _is_ours(self, name: str) -> bool:
        if name in self.names:
            return True
        if not self.everywhere:
            return False
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True

    def _is_here(self, path: str) -> bool:
        """Tell whether a file is in one of the folders, and not above them."""
        parts = path.split("/")
        if not path or any(part in ("", ".", "..") or "\\" in part or "\0" in part for part in parts):
            return False
        return any(folder.joinpath(*parts).is_file() for folder in self.files)


def _as_it_is(scope: Message) -> Message:
    """Compress nothing for a browser on this machine: it takes longer than to hand over the files as they are."""
    client = scope.get("client")
    if not client or client[0] not in LOOPBACK:
        return scope
    return {**scope, "headers": [(k, v) for k, v in scope["headers"] if k.lower() != b"accept-encoding"]}


def _header(scope: Message, name: bytes, twice: str = "") -> str:
    """Return a header, "" where there is none, `twice` where it is there more than once."""
    found = [value.decode("latin-1") for key, value in scope.get("headers", ()) if key.lower() == name]
    return found[0] if len(found) == 1 else twice if found else ""


def _name_of(host: str) -> str:
    """Take the port off "name:port" or "[::1]:port"."""
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return ""


def _own_names() -> set[str]:
    name = socket.gethostname().lower()
    return {name, socket.getfqdn().lower(), f"{name}.local"}


def _headers(host: str) -> list[tuple[bytes, bytes]]:
    policy = (
        "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; "
        f"connect-src 'self' ws://{host} wss://{host} data: blob:; frame-ancestors 'none'; form-action 'self'"
    )
    return [
        (b"content-security-policy", policy.encode("latin-1")),
        (b"x-content-type-options", b"nosniff"),
        (b"x-frame-options", b"DENY"),
        (b"referrer-policy", b"same-origin"),
    ]


async def _refuse(send: Send, status: int, why: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": f"{why}\n".encode()})
