"""A process: when it runs, what it touches, with which numbers, and how.

Three kinds, by what they look at:

CellProcess    every cell on its own: `apply(cells, dt)`, called for each contiguous run of rows whose types have all
               the columns it names
SiteProcess    cells with their neighbours and voxels in one site: `apply(site, dt)`, once per site
BodyProcess    sites, blood and what travels between them: `apply(body, dt)`, once

Columns of the voxels, of travellers in the blood and of the blood's pools carry a prefix: "voxel.tnf",
"traveller.convoy", "pool.sicam1". A name without prefix is a column of cells.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Set
from enum import IntEnum
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

from simulation.engine.clock import Duration
from simulation.engine.parameter import Parametrised

if TYPE_CHECKING:
    from simulation.engine.rows import Rows
    from simulation.engine.site import BodyView, SiteView

PREFIXES = ("voxel", "traveller", "pool")


class Stage(IntEnum):
    """The order of a tick."""

    TREAT = 1  # interventions add and scale
    TRANSPORT = 2  # secretion; diffusion, decay, uptake
    SENSE = 3  # cells take what is here
    SIGNAL = 4  # NF-kB, ICAM-1 expression, integrin activation
    BIND = 5  # bonds, conjugates, detachment
    DECIDE = 6  # phenotype, fate, rates
    MOVE = 7  # forces; positions are written once
    SPREAD = 8  # capsule, intravasation, circulation, arrest, extravasation, colonisation
    TURN_OVER = 9  # who divides and dies is requested; the world does it


class Process(Parametrised, ABC):
    """What all kinds have in common; subclasses are frozen dataclasses of parameters.

    stage         Stage         where in a tick
    every         str           period, a whole number of ticks
    reads         set of str    columns it looks at
    adds          set of str    sums (and requests) it adds to
    scales        set of str    products it multiplies
    writes        set of str    columns it owns
    mechanisms    set of str    rows of the mechanism table it implements, as in "M08"
    only          tuple of str  names of the cell types it is restricted to, or "not <name>"; empty = all that have
                                the columns
    """

    stage: ClassVar[Stage]
    every: ClassVar[str] = "10 min"
    reads: ClassVar[Set[str]] = frozenset()
    adds: ClassVar[Set[str]] = frozenset()
    scales: ClassVar[Set[str]] = frozenset()
    writes: ClassVar[Set[str]] = frozenset()
    mechanisms: ClassVar[Set[str]] = frozenset()

    @property
    def only(self) -> tuple[str, ...]:
        """Cell types it is restricted to, or, as "not <name>", kept from; empty = all that have its columns."""
        return ()

    @classmethod
    @cache
    def name(cls) -> str:
        """Name in a scenario: the name of its file, or of its class where it stands elsewhere."""
        module = cls.__module__.rpartition(".")[2]
        snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", cls.__name__).lower()
        return module if cls.__module__.startswith("simulation.") else snake

    @classmethod
    @cache
    def touched(cls) -> frozenset[str]:
        """Every column it declares."""
        return frozenset(cls.reads) | frozenset(cls.adds) | frozenset(cls.scales) | frozenset(cls.writes)

    @classmethod
    def of(cls, table: str, *declared: Set[str]) -> frozenset[str]:
        """Pick the columns of one table, without prefix, out of declarations.

        table       str             "" for cells, else one of "voxel", "traveller", "pool"
        declared    sets of str     any of reads, adds, scales, writes
        """
        names = frozenset().union(*declared)
        if table:
            return frozenset(n.partition(".")[2] for n in names if n.startswith(table + "."))
        return frozenset(n for n in names if "." not in n)


class CellProcess(Process):
    """A process in which each cell looks only at itself."""

    @abstractmethod
    def apply(self, cells: Rows, dt: Duration) -> None:
        """Advance `cells` by `dt`."""

    def settle(self, cells: Rows) -> None:
        """Bring the columns it owns to their resting state before the first tick."""


class SiteProcess(Process):
    """A process in which cells look at neighbours and voxels of their site."""

    @abstractmethod
    def apply(self, site: SiteView, dt: Duration) -> None:
        """Advance one site by `dt`."""

    def settle(self, site: SiteView) -> None:
        """Bring the columns it owns to their resting state before the first tick."""

    def happen(self, site: SiteView, lineage: int, value: float) -> None:
        """Carry out an event that it scheduled with `site.schedule`; called once for each site, before `apply`."""


class BodyProcess(Process):
    """A process that connects sites and blood.

    of_travellers    bool    whether it is about cells in the blood alone, so that without any there is nothing to do
    """

    of_travellers: ClassVar[bool] = False

    @abstractmethod
    def apply(self, body: BodyView, dt: Duration) -> None:
        """Advance the body by `dt`."""

    def settle(self, body: BodyView) -> None:
        """Bring the columns it owns to their resting state before the first tick."""


def describe(process: type[Process]) -> dict[str, Any]:
    """Return a process's contract as plain data, for tables in documents."""
    return {
        "name": process.name(),
        "stage": process.stage.name,
        "every": process.every,
        "reads": sorted(process.reads),
        "adds": sorted(process.adds),
        "scales": sorted(process.scales),
        "writes": sorted(process.writes),
        "mechanisms": sorted(process.mechanisms),
    }
