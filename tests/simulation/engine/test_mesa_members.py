import copy
import pickle

import numpy as np
import pytest

from simulation.engine.errors import ContractError
from simulation.engine.mesa_agent_set import ColumnarAgentSet
from simulation.engine.mesa_members import Members
from tests.mesa_worlds import TCell, TumourCell, make_model
from tests.worlds import shuffle


def ids(agents):
    return [a.unique_id for a in agents]


def test_a_live_set_is_always_all_cells_of_its_types():
    model = make_model(lung=2, blood=1)
    agents, tumour = model.agents, model.agents_by_type[TumourCell]
    assert (len(agents), len(tumour), len(model.agents_by_type[TCell])) == (13, 9, 4)
    assert [a.site for a in tumour] == ["liver"] * 6 + ["lung"] * 2 + ["blood"]
    agents[0].remove()
    assert (len(agents), len(tumour), len(ids(tumour))) == (12, 8, 8)


def test_order_and_membership_do_not_depend_on_the_order_of_rows():
    model = make_model(n=30, m=20, lung=3)
    before, some = ids(model.agents), model.agents.select(lambda a: a.unique_id % 2)
    kept = ids(some)
    shuffle(model.world, 5)
    assert ids(model.agents) == before and ids(some) == kept


def test_a_fixed_set_keeps_its_cells_and_loses_the_dead():
    model = make_model()
    fixed = model.agents.copy()
    some = ids(fixed)
    fixed[3].remove()
    assert ids(fixed) == some[:3] + some[4:] and len(fixed) == 9


def test_indexing_slices_membership_and_lists():
    model = make_model()
    agents, everyone = model.agents, ids(model.agents)
    assert agents[0].unique_id == everyone[0] and agents[-1].unique_id == everyone[-1]
    assert ids(agents[2:5]) == everyone[2:5] and ids(agents.to_list()) == everyone
    assert [a.unique_id for a in reversed(agents.to_list())] == everyone[::-1]
    for beyond in (10, -11):
        with pytest.raises(IndexError):
            agents[beyond]
    a = agents[0]
    assert a in agents and a in agents.copy() and a not in model.agents_by_type[TCell] and 5 not in agents
    assert a not in make_model().agents


def test_no_set_is_weak():
    # Mesa's own AgentSet would keep none of the transient handles
    model = make_model()
    agents = model.agents
    for made in (agents.shuffle(), agents.copy(), agents.select(at_most=3), agents & agents):
        assert isinstance(made, ColumnarAgentSet) and len(made) == len(list(made)) > 0
    assert isinstance(model.agents, Members)


def test_fixed_sets_can_be_changed_live_ones_not():
    model = make_model()
    agents = model.agents
    first, second = agents[0], agents[1]
    mine = agents.select(at_most=1)
    mine.add(second)
    mine.add(second)
    assert ids(mine) == [first.unique_id, second.unique_id]
    mine.discard(first)
    mine.discard(first)
    assert ids(mine) == [second.unique_id]
    with pytest.raises(KeyError):
        mine.remove(first)
    mine.remove(second)
    assert len(mine) == 0 and first.alive and second.alive
    for change in (agents.add, agents.discard, agents.remove):
        with pytest.raises(ContractError, match="copy"):
            change(first)


def test_set_algebra():
    model = make_model()
    t, all_ = model.agents_by_type[TCell], model.agents
    assert ids(all_ & t) == ids(t) and all_ - t == model.agents_by_type[TumourCell] and (t | all_) == all_
    assert t <= all_ and t != all_ and (t - t) == (all_ - all_) and len(t - t) == 0


def test_members_given_one_by_one():
    model = make_model()
    a, b = model.agents[4], model.agents[2]
    assert ids(ColumnarAgentSet([a, b, a])) == [a.unique_id, b.unique_id]
    assert len(ColumnarAgentSet([], model=model)) == 0
    with pytest.raises(ContractError, match="no model"):
        ColumnarAgentSet([])


def test_cells_that_die_during_iteration_are_passed_over():
    model = make_model()
    seen = []
    for agent in model.agents:
        seen.append(agent.unique_id)
        for victim in model.agents[1:4] if len(seen) == 1 else []:
            victim.remove()
    everyone = ids(make_model().agents)
    assert seen == [everyone[0], *everyone[4:]]


def test_an_iterator_survives_that_rows_move_before_it_begins():
    model = make_model(n=6, m=4)
    everyone = {a.unique_id: type(a) for a in model.agents}
    waiting = iter(model.agents)
    first = model.agents[0]
    first.remove()
    shuffle(model.world, 2)
    assert {a.unique_id: type(a) for a in waiting} == {k: v for k, v in everyone.items() if k != first.unique_id}


def test_copies_and_pickles():
    model = make_model()
    fixed = model.agents.shuffle()
    assert ids(copy.copy(fixed)) == ids(fixed) and ids(copy.deepcopy(fixed)) == ids(fixed)
    again = pickle.loads(pickle.dumps(fixed))
    assert ids(again) == ids(fixed) and again[0].model is not model
    live = pickle.loads(pickle.dumps(model.agents))
    live[0].remove()
    assert len(live) == 9 and len(model.agents) == 10
    model.team = fixed
    other = copy.deepcopy(model)
    assert other.team[0].model is other and ids(other.team) == ids(fixed)
    assert np.all(other.team.values("icam1", missing=0.0) == fixed.values("icam1", missing=0.0))


def test_representation():
    assert repr(make_model().agents) == "<ColumnarAgentSet of 10 cells, live>"
