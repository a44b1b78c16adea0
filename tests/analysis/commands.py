"""Calling `icam` from tests: inside this process, or as a command of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from analysis.cli import main

ROOT = Path(__file__).parents[2]

#: a scenario that runs within a second
GOOD = (
    "until: 20 min\ncells_per_agent: 50\ntissue:\n  liver_nodule:\n    width: 400 um\n    nodule_radius: 60 um\n"
    "    capsule_thickness: 40 um\nrecord:\n  every: 10 min\n  cells: off\n  fields: off\n"
)


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def faults(self) -> list[str]:
        return self.err.splitlines()


class Icam:
    """Calls `icam` in this process."""

    def __init__(self, captured: pytest.CaptureFixture[str]) -> None:
        self.captured = captured

    def __call__(self, *words: object) -> Ended:
        self.captured.readouterr()
        with pytest.raises(SystemExit) as left:
            main([str(word) for word in words])
        out, err = self.captured.readouterr()
        assert isinstance(left.value.code, int)
        assert "Traceback" not in err
        return Ended(left.value.code, out, err)


def as_command(*words: object, shell: str = "{}", **more: str) -> Ended:
    """Call `icam` as a process of its own; `shell` may put it into a pipe or send its output elsewhere."""
    environment = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "FORCE_COLOR")} | more
    environment["PYTHONPATH"] = str(ROOT)
    quoted = " ".join(f"'{word}'" for word in (sys.executable, "-m", "analysis.cli", *words))
    line = "set -o pipefail; " + shell.format(quoted)
    done = subprocess.run(
        ["bash", "-c", line], capture_output=True, text=True, env=environment, timeout=300, check=False
    )
    return Ended(done.returncode, done.stdout, done.stderr)
