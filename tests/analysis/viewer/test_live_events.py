"""What happened in a live run, and its courses, in the tables of a recorded run."""

from __future__ import annotations

import numpy as np

from analysis.spread import milestones, shedding
from analysis.viewer.live_events import COLUMNS, LiveRecord, as_rows

TYPES = ("t_cell", "tumour_cell")


def logged(kind: str, *lineages: int, cell_type: int = 1, convoy: int = 0, tick: int = 720, value: float = 0.0) -> dict:
    n = len(lineages)
    return {
        "tick": tick, "kind": kind, "where": "liver", "value": value, "lineage": np.array(lineages, np.uint64),
        "cell_type": np.full(n, cell_type), "parcel": np.full(n, 2), "convoy": np.full(n, convoy, np.uint64),
        **{axis: np.arange(n, dtype=float) for axis in "xyz"},
    }  # fmt: skip


def test_rows_are_those_of_a_recorded_run() -> None:
    rows = as_rows([logged("departed", 2**64 - 1, 7, convoy=5), logged("born", 8)], TYPES, 2.0)
    assert len(rows) == 2  # births are not told
    first = dict(zip(COLUMNS, rows[0], strict=True))
    assert first["time_day"] == 1.0 and first["lineage"] == 2**64 - 1 and first["cell_type"] == "tumour_cell"
    place = dict(zip(COLUMNS, as_rows([logged("capsule_breached", 0)], TYPES, 2.0)[0], strict=True))
    assert place["cell_type"] == ""


def test_a_live_run_is_read_like_a_stored_one() -> None:
    happened = as_rows([logged("departed", 3, 4, convoy=9), logged("departed", 5, convoy=10, tick=1440)], TYPES, 2.0)
    record = LiveRecord([{"day": 0.0, "metastases": 0.0}, {"day": 2.0, "metastases": 1.0}], happened)
    shed = shedding(record.events)
    assert shed["manner"].tolist() == ["cluster", "cluster", "single"]
    found = milestones(record.events, record.summary)
    assert found.in_blood == 1.0 and found.metastasis == 2.0 and found.breach is None


def test_nothing_yet() -> None:
    record = LiveRecord([{"day": 0.0}], [])
    assert list(record.events.columns) == list(COLUMNS) and len(record.events) == 0
    assert len(shedding(record.events)) == 0
