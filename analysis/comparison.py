"""Comparing the arms of a study: all its runs made, and what they answer as tidy tables.

    from analysis import compare
    comparison = compare("icam1_knockdown", replicates=4)
    comparison.paired("cells_in_blood", "tumour_90pct")["difference"].mean()

In a script, call `compare` below `if __name__ == "__main__":`, for its workers read the script as well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.batch import Tally, Tell, run_all
from analysis.batch.cluster import require_answer, require_distributed
from analysis.batch.job import Job, Outcome, carry_out
from analysis.batch.ledger import Ledger
from analysis.comparison_tables import read_tables, write_tables
from analysis.endpoint import Endpoint, Kind
from analysis.study import Arm, Study, load_study

if TYPE_CHECKING:
    import pandas as pd

    from analysis.statistics.attribution import Attribution
    from simulation import Scenario


@dataclass(frozen=True)
class Comparison:
    """What the runs of a study answer.

    study       Study
    folder      Path         of the study: tables, arms/, runs/
    runs        DataFrame    one row per arm and replicate, in that order, whatever became of it; behind those of the
        compared arms the runs that only divide an effect (`study.attribution`):
        arm         str      name                            control     bool     is it the control
        series      str      dose series, "" for none        dose        float    NaN for none
        replicate   int      from 1; pairs the arms          seed        int
        status      str      DONE, FAILED or MISSING         digest      str      of the world's end, "" unless DONE
        folder      str      of the run, seen from `folder`  observed_days  float  NaN unless DONE
        and every endpoint: counts and levels as float, NaN where there is none; a time as the day it happened or
        observation ended, beside `<name>_observed`, bool, whether it happened
    courses     DataFrame    one row per arm, replicate, day and quantity of DONE runs:
        arm str, replicate int, day float, quantity str (a key of `quantities`), value float
    failures    DataFrame    one row per run that failed: arm str, replicate int, seed int, reason str
    quantities  name -> (meaning, unit)    what `courses` holds
    """

    study: Study
    folder: Path
    runs: pd.DataFrame = field(repr=False)
    courses: pd.DataFrame = field(repr=False)
    failures: pd.DataFrame = field(repr=False)
    quantities: Mapping[str, tuple[str, str]] = field(repr=False)

    @property
    def attribution(self) -> dict[str, Attribution]:
        """Every endpoint of the study -> the parts of its effect; empty where the study does not divide it."""
        from analysis.attribution import attributed

        return attributed(self.study, self.runs)

    @property
    def complete(self) -> bool:
        """True when every run is done."""
        return bool((self.runs["status"] == "DONE").all())

    def run_folder(self, arm: str, replicate: int) -> Path:
        """Return the folder of a run."""
        rows = self.runs[(self.runs["arm"] == arm) & (self.runs["replicate"] == replicate)]
        if not len(rows):
            raise KeyError(f"{arm}, replicate {replicate}")
        return self.folder / str(rows["folder"].iloc[0])

    def paired(self, endpoint: str, arm: str, against: str | None = None) -> pd.DataFrame:
        """Set an arm beside another, replicate by replicate, where both are done and have the endpoint.

        endpoint    str    a name of `study.endpoints`
        arm         str
        against     str    by default the control it is compared with
        returns     index replicate; control, treated, difference (treated - control), all float; for a time also
                    control_observed and treated_observed, bool
        """
        known = self.study.endpoints[endpoint]
        columns = [endpoint, *([f"{endpoint}_observed"] if known.kind is Kind.TIME else [])]
        done = self.runs[self.runs["status"] == "DONE"].set_index("replicate")
        control = done.loc[done["arm"] == (against or self.study.controls.get(arm) or self.study.control.name), columns]
        treated = done.loc[done["arm"] == arm, columns]
        names = ("", "_observed")
        pair = control.rename(columns={c: f"control{n}" for c, n in zip(columns, names, strict=False)}).join(
            treated.rename(columns={c: f"treated{n}" for c, n in zip(columns, names, strict=False)}), how="inner"
        )
        pair = pair.dropna(subset=["control", "treated"]).sort_index()
        pair.insert(2 if "control_observed" not in pair else 4, "difference", pair["treated"] - pair["control"])
        return pair


def compare(
    study: Study | str | Path,
    *,
    replicates: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    out: str | Path = "results",
    anew: bool = False,
    retry_failed: bool = False,
    tell: Tell | None = None,
    run: Callable[[Job], Outcome] = carry_out,
) -> Comparison:
    """Make all runs of a study that are not done yet, and return what they answer.

    study               Study, its file, or the name of a shipped one
    replicates, seed    in place of the study's
    workers             processes on this machine; None = one per core, 0 = in this process, one run after the other
    scheduler           address of a running Dask scheduler whose workers see the same disk
    out                 folder for all results
    anew                make every run again, whatever is there
    retry_failed        try again what failed before
    tell                function of Tally, called whenever a run ends
    run                 what makes one run in its folder; importable by the workers
    raises              InputError, StorageError; a run that fails raises nothing and is listed in `failures`
    """
    asked = _asked(study, replicates, seed)
    if scheduler is not None:
        require_answer(scheduler)  # before anything is written
    elif workers != 0:
        require_distributed()
    from simulation import Lock, make_folder, source_digest

    folder = make_folder(Path(out) / asked.name)
    with Lock(folder / ".lock", f"the study {asked.name}"):
        _write_texts(asked, folder)
        ledger = Ledger(folder / "failures.json", source_digest())
        jobs = _jobs(asked, folder, anew=anew, retry=retry_failed)
        if retry_failed or anew:
            ledger.forget(jobs)
        waiting, total = _waiting(jobs, ledger), len(jobs)
        known_failed = sum(key in ledger.reasons for key in jobs)
        tally = Tally(total, total - len(waiting) - known_failed, failed=known_failed)
        run_all(waiting, ledger, before=tally, workers=workers, scheduler=scheduler, tell=tell, run=run)
        comparison = open_comparison(asked, out=out)
        write_tables(folder, comparison.runs, comparison.courses, comparison.failures)
    return comparison


def open_comparison(
    study: Study | str | Path, *, replicates: int | None = None, seed: int | None = None, out: str | Path = "results"
) -> Comparison:
    """Return what the runs of a study that are there answer, without making any; arguments as in `compare`."""
    from simulation import source_digest

    asked = _asked(study, replicates, seed)
    folder = Path(out) / asked.name
    reasons = Ledger(folder / "failures.json", source_digest()).reasons
    runs, courses, failures, quantities = read_tables(asked, folder, reasons)
    return Comparison(asked, folder, runs, courses, failures, quantities)


def _asked(study: Study | str | Path, replicates: int | None, seed: int | None) -> Study:
    from simulation import InputError

    if replicates is not None and replicates < 1:
        what, expected = f"{replicates} replicates compare nothing", "expected 1 or more"
        raise InputError(what, where="--replicates", expected=expected, remedy="ask for more")
    found = study if isinstance(study, Study) else load_study(study)
    return found.changed(replicates=replicates, seed=seed)


# ---- jobs ----


def _jobs(study: Study, folder: Path, *, anew: bool, retry: bool) -> dict[str, tuple[Job, Scenario]]:
    """List all runs by key."""
    from simulation import source_digest

    code, out = source_digest(), str((folder / "runs").resolve())
    identities = {arm.name: arm.scenario.identity(any_seed=True) for arm in study.all_arms}
    return {
        job_key(identities[arm.name], scenario.seed): (
            Job(
                key=job_key(identities[arm.name], scenario.seed),
                text=str(arm_file(folder, arm).resolve()),
                name=scenario.path,
                seed=scenario.seed,
                out=out,
                code=code,
                identity=identities[arm.name],
                retry=retry,
                anew=anew,
            ),
            scenario,
        )
        for arm, _, scenario in study.runs()
    }


def job_key(identity: str, seed: int) -> str:
    """Name a run by all that can change its result."""
    return f"{identity[:32]}-{seed}"


def _waiting(jobs: Mapping[str, tuple[Job, Scenario]], ledger: Ledger) -> Sequence[Job]:
    """List the runs that are to be made: neither done nor known to fail."""
    from simulation import Status, earlier

    return [
        job
        for key, (job, scenario) in jobs.items()
        if key not in ledger.reasons and (job.anew or earlier(scenario, job.out) is not Status.DONE)
    ]


# ---- texts ----


def arm_file(folder: Path, arm: Arm) -> Path:
    """Name the file that holds an arm's complete scenario."""
    return folder / "arms" / f"{arm.name}.yaml"


