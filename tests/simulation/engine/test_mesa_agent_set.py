import mesa
import numpy as np
import pytest

from simulation.engine.errors import ContractError, InputError
from simulation.engine.mesa_agents import NoColumnError
from tests.mesa_worlds import TCell, TumourCell, make_model
from tests.worlds import shuffle


class Plain(mesa.Agent):
    """The same cell as an ordinary Mesa agent: what Mesa's own sets make of it is the oracle."""

    def __init__(self, model, name, icam1, radius, crowding):
        super().__init__(model)
        self.name, self.icam1, self.radius, self.crowding = name, icam1, radius, crowding

    def swell(self, by):
        self.radius += by
        return self.radius


def pair():
    ours = make_model(n=12, m=0)
    ours.agents.set("crowding", np.arange(12) % 3.0)
    theirs = mesa.Model(rng=1)
    for a in ours.agents:
        Plain(theirs, a.unique_id, a.icam1, a.radius, a.crowding)
    return ours, theirs


QUESTIONS = {
    "select": lambda s: s.select(lambda a: a.icam1 > 4e4),
    "select at most": lambda s: s.select(lambda a: a.icam1 > 4e4, at_most=3),
    "select share": lambda s: s.select(at_most=0.5),
    "select one": lambda s: s.select(at_most=1),
    "select none": lambda s: s.select(lambda a: False),
    "sort": lambda s: s.sort("icam1"),
    "sort ties": lambda s: s.sort("crowding"),
    "sort ties up": lambda s: s.sort("crowding", ascending=True),
    "sort key": lambda s: s.sort(lambda a: -a.icam1, ascending=True),
    "copy": lambda s: s.select(),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_sets_hold_what_mesas_own_hold(question):
    ours, theirs = (QUESTIONS[question](model.agents) for model in pair())
    assert [a.unique_id for a in ours] == [a.name for a in theirs]


ANSWERS = {
    "get": lambda s: s.get("icam1"),
    "get many": lambda s: s.get(["icam1", "crowding"]),
    "get default": lambda s: s.get("nothing", handle_missing="default", default_value=7),
    "agg sum": lambda s: s.agg("crowding", sum),
    "agg max": lambda s: s.agg("icam1", max),
    "agg many": lambda s: s.agg("crowding", [min, max, len]),
    "agg mean": lambda s: float(s.agg("crowding", np.mean)),
    "map function": lambda s: s.map(lambda a, k: a.icam1 * k, 2),
    "groupby count": lambda s: s.groupby("crowding").count(),
    "groupby keys": lambda s: list(s.groupby("crowding").groups),
    "groupby agg": lambda s: s.groupby("crowding").agg("icam1", max),
    "groupby function": lambda s: s.groupby(lambda a: a.icam1 > 3e4).count(),
    "groupby list": lambda s: {k: len(v) for k, v in s.groupby("crowding", result_type="list")},
    "groupby map": lambda s: s.groupby("crowding").map(len),
    "groupby map name": lambda s: s.groupby("crowding").map("get", "icam1"),
    "len of groups": lambda s: len(s.groupby("crowding")),
    "set": lambda s: s.set("radius", 3.0).get("radius"),
    "in place": lambda s: len(s.select().select(lambda a: a.icam1 > 4e4, inplace=True)),
    "chain": lambda s: s.do(lambda a: setattr(a, "radius", 4.0)).get("radius"),
}


@pytest.mark.parametrize("question", ANSWERS)
def test_answers_are_mesas_own(question):
    ours, theirs = (ANSWERS[question](model.agents) for model in pair())
    assert ours == theirs


def test_numbers_come_back_as_pythons_own():
    agents = make_model(m=0).agents
    assert type(agents.agg("icam1", np.mean)) is float and type(agents.agg("parcel", sum)) is int
    assert type(next(iter(agents.groupby("emt").count()))) is float
    assert type(agents.get("icam1")[0]) is float


def test_values_are_an_array_of_ones_own():
    model = make_model(m=0)
    found = model.agents.values("icam1")
    assert isinstance(found, np.ndarray) and sorted(found) == [0, 1e4, 2e4, 3e4, 4e4, 5e4]
    found[:] = 0.0
    assert model.agents.agg("icam1", max) == 5e4
    assert model.agents.values("unique_id").dtype == np.uint64
    assert set(model.agents.values("site")) == {"liver"} and model.agents.values("pos").shape == (6, 2)


def test_sums_do_not_depend_on_the_order_of_rows():
    model = make_model(n=1000, m=0)
    model.agents.set("icam1", np.random.default_rng(1).random(1000) * 1e5)
    before = model.agents.agg("icam1", sum), model.agents.agg("icam1", np.mean)
    shuffle(model.world, 2)
    assert (model.agents.agg("icam1", sum), model.agents.agg("icam1", np.mean)) == before


def test_a_column_that_some_types_lack_is_refused_unless_one_says_what_instead():
    model = make_model(n=2, m=2)
    with pytest.raises(NoColumnError, match="TumourCell.*contact_time"):
        model.agents.values("contact_time")
    with pytest.raises(AttributeError, match="contact_time"):
        model.agents.get("contact_time")
    assert model.agents_by_type[TCell].agg("contact_time", sum) == 1e4
    assert sorted(model.agents.get("contact_time", "default", -1.0)) == [-1.0, -1.0, 0.0, 1e4]
    assert np.isnan(model.agents.values("contact_time", missing=np.nan)).sum() == 2
    assert model.agents.get("contact_time", "default").count(None) == 2
    with pytest.raises(ValueError, match="handle_missing"):
        model.agents.get("contact_time", "whatever")
    with pytest.raises(AttributeError, match="mood"):
        model.agents.get("mood")


def test_select_by_columns_by_type_and_both():
    model = make_model(lung=2)
    rich = model.agents.select(where=lambda c: c.icam1 > 2.5e4)
    assert sorted(rich.values("icam1")) == [3e4, 4e4, 5e4]
    both = model.agents.select(agent_type=TCell, where=lambda c: (c["contact_time"] >= 1e4) & (c.radius < 5))
    assert sorted(both.values("contact_time")) == [1e4, 2e4, 3e4]
    assert len(model.agents.select(where=lambda c: c.site == "lung")) == 2
    assert len(model.agents.select(agent_type=mesa.Agent)) == 12
    assert len(model.agents.select(lambda a: a.icam1 < 4e4, agent_type=TumourCell, where=lambda c: c.icam1 > 1e4)) == 2
    with pytest.raises(ContractError, match="expected bool of shape"):
        model.agents.select(where=lambda c: c.icam1)


def test_select_by_a_function_that_kills():
    model = make_model()
    everyone = model.agents.to_list()

    def odd_survivors(agent):
        i = everyone.index(agent)
        if i in (0, 4):
            everyone[i + 1].remove()
        return i % 2 == 1

    assert [everyone.index(a) for a in model.agents.select(odd_survivors)] == [3, 7, 9]


def test_set_writes_one_value_or_one_each_within_bounds():
    model = make_model(lung=1, blood=1)
    tumour = model.agents_by_type[TumourCell]
    assert tumour.set("icam1", np.arange(8.0)) is tumour
    assert tumour.get("icam1") == list(np.arange(8.0)) == [a.icam1 for a in tumour]
    tumour.set("x", 3)
    assert tumour.agg("x", [min, max]) == [3.0, 3.0]
    with pytest.raises(InputError, match="emt"):
        tumour.set("emt", 3.0)
    with pytest.raises(ContractError, match="2 values for 8"):
        tumour.set("emt", np.zeros(2))
    for fixed in ("parcel", "births", "lineage", "cell_type"):
        with pytest.raises(ContractError, match="cannot be set"):
            tumour.set(fixed, 1)
    with pytest.raises(NoColumnError, match="TumourCell"):
        model.agents.set("contact_time", 1.0)
    with pytest.raises(NoColumnError, match="mood"):
        tumour.set("mood", 1.0)


def test_methods_are_called_by_name_on_every_cell():
    model = make_model()
    model.agents_by_type[TumourCell].do("grow", by=2.0)
    assert model.agents_by_type[TumourCell].agg("radius", [min, max]) == [7.0, 12.0]
    assert model.agents.map(lambda a: type(a)).count(TCell) == 4


def test_deaths_within_do_are_carried_out_together_at_the_end():
    model = make_model()
    version = model.world.sites[0].cells.version
    asked = model.agents_by_type[TumourCell].map("die_if_small", 7.5)
    assert len(asked) == 6 and sorted(model.agents_by_type[TumourCell].values("radius")) == [8.0, 9.0, 10.0]
    assert model.world.sites[0].cells.version == version + 1
    model.step()  # the accounts balance


def test_cells_killed_by_others_within_do_are_not_called():
    model = make_model()
    everyone = model.agents.to_list()

    def kill_the_next(agent):
        i = everyone.index(agent)
        if i % 2 == 0:
            everyone[i + 1].remove()
            assert not everyone[i + 1].alive
        return i

    assert model.agents.map(kill_the_next) == [0, 2, 4, 6, 8] and len(model.agents) == 5


def test_asking_within_do_sees_the_deaths_so_far():
    model = make_model()
    counts = []

    def die(agent):
        agent.remove()
        counts.append(len(model.agents))

    model.agents.do(die)
    assert counts == [9, 8, 7, 6, 5, 4, 3, 2, 1, 0] and model.world.accounts["deaths"][0] == 10


def test_do_remove_is_one_sweep():
    model = make_model()
    version = model.world.sites[0].cells.version
    model.agents.select(where=lambda c: c.radius < 7).do("remove")
    assert len(model.agents) == 4 and model.world.sites[0].cells.version == version + 1


def test_shuffles_follow_the_models_rng_and_not_the_rows():
    one, two, other = make_model(seed=3), make_model(seed=3), make_model(seed=4)
    shuffle(two.world, 1)
    orders = []
    for model in (one, two, other):
        order = []
        model.agents.shuffle_do(lambda a, order=order: order.append(a.unique_id))
        orders.append(order)
        assert sorted(order) == sorted(a.unique_id for a in model.agents)
    assert orders[0] == orders[1] != orders[2]
    mine = one.agents.copy()
    before = [a.unique_id for a in mine]
    assert mine.shuffle(inplace=True) is mine and [a.unique_id for a in mine] != before


def test_groups_by_type_and_site():
    model = make_model(lung=2, blood=3)
    assert model.agents.groupby(type).count() == {TumourCell: 11, TCell: 4}
    assert model.agents.groupby("site").count() == {"liver": 10, "lung": 2, "blood": 3}
    groups = model.agents.groupby("site")
    groups.do("do", lambda a: setattr(a, "icam1", 9.0) if a.site == "lung" else None)
    assert groups.agg("icam1", sum)["lung"] == 18.0


def test_an_empty_set_answers_too():
    none = make_model(n=0, m=0).agents
    assert len(none) == 0 and list(none) == [] and none.get("icam1") == [] and none.agg("icam1", sum) == 0.0
    assert none.groupby("icam1").count() == {} and len(none.shuffle().sort("icam1")) == 0
    assert none.do("remove") is none and none.map("remove") == [] and none.to_list() == []
