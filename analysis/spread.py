"""How the tumour spread in a run: who entered the blood and in what company, and when each step came first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

TUMOUR_CELL = "tumour_cell"
#: kinds of event that shedding and milestones are read off, and the columns that say it
STEPS = ("capsule_breached", "departed", "arrived")
TOLD = ("time_day", "site", "kind", "cell_type", "convoy")
#: in what company tumour cells enter the blood
MANNERS = ("single", "cluster", "with lymphocyte")


@dataclass(frozen=True)
class Milestones:
    """When each step came first, in days; None while it has not.

    breach        the capsule gives way somewhere
    in_blood      a tumour cell enters the blood
    arrival       a tumour cell enters a tissue from the blood
    metastasis    a colony is as large as a metastasis, to the next kept time
    """

    breach: float | None
    in_blood: float | None
    arrival: float | None
    metastasis: float | None


def shedding(events: pd.DataFrame) -> pd.DataFrame:
    """List tumour cells that entered the blood.

    events     what `RunFolder.events` holds; `STEPS` and `TOLD` are enough
    returns    time_day (day), manner (one of `MANNERS`), site (origin), convoy: one row per tumour cell, in time
    """
    left = events[events["kind"] == "departed"]
    tumour = (left["cell_type"] == TUMOUR_CELL).to_numpy(dtype=bool)
    _, convoy = np.unique(left["convoy"].to_numpy(dtype=np.uint64), return_inverse=True)
    n = int(convoy.max()) + 1 if len(convoy) else 0
    own, company = np.bincount(convoy[tumour], minlength=n), np.bincount(convoy[~tumour], minlength=n)
    kind = np.where(company > 0, 2, np.where(own > 1, 1, 0))[convoy] if n else np.zeros(0, dtype=int)
    found = left.loc[:, ["time_day", "site", "convoy"]].assign(manner=np.array(MANNERS, dtype=object)[kind])
    return found[tumour].sort_values("time_day", kind="stable").reset_index(drop=True)


def milestones(events: pd.DataFrame, summary: pd.DataFrame) -> Milestones:
    """Find when each step came first in a run.

    events     what `RunFolder.events` holds; `STEPS` and `TOLD` are enough
    summary    one row per kept time
    """
    tumour = events["cell_type"] == TUMOUR_CELL

    def first(rows: pd.DataFrame) -> float | None:
        return float(rows["time_day"].min()) if len(rows) else None

    large = summary[summary["metastases"] > 0] if "metastases" in summary else summary.iloc[:0]
    return Milestones(
        first(events[events["kind"] == "capsule_breached"]),
        first(events[(events["kind"] == "departed") & tumour]),
        first(events[(events["kind"] == "arrived") & tumour]),
        first(large),
    )
