"""What there is to be seen: runs, comparisons and shipped scenarios, each under a short name that never changes.

A name is the beginning of the SHA-256 of the kind and the place below the results folder. The page knows names only, so
that nothing a visitor sends becomes a path. What is damaged or half written is listed with what is wrong with it.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from analysis.viewer import cards

RUN, STUDY, SCENARIO = "run", "study", "scenario"
#: what a folder's state may be besides that of a run
DAMAGED, SHIPPED = "DAMAGED", "SHIPPED"
#: folders below the results that are looked into, and how many entries a page can bear
DEEPEST, MOST = 7, 3_000


@dataclass(frozen=True)
class Entry:
    """One thing that can be opened.

    key        str     short name, the same as long as its place is the same
    kind       str     "run", "study" or "scenario"
    title      str     one line
    line       str     one more: how long, how many, with which luck
    state      str     DONE, RUNNING, FAILED, INTERRUPTED, DAMAGED or SHIPPED
    trouble    str     what is wrong with it, empty where nothing is
    name       str     place below the results folder, or name of the shipped scenario
    study      str     key of the study it belongs to, empty for none
    arm        str     what its arm of that study is called, empty where it is not known
    path       Path    where it lies; never leaves the server
    stamp      float   when it was changed last; the newest come first
    """

    key: str
    kind: str
    title: str
    line: str
    state: str
    trouble: str
    name: str
    study: str = ""
    arm: str = ""
    path: Path = field(default=Path(), repr=False)
    stamp: float = 0.0

    @property
    def openable(self) -> bool:
        """True where there is something to be shown."""
        return self.state != DAMAGED


def key_of(kind: str, name: str) -> str:
    """Return the short name of a place below the results folder, or of a shipped scenario."""
    return hashlib.sha256(f"{kind}:{name}".encode()).hexdigest()[:12]


class Library:
    """Everything below one results folder, and what is shipped.

    results    Path    need not exist
    """

    def __init__(self, results: str | Path) -> None:
        self.results = Path(results)
        self._known: dict[str, tuple[Any, Entry]] = {}
        self._by_key: dict[str, Entry] = {}
        self._pictures: dict[str, tuple[float, bytes | None]] = {}
        self._guard = threading.RLock()
        self.left_out = 0

    def entries(self) -> tuple[Entry, ...]:
        """List everything: studies, then runs, the newest first, then what is shipped."""
        return (*self.stored(), *self.shipped())

    def stored(self) -> tuple[Entry, ...]:
        """List what lies below the results folder: studies, then runs, the newest first."""
        with self._guard:
            found = self._stored()
            self._by_key = {k: e for k, e in self._by_key.items() if e.kind == SCENARIO}
            self._by_key |= {entry.key: entry for entry in found}
        return tuple(sorted(found, key=lambda e: (e.kind != STUDY, -e.stamp, e.name)))

    def shipped(self) -> tuple[Entry, ...]:
        """List the shipped scenarios."""
        with self._guard:
            found = _shipped()
            self._by_key |= {entry.key: entry for entry in found}
        return tuple(found)

    def find(self, key: str) -> Entry | None:
        """Return the entry of a short name; None where there is none. Looks at the disk again for a new one."""
        with self._guard:
            known = self._by_key.get(key)
        if known is not None and (known.kind == SCENARIO or known.path.exists()):
            return known
        return {entry.key: entry for entry in self.stored()}.get(key) or {e.key: e for e in self.shipped()}.get(key)

    def picture(self, key: str) -> bytes | None:
        """Return a small PNG of an entry, None where there is nothing to be drawn; kept in memory."""
        entry = self.find(key)
        if entry is None:
            return None
        with self._guard:
            kept = self._pictures.get(key)
        if kept is not None and kept[0] == entry.stamp:
            return kept[1]
        drawn = cards.picture_of(entry)
        with self._guard:
            self._pictures[key] = (entry.stamp, drawn)
        return drawn

    def run_at(self, folder: Path) -> Entry | None:
        """Return the entry of a run's folder that another file names; None where it is not below the results."""
        try:
            name = folder.resolve().relative_to(self.results.resolve()).as_posix()
        except (ValueError, OSError):
            return None
        return self.find(key_of(RUN, name))

    def control_of(self, entry: Entry) -> Entry | None:
        """Return the run of the control that is paired with a run of a study; None where there is none."""
        study = self.find(entry.study) if entry.study else None
        if study is None:
            return None
        control = cards.control_of(study.path, entry.path.parent.name)
        folder = entry.path.parent.parent / control / entry.path.name if control else None
        return self.run_at(folder) if folder is not None else None

    # ---- looking ----

    def _stored(self) -> list[Entry]:
        found: list[Entry] = []
        self.left_out = 0
        cards.arms_of.cache_clear()
        for kind, folder, study in _folders(self.results):
            if len(found) >= MOST:
                self.left_out += 1
                continue
            found.append(self._entry(kind, folder, study))
        return found

    def _entry(self, kind: str, folder: Path, study: Path | None) -> Entry:
        name = folder.relative_to(self.results).as_posix()
        stamps = _stamps(folder)
        kept = self._known.get(f"{kind}:{name}")
        if kept is not None and kept[0] == stamps:
            return kept[1]
        told = cards.study_told(folder) if kind == STUDY else cards.run_told(folder)
        entry = Entry(
            key_of(kind, name), kind, told.title or folder.name, told.line, told.state, told.trouble, name,
            study="" if study is None else key_of(STUDY, study.relative_to(self.results).as_posix()),
            arm="" if study is None else cards.arms_of(study).get(folder.parent.name, ("", ""))[1],
            path=folder,
            stamp=max((stamp for stamp, _ in stamps), default=0.0),
        )  # fmt: skip
        self._known[f"{kind}:{name}"] = (stamps, entry)
        return entry


