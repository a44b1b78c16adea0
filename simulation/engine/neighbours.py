"""Who is near whom: a counting-sort cell list that every pair loop of a site walks.

The box is cut into bins no narrower than the longest interaction, so that all partners of a cell lie in its own bin and
the bins around it (9 on a slab, 27 in a block). Bins are numbered like the voxels of a C-ordered (nx, ny, nz) field, so
a list built with `side` = voxel width also says which cells are in which voxel. A cell's place in the list is its
*slot*: slots are ordered by bin and, within a bin, by lineage. Walking slots therefore meets the same cells in the same
order whatever the order of the table's rows, which is what keeps sums over neighbours the same to the bit.

The fused pair loop. Bins next to each other along the last axis are next to each other in memory, so the 9 or 27 bins
are 3 or 9 unbroken *runs* of slots. A kernel reads partners by slot and writes only its own row:

    @parallel_kernel
    def crowd(cells, radius, crowding):
        around = runs(cells)
        for slot in prange(cells.rows.size):
            n = 0
            place = home(cells, slot)
            for r in range(around):
                first, last = run(cells, place, r)
                for other in range(first, last):
                    if other != slot and square_distance(cells, slot, other) < radius * radius:
                        n += 1
            crowding[cells.rows[slot]] = n

`runs` is asked once, before the loop: asked in `range(runs(cells))`, every cell would count references to all arrays of
the list, which costs ten times the walk (measured). A very hot loop may walk
`range(np.uint64(first), np.uint64(last))`: unsigned slots spare every access a test for an index counted from the end
(10 to 17 % of the force loop, measured), but must not meet signed numbers in arithmetic.

`later_neighbours` lists the pairs of a stretch of bins once, for a loop that does a lot with each pair.

Cells of one voxel, in lineage order: `cells.rows[cells.start[v]:cells.start[v + 1]]`.

Source of the method: linked-cell search, Allen and Tildesley, Computer Simulation of Liquids (recalled).
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.engine.errors import ContractError, NumericalError
from simulation.engine.kernel import inlined, kernel
from simulation.engine.lattice import index_along
from simulation.engine.longer import longer

Floats = NDArray[np.float64]
Indices = NDArray[np.int32]
Lineages = NDArray[np.uint64]


class CellList(NamedTuple):
    """One built list; a tuple of arrays, so that it goes into kernels as it is.

    name          shape        unit  meaning
    start         n_bins + 1   1     bin b holds the slots start[b] ... start[b + 1] - 1
    rows          n            1     table row of each slot
    bins          n            1     bin of each slot
    bin_of        n            1     bin of each table row
    x, y, z       n            um    positions by slot
    lineage       n            1     lineages by slot
    nx, ny, nz    int          1     number of bins along x, y, z
    wx, wy, wz    float        um    width of a bin along x, y, z
    """

    start: Indices
    rows: Indices
    bins: Indices
    bin_of: Indices
    x: Floats
    y: Floats
    z: Floats
    lineage: Lineages
    nx: int
    ny: int
    nz: int
    wx: float
    wy: float
    wz: float

    @property
    def shape(self) -> tuple[int, int, int]:
        """Number of bins along x, y, z."""
        return self.nx, self.ny, self.nz

    @property
    def width(self) -> tuple[float, float, float]:
        """Width of a bin along x, y, z, um."""
        return self.wx, self.wy, self.wz

    @staticmethod
    def build(
        x: Floats,
        y: Floats,
        z: Floats,
        lineage: Lineages,
        *,
        side: float,
        extent: tuple[float, float, float],
        order: Indices | None = None,
    ) -> CellList:
        """Sort cells into bins of at least `side`.

        x, y, z   n    um   positions; those outside the box count for the bin at its edge
        lineage   n    1    identities, all different
        side           um   narrowest bin: the longest interaction, or the voxel width
        extent    3    um   size of the box from the origin; an axis shorter than two sides gets one bin (a slab: z)
        order     n         all rows, best in the order in which an earlier list had them: less is left to be sorted

        Returns the list. An extent of a whole number of sides gives bins of exactly `side`, those of the lattice.
        Errors: ContractError for a side or extent that is not positive, NumericalError for a position that is not
        finite.
        """
        n = x.size
        (nx, wx), (ny, wy), (nz, wz) = _bins(side, extent)
        cells = CellList(
            np.empty(nx * ny * nz + 1, np.int32), np.empty(n, np.int32), np.empty(n, np.int32), np.empty(n, np.int32),
            np.empty(n), np.empty(n), np.empty(n), np.empty(n, np.uint64), nx, ny, nz, wx, wy, wz,
        )  # fmt: skip
        fault = _sort(x, y, z, lineage, np.arange(n, dtype=np.int32) if order is None else order, cells)
        if fault >= 0:
            raise NumericalError(
                f"cell {int(lineage[fault])} is at ({x[fault]}, {y[fault]}, {z[fault]})",
                where="neighbours",
                expected="expected finite positions",
            )
        return cells

    def holds(self, x: Floats, y: Floats, z: Floats) -> bool:
        """Tell whether cells, in the rows they had, still are where the list saw them; um, to the bit."""
        return bool(_unmoved(self.rows, self.x, self.y, self.z, x, y, z))


@lru_cache(maxsize=64)
def _bins(side: float, extent: tuple[float, float, float]) -> tuple[tuple[int, float], ...]:
    """Number and width of the bins along each axis, derived from these numbers alone."""
    if not side > 0.0 or not min(extent) > 0.0 or not math.isfinite(max(extent)):
        raise ContractError(
            f"bins of side {side} in a box of {extent}",
            where="neighbours",
            expected="expected positive, finite lengths",
        )
    return tuple(_cut(length, side) for length in extent)


def _cut(length: float, side: float) -> tuple[int, float]:
    """Number and width of the bins along one axis; the width is `side` to the bit where it divides the length."""
    n = max(1, math.floor(length / side * (1.0 + 1e-12)))
    return n, side if abs(n * side - length) <= 1e-12 * length else length / n


@inlined
def runs(cells: CellList) -> int:
    """How many runs of slots surround a bin: 3 if one bin is enough along an outer axis (a slab), else 9."""
    return 3 if cells.nz == 1 or cells.nx == 1 else 9


@inlined
def home(cells: CellList, slot: int) -> tuple[int, int, int]:
    """Place of a cell's bin as plane, line, column; once per cell, since it costs a division.

    On a slab, y takes the part of the last axis: it is the one along which bins are neighbours in memory.
    """
    columns = cells.ny if cells.nz == 1 else cells.nz
    here = cells.bins[slot]
    line = here // columns
    if cells.nz == 1 or cells.nx == 1:
        return 0, line, here - line * columns
    plane = line // cells.ny
    return plane, line - plane * cells.ny, here - line * columns


@inlined
def home_of_bin(cells: CellList, here: int) -> tuple[int, int, int]:
    """Place of a bin by its number, as `home` gives that of a cell's."""
    columns = cells.ny if cells.nz == 1 else cells.nz
    line = here // columns
    if cells.nz == 1 or cells.nx == 1:
        return 0, line, here - line * columns
    plane = line // cells.ny
    return plane, line - plane * cells.ny, here - line * columns


