"""Compiled loops over columns. Never `fastmath`: it would change the bits from one processor to the next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba

F = TypeVar("F", bound=Callable[..., Any])


def kernel(function: F) -> F:
    """Compile `function` once and keep it on disk; for loops that are short or must run in order."""
    return numba.njit(cache=True, fastmath=False)(function)  # type: ignore[no-any-return]


def inlined(function: F) -> F:
    """Compile a small scalar function that kernels call; the compiler folds it into its caller."""
    return numba.njit(cache=True, fastmath=False, inline="never")(function)  # type: ignore[no-any-return]


def parallel_kernel(function: F) -> F:
    """Compile `function` with its `prange` loops spread over threads.

    Each iteration may write only its own row, so that the result does not depend on the number of threads.
    """
    return numba.njit(cache=True, fastmath=False, parallel=True)(function)  # type: ignore[no-any-return]
