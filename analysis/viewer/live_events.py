"""What happened in a live run, and its courses so far: the same tables as those that a recorded run keeps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "tick", "time_day", "site", "kind", "lineage", "cell_type", "parcel", "x", "y", "z", "convoy", "value",
)  # fmt: skip
#: what happens so often that a page is not told
UNTOLD = frozenset({"born", "detached", "expires", "apoptosis", "necrosis"})

Row = tuple[Any, ...]


def as_rows(happened: Sequence[dict[str, Any]], types: Sequence[str], tick_minutes: float) -> list[Row]:
    """Write what the world logged as one row per cell, `COLUMNS` long.

    happened    the world's log: arrays per kind of event
    types       names of cell types by code
    returns     rows; type "" for an event of a place
    """
    rows: list[Row] = []
    for entry in happened:
        if entry["kind"] in UNTOLD:
            continue
        count = len(entry["lineage"])
        value = np.broadcast_to(np.asarray(entry["value"], dtype=float), count)
        for i in range(count):
            lineage = int(entry["lineage"][i])
            rows.append(
                (
                    entry["tick"], entry["tick"] * tick_minutes / 1440.0, entry["where"], entry["kind"], lineage,
                    types[int(entry["cell_type"][i])] if lineage else "", int(entry["parcel"][i]),
                    float(entry["x"][i]), float(entry["y"][i]), float(entry["z"][i]), int(entry["convoy"][i]),
                    float(value[i]),
                )
            )  # fmt: skip
    return rows


@dataclass(frozen=True)
class LiveRecord:
    """A live run so far, to be read like a stored one.

    rows       observables, one dict per moment
    happened   rows as of `as_rows`
    """

    rows: Sequence[dict[str, float]]
    happened: Sequence[Row]

    @cached_property
    def summary(self) -> pd.DataFrame:
        """One row per moment, `time_day` and the observables."""
        import pandas as pd

        return pd.DataFrame(list(self.rows)).rename(columns={"day": "time_day"})

    @cached_property
    def events(self) -> pd.DataFrame:
        """What happened, in the order of time."""
        import pandas as pd

        columns = zip(*self.happened, strict=True) if self.happened else [()] * len(COLUMNS)
        table = dict(zip(COLUMNS, columns, strict=True))
        whole = {name: np.array(table[name], dtype=np.uint64) for name in ("lineage", "convoy")}
        return pd.DataFrame({name: whole.get(name, table[name]) for name in COLUMNS})
