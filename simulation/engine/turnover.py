"""Births, deaths and travel: at the end of a tick, in the order of lineage; only here do tables change length.

Processes only request. A request column names its effect (`Effect`); this file carries requests out:

death        the cell vanishes; the first request column above zero, by name, is its cause
division     a daughter appears beside her mother
departure    that many of the parcel's cells leave for the blood, each as a traveller of its own
entry        that many cells of a type that comes from the blood appear beside the cell that lets them in; where it is
             a traveller that lets them, they join its convoy
arrival      a traveller appears in the site it is in, at its own x, y, z

A cell that dies does nothing else in the same tick.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.engine.chance import Chance, direction
from simulation.engine.column import Effect
from simulation.engine.kernel import kernel
from simulation.engine.lineage import companion, companions, daughter
from simulation.engine.table import Table

if TYPE_CHECKING:
    from simulation.engine.site import Site
    from simulation.engine.world import World

Floats = NDArray[np.float64]
Lineages = NDArray[np.uint64]
Counts = NDArray[np.int64]

LEAVERS = 256  # beyond the codes of cell types, see `companion`
NOBODY = np.empty(0, dtype=np.int64)

#: rows that ask for anything, by the name of the request: few of many
Asked = Mapping[str, np.ndarray]
#: code of a type, the rows of hosts, and which of its host's each one is
Entering = tuple[int, np.ndarray, np.ndarray]


def turn_over(world: World, columns: Iterable[str]) -> None:
    """Carry out all requests of this tick and clear them.

    world      World    changed in place; its accounts are brought up to date
    columns    names    request columns to which a process may have added in this tick, without prefix
    """
    names = tuple(sorted(columns))
    asked = world.travellers.asked(names)
    arriving = _travellers_leaving_blood(world, asked) if asked else {}
    if any(kind.enters_by in asked for kind in world.types):
        _join(world)
    for site in world.sites:
        wishes = site.cells.asked(names)
        if wishes or site.number in arriving:
            _in_site(world, site, wishes, arriving.get(site.number))
            for name in wishes:
                site.cells.reset(name)
    for name in asked:
        world.travellers.reset(name)


def _asking(table: Table, asked: Asked, effect: Effect) -> np.ndarray:
    """Return the rows that request an effect by whichever column, ascending."""
    rows = [asked[name] for name in table.requests[effect] if name in asked]
    return NOBODY if not rows else rows[0] if len(rows) == 1 else np.unique(np.concatenate(rows))


def _by_lineage(table: Table, rows: np.ndarray) -> np.ndarray:
    return rows[np.argsort(table["lineage"][rows], kind="stable")]


def _one_by_one(rows: np.ndarray, count: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Repeat each row as often as counted; and tell which of its row each one is, from 0."""
    return np.repeat(rows, count), np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)


def _copy(table: Table, rows: np.ndarray, to: Table) -> dict[str, np.ndarray]:
    """Copy the state of rows, for those columns that the other table has too; sums and requests start afresh."""
    return {name: values for name, values in table.state(rows).items() if name in to}


def _travellers_leaving_blood(world: World, asked: Asked) -> dict[int, dict[str, np.ndarray]]:
    """Take the dying and the arriving out of the blood; return what arrives, by site number."""
    t = world.travellers
    dying, arrives = _asking(t, asked, Effect.DEATH), _asking(t, asked, Effect.ARRIVAL)
    if not (len(dying) or len(arrives)):
        return {}
    gone = np.zeros(len(t), dtype=bool)
    gone[dying] = True
    arrives = arrives[~gone[arrives]]
    world.accounts["deaths"][-1] += t["parcel"][dying].sum()
    _report_deaths(world, t, "blood", dying)
    arriving: dict[int, dict[str, np.ndarray]] = {}
    for site in world.sites:
        rows = _by_lineage(t, arrives[t["site"][arrives] == site.number])
        if len(rows):
            arriving[site.number] = _copy(t, rows, site.cells)
            world.accounts["left"][-1] += t["parcel"][rows].sum()
            world.log("arrived", site.name, t, rows, 0.0)
    gone[arrives] = True
    t.drop(np.flatnonzero(gone))
    return arriving


