"""What does not act changes nothing, what acts changes only what it reaches, and a pair of runs shares its luck."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

import numpy as np
import pytest

from simulation.build import build
from simulation.engine.chance import uniforms
from simulation.engine.clock import Duration
from simulation.engine.process import SiteProcess, Stage
from simulation.engine.site import Site, SiteView
from simulation.engine.world import World
from simulation.scenario import Scenario
from tests.busy import busy, first_difference, follow, trajectory

TICKS = 45


def treated(*treatments: dict[str, object], of: Scenario | None = None) -> Scenario:
    """Return the busy scenario, or another, with interventions."""
    plain = of or busy()
    return Scenario.from_mapping(plain.resolved() | {"interventions": list(treatments)})


# ---- what does not act ----

NO_EFFECT = {
    "knockdown of nothing": {"knockdown": {"fraction": 0.0, "cells": ["tumour_cell", "endothelial_cell"]}},
    "knockdown of another day": {"knockdown": {"fraction": 0.9, "start": "100 day"}},
    "antibody without dose": {"antibody": {"dose": "0 ug/mL", "infusion": "0 ug/mL/h"}},
    "antibody of another day": {
        "antibody": {"dose": "50 ug/mL", "days": ["100 day"], "infusion": "1 ug/mL/h", "start": "100 day"}
    },  # fmt: skip
}


@pytest.mark.parametrize("name", NO_EFFECT)
def test_a_treatment_without_effect_changes_nothing(name: str) -> None:
    assert first_difference(trajectory(treated(NO_EFFECT[name]), TICKS), trajectory(busy(), TICKS)) is None


LATER = {
    "knockdown": {"knockdown": {"fraction": 0.9, "start": "40 min"}},
    "injection": {"antibody": {"dose": "50 ug/mL", "days": ["40 min"]}},
    "infusion": {"antibody": {"dose": "0 ug/mL", "infusion": "5 ug/mL/h", "start": "40 min"}},
}


@pytest.mark.parametrize("name", LATER)
def test_a_treatment_begins_in_the_tick_that_was_said_and_does_not_change_the_past(name: str) -> None:
    """40 min are 0.02777... day, which no number in a computer is: a start that is rounded up would come late."""
    assert first_difference(trajectory(treated(LATER[name]), TICKS), trajectory(busy(), TICKS)) == 20


def test_a_treatment_ends_in_the_tick_that_was_said() -> None:
    """With 40 and 80 min, one of which is rounded up in days, the other down."""
    for name in ("40 min", "80 min"):
        world, plan = build(treated({"knockdown": {"fraction": 0.9, "end": name}}))
        tumour = next(t.code for t in world.types if t.name == "tumour_cell")
        lasted = 0
        for _ in range(50):
            world.step(plan)
            cells = world.sites[0].cells
            lasted += bool((cells["icam1_translation_factor"][cells["cell_type"] == tumour] < 1.0).any())
        assert lasted == int(name.split()[0]) // 2, name


@dataclass(frozen=True)
class Bystander(SiteProcess):
    """Looks at cells and voxels, draws random numbers for every cell, says so, and does nothing."""

    every = "2 min"
    reads = frozenset({"radius", "voxel.o2"})
    stage: Stage = Stage.TREAT  # type: ignore[misc]
    label: str = ""

    def settle(self, site: SiteView) -> None:
        """Look."""

    def apply(self, site: SiteView, dt: Duration) -> None:
        """Draw and tell."""
        luck = uniforms(site.chance, site.cells.lineage, 0)
        assert len(luck) == site.cells.n
        site.report("looked", np.flatnonzero(luck * site.cells.radius > 5.0), float(site.voxels.o2.min()))


@pytest.mark.parametrize("name", ["aaa", "zzz"])
def test_a_process_that_does_nothing_changes_nothing(name: str) -> None:
    """It stands in every stage, before and behind all others."""
    scenario = busy()
    bystanders = [Bystander(stage=stage, label=f"{name}_{stage.name.lower()}") for stage in Stage]
    world, plan = build(replace(scenario, processes=(*bystanders, *scenario.processes)))
    places = [due.label[:3] for due in plan.due]
    assert places.count(name) == len(Stage)
    assert (places[0] if name == "aaa" else places[-1]) == name
    world.listening = True
    digests = follow(world, plan, TICKS)
    assert any(h["kind"] == "looked" for h in world.happenings)
    assert first_difference(digests, trajectory(scenario, TICKS)) is None


# ---- what acts elsewhere ----

#: T cells alone come from the blood: all kinds together reach every organ within minutes
T_CELLS_ALONE = tuple(f"processes.recruitment.{kind}=0" for kind in ("nk_cells", "monocytes", "neutrophils"))
#: few arrivals, no way by serum, and enough births and deaths in every organ for its luck to show
QUIET = (
    "processes.blood_pools=off",
    "processes.extravasation.mean_time=2 h",
    "cells_per_agent=2",
    "cells.fibroblast.division_rate=10 1/day",
    "cells.fibroblast.apoptosis_rate=10 1/day",
    *T_CELLS_ALONE,
)
#: what reaches every organ at once, by serum: receptors that soluble ICAM-1 blocks, and what follows from it
BY_SERUM = {"icam1_blocked", "lfa1_blocked", "permeability"}  # the last by leukocytes whose LFA-1 is occupied


def site_digest(site: Site) -> str:
    into = hashlib.sha256()
    site.cells.digest(into)
    site.voxels.digest(into)
    return into.hexdigest()


def lung_until_the_first_arrival(scenario: Scenario, most: int) -> tuple[list[str], int]:
    """Digests of the lung after each tick in which nobody has come yet; and its births and deaths meanwhile."""
    world, plan = build(scenario)
    lung, found, turnover = world.site("lung"), [], 0
    for _ in range(most):
        world.step(plan)
        if world.accounts["arrived"][lung.number]:
            break
        found.append(site_digest(lung))
        turnover = int(world.accounts["births"][lung.number] + world.accounts["deaths"][lung.number])
    return found, turnover


def test_an_organ_is_untouched_until_somebody_arrives() -> None:
    """Blood pools are off: soluble ICAM-1 travels too, and reaches every organ at once."""
    plain = busy(*QUIET)
    courses = {
        "baseline": plain,
        "knockdown": treated({"knockdown": {"fraction": 1.0, "cells": ["tumour_cell"]}}, of=plain),
        "other liver": busy(*QUIET, "tissue.liver_nodule.infiltration=0 1/mm^2", "tissue.liver_nodule.t_cells=0 1/mm^2",
                            "tissue.liver_nodule.nodule_radius=150 um"),
    }  # fmt: skip
    seen = {name: lung_until_the_first_arrival(scenario, 80) for name, scenario in courses.items()}
    found = {name: digests for name, (digests, _) in seen.items()}
    # without anything there would be no arrival to wait for, and with all at once nothing to compare
    assert min(len(f) for f in found.values()) >= 20, {n: len(f) for n, f in found.items()}
    assert min(len(f) for f in found.values()) < 80, "nobody ever arrives: raise the hazards"
    for name in ("knockdown", "other liver"):
        both = min(len(found[name]), len(found["baseline"]))
        assert found[name][:both] == found["baseline"][:both], name
    assert seen["baseline"][1] >= 5, "nothing happens by chance in the lung, so this test shows nothing"


def test_through_serum_an_organ_notices_only_soluble_molecules() -> None:
    plain = busy(*QUIET[1:3], *T_CELLS_ALONE, "processes.blood_pools.cells_per_agent=1000000")
    pair = [build(s) for s in (plain, treated({"knockdown": {"fraction": 1.0}}, of=plain))]
    differing: set[str] = set()
    for _ in range(20):
        for world, plan in pair:
            world.step(plan)
        lungs = [world.site("lung") for world, _ in pair]
        assert not any(world.accounts["arrived"][lung.number] for (world, _), lung in zip(pair, lungs, strict=True))
        one, other = (lung.cells for lung in lungs)
        differing |= {name for name in one.columns if not np.array_equal(one[name], other[name])}
        one, other = (lung.voxels for lung in lungs)
        differing |= {name for name in one.columns if not np.array_equal(one[name], other[name])}
    assert differing
    assert differing <= BY_SERUM


# ---- pairs of runs ----

#: what a knockdown touches at rest: ICAM-1, and what settles at the ICAM-1 there is
TOUCHED = {"icam1", "icam1_made", "icam1_translation_factor", "stat3", "emt"}


def by_lineage(world: World, column: str) -> np.ndarray:
    cells = world.sites[0].cells
    return cells[column][np.argsort(cells["lineage"])]


def test_a_pair_of_runs_begins_with_the_same_cells() -> None:
    one, _ = build(busy())
    other, _ = build(treated({"knockdown": {"fraction": 0.5}}))
    for name in one.sites[0].cells.columns:
        if name not in TOUCHED:
            assert np.array_equal(by_lineage(one, name), by_lineage(other, name)), name
    tumour = by_lineage(one, "cell_type") == next(t.code for t in one.types if t.name == "tumour_cell")
    for name in ("icam1", "icam1_made"):
        before, after = by_lineage(one, name), by_lineage(other, name)
        np.testing.assert_allclose(after[tumour], 0.5 * before[tumour], rtol=1e-12)
        assert np.array_equal(after[~tumour], before[~tumour])
    for name in one.sites[0].voxels.columns:
        assert np.array_equal(one.sites[0].voxels[name], other.sites[0].voxels[name]), name


def fates(scenario: Scenario, ticks: int) -> tuple[set[int], set[tuple[int, int]]]:
    """Which daughters were born, and which cells died by themselves and when."""
    world, plan = build(scenario)
    world.listening = True
    follow(world, plan, ticks)
    found = {kind: [(h["tick"], int(who)) for h in world.happenings if h["kind"] == kind for who in h["lineage"]]
             for kind in ("born", "apoptosis")}  # fmt: skip
    return {who for _, who in found["born"]}, set(found["apoptosis"])


def alike(one: set, other: set) -> float:  # type: ignore[type-arg]
    """Share of all members that both sets have."""
    return len(one & other) / len(one | other)


def test_a_pair_of_runs_shares_its_luck() -> None:
    """The same mothers bear the same daughters and the same cells die, but for what ICAM-1 itself decides."""
    calm = busy("processes.intravasation=off", "processes.icam1_binding.floor=0", "processes.killing=off")
    one, pair = fates(calm, 180), fates(treated({"knockdown": {"fraction": 0.9}}, of=calm), 180)
    stranger = fates(calm.changed("seed=2"), 180)
    for mine, its, strangers in zip(one, pair, stranger, strict=True):
        assert len(mine) >= 8
        assert alike(mine, its) > 0.8, (len(mine), len(its))
        assert alike(mine, strangers) < 0.2, (len(mine), len(strangers))
