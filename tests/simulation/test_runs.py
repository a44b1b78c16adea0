"""A run keeps what happened, and is the same however often it was cut, killed, watched or repeated."""

from __future__ import annotations

import errno
import json
import os
import re
import signal
import subprocess
import sys
import time
import weakref
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import simulation.runs.records
from simulation.engine import checkpoint, storage
from simulation.engine.chance import uniforms
from simulation.engine.clock import Duration
from simulation.engine.errors import InputError, NumericalError, StorageError
from simulation.engine.process import BodyProcess, SiteProcess, Stage
from simulation.engine.site import BodyView, SiteView
from simulation.runs import Built, Options, Run, Status, carry_out
from simulation.runs.advance import Progress
from simulation.runs.folder import RunFolder, read_events, status_of
from simulation.runs.records import Recording
from tests.simulation.engine.test_storage import Failing
from tests.worlds import make_world

UNTIL = 60
RECORDING = Recording(every=5, cells=10, fields=20, checkpoint=15)


@dataclass(frozen=True)
class Fate(SiteProcess):
    """Divides, kills and sends away by luck; reports, and stirs a field."""

    stage, every = Stage.TURN_OVER, "2 min"
    reads = frozenset({"age"})
    adds = frozenset({"divides", "killed", "leaves"})
    writes = frozenset({"icam1", "voxel.tnf"})

    def apply(self, site: SiteView, dt: Duration) -> None:
        """Act."""
        c = site.cells
        u = uniforms(site.chance, c.lineage, 0)
        c.icam1[:] += u
        c.divides[:] += u < 0.02
        c.killed[:] += u > 0.985
        c.leaves[:] += (u > 0.5) & (u < 0.51)
        site.voxels.tnf[:] += 0.25
        site.report("detached", np.flatnonzero(u > 0.95), u[u > 0.95])


@dataclass(frozen=True)
class Landing(BodyProcess):
    """Lands every traveller in the second site."""

    stage, every = Stage.SPREAD, "10 min"
    adds, writes = frozenset({"traveller.extravasates"}), frozenset({"traveller.site"})

    def apply(self, body: BodyView, dt: Duration) -> None:
        """Act."""
        body.travellers.site[:] = 1
        body.travellers.extravasates[:] += 1


def toy() -> Built:
    cells = {"tumour_cell": {"radius": np.full(80, 9.0)}, "t_cell": {"radius": np.full(20, 4.0), "lfa1": 1e5}}
    world, plan = make_world(cells, [Fate(), Landing()], sites=("liver", "lung"), tick="2 min")
    return Built(world, plan, UNTIL, RECORDING)


def run(place: Path, *, anew: bool = True, make: Callable[[], Built] = toy, **options: Any) -> Run:
    texts = {"scenario.yaml": "title: toy\n"} if anew else None
    return carry_out(place, make, {"scenario": "toy"}, Options(**options), texts)


def after(ticks: int) -> Callable[[], bool]:
    """Ask to stop after so many ticks."""
    asked = iter(range(10**9))
    return lambda: next(asked) >= ticks


def records(folder: Path) -> dict[str, bytes]:
    """Every byte of a run but what tells of the wall clock."""
    files = [p for p in sorted(folder.rglob("*")) if p.is_file() and p.name != "run.json"]
    return {str(p.relative_to(folder)): p.read_bytes() for p in files if "checkpoint" not in p.parts}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run(tmp_path_factory.mktemp("whole") / "seed-000001")


