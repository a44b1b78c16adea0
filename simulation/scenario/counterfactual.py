"""Context and arms as layers of a scenario: a context lies under what is written, what is switched off lies over it.

A switch sets parameters to their neutral values. Whoever switches an arm off and also sets one of its parameters is
told, rather than one of the two being dropped. Whether an arm is off is seen from the values themselves, so a scenario
that is written out says it however it came about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from simulation.engine.process import Process
from simulation.engine.quantity import write_quantity
from simulation.engine.tissue import Tissue
from simulation.scenario.catalogues import Catalogues
from simulation.scenario.faults import Faults, Place
from simulation.scenario.file import Node, Scalar, Section, Series
from simulation.scenario.header import SWITCHES
from simulation.scenario.layers import laid_over
from simulation.scenario.reading import MISSING, Reading
from simulation.scenario.text import name_in
from simulation.vocabulary.arms import Arm
from simulation.vocabulary.cancers import USUAL

if TYPE_CHECKING:
    from simulation.scenario import Scenario

Path = tuple[str, ...]


def with_context(tree: Section, known: Catalogues, faults: Faults) -> Section:
    """Lay the values of the context that a tree names under the tree; one that is unknown is told later, as a word."""
    node = tree.entries.get("context")
    context = known.contexts.get(node.text) if isinstance(node, Scalar) else None
    if node is None or context is None:
        return tree
    usual = known.contexts[USUAL].values
    values = {_words(p): v for p, v in context.values.items() if v != usual[p] and _applies(tree, _words(p))}
    theirs = [_set_to(tree, path, known) for path in values]
    if values and all(value is not None and value != own for value, own in zip(theirs, values.values(), strict=True)):
        what = f"context: {context.name} changes nothing, since all of its values are set otherwise"
        faults.add(node.place, what, "expected values that it may set", "remove them, or the context")
    for path, value in values.items():
        start = path[0] == "cells"
        if start and _find(tree, path) is None:
            source = context.sources[".".join(path)]
            tree = laid_over(tree, _nested((*path, "source"), Scalar(node.place, source, source), node.place))
        if _find(tree, (*path, "value") if start else path) is None:
            tree = laid_over(tree, _leaf(path, value, node.place))
    return tree


def with_switches(tree: Section, reading: Reading) -> Section:
    """Lay the neutral values of everything that a tree switches off over the tree."""
    known = reading.catalogues
    off: list[tuple[str, Arm, Place]] = []
    node = tree.entries.get("immunity")
    if node is not None and reading.switch(node, "immunity") is not MISSING:
        _check(tree, known.immunity, "immunity", node, reading)
        if reading.switch(node, "immunity") is False:
            off.append(("immunity", known.immunity, node.place))
    for name, place, item in reading.named(tree.entries.get("arms"), "arms"):
        switch = reading.switch(item, name)
        if switch is not MISSING:
            _check(tree, known.arms[name], f"arms.{name}", item, reading)
        if switch is False:
            off.append((f"arms.{name}", known.arms[name], place))
    for _, arm, place in off:
        for text, value in arm.off.items():
            if _applies(tree, _words(text)):
                tree = laid_over(tree, _leaf(_words(text), value, place))
    return tree


def switched_off(scenario: Scenario) -> list[str]:
    """Name the arms that are off in a scenario: all their parameters that are in it are neutral."""
    return [name for name, arm in scenario.catalogues.arms.items() if is_off(scenario, arm)]


def is_off(scenario: Scenario, arm: Arm) -> bool:
    """True when all parameters of an arm that are in a scenario have their neutral values, and there is one."""
    values = {path: value_at(scenario, path) for path in arm.off}
    there = {path: value for path, value in values.items() if value is not None}
    return bool(there) and all(value == arm.off[path] for path, value in there.items())


def value_at(scenario: Scenario, path: str) -> float | None:
    """Return the value of a parameter of a scenario; None where what has it is off."""
    section, name, last = _words(path)
    known = scenario.catalogues
    if section == "cells":
        parameter, start = known.at(path), scenario.cells[name].get(last)
        return start.value if start is not None else parameter.default if parameter is not None else None
    nouns: dict[str, Mapping[str, Any]] = {
        "organs": scenario.organs,
        "substances": scenario.substances,
        "tissue": {name_in(known.tissues, scenario.tissue): scenario.tissue},
        "processes": {name_in(known.processes, p): p for p in scenario.processes},
    }
    owner: Process | Tissue | None = nouns[section].get(name)
    return float(getattr(owner, last)) if owner is not None else None


def without_layers(scenario: Scenario, told: dict[str, Any], overrides: Sequence[str]) -> dict[str, Any]:
    """Take out of a scenario's plain data what its context and switches gave, where overrides are about to change them.

    told         dict    as `Scenario.resolved` returns it; changed in place
    overrides    words   as in "context=tnbc" or "arms.killing=on"
    """
    keys = {tuple(word.strip() for word in o.partition("=")[0].split(".")) for o in overrides}
    known, heads = scenario.catalogues, {key[0] for key in keys}
    if "context" in heads and scenario.context in known.contexts:
        for path, value in known.contexts[scenario.context].values.items():
            if value_at(scenario, path) == value:
                _remove(told, _words(path))
    if heads & set(SWITCHES):
        named = {key[1] for key in keys if key[0] == "arms" and len(key) > 1}
        changed = [a for n, a in known.arms.items() if ("arms",) in keys or n in named]
        if "immunity" in heads:
            told.pop("immunity", None)
            whole = known.immunity
            changed += [whole, *(a for a in known.arms.values() if a.off.items() <= whole.off.items())]
        for arm in changed:
            told.get("arms", {}).pop(arm.name, None)
            off = is_off(scenario, arm)
            for path, neutral in arm.off.items():
                # what is spelt out as it is anyway is nobody's wish, and no contradiction to a switch
                if value_at(scenario, path) in ((neutral,) if off else _unasked(scenario, path)):
                    _remove(told, _words(path))
    return told


def _unasked(scenario: Scenario, path: str) -> tuple[float, ...]:
    """Return the values that a parameter has without being set: the usual one, that of the context."""
    known = scenario.catalogues
    parameter, context = known.at(path), known.contexts.get(scenario.context)
    usual = (float(parameter.default),) if parameter is not None else ()
    return (*usual, context.values[path]) if context is not None and path in context.values else usual


def _remove(told: dict[str, Any], path: Path) -> None:
    section, name, last = path
    if isinstance(told[section].get(name), dict):
        told[section][name].pop(last, None)


def _check(tree: Section, arm: Arm, switch: str, node: Node, reading: Reading) -> None:
    """Note parameters that say otherwise than their switch."""
    known, on = reading.catalogues, reading.switch(node, switch) is True
    given = {text: _find(tree, _words(text)) for text in arm.off if _applies(tree, _words(text))}
    theirs = {text: _set_to(tree, _words(text), known) for text in given}
    if on and given and all(theirs[text] == arm.off[text] for text in given):
        what = f"{switch} is on, yet {', '.join(given)} {'is' if len(given) == 1 else 'are'} set so that it is off"
        reading.faults.add(node.place, what, "expected one of the two", f"remove {next(iter(given))}, or the switch")
    if on:
        return
    context = tree.entries.get("context")
    for text, item in given.items():
        value, neutral = theirs[text], arm.off[text]
        if item is not None and context is not None and item.place == context.place:
            continue  # what a context gives is nobody's wish
        # how many immune cells there would be is no contradiction to there being none
        if item is not None and value is not None and value != neutral and not text.startswith("tissue."):
            parameter = known.at(text)
            unit = parameter.unit if parameter is not None else ""
            what = f"{text} is set while {switch} is off, which sets it to {write_quantity(neutral, unit)}"
            reading.faults.add(item.place, what, "expected one of the two", f"remove it, or {switch}: off")


def _words(path: str) -> Path:
    section, name, last = path.split(".")
    return section, name, last


def _applies(tree: Section, path: Path) -> bool:
    """False where what has the parameter is not in the scenario, since it is off, or written in a wrong way."""
    section = tree.entries.get(path[0])
    if path[0] == "tissue" and not (isinstance(section, Section) and path[1] in section.entries):
        return False
    return _may_hold(section) and _may_hold(section.entries.get(path[1]) if isinstance(section, Section) else None)


def _may_hold(node: Node | None) -> bool:
    """True for what settings may be laid over: a section, nothing at all, or a switch that is on."""
    return not isinstance(node, Series | Scalar) or (
        isinstance(node, Scalar) and (node.value is None or node.text.lower() in ("on", "true"))
    )


def _find(tree: Section, path: Path) -> Node | None:
    """Return what is set at a path."""
    node: Node | None = tree
    for word in path:
        node = node.entries.get(word) if isinstance(node, Section) else None
    return node


def _set_to(tree: Section, path: Path, known: Catalogues) -> float | None:
    """Return the value that is set at a path; None where there is none that can be read."""
    node, parameter = _find(tree, path), known.at(".".join(path))
    if path[0] == "cells":
        node = node.entries.get("value") if isinstance(node, Section) else None
    if node is None or parameter is None:
        return None
    value = Reading(known, Faults()).value(node, parameter)  # what is wrong with it is told when it is read for good
    return None if value is MISSING else float(value)


def _leaf(path: Path, value: float, place: Place) -> Section:
    """Make a tree of one value."""
    words = (*path, "value") if path[0] == "cells" else path
    number = int(value) if float(value).is_integer() and abs(value) < 1e15 else value
    return _nested(words, Scalar(place, number, repr(number)), place)


def _nested(words: Sequence[str], node: Node, place: Place) -> Section:
    for word in reversed(words):
        node = Section(place, {word: node}, {word: place})
    assert isinstance(node, Section)
    return node
