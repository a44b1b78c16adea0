"""What a person sees: text on stdout, and how far a run is on stderr, as a live bar or as a few plain lines."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from rich.console import Console

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

    from simulation import Progress

#: width of tables where no terminal says how wide it is
PLAIN_WIDTH = 160
PHASES = {
    "building": "laying out the tissue",
    "compiling": "compiling kernels (first run only)",
    "running": "simulating",
    "done": "done",
    "interrupted": "interrupted",
}


class Paper(Console):
    """A console whose reader may go away, as `head` does."""

    def on_broken_pipe(self) -> None:
        """Let whoever called decide."""
        raise BrokenPipeError


def paper(*, stderr: bool = False) -> Paper:
    """Return where to write: as wide as the terminal, or wide and plain where there is none."""
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() or os.environ.get("COLUMNS") else PLAIN_WIDTH
    return Paper(stderr=stderr, width=width, highlight=False, soft_wrap=False)


def span(seconds: float | None) -> str:
    """Write a stretch of wall time: "8 s", "3 min 20 s", "2 h 05 min"."""
    if seconds is None:
        return "?"
    whole = round(seconds)
    if whole < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


class Watch:
    """Tells how far a run is: a live bar on a terminal, else a line for each tenth of the way.

    quiet    bool    says nothing at all
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self.console = paper(stderr=True)
        self.quiet = quiet
        self._bar: Bar | None = None
        self._task: TaskID | None = None
        self._phase, self._tenth = "", -1

    def __enter__(self) -> Watch:
        if not self.quiet and self.console.is_terminal:
            from rich.progress import BarColumn, SpinnerColumn, TextColumn
            from rich.progress import Progress as Bar

            self._bar = Bar(
                SpinnerColumn(), TextColumn("{task.description}"), BarColumn(bar_width=28),
                TextColumn("{task.fields[told]}"), console=self.console, transient=True,
            )  # fmt: skip
            self._bar.start()
            self._task = self._bar.add_task("starting", total=None, told="")
        return self

    def __exit__(self, *_: Any) -> None:
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, progress: Progress) -> None:
        """Take one report of a run."""
        if self.quiet:
            return
        phase = PHASES.get(progress.phase, progress.phase)
        if self._bar is not None and self._task is not None:
            total = progress.until_day or None
            self._bar.update(self._task, description=phase, total=total, completed=progress.day, told=told(progress))
            return
        tenth = int(10 * progress.day / progress.until_day) if progress.until_day else -1
        if phase != self._phase or (progress.phase == "running" and tenth > self._tenth):
            self._phase, self._tenth = phase, tenth
            self.console.print(f"{phase}: {told(progress)}" if progress.until_day else phase, markup=False)


def told(progress: Progress) -> str:
    """Write how far a run is in one line."""
    if not progress.until_day:
        return ""
    parts = [
        f"day {progress.day:.2f} of {progress.until_day:.3g}",
        f"{progress.cells:,} cells",
        f"{progress.events:,} events",
    ]
    if progress.doing and progress.phase == "compiling":
        parts.append(progress.doing)
    elif progress.phase == "running":
        early = progress.day < 0.01 * progress.until_day  # too early to tell
        parts.append("" if early or progress.left is None else f"{span(progress.left)} left")
    else:
        parts.append(span(progress.elapsed))
    return "  ".join(part for part in parts if part)