@inlined
def run(cells: CellList, place: tuple[int, int, int], r: int) -> tuple[int, int]:
    """First slot and one past the last slot of the r-th run of bins around `place`; equal where the box ends."""
    planes, lines, columns = cells.nx, cells.ny, cells.nz
    if columns == 1:
        planes, lines, columns = 1, planes, lines
    plane, line, column = place
    line += r % 3 - 1
    if planes > 1:
        plane += r // 3 - 1
    if line < 0 or line >= lines or plane < 0 or plane >= planes:
        return 0, 0
    base = (plane * lines + line) * columns
    left = base + max(column - 1, 0)
    right = base + min(column + 1, columns - 1)
    return cells.start[left], cells.start[right + 1]


@inlined
def square_distance(cells: CellList, slot: int, other: int) -> float:
    """Square of the distance between two cells given by slot, um^2."""
    dx, dy, dz = cells.x[other] - cells.x[slot], cells.y[other] - cells.y[slot], cells.z[other] - cells.z[slot]
    return float(dx * dx + dy * dy + dz * dz)


@inlined
def slot_of(cells: CellList, row: int) -> int:
    """Slot of a table row, looked for in its bin."""
    slot = cells.start[cells.bin_of[row]]
    while cells.rows[slot] != row:
        slot += 1
    return int(slot)


@inlined
def fits(cells: CellList, radius: float) -> bool:
    """Tell whether bins are wide enough for a search within `radius` (um): what `require` asks for, in a kernel."""
    slack = 1.0 + 1e-9
    return not (
        (cells.nx > 1 and radius > cells.wx * slack)
        or (cells.ny > 1 and radius > cells.wy * slack)
        or (cells.nz > 1 and radius > cells.wz * slack)
    )


def require(cells: CellList, radius: float) -> None:
    """Raise a ContractError if the list's bins are too narrow for a search within `radius` (um)."""
    narrowest = min((w for w, n in zip(cells.width, cells.shape, strict=True) if n > 1), default=math.inf)
    if radius > narrowest * (1.0 + 1e-9):
        raise ContractError(
            f"a search within {radius} um in bins of {narrowest} um",
            where="neighbours",
            expected="expected bins at least as wide as the search",
            remedy="build the list with a larger side",
        )


