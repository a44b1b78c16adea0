"""Starting the page's server: everything that must be settled before solara is imported, and the end of it."""

from __future__ import annotations

import errno
import importlib.util
import os
import socket
import sys
import threading
import time
import warnings
import webbrowser
from pathlib import Path
from typing import Any

from analysis.viewer.beforehand import ahead_of_visitors, import_beforehand
from analysis.viewer.nest import build_nest
from simulation import InputError, StorageError

PAGE = "analysis.viewer.page"
#: what the page needs beside the core: module -> package
NEEDED = {"solara": "solara", "anywidget": "anywidget", "plotly": "plotly", "k3d": "k3d"}
#: where solara-assets puts the files that a browser would otherwise fetch from the internet
ASSETS = Path(sys.prefix) / "share" / "solara" / "cdn"
#: a closed tab's page is kept so long, in case it was only reloaded
LINGER = "20s"


def require_packages() -> None:
    """Raise InputError, in one line, where packages are missing."""
    missing = [package for module, package in NEEDED.items() if importlib.util.find_spec(module) is None]
    if not asset_folders():
        missing.append("solara-assets")
    if missing:
        raise InputError(
            f"the page needs {', '.join(missing)}", where="icam watch",
            remedy="install with: pip install 'icam-metastasis[watch]'",
        )  # fmt: skip


def asset_folders() -> list[Path]:
    """Return the folders with the browser's files; empty where solara-assets is not installed."""
    return [ASSETS] if any(ASSETS.glob("@widgetti/solara-vuetify-app@*")) else []


def bound(host: str, port: int) -> socket.socket:
    """Return a socket that listens; raises InputError where the port is taken or the address is not this machine's."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(64)
    except (OSError, OverflowError) as fault:
        listener.close()
        number = getattr(fault, "errno", None)
        if number == errno.EADDRINUSE:
            raise InputError(
                f"port {port} is in use",
                where="icam watch",
                remedy="name another one with --port, or end the other page",
            ) from fault
        if number == errno.EACCES:
            raise InputError(
                f"port {port} is not for everybody", where="icam watch", remedy="use 1024 or above"
            ) from fault
        raise InputError(
            f"{host}:{port} is no address of this machine", where="icam watch", remedy="leave out --host"
        ) from fault
    return listener


def prepare(host: str, visitors: int, app: str = PAGE) -> Any:
    """Import solara with everything settled, and return the guarded page as an ASGI application."""
    for name, value in {
        "SOLARA_APP": app,
        "SOLARA_MODE": "production",
        "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False",
        "SOLARA_THEME_SHOW_BANNER": "False",
        "SOLARA_THEME_VARIANT": "light",  # "auto" leaves solara's page without its root element
        "SOLARA_THEME_TITLE": "ICAM-1 metastasis",
        "SOLARA_KERNEL_CULL_TIMEOUT": LINGER,
        "SOLARA_KERNEL_MAX_PER_SESSION": str(2 * visitors + 10),
        "SOLARA_SESSION_HTTP_ONLY": "True",
        "SOLARA_CHECK_HOOKS": "off",
    }.items():
        os.environ[name] = value
    from solara.server import settings as served_with
    from solara.server.starlette import app as served

    served_with.assets.extra_locations = [str(Path(__file__).with_name("assets"))]  # custom.js: patience with widgets

    # Advice for whoever puts solara behind a proxy, once for every page.
    warnings.filterwarnings("ignore", category=UserWarning, module=r"solara\..*")
    from analysis.viewer.guard import Guard

    return Guard(served, host, asset_folders(), most=2 * visitors + 10)


def serve(host: str, port: int, *, visitors: int, browser: bool, say: Any) -> None:
    """Serve the page until it is interrupted.

    host, port    where to listen; port 0 = any that is free
    visitors      pages open at once
    browser       bool        open one
    say           function    called with the address, once a browser may ask for it
    """
    require_packages()
    listener = bound(host, port)
    where = listener.getsockname()
    shown = f"[{where[0]}]" if ":" in str(where[0]) else {"0.0.0.0": "127.0.0.1"}.get(where[0], where[0])
    address = f"http://{shown}:{where[1]}/"
    try:
        build_nest()  # imports the simulation in a process of its own, while this one imports the page
        say(address)  # whoever asks from now on is answered as soon as the page is there
        if browser:
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
        _run(listener, host, visitors)
    except KeyboardInterrupt:
        pass  # that is how it is meant to end
    finally:
        listener.close()


def _run(listener: socket.socket, host: str, visitors: int) -> None:
    import uvicorn

    config = uvicorn.Config(
        prepare(host, visitors), log_level="error", access_log=False, ws_per_message_deflate=False, ws_max_size=2**20,
        timeout_graceful_shutdown=2, lifespan="on", server_header=False,
    )  # fmt: skip
    server = uvicorn.Server(config)
    ahead_of_visitors()

    def ahead() -> None:
        while not server.started and not server.should_exit:
            time.sleep(0.02)
        if server.started:
            import_beforehand()

    threading.Thread(target=ahead, daemon=True).start()
    server.run(sockets=[listener])


def results_folder(path: Path) -> Path:
    """Return the folder as an absolute path; raises StorageError where there is a file in its place."""
    if path.exists() and not path.is_dir():
        raise StorageError("this is a file, not a folder of results", where=str(path), remedy="name a folder")
    return path.resolve()
