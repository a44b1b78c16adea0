"""All numbers of a report, computed once: effects, ratios, times, doses, organs, replicates needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from analysis.comparison_report.subject import COUNT, TIME, Subject
from analysis.statistics import counts, dose_response, multiplicity, paired, power, survival

if TYPE_CHECKING:
    import pandas as pd

#: in the order of preference: what is shown as the distribution over organs
BY_ORGAN = {
    "arrivals_by_site": "tumour cells that arrived, mean of a run",
    "metastases_by_site": "metastases at the end, mean of a run",
}


@dataclass(frozen=True)
class Series:
    """An endpoint over the doses of a series: arms by dose, differences of pairs (replicate, dose), fitted curve."""

    name: str
    endpoint: str
    doses: np.ndarray
    effects: np.ndarray
    fitted: dose_response.DoseResponse


@dataclass(frozen=True)
class Findings:
    """What came out.

    effects      as from `paired_effects`, corrected by `adjust`; times cut at the shortest observation
    ratios       of the counts, as from `rate_ratios`
    times        as from `time_effects`
    series       every dose series with every primary endpoint
    organs       a row per arm, a column per organ; empty where nothing is known of organs
    organs_told  what they count
    replicates   as from `replicates_for`, for the primary endpoints
    """

    effects: pd.DataFrame
    ratios: pd.DataFrame
    times: pd.DataFrame
    series: list[Series]
    organs: pd.DataFrame
    organs_told: str
    replicates: pd.DataFrame

    def effect(self, endpoint: str, arm: str) -> pd.Series:
        """Return one row of the effects."""
        return _row(self.effects, endpoint, arm)

    def ratio(self, endpoint: str, arm: str) -> pd.Series:
        """Return one row of the ratios."""
        return _row(self.ratios, endpoint, arm)

    def time(self, endpoint: str, arm: str) -> pd.Series:
        """Return one row of the times."""
        return _row(self.times, endpoint, arm)


def find(subject: Subject) -> Findings:
    """Compute everything."""
    runs = cut(subject)
    names = [e.name for e in subject.endpoints]
    primary = [e.name for e in subject.endpoints if e.primary]
    counted, timed = ([e.name for e in subject.of_kind(kind)] for kind in (COUNT, TIME))
    effects = with_own_control(subject, lambda control, arms: paired.paired_effects(runs, names, control, arms))
    effects = multiplicity.adjust(effects, primary)
    ratios = with_own_control(subject, lambda control, arms: counts.rate_ratios(runs, counted, control, arms))
    times = with_own_control(subject, lambda control, arms: survival.time_effects(subject.done, timed, control, arms))
    organs, told = organ_means(subject)
    needed = with_own_control(subject, lambda control, arms: power.replicates_for(runs, primary, control, arms))
    return Findings(effects, ratios, times, _series(subject, runs, primary), organs, told, needed)


def with_own_control(subject: Subject, table_of: Callable[[str, list[str]], pd.DataFrame]) -> pd.DataFrame:
    """Make a table of endpoints and arms in which every arm is held against its own control.

    table_of    function of a control and of the arms that are compared with it
    returns     its tables joined, in the order of endpoints and of the study's arms
    """
    import pandas as pd

    groups = {c: [a for a in subject.treated if subject.controls[a] == c] for c in subject.controls.values()}
    tables = [table_of(control, arms) for control, arms in groups.items()]
    if len(tables) < 2:
        return tables[0] if tables else table_of(subject.control, [])
    joined = pd.concat(tables, ignore_index=True)
    endpoints = {name: n for n, name in enumerate(dict.fromkeys(joined["endpoint"]))}
    arms = {name: n for n, name in enumerate(subject.treated)}
    order = (joined["endpoint"].map(endpoints) * len(arms) + joined["arm"].map(arms)).argsort(kind="stable")
    return joined.iloc[order].reset_index(drop=True)


def cut(subject: Subject) -> pd.DataFrame:
    """Return the complete runs with every time cut at the shortest observation, so that pairs can be subtracted."""
    runs = subject.done.copy()
    for endpoint in subject.of_kind(TIME):
        waiting = runs.loc[~runs[f"{endpoint.name}_observed"].astype(bool), endpoint.name]
        if len(waiting):
            runs[endpoint.name] = runs[endpoint.name].clip(upper=float(waiting.min()))
    return runs


def organ_means(subject: Subject) -> tuple[pd.DataFrame, str]:
    """Average over runs how many tumour cells each organ got, from the runs' folders or else from their columns."""
    import pandas as pd

    for key, told in BY_ORGAN.items():
        rows = [{"arm": run["arm"], **found} for _, run in subject.done.iterrows() if (found := _by_organ(run, key))]
        if rows:
            table = pd.DataFrame(rows).groupby("arm", sort=False).mean()
            if set(subject.labels) <= set(table.index) and float(table.to_numpy().sum()) > 0:
                order = [arm.name for arm in subject.arms]
                return table.loc[order, table.sum() > 0], told
    return pd.DataFrame(), ""


def _by_organ(run: pd.Series, key: str) -> dict[str, float]:
    from analysis.load import open_run
    from simulation import StorageError

    front = key.removesuffix("by_site")
    columns = [str(name) for name in run.index if str(name).startswith(front)]
    if columns:
        return {name.removeprefix(front): float(run[name]) for name in columns if np.isfinite(float(run[name]))}
    try:
        found = open_run(Path(str(run.get("folder", "")) or "?")).endpoints.get(key)
    except StorageError:
        found = None
    return {o: float(c) for o, c in found.items() if c is not None} if isinstance(found, dict) else {}


def _series(subject: Subject, runs: pd.DataFrame, endpoints: list[str]) -> list[Series]:
    names = dict.fromkeys(arm.series for arm in subject.arms if arm.series and arm.dose is not None)
    found = []
    for name in names:
        with_dose = (a for a in subject.arms if a.series == name and a.dose and a.name in subject.controls)
        own = sorted(with_dose, key=lambda a: a.dose or 0.0)
        doses = np.array([a.dose for a in own], dtype=float)
        if len(own) < 2:
            continue
        for endpoint in endpoints:
            controls = {a.name: subject.controls[a.name] for a in own}
            change = paired.changes(runs, endpoint, controls).dropna().to_numpy()
            found.append(Series(name, endpoint, doses, change, dose_response.fit(doses, change)))
    return found


def _row(table: pd.DataFrame, endpoint: str, arm: str) -> pd.Series:
    return table[(table["endpoint"] == endpoint) & (table["arm"] == arm)].iloc[0]
