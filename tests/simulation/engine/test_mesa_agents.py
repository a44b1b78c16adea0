import copy
import pickle
import sys

import mesa
import numpy as np
import pytest

from simulation.engine.column import Column
from simulation.engine.errors import ContractError, InputError
from simulation.engine.mesa_agents import ColumnarAgent, DeadCellError, NoColumnError
from tests.mesa_worlds import TCell, TumourCell, make_model
from tests.worlds import make_world, shuffle


def liver(model):
    return model.world.site("liver").cells


def test_a_handle_is_a_mesa_agent_of_its_type_named_by_its_lineage():
    model = make_model()
    agent = model.agents[0]
    assert isinstance(agent, mesa.Agent) and type(agent) is TumourCell
    assert agent.unique_id == int(min(liver(model)["lineage"][:6])) and type(agent.unique_id) is int
    assert agent.model is model and agent.random is model.random and agent.rng is model.rng
    assert agent.alive and agent.site == "liver" and agent.parcel == 1 and agent.births == 0


def test_attributes_are_the_columns_of_the_row_as_python_scalars():
    model = make_model()
    cells = liver(model)
    agent = model.agent(int(cells["lineage"][3]))
    assert agent.icam1 == 3e4 and type(agent.icam1) is float
    assert agent.x == cells["x"][3] and agent.pos == (cells["x"][3], cells["y"][3])
    agent.icam1 = 7.0
    agent.emt += 0.25
    assert cells["icam1"][3] == 7.0 and cells["emt"][3] == 0.5
    assert [*cells["icam1"][:3], *cells["icam1"][4:6]] == [0, 1e4, 2e4, 4e4, 5e4]
    assert TumourCell.icam1.__doc__


def test_a_block_of_tissue_has_three_coordinates():
    world, plan = make_world({"tumour_cell": {"x": [3.0], "y": 4.0, "z": 5.0}}, shape=(4, 4, 4))
    from simulation.engine.mesa_model import ColumnarModel

    agent = ColumnarModel(world, plan, {"tumour_cell": TumourCell}).agents[0]
    assert agent.pos == (3.0, 4.0, 5.0)
    agent.pos = (1, 2, 3)
    assert agent.pos == agent.position == (1.0, 2.0, 3.0)
    with pytest.raises(InputError, match="x, y, z"):
        agent.pos = (1, 2)


def test_moving_a_cell_renews_the_search_for_neighbours():
    model = make_model()
    site = model.world.site("liver")
    before = site.cell_list(30.0)
    agent = model.agents[0]
    agent.icam1 = 5.0
    assert site.cell_list(30.0) is before
    agent.pos = (1.0, 2.0)
    assert site.cell_list(30.0) is not before
    after = site.moved
    agent.x = 3.0
    assert site.moved == after + 1 and agent.pos == (3.0, 2.0)


def test_values_outside_bounds_and_walls_are_refused_and_nothing_is_written():
    agent = make_model().agents[0]
    was = agent.pos
    for name, value in (("emt", 1.5), ("emt", float("nan")), ("icam1", -1.0), ("x", -1.0), ("y", 1e9)):
        with pytest.raises(InputError, match=rf"TumourCell\.{name} = .*outside its bounds; expected"):
            setattr(agent, name, value)
    with pytest.raises(InputError, match="outside"):
        agent.pos = (1.0, -5.0)
    assert agent.pos == was and agent.emt == 0.25


def test_an_undeclared_attribute_says_what_to_declare():
    agent = make_model().agents[0]
    with pytest.raises(NoColumnError, match=r'declare Column\("mood", unit, meaning\).*TumourCell\.columns'):
        agent.mood = 1
    with pytest.raises(AttributeError, match="mood"):
        agent.mood  # noqa: B018
    assert not hasattr(agent, "mood") and getattr(agent, "contact_time", None) is None
    with pytest.raises(NoColumnError, match="contact_time"):
        agent.contact_time = 5.0  # a T cell has it, in the same table; a tumour cell has not
    for fixed in ("unique_id", "lineage", "births", "parcel", "site", "model", "alive"):
        with pytest.raises(AttributeError):
            setattr(agent, fixed, 1)