def test_a_run_leaves_what_it_promises(whole: Run) -> None:
    folder = whole.folder
    assert whole.status is status_of(folder) is Status.DONE
    assert whole.exit_code == 0
    assert sorted(p.name for p in folder.iterdir()) == [
        "cells", "checkpoint", "endpoints.json", "events", "fields.zarr", "run.json", "scenario.yaml", "status",
        "summary.parquet",
    ]  # fmt: skip
    assert whole.summary["tick"].tolist() == list(range(0, UNTIL + 1, 5))
    assert whole.summary["digest"].iloc[-1] == whole.digest[:16]
    assert whole.summary["digest"].is_unique
    assert len(storage.listing(folder / "cells")) == UNTIL // 10 + 1
    assert json.loads((folder / "endpoints.json").read_text()) == whole.endpoints
    about = json.loads((folder / "run.json").read_text())
    assert about["digest"] == whole.digest
    assert about["status"] == "DONE"
    assert about["columns"]["time_day"] == {"unit": "day", "meaning": "time since the start"}
    assert os.path.expanduser("~") not in (folder / "run.json").read_text()


def test_records_agree_with_each_other(whole: Run) -> None:
    events, summary = whole.events, whole.summary
    last = summary.iloc[-1]
    counts = events["kind"].value_counts()
    assert counts["killed"] == last["kills"] == whole.endpoints["kills"] > 0
    assert counts["departed"] == last["departures"] > 0
    assert counts["arrived"] == last["arrivals"] > 0
    assert counts["detached"] == last["detachments"] > 0
    assert counts["born"] == last["births"] > 0
    assert events["tick"].is_monotonic_increasing
    assert np.allclose(events["time_day"], events["tick"] * 2 / 1440)
    cells = storage.read_table(storage.listing(whole.folder / "cells")[-1]).to_pandas()
    assert (
        len(cells)
        == last["n_agents_liver"]
        + last["n_agents_lung"]
        + last["blood_tumour_cells"]
        + ((cells["site"] == "blood") & (cells["cell_type"] == "t_cell")).sum()
    )
    assert cells["icam1"].dtype == np.float32
    import zarr

    group = zarr.open_group(str(whole.folder / "fields.zarr"), mode="r")
    assert group.attrs["n_complete"] == UNTIL // 20 + 1
    tnf = list(group["value"].attrs["substance"]).index("tnf")  # type: ignore[arg-type, union-attr]
    assert np.asarray(group["value"])[:, tnf, 0, 0, 0].tolist() == [0.0, 5.0, 10.0, 15.0]


def test_a_run_repeated_is_the_same_run_in_the_same_place(whole: Run) -> None:
    before = records(whole.folder)
    again = run(whole.folder)
    assert again.folder == whole.folder
    assert records(again.folder) == before
    assert [p.name for p in storage.listing(whole.folder.parent)] == [whole.folder.name]


@pytest.mark.parametrize("cuts", [(1,), (15,), (16, 3), (29, 1, 1), (0, 44), (59,)])
def test_a_run_cut_and_resumed_leaves_the_same_bytes(whole: Run, tmp_path: Path, cuts: tuple[int, ...]) -> None:
    place = tmp_path / "seed-000001"
    for number, ticks in enumerate(cuts):
        cut = run(place, anew=number == 0, stop=after(ticks))
        assert cut.status is status_of(place) is Status.INTERRUPTED
        assert cut.summary["tick"].max() <= sum(cuts[: number + 1])
        assert len(cut.events) == 0 or cut.events["tick"].max() == sum(cuts[: number + 1]) - 1
    done = run(place, anew=False)
    assert done.digest == whole.digest
    assert records(place) == records(whole.folder)


def test_parts_that_end_because_they_are_full_end_there_after_a_cut_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulation.runs.records.EVENTS_PER_PART", 40)
    whole = run(tmp_path / "whole")
    assert len(storage.listing(whole.folder / "events")) > UNTIL // 15 + 2
    run(tmp_path / "cut", stop=after(37))
    done = run(tmp_path / "cut", anew=False)
    assert records(done.folder) == records(whole.folder)


