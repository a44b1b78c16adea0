"""Many runs on workers: whatever happens to one of them, the others are made, and nothing is made twice."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import psutil
import pytest

from analysis.batch import Tally, run_all
from analysis.batch.cluster import ENVIRONMENT, client_of, cores
from analysis.batch.job import DONE, FAILED, INTERRUPTED, REFUSED, Job, Outcome, carry_out, one_line
from analysis.batch.ledger import Ledger
from analysis.batch.watch import BatchWatch, told
from simulation import InputError


def jobs(n: int) -> list[Job]:
    return [Job(f"{k:04d}", "", "small", k, "", "", "") for k in range(n)]


def ledger(folder: Path, code: str = "1") -> Ledger:
    return Ledger(folder / "failures.json", code)


def test_all_are_made_once(tmp_path: Path) -> None:
    made: list[str] = []
    tallies: list[Tally] = []

    def run(job: Job) -> Outcome:
        made.append(job.key)
        return Outcome(job.key, DONE)

    tally = run_all(jobs(5), ledger(tmp_path), workers=0, tell=tallies.append, run=run)
    assert made == [job.key for job in jobs(5)]
    assert (tally.total, tally.done, tally.failed, tally.left) == (5, 5, 0, 0.0)
    assert [t.done for t in tallies] == [0, 1, 2, 3, 4, 5]


def test_what_fails_is_kept_with_its_reason(tmp_path: Path) -> None:
    def run(job: Job) -> Outcome:
        return Outcome(job.key, FAILED, "it broke") if job.seed == 1 else Outcome(job.key, DONE)

    tally = run_all(jobs(3), ledger(tmp_path), workers=0, run=run)
    assert (tally.done, tally.failed) == (2, 1)
    assert ledger(tmp_path).reasons == {"0001": "it broke"}
    assert ledger(tmp_path, code="2").reasons == {}  # it may have been the code
    run_all(jobs(3), ledger(tmp_path), workers=0, run=lambda job: Outcome(job.key, DONE))
    assert ledger(tmp_path).reasons == {}


def test_a_damaged_ledger_is_an_empty_one(tmp_path: Path) -> None:
    for text in ("", "[]", '{"code": "1"}', '{"code": "1", "runs": []}', "\x00"):
        (tmp_path / "failures.json").write_text(text)
        assert ledger(tmp_path).reasons == {}


def test_workers_with_another_version_are_refused(tmp_path: Path) -> None:
    job = Job("1", "", "small", 1, "", "another", "")
    assert carry_out(job).status == REFUSED
    with pytest.raises(InputError, match="another version"):
        run_all([job], ledger(tmp_path), workers=0)


def test_a_killed_worker_a_poisoned_run_and_an_interrupted_one(tmp_path: Path) -> None:
    """Run 1 kills its worker once, run 2 always, run 3 raises, run 4 must leave once: the others notice nothing."""
    place = str(tmp_path)

    def run(job: Job) -> Outcome:
        first = not os.path.exists(f"{place}/{job.key}")
        with open(f"{place}/{job.key}", "a") as file:
            file.write("x")
        if job.seed == 2 or (job.seed == 1 and first):
            os.kill(os.getpid(), signal.SIGKILL)
        if job.seed == 3:
            raise ValueError("no good\nat all")
        if job.seed == 4 and first:
            return Outcome(job.key, INTERRUPTED)
        return Outcome(job.key, DONE)

    kept = ledger(tmp_path)
    tally = run_all(jobs(8), kept, workers=2, run=run)
    assert (tally.done, tally.failed) == (6, 2)
    assert kept.reasons["0003"] == "ValueError: no good at all"
    assert "killed each time" in kept.reasons["0002"]
    # What a killed worker had made and not yet handed over is asked for again: a folder that is done answers at once.
    assert all((tmp_path / f"{k:04d}").read_text() for k in range(8))


def test_a_thousand_runs_cost_little_beside_themselves(tmp_path: Path) -> None:
    """Overhead below 50 ms a run, and what the parent holds does not grow with the number of runs."""

    def nothing(job: Job) -> Outcome:
        return Outcome(job.key, DONE)

    held: list[int] = []

    def tell(tally: Tally) -> None:
        if tally.done in (500, 1000):
            held.append(psutil.Process().memory_info().rss)

    began = time.monotonic()
    tally = run_all(jobs(1000), ledger(tmp_path), workers=2, run=nothing, tell=tell)
    seconds = time.monotonic() - began
    assert tally.done == 1000
    assert seconds / 1000 < 0.05, f"{seconds:.1f} s"
    assert held[1] - held[0] < 20e6, held  # 20 kB a run would be a leak; the scheduler's own notes fill up and stop


def test_workers_have_one_thread_each(tmp_path: Path) -> None:
    def run(job: Job) -> Outcome:
        import numba

        return Outcome(job.key, FAILED, f"{numba.config.NUMBA_NUM_THREADS} {os.environ['OMP_NUM_THREADS']}")

    kept = ledger(tmp_path)
    run_all(jobs(1), kept, workers=1, run=run)
    assert kept.reasons == {"0000": "1 1"}


def test_a_scheduler_elsewhere(tmp_path: Path) -> None:
    import distributed

    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None, protocol="tcp"
    ) as cluster:
        tally = run_all(
            jobs(3), ledger(tmp_path), scheduler=cluster.scheduler_address, run=lambda job: Outcome(job.key, DONE)
        )
    assert tally.done == 3


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense://1", "nowhere", "", "tcp://"])
def test_nobody_answers(tmp_path: Path, address: str) -> None:
    with pytest.raises(InputError, match="no scheduler answers at") as caught:
        run_all(jobs(1), ledger(tmp_path), scheduler=address)
    assert "\n" not in str(caught.value)


def test_without_dask_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    for scheduler in (None, "tcp://127.0.0.1:9"):
        with pytest.raises(InputError, match="Dask is not installed; .*; install it with pip"):
            run_all(jobs(1), ledger(tmp_path), workers=1, scheduler=scheduler)
    assert run_all(jobs(1), ledger(tmp_path), workers=0, run=lambda job: Outcome(job.key, DONE)).done == 1


def test_what_a_person_sees() -> None:
    assert told(Tally(28, 0)) == "0 of 28 runs  waiting for workers"
    assert told(Tally(28, 4, 10, 2, 2, 60.0, 75.0)) == (
        "16 of 28 runs  4 from before  2 failed  2 workers  1 min 15 s left"
    )
    assert told(Tally(28, 0, 28, 0, 2, 200.0, 0.0)) == "28 of 28 runs  3 min 20 s"
    assert told(Tally(28, 28)) == "28 of 28 runs  28 from before"


def test_a_line_for_each_tenth_without_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with BatchWatch() as watch:
        for done in range(101):
            watch(Tally(100, 0, done, 0, 2, 1.0, 1.0))
    assert len(capsys.readouterr().err.splitlines()) == 11
    with BatchWatch(quiet=True) as watch:
        watch(Tally(100, 0))
    assert capsys.readouterr() == ("", "")


def test_small_things() -> None:
    assert cores() >= 1
    assert one_line(ValueError("a\n b")) == "ValueError: a b"
    assert len(one_line(ValueError("x" * 5000))) == 300


def test_the_environment_of_workers_stays_with_them() -> None:
    before = dict(os.environ)
    with client_of(1, None) as client:
        assert client.submit(lambda: os.environ["NUMBA_NUM_THREADS"]).result() == "1"
    assert {n: os.environ.get(n) for n in ENVIRONMENT} == {n: before.get(n) for n in ENVIRONMENT}
