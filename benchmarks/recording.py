"""What watching costs: the share of a run that goes into records, events and checkpoints.

python -m benchmarks.recording
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

import zarr  # noqa: F401 - here, so that its import is not counted as recording

from benchmarks.record import Target, publish
from simulation import load_scenario
from simulation.build import build
from simulation.engine.checkpoint import save
from simulation.runs.advance import kept
from simulation.runs.records import Recorder, Recording

DAYS = 3
MOST = 0.10


def measure(scenario_name: str) -> dict[str, Any]:
    """Advance a scenario and record it, each with its own watch: a ratio within one run."""
    scenario = load_scenario(scenario_name)
    world, plan = build(scenario)
    record = scenario.record
    recording = Recording.of(world.clock, record.every, record.cells or "", record.fields or "", "7 day")
    for _ in range(5):
        world.step(plan)
    ticks = world.clock.ticks_in(f"{DAYS} day", "")
    stepping = looking = 0.0
    with tempfile.TemporaryDirectory() as folder:
        recorder = Recorder(Path(folder), world, recording)
        recorder.begin()
        for _ in range(ticks):
            began = time.perf_counter()
            world.step(plan)
            stepped = time.perf_counter()
            recorder.after_tick()
            looking += time.perf_counter() - stepped
            stepping += stepped - began
        began = time.perf_counter()
        recorder.finish()
        looking += time.perf_counter() - began
        began = time.perf_counter()
        save(Path(folder) / "checkpoint.msgpack", kept(world, recorder))
        checkpoint = time.perf_counter() - began
    weekly = checkpoint / 7 * DAYS
    return {
        "scenario": scenario_name,
        "agents": sum(len(s.cells) for s in world.sites),
        "stepping, s/day": stepping / DAYS,
        "recording, s/day": looking / DAYS,
        "one checkpoint, s": checkpoint,
        "share": (looking + weekly) / (stepping + looking + weekly),
    }


def main() -> None:
    rows = [measure(name) for name in ("quick_look", "hcc_baseline")]
    how = f"""{DAYS} simulated days, recorded as shipped; a checkpoint is due once in seven days. Both parts are
        measured in one run, so other work on the machine slows both."""
    target = Target("recording's share of the baseline", rows[-1]["share"] * 100, MOST * 100, "%")
    publish("recording", "What watching costs", how, rows, [target])


if __name__ == "__main__":
    main()
