"""An experiment as text: read from a file, checked in every word, frozen.

    scenario = load_scenario("scenarios/hcc_baseline.yaml", ["processes.nfkb.every=20 min"])

All faults of a file are told at once, each in one line with file, line and column. A scenario that was read runs.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from simulation.engine.cell_type import Start
from simulation.engine.clock import minutes_in
from simulation.engine.errors import InputError
from simulation.engine.process import Process
from simulation.engine.quantity import read_span, write_quantity, write_span
from simulation.engine.tissue import Tissue
from simulation.scenario.catalogues import Catalogues, catalogues
from simulation.scenario.counterfactual import is_off, switched_off, with_context, with_switches, without_layers
from simulation.scenario.faults import Faults, Place
from simulation.scenario.file import Node, Scalar, Section, Source
from simulation.scenario.header import HEADER, KEYS, SWITCHES
from simulation.scenario.layers import (
    layers_of_file,
    merged,
    shipped,
    shipped_at,
    shipped_names,
    spoken_names,
    tree_of,
    with_more_interventions,
    with_options,
    with_setting,
)
from simulation.scenario.parts import (
    read_cells,
    read_interventions,
    read_nouns,
    read_processes,
    read_tissue,
)
from simulation.scenario.reading import MISSING, Reading
from simulation.scenario.schema import scenario_schema
from simulation.scenario.text import name_in, plain_settings, text_of
from simulation.scenario.times import RECORD, SPANS, Record, check_ticks, check_until, read_record
from simulation.vocabulary.cytokines import Substance
from simulation.vocabulary.organs import Organ


@dataclass(frozen=True)
class Scenario:
    """One experiment, complete: what the text did not say is filled in.

    title              str
    path               str                          file it came from, empty for none
    context            str                          kind of tumour whose values lie under what the text said
    seed               int
    until              str                          simulated time, a whole number of ticks
    tick               str                          length of a tick
    cells_per_agent    int                          cells an agent stands for
    voxel              float               um       side of a voxel
    tissue             Tissue                       how it begins
    cells              type -> column -> Start      starting values
    substances         name -> Substance
    organs             name -> Organ                those that are part of it
    processes          tuple of Process             those that are on, in alphabetical order
    periods            name -> str                  period of each of them
    interventions      tuple of Process             in the order given
    record             Record                       what is kept
    catalogues         Catalogues                   what it could have named
    """

    title: str
    path: str = field(compare=False)
    context: str
    seed: int
    until: str
    tick: str
    cells_per_agent: int
    voxel: float
    tissue: Tissue
    cells: Mapping[str, Mapping[str, Start]]
    substances: Mapping[str, Substance]
    organs: Mapping[str, Organ]
    processes: tuple[Process, ...]
    periods: Mapping[str, str]
    interventions: tuple[Process, ...]
    record: Record
    catalogues: Catalogues = field(compare=False, repr=False)

    @property
    def until_minutes(self) -> float:
        """Simulated time in minutes."""
        return float(minutes_in(self.until))

    @property
    def ticks(self) -> int:
        """Simulated time in ticks."""
        return int(minutes_in(self.until) / minutes_in(self.tick))

    @staticmethod
    def from_mapping(
        values: Mapping[str, Any], overrides: Sequence[str] = (), *, known: Catalogues | None = None
    ) -> Scenario:
        """Make a scenario from plain data; arguments and errors as in `load_scenario`.

        values    mapping    as a file would give it; `extends` may name a shipped scenario
        """
        faults = Faults()
        tree = tree_of(values, "", faults)
        layers: Section | None = Section(Place("scenario"))
        if isinstance(tree, Section):
            extends = tree.entries.pop("extends", None)
            if isinstance(extends, Scalar) and shipped_at(extends.text) is not None:
                layers = layers_of_file(shipped(extends.text), faults)
            elif extends is not None:
                faults.unknown(extends.place, getattr(extends, "text", "this"), spoken_names(), "shipped scenario")
            layers = merged([tree, layers]) if layers is not None else None
        faults.raise_if_any()
        assert layers is not None
        return _read(with_options(layers, overrides, faults), "", faults, known or catalogues(), Place("scenario"))

    def changed(self, *overrides: str) -> Scenario:
        """Return the scenario with some settings changed, each as in "processes.nfkb.every=20 min"."""
        told = without_layers(self, self.resolved(), overrides)
        other = Scenario.from_mapping(told, overrides, known=self.catalogues)
        return replace(other, path=self.path)

    def resolved(self) -> dict[str, Any]:
        """Return everything as plain data in canonical units; `from_mapping` makes an equal scenario of it."""
        known = self.catalogues
        on = {name_in(known.processes, p): p for p in self.processes}
        record = {k: getattr(self.record, k) or "off" for k in RECORD}
        off = {name: "off" for name in switched_off(self)}
        switched = {"immunity": "off"} if is_off(self, known.immunity) else {}
        return {
            "title": self.title,
            "context": self.context,
            **switched,
            **({"arms": off} if off else {}),
            "seed": self.seed,
            "until": self.until,
            "tick": self.tick,
            "cells_per_agent": self.cells_per_agent,
            "voxel": write_quantity(self.voxel, "um"),
            "tissue": {name_in(known.tissues, self.tissue): plain_settings(self.tissue)},
            "cells": {kind: self._starts(kind) for kind in self.cells},
            "substances": {name: plain_settings(s) for name, s in self.substances.items()},
            "organs": {n: plain_settings(self.organs[n]) if n in self.organs else "off" for n in known.organs},
            "processes": {
                n: {"every": self.periods[n], **plain_settings(on[n])} if n in on else "off" for n in known.processes
            },
            "interventions": [{name_in(known.interventions, i): plain_settings(i)} for i in self.interventions],
            "record": record,
        }

    def _starts(self, kind: str) -> dict[str, dict[str, Any]]:
        units = {c.name: c.unit for c in self.catalogues.agents[kind].columns}
        return {
            column: {"value": write_quantity(s.value, units[column]), "spread": s.spread, "source": s.source}
            for column, s in self.cells[kind].items()
        }

    def to_text(self) -> str:
        """Return the resolved scenario as the text of a file."""
        return text_of(self.resolved())

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of scenarios in this scenario's vocabulary, for editors."""
        return scenario_schema(self.catalogues)

    def identity(self, *, any_seed: bool = False) -> str:
        """Return the SHA-256 of all that can change a trajectory or its records, in hex.

        any_seed    bool    leave out the seed, so that replicates share it
        """
        told = self.resolved()
        for name in ("title", "context", *SWITCHES):
            told.pop(name, None)  # the values that they stand for are all told
        if any_seed:
            told.pop("seed")
        for starts in told["cells"].values():
            for start in starts.values():
                start.pop("source")
        canonical = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def load_scenario(path: str | Path, overrides: Sequence[str] = (), *, known: Catalogues | None = None) -> Scenario:
    """Read a scenario from a file, or one that is shipped by its name.

    path         file, or name of a shipped scenario such as "hcc_baseline"
    overrides    sequence of str    laid over the file, as in "processes.nfkb.k_in=5 1/h"
    known        Catalogues         what may be named; by default all that is installed
    raises       InputError with all faults found, in the order of their places
    """
    faults = Faults()
    layers = layers_of_file(_file_of(path), faults)
    if layers is None:
        faults.raise_if_any()
    assert layers is not None
    start = Source(layers.place.where.rsplit(":", 2)[0]).at(1, 1)
    return _read(with_options(layers, overrides, faults), str(path), faults, known or catalogues(), start)


