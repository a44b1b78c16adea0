"""Parameters know their unit, source and bounds, and refuse what cannot be."""

from dataclasses import dataclass

import pytest

from simulation.engine.errors import InputError
from simulation.engine.parameter import Parametrised, parameter, parameters_of


@dataclass(frozen=True)
class Sample(Parametrised):
    rate: float = parameter(0.5, "1/h", "a rate", source="assumed: swept", bounds=(0, 1))
    count: int = parameter(3, "1", "a count", source="seed", bounds=(1, 10))
    way: str = parameter("a", "", "a choice", source="seed", choices=("a", "b"))
    on: bool = parameter(True, "", "a switch", source="seed")
    hidden: tuple[int, ...] = ()


def test_parameters_are_listed_by_name_and_hidden_fields_are_not() -> None:
    known = parameters_of(Sample)
    assert list(known) == ["rate", "count", "way", "on"]
    assert known["rate"].unit == "1/h"
    assert known["rate"].assumed and not known["count"].assumed


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("rate", 2.0, "outside 0 ... 1"),
        ("rate", float("nan"), "not finite"),
        ("rate", "fast", "not a number"),
        ("rate", True, "not a number"),
        ("count", 2.5, "not a whole number"),
        ("count", 0, "outside 1 ... 10"),
        ("way", "c", "not one of a, b"),
        ("on", 1, "not true or false"),
    ],
)
def test_bad_values_are_refused_with_their_place(name: str, value: object, fault: str) -> None:
    with pytest.raises(InputError, match=fault) as caught:
        Sample(**{name: value})  # type: ignore[arg-type]
    assert f"Sample.{name}" in str(caught.value)


def test_bounds_themselves_are_allowed() -> None:
    assert Sample(rate=0.0).rate == 0.0
    assert Sample(rate=1.0, count=10).count == 10


def test_own_parameters_come_before_inherited_ones() -> None:
    """The first number of an intervention is what a bare number stands for: its fraction, not its start."""

    @dataclass(frozen=True)
    class Base(Parametrised):
        start: float = parameter(0.0, "day", "when", source="assumed")

    @dataclass(frozen=True)
    class Dose(Base):
        dose: float = parameter(1.0, "ug/mL", "how much", source="assumed")

    assert list(parameters_of(Dose)) == ["dose", "start"]
    assert list(parameters_of(Dose())) == ["dose", "start"]
