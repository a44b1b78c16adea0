"""The whole way from a nodule into distant organs: no cell appears or vanishes, whatever the order of rows."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.engine.chance import uniforms
from simulation.engine.clock import Duration
from simulation.engine.plan import Plan
from simulation.engine.process import CellProcess, Stage
from simulation.engine.world import World
from simulation.processes.spread.arrest import Arrest
from simulation.processes.spread.blood_pools import BloodPools
from simulation.processes.spread.circulation import Circulation
from simulation.processes.spread.colonisation import Colonisation
from simulation.processes.spread.extravasation import Extravasation
from simulation.processes.spread.intravasation import Intravasation
from tests.worlds import make_world, shuffle

SITES = ("liver", "lung", "lymph_node", "bone", "brain")


class Growth(CellProcess):
    """Divides now and then."""

    stage, every = Stage.TURN_OVER, "10 min"
    reads = frozenset({"division_factor", "invasive"})
    adds = frozenset({"divides"})

    def apply(self, cells, dt: Duration) -> None:  # type: ignore[no-untyped-def]
        """Request."""
        cells.divides[:] += (
            uniforms(cells.chance, cells.lineage, 0) < 0.5 * dt.days * cells.division_factor * cells.invasive
        )


def nodule() -> tuple[World, Plan]:
    """Make a packed nodule with vessels and lymphocytes on torn cells; everything happens a hundred times too fast."""
    side = np.arange(12) * 17.0 + 20.0
    x, y = (a.ravel() for a in np.meshgrid(side, side))
    n = len(x)
    cells = {
        "tumour": {
            "invasive": 1.0, "emt": 0.3, "icam1": 1e5, "ecadherin": 1e5, "radius": 9.0, "parcel": 3, "x": x, "y": y,
            "detached": (np.arange(n) % 7 == 0).astype(float),
        },
        "vessel": {"o2_exchange": 20.0, "radius": 5.0, "icam1": 5e5, "x": x[::4] + 8.0, "y": y[::4] + 8.0},
        "lymphocyte": {
            "lfa1": 1e5, "lfa1_open": 0.3, "lfa1_intermediate": 0.3, "radius": 4.0, "x": x[::7] + 8.0, "y": y[::7],
        },
    }  # fmt: skip
    processes = [
        Intravasation(hazard=2.0, cluster_share=0.5), Circulation(), Arrest(release=1.0, adhesive_release=0.5),
        Extravasation(mean_time=1.0), Colonisation(wake=5.0, dormant_death=2.0), BloodPools(), Growth(),
    ]  # fmt: skip
    world, plan = make_world(cells, processes, sites=SITES, shape=(12, 12, 1))
    c = world.sites[0].cells
    lymphocytes = c.span(2)
    c["partner"][lymphocytes] = c["lineage"][c.span(0)][::7]
    return world, plan


@pytest.fixture(scope="module")
def run() -> tuple[World, int, int]:
    world, plan = nodule()
    world.listening = True
    escorted = clustered = 0
    t = world.travellers
    for _ in range(450):
        world.step(plan)  # audits itself
        if len(t):
            _, which, size = np.unique(t["convoy"], return_inverse=True, return_counts=True)
            tumour = np.bincount(which, t["invasive"] > 0)
            escorted = max(escorted, int(((tumour > 0) & (tumour < size)).sum()))
            clustered = max(clustered, int((tumour > 1).sum()))
    return world, escorted, clustered


def test_accounts_close_and_everything_happened(run: tuple[World, int, int]) -> None:
    world, escorted, clustered = run
    a = world.accounts
    present = [int(s.cells["parcel"].sum()) for s in world.sites] + [len(world.travellers)]
    assert present == (a["present"] + a["births"] - a["deaths"] - a["left"] + a["arrived"]).tolist()
    assert a["left"].sum() == a["arrived"].sum()
    assert sum(present) == a["present"].sum() + a["births"].sum() - a["deaths"].sum()
    assert escorted > 0
    assert clustered > 0
    assert (a["arrived"][:3] > 0).all(), "cells come into liver, lung and lymph node"
    assert a["deaths"][-1] > 0
    assert a["births"][1:-1].sum() > 0, "colonies grow"
    assert {"departed", "arrived", "dies_in_blood", "apoptosis"} <= {e["kind"] for e in world.happenings}


def test_convoys_arrive_together(run: tuple[World, int, int]) -> None:
    world, _, _ = run
    homes: dict[int, set[tuple[str, int]]] = {}
    for event in world.happenings:
        if event["kind"] == "arrived":
            for name in event["convoy"].tolist():
                homes.setdefault(name, set()).add((event["where"], event["tick"]))
    assert len(homes) > 50
    assert all(len(home) == 1 for home in homes.values())


def test_names_are_unique(run: tuple[World, int, int]) -> None:
    world, _, _ = run
    names = np.concatenate([t["lineage"] for t in (*(s.cells for s in world.sites), world.travellers)])
    assert len(set(names.tolist())) == len(names)


def test_row_order_and_watching_change_nothing(run: tuple[World, int, int]) -> None:
    digests = []
    for watched in (False, True):
        world, plan = nodule()
        world.listening = watched
        for tick in range(120):
            if watched:
                shuffle(world, tick)
            world.step(plan)
        digests.append(world.digest())
    assert digests[0] == digests[1]
    assert len(world.travellers) > 0
