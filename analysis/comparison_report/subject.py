"""What a report is about: the study's question, its arms and endpoints, and the runs, in one plain shape.

A comparison is anything with `study` (title, question, base, arms, control, primary, secondary), `runs` and `courses`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import pandas as pd

    from analysis.statistics.attribution import Attribution
    from analysis.study.attribution import Plan

COUNT, LEVEL, TIME = "count", "level", "time"


class Comparison(Protocol):
    """What `write_report` needs: a study as it was read, and its tidy frames.

    runs       a row per run: arm, replicate, seed, status, digest, folder (seen from `folder` of the comparison, if it
               has one), a column per endpoint and, for times, `<name>_observed`
    courses    arm, replicate, day, quantity, value
    """

    @property
    def study(self) -> Any:
        """The study: title, question, base, arms, control, primary, secondary."""

    @property
    def runs(self) -> pd.DataFrame:
        """One row per run."""

    @property
    def courses(self) -> pd.DataFrame:
        """One row per arm, replicate, day and quantity."""


@dataclass(frozen=True)
class Arm:
    """One of the worlds: name in tables, label for people, dose series (or empty) and dose in it (a share)."""

    name: str
    label: str
    series: str
    dose: float | None


@dataclass(frozen=True)
class Asked:
    """An endpoint.

    kind       str     count, level or time
    hoped      str     "less", "more" or ""
    primary    bool    declared in advance
    """

    name: str
    meaning: str
    unit: str
    kind: str
    hoped: str
    primary: bool


@dataclass(frozen=True)
class Subject:
    """All that is reported on.

    done           runs that are complete
    runs           all runs, the failed ones too
    attribution    for each endpoint that was divided among arms of the mechanism
    plan           how it was divided, None where that is not known
    controls       arm that is compared -> the arm it is compared with
    """

    title: str
    question: str
    base: str
    control: str
    arms: tuple[Arm, ...]
    endpoints: tuple[Asked, ...]
    runs: pd.DataFrame
    courses: pd.DataFrame
    attribution: dict[str, Attribution]
    plan: Plan | None
    controls: dict[str, str]

    @property
    def done(self) -> pd.DataFrame:
        """Runs that are complete."""
        return self.runs[self.runs["status"] == "DONE"]

    @property
    def treated(self) -> list[str]:
        """Arms that are compared with another, in the study's order."""
        return list(self.controls)

    @property
    def against(self) -> str:
        """What they are compared with, for a person."""
        names = set(self.controls.values())
        return self.labels[self.control] if names <= {self.control} else "the control of each"

    @property
    def labels(self) -> dict[str, str]:
        """What each arm is called."""
        return {arm.name: arm.label for arm in self.arms}

    def of_kind(self, *kinds: str, primary: bool | None = None) -> list[Asked]:
        """List endpoints of some kinds, all or the primary or the secondary ones."""
        return [e for e in self.endpoints if e.kind in kinds and (primary is None or e.primary == primary)]


def subject_of(comparison: Comparison, attribution: Mapping[str, Attribution] | None = None) -> Subject:
    """Read what a report is about off a comparison; divided effects come with it or are given."""
    study, runs = comparison.study, comparison.runs.copy()
    root = Path(getattr(comparison, "folder", None) or ".")
    runs["folder"] = [str(root / str(name)) if name else "" for name in runs["folder"]]
    arms = tuple(Arm(a.name, a.label, a.series or "", _share(a)) for a in study.arms)
    asked = [(e, True) for e in study.primary] + [(e, False) for e in study.secondary]
    endpoints = tuple(
        Asked(e.name, e.meaning, e.unit, getattr(e.kind, "value", str(e.kind)), e.hoped, primary)
        for e, primary in asked
        if e.name in runs
    )
    return Subject(
        study.title, study.question, study.base, study.control.name, arms, endpoints, runs, comparison.courses,
        dict(attribution or getattr(comparison, "attribution", None) or {}), study.attribution,
        dict(study.controls),
    )  # fmt: skip


def happened(subject: Subject, asked: Asked) -> bool:
    """Tell whether an endpoint has anything to compare: what is counted, or waited for, was there in some run."""
    done = subject.done
    if asked.kind == TIME:
        return bool(done[f"{asked.name}_observed"].astype(bool).any())
    return bool((done[asked.name].fillna(0.0) != 0.0).any()) if asked.kind == COUNT else True


def _share(arm: Any) -> float | None:
    """Return the dose of an arm where it is a share, as of a knockdown; other doses have no full effect at 1."""
    dose = arm.dose
    return float(dose) if dose is not None and arm.unit in ("1", "") and 0.0 <= dose <= 1.0 else None
