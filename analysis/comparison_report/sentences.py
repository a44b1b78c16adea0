"""What came out, in words: direction, size, how sure, for a reader who wants none of the machinery."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.comparison_report.findings import Findings
from analysis.comparison_report.subject import COUNT, TIME, Asked, Subject, happened
from analysis.figures.canvas import number
from analysis.statistics.paired import changes, smallest_p

if TYPE_CHECKING:
    import pandas as pd

HOPED, AGAINST, NEUTRAL, UNCLEAR, NONE, UNSEEN = "hoped", "against", "neutral", "unclear", "none", "unseen"


@dataclass(frozen=True)
class Verdict:
    """One arm, one endpoint.

    arm       str    label
    said      str    direction and size, as "62 % fewer"
    between   str    the interval, in the same words
    sure      str    how sure, and in how many pairs
    mood      str    hoped, against, neutral, unclear, none or unseen: how it is coloured
    """

    arm: str
    said: str
    between: str
    sure: str
    mood: str


def verdict(subject: Subject, findings: Findings, asked: Asked, arm: str) -> Verdict:
    """Say what an arm did to an endpoint."""
    effect = findings.effect(asked.name, arm)
    label = subject.labels[arm]
    if not effect["pairs"]:
        return Verdict(label, "not known", "", "no pair of runs has a value", UNCLEAR)
    if not happened(subject, asked):
        return Verdict(label, "never seen", "", "in no run, so nothing can be compared", UNSEEN)
    if effect["difference"] == 0.0 and effect["low"] == 0.0 and effect["high"] == 0.0:
        same = "every pair of runs is exactly equal"
        return Verdict(label, "no difference at all", "", same, NONE)
    if asked.kind == COUNT:
        row = findings.ratio(asked.name, arm)
        said, between = counted(row)
        # a ratio of few and uneven counts looks surer than it is: the plain difference has to agree
        apart = effect["low"] > 0.0 or effect["high"] < 0.0
        clear = bool((row["high"] < 1.0 or row["low"] > 1.0) and apart)
        up = bool(row["ratio"] > 1.0)
    else:
        said, between = (later if asked.kind == TIME else level)(effect, asked.unit)
        clear = bool(effect["low"] > 0.0 or effect["high"] < 0.0)
        up = bool(effect["difference"] > 0.0)
    mood = UNCLEAR if not clear else _mood(asked.hoped, up)
    return Verdict(label, said, between, _sure(subject, asked, arm, clear, up), mood)


def summed_up(subject: Subject, findings: Findings, asked: Asked) -> str:
    """Say in two sentences what all arms did to an endpoint: the largest clear change, and how the others stand."""
    found = {arm: verdict(subject, findings, asked, arm) for arm in subject.treated}
    clear = [arm for arm, v in found.items() if v.mood in (HOPED, AGAINST, NEUTRAL)]
    what = asked.meaning if asked.kind != TIME else f"the day on which {asked.meaning}"
    front = f"{what[:1].upper()}{what[1:]}: "
    if not happened(subject, asked):
        return f"{front}never in any run, so there is nothing to compare. The runs may be too short for it."
    if not clear:
        equal = all(v.mood == NONE for v in found.values())
        return front + ("no difference at all in any arm." if equal else "no clear change in any arm.")
    size = {arm: abs(findings.effect(asked.name, arm)["difference"]) for arm in clear}
    most = found[max(clear, key=lambda arm: size[arm])]
    within = f", 95 % interval {most.between}" if most.between else ""
    lead = f"{front}{most.said} with “{most.arm}”{within}."
    if len(found) == 1:
        return lead
    rest = [f"{len(clear)} of {len(found)} arms changed it clearly"]
    for mood, told in ((UNCLEAR, "not clearly"), (NONE, "not at all")):
        n = sum(v.mood == mood for v in found.values())
        rest += [f"{n} {told}"] if n else []
    return f"{lead} That is the largest change: {', '.join(rest)}." if len(clear) > 1 else f"{lead} {', '.join(rest)}."


def counted(row: pd.Series) -> tuple[str, str]:
    """Say a ratio of counts."""
    if row["ratio"] == 0.0:
        of = f"none, where the control had {number(row['control_events'])}"
        return of, f"at least {_percent(1 - row['high'])} fewer" if row["high"] < 1 else "too few to bound"
    if math.isinf(row["ratio"]):
        return f"{number(row['arm_events'])}, where the control had none", ""
    if math.isnan(row["ratio"]):
        return "none in either", ""
    words = fewer_or_more(row["ratio"])
    return words, _between(fewer_or_more(row["low"]), fewer_or_more(row["high"]), row["low"])


def fewer_or_more(ratio: float) -> str:
    """Say a ratio: "62 % fewer", "20 % more", "3.1 times as many"."""
    if ratio >= 2.0:
        return f"{number(ratio)} times as many"
    if abs(ratio - 1.0) < 0.0005:
        return "as many"
    return f"{_percent(1 - ratio)} fewer" if ratio < 1.0 else f"{_percent(ratio - 1)} more"


def later(effect: pd.Series, unit: str) -> tuple[str, str]:
    """Say a difference in time."""
    return _either(effect, lambda v: f"{number(abs(v))} {unit}{'' if abs(v) == 1 else 's'}", "earlier", "later")


def level(effect: pd.Series, unit: str) -> tuple[str, str]:
    """Say a difference of levels: in percent of the control where that has a meaning, else in its unit."""
    reference = effect["control_mean"]
    if math.isfinite(reference) and reference != 0.0 and math.isfinite(effect["percent"]):
        return _either(effect, lambda v: _percent(abs(v / reference)), "lower", "higher")
    return _either(effect, lambda v: f"{number(abs(v))}{'' if unit == '1' else ' ' + unit}", "lower", "higher")


#: with fewer, a correlation over pairs says nothing: two points always lie on a line
FEW_PAIRS = 4


def pairing_told(subject: Subject, findings: Findings) -> str:
    """Say what the pairing was worth."""
    primary = [e.name for e in subject.endpoints if e.primary] or [e.name for e in subject.endpoints]
    rows = findings.effects[findings.effects["endpoint"].isin(primary)]
    saved = rows["variance_saved"].replace(np.inf, np.nan).dropna()
    close = rows["correlation"].dropna()
    if not len(saved) or not len(close) or rows["pairs"].max() < FEW_PAIRS:
        return "How much the pairing saves cannot be told from so few runs."
    worth = float(saved.median())
    lead = (
        f"Every treated tissue has a twin in the control that met the same chance. Over the primary endpoints the "
        f"twins correlate at {close.median():.2f} (median)"
    )
    if worth >= 1.15:
        return f"{lead}, which makes a difference as exact as {worth:.2g} times as many unrelated runs would."
    return f"{lead}; here that saves little over unrelated runs (variance ratio {number(worth)})."


def caution(subject: Subject, findings: Findings) -> list[str]:
    """Say what a reader should keep in mind."""
    pairs = int(findings.effects["pairs"].max()) if len(findings.effects) else 0
    told = [
        "An interval tells how sure the <em>model's</em> answer is, given its assumptions. It does not tell whether "
        "the model is right."
    ]
    if pairs < 12:
        told.append(
            f"There are {pairs} pairs. Intervals are Student’s t, which takes differences to scatter evenly; with rare "
            f"events that is rough. No signed-rank p can fall below {number(smallest_p(pairs))} with so few pairs."
        )
    failed = subject.runs[subject.runs["status"] != "DONE"]
    if len(failed):
        told.append(
            f"{len(failed)} of {len(subject.runs)} runs are not complete; their pairs are left out. If what made them "
            "fail depends on the treatment, the comparison leans."
        )
    return told


def unseen(subject: Subject) -> str:
    """Name the endpoints of which no run had anything."""
    names = [asked.meaning for asked in subject.endpoints if not happened(subject, asked)]
    return f"Never seen in any run, and so left out of the figures: {'; '.join(names)}." if names else ""


def replicates_told(subject: Subject, findings: Findings) -> list[str]:
    """Say how many replicates it takes to know the primary effects to a tenth of the control."""
    told = []
    for asked in (e for e in subject.endpoints if e.primary):
        rows = findings.replicates[findings.replicates["endpoint"] == asked.name].dropna(subset=["needed"])
        rows = rows[np.isfinite(rows["needed"])]
        if len(rows):
            worst = rows.loc[rows["needed"].idxmax()]
            told.append(
                f"{asked.meaning}: {number(worst['needed'])} replicates (to be safe {number(worst['cautious'])}); "
                f"unpaired it would take {number(worst['unpaired'])}"
            )
    return told


def _sure(subject: Subject, asked: Asked, arm: str, clear: bool, up: bool) -> str:
    change = changes(subject.done, asked.name, {arm: subject.controls[arm]})[arm].dropna().to_numpy()
    n, most = len(change), int(np.sum(change > 0) if up else np.sum(change < 0))
    where = f"all {n} pairs go this way" if most == n and n > 1 else f"{most} of {n} pairs go this way"
    return f"clear: {where}" if clear else f"not clear: {where}"


def _mood(hoped: str, up: bool) -> str:
    if not hoped:
        return NEUTRAL
    return HOPED if up == (hoped == "more") else AGAINST


def _either(effect: pd.Series, size: object, down: str, up: str) -> tuple[str, str]:
    def words(v: float) -> str:
        return f"{size(v)} {up if v > 0 else down}"  # type: ignore[operator]

    low, high = effect["low"], effect["high"]
    if math.isnan(low):
        return words(effect["difference"]), ""
    return words(effect["difference"]), _between(words(low), words(high), 0.5 if low < 0 else 2.0)


def _between(low: str, high: str, sign: float) -> str:
    """Join two ends; what both ends share is said once, and the smaller change comes first."""
    if "nan" in low or "?" in low or "?" in high:
        return ""
    first, last = low.rpartition(" ")[2], high.rpartition(" ")[2]
    if first == last:
        a, b = (high, low) if sign < 1 else (low, high)
        unit = " " + a.partition(" ")[2]
        return f"{a.removesuffix(unit)} to {b}" if b.endswith(unit) else f"{a} to {b}"
    return f"{low} to {high}"


def _percent(share: float) -> str:
    size = abs(100.0 * share)
    if 99.5 <= size < 100.0:
        return f"{size:.1f} %"
    return f"{size:.0f} %" if size >= 9.95 else f"{size:.2g} %"
