"""Numbers with units: read as people write them, kept as plain numbers in the unit the model declares.

    "30 um/hour"  in um/min  ->  0.5
    0.5           in um/min  ->  0.5      a plain number is taken in the declared unit
    "90 %"        in 1       ->  0.9

Numbers are carried as fractions from the text to the last step, so that no digit is lost on the way.
"""

from __future__ import annotations

import math
import re
from fractions import Fraction
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from simulation.engine.clock import MINUTES, SPELLINGS
from simulation.engine.errors import ContractError, InputError

if TYPE_CHECKING:
    from pint import UnitRegistry

NUMBER = r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,3})?"
FACTOR = r"(?:[A-Za-z\u00b5\u03bc_]+(?:(?:\^|\*\*)-?[1-9])?|%)"
UNIT = rf"(?:1(?=\s*/)|{FACTOR})(?:\s*[/*]\s*{FACTOR})*"
# A unit that begins with a digit, as in "5 1/h", needs a space before it.
QUANTITY = re.compile(rf"\s*(?P<number>{NUMBER})(?:(?:\s+|(?!\d))(?P<unit>{UNIT}))?\s*")
LONGEST = 80

#: what people call a dimension, by a unit that has it
WORDS = {
    "1": "pure number",
    "um": "length",
    "min": "time",
    "1/min": "rate",
    "um/min": "speed",
    "um^2": "area",
    "1/um^2": "density per area",
    "um^3": "volume",
    "1/um^3": "density per volume",
    "um^2/min": "diffusion coefficient",
    "ng": "mass",
    "ng/mL": "concentration by mass",
    "ng/mL/min": "rate of a concentration by mass",
    "mol": "amount of substance",
    "nmol/L": "concentration by amount",
    "fg/min": "mass per time",
    "pN": "force",
    "mmHg": "pressure",
    "mmHg/min": "rate of a pressure",
    "pN/um": "stiffness",
    "um/min/pN": "mobility",
    "K": "temperature",
}


#: lengths in um, and times in minutes: most scenarios have no other units, and need not wait for the registry
LENGTHS = {
    "nm": Fraction(1, 1000), "um": Fraction(1), "\u00b5m": Fraction(1), "\u03bcm": Fraction(1),
    "mm": Fraction(1000), "cm": Fraction(10_000),
}  # fmt: skip
TIMES = {spelling: MINUTES[unit] for spelling, unit in SPELLINGS.items()}


@cache
def units() -> UnitRegistry[Any]:
    """Return the registry of units; made when first asked for, because it takes half a second."""
    import pint

    registry: UnitRegistry[Any] = pint.UnitRegistry(non_int_type=Fraction)
    # Pure numbers that read better with a name.
    registry.define("copy = [] = _ = copies")
    registry.define("cell = [] = _ = cells")
    return registry


@lru_cache(maxsize=4096)
def dimension(unit: str) -> str:
    """Name what a unit measures: "length", "rate" ...

    unit       str    as in "um/min"
    returns    str    empty for a unit that nobody knows
    """
    own = _dimensionality(unit)
    if own is None:
        return ""
    for known, word in WORDS.items():
        if _dimensionality(known) == own:
            return word
    powers = " ".join(f"{name}^{float(power):g}" for name, power in sorted(own.items()))
    return f"quantity of dimension {powers}"


@lru_cache(maxsize=4096)
def factor(written: str, declared: str) -> Fraction | None:
    """Return what one `written` is in `declared`, or None where the one is no measure for the other."""
    if written.replace(" ", "") == declared:
        return Fraction(1)
    for sizes in (LENGTHS, TIMES):
        if written in sizes and declared in sizes:
            return sizes[written] / sizes[declared]
    here, there = _dimensionality(written), _dimensionality(declared)
    if here is None or there is None or here != there:
        return None
    one = units().Quantity(Fraction(1), _parsed(written))
    try:
        return Fraction(one.to(_parsed(declared)).magnitude)
    except (ArithmeticError, ValueError):
        return None


