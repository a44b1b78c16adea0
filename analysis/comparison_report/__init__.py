"""The report of a comparison: one page that can be sent to a colleague, and the tables behind it.

    from analysis.comparison_report import write_report
    page = write_report(comparison, "results/icam1_knockdown")

The page holds everything it shows: no network, no files beside it. Words first, p-values last.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.comparison_report.subject import Comparison, Subject, happened, subject_of

if TYPE_CHECKING:
    from analysis.comparison_report.findings import Findings
    from analysis.statistics.attribution import Attribution

PAGE = "report.html"
HERE = Path(__file__).parent


def write_report(
    comparison: Comparison, folder: str | Path, *, attribution: Mapping[str, Attribution] | None = None
) -> Path:
    """Write the report of a comparison.

    comparison    with at least one complete run of the control
    folder        made if it is missing; gets report.html and tables/
    attribution   endpoint -> parts of its effect, as from `analysis.statistics.attribution.attribute`
    returns       Path of the page; the same comparison gives the same bytes
    raises        InputError    there is nothing to report; OSError where it cannot be written
    """
    from analysis.comparison_report.findings import find
    from analysis.comparison_report.tables import tables, whole, write_tables
    from simulation import InputError

    subject = subject_of(comparison, attribution)
    if not set(subject.controls.values()) & set(subject.done["arm"]):
        raise InputError("no run of the control is complete", remedy="let the comparison go on first")
    findings = find(subject)
    into = Path(folder)
    into.mkdir(parents=True, exist_ok=True)
    page = render(subject, findings)
    write_tables(tables(subject, findings), into)
    return whole(into / PAGE, lambda path: path.write_text(page, encoding="utf-8", newline="\n"))


def render(subject: Subject, findings: Findings) -> str:
    """Fill in the page."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from analysis.comparison_report import drawings, methods, parts, sentences
    from analysis.comparison_report.tables import tables
    from analysis.comparison_report.tissues import tissues
    from analysis.figures.canvas import number

    paper = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    paper.filters["number"] = lambda v: number(float(v))
    paper.filters["p"] = written_p
    paper.filters["tied"] = lambda text: str(text).replace(" %", "\N{NO-BREAK SPACE}%")
    primary = [e for e in subject.endpoints if e.primary]
    replicate, pictures = tissues(subject)
    what: dict[str, Any] = {
        "subject": subject,
        "findings": findings,
        "style": (HERE / "page.css").read_text(encoding="utf-8"),
        "replicates": int(subject.runs["replicate"].nunique()),
        "answers": [
            (drawings.title_of(e), e, [sentences.verdict(subject, findings, e, arm) for arm in subject.treated])
            for e in primary
            if happened(subject, e)
        ],
        "others": [
            (drawings.title_of(e), e, [sentences.verdict(subject, findings, e, arm) for arm in subject.treated])
            for e in subject.endpoints
            if not e.primary and happened(subject, e)
        ],
        "summary": [sentences.summed_up(subject, findings, e) for e in primary],
        "seen": {e.name for e in subject.endpoints if happened(subject, e)},
        "titles": {e.name: drawings.title_of(e) for e in subject.endpoints},
        "meanings": {e.name: e.meaning for e in subject.endpoints},
        "pairing": sentences.pairing_told(subject, findings),
        "cautions": sentences.caution(subject, findings),
        "unseen": sentences.unseen(subject),
        "needed": sentences.replicates_told(subject, findings),
        "figures": drawings.figures(subject, findings),
        "colours": drawings.colours(subject),
        "replicate": replicate,
        "pictures": pictures,
        "divided": parts.divided(subject),
        "methods": methods.methods(subject, findings),
        "origin": methods.origin(subject),
        "tables": list(tables(subject, findings)),
        "troubles": subject.runs[subject.runs["status"] != "DONE"],
        "untold": sorted({str(t) for t in findings.times["told"] if t}) if len(findings.times) else [],
    }
    return paper.get_template("page.html.j2").render(what)


def written_p(value: float) -> str:
    """Write a p-value with two digits, and never as zero."""
    if not math.isfinite(value):
        return "–"
    return "< 0.0001" if value < 1e-4 else f"{value:.2g}"
