"""The parts of an effect in words: what the treatment does, and what of that is lost without each arm."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.comparison_report.subject import Asked, Subject, happened
from analysis.figures.canvas import number
from analysis.figures.palette import words

if TYPE_CHECKING:
    from analysis.statistics.attribution import Attribution
    from analysis.statistics.interval import Interval


@dataclass(frozen=True)
class Divided:
    """One endpoint: what was asked, its parts, and sentences about them, the plainest first."""

    asked: Asked
    parts: Attribution
    lines: list[str]


def divided(subject: Subject) -> list[Divided]:
    """Describe the primary endpoints that were divided and of which anything was seen."""
    found = []
    for asked in subject.endpoints:
        if asked.primary and asked.name in subject.attribution and happened(subject, asked):
            parts = subject.attribution[asked.name]
            found.append(Divided(asked, parts, _lines(asked, parts)))
    return found


def design_told(subject: Subject) -> str:
    """Say for the methods how an effect was divided; empty where none was."""
    plan = subject.plan
    if plan is None:
        return ""
    first, extra = plan.worlds[0], len(plan.worlds) - 1
    named = " and ".join(subject.labels.get(n, n) for n in (first.control, first.treated))
    how = "in all combinations"
    if plan.orders is not None:
        how = f"along {len(plan.orders)} sampled orders and each alone" if plan.orders else "each switched off alone"
    players = ", ".join(map(words, plan.players))
    return (
        f"To divide the effect among arms of the mechanism ({players}), {named} were run again with arms switched off, "
        f"{how}: {extra} more pairs of worlds per replicate, with the same seeds. What is divided is the paired "
        "difference itself, within each replicate; intervals are over replicates."
    )


def _lines(asked: Asked, parts: Attribution) -> list[str]:
    unit = "" if asked.unit == "1" else f" {asked.unit}{'s' if asked.unit == 'day' else ''}"
    lines = [f"With every arm on, the treatment changes it by {_sized(parts.whole, unit)}."]
    if not parts.whole.excludes_zero:
        lines.append("That is not clearly different from none, so its parts say little.")
    rows = parts.parts.assign(size=parts.parts["alone_off"].abs()).sort_values("size", ascending=False, kind="stable")
    unclear, nothing = [], []
    for row in rows.itertuples():
        name = words(str(row.arm))
        if getattr(row, "control_off", math.nan) == getattr(row, "treated_off", math.nan) == 0.0:
            lines.append(f"Without {name} there is nothing left to change: neither control nor treatment has any.")
        elif row.alone_off == row.alone_off_low == row.alone_off_high == 0.0:
            nothing.append(name)
        elif row.alone_off_low > 0.0 or row.alone_off_high < 0.0:
            left = parts.whole.value - row.alone_off
            lines.append(
                f"Without {name} it would be {number(left, sign=True)}{unit}: {name} accounts for "
                f"{number(row.alone_off, sign=True)} ({number(row.alone_off_low)} to {number(row.alone_off_high)})."
            )
        elif math.isfinite(row.alone_off):
            unclear.append(name)
    if unclear:
        lines.append(f"Switching off {_listed(unclear)} changes the effect not clearly.")
    if nothing:
        lines.append(f"Switching off {_listed(nothing)} changes the effect in no pair at all.")
    return lines


def _sized(estimate: Interval, unit: str) -> str:
    if math.isnan(estimate.low):
        return f"{number(estimate.value, sign=True)}{unit}"
    if estimate.low == estimate.high == 0.0:
        return "exactly nothing"
    between = f"{number(estimate.low)} to {number(estimate.high)}"
    return f"{number(estimate.value, sign=True)}{unit} (95 % interval {between})"


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
