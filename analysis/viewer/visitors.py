"""Who is looking: how many pages are open, and which of them may stay."""

from __future__ import annotations

import threading

import solara.server.kernel_context as kernels

from analysis.viewer.settings import settings

_lock = threading.Lock()
_present: set[str] = set()


def admitted() -> bool:
    """Give this page a place while there is one; it is free again when the page is closed."""
    if not kernels.has_current_context():
        return True  # not in a browser: a test or a notebook
    page = kernels.get_current_context()
    with _lock:
        if page.id in _present:
            return True
        if len(_present) >= settings().max_visitors:
            return False
        _present.add(page.id)
    page.on_close(lambda: leave(page.id))
    return True


def leave(page: str) -> None:
    """Free the place of a page."""
    with _lock:
        _present.discard(page)


def present() -> int:
    """Return how many pages are open."""
    return len(_present)
