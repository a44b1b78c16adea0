"""Many questions asked at once: p-values corrected for their number.

Primary endpoints, named before the runs were made, are corrected by Holm's method: the chance of even one false alarm
stays below the level. All others are corrected by Benjamini and Hochberg: of what is called found, no more than that
share is expected to be false.

Sources: statsmodels. Recalled: Holm 1979, Scandinavian Journal of Statistics 6:65; Benjamini & Hochberg 1995, Journal
of the Royal Statistical Society B 57:289.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

HOLM, BENJAMINI_HOCHBERG = "Holm", "Benjamini-Hochberg"


def adjusted(p_values: np.ndarray, method: str) -> np.ndarray:
    """Correct p-values that were asked together; those that are not numbers stay so and do not count."""
    from statsmodels.stats.multitest import multipletests

    p = np.asarray(p_values, dtype=float)
    known = np.isfinite(p)
    corrected = np.full(len(p), np.nan)
    if known.any():
        corrected[known] = multipletests(p[known], method={HOLM: "holm", BENJAMINI_HOCHBERG: "fdr_bh"}[method])[1]
    return corrected


def adjust(effects: pd.DataFrame, primary: Collection[str], *, p: str = "p") -> pd.DataFrame:
    """Correct the p-values of a table of effects.

    effects    columns endpoint and `p`
    primary    names of the primary endpoints
    returns    a copy with primary (bool), correction (its name), p_adjusted
    """
    table = effects.copy()
    table["primary"] = table["endpoint"].isin(list(primary))
    table["correction"] = np.where(table["primary"], HOLM, BENJAMINI_HOCHBERG)
    table["p_adjusted"] = np.nan
    for method in (HOLM, BENJAMINI_HOCHBERG):
        rows = (table["correction"] == method).to_numpy()
        table.loc[rows, "p_adjusted"] = adjusted(table.loc[rows, p].to_numpy(dtype=float), method)
    return table
