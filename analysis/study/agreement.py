"""What the arms of a study have to agree on, so that they can be compared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from simulation import Faults, Place, Section

if TYPE_CHECKING:
    from analysis.study import Arm


def same_end(arms: Mapping[str, Arm], place: Place, faults: Faults) -> None:
    """Note arms that are observed for different times: their counts cannot be compared."""
    ends = dict.fromkeys(arm.scenario.until for arm in arms.values())
    if len(ends) > 1:
        what = f"the arms end at different times ({', '.join(ends)})"
        faults.add(place, what, "expected one time for all", "set `until` for all of them")


def own_controls(arms: Mapping[str, Arm], node: Section, usual: Place, faults: Faults) -> None:
    """Note arms whose own control is no arm, or is itself compared with another."""
    for arm in arms.values():
        if not arm.against:
            continue
        entry = node.entries.get(arm.series or arm.name)
        own = entry.entries.get("against") if isinstance(entry, Section) else None
        place = own.place if own else usual
        if arm.against not in arms:
            faults.unknown(place, arm.against, arms, "arm")
        elif arms[arm.against].against or arm.against == arm.name:
            what, expected = f"{arm.against!r} is itself compared with an arm", "expected one without `against:`"
            faults.add(place, what, expected, "name another control")
