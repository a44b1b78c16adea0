"""What a run keeps while it goes: summary rows, events, snapshots of cells, fields; and how to go on after a cut.

    summary.parquet               one row per kept time: observables, running counts of events, digest of the world
    events/part-NNNNNN.parquet    what happened to whom, where and when
    cells/part-NNNNNN.parquet     every cell at one moment
    fields.zarr                   substances, matrix and capsule of the first site

Events gather in memory and are written as whole parts, at checkpoints and when many; where a part ends depends on
simulated time and on what happened alone, so that a run that was cut and resumed leaves the same bytes.

Here only copies are made of what is to be kept; to hash, pack and write them is handed on, to be done beside the run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from simulation.engine.clock import Clock
from simulation.engine.column import Kind
from simulation.engine.digest import digest_of
from simulation.engine.errors import InputError
from simulation.engine.field_series import FieldSeries
from simulation.engine.storage import listing, make_folder, remove, write_table
from simulation.engine.world import World
from simulation.observables import quantities
from simulation.runs.beside import at_once
from simulation.runs.snapshot import cell_table

EVENTS_PER_PART = 50_000
DIGITS = 16  # of a digest, in the summary

#: kinds of event that the summary counts: name in the summary, kind, meaning
COUNTED = (
    ("kills", "killed", "cells killed by cytotoxic cells since the start"),
    ("departures", "departed", "cells that entered the blood since the start"),
    ("arrivals", "arrived", "cells that left the blood into tissue since the start"),
    ("entries", "entered", "lymphocytes that entered tissue since the start"),
    ("pairings", "joined", "neutrophils that took hold of a tumour cell in the blood since the start"),
    ("detachments", "detached", "times a cell was torn loose since the start"),
)

EVENT_COLUMNS = {
    "tick": (pa.int64(), "1", "tick in which it happened"),
    "time_day": (pa.float64(), "day", "beginning of that tick"),
    "site": (pa.dictionary(pa.int32(), pa.string()), "1", "site, or blood"),
    "kind": (pa.dictionary(pa.int32(), pa.string()), "1", "what happened"),
    "lineage": (pa.uint64(), "1", "name of the cell; 0 for an event of a place"),
    "cell_type": (pa.dictionary(pa.int32(), pa.string()), "1", "its type; empty for an event of a place"),
    "parcel": (pa.int64(), "1", "cells the agent stands for"),
    "x": (pa.float32(), "um", "position"),
    "y": (pa.float32(), "um", "position"),
    "z": (pa.float32(), "um", "position"),
    "convoy": (pa.uint64(), "1", "name shared by cells that travel together, 0 = none"),
    "value": (pa.float64(), "1", "one number that goes with the event"),
}


@dataclass(frozen=True)
class Recording:
    """What is kept how often, in ticks; 0 = never.

    every         ticks    summary rows
    cells         ticks    snapshots of every cell
    fields        ticks    fields of the first site
    checkpoint    ticks    checkpoints, and ends of parts
    events        bool     whether the event log is kept
    """

    every: int = 1
    cells: int = 0
    fields: int = 0
    checkpoint: int = 0
    events: bool = True

    @classmethod
    def of(cls, clock: Clock, every: str, cells: str = "", fields: str = "", checkpoint: str = "") -> Recording:
        """Read periods such as "6 h"; an empty one means never."""
        spans = {"record.every": every, "record.cells": cells, "record.fields": fields, "checkpoint": checkpoint}
        ticks = {what: clock.ticks_in(span, what) if span else 0 for what, span in spans.items()}
        if not ticks["record.every"]:
            raise InputError("a run keeps at least a summary", where="record.every", expected='expected such as "6 h"')
        return cls(ticks["record.every"], ticks["record.cells"], ticks["record.fields"], ticks["checkpoint"])


def field_of(name: str, kind: pa.DataType, unit: str, meaning: str) -> pa.Field:
    """Make a column of a file that carries its own unit and meaning."""
    return pa.field(name, kind, metadata={"unit": unit, "meaning": meaning})


class Recorder:
    """Listens to a world and writes into a run's folder.

    folder       Path        the run's folder; exists
    world        World       from now on listened to
    recording    Recording
    do           function    takes a task and does it now or later, one after another, as `Beside.do`
    """

    def __init__(
        self,
        folder: Path,
        world: World,
        recording: Recording,
        do: Callable[[Callable[[], Any]], Future[Any]] = at_once,
    ) -> None:
        self.folder, self.world, self.recording, self.do = folder, world, recording, do
        self.n_events = 0
        self._counts = dict.fromkeys((name for name, _, _ in COUNTED), 0)
        self._summary: dict[str, list[Any]] = {}  # digests may still be on their way
        self._meanings: dict[str, tuple[str, str]] = {}
        self._pending: list[dict[str, np.ndarray]] = []
        self._n_pending = 0
        self._parts = {"events": 0, "cells": 0}
        self._fields: FieldSeries | None = None
        self._times: list[float] = []
        self._published = 0
        world.listening = True
        world.happenings.clear()
        for part in self._parts:
            make_folder(folder / part)

    # ---- looking ----

    def begin(self) -> None:
        """Keep the first moment, before the first tick."""
        self._keep_due()

    def after_tick(self) -> None:
        """Fetch what happened in the tick that has just ended, and keep what is due."""
        self._listen()
        self._keep_due()
        tick, r = self.world.clock.tick, self.recording
        if self._n_pending >= EVENTS_PER_PART or (r.checkpoint and tick % r.checkpoint == 0):
            self._close_part()

    def finish(self) -> None:
        """Keep the last moment and bring everything to disk; the run is complete."""
        if self._summary.get("tick", [-1])[-1] != self.world.clock.tick:
            self._keep_summary()
        self._close_part()
        self.publish()

    def pause(self) -> None:
        """Bring everything to disk so that it can be read; `snapshot` knows how to go on from before."""
        if self._pending:
            self._write_events(self._parts["events"])
        self.publish()

    def publish(self) -> None:
        """Write the summary as it stands now."""
        rows = len(self._summary.get("tick", ()))
        if rows and rows != self._published:
            so_far, meanings = {k: list(v) for k, v in self._summary.items()}, dict(self._meanings)
            self.do(lambda: write_table(self.folder / "summary.parquet", summary_table(so_far, meanings)))
            self._published = rows

    def summary(self) -> pa.Table:
        """Return the summary so far, each column with its unit and meaning."""
        return summary_table(self._summary, self._meanings)

    def digest(self) -> str:
        """Return the digest of the world as it is now, which the summary may know."""
        last = self._summary["digest"][-1] if self._summary.get("tick", [-1])[-1] == self.world.clock.tick else None
        return str(last.result()) if isinstance(last, Future) else self.world.digest()

    # ---- keeping ----

    def _keep_due(self) -> None:
        tick, r = self.world.clock.tick, self.recording
        for period, keep in ((r.every, self._keep_summary), (r.cells, self._keep_cells), (r.fields, self._keep_fields)):
            if period and tick % period == 0:
                keep()

    def _keep_summary(self) -> None:
        clock, state = self.world.clock, list(self.world.pieces())
        row: dict[str, tuple[Any, str, str]] = {
            "tick": (clock.tick, "1", "ticks since the start"),
            "time_day": (clock.days, "day", "time since the start"),
            "digest": (self.do(lambda: digest_of(state)), "1", "first digits of the SHA-256 of all that changes"),
        }
        row |= {q.name: (float(q.value), q.unit, q.meaning) for q in quantities(self.world)}
        row |= {name: (float(self._counts[name]), "1", meaning) for name, _, meaning in COUNTED}
        for name, (value, unit, meaning) in row.items():
            self._summary.setdefault(name, []).append(value)
            self._meanings[name] = (unit, meaning)

    def _keep_cells(self) -> None:
        path, table = self.folder / "cells" / part_name(self._parts["cells"]), cell_table(self.world)
        self.do(lambda: write_table(path, table))
        self._parts["cells"] += 1

    def _keep_fields(self) -> None:
        site = self.world.sites[0]
        names = field_names(self.world)
        if self._fields is None:
            self._fields = self._open_fields()
        stack = np.stack([site.voxels[n].reshape(site.lattice.shape) for n in names]).astype(np.float32)
        fields, day = self._fields, self.world.clock.days
        self._times.append(day)
        self.do(lambda: fields.append(day, stack))

    def _open_fields(self) -> FieldSeries:
        site = self.world.sites[0]
        units = {n: site.voxels.columns[n].unit for n in field_names(self.world)}
        return FieldSeries(self.folder / "fields.zarr", units, site.lattice.shape, site.lattice.side, self._times)

    # ---- events ----

    def _listen(self) -> None:
        happenings, self.world.happenings = self.world.happenings, []
        if not happenings:
            return
        by_kind = {kind: name for name, kind, _ in COUNTED}
        for h in happenings:
            self.n_events += len(h["lineage"])
            if h["kind"] in by_kind:
                self._counts[by_kind[h["kind"]]] += int(h["parcel"].sum())
            if self.recording.events:
                self._pending.append(self._tidy(h))
                self._n_pending += len(h["lineage"])

    def _tidy(self, h: dict[str, Any]) -> dict[str, np.ndarray]:
        """Bring one happening into the order of lineage, so that the order of rows leaves no trace."""
        k = len(h["lineage"])
        order = np.argsort(h["lineage"], kind="stable")
        names = np.array([t.name for t in self.world.types] or [""])
        place_only = h["lineage"] == 0
        columns = {
            "tick": np.full(k, h["tick"], dtype=np.int64),
            "time_day": np.full(k, float(h["tick"] * self.world.clock.tick_minutes / 1440)),
            "site": np.full(k, h["where"]),
            "kind": np.full(k, h["kind"]),
            "lineage": h["lineage"],
            "cell_type": np.where(place_only, "", names[h["cell_type"]]),
            "parcel": h["parcel"],
            "convoy": h["convoy"],
            "value": np.broadcast_to(np.asarray(h["value"], dtype=np.float64), (k,)),
            **{axis: h[axis].astype(np.float32) for axis in "xyz"},
        }
        return {name: columns[name][order] for name in EVENT_COLUMNS}

    def _close_part(self) -> None:
        if self._pending:
            self._write_events(self._parts["events"])
            self._parts["events"] += 1
            self._pending, self._n_pending = [], 0

    def _write_events(self, number: int) -> None:
        path, waiting = self.folder / "events" / part_name(number), list(self._pending)
        self.do(lambda: write_table(path, event_table(joined(waiting))))

    # ---- going on after a cut ----

    def snapshot(self) -> dict[str, Any]:
        """Return all that is needed to go on from this moment, as copies."""
        return {
            "n_events": self.n_events,
            "counts": dict(self._counts),
            "parts": dict(self._parts),
            "meanings": {k: list(v) for k, v in self._meanings.items()},
            "summary": {k: np.array(settled(v)) for k, v in self._summary.items()},
            "pending": joined(self._pending) if self._pending else {},
            "times": list(self._times) if self._fields else None,
        }

    def restore(self, kept: dict[str, Any]) -> None:
        """Go on from a snapshot: what was written after it is dropped."""
        self.n_events, self._counts, self._parts = kept["n_events"], dict(kept["counts"]), dict(kept["parts"])
        self._meanings = {k: (v[0], v[1]) for k, v in kept["meanings"].items()}
        self._summary = {k: v.tolist() for k, v in kept["summary"].items()}
        self._pending = [kept["pending"]] if kept["pending"] else []
        self._n_pending = len(kept["pending"]["lineage"]) if kept["pending"] else 0
        self._published = 0
        for kind, count in self._parts.items():
            for path in listing(self.folder / kind):
                if path.name >= part_name(count):
                    remove(path)
        if kept["times"] is not None:
            self._times = list(kept["times"])
            self._fields = self._open_fields()
        self.publish()


def settled(values: Sequence[Any]) -> list[Any]:
    """Return a column of the summary, with the first digits of those digests that were on their way."""
    return [v.result()[:DIGITS] if isinstance(v, Future) else v for v in values]


def summary_table(columns: Mapping[str, Sequence[Any]], meanings: Mapping[str, tuple[str, str]]) -> pa.Table:
    """Make the summary of its columns.

    columns     name -> values, one per kept time
    meanings    name -> unit, meaning
    """
    kinds = {"tick": pa.int64(), "digest": pa.string()}
    arrays = [pa.array(settled(v), kinds.get(k, pa.float64())) for k, v in columns.items()]
    schema = [field_of(k, array.type, *meanings[k]) for k, array in zip(columns, arrays, strict=True)]
    return pa.table(arrays, schema=pa.schema(schema))


def joined(happenings: Sequence[Mapping[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """Put happenings one after another, column by column."""
    return {name: np.concatenate([h[name] for h in happenings]) for name in EVENT_COLUMNS}


def event_table(events: Mapping[str, np.ndarray]) -> pa.Table:
    """Make a part of the event log of its columns."""
    columns, schema = [], []
    for name, (kind, unit, meaning) in EVENT_COLUMNS.items():
        array = pa.array(events[name].tolist() if pa.types.is_dictionary(kind) else events[name])
        columns.append(array.dictionary_encode() if pa.types.is_dictionary(kind) else array.cast(kind))
        schema.append(field_of(name, columns[-1].type, unit, meaning))
    return pa.table(columns, schema=pa.schema(schema))


def part_name(number: int) -> str:
    """Name of the n-th part, so that parts sort by name."""
    return f"part-{number:06d}.parquet"


def field_names(world: World) -> list[str]:
    """Names of the voxel columns that change and are kept: substances, matrix, capsule, injury."""
    fixed = ("capsule_wall", "capsule_edge", "enclosing")
    columns = world.sites[0].voxels.columns.values()
    return [c.name for c in columns if c.kind is Kind.STATE and c.name not in fixed and not c.name.endswith("_source")]
