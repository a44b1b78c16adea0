"""From a located tree to values: units, bounds, words and switches; every fault is noted and reading goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import Enum
from fractions import Fraction
from typing import Any

from simulation.engine.errors import InputError
from simulation.engine.parameter import Parameter
from simulation.engine.quantity import read_quantity, read_span
from simulation.scenario.catalogues import Catalogues
from simulation.scenario.faults import Faults, Place, shown
from simulation.scenario.file import Node, Scalar, Section, Series, kind
from simulation.vocabulary.groups import GROUPS

SWITCH = {"true": True, "false": False, "on": True, "off": False}
#: parameters that name something of another catalogue, by their own name
NAMES = {
    "cells": "cells",
    "cell_types": "cells",
    "cell_type": "cells",
    "organ": "organs",
    "organs": "organs",
    "substance": "substances",
    "substances": "substances",
    "context": "contexts",
}
NOUNS = {
    "tissue": "tissue",
    "cells": "cell type",
    "substances": "substance",
    "organs": "organ",
    "processes": "process",
    "interventions": "intervention",
    "arms": "arm",
}


def names(parameter: str, catalogues: Catalogues) -> tuple[str, ...]:
    """List what a parameter of this name may name; () where it names nothing."""
    section = NAMES.get(parameter)
    more = tuple(GROUPS) if parameter == "cells" else ()
    return (*catalogues.in_section(section), *more) if section else ()


class Missing(Enum):
    """Stands for a value that could not be read; its fault has been noted."""

    VALUE = "missing"


MISSING = Missing.VALUE


class Reading:
    """Reads the parts of one scenario.

    catalogues    Catalogues    what may be named
    faults        Faults        where faults are noted
    """

    def __init__(self, catalogues: Catalogues, faults: Faults) -> None:
        self.catalogues, self.faults = catalogues, faults

    # ---- single values ----

    def value(self, node: Node, known: Parameter) -> Any:
        """Read one parameter; MISSING where it is wrong."""
        if isinstance(known.default, tuple):
            return self._list(node, known)
        if not isinstance(node, Scalar) or node.value is None:
            what = f"{known.name} is {kind(node)}"
            self.faults.add(node.place, what, _expected(known), f"write {known.name}: {_written(known)}")
            return MISSING
        if isinstance(known.default, bool):
            return self.switch(node, known.name)
        if isinstance(known.default, str):
            return self._word(node, known)
        return self._number(node, known)

    def switch(self, node: Node, name: str) -> bool | Missing:
        """Read on or off."""
        if isinstance(node, Scalar) and isinstance(node.value, bool | str):
            word = node.text.lower()
            if word in SWITCH:
                return SWITCH[word]
        text = shown(node.text) if isinstance(node, Scalar) else kind(node)
        self.faults.add(node.place, f"{name} is {text}", "expected on or off", "write on or off")
        return MISSING

    def span(self, node: Node, name: str, meaning: str) -> Fraction | None:
        """Read a span of time above zero, in minutes; None where it is wrong."""
        try:
            if not isinstance(node, Scalar) or node.value is None:
                raise InputError(f"it is {kind(node)}", expected="expected a time", remedy='write it as in "10 min"')
            minutes = read_span(node.value)
            if minutes <= 0:
                what = f"{shown(node.text)} is no time"
                raise InputError(what, expected="expected more than 0", remedy="lengthen it")
        except InputError as error:
            self.faults.add(node.place, f"{name}: {error.what}", f"{error.expected} ({meaning})", error.remedy)
            return None
        return minutes

    def _number(self, node: Scalar, known: Parameter) -> Any:
        value: Any = node.value
        if isinstance(value, bool):
            what = f"{known.name}: {shown(node.text)} is a switch"
            self.faults.add(node.place, what, _expected(known), "write a number")
            return MISSING
        # A large whole number would lose digits on its way through a float.
        if not (isinstance(known.default, int) and isinstance(value, int) and abs(value) < 10**30):
            try:
                value = read_quantity(value, known.unit or "1")
            except InputError as error:
                what = f"{known.name}: {error.what}"
                self.faults.add(node.place, what, f"{error.expected} ({known.meaning})", error.remedy)
                return MISSING
        fault = known.fault(value)
        if fault:
            self.faults.add(node.place, f"{known.name}: {fault}", _expected(known), "choose another value")
            return MISSING
        return int(value) if isinstance(known.default, int) else float(value)

    def _word(self, node: Scalar, known: Parameter) -> Any:
        word = node.value
        if not isinstance(word, str):
            what = f"{known.name}: {shown(node.text)} is {kind(node)}"
            self.faults.add(node.place, what, _expected(known), "put it in quotes if a word is meant")
            return MISSING
        choices = known.choices or self._names(known)
        if choices and word not in choices:
            self.faults.unknown(node.place, word, choices, known.name)
            return MISSING
        return word

    def _list(self, node: Node, known: Parameter) -> Any:
        if not isinstance(node, Series):
            text = shown(node.text) if isinstance(node, Scalar) and node.value is not None else kind(node)
            self.faults.add(node.place, f"{known.name}: {text} is no list", _expected(known), "write it as in [a, b]")
            return MISSING
        first = known.default[0] if known.default else ""
        one = replace(known, default=first, choices=known.choices)
        found = [self.value(item, one) for item in node.items]
        return MISSING if any(item is MISSING for item in found) else tuple(found)

    def _names(self, known: Parameter) -> tuple[str, ...]:
        return names(known.name, self.catalogues)

    # ---- sections ----

    def section(self, node: Node | None, name: str) -> Section:
        """Take a node as a section; nothing at all is an empty one."""
        if isinstance(node, Section):
            return node
        place = node.place if node is not None else Place(name)
        if isinstance(node, Series) or (isinstance(node, Scalar) and node.value is not None):
            what, remedy = f"{name} is {kind(node)}", f"write `{name}:` and its settings below it"
            self.faults.add(place, what, "expected a section", remedy)
        return Section(place)

    def settings(
        self, node: Node, known: Mapping[str, Parameter], name: str, also: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        """Read the parameters that are given; those that are wrong are left out, those in `also` are left alone."""
        section, found = self.section(node, name), {}
        for key, item in section.entries.items():
            if key in known:
                value = self.value(item, known[key])
                if value is not MISSING:
                    found[key] = value
            elif key not in also:
                self.faults.unknown(section.keys[key], key, [*known, *also], f"setting of {name}")
        return found

    def named(self, node: Node | None, section: str) -> list[tuple[str, Place, Node]]:
        """List the known names of a section with the places of their keys and what is set of them."""
        found, known = [], self.catalogues.in_section(section)
        tree = self.section(node, section)
        for key, item in tree.entries.items():
            if key in known:
                found.append((key, tree.keys[key], item))
            else:
                home = self.catalogues.section_of(key)
                elsewhere = f"{key} belongs under {home}:" if home else ""
                self.faults.unknown(tree.keys[key], key, known, NOUNS[section], elsewhere)
        return found

    def made(self, build: Any, values: dict[str, Any], place: Place) -> Any:
        """Make an instance; what it refuses as a whole is a fault at `place`."""
        try:
            return build(**values)
        except InputError as error:
            expected = error.expected or "expected settings that fit each other"
            self.faults.add(place, error.what, expected, error.remedy or "change one of them")
            return MISSING


def _expected(known: Parameter) -> str:
    """Say what a parameter asks for."""
    if known.choices:
        return f"expected one of {', '.join(known.choices)} ({known.meaning})"
    kinds = {bool: "on or off", str: "a word", tuple: "a list", int: "a whole number"}
    noun = kinds.get(type(known.default), "a number")
    unit = f" in {known.unit}" if known.unit not in ("", "1") else ""
    return f"expected {noun}{unit} ({known.meaning})"


def _written(known: Parameter) -> str:
    """Show how a parameter's default is written."""
    if isinstance(known.default, bool):
        return "on" if known.default else "off"
    unit = f" {known.unit}" if known.unit not in ("", "1") else ""
    return f"{known.default}{unit}" or "a word"
