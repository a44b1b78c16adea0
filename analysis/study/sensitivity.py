"""What a sensitivity analysis of a study varies, as its section `sensitivity` says.

    sensitivity:
      treated: tumour_90pct
      endpoints: [cells_in_blood]
      parameters: [processes.killing.*, processes.detachment.pulls]
      ranges: {processes.detachment.pulls: [0.5 1/h, 8 1/h]}
      trajectories: 8
      keep: 4
      base: 32

Without the section everything that is assumed is varied, on the arm with the highest dose.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from simulation import MISSING, InputError, Node, Parameter, Place, Reading, Scalar, Section, Series, describe
from simulation import read_quantity as quantity

if TYPE_CHECKING:
    from analysis.endpoint import Endpoint
    from analysis.study import Arm

SIZES = {
    p.name: p
    for p in (
        Parameter("trajectories", 10, "1", "walks through all parameters, for the screening", "chosen", (2, 10_000)),
        Parameter("keep", 6, "1", "parameters that go on to Sobol's indices", "chosen", (0, 100)),
        Parameter("base", 32, "1", "base worlds of Sobol's indices, a power of two; 0 for none", "chosen", (0, 2**20)),
    )
}
KEYS = ("control", "treated", "endpoints", "parameters", "ranges", *SIZES)
#: a range whose ends are this far apart is known to an order of magnitude only
WIDE = 3.0


@dataclass(frozen=True)
class Sweep:
    """What is varied and how often.

    control, treated    names of arms; empty = the study's control, the arm with the highest dose
    endpoints           names; empty = the primary ones
    parameters          patterns of paths, as in "processes.killing.*"; empty = all that are assumed
    ranges              path -> (low, high), in the parameter's unit, where they are not bounds and a factor of two
    trajectories        of the screening
    keep                parameters that go on to Sobol's indices
    base                base worlds of Sobol's indices; 0 = none
    """

    control: str = ""
    treated: str = ""
    endpoints: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    trajectories: int = SIZES["trajectories"].default
    keep: int = SIZES["keep"].default
    base: int = SIZES["base"].default


def read_sensitivity(
    node: Node, place: Place, arms: Mapping[str, Arm], control: str, known: Mapping[str, Endpoint], reading: Reading
) -> Sweep | None:
    """Read the section `sensitivity`; faults are noted.

    place      of its key
    arms       of the study
    control    of the study
    known      endpoints
    """
    faults = reading.faults
    section = reading.section(node, "sensitivity")
    for key in section.entries:
        if key not in KEYS:
            faults.unknown(section.keys[key], key, KEYS, "setting of the sensitivity analysis")
    given: dict[str, Any] = {}
    for key in ("control", "treated"):
        if key in section.entries:
            item = section.entries[key]
            given[key] = item.text if isinstance(item, Scalar) else "this"
            if given[key] not in arms:
                faults.unknown(item.place, given[key], arms, "arm")
    if given.get("treated", "") in (given.get("control", control), control) and "treated" in given:
        faults.add(section.keys["treated"], "control and treated are the same arm", "expected two", "name another arm")
    given["endpoints"] = tuple(_words(section, "endpoints", known, reading))
    rows = {row["path"]: row for row in describe(arms[control].scenario)["parameters"]}
    given["parameters"] = tuple(_words(section, "parameters", None, reading))
    for pattern in given["parameters"]:
        if not any(matches(path, pattern) for path in rows):
            at = section.keys["parameters"]
            faults.unknown(at, pattern, rows, "parameter")
    given["ranges"] = _ranges(section, rows, reading)
    for name, size in SIZES.items():
        if name in section.entries:
            read = reading.value(section.entries[name], size)
            given |= {} if read is MISSING else {name: read}
    base = given.get("base", 0)
    if base & (base - 1) or base == 1:
        faults.add(section.keys["base"], f"base is {base}", "expected 0 or a power of two from 2", "write 32")
    return None if faults.found else Sweep(**given)


def matches(path: str, pattern: str) -> bool:
    """Tell whether a path is meant by a pattern: itself, what lies below it, or what its * stand for."""
    from fnmatch import fnmatchcase

    return path == pattern or path.startswith(f"{pattern}.") or fnmatchcase(path, pattern)


def _words(section: Section, key: str, known: Mapping[str, Any] | None, reading: Reading) -> list[str]:
    node = section.entries.get(key)
    if node is None:
        return []
    if not isinstance(node, Series) or not all(isinstance(item, Scalar) and item.text for item in node.items):
        reading.faults.add(section.keys[key], f"{key} is no list", "expected a list of names", f"write {key}: [...]")
        return []
    words = [item.text for item in node.items if isinstance(item, Scalar)]
    for item, word in zip(node.items, words, strict=True):
        if known is not None and word not in known:
            reading.faults.unknown(item.place, word, known, "endpoint")
    return list(dict.fromkeys(words))


def _ranges(section: Section, rows: Mapping[str, Any], reading: Reading) -> dict[str, tuple[float, float]]:
    if "ranges" not in section.entries:
        return {}
    found = {}
    ranges = reading.section(section.entries["ranges"], "ranges")
    for path, node in ranges.entries.items():
        place, row = ranges.keys[path], rows.get(path)
        if row is None or not isinstance(row["value"], float):
            numbers = [p for p, r in rows.items() if isinstance(r["value"], float)]
            reading.faults.unknown(place, path, numbers, "parameter that is a number")
            continue
        ends = node.items if isinstance(node, Series) else ()
        if len(ends) != 2 or not all(isinstance(end, Scalar) for end in ends):
            reading.faults.add(node.place, "this is no range", "expected two values", "write it as in [0.5 1/h, 8 1/h]")
            continue
        try:
            low, high = (float(quantity(end.value, row["unit"])) for end in ends)  # type: ignore[union-attr, arg-type]
        except InputError as error:
            reading.faults.add(node.place, f"{path}: {error.what}", error.expected, error.remedy)
            continue
        bounds = [math.copysign(math.inf, s) if row[n] is None else row[n] for n, s in (("low", -1), ("high", 1))]
        if not bounds[0] <= low < high <= bounds[1]:
            expected = f"expected two values between {bounds[0]:g} and {bounds[1]:g} {row['unit']}, the lower first"
            reading.faults.add(node.place, f"{path} from {low:g} to {high:g} cannot be", expected, "correct them")
            continue
        found[path] = (low, high)
    return found
