"""What the page's server allows; set once by `icam watch` before the page is loaded."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Settings:
    """Limits and places.

    results          Path            folder whose runs and comparisons are shown; the page itself names none
    max_visitors     1               pages open at once; the next is told to wait
    max_cells        1               agents that a live run may have
    max_minutes      min             wall time that a live run may use
    idle             min             a live run that nobody looks at is ended after so long
    """

    results: Path = Path("results")
    max_visitors: int = 20
    max_cells: int = 250_000
    max_minutes: float = 240.0
    idle: float = 10.0


_current = Settings()


def settings() -> Settings:
    """Return what holds now."""
    return _current


def change(**values: Any) -> Settings:
    """Change some of it."""
    global _current
    _current = replace(_current, **values)
    return _current
