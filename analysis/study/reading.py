"""From the text of a study to a `Study`: every fault is noted at its place and reading goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from analysis.endpoint import Endpoint, endpoints
from analysis.study import Arm, Study
from analysis.study.agreement import own_controls, same_end
from analysis.study.attribution import Plan, Settings, read_attribution
from analysis.study.expansion import Draft, drafts
from analysis.study.sensitivity import Sweep, read_sensitivity
from simulation import (
    MISSING,
    Faults,
    InputError,
    Node,
    Parameter,
    Place,
    Reading,
    Scalar,
    Scenario,
    Section,
    Series,
    Variation,
    catalogues,
    load_scenario,
    load_varied,
    read_file,
    shipped_names,
    shipped_studies,
)

MOST_ARMS = 200
#: single values at the top of a study
HEADER = {
    p.name: p
    for p in (
        Parameter("title", "", "", "one line that says what is asked", "chosen"),
        Parameter("question", "", "", "what is asked, in plain words", "chosen"),
        Parameter("seed", 1, "1", "which set of worlds", "chosen", bounds=(0, 2**64 - 1)),
        Parameter("replicates", 8, "1", "worlds per arm", "chosen", bounds=(1, 100_000)),
    )
}
KEYS = (*HEADER, "base", "control", "primary", "secondary", "set", "arms", "attribution", "sensitivity")
ARM_KEYS = ("label", "against", "scenario", "set", "interventions", "doses", "grid")
#: what the study itself decides, so that no arm may
OWN = {"seed": "the study gives every replicate its seed", "extends": "write `scenario:` for another base"}
USUAL_CONTROL = "control"


def read_study(path: str | Path) -> Study:
    """Read a study; arguments and errors as in `load_study`."""
    faults = Faults()
    file = _file_of(path, faults)
    tree = read_file(file, faults, noun="study") if file else None
    study = _Reader(file, tree, faults).study() if file and tree else None
    faults.raise_if_any()
    assert study is not None
    return study


def _file_of(path: str | Path, faults: Faults) -> Path | None:
    """Find the file that is meant: a bare word that is no file is the name of a shipped study."""
    file, known = Path(path), shipped_studies()
    if file.suffix or len(file.parts) != 1 or not str(path).isprintable() or len(str(path)) > 200 or file.exists():
        return file
    if str(path) not in known:
        faults.unknown(Place("study"), str(path), known, "shipped study")
        return None
    return known[str(path)]


class _Reader:
    """Reads the parts of one study."""

    def __init__(self, file: Path, tree: Section, faults: Faults) -> None:
        self.file, self.tree, self.faults = file, tree, faults
        self.reading = Reading(catalogues(), faults)
        # What every arm was made of: its scenario's file, and what is laid over it.
        self.recipes: dict[str, tuple[str, Variation]] = {}
        # Where the absence of something is told.
        self.start = Place(f"{tree.place.where.rsplit(':', 2)[0]}:1:1", (0, 1, 1))

    def study(self) -> Study | None:
        """Read it all; None where there are faults."""
        given, keys = self.tree.entries, self.tree.keys
        if not {"base", "primary"} & set(given) and {"tissue", "extends", "processes"} & set(given):
            remedy = "run it with `icam run`, or name it under `base:`"
            self.faults.add(self.start, "this is a scenario, not a study", "expected `base:` and `arms:`", remedy)
            return None
        for key in given:
            if key not in KEYS:
                self.faults.unknown(keys[key], key, KEYS, "section")
        header = {n: self.reading.value(given[n], p) if n in given else p.default for n, p in HEADER.items()}
        base_path, base = self._base()
        known = endpoints(base.organs if base else catalogues().organs)
        primary = self._endpoints("primary", known)
        secondary = self._endpoints("secondary", known)
        for endpoint, place in secondary.items():
            if endpoint in primary:
                what, expected = f"{endpoint} is primary already", "expected each endpoint once"
                self.faults.add(place, what, expected, "remove it from one of the lists")
        arms = self._arms(base_path if base else None)
        control = self._control(arms)
        plan = self._attribution(arms, control, header["seed"])
        sweep = self._sensitivity(arms, control, known)
        if self.faults.found:
            return None
        assert control is not None
        return Study(
            **header, name=self.file.stem, path=self.file, base=base_path, arms=tuple(arms.values()),
            control=arms[control], primary=tuple(known[n] for n in primary),
            secondary=tuple(known[n] for n in secondary), endpoints=known, attribution=plan, sweep=sweep,
        )  # fmt: skip

    # ---- scenarios ----

    def _base(self) -> tuple[str, Scenario | None]:
        """Read the base by itself, so that its own faults are told once."""
        node = self.tree.entries.get("base")
        if node is None:
            expected, remedy = "expected the scenario the arms build on", "write base: and the name of a scenario"
            self.faults.add(self.start, "there is no base", expected, remedy)
            return "", None
        return self._scenario(node, "base")

    def _scenario(self, node: Node, name: str) -> tuple[str, Scenario | None]:
        """Find and read a scenario that is named in the study: a file beside it, or one that is shipped."""
        if not isinstance(node, Scalar) or not isinstance(node.value, str):
            self.faults.add(
                node.place, f"{name} is no name", "expected a scenario", f"write it as in {name}: quick_look"
            )
            return "", None
        word = node.value
        path = word
        if Path(word).suffix in (".yaml", ".yml"):
            beside = self.file.parent / word
            if not word.isprintable() or not beside.is_file():
                near = sorted(p.name for p in self.file.parent.glob("*.y*ml"))
                self.faults.unknown(node.place, word, near, "scenario file beside this study:")
                return "", None
            path = str(beside)
        elif word not in shipped_names():
            self.faults.unknown(node.place, word, shipped_names(), "shipped scenario")
            return "", None
        try:
            return path, load_scenario(path)
        except InputError as error:
            for fault in error.faults or (error,):
                self.faults.found.append((node.place.order, fault))
            return path, None

    # ---- endpoints ----

    def _endpoints(self, key: str, known: Mapping[str, Endpoint]) -> dict[str, Place]:
        """Read a list of endpoints, with their places."""
        node = self.tree.entries.get(key)
        if node is None and key == "secondary":
            return {}
        if not isinstance(node, Series) or not node.items:
            place = self.tree.keys.get(key, self.start)
            expected, remedy = "expected a list of endpoints", f"write it as in {key}: [metastases]"
            self.faults.add(place, f"there is no {key} endpoint", expected, remedy)
            return {}
        found: dict[str, Place] = {}
        for item in node.items:
            word = item.text if isinstance(item, Scalar) else "this"
            if word not in known:
                self.faults.unknown(item.place, word, known, "endpoint")
            elif word in found:
                self.faults.add(item.place, f"{word} is given twice", "expected each endpoint once", "remove it here")
            else:
                found[word] = item.place
        return found

    # ---- arms ----

    def _arms(self, base: str | None) -> dict[str, Arm]:
        node = self.tree.entries.get("arms")
        if not isinstance(node, Section) or not node.entries:
            place = self.tree.keys.get("arms", self.start)
            expected, remedy = "expected two or more", "write `arms:` and below it `control:` and what is compared"
            self.faults.add(place, "there are no arms", expected, remedy)
            return {}
        shared = self._settings(self.tree.entries.get("set"), "set")
        arms: dict[str, Arm] = {}
        told: dict[str, str] = {}
        count = 0
        for name, item in node.entries.items():
            place = node.keys[name]
            if not name.isprintable() or len(name) > 60 or "/" in name:
                self.faults.add(place, f"{name[:40]!r} is no name for an arm", "expected a short word", "shorten it")
                continue
            noted = len(self.faults.found)
            for draft, entry in self._drafts(name, item):
                count += 1
                arm = self._arm(name, place, draft, entry, shared, base) if count <= MOST_ARMS else None
                if arm is None:
                    continue
                if arm.name in arms:
                    what, expected = f"there are two arms {arm.name!r}", "expected names that differ"
                    self.faults.add(place, what, expected, "rename one, or remove a dose that is given twice")
                    continue
                same = told.setdefault(arm.scenario.identity(any_seed=True), arm.name)
                if same != arm.name and len(self.faults.found) == noted:
                    what, expected = f"arm {arm.name!r} is the same world as {same!r}", "expected something to differ"
                    self.faults.add(place, what, expected, "give it `set:` or `interventions:`, or remove it")
                arms[arm.name] = arm
        if count > MOST_ARMS:
            what, expected = f"there are {count} arms", f"expected at most {MOST_ARMS}"
            self.faults.add(self.tree.keys["arms"], what, expected, "split the study")
        elif count == 1 and not self.faults.found:
            what, expected = "there is only one arm", "expected two or more"
            self.faults.add(self.tree.keys["arms"], what, expected, "write what is compared with it")
        same_end(arms, self.tree.keys["arms"], self.faults)
        own_controls(arms, node, self.tree.keys["arms"], self.faults)
        return arms

    def _drafts(self, name: str, item: Node) -> list[tuple[Draft, Section]]:
        """List the arms of one entry, after checking its words."""
        entry = self.reading.section(item, name)
        for key in entry.entries:
            if key not in ARM_KEYS:
                self.faults.unknown(entry.keys[key], key, ARM_KEYS, "setting of an arm")
        settings = self._settings(entry.entries.get("set"), "set")
        done = entry.entries.get("interventions")
        if done is not None and not isinstance(done, Series):
            what, remedy = "interventions is no list", "begin each with `- name:`"
            self.faults.add(entry.keys["interventions"], what, "expected a list", remedy)
            done = None
        return [(draft, entry) for draft in drafts(entry, settings, done, self.faults)]

    def _arm(
        self, name: str, place: Place, draft: Draft, entry: Section, shared: Section, base: str | None
    ) -> Arm | None:
        label = self.reading.value(entry.entries["label"], HEADER["title"]) if "label" in entry.entries else ""
        path = base
        if "scenario" in entry.entries:
            path, own = self._scenario(entry.entries["scenario"], "scenario")
            path = path if own else None
        if path is None or label is MISSING:
            return None
        common = [(setting, value, shared.keys[setting]) for setting, value in shared.entries.items()]
        variation = Variation([*common, *draft.settings], draft.interventions, place)
        scenario = load_varied(path, variation, self.faults)
        if scenario is None:
            return None
        label = label or name.replace("_", " ")
        whole = f"{name}_{draft.suffix}" if draft.suffix else name
        self.recipes[whole] = (path, variation)
        return Arm(
            name=whole,
            label=f"{label}, {draft.told}" if draft.told else label,
            series=name if draft.dose is not None else "",
            dose=draft.dose,
            unit=draft.unit,
            scenario=scenario,
            against=self._against(entry),
        )

    def _against(self, entry: Section) -> str:
        node = entry.entries.get("against")
        return node.text if isinstance(node, Scalar) else "" if node is None else "this"

    def _settings(self, node: Node | None, name: str) -> Section:
        section = self.reading.section(node, name)
        kept = replace(section, entries=dict(section.entries))
        for path in section.entries:
            head = path.partition(".")[0].strip()
            if head in OWN:
                self.faults.add(section.keys[path], f"{head} cannot be set here", "expected a setting", OWN[head])
                del kept.entries[path]
        return kept

    def _control(self, arms: Mapping[str, Any]) -> str | None:
        """Name the arm the others are compared with: as given, else `control`, else the first."""
        node = self.tree.entries.get("control")
        if node is None:
            return USUAL_CONTROL if USUAL_CONTROL in arms else next(iter(arms), None)
        word = node.text if isinstance(node, Scalar) else "this"
        if arms and word not in arms and not self.faults.found:
            self.faults.unknown(node.place, word, arms, "arm")
        return word

    # ---- what goes beyond the arms ----

    def _attribution(self, arms: Mapping[str, Arm], control: str | None, seed: int) -> Plan | None:
        node = self.tree.entries.get("attribution")
        if node is None or self.faults.found or control is None:
            return None
        place = self.tree.keys["attribution"]

        def make(of: str, name: str, label: str, more: Settings) -> Arm | None:
            if name in arms:
                what = f"an arm is called {name!r}, as a world of the attribution"
                self.faults.add(place, what, "expected another name", "rename the arm")
                return None
            path, variation = self.recipes[of]
            scenario = load_varied(path, replace(variation, settings=[*variation.settings, *more]), self.faults)
            if scenario is None:
                return None
            own = arms[of]
            return replace(own, name=name, label=f"{own.label}, {label}", series="", dose=None, scenario=scenario)

        return read_attribution(node, place, arms, control, self.reading, seed, make)

    def _sensitivity(self, arms: Mapping[str, Arm], control: str | None, known: Mapping[str, Endpoint]) -> Sweep | None:
        node = self.tree.entries.get("sensitivity")
        if node is None or self.faults.found or control is None:
            return None
        return read_sensitivity(node, self.tree.keys["sensitivity"], arms, control, known, self.reading)
