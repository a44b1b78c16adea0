"""Which runs of a study failed and why, kept in its folder until they are tried again."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path


class Ledger:
    """Failures by key of the run; those of other code are forgotten, for it may have been the code.

    file    Path    failures.json
    code    str     digest of the source that is running
    """

    def __init__(self, file: Path, code: str) -> None:
        self.file, self.code = file, code
        self.reasons: dict[str, str] = {}
        try:
            kept = json.loads(file.read_text(encoding="utf-8"))
            if kept["code"] == code:
                self.reasons = {str(key): str(reason) for key, reason in kept["runs"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            pass  # none were kept, or nothing that can be read: they will fail again if they must

    def add(self, key: str, reason: str) -> None:
        """Note a failure."""
        self.reasons[key] = reason
        self._write()

    def forget(self, keys: Iterable[str]) -> None:
        """Strike out runs that did not fail, or are to be tried again."""
        gone = [key for key in keys if self.reasons.pop(key, None) is not None]
        if gone:
            self._write()

    def _write(self) -> None:
        from simulation import write_json

        write_json(self.file, {"code": self.code, "runs": dict(sorted(self.reasons.items()))})
