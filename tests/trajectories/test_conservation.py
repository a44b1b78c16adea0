"""No cell appears or vanishes unseen, no name is used twice, and nobody leaves through a closed capsule.

The counts here are made from the log of events and the tables alone; the world's own accounts are only compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from simulation.build import build
from simulation.engine.column import Effect
from simulation.engine.world import World
from simulation.runs.endpoints import DEATHS
from tests.busy import GAINS, MOVES_AWAY, busy


def happened(world: World, where: str, kinds: Sequence[str]) -> int:
    """Cells to which one of these things happened in a place, according to the log."""
    return sum(int(h["parcel"].sum()) for h in world.happenings if h["where"] == where and h["kind"] in kinds)


def present(world: World) -> dict[str, int]:
    """Number of cells in each place."""
    counts = {site.name: int(site.cells["parcel"].sum()) for site in world.sites}
    return counts | {"blood": int(world.travellers["parcel"].sum())}


def expected(world: World, before: Mapping[str, int]) -> dict[str, int]:
    """What must be there after a tick, by the log of that tick."""
    after = {}
    for place, count in before.items():
        if place == "blood":
            came = sum(happened(world, site.name, [MOVES_AWAY]) for site in world.sites) + happened(world, place, GAINS)
            went = sum(happened(world, site.name, ["arrived"]) for site in world.sites)
        else:
            came, went = happened(world, place, GAINS), happened(world, place, [MOVES_AWAY])
        after[place] = count + came - went - happened(world, place, DEATHS)
    return after


def test_the_causes_of_death_are_known_to_the_endpoints() -> None:
    world, _ = build(busy())
    causes = {n for t in world.tables().values() for n in getattr(t, "requests", {}).get(Effect.DEATH, ())}
    assert causes == set(DEATHS)


def busy_conservation(seed: int, ticks: int, *more: str) -> dict[str, int]:
    """Check every tick; return how much happened of each kind."""
    world, plan = build(busy(f"seed={seed}", *more))
    world.listening = True
    seen: dict[str, int] = {}
    names: set[int] = set()
    before = present(world)
    for _ in range(ticks):
        world.happenings.clear()
        world.step(plan)
        assert present(world) == expected(world, before), f"tick {world.clock.tick - 1}"
        before = present(world)
        a = world.accounts
        booked = a["present"] + a["births"] - a["deaths"] - a["left"] + a["arrived"]
        assert booked.tolist() == list(before.values())
        lineages = np.concatenate([*(s.cells["lineage"] for s in world.sites), world.travellers["lineage"]])
        assert len(np.unique(lineages)) == len(lineages), "two cells share a name"
        assert all((t["parcel"] >= 1).all() for t in (*(s.cells for s in world.sites), world.travellers))
        for h in world.happenings:
            seen[h["kind"]] = seen.get(h["kind"], 0) + int(h["parcel"].sum())
            if h["kind"] == "born":
                fresh = set(h["lineage"].tolist())
                assert not fresh & names, "a name is given twice"
                names |= fresh
    return seen


MUST_HAPPEN = ("born", "entered", "departed", "arrived", "dies_in_blood", "killed", "apoptosis")


def test_cells_are_conserved_in_every_tick_in_every_place() -> None:
    seen = busy_conservation(1, 150)
    assert min(seen.get(kind, 0) for kind in MUST_HAPPEN) > 0, seen


@pytest.mark.slow
@pytest.mark.parametrize(
    "more", [("cells_per_agent=1",), ("cells_per_agent=1000",), ("tissue.liver_nodule.depth=100 um",)]
)
def test_cells_are_conserved_whatever_the_parcel(more: tuple[str, ...]) -> None:
    seen = busy_conservation(2, 400, *more)
    assert min(seen.get(kind, 0) for kind in ("born", "departed", "arrived")) > 0, seen


CLOSED = (
    "tissue.liver_nodule.capsule_integrity=0.26",
    "tissue.liver_nodule.capsule_variation=0.02",
    "processes.capsule.degradation=20 1/day",
)


def first_ticks(seed: int, ticks: int) -> tuple[dict[str, Any], World]:
    """Tick of the first breach and of the first tumour cell that left, in a nodule that is about to open."""
    world, plan = build(busy(*CLOSED, f"seed={seed}"))
    world.listening = True
    first: dict[str, Any] = {}
    for _ in range(ticks):
        world.step(plan)
    tumour = next(t.code for t in world.types if t.name == "tumour_cell")
    for h in world.happenings:
        if h["kind"] != "departed" or (h["cell_type"] == tumour).any():
            first.setdefault(h["kind"], h["tick"])
    return first, world


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_tumour_cells_leave_only_after_the_capsule_has_given_way(seed: int) -> None:
    first, _ = first_ticks(seed, 150)
    assert first["capsule_breached"] >= 10, "it was open too early to show anything"
    assert first["departed"] >= first["capsule_breached"]


def test_a_capsule_that_holds_lets_nobody_out() -> None:
    world, plan = build(busy("tissue.liver_nodule.capsule_integrity=0.9"))
    world.listening = True
    for _ in range(100):
        world.step(plan)
    kinds = {h["kind"] for h in world.happenings}
    assert not {"departed", "capsule_breached"} & kinds
    assert "born" in kinds