def _folders(results: Path) -> Iterator[tuple[str, Path, Path | None]]:
    """Walk through the results: what each folder is, and the study it lies in; hidden ones and links are left alone."""
    waiting: list[tuple[Path, Path | None, int]] = [(results, None, 0)]
    while waiting:
        folder, study, depth = waiting.pop()
        try:
            inside = sorted(os.scandir(folder), key=lambda e: e.name)
        except OSError:
            continue
        names = {e.name for e in inside}
        if depth and (names & {"run.json", "status", "summary.parquet"} or _named_as_run(folder, names)):
            yield RUN, folder, study
            continue
        if depth and names & {"study.json", "runs.parquet"}:
            yield STUDY, folder, None
            study = folder
        if depth < DEEPEST:
            waiting += [
                (Path(e.path), study, depth + 1)
                for e in reversed(inside)
                if not e.name.startswith(".") and e.is_dir(follow_symlinks=False)
            ]


def _named_as_run(folder: Path, names: set[str]) -> bool:
    """Tell whether a folder was begun as a run's and nothing was written yet."""
    return folder.name.startswith("seed-") and not {"runs", "arms"} & names


def _stamps(folder: Path) -> tuple[tuple[float, int], ...]:
    """Return what changes when a folder's content does: times and sizes of the files that tell about it."""
    found = []
    for name in ("run.json", "status", "summary.parquet", "endpoints.json", "study.json", "runs.parquet", "cells", ""):
        try:
            at = (folder / name).stat()
            found.append((at.st_mtime, at.st_size if name else 0))
        except OSError:
            found.append((0.0, -1))
    return tuple(found)


def _shipped() -> list[Entry]:
    """List the shipped scenarios."""
    from simulation import shipped_names

    found = []
    for name, path in shipped_names().items():
        told = cards.scenario_told(name, path)
        entry = Entry(key_of(SCENARIO, name), SCENARIO, told.title, told.line, told.state, told.trouble, name)
        found.append(replace(entry, path=path))
    return found
