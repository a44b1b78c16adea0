"""The plan of a tick: which process runs after which, and when each sum begins anew.

Processes run by stage, within a stage by who needs whose result, then by name. An order that the declarations do not
determine (two owners of a column, two processes waiting for each other) is refused with both names.

A sum (or product) begins anew just before the first of its contributors in the plan, whenever they are due, and holds
its value in between. So a reader that stands before all of them sees the last complete sum, one that stands after all
of them the new one; a reader between them would see half a sum and is refused.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from simulation.engine.clock import Clock, Duration, minutes_in
from simulation.engine.column import Column, Kind
from simulation.engine.errors import ContractError
from simulation.engine.process import Process

ALLOWED = {"adds": (Kind.SUM, Kind.REQUEST), "scales": (Kind.PRODUCT,), "writes": (Kind.STATE,)}


@dataclass(frozen=True)
class Due:
    """A process in its place, with its period.

    process    Process
    ticks      int             period in ticks
    dt         Duration        period
    fresh      tuple of str    sums and products that begin anew just before it
    asks       tuple of str    request columns it adds to, without prefix
    label      str             its name in this plan
    """

    process: Process
    ticks: int
    dt: Duration
    fresh: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    label: str = ""


class Plan:
    """The order of a tick.

    processes    sequence of Process        in any order
    columns      mapping str -> Column      every column there is, with its prefix ("voxel.", ...) where it has one
    clock        Clock                      for the length of a tick
    periods      mapping str -> str         periods that differ from the processes' own, by process name
    raises       ContractError              for an order that is not determined, or a column that does not exist
    """

    def __init__(
        self,
        processes: Sequence[Process],
        columns: Mapping[str, Column],
        clock: Clock,
        periods: Mapping[str, str] | None = None,
    ) -> None:
        periods = periods or {}
        names = [label(p) for p in processes]
        for name in names:
            if names.count(name) > 1:
                raise ContractError(f"process {name!r} is in the plan twice", remedy="give it once")
        every = {label(p): periods.get(p.name(), p.every) for p in processes}
        self._check_columns(processes, columns)
        self._check_owners(processes)
        due = [
            Due(p, clock.ticks_in(every[label(p)], f"{p.name()}: period"), Duration(float(minutes_in(every[label(p)]))))
            for p in self._ordered(processes)
        ]
        self.due = self._with_resets(due, columns)

    @staticmethod
    def _check_columns(processes: Sequence[Process], columns: Mapping[str, Column]) -> None:
        for p in processes:
            for name in sorted(p.touched()):
                if name not in columns:
                    raise ContractError(f"there is no column {name!r}", where=p.name(), remedy="declare it as a trait")
            for right, kinds in ALLOWED.items():
                for name in sorted(getattr(p, right)):
                    if columns[name].kind not in kinds:
                        raise ContractError(
                            f"{right} {name!r}, which is a {columns[name].kind.value}",
                            where=p.name(),
                            expected=f"{right} is for a {' or '.join(k.value for k in kinds)}",
                        )

    @staticmethod
    def _check_owners(processes: Sequence[Process]) -> None:
        owner: dict[str, str] = {}
        for p in sorted(processes, key=label):
            for name in sorted(p.writes):
                if name in owner:
                    raise ContractError(
                        f"{owner[name]} and {label(p)} both write {name!r}",
                        expected="a column has one owner",
                        remedy="let one of them add to a sum or scale a product that the owner reads",
                    )
                owner[name] = label(p)

    @staticmethod
    def _ordered(processes: Sequence[Process]) -> list[Process]:
        by_stage: dict[int, list[Process]] = defaultdict(list)
        for p in processes:
            by_stage[p.stage].append(p)
        makers: dict[str, list[Process]] = defaultdict(list)
        for p in processes:
            for name in sorted({*p.adds, *p.scales, *p.writes}):
                makers[name].append(p)
        ordered: list[Process] = []
        for stage in sorted(by_stage):
            inside = {label(p): p for p in by_stage[stage]}
            waits: dict[str, set[str]] = {n: set() for n in inside}
            for n, p in inside.items():
                for name in sorted(p.reads):
                    for maker in makers[name]:
                        if label(maker) in inside and maker is not p:
                            waits[n].add(label(maker))
            ready = [n for n, w in waits.items() if not w]
            heapq.heapify(ready)
            while ready:
                n = heapq.heappop(ready)
                ordered.append(inside.pop(n))
                del waits[n]
                for other, w in waits.items():
                    if n in w:
                        w.remove(n)
                        if not w:
                            heapq.heappush(ready, other)
            if waits:
                circle = sorted(waits)
                raise ContractError(
                    f"{' and '.join(circle)} wait for each other in stage {inside[circle[0]].stage.name}",
                    expected="expected an order that the declarations determine",
                    remedy="move one of them to another stage, or let one read last tick's column",
                )
        return ordered

    @staticmethod
    def _with_resets(due: list[Due], columns: Mapping[str, Column]) -> list[Due]:
        """Find before whom each sum begins anew, and refuse readers who would see half of one."""
        places: dict[str, list[int]] = defaultdict(list)
        for place, d in enumerate(due):
            for name in sorted(set(d.process.adds) | set(d.process.scales)):
                if columns[name].kind is not Kind.REQUEST:
                    places[name].append(place)
        fresh: dict[int, list[str]] = defaultdict(list)
        for name, contributors in sorted(places.items()):
            first, last = due[contributors[0]], due[contributors[-1]]
            fresh[contributors[0]].append(name)
            for place in contributors:
                if due[place].ticks != first.ticks:
                    raise ContractError(
                        f"{label(first.process)} and {label(due[place].process)} contribute to {name!r} with different "
                        "periods",
                        expected="contributors to one sum share one period",
                        remedy="give both the same `every`",
                    )
            for place, d in enumerate(due):
                between = contributors[0] < place < contributors[-1]
                if between and name in d.process.reads and place not in contributors:
                    raise ContractError(
                        f"{label(d.process)} reads {name!r} after {label(first.process)} and before "
                        f"{label(last.process)} add to it",
                        expected="a sum is read before or after all its contributors",
                        remedy="move one of them to another stage",
                    )
        return [
            replace(
                d,
                fresh=tuple(fresh[place]),
                asks=tuple(sorted(n.rpartition(".")[2] for n in d.process.adds if columns[n].kind is Kind.REQUEST)),
                label=label(d.process),
            )
            for place, d in enumerate(due)
        ]

    def table(self) -> list[dict[str, str]]:
        """Return the plan as rows of text: stage, process, period, and what it touches."""
        return [
            {
                "stage": d.process.stage.name,
                "process": label(d.process),
                "every": f"{d.dt.minutes:g} min",
                "reads": " ".join(sorted(d.process.reads)),
                "adds": " ".join(sorted(d.process.adds)),
                "scales": " ".join(sorted(d.process.scales)),
                "writes": " ".join(sorted(d.process.writes)),
            }
            for d in self.due
        ]


def label(process: Process) -> str:
    """Name a process in the plan: its own name, with a number where a scenario uses it more than once."""
    return getattr(process, "label", "") or process.name()
