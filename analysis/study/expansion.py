"""What an entry under `arms:` stands for: one arm, one for each dose of a series, or one for each point of a grid."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

from simulation import Faults, Node, Place, Scalar, Section, Series

#: stands for the dose in what an arm does
DOSE = "dose"
NUMBER_AND_UNIT = re.compile(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?)\s*(.*?)\s*")


@dataclass(frozen=True)
class Draft:
    """An arm before its scenario is read.

    told        str    what sets it apart within its entry, for a person, as "50 %"; empty for a single arm
    suffix      str    the same for its name, as "50pct"
    dose, unit         as in `Arm`
    settings    (path, value, place)
    """

    told: str
    suffix: str
    dose: float | None
    unit: str
    settings: tuple[tuple[str, Node, Place], ...]
    interventions: tuple[Node, ...]


def drafts(entry: Section, settings: Section, interventions: Series | None, faults: Faults) -> list[Draft]:
    """List the arms an entry stands for; faults are noted.

    entry            the entry, with its `doses` or `grid`, if any
    settings         its `set`
    interventions    its `interventions`
    """
    pairs = tuple((path, value, settings.keys[path]) for path, value in settings.entries.items())
    plain = Draft("", "", None, "", pairs, interventions.items if interventions else ())
    doses, grid = entry.entries.get("doses"), entry.entries.get("grid")
    if doses is not None and grid is not None:
        what, expected = "it has doses and a grid", "expected one of them"
        faults.add(entry.keys["grid"], what, expected, "write the doses as one more line of the grid")
        return []
    if doses is not None:
        return list(_doses(plain, doses, entry.keys["doses"], faults))
    if grid is not None:
        return list(_grid(plain, grid, entry.keys["grid"], faults))
    return [plain]


def _doses(plain: Draft, node: Node, place: Place, faults: Faults) -> Iterator[Draft]:
    if not isinstance(node, Series) or not node.items:
        faults.add(place, "doses is no list of doses", "expected at least one", "write it as in [50 %, 90 %]")
        return
    read = [_dose(item) for item in node.items]
    before = len(faults.found)
    for item, (number, unit) in zip(node.items, read, strict=True):
        if number is None:
            told = repr(item.text[:40]) if isinstance(item, Scalar) else "this"
            faults.add(item.place, f"{told} is no dose", "expected a number with or without unit", "write 50 %")
        elif unit != read[0][1]:
            faults.add(
                item.place, f"the dose is in {unit}, the first in {read[0][1]}", "expected one unit", "convert it"
            )
    whole = Series(place, (*plain.interventions, *(value for _, value, _ in plain.settings)))
    if not _names_dose(whole):
        what, expected = "the doses are not used", f"expected the word {DOSE} in place of a value"
        faults.add(place, what, expected, f"write it as in `fraction: {DOSE}`")
        return
    if len(faults.found) > before:
        return
    for item, (number, unit) in zip(node.items, read, strict=True):
        if isinstance(item, Scalar):
            yield Draft(
                item.text, _word(item.text), number, unit,
                tuple((path, _with_dose(value, item), place) for path, value, place in plain.settings),
                tuple(_with_dose(node, item) for node in plain.interventions),
            )  # fmt: skip


def _grid(plain: Draft, node: Node, place: Place, faults: Faults) -> Iterator[Draft]:
    if not isinstance(node, Section) or not node.entries:
        faults.add(
            place, "grid is no section", "expected settings with lists", "write `processes.nfkb.induction: [5, 10]`"
        )
        return
    axes = []
    for path, values in node.entries.items():
        if not isinstance(values, Series) or not all(isinstance(item, Scalar) for item in values.items):
            faults.add(values.place, f"{path[:60]} is no list of values", "expected a list", "write it as in [5, 10]")
        elif not values.items:
            faults.add(values.place, f"{path[:60]} has no values", "expected at least one", "write it as in [5, 10]")
        else:
            axes.append([(path, item, node.keys[path]) for item in values.items])
    if len(axes) != len(node.entries):
        return
    for point in product(*axes):
        texts = [item.text for _, item, _ in point if isinstance(item, Scalar)]
        told = ", ".join(f"{path.rpartition('.')[2]} {text}" for (path, _, _), text in zip(point, texts, strict=True))
        number, unit = _dose(point[0][1]) if len(axes) == 1 else (None, "")
        suffix = "_".join(_word(text) for text in texts)
        # A point replaces what the entry sets for all points.
        yield replace(plain, told=told, suffix=suffix, dose=number, unit=unit, settings=(*plain.settings, *point))


def _dose(node: Node) -> tuple[float | None, str]:
    """Read a number and its unit; percents become shares."""
    found = NUMBER_AND_UNIT.fullmatch(node.text) if isinstance(node, Scalar) and node.value is not None else None
    if not found:
        return None, ""
    number, unit = float(found[1]), found[2]
    return (number / 100.0, "1") if unit == "%" else (number, unit or "1")


def _word(text: str) -> str:
    """Turn "7.5 ug/mL" into "7.5_ug_mL" and "50 %" into "50pct", for names."""
    return re.sub(r"[^A-Za-z0-9.+-]+", "_", re.sub(r"\s*%", "pct", text)).strip("_")


def _names_dose(node: Node) -> bool:
    if isinstance(node, Scalar):
        return node.value == DOSE
    return any(map(_names_dose, node.items if isinstance(node, Series) else node.entries.values()))


def _with_dose(node: Node, dose: Scalar) -> Node:
    """Put a dose in the places that wait for it."""
    if isinstance(node, Scalar):
        return dose if node.value == DOSE else node
    if isinstance(node, Series):
        return replace(node, items=tuple(_with_dose(item, dose) for item in node.items))
    return replace(node, entries={key: _with_dose(item, dose) for key, item in node.entries.items()})
