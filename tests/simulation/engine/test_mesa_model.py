import copy
import gc
import inspect
import pickle
import weakref

import mesa
import numpy as np
import pytest

from simulation.engine.errors import ContractError
from simulation.engine.mesa_model import ColumnarModel
from simulation.engine.process import CellProcess, Stage
from tests.mesa_worlds import SmallModel, TCell, TumourCell, make_model
from tests.worlds import make_world


class Ageing(CellProcess):
    stage, every = Stage.DECIDE, "2 min"
    writes = {"age"}

    def apply(self, cells, dt):
        cells.age[:] += dt.days


class Dividing(CellProcess):
    stage, every = Stage.DECIDE, "2 min"
    reads, adds = {"radius"}, {"divides"}

    def apply(self, cells, dt):
        cells.divides[cells.radius > 9.5] += 1


def test_it_is_a_mesa_model_and_a_step_is_a_tick():
    model = make_model(processes=(Ageing(),), ticks=3)
    assert isinstance(model, mesa.Model) and model.running and model.days == 0
    model.step()
    assert (model.steps, model.world.clock.tick) == (1, 1) and model.days == pytest.approx(2 / 1440)
    assert model.agents.agg("age", [min, max]) == [model.days, model.days]
    model.run_model()
    assert not model.running and model.steps == 3


def test_run_until_counts_steps_as_mesa_or_days():
    model = make_model(ticks=30)
    model.run_until(5)
    assert model.steps == 5
    model.run_until(days=20 / 1440)
    assert model.steps == 10
    model.run_until(days=1.0)
    assert model.steps == 30 and not model.running
    for wrong in ({}, {"end_time": 1, "days": 1}):
        with pytest.raises(ContractError, match="either"):
            model.run_until(**wrong)


def test_agents_by_type_is_a_mapping_of_live_sets():
    model = make_model()
    assert model.agent_types == [TumourCell, TCell] == list(model.agents_by_type)
    assert {kind: len(of) for kind, of in model.agents_by_type.items()} == {TumourCell: 6, TCell: 4}
    assert TCell in model.agents_by_type and mesa.Agent not in model.agents_by_type
    with pytest.raises(KeyError):
        model.agents_by_type[mesa.Agent]
    with pytest.raises(AttributeError):
        model.agents = []


def test_an_agent_is_found_by_its_id_and_the_dead_are_none():
    model = make_model(blood=1)
    for agent in model.agents:
        found = model.agent(agent.unique_id)
        assert found == agent and type(found) is type(agent)
    agent.remove()
    assert model.agent(agent.unique_id) is None is model.agent(12345)


def test_births_in_the_world_appear_among_the_agents():
    model = make_model(n=6, m=0, processes=(Dividing(),))
    mother = max(model.agents, key=lambda a: a.radius)
    assert (mother.radius, mother.births) == (10.0, 0)
    live = model.agents
    model.step()
    assert len(live) == 7 and mother.births == 1 and mother.alive


def test_removals_move_only_what_they_must_and_are_logged():
    model = make_model(lung=2)
    model.world.listening = True
    lung = model.world.sites[1].cells.version
    doomed = sorted(model.agents_by_type[TCell].get("unique_id"))
    model.agents_by_type[TCell].do("remove")
    assert model.world.sites[1].cells.version == lung
    (event,) = model.world.happenings
    assert event["kind"] == "removed" and event["where"] == "liver" and event["lineage"].tolist() == doomed
    model.bury(np.array([1, 2, 3], dtype=np.uint64))
    model.deregister_agent(model.agents[0])
    assert len(model.agents) == 7
    model.remove_all_agents()
    assert len(model.agents) == 0
    model.step()


def test_an_agent_that_is_no_row_is_refused():
    with pytest.raises(ContractError, match="Agent cannot join: it is no row"):
        mesa.Agent(make_model())


def test_every_type_needs_its_class():
    world, plan = make_world({"tumour_cell": {}, "martian": {}})
    with pytest.raises(ContractError, match="no agent class for martian"):
        ColumnarModel(world, plan, {"tumour_cell": TumourCell})


def test_handles_and_sets_follow_a_restored_world():
    model = make_model(processes=(Ageing(),))
    agent, value = model.agents[0], model.agents[0].icam1
    saved = model.world.snapshot()
    agent.icam1 = 5.0
    model.agents[1].remove()
    model.step()
    model.world.restore(saved)
    assert agent.icam1 == value and len(model.agents) == 10 and agent.age == 0


@pytest.mark.parametrize("again", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])
def test_a_copied_model_runs_on_alike_and_apart(again):
    model = make_model(processes=(Ageing(), Dividing()))
    model.step()
    other = again(model)
    other.step()
    assert other.world.clock.tick == 2 and model.world.clock.tick == 1 and other.steps == 2
    assert model.agents.agg("age", max) < other.agents.agg("age", max) == other.days
    model.step()
    assert model.world.digest() == other.world.digest()
    assert [a.unique_id for a in model.agents.shuffle()] == [a.unique_id for a in other.agents.shuffle()]


def test_looking_changes_nothing():
    models = [make_model(processes=(Ageing(), Dividing()), seed=9) for _ in range(2)]
    for _ in range(4):
        models[0].agents.shuffle_do(lambda a: a.pos)
        models[0].agents.groupby("site").agg("icam1", sum)
        for model in models:
            model.step()
    assert models[0].world.digest() == models[1].world.digest()


def test_a_model_is_freed():
    model = make_model()
    model.step()
    list(model.agents)
    gone = weakref.ref(model)
    model.remove_all_agents()
    del model
    gc.collect()
    assert gone() is None


def test_solaras_reset_makes_a_new_model_from_its_parameters():
    model = SmallModel(4, rng=3)
    assert len(type(model)(n=5, rng=3).agents) == 9
    kinds = {p.kind for p in inspect.signature(SmallModel.__init__).parameters.values()}
    assert inspect.Parameter.VAR_POSITIONAL not in kinds  # SolaraViz refuses such a model
