"""The figures of a report, as SVG that lies within the page and follows its light and dark."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from analysis.comparison_report.findings import Findings
from analysis.comparison_report.parts import divided
from analysis.comparison_report.sentences import fewer_or_more
from analysis.comparison_report.subject import COUNT, TIME, Asked, Subject, happened
from analysis.figures import attribution, canvas, dose_response, forest, organ_distribution, palette, survival_curves
from analysis.figures.canvas import number
from analysis.statistics.survival import paired_times

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: colours of ink and paper, and the page's names for them
THEMED = {palette.INK: "--ink", palette.QUIET: "--quiet", palette.FAINT: "--faint", palette.PAPER: "--card"}
#: longest title of a panel
TITLE = 34


def figures(subject: Subject, findings: Findings) -> dict[str, str]:
    """Draw everything there is to draw: name -> SVG for the page."""
    found: dict[str, Figure] = {}
    for name, primary in (("primary", True), ("secondary", False)):
        asked = [e for e in subject.endpoints if e.primary == primary and happened(subject, e)]
        if asked and subject.treated:
            panels = [forest_panel(subject, findings, e) for e in asked]
            found[name] = forest.draw(panels, subject.labels, colours(subject))
    times = survival_panels(subject)
    if times:
        found["times"] = survival_curves.draw(times, subject.control, subject.labels, colours(subject))
    doses = dose_panels(subject, findings)
    if doses:
        found["doses"] = dose_response.draw(doses)
    if len(findings.organs):
        arms = [a.name for a in subject.arms]
        found["organs"] = organ_distribution.draw(findings.organs, arms, subject.labels, findings.organs_told)
    for each in divided(subject):
        below = "what of the difference goes through it" + ("" if each.asked.unit == "1" else f", {each.asked.unit}")
        found[f"attribution {each.asked.name}"] = attribution.draw(each.parts, {}, title_of(each.asked), below)
    return {name: inline(canvas.svg(figure), f"f{i}-") for i, (name, figure) in enumerate(found.items())}


def colours(subject: Subject) -> dict[str, str]:
    """Give every arm its colour."""
    series = {arm.name: arm.series for arm in subject.arms if arm.series}
    for arm, control in subject.controls.items():
        if control != subject.control:  # a control of its own takes a pale shade of what is compared with it
            series[control] = series.setdefault(arm, arm)
    return palette.of_arms([arm.name for arm in subject.arms], subject.control, series)


def title_of(asked: Asked) -> str:
    """Return a short name of an endpoint, from its name in tables."""
    words = " ".join(palette.words(part) for part in asked.name.replace("sicam1", "sICAM-1").split("_"))
    words = words.replace("icam1", "ICAM-1")
    return words[:1].upper() + words[1:] if not words.startswith("sICAM") else words


def forest_panel(subject: Subject, findings: Findings, asked: Asked) -> forest.Panel:
    """Lay out an endpoint: counts as ratios, all else as differences."""
    rows = []
    for arm in subject.treated:
        if asked.kind == COUNT:
            r = findings.ratio(asked.name, arm)
            told = _ratio_told(r["ratio"], r["low"], r["high"])
            rows.append(forest.Effect(arm, r["ratio"], r["low"], r["high"], told))
        else:
            e = findings.effect(asked.name, arm)
            told = _difference_told(e["difference"], e["low"], e["high"])
            rows.append(forest.Effect(arm, e["difference"], e["low"], e["high"], told))
    unit = "" if asked.unit == "1" else f", {asked.unit}"
    below = {COUNT: "times as many as in the control", TIME: "days later (right) or earlier (left)"}.get(
        asked.kind, f"difference from the control{unit}"
    )
    return forest.Panel(title_of(asked), below, forest.RATIO if asked.kind == COUNT else forest.DIFFERENCE, rows)


def survival_panels(subject: Subject) -> list[survival_curves.Panel]:
    """Lay out every first event that happened in some run."""
    panels = []
    for asked in subject.of_kind(TIME):
        times = {}
        for arm in subject.arms:
            times[arm.name], _ = paired_times(subject.done, asked.name, arm.name, arm.name)
        if any(observed.any() for _, observed in times.values()):
            title = asked.meaning[:1].upper() + asked.meaning[1:]
            panels.append(survival_curves.Panel(title, times))
    return panels


def dose_panels(subject: Subject, findings: Findings) -> list[dose_response.Panel]:
    """Lay out every dose series with every primary endpoint."""
    asked = {e.name: e for e in subject.endpoints}
    hues = colours(subject)
    panels = []
    for series in findings.series:
        arm = next(a.name for a in reversed(subject.arms) if a.series == series.name)
        e = asked[series.endpoint]
        if not happened(subject, e):
            continue
        below = "difference of pairs" + ("" if e.unit == "1" else f", {e.unit}")
        panels.append(dose_response.Panel(title_of(e), below, series.doses, series.effects, series.fitted, hues[arm]))
    return panels


def inline(svg: str, front: str) -> str:
    """Make an SVG part of a page: no prologue, names of its own, the page's ink and paper, as wide as there is room."""
    body = svg[svg.index("<svg") :]
    body = re.sub(r'\bid="', f'id="{front}', body)
    body = re.sub(r'href="#', f'href="#{front}', body)
    body = re.sub(r"url\(#", f"url(#{front}", body)
    for colour, named in THEMED.items():
        body = body.replace(colour, f"var({named})")
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    return re.sub(
        r'<svg[^>]*?viewBox="([^"]+)"[^>]*>', r'<svg viewBox="\1" role="img" aria-hidden="true">', body, count=1
    )


def _ratio_told(value: float, low: float, high: float) -> str:
    if math.isnan(value):
        return "none in either"
    if value == 0.0:
        return "none left"
    if math.isinf(value):
        return "only in the arm"
    if low == high == 1.0:
        return "exactly as many"
    if math.isnan(low):
        return fewer_or_more(value)
    return f"×{_two(value)}  ({_two(low)} to {_two(high)})"


def _difference_told(value: float, low: float, high: float) -> str:
    if math.isnan(value):
        return "not known"
    if value == low == high == 0.0:
        return "exactly none"
    if math.isnan(low):
        return number(value, sign=True)
    if low == high:
        return f"{number(value, sign=True)} in every pair"
    places = max(0, 1 - math.floor(math.log10(high - low)))
    while places < 12 and any(end != 0.0 and round(end, places) == 0.0 for end in (low, high)):
        places += 1  # an interval that leaves out 0 is not to look as if it began there
    value, low, high = (round(v, places) for v in (value, low, high))
    return f"{number(value, sign=True)}  ({number(low)} to {number(high)})"


def _two(ratio: float) -> str:
    if ratio > 99.5 or 0 < ratio < 0.01:
        return ">99" if ratio > 1.0 else "<0.01"
    return number(round(ratio, 2) if 0.1 <= ratio < 10.0 else float(f"{ratio:.2g}"))
