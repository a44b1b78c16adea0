"""How far a batch is, for a person: a live bar on a terminal, else a line for each tenth of the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.terminal import paper, span

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

    from analysis.batch import Tally


class BatchWatch:
    """Takes tallies and shows them on stderr.

    quiet    bool    shows nothing at all
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self.console = paper(stderr=True)
        self.quiet = quiet
        self._bar: Bar | None = None
        self._task: TaskID | None = None
        self._tenth = -1

    def __enter__(self) -> BatchWatch:
        if not self.quiet and self.console.is_terminal:
            from rich.progress import BarColumn, SpinnerColumn, TextColumn
            from rich.progress import Progress as Bar

            self._bar = Bar(
                SpinnerColumn(), BarColumn(bar_width=28), TextColumn("{task.description}"),
                console=self.console, transient=True,
            )  # fmt: skip
            self._bar.start()
            self._task = self._bar.add_task("starting workers", total=None)
        return self

    def __exit__(self, *_: Any) -> None:
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, tally: Tally) -> None:
        """Show how far it is."""
        ended = tally.reused + tally.done + tally.failed
        if self.quiet:
            return
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, description=told(tally), total=tally.total, completed=ended)
            return
        tenth = 10 * ended // max(tally.total, 1)
        if tenth > self._tenth:
            self._tenth = tenth
            self.console.print(told(tally), markup=False)


def told(tally: Tally) -> str:
    """Write how far a batch is in one line."""
    ended = tally.reused + tally.done + tally.failed
    parts = [f"{ended:,} of {tally.total:,} runs"]
    if tally.reused:
        parts.append(f"{tally.reused:,} from before")
    if tally.failed:
        parts.append(f"{tally.failed:,} failed")
    if not tally.workers and ended < tally.total:
        parts.append("waiting for workers")
    elif ended < tally.total:
        many = "worker" if tally.workers == 1 else "workers"
        parts.append(f"{tally.workers} {many}")
        if tally.left is not None:
            parts.append(f"{span(tally.left)} left")
    elif tally.done:
        parts.append(span(tally.elapsed))
    return "  ".join(parts)
