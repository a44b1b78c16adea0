"""Numbers with units: what is read, what is refused, and with which words."""

from __future__ import annotations

import math
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from simulation.engine.errors import InputError, SimulationError
from simulation.engine.quantity import (
    LENGTHS,
    TIMES,
    WORDS,
    dimension,
    expectation,
    factor,
    read_quantity,
    read_span,
    split,
    units,
    write_quantity,
    write_span,
)


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("30 um/hour", "um/min", 0.5),
        ("20 um", "um", 20.0),
        ("20um", "um", 20.0),
        ("0.02 mm", "um", 20.0),
        ("20 \u00b5m", "um", 20.0),
        (20, "um", 20.0),
        ("20", "um", 20.0),
        (0.1, "1/h", 0.1),
        ("0.1 1/h", "1/h", 0.1),
        ("0.1 1/h", "1/day", 2.4),
        ("2 1/day", "1/h", 0.0833333333333333),
        ("38 mmHg", "mmHg", 38.0),
        ("1 kPa", "mmHg", 7.50061575845656),
        ("3 ng/mL", "ng/mL", 3.0),
        ("3 ug/L", "ng/mL", 3.0),
        ("3 pg/mL", "ng/mL", 0.003),
        ("7 fg/min", "fg/min", 7.0),
        ("0.42 pg/h", "fg/min", 7.0),
        ("2 nN", "pN", 2000.0),
        ("6 week", "day", 42.0),
        ("90 %", "1", 0.9),
        ("90%", "1", 0.9),
        ("5e4 copies", "1", 5e4),
        ("3 cells", "1", 3.0),
        ("1e-7 M", "nmol/L", 100.0),
        ("-2 um", "um", -2.0),
        ("+.5 um", "um", 0.5),
        ("60 1/mm^2", "1/mm^2", 60.0),
        ("60 1/mm**2", "1/um^2", 6e-5),
        ("1200 um^2/min", "um^2/min", 1200.0),
        ("2e-11 m^2/s", "um^2/min", 1200.0),
        ("10 um/min/pN", "um/min/pN", 10.0),
        ("0.4 ug/mL/h", "ug/mL/day", 9.6),
        ("1 um^4", "mm^4", 1e-12),
    ],
)
def test_reads(text: object, unit: str, value: float) -> None:
    assert read_quantity(text, unit) == value


@pytest.mark.parametrize(
    ("text", "unit", "what", "expected"),
    [
        ("20 um", "h", "'20 um' is a length", "expected a time in h"),
        ("5 min", "um", "'5 min' is a time", "expected a length in um"),
        ("5 1/h", "h", "'5 1/h' is a rate", "expected a time in h"),
        ("5 um", "1", "'5 um' is a length", "expected a pure number"),
        ("5 %", "um", "'5 %' is a pure number", "expected a length in um"),
        ("3 nmol/L", "ng/mL", "'3 nmol/L' is a concentration by amount", "expected a concentration by mass in ng/mL"),
        ("3 pN", "mmHg", "'3 pN' is a force", "expected a pressure in mmHg"),
        ("5 furlgs", "um", "'5 furlgs' has a unit that is not known, 'furlgs'", "expected a length in um"),
        ("37 degC", "K", "'37 degC' has a unit that is not known, 'degC'", "expected a temperature in K"),
        ("many", "um", "'many' is not a number", "expected a length in um"),
        ("", "um", "'' is not a number", "expected a length in um"),
        ("51/h", "1/h", "'51/h' is not a number", "expected a rate in 1/h"),
        ("5 1", "1", "'5 1' is not a number", "expected a pure number"),
        ("2 ** 3", "1", "'2 ** 3' is not a number", "expected a pure number"),
        ("9**9**9**9", "1", "'9**9**9**9' is not a number", "expected a pure number"),
        ("1e999", "1", "'inf' is not finite", "expected a pure number"),
        (math.nan, "um", "'nan' is not finite", "expected a length in um"),
        (10**400, "um", "'a number' is not finite", "expected a length in um"),
        (True, "um", "True is not a number", "expected a length in um"),
        (None, "um", "None is not a number", "expected a length in um"),
        ("1e300 km", "fm", "'1e300 km' is too large", "expected a length in fm"),
    ],
)
def test_refuses(text: object, unit: str, what: str, expected: str) -> None:
    with pytest.raises(InputError) as caught:
        read_quantity(text, unit)
    assert (caught.value.what, caught.value.expected) == (what, expected)
    assert caught.value.remedy
    assert "\n" not in str(caught.value)


