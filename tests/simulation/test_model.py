import copy
import pickle

import mesa
import numpy as np
import pytest

from simulation.agents.endothelial_cell import EndothelialCell
from simulation.agents.tumour_cell import TumourCell
from simulation.build import build
from simulation.engine.errors import InputError
from simulation.interventions.knockdown import Knockdown
from simulation.model import MetastasisModel, configured, seed_of
from simulation.scenario import Scenario, load_scenario

SMALL = {
    "extends": "quick_look.yaml",
    "until": "8 min",
    "cells_per_agent": 1,
    "tissue": {"liver_nodule": {"width": "440 um", "nodule_radius": "60 um", "oval_cells": 0}},
    "record": {"every": "4 min", "cells": "off", "fields": "off"},
}


class Small(MetastasisModel):
    """Starts from the small scenario, so that only settings are left to give."""

    def __init__(self, *, rng=None, **settings):
        super().__init__(SMALL, rng=rng, **settings)


@pytest.fixture(scope="module")
def run():
    model = MetastasisModel(SMALL, rng=5)
    model.run_model()
    return model


def test_it_is_a_mesa_model_of_the_scenario(run):
    assert isinstance(run, mesa.Model) and isinstance(run.experiment, Scenario)
    assert run.experiment.seed == run.world.seed == 5
    assert not run.running and run.steps == run.experiment.ticks == 4 and run.days == 8 / 1440
    assert len(run.agents_by_type[TumourCell]) > 10 and len(run.agents_by_type[EndothelialCell]) > 10
    assert {type(a) for a in run.agents} <= set(run.agent_types)
    assert set(run.agents.groupby("site").groups) >= {"liver", "lung"}


def test_it_is_the_same_world_as_without_mesa(run):
    world, plan = build(run.experiment)
    for _ in range(4):
        world.step(plan)
    assert world.digest() == run.world.digest()


def test_observables_are_collected_at_every_step_and_measured_when_due(run):
    frame = run.datacollector.get_model_vars_dataframe()
    assert len(frame) == 5 and (frame["day"] * 1440).round(6).tolist() == [0, 0, 4, 4, 8]
    tumour = run.agents_by_type[TumourCell].select(where=lambda c: c.site == "liver").agg("parcel", sum)
    assert frame["n_tumour_cell_liver"].iloc[-1] == tumour


def test_an_experiment_is_a_scenario_a_mapping_a_path_or_a_name(tmp_path):
    named = configured("quick_look", None, {})
    assert named == load_scenario("quick_look") == configured(named, None, {})
    file = tmp_path / "mine.yaml"
    file.write_text(named.to_text())
    assert configured(file, None, {}) == configured(str(file), None, {}) == named
    assert configured(SMALL, None, {}).ticks == 4
    with pytest.raises(InputError, match="int is no experiment"):
        configured(5, None, {})


def test_settings_are_laid_over_the_scenario():
    made = configured(
        "quick_look", 9, {"until": "2 day", "cells_per_agent": 10, "processes__nfkb__every": "20 min", "voxel": "25 um"}
    )
    assert (made.seed, made.until, made.cells_per_agent, made.periods["nfkb"], made.voxel) == (
        9, "2 day", 10, "20 min", 25.0,
    )  # fmt: skip
    assert configured("quick_look", None, {"nodule_radius": "150 um"}).tissue.nodule_radius == 150.0
    with pytest.raises(InputError, match="nodule_radios"):
        configured("quick_look", None, {"nodule_radios": "150 um"})
    with pytest.raises(InputError, match="cells_per_agent"):
        configured("quick_look", None, {"cells_per_agent": 0})


def test_an_intervention_is_added_or_changed():
    (added,) = configured("quick_look", None, {"knockdown": 0.9}).interventions
    assert isinstance(added, Knockdown) and added.fraction == 0.9
    (changed,) = configured("icam1_knockdown", None, {"knockdown": np.float64(0.5)}).interventions
    assert changed.fraction == 0.5 and changed.molecule == "icam1"
    more = configured("icam1_knockdown", None, {"knockdown": {"start": "1 day"}, "antibody": 20}).interventions
    assert (more[0].start, more[0].fraction, more[1].dose) == (1.0, 0.9, 20.0)
    two = {"extends": "quick_look.yaml", "interventions": [{"knockdown": {"fraction": f}} for f in (0.1, 0.2)]}
    with pytest.raises(InputError, match="2 of knockdown: which one"):
        configured(two, None, {"knockdown": 0.5})
    with pytest.raises(InputError, match="fraction"):
        configured("quick_look", None, {"knockdown": 3.0})


def test_a_knockdown_lowers_icam1_of_the_same_cells():
    plain, less = Small(rng=3), Small(rng=3, knockdown=0.9)
    a, b = (m.agents_by_type[TumourCell] for m in (plain, less))
    assert a.get("unique_id") == b.get("unique_id")
    assert b.agg("icam1", np.mean) < 0.5 * a.agg("icam1", np.mean)


def test_seeds_of_every_kind_mesas_users_give():
    assert [seed_of(s) for s in (5, np.int64(5), "5", 5.0, np.uint64(5))] == [5] * 5
    assert seed_of([1, 2]) == seed_of((np.int64(1), 2)) != seed_of([2, 1])
    children = [seed_of(s) for s in np.random.SeedSequence(1).spawn(3)]
    assert children == [seed_of(s) for s in np.random.SeedSequence(1).spawn(3)] and len(set(children)) == 3
    assert seed_of(np.random.default_rng(1)) == seed_of(np.random.default_rng(1)) != seed_of(np.random.default_rng(2))
    for wrong in ("five", 1.5, float("inf"), object()):
        with pytest.raises(InputError, match="is no seed"):
            seed_of(wrong)
    assert MetastasisModel(SMALL, seed=7).world.seed == 7
    with pytest.raises(InputError, match="both"):
        MetastasisModel(SMALL, rng=1, seed=2)


def test_solaras_reset_may_hand_over_mesas_own_scenario():
    model = Small(rng=2)
    handed = {"scenario": model.scenario} if hasattr(model, "scenario") else {"scenario": object()}
    assert type(model)(rng=2, knockdown=0.5, **handed).experiment.interventions[0].fraction == 0.5


@pytest.mark.parametrize("again", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])
def test_a_copied_model_runs_on_alike(again):
    model = MetastasisModel(SMALL, rng=1)
    model.step()
    other = again(model)
    for each in (model, other):
        each.run_model()
    assert model.world.digest() == other.world.digest() and other.steps == 4
    frames = [m.datacollector.get_model_vars_dataframe() for m in (model, other)]
    assert frames[0].equals(frames[1])


def test_mesas_batch_run():
    parameters, seeds = {"knockdown": [0.0, 0.9]}, {"rng": [4]}
    if not hasattr(mesa.Model, "schedule_event"):  # Mesa 3.3 takes seeds among the parameters
        parameters, seeds = parameters | seeds, {}
    rows = mesa.batch_run(Small, parameters, max_steps=2, display_progress=False, **seeds)
    last = [r for r in rows if r["Step"] == max(r["Step"] for r in rows)]
    assert [r["knockdown"] for r in last] == [0.0, 0.9]
    assert last[0]["n_tumour_cell_liver"] == last[1]["n_tumour_cell_liver"] > 10
