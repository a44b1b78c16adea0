"""Small studies for tests: a tissue of 440 um, half an hour, a few arms."""

from __future__ import annotations

from pathlib import Path

#: runs within half a second
BASE = """\
title: a tiny tissue
until: 30 min
cells_per_agent: 50
tissue:
  liver_nodule:
    width: 440 um
    nodule_radius: 80 um
    capsule_thickness: 40 um
organs: {bone: off, brain: off, adrenal: off}
record: {every: 10 min, cells: off, fields: off}
"""
STUDY = """\
title: A small study
base: base.yaml
seed: 7
replicates: 2
control: control
primary: [tumour_cells]
secondary: [capsule_breach, tumour_icam1, metastases_lung]
arms:
  control:
  tumour:
    label: Knockdown
    doses: [0 %, 50 %, 90 %]
    interventions:
      - knockdown: {molecule: icam1, cells: [tumour_cell], fraction: dose}
  quiet:
    set: {processes.nfkb: off}
"""
ARMS = ["control", "tumour_0pct", "tumour_50pct", "tumour_90pct", "quiet"]


def write_study(folder: Path, study: str = STUDY, base: str = BASE) -> Path:
    """Write a study and its base; return the study's file."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "base.yaml").write_text(base, encoding="utf-8")
    file = folder / "small.yaml"
    file.write_text(study, encoding="utf-8")
    return file
