"""A comparison made without simulating: paired worlds with planted effects, in the frames of `analysis.compare`."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.endpoint import endpoints
from analysis.study import Arm, Study
from analysis.study.seeds import seeds

ORGANS = ("liver", "lung", "lymph_node", "bone")
UNTIL = 14.0

#: arm -> label, series, dose, factor on shedding, days by which the breach comes later
ARMS: dict[str, tuple[str, str, float | None, float, float]] = {
    "control": ("Control", "", None, 1.0, 0.0),
    "tumour_50pct": ("Knockdown in tumour cells, 50 %", "tumour", 0.5, 0.85, 0.3),
    "tumour_75pct": ("Knockdown in tumour cells, 75 %", "tumour", 0.75, 0.66, 0.8),
    "tumour_90pct": ("Knockdown in tumour cells, 90 %", "tumour", 0.9, 0.42, 1.7),
    "endothelium": ("Knockdown in the endothelium, 90 %", "", None, 0.93, 0.0),
    "both": ("Knockdown in both, 90 %", "", None, 0.38, 1.8),
    "anti_icam1": ("Anti-ICAM-1 antibody", "", None, 1.0, 0.0),
}
PRIMARY = ("cells_in_blood", "colonies")
SECONDARY = ("capsule_breach", "first_metastasis", "arrivals", "tumour_cells", "capsule_integrity", "serum_sicam1")


@dataclass(frozen=True)
class Made:
    """What `write_report` takes."""

    study: Study
    folder: Path
    runs: pd.DataFrame
    courses: pd.DataFrame
    attribution: dict[str, Any] = field(default_factory=dict)


def made_comparison(folder: Path = Path("."), *, replicates: int = 12, null: tuple[str, ...] = ("anti_icam1",)) -> Made:
    """Make a comparison.

    folder      where run folders would be
    null        arms whose runs equal those of the control to the last digit
    """
    known = endpoints(ORGANS)
    arms = tuple(Arm(n, label, series, dose, "1", None) for n, (label, series, dose, _, _) in ARMS.items())  # type: ignore[arg-type]
    study = Study(
        "icam1_knockdown", folder / "icam1_knockdown.yaml",
        "Does taking away ICAM-1 change metastasis, by how much, and on which cells?",
        "The same small tissues, each with the same luck, with and without ICAM-1: on tumour cells in three doses, on "
        "the endothelium, on both, and blocked by an antibody in the blood.",
        "quick_tissue", arms, arms[0], replicates, 1, tuple(known[n] for n in PRIMARY),
        tuple(known[n] for n in SECONDARY), known,
    )  # fmt: skip
    rows = [
        _run(arm, number, seed, "control" if arm in null else arm)
        for arm in ARMS
        for number, seed in enumerate(seeds(1, replicates), 1)
    ]
    return Made(study, folder, pd.DataFrame(rows), _courses(rows))


def _run(arm: str, replicate: int, seed: int, like: str) -> dict[str, Any]:
    world = np.random.default_rng([7, replicate])
    own = np.random.default_rng([7, replicate, list(ARMS).index(like)])
    _, _, _, factor, later = ARMS[like]
    rate = 55.0 * world.gamma(9.0, 1 / 9.0)
    breach = 6.0 + world.normal(0, 1.6) + later + own.normal(0, 0.3)
    size = 24_000 * world.lognormal(0, 0.12)
    shed = int(own.poisson(rate * factor))
    homes = own.multinomial(int(shed * 0.6), [0.15, 0.55, 0.2, 0.1])
    colonies = int(own.poisson(0.08 * shed))
    first = breach + 4.5 + own.normal(0, 1.2) + (3.0 if factor < 0.5 else 0.0)
    values = {
        "cells_in_blood": shed, "colonies": colonies, "arrivals": int(homes.sum()),
        "tumour_cells": round(size * (1 + 0.03 * (1 - factor)) + own.normal(0, 60)),
        "capsule_integrity": 0.25 + 0.12 * (1 - factor) + world.normal(0, 0.03) + own.normal(0, 0.005),
        "serum_sicam1": 318.0 * (0.55 + 0.45 * factor) + world.normal(0, 4.0),
        **{f"arrivals_{organ}": int(n) for organ, n in zip(ORGANS, homes, strict=True)},
    }  # fmt: skip
    for name, day in (("capsule_breach", breach), ("first_metastasis", first)):
        values |= {name: min(day, UNTIL), f"{name}_observed": bool(day < UNTIL)}
    return {
        "arm": arm, "control": arm == "control", "series": ARMS[arm][1], "dose": ARMS[arm][2] or float("nan"),
        "replicate": replicate, "seed": seed, "status": "DONE", "digest": f"{seed:016x}"[:8] + like,
        "folder": f"runs/{arm}/seed-{replicate:06d}", "observed_days": UNTIL, **values,
    }  # fmt: skip


def _courses(rows: list[dict[str, Any]]) -> pd.DataFrame:
    days = np.arange(0.0, UNTIL + 1)
    return pd.DataFrame(
        [
            {"arm": r["arm"], "replicate": r["replicate"], "day": d, "quantity": "tumour_cells",
             "value": 6000 * (r["tumour_cells"] / 6000) ** (d / UNTIL)}
            for r in rows for d in days
        ]
    )  # fmt: skip


def write_run_folders(comparison: Made, picture: bytes | None = None) -> None:
    """Give every run a folder with what a report reads: run.json, scenario.yaml and the last picture."""
    for _, run in comparison.runs.iterrows():
        folder = comparison.folder / run["folder"]
        (folder / "pictures").mkdir(parents=True)
        about = {"seed": run["seed"], "code": {"version": "0.1.0", "source_sha256": "ab" * 32, "commit": "cd" * 20},
                 "machine": {"python": "3.11.7", "libraries": {"numpy": "2.4.6", "numba": "0.68.1"}}}  # fmt: skip
        (folder / "run.json").write_text(json.dumps(about))
        dose = "" if run["arm"] == "control" else (
            "interventions:\n  - knockdown:\n      molecule: icam1\n      cells: [tumour_cell]\n      fraction: 90 %\n"
        )  # fmt: skip
        (folder / "scenario.yaml").write_text(
            'title: "A small nodule"\nuntil: "14 day"\ntick: "2 min"\ncells_per_agent: 50\n'
            f'tissue:\n  liver_nodule:\n    width: "900 um"\n    depth: "0 um"\n    nodule_radius: "200 um"\n{dose}'
        )
        if picture is not None:
            (folder / "pictures" / "end.png").write_bytes(picture)