def count_within(cells: CellList, radius: float) -> NDArray[np.int64]:
    """How many other cells are nearer than `radius` (um), by table row. ContractError if bins are narrower."""
    require(cells, radius)
    count = np.zeros(cells.rows.size, np.int64)
    _count_within(cells, radius, count)
    return count


def pairs_within(cells: CellList, radius: float) -> NDArray[np.int64]:
    """Every pair nearer than `radius` (um), once: (n_pairs, 2) table rows, the lower lineage first, in slot order.

    For small tables, tests and pictures; a process fuses its own loop instead. ContractError if bins are narrower.
    """
    require(cells, radius)
    total = int(count_within(cells, radius).sum()) // 2
    pairs = np.empty((total, 2), np.int64)
    _pairs_within(cells, radius, pairs)
    return pairs


@kernel
def _count(x: Floats, y: Floats, z: Floats, cells: CellList) -> int:
    """Give each row its bin; leave in start[b] one past the last slot of bin b. Returns a faulty row or -1."""
    start, bin_of = cells.start, cells.bin_of
    nx, ny, nz, wx, wy, wz = cells.nx, cells.ny, cells.nz, cells.wx, cells.wy, cells.wz
    start[:] = 0
    for i in range(x.size):
        if not math.isfinite(x[i] + y[i] + z[i]):
            return i
        b = (index_along(x[i], wx, nx) * ny + index_along(y[i], wy, ny)) * nz + index_along(z[i], wz, nz)
        bin_of[i] = b
        start[b] += 1
    end = 0
    for b in range(start.size):
        end += start[b]
        start[b] = end
    return -1


@kernel
def _fill(start: Indices, bin_of: Indices, lineage: Lineages, order: Indices, rows: Indices, key: Lineages) -> None:
    """Put rows into their bins from the back, which leaves in start[b] the first slot of bin b."""
    for i in order[::-1]:
        slot = start[bin_of[i]] - 1
        start[bin_of[i]] = slot
        rows[slot] = i
        key[slot] = lineage[i]


@kernel
def _order(start: Indices, rows: Indices, key: Lineages, bins: Indices) -> None:
    """Sort each bin by lineage: insertion sort, reached by halving gaps where a bin is crowded."""
    for b in range(start.size - 1):
        first, last = start[b], start[b + 1]
        gap = 1
        while 9 * gap < last - first:
            gap = 3 * gap + 1
        while gap > 0:
            for slot in range(first + gap, last):
                row, lineage = rows[slot], key[slot]
                hole = slot
                while hole >= first + gap and key[hole - gap] > lineage:
                    rows[hole], key[hole] = rows[hole - gap], key[hole - gap]
                    hole -= gap
                rows[hole], key[hole] = row, lineage
            gap //= 3
        for slot in range(first, last):
            bins[slot] = b


@kernel
def _gather(x: Floats, y: Floats, z: Floats, rows: Indices, by_x: Floats, by_y: Floats, by_z: Floats) -> None:
    for slot in range(rows.size):
        row = rows[slot]
        by_x[slot], by_y[slot], by_z[slot] = x[row], y[row], z[row]


@kernel
def _unmoved(rows: Indices, by_x: Floats, by_y: Floats, by_z: Floats, x: Floats, y: Floats, z: Floats) -> bool:
    for slot in range(rows.size):
        row = rows[slot]
        if by_x[slot] != x[row] or by_y[slot] != y[row] or by_z[slot] != z[row]:
            return False
    return True


@kernel
def _sort(x: Floats, y: Floats, z: Floats, lineage: Lineages, order: Indices, cells: CellList) -> int:
    """Fill the list; one call, since calls are what a small table's list costs. Returns a faulty row or -1."""
    fault = _count(x, y, z, cells)
    if fault < 0:
        _fill(cells.start, cells.bin_of, lineage, order, cells.rows, cells.lineage)
        _order(cells.start, cells.rows, cells.lineage, cells.bins)
        _gather(x, y, z, cells.rows, cells.x, cells.y, cells.z)
    return fault


@kernel
def _count_within(cells: CellList, radius: float, count: NDArray[np.int64]) -> None:
    around = runs(cells)
    for slot in range(cells.rows.size):
        n = 0
        place = home(cells, slot)
        for r in range(around):
            first, last = run(cells, place, r)
            for other in range(first, last):
                if other != slot and square_distance(cells, slot, other) < radius * radius:
                    n += 1
        count[cells.rows[slot]] = n


