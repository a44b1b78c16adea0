"""Small results folders for tests of the viewer: a real comparison of two arms, and runs in all states."""

from __future__ import annotations

import shutil
from pathlib import Path

from analysis.comparison import compare
from tests.analysis.recorded import write_run
from tests.analysis.studies import BASE

STUDY = """\
title: Does a small thing differ?
question: Two tiny tissues, with and without.
base: base.yaml
seed: 7
replicates: 2
control: control
primary: [tumour_cells]
secondary: [capsule_integrity]
arms:
  control: {label: Control}
  treated:
    label: Knockdown
    interventions:
      - knockdown: {molecule: icam1, cells: [tumour_cell], fraction: 90 %}
"""


def write_comparison(results: Path) -> Path:
    """Make a comparison of two arms and two replicates, with kept cells; takes some seconds. Return its folder."""
    texts = results.parent / f"{results.name}-texts"
    texts.mkdir()
    kept = BASE.replace("cells: off, fields: off", "cells: 10 min, fields: 10 min")
    (texts / "base.yaml").write_text(kept, encoding="utf-8")
    (texts / "pair.yaml").write_text(STUDY, encoding="utf-8")
    compare(texts / "pair.yaml", workers=0, out=results)
    return results / "pair"


def write_shelf(results: Path) -> Path:
    """Write runs in all states: done, going on, without a summary, damaged, failed, and just begun."""
    place = results / "small" / "0123abcd"
    place.mkdir(parents=True)
    write_run(place / "seed-000001")
    write_run(place / "seed-000002", done=False)
    write_run(place / "seed-000003")
    (place / "seed-000003" / "summary.parquet").write_bytes(b"PAR1 and then the disk was full")
    write_run(place / "seed-000004")
    (place / "seed-000004" / "run.json").write_text('{"title": "cut off', encoding="utf-8")
    write_run(place / "seed-000005", done=False)
    (place / "seed-000005" / "status").write_text("FAILED\n")
    (place / "seed-000005" / "error.txt").write_text("NumericalError: icam1: not finite\n")
    (place / "seed-000006").mkdir()
    write_run(place / "seed-000007", done=False)
    (place / "seed-000007" / "summary.parquet").unlink()
    shutil.copytree(place / "seed-000001", place / ".seed-000008.new")
    return results