def read_quantity(value: object, unit: str) -> float:
    """Read a number with or without unit.

    value      str|int|float    as in "30 um/hour"; a plain number is in `unit`
    unit       str              the declared unit, "1" for a pure number
    returns    float            in `unit`; to 15 significant digits where it was converted
    raises     InputError       no number, unknown unit, wrong dimension, not finite
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise InputError(f"{value!r} is not a number", expected=expectation(unit), remedy="write a number")
    if not isinstance(value, str):
        return _finite(value, unit)
    number, written = split(value, unit)
    if not written:
        return _finite(float(number), unit)
    times = factor(written, unit)
    if times is None:
        raise _misfit(value, written, unit)
    if times == 1:
        return _finite(float(number), unit)
    try:
        return _finite(float(f"{float(Fraction(number) * times):.15g}"), unit)
    except OverflowError:
        raise InputError(f"{_shown(value)} is too large", expected=expectation(unit), remedy="check its unit") from None


def split(text: str, unit: str = "1") -> tuple[str, str]:
    """Part a written quantity into its number and its unit, which may be empty; raises InputError for neither."""
    match = QUANTITY.fullmatch(text) if len(text) <= LONGEST else None
    if match:
        return match["number"], (match["unit"] or "").replace("**", "^")
    remedy = f"write it as in {example(unit)}"
    if re.match(r"\s*[-+]?\d+,\d", text):
        remedy = "write the decimal sign as a point"
    elif re.fullmatch(rf"\s*{UNIT}\s*", text[:LONGEST]) and text.strip():
        remedy = f"write the number before its unit, as in {example(unit)}"
    raise InputError(f"{_shown(text)} is not a number", expected=expectation(unit), remedy=remedy)


def read_span(value: object) -> Fraction:
    """Read a span of time exactly.

    value      str|int|float    as in "6 h"; a plain number is in minutes
    returns    Fraction         minutes
    raises     InputError       not a span of time, not finite, or below zero
    """
    if isinstance(value, bool) or not isinstance(value, str):
        minutes = Fraction(repr(read_quantity(value, "min")))
    else:
        number, written = split(value, "min")
        read_quantity(number, "min")
        times = MINUTES[SPELLINGS[written]] if written in SPELLINGS else factor(written or "min", "min")
        if times is None:
            raise _misfit(value, written, "min")
        minutes = Fraction(number) * times
    if minutes < 0:
        raise InputError(
            f"{_shown(value)} is below zero", expected="expected a span of time", remedy="leave out the sign"
        )
    return minutes


def write_span(minutes: Fraction) -> str:
    """Write a span in the largest unit in which it is whole, so that the same span is always the same text."""
    for unit in ("day", "h", "min", "s"):
        number = minutes / MINUTES[unit]
        if number.denominator == 1:
            return f"{number.numerator} {unit}"
    # A decimal fraction of seconds: every span that was written with digits is one.
    seconds = minutes / MINUTES["s"]
    places = 0
    while (seconds * 10**places).denominator != 1 and places < 400:
        places += 1
    digits = str(math.floor(seconds * 10**places)).zfill(places + 1)
    return f"{digits[:-places]}.{digits[-places:]} s"


def write_quantity(value: float, unit: str) -> float | str:
    """Write a value with its unit, so that reading it gives the same bits; a pure number stays a number."""
    return value if unit in ("", "1") else f"{repr(value).removesuffix('.0')} {unit}"


def expectation(unit: str) -> str:
    """Say what a declared unit asks for: "expected a time in min"."""
    word = dimension(unit)
    if not word:
        raise ContractError(f"{unit!r} is not a unit", expected="expected one that pint reads, as in 'um^2/min'")
    return f"expected a {word}" if unit == "1" else f"expected a {word} in {unit}"


def example(unit: str) -> str:
    """Show how a quantity in this unit is written."""
    return "0.5" if unit == "1" else f'"10 {unit}"'


@lru_cache(maxsize=4096)
def _dimensionality(unit: str) -> Any:
    """Dimensions as pint has them; None for what is no unit, or one with a zero of its own such as degC."""
    if unit == "1":
        return _dimensionality("dimensionless")
    if not re.fullmatch(UNIT, unit) or len(unit) > LONGEST:
        return None
    import pint

    try:
        found = _parsed(unit)
        # A scale whose zero is not nothing (degC, dB) has no factor.
        shifted = units().Quantity(Fraction(0), found).to_base_units().magnitude != 0
    except (pint.errors.PintError, ArithmeticError, ValueError, AttributeError, TypeError):
        return None
    return None if shifted else found.dimensionality


def _parsed(unit: str) -> Any:
    return units().parse_units(unit.replace("%", "percent") if unit != "1" else "dimensionless")


def _misfit(value: object, written: str, unit: str) -> InputError:
    word = dimension(written)
    if word:
        return InputError(
            f"{_shown(value)} is a {word}", expected=expectation(unit), remedy=f"write it as in {example(unit)}"
        )
    return InputError(
        f"{_shown(value)} has a unit that is not known, {written!r}",
        expected=expectation(unit),
        remedy=f"write it as in {example(unit)}",
    )


def _finite(number: float, unit: str) -> float:
    try:
        found = float(number)
    except OverflowError:
        found = math.inf
    if not math.isfinite(found):
        raise InputError(f"{_shown(number)} is not finite", expected=expectation(unit), remedy="write a finite number")
    return found


def _shown(value: object) -> str:
    """Text of a value for a message: one line, never long."""
    text = value if isinstance(value, str) else str(value) if not isinstance(value, int) or value < 1e30 else "a number"
    return repr(text) if len(text) <= LONGEST // 2 else repr(text[: LONGEST // 2 - 3] + "...")
