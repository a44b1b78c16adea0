import mesa
import numpy as np
import pytest

from simulation.engine.mesa_data_collector import AgentRecords, ColumnarDataCollector
from tests.mesa_worlds import SmallModel, TCell, TumourCell, count_cells, make_model

MODEL = {"cells": count_cells, "days": "days"}
AGENTS = {"icam1": "icam1", "site": "site", "big": lambda a: a.radius > 8, "scaled": [lambda a, k: a.icam1 * k, [2]]}
OF_TYPES = {TumourCell: {"emt": "emt"}, TCell: {"contact_time": "contact_time"}}


def test_it_collects_what_mesas_own_collects():
    model = make_model(n=5, m=3, lung=2, blood=1)
    ours, theirs = (kind(MODEL, AGENTS, OF_TYPES) for kind in (ColumnarDataCollector, mesa.DataCollector))
    for _ in range(3):
        ours.collect(model)
        theirs.collect(model)
        model.agents[0].remove()
        model.step()
    assert ours.get_model_vars_dataframe().equals(theirs.get_model_vars_dataframe())
    for frames in (
        [c.get_agent_vars_dataframe() for c in (ours, theirs)],
        [c.get_agenttype_vars_dataframe(TumourCell) for c in (ours, theirs)],
        [c.get_agenttype_vars_dataframe(TCell) for c in (ours, theirs)],
    ):
        mine, oracle = (f.reset_index() for f in frames)
        assert list(mine.columns) == list(oracle.columns) and len(mine) == len(oracle) > 0
        for name in mine:
            assert mine[name].tolist() == oracle[name].tolist(), name


def test_records_iterate_as_mesas_tuples_and_hold_copies():
    model = make_model(n=2, m=0)
    collector = ColumnarDataCollector(agent_reporters={"icam1": "icam1"})
    collector.collect(model)
    (records,) = collector._agent_records.values()
    assert isinstance(records, AgentRecords) and len(records) == 2
    rows = list(records)
    assert rows == [(0, a.unique_id, a.icam1) for a in model.agents] and type(rows[0][2]) is float
    model.agents.set("icam1", 9.0)
    assert list(records) == rows


def test_a_type_without_the_column_gets_nan():
    model = make_model(n=2, m=1)
    collector = ColumnarDataCollector(agent_reporters={"contact_time": "contact_time"})
    collector.collect(model)
    assert np.isnan(collector.get_agent_vars_dataframe()["contact_time"]).tolist() == [True, True, False]


def test_frames_before_anything_was_collected():
    collector = ColumnarDataCollector(agent_reporters={"icam1": "icam1"}, agenttype_reporters={TCell: {"a": "age"}})
    assert len(collector.get_agent_vars_dataframe()) == 0 == len(collector.get_agenttype_vars_dataframe(TCell))
    with pytest.raises(UserWarning, match="No agent reporters"):
        ColumnarDataCollector().get_agent_vars_dataframe()
    with pytest.warns(UserWarning, match="No agent-type reporters"):
        ColumnarDataCollector().get_agenttype_vars_dataframe(TCell)


@pytest.mark.parametrize("agents_too", [True, False])
def test_batch_run(agents_too):
    parameters = {"n": [3, 5], "radius": 6.0, "rng": 7, "agents_too": agents_too}
    if hasattr(mesa.Model, "schedule_event"):  # Mesa 3.5 takes the seeds apart from the parameters
        seeds = {"rng": parameters.pop("rng")}
    else:
        seeds = {}
    rows = mesa.batch_run(SmallModel, parameters, max_steps=2, display_progress=False, **seeds)
    last = max(r["Step"] for r in rows)
    rows = [r for r in rows if r["Step"] == last]
    assert [r["cells"] for r in rows if r["n"] == 5] == [9] * (9 if agents_too else 1)
    assert len(rows) == (16 if agents_too else 2)
    if agents_too:
        assert sum(r["radius"] == 6.0 for r in rows) >= 8 and len({r["AgentID"] for r in rows}) == 9


def test_batch_run_with_agent_reporters_only():
    class OnlyAgents(SmallModel):
        def __init__(self, n=3, *, rng=None):
            super().__init__(n, rng=rng)
            self.datacollector = ColumnarDataCollector(agent_reporters={"icam1": "icam1"})
            self.datacollector.collect(self)

    rows = mesa.batch_run(OnlyAgents, {"n": [3]}, max_steps=1, display_progress=False)
    assert len({r["AgentID"] for r in rows}) == 7