@dataclass(frozen=True)
class Variation:
    """What another text lays over a scenario.

    settings         (path, value, place)    as "processes.nfkb.k_in", its value, and where the path is written
    interventions    nodes                   added behind those of the scenario
    place            Place                   where the variation is written
    """

    settings: Sequence[tuple[str, Node, Place]] = ()
    interventions: Sequence[Node] = ()
    place: Place = Place("scenario")


def load_varied(
    path: str | Path, variation: Variation, faults: Faults, *, known: Catalogues | None = None
) -> Scenario | None:
    """Read a scenario as in `load_scenario`, with a variation laid over it.

    faults     Faults    gains every fault it has not yet, each where it stands in the file or in the other text
    returns    Scenario, or None where there are faults
    """
    own = Faults()
    try:
        layers = layers_of_file(_file_of(path), own)
        if layers is not None:
            for setting, value, place in variation.settings:
                layers = with_setting(layers, setting, value, place, own)
            layers = with_more_interventions(layers, variation.interventions, variation.place)
            return _read(layers, str(path), own, known or catalogues(), variation.place)
    except InputError as error:
        if not own.found:
            own.found.append((variation.place.order, error))
    faults.take_over(own)
    return None


def _file_of(path: str | Path) -> Path:
    """Find the file that is meant: a bare word that is no file is a name, and a misspelt one deserves the right one."""
    file = Path(path)
    if file.suffix == "" and (str(path) in shipped_names() or (len(file.parts) == 1 and not os.path.exists(path))):
        return shipped(str(path))
    return file


def _read(tree: Section, path: str, faults: Faults, known: Catalogues, start: Place) -> Scenario:
    """Make a scenario of a tree, or raise all its faults."""
    reading = Reading(known, faults)
    for key in tree.entries:
        if key not in KEYS:
            home = known.section_of(key)
            faults.unknown(tree.keys[key], key, KEYS, "section", f"{key} belongs under {home}:" if home else "")
    tree = with_switches(with_context(tree, known, faults), reading)
    given = {key: node for key, node in tree.entries.items() if key in KEYS}
    values = {name: reading.value(given[name], p) if name in given else p.default for name, p in HEADER.items()}
    title = values["title"]
    if isinstance(title, str) and (not title.isprintable() or len(title) > 200):
        faults.add(given["title"].place, "title is more than one line", "expected at most 200 characters", "shorten it")
    spans = {n: reading.span(given[n], n, m) if n in given else read_span(d) for n, (d, m) in SPANS.items()}
    tissue = read_tissue(reading, given.get("tissue"), start)
    cells = read_cells(reading, given.get("cells"))
    substances = read_nouns(reading, given.get("substances"), "substances")
    organs = read_nouns(reading, given.get("organs"), "organs")
    processes, periods, places = read_processes(reading, given.get("processes"))
    interventions = read_interventions(reading, given.get("interventions"))
    recorded, recorded_places = read_record(reading, given.get("record"))
    tick, until = spans["tick"], spans["until"]
    if tick is not None:
        at = given["tick"].place if "tick" in given else start
        clocked = {name: every for name, every in periods.items() if name in processes}
        clocked |= {name_in(known.interventions, i): read_span(i.every) for i in interventions}
        check_ticks(clocked | recorded, places | recorded_places, tick, at, faults)
        if until is not None:
            check_until(until, tick, given["until"].place if "until" in given else at, faults)
    faults.raise_if_any()
    assert tick is not None and until is not None and tissue is not MISSING
    return Scenario(
        **values,
        path=path,
        until=write_span(until),
        tick=write_span(tick),
        tissue=tissue,
        cells=cells,
        substances=substances,
        organs=organs,
        processes=tuple(processes.values()),
        periods={name: write_span(periods[name]) for name in processes},
        interventions=tuple(interventions),
        record=Record.of(recorded),
        catalogues=known,
    )
