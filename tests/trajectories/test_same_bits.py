"""A scenario and a seed determine every bit: threads, row order, process, surroundings and onlookers do not matter.

A digest covers every column of every table, so two trajectories with equal digests are equal in everything.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulation.build import build
from simulation.engine import checkpoint
from simulation.engine.kernel import FEW_ROWS
from simulation.engine.plan import Plan
from simulation.observables import observe
from simulation.runs import run
from simulation.runs.advance import Progress
from tests.busy import BUSY, HAPPENS, TINY, busy, first_difference, follow, trajectory
from tests.worlds import shuffle

ROOT = Path(__file__).parents[2]
TICKS = 60


@cache
def reference() -> tuple[list[str], str]:
    """Digests of the busy scenario in this process, and what is observed at its end."""
    world, plan = build(busy())
    return follow(world, plan, TICKS), repr(observe(world))


def started(asked: dict[str, Any], folder: Path = ROOT, **surroundings: str) -> subprocess.Popen[str]:
    """Start a trajectory in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NUMBA_NUM_THREADS": "4", **surroundings}
    command = [sys.executable, str(Path(__file__).with_name("elsewhere.py")), json.dumps(asked)]
    return subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True)


def told(process: subprocess.Popen[str]) -> dict[str, Any]:
    out, _ = process.communicate(timeout=600)
    assert process.returncode == 0
    return dict(json.loads(out))


def test_everything_happens_that_these_tests_are_about() -> None:
    world, plan = build(busy())
    world.listening = True
    follow(world, plan, 120)
    seen = Counter({kind: 0 for kind in HAPPENS})
    for h in world.happenings:
        seen[h["kind"]] += len(h["lineage"])
    assert min(seen[kind] for kind in HAPPENS) > 0, seen
    assert (world.sites[0].cells["partner"] > 0).any()
    assert len(world.sites[0].cells) > FEW_ROWS


def test_the_number_of_threads_does_not_matter() -> None:
    process = told(started({"options": BUSY, "ticks": TICKS, "threads": [1, 2, 4]}))
    expected, seen = reference()
    for threads, digests in process["digests"].items():
        assert first_difference(digests, expected) is None, f"{threads} threads"
        loops = process["spread"][threads]
        assert loops, "no loop is spread over threads: this test shows nothing"
        # the liver is long enough to be spread; small organs use one thread, whose loops are compiled without any
        assert all(max(used, default=1) == int(threads) for used in loops.values()), loops
    assert process["seen"] == seen


SURROUNDINGS = (
    {"PYTHONHASHSEED": "1", "TZ": "Asia/Kathmandu", "LC_ALL": "C", "NUMBA_THREADING_LAYER": "workqueue"},
    {"PYTHONHASHSEED": "4242", "TZ": "America/St_Johns", "LC_ALL": "tr_TR.UTF-8", "PYTHONOPTIMIZE": "1"},
    {"PYTHONHASHSEED": "77", "TZ": "UTC", "LC_ALL": "de_DE.UTF-8", "NUMBA_THREADING_LAYER": "omp"},
)


def test_process_hash_seed_folder_time_zone_and_locale_do_not_matter(tmp_path: Path) -> None:
    asked = {"options": BUSY, "ticks": TICKS, "threads": [2]}
    # two at a time, so that two cores are enough
    running = [started(asked, folder, **s) for folder, s in zip((tmp_path, Path("/")), SURROUNDINGS, strict=False)]
    found = [told(process) for process in running]
    expected, seen = reference()
    for surroundings, process in zip(SURROUNDINGS, found, strict=False):
        assert first_difference(process["digests"]["2"], expected) is None, surroundings
        assert process["seen"] == seen


@pytest.mark.slow
@pytest.mark.parametrize("number", range(12))
def test_any_combination_of_surroundings_gives_the_same(number: int, tmp_path: Path) -> None:
    luck = np.random.default_rng(number)
    surroundings = {key: str(luck.choice([s.get(key, "") or "0" for s in SURROUNDINGS])) for key in SURROUNDINGS[0]}
    surroundings["PYTHONHASHSEED"] = str(luck.integers(1, 2**32))
    if surroundings["NUMBA_THREADING_LAYER"] == "0":
        surroundings["NUMBA_THREADING_LAYER"] = "default"
    process = told(started({"options": BUSY, "ticks": TICKS, "threads": [3]}, tmp_path, **surroundings))
    assert first_difference(process["digests"]["3"], reference()[0]) is None, surroundings


