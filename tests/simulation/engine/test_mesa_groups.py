import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulation.engine.mesa_groups import ColumnarGroupBy, reduced, rows_by_key
from tests.mesa_worlds import make_model


@given(st.lists(st.integers(-3, 3), max_size=30))
def test_rows_by_key_is_a_plain_loop(keys):
    expected: dict[int, list[int]] = {}
    for i, key in enumerate(keys):
        expected.setdefault(key, []).append(i)
    for given_as in (np.array(keys, dtype=np.int64), keys, np.array(keys, dtype=object)):
        found = rows_by_key(given_as)
        assert {k: v.tolist() for k, v in found.items()} == expected and list(found) == list(expected)


def test_reductions_return_pythons_own_numbers():
    values = np.array([3.0, 1.0, 2.0])
    assert [reduced(values, f) for f in (sum, min, max, len, np.median)] == [6.0, 1.0, 3.0, 3, 2.0]
    assert type(reduced(values, sum)) is float and type(reduced(values, np.argmax)) is int
    assert reduced(values, np.sort).tolist() == [1.0, 2.0, 3.0]


def test_groups_reduce_sets_and_lists():
    model = make_model(m=0)
    groups = ColumnarGroupBy({"set": model.agents, "list": model.agents.to_list()})
    assert groups.agg("icam1", sum) == {"set": 1.5e5, "list": 1.5e5} and groups.count() == {"set": 6, "list": 6}
