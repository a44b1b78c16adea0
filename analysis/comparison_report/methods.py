"""How it was done, as a paragraph for a paper, and where each result comes from; both read off the runs themselves."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.comparison_report.findings import Findings
from analysis.comparison_report.parts import design_told
from analysis.comparison_report.subject import COUNT, TIME, Subject
from analysis.figures.palette import words
from analysis.statistics.interval import FEWEST, RESAMPLES, SEED

if TYPE_CHECKING:
    import pandas as pd

#: settings of an intervention that say nothing: never begun later, never ended
IDLE = ("1000000 day", "None", "[]", "False")
LIBRARIES = ("scipy", "statsmodels", "lifelines", "pandas", "numpy")


@dataclass(frozen=True)
class Origin:
    """Where the results come from: facts (name, value), and a row per replicate: seed, digest of every arm's run."""

    facts: list[tuple[str, str]]
    arms: list[str]
    rows: list[tuple[int, str, list[str]]]


def methods(subject: Subject, findings: Findings) -> list[str]:
    """Write the methods, in paragraphs."""
    told = (_model(subject), _treatments(subject), design_told(subject), _judged(subject, findings))
    return [part for part in told if part]


def origin(subject: Subject) -> Origin:
    """Collect seeds, digests and versions."""
    about = _about(subject)
    code, machine = about.get("code", {}), about.get("machine", {})
    facts = [
        ("base scenario", subject.base),
        ("program", str(code.get("version", "unknown"))),
        ("source of the model, SHA-256", str(code.get("source_sha256", ""))[:16]),
        ("commit", str(code.get("commit") or "")[:12] + (" with changes" if code.get("dirty") else "")),
        ("Python", str(machine.get("python", ""))),
        ("libraries of the runs", ", ".join(f"{n} {v}" for n, v in machine.get("libraries", {}).items())),
        ("libraries of the analysis", ", ".join(f"{n} {metadata.version(n)}" for n in LIBRARIES)),
        ("seed of the bootstrap", str(SEED)),
    ]
    rows = []
    for replicate, own in subject.runs.groupby("replicate"):
        of = {str(r["arm"]): r for _, r in own.iterrows()}
        digests = [_digest(of.get(arm.name)) for arm in subject.arms]
        rows.append((int(replicate), str(own["seed"].iloc[0]), digests))
    return Origin([(n, v) for n, v in facts if v.strip()], [a.label for a in subject.arms], rows)


def _digest(run: pd.Series | None) -> str:
    if run is None:
        return "missing"
    return str(run["digest"])[:8] if run["status"] == "DONE" else str(run["status"]).lower()


def _model(subject: Subject) -> str:
    about, scenario = _about(subject), _scenario(subject, subject.control)
    if not scenario:
        return f"The base scenario is {subject.base}."
    tissue = scenario.get("tissue") or {}
    kind = next(iter(tissue), "tissue")
    shape = tissue.get(kind) or {}
    size = ", ".join(f"{words(n)} {_unit(shape[n])}" for n in ("width", "depth", "nodule_radius", "capsule_thickness")
                     if n in shape and not str(shape[n]).startswith("0 "))  # fmt: skip
    each = scenario.get("cells_per_agent", 1)
    version = about.get("code", {}).get("version", "unknown")
    return (
        f"Runs were made with icam-metastasis {version}, an agent-based model of tumour growth, immune evasion and "
        f"metastasis, from the scenario “{scenario.get('title', subject.base)}”: a {words(kind)} ({size}), simulated "
        f"for {_unit(scenario.get('until'))} in ticks of {scenario.get('tick')}; one agent stands for "
        f"{each} {'cell' if str(each) == '1' else 'cells'}. "
        "All parameters, with unit and source, are in the file scenario.yaml beside each run."
    )


def _treatments(subject: Subject) -> str:
    n = int(subject.runs["replicate"].nunique())
    given = [
        f"{arm.label} ({told})" if (told := "; ".join(map(_intervention, _scenario(subject, arm.name).get(
            "interventions") or []))) else arm.label
        for arm in subject.arms if arm.name != subject.control
    ]  # fmt: skip
    control = subject.labels[subject.control]
    alone = set(subject.controls.values()) <= {subject.control}
    own = "" if alone else "Every treatment is held against its own control. "
    return (
        f"{len(subject.arms)} arms were run in {n} replicates: {control} (the control), {'; '.join(given)}. {own}"
        "Within a replicate all arms share the seed, and every random number is a function of the seed, the process, "
        "the time and the lineage of the cell it decides on, not of the order in which numbers are drawn. So what the "
        "arms of a replicate share happens alike in all of them, and their difference is the effect of the treatment."
    )


def _judged(subject: Subject, findings: Findings) -> str:
    primary = [e.name for e in subject.endpoints if e.primary]
    rest = len(subject.endpoints) - len(primary)
    pairs = int(findings.effects["pairs"].max()) if len(findings.effects) else 0
    names = ", ".join(words(name) for name in primary)
    interval = (
        f"bias-corrected and accelerated bootstrap of the pairs, {RESAMPLES} resamples, widened for small samples"
        if pairs >= FEWEST
        else f"Student’s t of the pairs, since there are fewer than {FEWEST}"
    )
    parts = [
        f"Primary endpoints, named before the runs: {names or 'none'}; secondary: {rest} more.",
        f"Effects are mean differences of pairs with 95 % intervals ({interval}).",
    ]
    if subject.of_kind(COUNT):
        parts.append("Counts are compared as ratios of means, with intervals of the log ratio over the pairs.")
    if subject.of_kind(TIME):
        parts.append(
            "Times of first events are shown as Kaplan-Meier curves and compared as restricted means up to the "
            "shortest observation; hazard ratios are Cox’s with errors clustered in pairs."
        )
    parts.append(
        "p-values are Wilcoxon’s signed-rank test, two-sided, corrected by Holm over the primary endpoints and by "
        "Benjamini and Hochberg over the rest."
    )
    return " ".join(parts)


def _intervention(entry: Any) -> str:
    """Write an intervention as a phrase."""
    if not isinstance(entry, dict) or len(entry) != 1:
        return str(entry)
    (name, settings), *_ = entry.items()
    told = [
        f"{words(str(key))} {', '.join(words(str(v)) for v in value) if isinstance(value, list) else words(str(value))}"
        for key, value in (settings or {}).items()
        if str(value) not in IDLE and not str(value).startswith(("0 ", "0.0 "))
    ]
    return f"{words(name)}: {', '.join(told)}"


def _unit(quantity: Any) -> str:
    """Write a quantity as people do: micrometres with their letter, several days in the plural."""
    text = str(quantity).replace(" um", " µm")
    return f"{text}s" if text.endswith(" day") and not text.startswith("1 ") else text


def _about(subject: Subject) -> dict[str, Any]:
    for folder in subject.done["folder"]:
        file = Path(str(folder)) / "run.json"
        if folder and file.is_file():
            try:
                found = json.loads(file.read_text(encoding="utf-8"))
            except ValueError:
                continue
            return found if isinstance(found, dict) else {}
    return {}


def _scenario(subject: Subject, arm: str) -> dict[str, Any]:
    """Read the complete scenario of an arm from the first of its runs that has one."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    for folder in subject.done.loc[subject.done["arm"] == arm, "folder"]:
        file = Path(str(folder)) / "scenario.yaml"
        if folder and file.is_file():
            try:
                found = YAML(typ="safe").load(file.read_text(encoding="utf-8"))
            except (YAMLError, ValueError):
                continue
            return found if isinstance(found, dict) else {}
    return {}
