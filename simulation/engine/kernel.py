"""Compiled loops over columns. Never `fastmath`: it would change the bits from one processor to the next.

Compiled code is kept on disk. Numba renews it when a kernel's own file changes, but not when a function that the kernel
calls changes in another file; so the place where it is kept is named after the contents of the files such functions
stand in. Neither can it read what it kept for a named tuple's class that has moved or got another name: the place is
named after these classes too.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

# Threads that wait for work must sleep, not spin: on a busy machine spinning costs a thousand times the loop.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import numba

#: loops shorter than this run on one thread
FEW_ROWS = 1500

# A division by 0 gives inf or nan, as in numpy, and raises nothing: a test before each division would keep the compiler
# from working on several cells at once (three times as fast where divisions dominate, measured). All three kinds must
# agree, since a scalar function is compiled once for all kernels that call it.
COMPILING: dict[str, Any] = {"cache": True, "fastmath": False, "error_model": "numpy"}

NAMED_TUPLE = re.compile(rb"^class (\w+)\(NamedTuple\)", re.MULTILINE)

F = TypeVar("F", bound=Callable[..., Any])


def compiled_code_folder() -> Path:
    """Return the folder for compiled code, which may not exist yet: the user's cache, or a temporary place."""
    engine, package = Path(__file__).parent, Path(__file__).parents[1]
    sources = {path: path.read_bytes() for path in sorted(package.rglob("*.py"))}
    named = hashlib.sha256()
    for path, text in sources.items():
        if path.parent == engine and b"@inlined" in text:
            named.update(text)
        for name in NAMED_TUPLE.findall(text):
            named.update(f"{path.relative_to(package)}:{name.decode()};".encode())
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    spare = Path(tempfile.gettempdir()) / f"icam-metastasis-{os.getuid() if hasattr(os, 'getuid') else 0}"
    for base in (home / "icam-metastasis", spare):
        try:
            base.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(base, os.W_OK):
            return base / named.hexdigest()[:12]
    return spare


if "NUMBA_CACHE_DIR" not in os.environ:
    numba.config.CACHE_DIR = str(compiled_code_folder())


def threads_for(rows: int) -> int:
    """Tell how many threads to use: one while there is too little work to be worth waking others.

    rows    int    length of the loop
    """
    return int(numba.get_num_threads()) if rows >= FEW_ROWS else 1


def kernel(function: F) -> F:
    """Compile `function` once and keep it on disk; for loops that are short or must run in order."""
    return numba.njit(**COMPILING)(function)  # type: ignore[no-any-return]


def inlined(function: F) -> F:
    """Compile a small scalar function that kernels call; the compiler folds it into its caller."""
    return numba.njit(**COMPILING, forceinline=True)(function)  # type: ignore[no-any-return]


def parallel_kernel(function: F) -> F:
    """Compile `function` with its `prange` loops spread over threads.

    Each iteration may write only its own row, so that the result does not depend on the number of threads.
    """
    return numba.njit(**COMPILING, parallel=True)(function)  # type: ignore[no-any-return]