def _join(world: World) -> None:
    """Let cells that come from the blood join the convoys of travellers that let them; these lend them their names."""
    t = world.travellers
    brought = {c.name for kind in world.types for c in kind.columns} - {"convoy"}
    asked = {k.code: t[k.enters_by].astype(np.int64) for k in world.types if k.enters_by and k.enters_by in t}
    for code, wanted in asked.items():
        hosts = _by_lineage(t, np.flatnonzero(wanted > 0))
        if not len(hosts):
            continue
        each, nth = _one_by_one(hosts, wanted[hosts])
        lineage = companions(t["lineage"][each], world.clock.tick, code, nth)
        values: dict[str, np.ndarray | float] = {n: v for n, v in t.state(each).items() if n not in brought}
        values |= world.types[code].values(lineage, Chance.of(world.seed, "founding", 0))
        values |= {"lineage": lineage, "parcel": np.ones(len(each), dtype=np.int64), "births": np.zeros(len(each))}
        world.accounts["arrived"][-1] += len(each)
        made = t.append(len(each), values)
        world.log("joined", "blood", t, np.arange(made.start, made.stop), 0.0)


def _report_deaths(world: World, table: Table, where: str, rows: np.ndarray) -> None:
    if not world.listening:
        return
    left = rows
    for name in table.requests[Effect.DEATH]:
        because = left[table[name][left] > 0]
        world.log(name, where, table, _by_lineage(table, because), 0.0)
        left = left[table[name][left] <= 0]


def _in_site(world: World, site: Site, asked: Asked, arriving: dict[str, np.ndarray] | None) -> None:
    cells, account = site.cells, world.accounts
    gone = np.zeros(len(cells), dtype=bool)
    dying = _asking(cells, asked, Effect.DEATH)
    if len(dying):
        gone[dying] = True
        account["deaths"][site.number] += cells["parcel"][dying].sum()
        _report_deaths(world, cells, site.name, dying)
    # all requests are read before anything is appended, while each still belongs to its row
    leaving, count = _leaving(cells, asked, gone)
    dividing = _asking(cells, asked, Effect.DIVISION)
    if len(dividing):
        stay = cells["parcel"]
        if len(leaving):
            stay = stay.copy()
            stay[leaving] -= count
        dividing = _by_lineage(cells, dividing[~gone[dividing] & (stay[dividing] > 0)])
    entering = _entering(world, cells, asked, gone)

    if len(leaving):
        _depart(world, site, leaving, count)
        gone[leaving[cells["parcel"][leaving] <= 0]] = True
    if len(dividing):
        _divide(world, site, dividing)
    if entering:
        _enter(world, site, entering)
    if arriving:
        cells.append(len(arriving["lineage"]), arriving)
        account["arrived"][site.number] += arriving["parcel"].sum()
    cells.drop(np.flatnonzero(gone))