def _write_texts(study: Study, folder: Path) -> None:
    """Write what is compared: the study as it was given, what it came to, and the complete scenario of every arm."""
    from simulation import make_folder, source_digest, write_bytes, write_json, write_text

    make_folder(folder / "arms")
    for arm in study.all_arms:
        write_text(arm_file(folder, arm), arm.scenario.to_text())
    write_bytes(folder / "study.yaml", study.path.read_bytes())
    write_json(folder / "study.json", {**_about(study), "source_sha256": source_digest()})


def _about(study: Study) -> dict[str, Any]:
    def plain(endpoint: Endpoint) -> dict[str, str]:
        kind = endpoint.kind.value
        return {"name": endpoint.name, "meaning": endpoint.meaning, "unit": endpoint.unit, "kind": kind}

    return {
        "name": study.name, "title": study.title, "question": study.question, "base": Path(study.base).name,
        "seed": study.seed, "replicates": study.replicates, "seeds": study.seeds, "control": study.control.name,
        "primary": [plain(e) for e in study.primary], "secondary": [plain(e) for e in study.secondary],
        "arms": [
            {"name": a.name, "label": a.label, "series": a.series, "dose": a.dose, "unit": a.unit,
             "against": study.controls.get(a.name, ""), "identity": a.scenario.identity(any_seed=True)}
            for a in study.all_arms
        ],
        "attribution": _divided(study),
    }  # fmt: skip


def _divided(study: Study) -> dict[str, Any] | None:
    plan = study.attribution
    if plan is None:
        return None
    worlds = [{"on": w.on, "control": w.control, "treated": w.treated} for w in plan.worlds]
    orders = None if plan.orders is None else [[plan.players[i] for i in order] for order in plan.orders]
    return {"arms": plan.players, "orders": orders, "worlds": worlds}
