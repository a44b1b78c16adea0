"""Parameters that arms and contexts already name while the processes that have them are being built.

Every path here is left out of arms and contexts as they are offered; a path that is neither here nor anywhere else is
an error. A path leaves the list when its parameter exists.
"""

from __future__ import annotations

PENDING = frozenset(
    {
        "cells.tumour_cell.lfa1",
        "processes.aggregation.homophilic",
        "processes.angiogenesis.sprouting",
        "processes.arrest.bridge_weight",
        "processes.efferocytosis.brake",
        "processes.icam1_binding.nk_floor",
        "processes.killing.nk_floor",
        "tissue.liver_nodule.kupffer_cells",
        "tissue.liver_nodule.neutrophils",
        "tissue.liver_nodule.nk_cells",
        "tissue.liver_nodule.stem_boost",
        "tissue.liver_nodule.tumour_macrophages",
    }
)