def _leaving(cells: Table, asked: Asked, gone: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the parcels of which cells leave, in the order of lineage, and how many of each."""
    rows = _asking(cells, asked, Effect.DEPARTURE)
    if len(rows) == 0:
        return NOBODY, NOBODY
    rows = _by_lineage(cells, rows[~gone[rows]])
    amount = np.zeros(len(rows))
    for name in cells.requests[Effect.DEPARTURE]:
        amount += cells[name][rows]
    count = np.minimum(amount, cells["parcel"][rows]).astype(np.int64)
    return rows[count > 0], count[count > 0]


def _entering(world: World, cells: Table, asked: Asked, gone: np.ndarray) -> list[Entering]:
    """Return by type the cells that come from the blood: code, host of each, and which of its host's each one is."""
    found = []
    for kind in world.types:
        hosts = asked.get(kind.enters_by)
        if hosts is not None:
            hosts = _by_lineage(cells, hosts[~gone[hosts]])
            found.append((kind.code, *_one_by_one(hosts, cells[kind.enters_by][hosts].astype(np.int64))))
    return [entering for entering in found if len(entering[1])]


def _depart(world: World, site: Site, rows: np.ndarray, count: np.ndarray) -> None:
    """Let cells of parcels into the blood; the parcel shrinks, and is gone when none of it is left."""
    cells, t = site.cells, world.travellers
    each, nth = _one_by_one(rows, count)
    values = _copy(cells, each, t)
    values["lineage"] = companions(cells["lineage"][each], world.clock.tick, LEAVERS, nth)
    # the last of a parcel keeps its name, so that with parcels of one a traveller is the cell that left
    last = count[np.repeat(np.arange(len(rows)), count)] - 1 == nth
    whole = np.repeat(count == cells["parcel"][rows], count)
    values["lineage"][last & whole] = cells["lineage"][each][last & whole]
    values["births"] = np.where(last & whole, cells["births"][each], 0).astype(np.uint32)
    values["parcel"] = np.ones(len(each), dtype=np.int64)
    values["convoy"] = np.where((nth == 0) & (values["convoy"] > 0), values["convoy"], values["lineage"])
    values["site"] = np.full(len(each), site.number, dtype=np.int64)
    values["origin"] = np.full(len(each), site.number, dtype=np.int64)
    cells["parcel"][rows] -= count
    world.accounts["left"][site.number] += count.sum()
    world.accounts["arrived"][-1] += count.sum()
    made = t.append(len(each), values)
    world.log("departed", site.name, t, np.arange(made.start, made.stop), 0.0)


def _divide(world: World, site: Site, born: np.ndarray) -> None:
    """Put a daughter beside each mother, at half a radius in a direction of the mother's own luck."""
    cells, chance = site.cells, Chance.of(world.seed, "division", world.clock.tick)
    made = cells.divide(born)
    _part(
        born, made.start, site.lattice.dimension, site.lattice.extent, chance.key, chance.tick, cells["lineage"],
        cells["births"], cells["radius"], cells["x"], cells["y"], cells["z"],
    )  # fmt: skip
    world.accounts["births"][site.number] += cells["parcel"][born].sum()
    world.log("born", site.name, cells, np.arange(made.start, made.stop), 0.0)


@kernel
def _part(
    mothers: Counts,
    first: int,
    dimension: int,
    extent: tuple[float, float, float],
    key: np.uint64,
    tick: int,
    lineage: Lineages,
    births: NDArray[np.uint32],
    radius: Floats,
    x: Floats,
    y: Floats,
    z: Floats,
) -> None:
    """Name daughters, which stand from row `first` on, and move each pair apart as far as the walls (um) let them."""
    for i in range(mothers.size):
        mother, its = mothers[i], first + i
        dx, dy, dz = direction(key, tick, lineage[mother], 0, dimension)
        births[mother] += np.uint32(1)
        lineage[its], births[its] = daughter(lineage[mother], int(births[mother])), 0
        half = 0.5 * radius[mother]
        x[its], x[mother] = within(x[mother] + half * dx, extent[0]), within(x[mother] - half * dx, extent[0])
        y[its], y[mother] = within(y[mother] + half * dy, extent[1]), within(y[mother] - half * dy, extent[1])
        z[its], z[mother] = within(z[mother] + half * dz, extent[2]), within(z[mother] - half * dz, extent[2])


@kernel
def within(position: float, wall: float) -> float:
    """Keep a coordinate between 0 and the far wall."""
    return min(max(position, 0.0), wall)


def _enter(world: World, site: Site, entering: list[Entering]) -> None:
    """Let cells in from the blood, beside the cells that let them in; these lend them their names."""
    cells, founding = site.cells, Chance.of(world.seed, "founding", 0)
    chance = Chance.of(world.seed, "entry", world.clock.tick)
    first = cells.append(sum(len(each) for _, each, _ in entering), {}).start
    lineage, parcel = cells["lineage"], cells["parcel"]
    for code, each, nth in entering:
        made = slice(first, first + len(each))
        _come(
            each, nth, first, code, site.lattice.dimension, site.lattice.extent, chance.key, chance.tick, lineage,
            parcel, cells["radius"], cells["x"], cells["y"], cells["z"],
        )  # fmt: skip
        for name, value in world.types[code].values(lineage[made], founding).items():
            cells[name][made] = value
        world.accounts["arrived"][site.number] += parcel[made].sum()
        world.log("entered", site.name, cells, np.arange(made.start, made.stop), 0.0)
        first = made.stop


@kernel
def _come(
    hosts: Counts,
    nth: Counts,
    first: int,
    code: int,
    dimension: int,
    extent: tuple[float, float, float],
    key: np.uint64,
    tick: int,
    lineage: Lineages,
    parcel: Counts,
    radius: Floats,
    x: Floats,
    y: Floats,
    z: Floats,
) -> None:
    """Name cells of one type, which stand from row `first` on, and put each on its host's surface (um)."""
    for i in range(hosts.size):
        host, its = hosts[i], first + i
        name = companion(lineage[host], tick, code, nth[i])
        dx, dy, dz = direction(key, tick, name, 0, dimension)
        lineage[its], parcel[its] = name, parcel[host]
        x[its] = within(x[host] + radius[host] * dx, extent[0])
        y[its] = within(y[host] + radius[host] * dy, extent[1])
        z[its] = within(z[host] + radius[host] * dz, extent[2])
