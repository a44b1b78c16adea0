"""A snapshot: every cell at one moment, in all sites and in the blood, as one table in an order of its own."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from simulation.engine.table import Table
from simulation.engine.world import World

#: what is kept of a cell, where it has it; numbers with single precision, names in full
KEPT = (
    "x", "y", "z", "radius", "age", "cycle", "icam1", "nfkb", "stat3", "emt", "o2_here", "pressure", "crowding",
    "ecadherin", "detached", "enclosure", "damage", "antigenicity", "mhc1", "bonds", "contact_time", "caf", "injury",
    "oval_active", "dormant", "arrested", "in_blood", "shear_rate",
)  # fmt: skip
NAMES = ("lineage", "partner", "convoy", "colony")


def cell_table(world: World) -> pa.Table:
    """Return every cell: site by site, then the blood, each in the order of lineage.

    returns    columns time_day, site, cell_type, parcel, NAMES, KEPT; each with its unit and meaning
    """
    places: list[tuple[str, Table]] = [(s.name, s.cells) for s in world.sites]
    places.append(("blood", world.travellers))
    orders = [table.order() for _, table in places]
    sizes = [len(order) for order in orders]
    columns: list[pa.Array] = [pa.array(np.full(sum(sizes), world.clock.days))]
    schema = [pa.field("time_day", pa.float64(), metadata={"unit": "day", "meaning": "time since the start"})]

    def add(name: str, array: pa.Array, unit: str, meaning: str) -> None:
        columns.append(array)
        schema.append(pa.field(name, array.type, metadata={"unit": unit, "meaning": meaning}))

    def gather(name: str, dtype: str) -> np.ndarray:
        parts = [
            table[name][order].astype(dtype) if name in table else np.full(len(order), 0, dtype=dtype)
            for (_, table), order in zip(places, orders, strict=True)
        ]
        return np.concatenate(parts)

    site = pa.DictionaryArray.from_arrays(
        np.repeat(np.arange(len(places), dtype=np.int32), sizes), [name for name, _ in places]
    )
    add("site", site, "1", "site, or blood")
    kinds = pa.DictionaryArray.from_arrays(gather("cell_type", "int32"), [t.name for t in world.types])
    add("cell_type", kinds, "1", "cell type")
    add("parcel", pa.array(gather("parcel", "int64")), "1", "cells the agent stands for")
    known = {name: column for _, table in places for name, column in table.columns.items()}
    for name in NAMES:
        if name in known:
            add(name, pa.array(gather(name, "uint64")), known[name].unit, known[name].meaning)
    for name in KEPT:
        if name in known:
            add(name, pa.array(gather(name, "float32")), known[name].unit, known[name].meaning)
    return pa.table(columns, schema=pa.schema(schema))