def test_a_handle_finds_its_cell_wherever_its_row_went():
    model = make_model()
    agents = {a.unique_id: (a, a.icam1 if type(a) is TumourCell else a.contact_time) for a in model.agents}
    for seed in range(3):
        shuffle(model.world, seed)
        for agent, value in agents.values():
            assert (agent.icam1 if type(agent) is TumourCell else agent.contact_time) == value
    agent = agents[int(liver(model)["lineage"][2])][0]
    agent.icam1 = 123.0
    assert liver(model)["icam1"][2] == 123.0


def test_a_cell_in_the_blood_has_no_position_but_what_travellers_have():
    model = make_model(blood=2)
    agent = next(a for a in model.agents if a.site == "blood")
    assert agent.pos is None and agent.arrest_time == 3.0 and agent.radius == 6.0
    agent.arrest_time = 4.0
    assert model.world.travellers["arrest_time"].tolist().count(4.0) == 1
    with pytest.raises(ContractError, match="in the blood"):
        agent.pos = (1.0, 1.0)
    with pytest.raises(NoColumnError):
        model.agents[0].arrest_time  # noqa: B018


def test_a_dead_cells_handle_says_so():
    model = make_model()
    doomed, other = model.agents[0], model.agents[1]
    value = other.icam1
    doomed.remove()
    assert not doomed.alive and other.alive and other.icam1 == value
    for use in (lambda: doomed.icam1, lambda: doomed.pos, lambda: setattr(doomed, "icam1", 1.0), lambda: doomed.site):
        with pytest.raises(DeadCellError, match="TumourCell .* is gone.*alive"):
            use()
    assert "dead" in repr(doomed) and "in liver" in repr(other)
    assert doomed.unique_id and doomed not in model.agents
    doomed.remove()  # as in Mesa, a second time is no error
    assert len(model.agents) == 9


@pytest.mark.parametrize("where", ["liver", "blood"])
def test_removal_is_booked_as_death_so_that_the_next_tick_balances(where):
    model = make_model(blood=2)
    agent = next(a for a in model.agents if a.site == where)
    row = {"liver": 0, "blood": -1}[where]
    agent.remove()
    assert model.world.accounts["deaths"][row] == 1
    model.step()
    assert len(model.agents) == 11


def test_handles_of_one_cell_are_equal_and_hash_alike():
    model, twin = make_model(), make_model()
    one, same, other = model.agents[0], model.agents[0], model.agents[1]
    assert one is not same and one == same and hash(one) == hash(same) and one != other
    assert {one: 1}[same] == 1 and one != twin.agents[0] and one != 5


def test_pickles_and_copies_mean_the_same_cell():
    model = make_model(blood=1)
    agent = model.agents_by_type[TCell][1]
    again = pickle.loads(pickle.dumps(agent))
    assert type(again) is TCell and again.unique_id == agent.unique_id and again.model is not model
    assert again.contact_time == agent.contact_time
    assert copy.deepcopy(agent) == agent == copy.copy(agent)
    model.favourite = agent
    other = copy.deepcopy(model)
    other.favourite.contact_time = 5.0
    assert other.favourite.model is other and agent.contact_time != 5.0


def test_cells_are_not_made_by_calling_the_class():
    model = make_model()
    for make in (lambda: TumourCell(model), lambda: TumourCell.create_agents(model, 3)):
        with pytest.raises(ContractError, match="makes no cell"):
            make()


def test_a_column_may_not_hide_what_every_agent_has():
    with pytest.raises(ContractError, match="'site'"):
        type("Odd", (ColumnarAgent,), {"columns": (Column("site", "1", "hides the site"),)})


def test_a_subclass_inherits_attributes_and_may_override_them():
    class Loud(TumourCell):
        @property
        def icam1(self):
            return "much"

    assert Loud.emt is TumourCell.emt and Loud.icam1 is not TumourCell.icam1


def test_a_handle_is_small():
    assert sys.getsizeof(make_model().agents[0]) <= 120
    assert np.isfinite(make_model().agents[0].icam1)