@kernel
def _pairs_within(cells: CellList, radius: float, pairs: NDArray[np.int64]) -> None:
    n = 0
    around = runs(cells)
    for slot in range(cells.rows.size):
        place = home(cells, slot)
        for r in range(around):
            first, last = run(cells, place, r)
            for other in range(first, last):
                before = cells.lineage[slot] < cells.lineage[other]
                if before and square_distance(cells, slot, other) < radius * radius:
                    pairs[n, 0], pairs[n, 1] = cells.rows[slot], cells.rows[other]
                    n += 1


class Pairs(NamedTuple):
    """Pairs of cells, each from its lower slot.

    begins    m + 1   1    place where the pairs of the i-th lower slot begin; the last is their number
    lower     k       1    slots, ascending; no more than that number counts, as in `upper`
    upper     k       1    slots, ascending for each lower one
    """

    begins: Indices
    lower: Indices
    upper: Indices


@kernel
def later_neighbours(cells: CellList, radius: Floats, reach: float, first_bin: int, last_bin: int, start: int) -> Pairs:
    """Find each pair of cells nearer than `reach` times the sum of their radii, once, from its lower slot.

    cells              in bins at least as wide as the farthest such pair
    radius    n   um   by slot
    reach         1
    first_bin     1    lower slots are those of bins first_bin ... last_bin - 1
    last_bin      1
    start         1    higher slots are start ... n - 1

    A bin's cells share their candidates: of the cells around, those that are near enough to the box they span.
    """
    n, around, begin = cells.rows.size, runs(cells), cells.start[first_bin]
    x, y, z = cells.x, cells.y, cells.z
    near, who = np.empty((n + 1, 4)), np.empty(n + 1, np.int32)  # a bin's candidates: x, y, z, radius; and their slots
    begins = np.empty(cells.start[last_bin] - begin + 1, np.int32)
    lower, upper = np.empty(4 * begins.size, np.int32), np.empty(4 * begins.size, np.int32)
    k = np.uint64(0)
    for b in range(first_bin, last_bin):
        first, last = cells.start[b], cells.start[b + 1]
        if first == last:
            continue
        x_max, most = x[first], radius[first]
        y_min, y_max, z_min, z_max = y[first], y[first], z[first], z[first]
        m = np.uint64(0)
        for slot in range(np.uint64(first), np.uint64(last)):
            x_max, most = max(x_max, x[slot]), max(most, radius[slot])
            y_min, y_max = min(y_min, y[slot]), max(y_max, y[slot])
            z_min, z_max = min(z_min, z[slot]), max(z_max, z[slot])
            near[m, 0], near[m, 1], near[m, 2], near[m, 3], who[m] = x[slot], y[slot], z[slot], radius[slot], slot
            m += np.uint64(first >= start)
        own = reach * most + 1e-6 * cells.wx  # more than rounding can take away
        y_mid, z_mid = 0.5 * (y_min + y_max), 0.5 * (z_min + z_max)
        y_far, z_far, x_far = y_max - y_mid + own, z_max - z_mid + own, x_max + own
        place = home(cells, first)
        for nth in range(around // 2, around):
            one, past = run(cells, place, nth)
            for other in range(np.uint64(max(one, last, start)), np.uint64(past)):
                x_j, y_j, z_j, r_j = x[other], y[other], z[other], radius[other]
                near[m, 0], near[m, 1], near[m, 2], near[m, 3], who[m] = x_j, y_j, z_j, r_j, other
                its = reach * r_j
                m += np.uint64(
                    (x_j - its < x_far) & (abs(y_j - y_mid) - its < y_far) & (abs(z_j - z_mid) - its < z_far)
                )
        if int(k) + int(m) * (last - first) > upper.size:
            room = 2 * upper.size + int(m) * (last - first)
            lower, upper = longer(lower, room), longer(upper, room)
        own_first = np.uint64(1 if first >= start else 0)
        for i in range(np.uint64(last - first)):
            low = np.uint64(first) + i
            begins[low - np.uint64(begin)] = k
            x_i, y_i, z_i, r_i = x[low], y[low], z[low], radius[low]
            # Every candidate is written down, and kept by a sum: a branch would be guessed wrongly at each contact.
            for j in range(own_first * (i + np.uint64(1)), m):
                dx, dy, dz = near[j, 0] - x_i, near[j, 1] - y_i, near[j, 2] - z_i
                farthest = reach * (r_i + near[j, 3])
                lower[k], upper[k] = low, who[j]
                k += np.uint64(dx * dx + dy * dy + dz * dz < farthest * farthest)
    begins[-1] = k
    return Pairs(begins, lower, upper)
