"""A finished comparison as it lies on disk: its question, arms and runs, read from the tables beside it.

The tables are read, not the runs made again in mind: what was compared stays readable when the model has moved on.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.endpoint import Endpoint, endpoints
from simulation import StorageError

if TYPE_CHECKING:
    import pandas as pd

    from analysis.comparison_report.findings import Findings
    from analysis.comparison_report.sentences import Verdict
    from analysis.comparison_report.subject import Subject

REMEDY = "let `icam compare` go on; what is done is kept"


@dataclass(frozen=True)
class Arm:
    """One of the worlds, as `study.json` tells it."""

    name: str
    label: str
    series: str
    dose: float | None
    unit: str


@dataclass(frozen=True)
class Asked:
    """The study, as far as a page needs it."""

    title: str
    question: str
    base: str
    arms: tuple[Arm, ...]
    control: Arm
    primary: tuple[Endpoint, ...]
    secondary: tuple[Endpoint, ...]
    replicates: int
    controls: dict[str, str]
    attribution: None = None


class Outcome:
    """What came of a comparison.

    folder    Path    of the study
    raises    StorageError    where its description or tables cannot be read
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.runs = _table(folder / "runs.parquet")
        self.courses = _table(folder / "courses.parquet")
        self.study = _asked(folder / "study.json", self.runs)

    @cached_property
    def subject(self) -> Subject:
        """The same, as a report takes it."""
        from analysis.comparison_report.subject import subject_of

        return subject_of(self)

    @cached_property
    def findings(self) -> Findings:
        """Effects with their intervals; takes a moment."""
        from analysis.comparison_report.findings import find

        return find(self.subject)

    @cached_property
    def figures(self) -> dict[str, str]:
        """Figures by name, as SVG that takes the page's colours."""
        from analysis.comparison_report.drawings import figures

        done = self.subject.done
        return figures(self.subject, self.findings) if (done["arm"] == self.study.control.name).any() else {}

    @cached_property
    def verdicts(self) -> list[tuple[str, list[Verdict]]]:
        """What the primary endpoints answer: title, a verdict per arm."""
        from analysis.comparison_report import drawings, sentences
        from analysis.comparison_report.subject import happened

        return [
            (
                drawings.title_of(e),
                [sentences.verdict(self.subject, self.findings, e, arm) for arm in self.subject.treated],
            )
            for e in self.subject.endpoints
            if self.figures and e.primary and happened(self.subject, e)
        ]

    def colours(self) -> dict[str, str]:
        """Colour of every arm."""
        from analysis.comparison_report.drawings import colours

        return colours(self.subject)

    def run_folder(self, arm: str, replicate: int) -> Path | None:
        """Return where a run lies; None where the tables do not have it."""
        rows = self.runs[(self.runs["arm"] == arm) & (self.runs["replicate"] == replicate)]
        return self.folder / str(rows["folder"].iloc[0]) if len(rows) else None

    def value(self, endpoint: str, arm: str, replicate: int) -> float | None:
        """Return what a run answers; None where it does not."""
        rows = self.runs[(self.runs["arm"] == arm) & (self.runs["replicate"] == replicate)]
        if not len(rows) or rows["status"].iloc[0] != "DONE" or endpoint not in rows:
            return None
        value = float(rows[endpoint].iloc[0])
        return value if value == value else None


def _table(file: Path) -> pd.DataFrame:
    import pandas as pd
    import pyarrow as pa

    if not file.is_file():
        raise StorageError(f"{file.name} is missing", where=str(file), remedy=REMEDY)
    try:
        return pd.read_parquet(file)
    except (pa.ArrowException, OSError, ValueError) as fault:
        raise StorageError(f"{file.name} cannot be read", where=str(file), remedy=REMEDY) from fault


def _asked(file: Path, runs: pd.DataFrame) -> Asked:
    try:
        about: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        against = {str(a["name"]): str(a.get("against", about["control"])) for a in about["arms"]}
        # what only divides an effect among mechanisms is compared with nothing
        worlds = {str(about["control"]), *against.values()} | {name for name, other in against.items() if other}
        arms = tuple(
            Arm(str(a["name"]), str(a["label"]), str(a["series"] or ""), a["dose"], str(a["unit"]))
            for a in about["arms"]
            if a["name"] in worlds
        )
        control = next(arm for arm in arms if arm.name == about["control"])
        controls = {a.name: against[a.name] for a in arms if against[a.name] and a.name != control.name}
        named = {kind: [str(e["name"]) for e in about[kind]] for kind in ("primary", "secondary")}
        title, question, base = (str(about[name]) for name in ("title", "question", "base"))
        replicates = int(about["replicates"])
    except (OSError, ValueError, KeyError, TypeError, StopIteration, RecursionError) as fault:
        raise StorageError("study.json cannot be read", where=str(file), remedy=REMEDY) from fault
    known = endpoints([name.removeprefix("arrivals_") for name in runs.columns if name.startswith("arrivals_")])

    def found(kind: str) -> tuple[Endpoint, ...]:
        return tuple(known[name] for name in named[kind] if name in known and name in runs)

    return Asked(
        title=title, question=question, base=base, arms=arms, control=control, primary=found("primary"),
        secondary=found("secondary"), replicates=replicates, controls=controls,
    )  # fmt: skip


_open: OrderedDict[tuple[str, float], Outcome] = OrderedDict()
_gate = threading.Lock()


def outcome_of(folder: Path, stamp: float) -> Outcome:
    """Open a study's folder, or return it as it was opened before."""
    key = (str(folder), stamp)
    with _gate:
        if key not in _open:
            _open[key] = Outcome(folder)
            while len(_open) > 4:
                _open.popitem(last=False)
        _open.move_to_end(key)
        return _open[key]
