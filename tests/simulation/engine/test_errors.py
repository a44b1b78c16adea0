"""Errors are one line a person can act on."""

from simulation.engine.errors import ContractError, InputError, NumericalError, StorageError


def test_one_line_names_place_fault_expectation_and_remedy() -> None:
    error = InputError("-3 is negative", where="a.yaml:4:7", expected="expected 0 or more", remedy="drop the sign")
    assert str(error) == "a.yaml:4:7: -3 is negative; expected 0 or more; drop the sign"


def test_many_faults_are_one_line_each_in_order() -> None:
    faults = [InputError("first", where="a:1:1"), InputError("second", where="a:2:1")]
    assert str(InputError(faults=faults)).splitlines() == ["a:1:1: first", "a:2:1: second"]


def test_exit_codes_tell_bad_input_from_failure() -> None:
    assert InputError("x").exit_code == 2
    assert {kind("x").exit_code for kind in (ContractError, StorageError, NumericalError)} == {1}