def test_a_run_that_was_killed_goes_on_from_its_checkpoint(whole: Run, tmp_path: Path) -> None:
    for ticks in (3, 22, 47):
        place = tmp_path / f"seed-{ticks:06d}"

        def die(ticks: int = ticks) -> Callable[[], bool]:
            asked = after(ticks)

            def stop() -> bool:
                if asked():
                    os.kill(os.getpid(), signal.SIGKILL)
                return False

            return stop

        child = os.fork()
        if child == 0:
            run(place, stop=die())
            os._exit(1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
        assert status_of(place) is Status.RUNNING
        done = run(place, anew=False)
        assert done.digest == whole.digest
        assert records(place) == records(whole.folder)


def test_watching_and_saving_do_not_disturb(whole: Run, tmp_path: Path) -> None:
    seen: list[Progress] = []

    def watched() -> Built:
        built = toy()
        return Built(built.world, built.plan, UNTIL, Recording(every=1, checkpoint=1, events=False))

    watching = run(tmp_path / "a", make=watched, progress=seen.append, profile=True)
    assert watching.digest == whole.digest
    assert sum(watching.profile.values()) == pytest.approx(1)
    assert set(watching.profile) == {"fate", "landing"}
    assert seen[0].phase == "building"
    assert [p.doing for p in seen if p.phase == "compiling"][:2] == ["landing", "fate"]
    assert seen[-1].phase == "done"
    assert seen[-1].day == seen[-1].until_day == UNTIL * 2 / 1440
    assert seen[-1].cells >= seen[-1].agents > 0


def test_the_world_is_gone_before_the_results_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[weakref.ref[Any]] = []
    alive: list[bool] = []

    def noted() -> Built:
        built = toy()
        made.append(weakref.ref(built.world))
        return built

    def read(folder: Path, columns: Sequence[str]) -> Any:
        alive.append(made[0]() is not None)
        return read_events(folder, columns)

    monkeypatch.setattr(simulation.runs, "read_events", read)
    run(tmp_path / "seed-000001", make=noted)
    assert alive == [False]


def test_a_damaged_checkpoint_falls_back_and_says_so(whole: Run, tmp_path: Path) -> None:
    place = tmp_path / "seed-000001"
    run(place, stop=after(40))
    last = place / "checkpoint" / "last"
    last.write_bytes(last.read_bytes()[:-3])
    done = run(place, anew=False)
    assert "last.prev was taken" in done.said
    assert records(place) == records(whole.folder)


def test_a_finished_result_stays_until_the_new_one_is_done(tmp_path: Path) -> None:
    place = tmp_path / "seed-000001"
    first = run(place)
    before = records(place)
    cut = run(place, stop=after(20))
    assert cut.folder != place
    assert status_of(place) is Status.DONE
    assert records(place) == before
    again = run(place, anew=False)
    assert again.folder == place
    assert again.digest == first.digest
    assert records(place) == before
    assert [p.name for p in tmp_path.iterdir() if p.is_dir()] == [place.name]


def test_a_folder_in_use_says_by_whom(tmp_path: Path) -> None:
    place = tmp_path / "toy" / "abc" / "seed-000001"

    def stop() -> bool:
        with pytest.raises(StorageError, match=f"toy/abc/seed-000001: process {os.getpid()} is writing here"):
            run(place)
        return True

    assert run(place, stop=stop).status is Status.INTERRUPTED


@dataclass(frozen=True)
class Burst(SiteProcess):
    """Fails in the third tick."""

    stage, every = Stage.TURN_OVER, "2 min"

    def apply(self, site: SiteView, dt: Duration) -> None:
        """Fail."""
        if site.time.minutes >= 4:
            raise NumericalError("not finite", where="burst")


def test_a_run_that_fails_says_so_and_can_be_made_again(tmp_path: Path) -> None:
    def failing() -> Built:
        world, plan = make_world({"a": {}}, [Burst()])
        return Built(world, plan, 10, Recording())

    place = tmp_path / "seed-000001"
    with pytest.raises(NumericalError):
        run(place, make=failing)
    assert status_of(place) is Status.FAILED
    assert (place / "error.txt").read_text() == "NumericalError: burst: not finite\n"
    assert run(place).status is Status.DONE
    assert not (place / "error.txt").exists()


@pytest.mark.parametrize("code", [errno.ENOSPC, pytest.param(errno.EIO, marks=pytest.mark.slow)])
def test_whatever_cannot_be_written_the_run_can_be_resumed(
    whole: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    for k in range(12, 700, 97 if code == errno.ENOSPC else 13):
        place = tmp_path / f"seed-{k:06d}"
        failing = Failing(k, code)
        with monkeypatch.context() as patched:
            patched.setattr(storage, "os", failing)
            patched.setattr(checkpoint, "os", failing)
            try:
                run(place)
            except StorageError as fault:
                assert "\n" not in str(fault)
        if status_of(place) is None:
            continue  # it failed before anything was there: `run` begins anew
        done = run(place, anew=False) if status_of(place) is not Status.DONE else None
        assert done is None or done.digest == whole.digest
        assert records(place) == records(whole.folder)


def test_no_checkpoint_is_made_after_a_record_that_could_not_be_written(
    whole: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "seed-000001"

    def write(path: Path, table: Any) -> None:
        time.sleep(0.2)  # a slow disk: the run is far ahead of it
        if path.name == "part-000001.parquet" and path.parent.name == "cells":  # of tick 10; a checkpoint is due at 15
            raise StorageError("the disk is full", where=path.name)
        storage.write_table(path, table)

    with monkeypatch.context() as patched:
        patched.setattr(simulation.runs.records, "write_table", write)
        with pytest.raises(StorageError, match="part-000001.parquet: the disk is full"):
            run(place)
    assert status_of(place) is Status.FAILED
    assert (place / "error.txt").read_text() == "StorageError: part-000001.parquet: the disk is full\n"
    assert checkpoint.load(place / "checkpoint" / "last")[0]["world"]["tick"] == 0
    assert run(place, anew=False).digest == whole.digest
    assert records(place) == records(whole.folder)


def test_a_slow_disk_changes_nothing(whole: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def write(path: Path, data: bytes | memoryview) -> None:
        time.sleep(0.01)
        real(path, data)

    real = storage.write_bytes
    monkeypatch.setattr(storage, "write_bytes", write)
    monkeypatch.setattr(checkpoint, "write_bytes", write)
    run(tmp_path / "slow", stop=after(31))
    assert run(tmp_path / "slow", anew=False).digest == whole.digest
    assert records(tmp_path / "slow") == records(whole.folder)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_stops_at_the_end_of_a_tick(whole: Run, tmp_path: Path, number: int, code: int) -> None:
    place = tmp_path / "seed-000001"
    before = signal.getsignal(number)
    asked = after(23)

    def stop() -> bool:
        if asked():
            signal.raise_signal(number)
        return False

    cut = run(place, stop=stop)
    assert cut.status is Status.INTERRUPTED
    assert cut.exit_code == code
    assert signal.getsignal(number) is before
    assert run(place, anew=False).digest == whole.digest
    assert records(place) == records(whole.folder)


def test_of_many_simultaneous_starts_one_runs_and_the_others_say_who(tmp_path: Path) -> None:
    ready, go = os.pipe()
    children = []
    for _ in range(12):
        child = os.fork()
        if child == 0:
            os.close(go)
            os.read(ready, 1)  # until the parent lets go
            code = 3
            try:
                with RunFolder(tmp_path / "seed-000001"):
                    time.sleep(1.0)
                    code = 0
            except StorageError as refused:
                code = 1 if re.fullmatch(r".*seed-000001: process \d+ is writing here; .*", str(refused)) else 2
            os._exit(code)
        children.append(child)
    os.close(ready)
    os.close(go)
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    assert sorted(codes) == [0] + [1] * 11


def test_threads_are_those_asked_for(tmp_path: Path) -> None:
    import numba

    before = numba.get_num_threads()
    for wanted in (0, 10_000):
        with pytest.raises(InputError, match="threads"):
            run(tmp_path / "a", threads=wanted)
    run(tmp_path / "b", threads=1)
    assert json.loads((tmp_path / "b" / "run.json").read_text())["threads"] == 1
    assert numba.get_num_threads() == before


def test_the_front_door_costs_nothing_and_leads_to_the_function() -> None:
    text = (
        "import sys, simulation; assert not {'numpy', 'mesa', 'pandas'} & set(sys.modules); "
        "import simulation.runs; from simulation import run, Run; assert run is simulation.run; "
        "assert callable(run) and run.__module__ == 'simulation.runs' and simulation.__version__[0].isdigit()"
    )
    root = Path(__file__).parents[2]
    subprocess.run([sys.executable, "-W", "error", "-c", text], check=True, cwd=root)


def test_what_the_front_door_has_is_never_a_file_of_the_same_name() -> None:
    import importlib
    from types import ModuleType

    import simulation

    for name in simulation.__all__:
        with suppress(ModuleNotFoundError):
            importlib.import_module(f"simulation.{name}")
        assert not isinstance(getattr(simulation, name), ModuleType)


def test_what_the_front_door_does_not_have() -> None:
    import simulation

    with pytest.raises(AttributeError, match="pickle"):
        _ = simulation.pickle  # type: ignore[attr-defined]
    assert set(simulation.__all__) <= set(dir(simulation))


# ---- with a scenario ----


def test_a_scenario_runs_into_a_folder_named_after_it_and_is_resumed(tmp_path: Path) -> None:
    from simulation import load_scenario, resume, run

    scenario = load_scenario("quick_look", ["record.every=10 min", "record.cells=20 min", "record.fields=20 min"])
    whole = run(scenario, out=tmp_path / "a", seed=17, until="40 min", checkpoint_every="20 min")
    assert whole.folder.parts[-3] == "quick_look"
    assert whole.folder.parts[-1] == "seed-000017"
    assert (
        load_scenario(whole.folder / "scenario.yaml").identity()
        == scenario.changed("seed=17", "until=40 min").identity()
    )
    assert whole.endpoints["observed_days"] == 40 / 1440
    cut = run(scenario, out=tmp_path / "b", seed=17, until="40 min", checkpoint_every="20 min", stop=after(13))
    assert cut.folder.relative_to(tmp_path / "b") == whole.folder.relative_to(tmp_path / "a")
    done = resume(cut.folder)
    assert (done.status, done.digest) == (Status.DONE, whole.digest)
    assert records(done.folder) == records(whole.folder)
    again = resume(cut.folder)
    assert (again.digest, again.endpoints) == (whole.digest, whole.endpoints)


def test_there_is_nothing_to_resume(tmp_path: Path) -> None:
    from simulation import resume

    with pytest.raises(StorageError, match="no run here"):
        resume(tmp_path)


@pytest.mark.slow
def test_a_command_that_is_terminated_leaves_a_run_that_goes_on(tmp_path: Path) -> None:
    from simulation import load_scenario, resume, run

    text = (
        "import sys; from simulation import load_scenario, run; "
        "sys.exit(run(load_scenario('quick_look'), out=sys.argv[1], until='1 day', "
        "progress=lambda p: print(p.phase, flush=True)).exit_code)"
    )
    root = Path(__file__).parents[2]
    command = subprocess.Popen(
        [sys.executable, "-c", text, tmp_path / "a"], cwd=root, stdout=subprocess.PIPE, text=True
    )
    assert command.stdout is not None
    for line in command.stdout:
        if line == "running\n":
            command.send_signal(signal.SIGTERM)
            break
    command.communicate(timeout=120)
    assert command.returncode == 143
    (folder,) = (tmp_path / "a").glob("*/*/seed-*")
    assert status_of(folder) is Status.INTERRUPTED
    whole = run(load_scenario("quick_look"), out=tmp_path / "b", until="1 day", threads=1)
    assert resume(folder).digest == whole.digest
    assert records(folder) == records(whole.folder)
