"""What is free is given back to the system."""

from __future__ import annotations

import sys
import weakref
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from simulation.engine.memory import give_back
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


def test_a_world_that_nobody_holds_is_gone() -> None:
    world, plan = make_world({"a": {"radius": np.full(30, 9.0)}})
    world.step(plan)
    seen = weakref.ref(world)
    del world, plan
    give_back()
    assert seen() is None
