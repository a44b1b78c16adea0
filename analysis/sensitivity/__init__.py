"""Which assumed numbers the answer of a study hangs on, and whether its direction stands whatever they are.

    from analysis.sensitivity import sensitivity
    found = sensitivity("icam1_knockdown", parameters=["processes.killing.*"], trajectories=4)
    found.signs

Every world of a design is run twice, with and without the treatment, on the same seeds; what is analysed is the
difference. First all parameters are screened along Morris' trajectories, then the strongest get Sobol's indices.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.endpoint import Endpoint
from analysis.sensitivity.ranges import Varied, varied
from analysis.sensitivity.worlds import Effects, Worlds
from analysis.statistics.sensitivity import (
    SEED,
    morris_analysis,
    morris_design,
    sign_robustness,
    sobol_analysis,
    sobol_design,
)
from analysis.study import Arm, Study, load_study
from analysis.study.sensitivity import Sweep
from simulation import InputError

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from analysis.batch import Tell

FOLDER = "sensitivity"
SCREENING, SOBOL = "screening", "sobol"
MOST_WORLDS = 200_000


@dataclass(frozen=True)
class Sensitivity:
    """What came out.

    study        Study
    control      Arm
    treated      Arm
    endpoints    tuple of Endpoint
    sweep        Sweep          as it was carried out
    varied       Varied
    replicates   int            pairs per world
    folder       Path           of the results
    worlds       frame    one row per world: design ("default", "screening", "sobol"), world, a column per parameter,
                          and the effect (treated - control) for every endpoint, NaN where a run failed
    morris       frame    endpoint, parameter, mu, mu_star, mu_star_reach, sigma
    sobol        frame    endpoint, parameter, first, first_reach, total, total_reach; empty where none was asked for
    signs        frame    endpoint, design, default (effect with all as it stands), and the fields of `SignRobustness`
    troubles     list of str    worlds that could not be made, and why
    """

    study: Study
    control: Arm
    treated: Arm
    endpoints: tuple[Endpoint, ...]
    sweep: Sweep
    varied: Varied
    replicates: int
    folder: Path
    worlds: pd.DataFrame = field(repr=False)
    morris: pd.DataFrame = field(repr=False)
    sobol: pd.DataFrame = field(repr=False)
    signs: pd.DataFrame = field(repr=False)
    troubles: list[str] = field(repr=False)


@dataclass(frozen=True)
class Question:
    """What is to be found out: a study and a sweep of it in which nothing is left open.

    worlds    int    of the screening and of Sobol's design, with the world as it stands
    """

    study: Study
    control: Arm
    treated: Arm
    endpoints: tuple[Endpoint, ...]
    sweep: Sweep
    varied: Varied
    replicates: int

    @property
    def worlds(self) -> tuple[int, int]:
        """Count the worlds of both designs."""
        n = len(self.varied.ranges)
        kept = min(self.sweep.keep, n)
        return 1 + self.sweep.trajectories * (n + 1), self.sweep.base * (kept + 2) if kept else 0

    @property
    def runs(self) -> int:
        """Count the runs."""
        return 2 * self.replicates * sum(self.worlds)


def question(
    study: Study | str | Path,
    *,
    replicates: int = 1,
    seed: int | None = None,
    arm: str | None = None,
    endpoints: Sequence[str] = (),
    parameters: Sequence[str] = (),
    **sizes: int | None,
) -> Question:
    """Fill in what a study leaves open of its sweep.

    replicates    pairs per world
    arm           the treatment; by default the study's, or that with the highest dose
    endpoints     by default the study's, or its primary ones
    parameters    patterns of paths; by default the study's, or all that are assumed
    sizes         trajectories, keep, base; in place of the study's
    raises        InputError
    """
    asked = study if isinstance(study, Study) else load_study(study)
    asked = asked.changed(seed=seed)
    sweep = asked.sweep or Sweep()
    given = {name: size for name, size in sizes.items() if size is not None}
    sweep = replace(sweep, **given)  # type: ignore[arg-type]
    if parameters:
        sweep = replace(sweep, parameters=tuple(parameters), ranges=_within(sweep.ranges, parameters))
    if sweep.base & (sweep.base - 1) or sweep.base == 1:
        what, expected = f"a base of {sweep.base} worlds", "expected 0 or a power of two from 2"
        raise InputError(what, where="--base", expected=expected, remedy="write 32")
    arms = {a.name: a for a in asked.arms}
    treated = _chosen(arm or sweep.treated or _strongest(asked), asked)
    control = arms[sweep.control or asked.controls[treated.name]]
    names = tuple(endpoints) or sweep.endpoints or tuple(e.name for e in asked.primary)
    for name in names:
        if name not in asked.endpoints:
            expected = f"expected one of {', '.join(e.name for e in asked.primary)}, or another that runs have"
            what = f"there is no endpoint {name[:40]!r}"
            raise InputError(what, where="--endpoint", expected=expected, remedy="correct its name")
    found = varied(control.scenario, sweep)
    whole = Question(asked, control, treated, tuple(asked.endpoints[n] for n in names), sweep, found, replicates)
    if sum(whole.worlds) > MOST_WORLDS:
        what, expected = f"{sum(whole.worlds):,} worlds", f"expected at most {MOST_WORLDS:,}"
        remedy = "vary fewer parameters, or ask for fewer trajectories"
        raise InputError(what, where="icam sensitivity", expected=expected, remedy=remedy)
    return whole


def sensitivity(
    study: Study | str | Path | Question,
    *,
    out: str | Path = "results",
    workers: int | None = None,
    scheduler: str | None = None,
    anew: bool = False,
    retry_failed: bool = False,
    tell: Tell | None = None,
    effects: Effects | None = None,
    **asked: Any,
) -> Sensitivity:
    """Make all runs that are not done yet, and return what they say of the assumptions.

    study                     Study, its file, the name of a shipped one, or a `Question`
    asked                     as in `question`
    out, workers, scheduler, anew, retry_failed, tell    as in `analysis.compare`
    effects                   another model: function of (name of the design, design) -> a column per endpoint
    raises                    InputError, StorageError; also where too many runs failed to judge anything
    """
    q = study if isinstance(study, Question) else question(study, **asked)
    folder = Path(out) / q.study.name / FOLDER
    how = {"workers": workers, "scheduler": scheduler, "anew": anew, "retry_failed": retry_failed, "tell": tell}
    runs = Worlds(q.study, q.control, q.treated, q.endpoints, q.varied, folder, q.replicates, how)
    return analysed(q, effects or runs.effects, folder, runs.troubles)


def analysed(q: Question, effects: Effects, folder: Path, troubles: list[str]) -> Sensitivity:
    """Carry out both designs and judge them."""
    import pandas as pd

    ranges, names = dict(q.varied.ranges), [e.name for e in q.endpoints]
    design = morris_design(ranges, q.sweep.trajectories, seed=SEED)
    as_it_stands = pd.DataFrame([dict(q.varied.values)])[list(ranges)]
    first = effects(SCREENING, pd.concat([as_it_stands, design], ignore_index=True))
    default, screened = first.iloc[0], first.iloc[1:].reset_index(drop=True)
    morris = _by_endpoint(names, lambda n: morris_analysis(ranges, *_whole(design, screened[n], len(ranges) + 1, n)))
    kept = strongest(morris, q.sweep.keep) if q.sweep.base else []
    tables = [_told("default", as_it_stands, first.iloc[:1], q), _told(SCREENING, design, screened, q)]
    signs = [_sign(SCREENING, n, screened[n], default[n], q.sweep.trajectories) for n in names]
    sobol = pd.DataFrame()
    if kept:
        few = {path: ranges[path] for path in ranges if path in kept}
        second = sobol_design(few, q.sweep.base, seed=SEED)
        drawn = effects(SOBOL, second).reset_index(drop=True)
        block = len(few) + 2
        sobol = _by_endpoint(names, lambda n: sobol_analysis(few, *_whole(second, drawn[n], block, n)))
        tables.append(_told(SOBOL, second, drawn, q))
        # Of a block of Saltelli's design only the first and the last world share no parameter with another.
        own = drawn[[i % block in (0, block - 1) for i in range(len(drawn))]]
        signs += [_sign(SOBOL, n, own[n], default[n], None) for n in names]
    return Sensitivity(
        q.study, q.control, q.treated, q.endpoints, q.sweep, q.varied, q.replicates, folder,
        pd.concat(tables, ignore_index=True), morris, sobol, pd.DataFrame(signs), troubles,
    )  # fmt: skip


def strongest(morris: pd.DataFrame, keep: int) -> list[str]:
    """Name the parameters with the largest mean absolute effect on any endpoint, in shares of the largest there."""
    top = morris.groupby("endpoint")["mu_star"].transform("max")
    share = (morris["mu_star"] / top.where(top > 0.0)).fillna(0.0)
    ranked = share.groupby(morris["parameter"], sort=False).max().sort_values(ascending=False, kind="stable")
    return [str(name) for name in ranked[ranked > 0.0].index[:keep]]


def _by_endpoint(names: Sequence[str], table_of: Any) -> pd.DataFrame:
    import pandas as pd

    tables = [table_of(name) for name in names]
    for name, table in zip(names, tables, strict=True):
        table.insert(0, "endpoint", name)
    return pd.concat(tables, ignore_index=True)


def _whole(design: pd.DataFrame, values: pd.Series, block: int, endpoint: str) -> tuple[pd.DataFrame, np.ndarray]:
    """Leave out the trajectories, or base worlds, of which a run is missing."""
    known = values.notna().to_numpy().reshape(-1, block).all(axis=1)
    if known.sum() < 2:
        raise InputError(
            f"of {len(known)} parts of the design {int(known.sum())} are complete", where=endpoint,
            expected="expected two or more", remedy="try failed runs again with --retry-failed, or narrow the ranges",
        )  # fmt: skip
    rows = known.repeat(block)
    return design[rows].reset_index(drop=True), values[rows].to_numpy(dtype=float)


def _told(name: str, design: pd.DataFrame, effects: pd.DataFrame, q: Question) -> pd.DataFrame:
    """Set a design beside its effects; parameters that it leaves alone have their own values."""
    table = design.reset_index(drop=True).reindex(columns=list(q.varied.ranges))
    table = table.fillna(dict(q.varied.values)).join(effects.reset_index(drop=True))
    table.insert(0, "design", name)
    table.insert(1, "world", range(len(table)))
    return table


def _sign(design: str, endpoint: str, effects: pd.Series, default: float, independent: int | None) -> dict[str, Any]:
    direction = int(default > 0.0) - int(default < 0.0) if default == default else 0
    found = sign_robustness(effects.to_numpy(dtype=float), direction, independent=independent)
    return {"endpoint": endpoint, "design": design, "default": float(default), **asdict(found)}


def _within(ranges: Mapping[str, tuple[float, float]], patterns: Sequence[str]) -> dict[str, tuple[float, float]]:
    from analysis.study.sensitivity import matches

    return {path: ends for path, ends in ranges.items() if any(matches(path, p) for p in patterns)}


def _strongest(study: Study) -> str:
    """Name the arm with the highest dose of the first series, or the first arm."""
    for arms in study.series.values():
        return arms[-1].name
    return study.treated[0].name


def _chosen(name: str, study: Study) -> Arm:
    known = {arm.name: arm for arm in study.treated}
    if name not in known:
        from simulation import Faults, Place

        faults = Faults()
        faults.unknown(Place("--arm"), name, known, "treated arm")
        faults.raise_if_any()
    return known[name]
