import numpy as np
import pytest

from simulation.engine.errors import InputError
from simulation.engine.mesa_roll import NOWHERE, Place, Roll, check_bounds
from tests.mesa_worlds import make_model
from tests.worlds import shuffle


def places(**kwargs):
    return Place.all_in(make_model(**kwargs).world)


def test_places_are_the_sites_and_then_the_blood():
    found = places(lung=1, blood=2)
    assert [(p.name, p.number, len(p.table)) for p in found] == [("liver", 0, 10), ("lung", 1, 1), ("blood", 2, 2)]
    assert found[2].has_of_its_own("arrest_time") and not found[2].has_of_its_own("icam1")
    assert not found[0].has_of_its_own("arrest_time")


def test_order_is_by_place_type_and_lineage_whatever_the_rows():
    model = make_model(n=40, m=30, lung=5, blood=5)
    shuffle(model.world, 3)
    roll = Roll.of_types((0, 1), Place.all_in(model.world))
    expected = [
        name
        for table in (model.world.sites[0].cells, model.world.sites[1].cells, model.world.travellers)
        for _, name in sorted(zip(table["cell_type"].tolist(), table["lineage"].tolist(), strict=True))
    ]
    assert roll.names.tolist() == expected
    again = Roll.of_types((1,), Place.all_in(model.world))
    assert again.names.tolist() == expected[40:70]


def test_rows_are_found_by_name_and_the_missing_are_minus_one():
    place = places(n=50)[0]
    names = place.table["lineage"]
    asked = np.append(names[[7, 3]], np.uint64(1))
    for _ in range(2):  # by looking through, then by the sorted index
        assert [place.row_of(int(n)) for n in asked] == [7, 3, -1]
        assert place.rows_of(asked).tolist() == [7, 3, -1]
    assert places(n=0, m=0)[1].rows_of(asked).tolist() == [-1, -1, -1]
    assert [place.count(codes) for codes in ((0,), (1,), (0, 1), ())] == [50, 4, 54, 0]


def test_a_roll_by_name_keeps_its_order_and_loses_the_dead():
    model = make_model(blood=3)
    roll = Roll.of_types((0, 1), Place.all_in(model.world))
    backwards = roll.names[::-1].copy()
    model.world.sites[0].cells.keep(np.arange(10) != 4)
    assert not roll.current
    found = Roll.of_names(backwards, Place.all_in(model.world))
    assert found.current and len(found) == 12
    assert [n for n in backwards.tolist() if n in set(found.names.tolist())] == found.names.tolist()


def test_gather_and_scatter_cross_places_in_the_rolls_order():
    model = make_model(lung=2, blood=2)
    roll = Roll.of_types((0,), Place.all_in(model.world)).take(np.array([9, 0, 7, 3]))
    assert [roll.places[i].name for i in roll.numbers] == ["blood", "liver", "lung", "liver"]
    roll.scatter("icam1", np.array([1.0, 2.0, 3.0, 4.0]))
    assert roll.gather("icam1").tolist() == [1.0, 2.0, 3.0, 4.0]
    assert model.world.travellers["icam1"].tolist().count(1.0) == 1
    moved = [s.moved for s in model.world.sites]
    roll.scatter("x", 5.0)
    assert [s.moved for s in model.world.sites] == [m + 1 for m in moved]
    assert roll.gather("arrest_time").tolist() == [3.0, 0.0, 0.0, 0.0]


def test_a_scatter_out_of_bounds_writes_nothing():
    model = make_model(lung=1)
    roll = Roll.of_types((0,), Place.all_in(model.world))
    with pytest.raises(InputError, match=r"emt = 2.0 is outside its bounds; expected 0 \.\.\. 1"):
        roll.scatter("emt", np.append(np.full(6, 0.5), 2.0))
    assert set(roll.gather("emt")) == {0.25, 0.0}


def test_bounds_include_their_ends_and_refuse_nan():
    check_bounds("a", np.array([0.0, 1.0]), 0.0, 1.0, "1")
    check_bounds("a", np.array([]), 0.0, 1.0, "1")
    for bad in (-0.1, 1.1, np.nan, [0.5, 3.0]):
        with pytest.raises(InputError, match="outside"):
            check_bounds("a", bad, 0.0, 1.0, "1")


def test_nowhere_is_never_up_to_date():
    assert NOWHERE.version != NOWHERE.table.version