def test_remedies_fit_the_mistake() -> None:
    with pytest.raises(InputError, match="decimal sign as a point"):
        read_quantity("1,5 um", "um")
    with pytest.raises(InputError, match="number before its unit"):
        read_quantity("um", "um")
    with pytest.raises(InputError, match="number before its unit"):
        read_quantity("1/h", "1/h")


def test_a_declared_unit_that_nobody_knows_is_the_programmers_fault() -> None:
    with pytest.raises(SimulationError, match="is not a unit"):
        expectation("parsnips")
    assert factor("um", "parsnips") is None


@pytest.mark.parametrize("sizes", [LENGTHS, TIMES])
def test_what_is_known_without_the_registry_is_what_the_registry_says(sizes: dict[str, Fraction]) -> None:
    for written in sizes:
        for declared in sizes:
            assert factor(written, declared) == units().Quantity(Fraction(1), written).to(declared).magnitude


def test_a_scenario_in_lengths_and_times_does_not_wait_for_the_registry() -> None:
    code = (
        "import sys; from simulation import load_scenario; "
        "load_scenario('hcc_baseline', ['until=2 hours', 'tissue.liver_nodule.width=3 mm']); "
        "print('pint' in sys.modules)"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=True)
    assert done.stdout == "False\n"


def test_every_word_is_one_dimension() -> None:
    """A dimension with two words would be named by whichever comes first."""
    assert [dimension(unit) for unit in WORDS] == list(WORDS.values())


PAIRS = [("um", "mm"), ("1/h", "1/day"), ("um/min", "mm/day"), ("ng/mL", "ug/L"), ("pN", "N"), ("mmHg", "kPa")]


@given(st.sampled_from(PAIRS), st.floats(-1e100, 1e100, allow_subnormal=False))
def test_there_and_back(pair: tuple[str, str], value: float) -> None:
    """A conversion and its inverse give the number back to the 15 digits that are kept."""
    assume(abs(value) > 1e-100 or value == 0.0)
    here, there = pair
    once = read_quantity(f"{value!r} {here}", there)
    assert math.isclose(read_quantity(f"{once!r} {there}", here), value, rel_tol=2e-14)


@given(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from([*WORDS, "1/mm^2", "um/min/pN"]))
def test_written_and_read_again_is_the_same_bits(value: float, unit: str) -> None:
    back = read_quantity(write_quantity(value, unit), unit)
    assert back == value
    assert math.copysign(1, back) == math.copysign(1, value)


@given(st.text(max_size=40), st.sampled_from(list(WORDS)))
def test_any_text_is_read_or_refused(text: str, unit: str) -> None:
    try:
        assert math.isfinite(read_quantity(text, unit))
    except InputError as refusal:
        assert len(str(refusal).splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "minutes", "canonical"),
    [
        ("10 min", 10, "10 min"),
        ("10min", 10, "10 min"),
        ("60 min", 60, "1 h"),
        ("6 h", 360, "6 h"),
        ("24 hours", 1440, "1 day"),
        ("2.5 day", 3600, "60 h"),
        ("6 week", 60480, "42 day"),
        ("20 s", Fraction(1, 3), "20 s"),
        ("0.5 min", Fraction(1, 2), "30 s"),
        ("0.25 s", Fraction(1, 240), "0.25 s"),
        ("12.5 ms", Fraction(125, 600000), "0.0125 s"),
        (90, 90, "90 min"),
        ("90", 90, "90 min"),
        (0, 0, "0 day"),
    ],
)
def test_spans_are_exact(text: object, minutes: Fraction, canonical: str) -> None:
    assert read_span(text) == minutes
    assert write_span(read_span(text)) == canonical
    assert read_span(canonical) == minutes


@pytest.mark.parametrize("text", ["10 um", "soon", "-5 min", "1e999 h", True, None, math.inf, "1/h", "10 furlgs"])
def test_what_is_no_span_is_refused(text: object) -> None:
    with pytest.raises(InputError, match="time"):
        read_span(text)


def test_split_keeps_the_number_as_written() -> None:
    assert split("1e-3um**2/min") == ("1e-3", "um^2/min")
    assert split("12") == ("12", "")


def test_pint_waits_until_a_conversion_is_asked_for() -> None:
    """It costs half a second, and `icam --help` does not need it."""
    code = (
        "import sys; from simulation.engine.quantity import read_quantity;"
        "assert read_quantity('5 um/min', 'um/min') == 5; assert 'pint' not in sys.modules;"
        "read_quantity('5 um/h', 'um/min'); assert 'pint' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
