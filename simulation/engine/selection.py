"""A few chosen cells of a cell list, walked by run: for pair loops in which one side is rare.

A kernel that looks from every cell for rare partners would meet mostly others. Chosen slots are kept in slot order,
with the number of chosen ones before each slot, so that the chosen of a run of slots are one unbroken range:

    first, last = run(cells, place, r)
    for k in range(chosen.before[first], chosen.before[last]):
        other = chosen.slots[k]

They are met in the same order as in a walk of all slots, whatever the order of the table's rows.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.engine.kernel import kernel
from simulation.engine.neighbours import CellList


class Selection(NamedTuple):
    """Chosen slots of one cell list.

    name      shape    unit  meaning
    before    n + 1    1     how many chosen slots come before each slot; the last is their number
    slots     k        1     chosen slots, ascending
    """

    before: NDArray[np.int32]
    slots: NDArray[np.int32]


def select(cells: CellList, chosen: NDArray[np.bool_]) -> Selection:
    """Choose cells by table row.

    cells     CellList    of the table
    chosen    n    1      True for the rows to be met
    """
    before = np.empty(cells.rows.size + 1, np.int32)
    slots = np.empty(int(np.count_nonzero(chosen)), np.int32)
    _select(cells.rows, chosen, before, slots)
    return Selection(before, slots)


@kernel
def _select(
    rows: NDArray[np.int32], chosen: NDArray[np.bool_], before: NDArray[np.int32], slots: NDArray[np.int32]
) -> None:
    k = 0
    for slot in range(rows.size):
        before[slot] = k
        if chosen[rows[slot]]:
            slots[k] = slot
            k += 1
    before[rows.size] = k
