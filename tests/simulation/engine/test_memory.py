"""What is free is given back to the system."""

from __future__ import annotations

import gc
import sys
import weakref
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from simulation import build, load_scenario, run
from simulation.engine.memory import give_back
from simulation.engine.world import World
from tests.worlds import make_world


def held() -> float:
    """MB of memory of this process."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux how much is held")
def test_what_is_free_is_given_back() -> None:
    # 100 kB each: less than the system is asked for piece by piece; the last one keeps the others from going by itself.
    pieces = [np.ones(12_500) for _ in range(1000)]
    last = np.ones(12_500)
    full = held()
    del pieces
    give_back()
    assert held() < full - 80
    assert last.sum() == 12_500


def test_tables_use_the_memory_that_is_given_back() -> None:
    assert pa.default_memory_pool().backend_name == "system"


def test_a_world_that_was_let_go_is_gone_at_once() -> None:
    """Looking for garbage would find it too, but takes a tenth of a second and more in a large process."""
    world, plan = make_world({"a": {"radius": np.full(30, 9.0)}})
    world.step(plan)
    seen = weakref.ref(world)
    gc.collect()
    gc.disable()
    try:
        world.let_go()
        del world, plan
        assert seen() is None
    finally:
        gc.enable()


def test_a_run_leaves_no_world_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its pictures are drawn in the memory that its world had."""
    seen: list[weakref.ref[World]] = []
    make = build.build

    def watched(*given: Any) -> Any:
        world, plan = make(*given)
        seen.append(weakref.ref(world))
        return world, plan

    monkeypatch.setattr("simulation.runs.build", watched)
    gc.collect()
    gc.disable()
    try:
        run(load_scenario("quick_tissue"), out=tmp_path, until="20 min")
        assert len(seen) == 1 and seen[0]() is None
    finally:
        gc.enable()
