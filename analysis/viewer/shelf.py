"""The library of this server, what of it a page may ask for, and the words for choosing among it."""

from __future__ import annotations

import threading
from pathlib import Path

from analysis.viewer.library import RUN, Entry, Library
from analysis.viewer.settings import settings

_libraries: dict[Path, Library] = {}
_guard = threading.Lock()


def library() -> Library:
    """Return the library of the results folder that this server shows."""
    results = Path(settings().results)
    with _guard:
        if results not in _libraries:
            _libraries[results] = Library(results)
        return _libraries[results]


def asked_for(key: str | None, kind: str = RUN) -> Entry | None:
    """Return what a page asks for by its short name; the newest of its kind when it names none; None without any."""
    if key:
        entry = library().find(key)
        return entry if entry is not None and entry.kind == kind else None
    return next((e for e in library().stored() if e.kind == kind and e.openable and e.state != "FAILED"), None)


def words_for(entries: tuple[Entry, ...] | list[Entry]) -> dict[str, str]:
    """Name runs for a menu: title, and what tells runs of one title apart."""
    return {entry.key: label(entry) for entry in entries}


def label(entry: Entry) -> str:
    """Name one run in a few words: scenario, the first digits of its text, seed."""
    if entry.arm:
        return f"{entry.arm} · seed {entry.name.rpartition('seed-')[2].lstrip('0') or '0'}"
    parts = entry.name.split("/")
    seed = parts[-1].removeprefix("seed-").lstrip("0") or "0"
    if len(parts) < 3:
        return entry.name
    return f"{parts[-3]} · {parts[-2][:4]} · seed {seed}"
