"""What a voxel has besides substances: matrix, capsule, and which organ's vessels run through it."""

from __future__ import annotations

from simulation.engine.column import Column
from simulation.vocabulary.cytokines import SOURCE_COLUMNS, VOXEL_COLUMNS

COLUMNS = (
    *VOXEL_COLUMNS,
    *SOURCE_COLUMNS,
    Column("ecm", "1", "density of interstitial matrix, 1 = dense collagen", start=0.3, bounds=(0, 1)),
    Column("capsule", "1", "integrity of the capsule: 0 no or broken capsule, 1 intact", bounds=(0, 1)),
    Column("capsule_wall", "1", "1 where the capsule was laid down, 0 elsewhere", bounds=(0, 1)),
    Column("capsule_edge", "1", "1 on the outer edge of the capsule, 0 elsewhere", bounds=(0, 1)),
    Column("enclosing", "1", "voxel of the capsule's edge that encloses this one, -1 outside", start=-1, dtype="int64"),
    Column("breached", "1", "1 once the capsule has given way here", bounds=(0, 1)),
    Column("injury", "1", "injured parenchyma, 0 healthy ... 1 destroyed", bounds=(0, 1)),
    Column("bodies", "1", "cells that died here since the start", bounds=(0, 1e12)),
    Column("bodies_seen", "1", "of these, those that macrophages have come to know", bounds=(0, 1e12)),
    Column("debris", "1", "apoptotic bodies not yet cleared, in cells", bounds=(0, 1e9)),
)
