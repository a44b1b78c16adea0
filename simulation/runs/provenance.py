"""Where a result comes from: code, libraries, machine. No user names, and no paths of the machine."""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
import tomllib
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from simulation.engine.errors import StorageError
from simulation.engine.storage import read_bytes, read_text

DISTRIBUTION = "icam-metastasis"
LIBRARIES = ("numpy", "numba", "llvmlite", "scipy", "mesa", "pandas", "pyarrow", "zarr")
ROOT = Path(__file__).resolve().parents[2]


def version() -> str:
    """Version of this program, as its metadata say, or as its source says where it was not installed."""
    try:
        return metadata.version(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        with suppress(StorageError, ValueError, KeyError):
            return str(tomllib.loads(read_text(ROOT / "pyproject.toml"))["project"]["version"])
        return "unknown"


def now() -> str:
    """Wall time, UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


@cache
def code() -> dict[str, Any]:
    """Describe the code: version, digest of its source, and, where there is a repository, commit and cleanness."""
    told: dict[str, Any] = {"version": version(), "source_sha256": _source_digest(), "lock_sha256": _lock_digest()}
    if (ROOT / ".git").exists():
        told["commit"] = _git("rev-parse", "HEAD")
        changes = _git("status", "--porcelain", "--", "simulation", "pyproject.toml", "requirements-lock.txt")
        told["dirty"] = None if changes is None else bool(changes)
    return told


def _git(*words: str) -> str | None:
    """Ask git; None where it is not there or does not answer."""
    try:
        asked = subprocess.run(
            ["git", "-C", str(ROOT), *words], capture_output=True, text=True, timeout=10, check=True, encoding="utf-8"
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return asked.stdout.strip()


def _source_digest() -> str:
    """SHA-256 of every source file of the model: says that code changed, with or without a repository."""
    told = hashlib.sha256()
    for path in sorted((ROOT / "simulation").rglob("*.py"), key=lambda p: p.relative_to(ROOT).as_posix()):
        told.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + read_bytes(path) + b"\0")
    return told.hexdigest()


def _lock_digest() -> str | None:
    try:
        return hashlib.sha256(read_bytes(ROOT / "requirements-lock.txt")).hexdigest()
    except StorageError:
        return None


@cache
def machine() -> dict[str, Any]:
    """Describe what it ran on: interpreter, libraries, processor, system."""
    found = {}
    for name in LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "unknown"
    return {
        "python": platform.python_version(),
        "libraries": found,
        "system": f"{platform.system()} {platform.release()}",
        "architecture": platform.machine(),
        "processor": _processor(),
        "processors": os.cpu_count(),
    }


def _processor() -> str:
    """Name of the processor, as the system tells it."""
    try:
        for line in read_bytes(Path("/proc/cpuinfo")).decode("utf-8", "replace").splitlines():
            if line.startswith(("model name", "Model")):
                return line.partition(":")[2].strip()
    except StorageError:
        pass
    return platform.processor() or platform.machine()
