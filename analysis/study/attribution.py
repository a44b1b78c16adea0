"""Which worlds a study needs to divide an effect among the arms of the mechanism.

    attribution:
      control: control
      treated: tumour_90pct
      arms: [killing, recruitment, decoy]

Control and treatment are run again with arms switched off: each arm alone, and, for Shapley's values, in all
combinations (up to `MOST_EXACT` arms) or along some orders (`orders:`, drawn by the study's seed). An arm is one that
scenarios know under `arms:`; written as a section it may also be any settings that switch something off.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from analysis.statistics.attribution import passed, some_orders
from simulation import MISSING, Node, Parameter, Place, Reading, Scalar, Section, Series

if TYPE_CHECKING:
    from analysis.study import Arm

#: most arms of the mechanism of which all on/off worlds are run: 2^4 of them, twice
MOST_EXACT = 4
MOST_PLAYERS = 12
KEYS = ("control", "treated", "arms", "orders")
ORDERS = Parameter("orders", 0, "1", "orders of switching on that are sampled", "chosen", bounds=(0, 1000))
Settings = tuple[tuple[str, Node, Place], ...]
#: makes the arm of a study again under another name, with more settings; None where that has faults
Make = Callable[[str, str, str, Settings], "Arm | None"]


@dataclass(frozen=True)
class World:
    """Control and treatment with the same arms of the mechanism on: names of arms of the study."""

    on: tuple[str, ...]
    control: str
    treated: str


@dataclass(frozen=True)
class Plan:
    """How an effect is divided.

    players    names of the arms of the mechanism
    orders     of switching on, as numbers of players; None = all worlds are there, empty = each is only left out once
    worlds     the first with all on
    extra      arms of the study besides those that are compared
    """

    players: tuple[str, ...]
    orders: tuple[tuple[int, ...], ...] | None
    worlds: tuple[World, ...]
    extra: tuple[Arm, ...]


def read_attribution(
    node: Node, place: Place, arms: Mapping[str, Arm], control: str, reading: Reading, seed: int, make: Make
) -> Plan | None:
    """Read the section `attribution`; faults are noted.

    place      of its key
    arms       of the study
    control    of the study, where the section names none
    seed       of the study: which orders are sampled
    """
    faults = reading.faults
    section = reading.section(node, "attribution")
    for key in section.entries:
        if key not in KEYS:
            faults.unknown(section.keys[key], key, KEYS, "setting of the attribution")
    others = [name for name in arms if name != control]
    treated = _arm(section, place, "treated", arms, others[0] if len(others) == 1 else "", reading)
    own = arms[treated].against if treated in arms else ""
    against = _arm(section, place, "control", arms, own or control, reading)
    players = _players(section, place, reading)
    count: int | None = None
    if "orders" in section.entries:
        read = reading.value(section.entries["orders"], ORDERS)
        count = 0 if read is MISSING else read
        if count and len(players) <= MOST_EXACT:
            what = f"{len(players)} arms need no sampled orders"
            faults.add(section.keys["orders"], what, "expected more arms", "remove it: all on/off worlds are run")
    if against and against == treated:
        faults.add(place, "control and treated are the same arm", "expected two arms", "name another arm")
    if faults.found or not players:
        return None
    orders: tuple[tuple[int, ...], ...] | None = None
    if count == 0 or (count is None and len(players) > MOST_EXACT):
        orders = ()
    elif count and len(players) > MOST_EXACT:
        orders = tuple(some_orders(len(players), count, seed))
    return _worlds(players, orders, arms[against], arms[treated], make, reading)


def combinations_needed(n: int, orders: Sequence[Sequence[int]] | None) -> list[tuple[int, ...]]:
    """List which of n players are off in each world: first none, then each alone, then what orders need."""
    if orders is None:
        return [off for size in range(n + 1) for off in combinations(range(n), size)]
    found = dict.fromkeys([(), *((i,) for i in range(n))])
    for order in orders:
        for world in passed(order):
            found[tuple(i for i in range(n) if not world >> i & 1)] = None
    return sorted(found, key=lambda off: (len(off), off))


def _arm(section: Section, place: Place, key: str, arms: Mapping[str, Arm], usual: str, reading: Reading) -> str:
    """Name an arm of the study."""
    node = section.entries.get(key)
    word = usual if node is None else node.text if isinstance(node, Scalar) else "this"
    if node is None and not usual:
        expected, remedy = "expected one, for there are several", f"write {key}: and the name of an arm"
        reading.faults.add(place, f"attribution names no {key} arm", expected, remedy)
    elif word not in arms:
        reading.faults.unknown(node.place if node else place, word, arms, "arm")
    return word


def _players(section: Section, place: Place, reading: Reading) -> dict[str, Settings]:
    """Read the arms of the mechanism: name -> the settings that switch it off."""
    node, faults = section.entries.get("arms"), reading.faults
    found: dict[str, Settings] = {}
    if isinstance(node, Series):
        for item in node.items:
            word = item.text if isinstance(item, Scalar) else ""
            if not word or not word.isprintable() or "." in word:
                faults.add(item.place, "this is no arm", "expected its name", "write it as in arms: [killing]")
            elif word in found:
                faults.add(item.place, f"{word} is given twice", "expected each arm once", "remove it here")
            else:
                found[word] = ((f"arms.{word}", Scalar(item.place, "off", "off"), item.place),)
    elif isinstance(node, Section):
        for name, own in node.entries.items():
            settings = reading.section(own, name)
            if not settings.entries:
                what, remedy = f"{name[:40]} switches nothing off", "write it as in killing: {processes.killing: off}"
                faults.add(node.keys[name], what, "expected settings", remedy)
            found[name] = tuple((path, value, settings.keys[path]) for path, value in settings.entries.items())
    if not found and not faults.found:
        at = section.keys.get("arms", place)
        faults.add(at, "attribution has no arms", "expected one or more", "write arms: [killing]")
    if len(found) > MOST_PLAYERS:
        what, expected = f"there are {len(found)} arms to switch off", f"expected at most {MOST_PLAYERS}"
        faults.add(section.keys["arms"], what, expected, "join arms that belong together")
        return {}
    return found


def _worlds(
    players: Mapping[str, Settings], orders: tuple[tuple[int, ...], ...] | None, control: Arm, treated: Arm, make: Make,
    reading: Reading,
) -> Plan | None:  # fmt: skip
    names = tuple(players)
    worlds = [World(names, control.name, treated.name)]
    extra: list[Arm] = []
    told = treated.scenario.identity(any_seed=True)
    for off in combinations_needed(len(names), orders)[1:]:
        gone = [names[i] for i in off]
        settings = tuple(setting for name in gone for setting in players[name])
        suffix = "off_" + ("all" if len(off) == len(names) and len(off) > 1 else "_".join(gone))
        label = f"without {' and '.join(gone) if len(off) < len(names) or len(off) == 1 else 'any of the arms'}"
        pair = [make(arm.name, f"{arm.name}_{suffix}", label, settings) for arm in (control, treated)]
        if pair[0] is None or pair[1] is None:
            return None  # told; other worlds would repeat it
        if len(off) == 1 and pair[1].scenario.identity(any_seed=True) == told:
            what, expected = f"switching {gone[0]!r} off changes nothing", "expected an arm that is on"
            reading.faults.add(settings[0][2], what, expected, "remove it from the arms")
        extra += [arm for arm in pair if arm is not None]
        on = tuple(name for i, name in enumerate(names) if i not in off)
        worlds.append(World(on, pair[0].name, pair[1].name))
    return Plan(names, orders, tuple(worlds), tuple(extra))