def test_the_order_of_rows_does_not_matter() -> None:
    world, plan = build(busy())
    digests = follow(world, plan, TICKS, lambda tick: shuffle(world, tick))
    expected, seen = reference()
    assert first_difference(digests, expected) is None
    assert repr(observe(world)) == seen


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2, 3, 4])
@pytest.mark.parametrize("depth", ["0 um", "100 um"])
def test_the_order_of_rows_does_not_matter_for_longer_nor_in_a_block(seed: int, depth: str) -> None:
    scenario = busy(f"seed={seed}", f"tissue.liver_nodule.depth={depth}")
    luck = np.random.default_rng(seed)
    world, plan = build(scenario)
    mixed = follow(world, plan, 240, lambda tick: shuffle(world, tick) if luck.random() < 0.3 else None)
    assert first_difference(mixed, trajectory(scenario, 240)) is None


def test_the_order_in_which_processes_are_listed_does_not_matter() -> None:
    scenario = busy()
    world, plan = build(scenario)
    processes = [due.process for due in plan.due]
    for mixed in (processes[::-1], processes[1::2] + processes[::2]):
        world, _ = build(scenario)
        plan = Plan(mixed, world.columns(), world.clock, scenario.periods)
        assert first_difference(follow(world, plan, 30), reference()[0][:30]) is None


def test_watching_recording_timing_and_saving_do_not_matter(tmp_path: Path) -> None:
    watched = busy("record.every=2 min", "record.cells=10 min", "record.fields=10 min")
    seen: list[Progress] = []
    kept = run(watched, out=tmp_path, until=f"{2 * TICKS} min", progress=seen.append, profile=True,
               checkpoint_every="10 min")  # fmt: skip
    expected, _ = reference()
    assert kept.summary["digest"].tolist()[1:] == [d[:16] for d in expected]
    assert kept.digest == expected[-1]
    assert len(kept.events) > 0
    assert kept.profile
    assert seen


def test_not_listening_does_not_matter() -> None:
    world, plan = build(busy())
    world.listening, world.stopwatch = True, time.perf_counter
    digests = follow(world, plan, TICKS, lambda tick: observe(world) and world.snapshot())
    assert world.happenings
    assert world.seconds
    assert first_difference(digests, reference()[0]) is None


def test_uncompiled_code_gives_the_same() -> None:
    asked = {"options": TINY, "ticks": 12, "threads": [1]}
    # numba's own stand-ins for compiled parts overflow aloud
    process = told(started(asked, NUMBA_DISABLE_JIT="1", PYTHONWARNINGS="ignore"))
    assert not process["compiled"]
    assert first_difference(process["digests"]["1"], trajectory(busy(of=TINY), 12)) is None


@pytest.mark.slow
@pytest.mark.parametrize("depth", ["0 um", "75 um"])
def test_uncompiled_code_gives_the_same_for_longer(depth: str) -> None:
    options = [*TINY, f"tissue.liver_nodule.depth={depth}"]
    process = told(started({"options": options, "ticks": 120, "threads": [1]}, NUMBA_DISABLE_JIT="1",
                           PYTHONWARNINGS="ignore"))  # fmt: skip
    assert not process["compiled"]
    assert first_difference(process["digests"]["1"], trajectory(busy(of=options), 120)) is None


def test_a_run_can_be_split_anywhere() -> None:
    """At random ticks, amid periods too, through the bytes of a checkpoint and into a world made anew."""
    luck = np.random.default_rng(6)
    scenario = busy()
    cuts = sorted({*luck.integers(1, TICKS - 1, 4).tolist(), TICKS - 1})
    world, plan = build(scenario)
    digests: list[str] = []
    for cut in cuts:
        digests += follow(world, plan, cut - len(digests))
        saved = checkpoint.encode(world.snapshot())
        world, plan = build(scenario)
        world.restore(checkpoint.decode(saved, "here"))
    digests += follow(world, plan, TICKS - len(digests))
    assert first_difference(digests, reference()[0]) is None


@pytest.mark.slow
def test_every_tick_can_be_taken_over_by_a_world_that_saw_another_past() -> None:
    """Nothing is remembered outside the snapshot: no cached view, list or sum of an earlier state is left."""
    scenario = busy()
    world, plan = build(scenario)
    other, others_plan = build(scenario)
    follow(other, others_plan, 7)
    for tick in range(3 * TICKS):
        other.restore(world.snapshot())
        assert other.digest() == world.digest()
        world.step(plan)
        other.step(others_plan)
        assert other.digest() == world.digest(), f"tick {tick}"


def test_another_seed_is_another_world() -> None:
    """The digests above can tell worlds apart."""
    assert first_difference(trajectory(busy("seed=2"), 3), reference()[0][:3]) == 0
